"""A rack as a picture: every unit from the top down, devices and reservations in their places.

Pure.
"""

from collections.abc import Iterable
from html import escape

from review.inventory.stock import Claim, DeviceStatus, Rack, Stock

ROW = 5.0
"""Height of a unit, in millimetres."""

WIDTH, LEFT, TOP = 70.0, 10.0, 9.0
LETTER = 2.6
FIT = 42
"""How many letters fit into a device's box."""

STYLE = (
    "text{font-family:Arial,'Liberation Sans',Helvetica,sans-serif;fill:#1a1a1a}"
    ".f{fill:#fff;stroke:#999;stroke-width:.2}.d{fill:#dfe8f2;stroke:#1a1a1a;stroke-width:.35}"
    ".o{fill:#f3e3c8;stroke:#1a1a1a;stroke-width:.35}"
    ".r{fill:#fff;stroke:#1a1a1a;stroke-width:.35;stroke-dasharray:1.2 .8}"
)


def elevation(stock: Stock, rack: Rack, style: str = STYLE) -> str:
    """Draw one rack as SVG; its title and each box say in words what the picture shows.

    ``style`` is empty where the page that shows it has the style in its own sheet.
    """
    tall = TOP + rack.units * ROW + 12
    parts = [_text(rack.name, LEFT, 5, 3.6), *_units(rack), *_devices(stock, rack), *_sums(stock, rack, tall)]
    size = f'width="{WIDTH + LEFT + 4}mm" height="{tall}mm" viewBox="0 0 {WIDTH + LEFT + 4} {tall}"'
    head = (
        f"<title>{escape(f'{rack.name}: {rack.units} U')}</title>{f'<style>{style}</style>' if style else ''}"
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>{head}{"".join(parts)}</svg>'


def _units(rack: Rack) -> Iterable[str]:
    for unit in range(1, rack.units + 1):
        y = _y(rack, unit)
        yield f'<rect x="{LEFT}" y="{y:g}" width="{WIDTH}" height="{ROW}" class="f"/>'
        yield _text(str(unit), LEFT - 1.5, y + 3.6, LETTER, "end")


def _devices(stock: Stock, rack: Rack) -> Iterable[str]:
    for device in stock.devices:
        if device.status is not DeviceStatus.RETURNED and device.claim.place.rack == rack.id:
            kind = "d" if device.status is DeviceStatus.ACTIVE else "o"
            yield from _box(rack, device.claim, kind, f"{device.name} – {device.owner}", device.status)
    for kept in stock.reservations:
        if kept.claim.place.rack == rack.id:
            yield from _box(rack, kept.claim, "r", "dipesan", "dipesan")


def _box(rack: Rack, claim: Claim, kind: str, label: str, state: str) -> Iterable[str]:
    place = claim.place
    top = _y(rack, place.bottom + place.height - 1)
    size = f'y="{top:g}" width="{WIDTH}" height="{place.height * ROW:g}"'
    words = escape(
        f"U{place.bottom}–U{place.bottom + place.height - 1}: {label} ({state}, {claim.power_w} W)"
    )
    short = label if len(label) <= FIT else f"{label[: FIT - 1]}…"
    yield f'<g><title>{words}</title><rect x="{LEFT}" {size} class="{kind}"/>'
    yield f"{_text(short, LEFT + 2, top + place.height * ROW / 2 + 1, LETTER)}</g>"


def _sums(stock: Stock, rack: Rack, tall: float) -> Iterable[str]:
    claims = [claim for claim in stock.claims() if claim.place.rack == rack.id]
    units = sum(claim.place.height for claim in claims)
    power = sum(claim.power_w for claim in claims)
    outlets = sum(claim.outlets for claim in claims)
    yield _text(f"{units} dari {rack.units} U · {power} dari {rack.power_w} W", LEFT, tall - 6, LETTER)
    yield _text(f"{outlets} dari {rack.outlets} stop kontak", LEFT, tall - 2, LETTER)


def _y(rack: Rack, unit: int) -> float:
    return TOP + (rack.units - unit) * ROW


def _text(words: str, x: float, y: float, size: float, anchor: str = "start") -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}" text-anchor="{anchor}">{escape(words)}</text>'
