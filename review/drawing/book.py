"""The pages of an SOP as one HTML document that prints each on its own sheet.

Pure.
"""

from collections.abc import Sequence
from html import escape

from review.drawing.sheet import SIZES, Paper


def book(title: str, pages: Sequence[str], paper: Paper) -> str:
    """Give a whole document: nothing is fetched, and a page never breaks."""
    width, tall = SIZES[paper]
    style = (
        f"@page{{size:{width}mm {tall}mm;margin:0}}body{{margin:0;background:#ddd}}"
        f"svg{{display:block;width:100%;max-width:{width}mm;height:auto;margin:0 auto 4mm;background:#fff}}"
        "@media print{body{background:none}svg{margin:0;break-after:page}}"
    )
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{style}</style>'
    body = f"<title>{escape(title)}</title></head><body>{''.join(pages)}</body></html>"
    return f'<!doctype html><html lang="id"><head>{head}{body}'
