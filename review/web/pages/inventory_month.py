"""The monthly check (P6): which months were checked, F06 filled row by row, and what does not agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from card_registry.words import CaseId
from review.access import Permission, Refused
from review.case import Answer, Choice, begin, choices
from review.form import Faulty, Field, leaves
from review.inventory import Device, match
from review.office import Office
from review.procedure import END, Effect
from review.store import cases, inventory, papers
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.web.casework_typed import MORE
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import LongForm, Me, NotFound, Posted, Visitor
from review.workflow import filling
from review.workflow.answering import Act, act
from review.workflow.filling import Paper
from review.workflow.matching import evidence
from review.workflow.opening import BLANK

CODE = "F06"
ROWS = "server"
NOT_NOW = "Formulir F06 kasus ini tidak sedang menunggu isian Anda."
MONTHS = 24
"""How many months back the list goes."""


@dataclass(frozen=True, slots=True)
class Row:
    """One server of the check: as listed, and the fields to fill with what they say and what is wrong."""

    number: int
    device: Device | None
    place: str
    fields: tuple[tuple[Field, str, str], ...]


def months_page(console: Here, me: Me) -> Response:
    """List the months that were or are being checked, the newest first."""
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        found = inventory.check_cases(connection, MONTHS)
        months = [
            (month, file, papers.sheets(connection, id_, CODE) is not None)
            for month, id_ in found
            if (file := cases.load(connection, id_))
        ]
    this = f"{office.today():%Y-%m}"
    begun = any(month == this for month, _, _ in months)
    ours = None if begun else _opens(office, me)
    return page(console, "inventaris_bulanan.html", me, months=months, this=this, begun=begun, opens=ours)


def _opens(office: Office, me: Visitor) -> str | None:
    """Give the procedure by which this person may begin a check now, None where they may not."""
    for table in office.procedures.values():
        monthly = any(Effect.INVENTORY_MONTHLY in step.effects for step in table.steps)
        if monthly and choices(begin(BLANK, table, office.clock()), me.person):
            return table.id
    return None


def month_page(console: Here, me: Me, case: str) -> Response:
    """Show a month's check: how far it is, and every serial number beside its evidence, differences first."""
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        file = _file(connection, case)
        seen = evidence(connection, CaseId(case), office.clock())
        filled = papers.sheets(connection, file.case.id, CODE) is not None
        offered = _choice(connection, office, me, file)
    rows = match(seen)
    return page(
        console,
        "selisih.html",
        me,
        file=file,
        rows=rows,
        found=[one for row in rows for one in row.findings],
        seen=seen,
        filled=filled,
        may_fill=offered is not None,
    )


def fill_page(console: Here, me: Me, case: str) -> Response:
    """Show F06 with a row for each server that the list has."""
    return _fill(console, me, case, None, {}, "")


def _fill(
    console: Console, me: Visitor, case: str, sent: Posted | None, faults: Mapping[str, str], refusal: str
) -> Response:
    me.require(Permission.READ_INVENTORY)
    office = console.office
    with reading(office.store) as connection:
        file = _file(connection, case)
        offered = _choice(connection, office, me, file)
        stock = inventory.load(connection, office.clock())
    if offered is None:
        return page(console, "tolak.html", me, 409, sentence=refusal or NOT_NOW, code=409)
    choice, paper = offered
    given = {**paper.ready, **({} if sent is None else _given(sent))}
    devices = {one.id: one for one in stock.devices}
    rows = []
    for number in range(1 + max((_row_of(name) for name in given), default=-1)):
        device = devices.get(next(iter(given.get(f"{ROWS}.{number}.server", ())), ""))
        place = "" if device is None else device.claim.place.words(stock.racks)
        rows.append(Row(number, device, place, _fields(paper, number, given, faults)))
    plain = [one for one in leaves(paper.form, given) if "." not in one.name]
    head = [(one, next(iter(given.get(one.name, ())), ""), faults.get(one.name, "")) for one in plain]
    status = 422 if faults or refusal else 200
    note = "" if sent is None else sent.one("alasan")
    values = {"file": file, "head": head, "rows": rows, "choice": choice, "note": note}
    return page(console, "inventaris_isi.html", me, status, refusal=refusal, faults=faults, **values)


def _fields(
    paper: Paper, number: int, given: Mapping[str, Sequence[str]], faults: Mapping[str, str]
) -> tuple[tuple[Field, str, str], ...]:
    columns = next(one for one in paper.form.fields if one.name == ROWS).columns
    names = ((one, f"{ROWS}.{number}.{one.name}") for one in columns)
    return tuple((one, next(iter(given.get(name, ())), ""), faults.get(name, "")) for one, name in names)


def _row_of(name: str) -> int:
    head, _, rest = name.partition(".")
    number = rest.partition(".")[0]
    return int(number) if head == ROWS and number.isascii() and number.isdigit() and len(number) < 4 else -1  # noqa: PLR2004 - digits


def fill(console: Here, me: Me, form: LongForm, case: str) -> Response:
    """Take the filled F06 as the answer to its step; what was typed is kept where something is wrong."""
    me.require(Permission.READ_INVENTORY)
    if MORE in form.fields:
        return _fill(console, me, case, form, {}, "")
    attempt = form.one("attempt")
    number = int(attempt) if attempt.isascii() and attempt.isdigit() and len(attempt) < 6 else 0  # noqa: PLR2004 - digits
    verdict = Answer(form.one("step"), number, form.one("pilihan"), form.one("alasan"))
    done = act(console.office, me.person, case, Act(verdict, given=_given(form)))
    if isinstance(done, Faulty):
        return _fill(console, me, case, form, done.faults, "")
    if isinstance(done, Refused):
        return _fill(console, me, case, form, {}, done.why)
    return RedirectResponse(f"/inventaris/bulanan/{case}", 303)


def _given(form: Posted) -> dict[str, tuple[str, ...]]:
    ours = {"bulan", "lokasi", "petugas"}
    return {name: texts for name, texts in form.fields.items() if name in ours or _row_of(name) >= 0}


def _file(connection: Connection, case: str) -> CaseFile:
    file = cases.load(connection, case)
    if file is None or not any(
        Effect.INVENTORY_MONTHLY in step.effects for step in file.case.procedure.steps
    ):
        raise NotFound
    return file


def _choice(
    connection: Connection, office: Office, me: Visitor, file: CaseFile
) -> tuple[Choice, Paper] | None:
    """Give the button that files F06 and the form, where it is this person's turn to fill it."""
    offered = choices(file.case, me.person)
    if file.case.step == END or not offered:
        return None
    paper = filling.paper(connection, office, file.case)
    mine = paper is not None and paper.demanded and paper.form.code == CODE
    return (offered[0], paper) if mine and paper is not None else None
