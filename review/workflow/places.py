"""A place in the server room for a case: looked for, kept, let go, and offered to whoever waits for one.

Every effect loads the stock under its lock, lets the pure core decide, and saves it in the answer's own
transaction; a place is given once however many cases ask for it at the same moment.

Decisions:
    2026-11-21: the checklist F08 is filled by the program each time the place is looked for, and the
    technician's own words are added; "tersedia" is refused where the inventory has no place, while "tidak
    tersedia" is believed, because a technician may know of what no inventory lists (cooling, a weak floor).
    2026-11-21: a reservation lasts ten working days (setting ``tempat.pesan.hari``) and no longer than its
    case, or what that case began.
    2026-11-21: a letter that accepts a server begins the reservation's days again, because its owner hears of
    the place only then.
    2026-11-21: a case that waits for a place looks again as soon as one is freed that fits it, the one that
    waited longest first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from card_registry.words import CaseId
from review.access import Refused
from review.case import Case, CaseState, RowKind, resume
from review.form import Filled
from review.inventory import Full, available, reserve
from review.inventory.sheets import FIGURES, checklist, need_of
from review.office import Office
from review.people import SYSTEM
from review.procedure import Effect
from review.store import cases, inventory, papers
from review.store.cases import CaseFile
from review.store.papers import Filing
from review.store.transaction import reading, writing
from review.tables import setting
from review.workdays import Duration
from review.workflow.reminding import calendar_of
from review.workflow.scene import Scene

DAYS, MOST_DAYS, SETTING = 10, 250, "tempat.pesan.hari"
NO_PLACE = "tidak tersedia"

NO_REQUEST = Refused(
    "Kasus ini tidak memuat formulir F07, sehingga kebutuhan servernya tidak diketahui. Lengkapi permohonan."
)


def form_of(connection: Connection, case: Case, code: str) -> Filled | None:
    """Give a form of a case as filled, or else of the case that began it."""
    own = papers.sheets(connection, case.id, code)
    if own is not None or case.parent is None:
        return own
    return papers.sheets(connection, case.parent[0], code)


def ends_at(connection: Connection, office: Office, now: int) -> int:
    """Give when a reservation that is made now ends (milliseconds)."""
    said = connection.scalar(select(setting.c.value).where(setting.c.name == SETTING)) or ""
    days = int(said) if said.isdecimal() and said.isascii() else DAYS
    return calendar_of(office, connection).due(now, Duration(min(max(days, 1), MOST_DAYS), "hari"))


def days_end(connection: Connection, office: Office, now: int) -> date:
    """Give the last day of a reservation that is made now."""
    return calendar_of(office, connection).day_of(ends_at(connection, office, now))


def check_place(scene: Scene) -> Refused | None:
    """Fill F08 from the inventory; refuse an answer that promises what is not there."""
    case, done, connection = scene.advanced.case, scene.advanced.done, scene.connection
    request = form_of(connection, case, "F07")
    if request is None:
        return NO_REQUEST
    need = need_of(request)
    stock = inventory.load(connection, scene.now, lock=True, besides=case.id)
    kept = reserve(stock, need, case.id, ends_at(connection, scene.office, scene.now))
    if isinstance(kept, Full) and done.answer == "tersedia":
        return Refused(kept.why)
    given = done.answer != NO_PLACE and not isinstance(kept, Full)
    until = days_end(connection, scene.office, scene.now)
    file_sheet(
        scene, "F08.A", checklist(available(stock, need), stock.racks, until, _said(scene), given=given)
    )
    return None


def _said(scene: Scene) -> str:
    """Give what the technician wrote beside the checklist and the answer."""
    typed = papers.newest(scene.connection, scene.advanced.case.id, "F08.A", Filled)
    words = "" if typed is None else typed.one("catatan")
    own = "" if words.startswith(FIGURES) else words
    return f"{own} {scene.advanced.done.note}".strip()


def file_sheet(scene: Scene, key: str, sheet: Filled) -> None:
    """File what the program fills by itself."""
    filing = Filing(scene.office.token(), scene.advanced.case.id, key, scene.person, scene.now)
    papers.file(scene.connection, filing, sheet)


def reserve_place(scene: Scene) -> Refused | None:
    """Keep a place for the case, unless its answer said that there is none."""
    case = scene.advanced.case
    request = form_of(scene.connection, case, "F07")
    if request is None:
        return NO_REQUEST
    if scene.advanced.done.answer == NO_PLACE:
        return None
    stock = inventory.load(scene.connection, scene.now, lock=True)
    kept = reserve(stock, need_of(request), case.id, ends_at(scene.connection, scene.office, scene.now))
    if not isinstance(kept, Full):
        inventory.save(scene.connection, stock, kept)
    return None


def release_place(scene: Scene) -> None:
    """Let go of what was reserved for the case, and for the one that began it."""
    stock = inventory.load(scene.connection, scene.now, lock=True)
    own = family(scene.advanced.case)
    rest = tuple(one for one in stock.reservations if one.case not in own)
    if rest != stock.reservations:
        inventory.save(scene.connection, stock, replace(stock, reservations=rest))
    wake_queue(scene)


def found_none(case: Case) -> bool:
    """Say whether the case found no place when it last looked."""
    looked = (
        row.answer
        for row in reversed(case.history)
        if row.kind is RowKind.ANSWER and Effect.PLACE_CHECK in case.procedure.step(row.step).effects
    )
    return next(looked, "") == NO_PLACE


def hand_on(scene: Scene) -> None:
    """Keep the case's place for what it begins, as long as a place that is reserved now.

    Where the reservation ended meanwhile it is made again if there is room; else the server is given a place
    when it comes, if there is one then.
    """
    case, now = scene.advanced.case, scene.now
    request = form_of(scene.connection, case, "F07")
    if request is None:
        return
    stock = inventory.load(scene.connection, now, lock=True)
    ends = ends_at(scene.connection, scene.office, now)
    if any(one.case == case.id for one in stock.reservations):
        kept = tuple(
            replace(one, ends=max(one.ends, ends)) if one.case == case.id else one
            for one in stock.reservations
        )
        inventory.save(scene.connection, stock, replace(stock, reservations=kept))
        return
    again = reserve(stock, need_of(request), case.id, ends)
    if not isinstance(again, Full):
        inventory.save(scene.connection, stock, again)


def family(case: Case) -> tuple[CaseId, ...]:
    """Give a case and the one that began it: a place kept for either is theirs."""
    return (case.id,) if case.parent is None else (case.id, case.parent[0])


def wake_queue(scene: Scene) -> None:
    """Let the other cases that wait for a place look again, as far as there is one now."""
    _wake(scene.connection, scene.now, scene.advanced.case.id)


def look_round(office: Office) -> int:
    """Let the cases that wait for a place look again, and give how many do.

    A place is also freed by what nobody answers: a reservation that ends, a request that is withdrawn, an
    import that adds a rack.
    """
    now = office.clock()
    with reading(office.store) as connection:
        if not _waiting(connection):
            return 0
    with writing(office.store) as connection:
        return _wake(connection, now, None)


def _waiting(connection: Connection) -> tuple[CaseFile, ...]:
    """Give the queued cases of procedures that look for a place, the one that waited longest first."""
    return tuple(
        file
        for file in cases.running(connection)
        if file.case.state is CaseState.QUEUED
        and any(Effect.PLACE_CHECK in step.effects for step in file.case.procedure.steps)
    )


def _wake(connection: Connection, now: int, besides: CaseId | None) -> int:
    stock, woken = inventory.load(connection, now), 0
    for waiting in _waiting(connection):
        request = form_of(connection, waiting.case, "F07")
        if waiting.case.id == besides or request is None or not available(stock, need_of(request)).available:
            continue
        # Its applicant may have withdrawn it since it was listed.
        file = cases.load(connection, waiting.case.id, lock=True)
        if file is None or file.case.state is not CaseState.QUEUED:
            continue
        cases.save(connection, file.case, resume(file.case, now))
        text = f"Tempat telah tersedia kembali; permohonan {file.number} diperiksa lagi."
        papers.notify(connection, file.case.applicant or SYSTEM, file.case.id, text, now)
        woken += 1
    return woken


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.PLACE_CHECK: check_place,
    Effect.PLACE_RESERVE: reserve_place,
    Effect.PLACE_RELEASE: release_place,
}
"""What each of these effects does."""
