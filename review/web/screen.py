"""How a page is made: templates with everything escaped, Indonesian dates, and the words of the kernel."""

from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from card_registry.labels import door_state_label, label_of
from review import indonesian
from review.access import Permission
from review.people import TITLES
from review.store import inbox, profiles
from review.store.transaction import reading
from review.web.casebook import brief
from review.web.console import Console
from review.web.visitor import Visitor

SECOND = frozenset(
    {
        "/ekspor",
        "/kepegawaian",
        "/laporan",
        "/profil",
        "/kunci",
        "/token",
        "/jejak",
        "/pelindungan-data",
        "/kotak-keluar",
        "/simulator",
    }
)
"""What stands behind one word on a desk's screen, where twelve words do not fit beside each other."""

NAVIGATION = (
    ("/", "Beranda", Permission.READ_OWN),
    ("/permohonan", "Permohonan", Permission.READ_OWN),
    ("/permohonan/baru", "Ajukan permohonan", Permission.APPLY),
    ("/kartu", "Daftar akses", Permission.READ_CARDS),
    ("/kepegawaian", "Kepegawaian", Permission.READ_CARDS),
    ("/review", "Review akses", Permission.READ_OWN),
    ("/pintu", "Pintu", Permission.READ_DOORS),
    ("/kunjungan", "Kunjungan", Permission.READ_OWN),
    ("/peristiwa", "Peristiwa", Permission.READ_DOORS),
    ("/laporan", "Laporan", Permission.READ_DOORS),
    ("/inventaris", "Inventaris", Permission.READ_INVENTORY),
    ("/profil", "Kantor", Permission.READ_CASES),
    ("/kunci", "Kunci saya", Permission.SIGN),
    ("/token", "Token", Permission.READ_OWN),
    ("/audit", "Audit", Permission.READ_AUDIT),
    ("/ekspor", "Ekspor", Permission.EXPORT),
    ("/jejak", "Jejak audit", Permission.READ_AUDIT),
    ("/pelindungan-data", "Pelindungan data", Permission.READ_RETENTION),
    ("/kotak-masuk", "Kotak masuk", Permission.READ_OWN),
    ("/kotak-keluar", "Kotak keluar", Permission.READ_AUDIT),
)


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("review.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    templates.filters.update(
        label=label_of,
        door_state=door_state_label,
        tanggal=indonesian.day_text,
        bulan=indonesian.month_text,
        hari=indonesian.long_day_text,
        waktu=indonesian.moment_text,
        sampai=indonesian.last_day_text,
        lalu=indonesian.ago_text,
        lama=indonesian.span_text,
        cepat=indonesian.brisk_text,
        singkat=brief,
    )
    templates.globals["TITLES"] = TITLES
    return templates


def page(
    console: Console,
    template: str,
    visitor: Visitor | None = None,
    status: int = 200,
    **values: Any,  # noqa: ANN401 - whatever the template names
) -> HTMLResponse:
    """Render one page for a visitor."""
    text = (
        _templates()
        .get_template(template)
        .render(
            visitor=visitor,
            site=console.office.site,
            zone=console.office.zone(),
            now=console.office.clock(),
            signs={door.id: door.label for door in console.office.doors},
            navigation=_navigation(console, visitor),
            second=SECOND,
            unread=_unread(console, visitor),
            called=_called(console, visitor),
            **values,
        )
    )
    return HTMLResponse(text, status)


def _navigation(console: Console, visitor: Visitor | None) -> list[tuple[str, str]]:
    if visitor is None:
        return []
    shown = [(path, words) for path, words, permission in NAVIGATION if visitor.holds(permission)]
    return [*shown, ("/simulator", "Simulator")] if console.simulator else shown


def _called(console: Console, visitor: Visitor | None) -> str:
    """Give a visitor's titles as this office has them."""
    if visitor is None:
        return ""
    with reading(console.office.store) as connection:
        return visitor.person.title(profiles.titles(connection))


def _unread(console: Console, visitor: Visitor | None) -> int:
    """Count the messages that a visitor has not read: what stands beside their inbox on every page."""
    if visitor is None:
        return 0
    with reading(console.office.store) as connection:
        return inbox.unread(connection, visitor.person.id)
