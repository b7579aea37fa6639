"""A drawn SVG made fit to stand inside a page: no style of its own, no text that could be markup, own ids.

The console's policy lets no page carry styles (``style-src 'self'``), so every style becomes an attribute.
What is not known here is left out, not passed on.
"""

import re
from collections.abc import Iterable, Iterator
from html import escape
from xml.etree.ElementTree import Element

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"

KEPT = frozenset(
    {"g", "path", "rect", "use", "text", "tspan", "defs", "clipPath", "pattern", "circle", "line"}
)
"""The elements that a picture consists of."""

PLACED = frozenset(
    {
        *("d", "x", "y", "width", "height", "x1", "x2", "y1", "y2", "cx", "cy", "r"),
        *("transform", "clip-path", "patternUnits"),
    }
)
"""The attributes that place something."""

STYLED = frozenset(
    {
        *("fill", "fill-opacity", "fill-rule", "opacity", "stroke", "stroke-dasharray", "stroke-dashoffset"),
        *("stroke-linecap", "stroke-linejoin", "stroke-opacity", "stroke-width"),
        *("font-size", "font-style", "font-weight", "text-anchor"),
    }
)
"""The properties that may be attributes as well; fonts are the page's."""

FONT = "Arial, 'Liberation Sans', 'DejaVu Sans', Helvetica, sans-serif"
REFERENCE = re.compile(r"url\(#([\w-]+)\)")
NUMBER = re.compile(r"-?\d+\.\d{3,}")
BLANK = re.compile(r"\s+")


def inlined(root: Element, title: str, sentence: str, key: str) -> str:
    """Give a drawing as an element of a page; ``key`` sets its ids apart from those of other pictures."""
    used = frozenset(_used(root))
    inner = "".join(_written(child, used, key) for child in root)
    names = f'role="img" aria-labelledby="{key}-judul {key}-isi"'
    look = f'font-family="{FONT}" stroke-linejoin="round" stroke-linecap="butt"'
    said = f'<title id="{key}-judul">{escape(title)}</title><desc id="{key}-isi">{escape(sentence)}</desc>'
    box = escape(root.get("viewBox", ""))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {names} {look}>'
    return f"{head}{said}{inner}</svg>"


def _used(root: Element) -> Iterator[str]:
    """Name the ids that something refers to."""
    for one in root.iter():
        link = one.get(LINK, "")
        if link.startswith("#"):
            yield link[1:]
        for text in one.attrib.values():
            yield from REFERENCE.findall(text)


def _written(one: Element, used: frozenset[str], key: str) -> str:
    name = one.tag.removeprefix(SVG)
    if name not in KEPT:
        return ""
    inner = escape(one.text or "") if name in {"text", "tspan"} else ""
    inner += "".join(_written(child, used, key) for child in one)
    attributes = "".join(f' {label}="{escape(text)}"' for label, text in _attributes(one, used, key))
    if name in {"g", "defs"} and not inner:
        return ""
    if name == "g" and not attributes:
        return inner
    return f"<{name}{attributes}>{inner}</{name}>" if inner else f"<{name}{attributes}/>"


def _attributes(one: Element, used: frozenset[str], key: str) -> Iterable[tuple[str, str]]:
    if one.get("id") in used:
        yield "id", f"{key}-{one.get('id')}"
    link = one.get(LINK, "")
    if link.startswith("#"):
        yield "href", f"#{key}-{link[1:]}"
    styles = (part.partition(":") for part in one.get("style", "").split(";"))
    named = {label.strip(): text.strip() for label, _, text in styles}
    for label, text in (one.attrib | named).items():
        if label in PLACED | STYLED:
            yield label, _value(text, key)


def _value(text: str, key: str) -> str:
    """Shorten numbers to what can be seen, and point references at this picture's own ids."""
    short = NUMBER.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), text)
    return REFERENCE.sub(lambda found: f"url(#{key}-{found[1]})", BLANK.sub(" ", short).strip())
