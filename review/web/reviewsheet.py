"""Many rows of a review on one sheet: what waits for a reader, answered or decided in one step.

Decisions:

* 2026-11-21: nothing is chosen beforehand. One word may be said for all rows left unchosen, and it reaches
  only those for which it needs no reason: what goes against advice or answer is chosen row by row, so that
  a sheet cannot be waved through.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from review.access import Permission, Refused, may
from review.campaign import Outcome, Said, needs_no_reason
from review.people import Person
from review.store import campaigns, cases, grants
from review.store.campaigns import Campaign
from review.store.cases import CaseFile
from review.store.grants import OfficeGrant
from review.web.review_query import Asked, Line
from review.web.reviewbook import ANSWERS, ON_A_PAGE, Progress, lines_of, progress
from review.web.visitor import Posted
from review.workflow.campaign_rows import Word

VERDICTS = (Outcome.KEEP, Outcome.REMOVE, Outcome.SUSPEND)
"""What a judge may choose here; a change has terms of its own, on the row's card."""

SHARED = (Outcome.KEEP, Outcome.REMOVE)
"""What may be said for all rows left unchosen."""


class As(StrEnum):
    """In which part somebody fills a sheet."""

    UNIT = "jawaban"
    JUDGE = "putusan"


SAID = {As.UNIT: Said.ANSWER, As.JUDGE: Said.DECISION}
CHOICES = {As.UNIT: ANSWERS, As.JUDGE: VERDICTS}


@dataclass(frozen=True, slots=True)
class SheetView:
    """A page of a sheet: the rows that wait, how many there are in all, whose units they are of."""

    file: CaseFile
    campaign: Campaign
    part: As
    parts: tuple[As, ...]
    asked: Asked
    lines: tuple[Line, ...]
    grants: Mapping[str, OfficeGrant]
    total: int
    page: int
    pages: int
    units: tuple[Progress, ...]


def sheet_of(
    connection: Connection, person: Person, id: str, part: As | None, asked: Asked
) -> SheetView | None:
    """Give the rows that wait for a person in a part of theirs; None where they see no such review."""
    file, held = cases.load(connection, id), campaigns.find(connection, id)
    if file is None or held is None:
        return None
    lines = lines_of(connection, person, file, held)
    if not lines and isinstance(may(person, Permission.READ_CASES), Refused):
        return None
    mine = {one: [line for line in lines if _waits(line, one)] for one in As}
    parts = tuple(one for one in (As.JUDGE, As.UNIT) if mine[one])
    chosen = part or next(iter(parts), As.UNIT)
    fitting = [line for line in mine[chosen] if line.fits(asked)]
    pages = max(1, -(-len(fitting) // ON_A_PAGE))
    page = min(asked.page, pages)
    shown = tuple(fitting[ON_A_PAGE * (page - 1) : ON_A_PAGE * page])
    given = grants.listed(connection, ids=[line.kept.item.grant for line in shown]) if shown else ()
    return SheetView(
        file,
        held,
        chosen,
        parts,
        asked,
        shown,
        {one.terms.id: one for one in given},
        len(fitting),
        page,
        pages,
        progress(line.kept for line in mine[chosen]),
    )


def _waits(line: Line, part: As) -> bool:
    item = line.kept.item
    if part is As.UNIT:
        return line.answers and item.answer() is None
    return line.decides and item.outcome() is None


def words_of(connection: Connection, case: str, part: As, form: Posted) -> tuple[Word, ...]:
    """Read a sheet: each row chosen, and the rows left unchosen that the shared word reaches."""
    ids = tuple(dict.fromkeys(one for one in form.fields.get("butir", ()) if one))
    chosen = {id: form.one(f"hasil-{id}") for id in ids}
    words = [
        Word(id, Outcome(text), form.one(f"alasan-{id}"))
        for id, text in chosen.items()
        if text in set(CHOICES[part])
    ]
    shared, rest = form.one("sisa"), [id for id, text in chosen.items() if not text]
    if rest and shared in set(SHARED):
        outcome = Outcome(shared)
        rows = campaigns.rows(connection, case, rest)
        words += [Word(one.id, outcome) for one in rows if needs_no_reason(one.item, SAID[part], outcome)]
    return tuple(words)
