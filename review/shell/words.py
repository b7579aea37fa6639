"""What a console answered, in lines for people: cases, steps, histories, messages, documents, audits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from review.asking import Piece
from review.web.api_attachments import AttachmentsBody
from review.web.api_audit import SheetBody
from review.web.api_cases import CaseBody, CasesBody, HistoryBody, PapersBody
from review.web.api_documents import DocumentsBody
from review.web.api_inbox import InboxBody
from review.web.api_procedures import ProceduresBody
from review.web.api_steps import StepBody


def moment(at: int | None, zone: tzinfo | None) -> str:
    """Write a moment (milliseconds) in a zone; a dash for none."""
    return "-" if at is None else f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M}"


def table(rows: Iterable[Sequence[str]], heads: Sequence[str]) -> Iterator[str]:
    """Write rows under their heads, each column as wide as its longest text."""
    every = [tuple(heads), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in every) for place in range(len(heads))]
    for row in every:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()


def cases(found: CasesBody, zone: tzinfo | None) -> Iterator[str]:
    """Write a list of cases, and how many there are besides."""
    rows = [
        (
            one.number,
            one.procedure,
            one.ending or one.state.value,
            one.step,
            one.turn or "-",
            moment(one.due, zone) + (f" {one.late}" if one.late and one.due else ""),
            one.about,
        )
        for one in found.cases
    ]
    yield from table(rows, ("number", "procedure", "state", "step", "whose turn", "due", "about"))
    if found.pages > 1:
        yield f"page {found.page} of {found.pages}; {found.total} cases"


def case(one: CaseBody, zone: tzinfo | None) -> Iterator[str]:
    """Write a case: where it stands, what may be done with it, its history."""
    yield f"{one.number}  {one.procedure} {one.title}"
    yield f"about      {one.about}"
    yield f"state      {one.ending or one.state}"
    if one.turn:
        due = "" if one.due is None else f", due {moment(one.due, zone)} {one.late}"
        yield f"step       {one.step}, attempt {one.attempt}, {one.turn}{due}"
    if one.waiting_for:
        yield f"waits      {one.waiting_for}"
    if one.parent is not None:
        yield f"begun by   {one.parent.number} step {one.parent.step}"
    yield from (f"began      {child.number} at step {child.step}: {child.state}" for child in one.children)
    yield from (f"card       {card.number} {card.status}" for card in one.cards)
    yield f"you may    {', '.join(_may(one)) or one.why_not or 'only read'}"
    yield ""
    yield from history(one.history, zone)


def _may(one: CaseBody) -> Iterator[str]:
    yield from (f"answer {choice}" for choice in one.choices)
    if one.may.withdraw:
        yield "withdraw"
    if one.may.look_again:
        yield "look-again"
    yield from (f"correct {position}" for position in one.may.correct)
    yield from (f"appoint {person.id} ({person.name})" for person in one.may.appoint)


def history(rows: Iterable[HistoryBody], zone: tzinfo | None) -> Iterator[str]:
    """Write the rows of a history."""
    heads = ("row", "at", "step", "attempt", "who", "answer", "note")
    lines = [
        (
            str(row.position),
            moment(row.at, zone),
            row.step,
            str(row.attempt),
            row.person_name or row.person,
            row.answer if row.refers is None else f"{row.answer} {row.refers}",
            row.note,
        )
        for row in rows
    ]
    yield from table(lines, heads)


def step(one: StepBody) -> Iterator[str]:
    """Write the answers that a step takes, and what each needs."""
    if not one.choices:
        yield one.why_not
    for choice in one.choices:
        needs = [
            *(["a note"] if choice.reason_required else []),
            *(["your passphrase"] if choice.signs else []),
            *choice.required,
            *(["the name it is recorded for"] if choice.recorded else []),
        ]
        yield f"step {one.step}  {choice.label}: {choice.button}" + (
            f" (needs {', '.join(needs)})" if needs else ""
        )
    yield from (f"for        {person.id} {person.name}, {person.title}" for person in one.names)


def procedures(found: ProceduresBody) -> Iterator[str]:
    """Write the procedures in force, marking those that may be opened."""
    rows = [(one.id, "open" if one.may_open else "", one.source, one.title) for one in found.procedures]
    yield from table(rows, ("id", "you may", "source", "title"))


def papers(found: PapersBody) -> Iterator[str]:
    """Write every form of a case as last filled."""
    for paper in found.papers:
        yield paper.form
        yield from (f"  {name}: {'; '.join(texts)}" for name, texts in paper.values.items())


def documents(found: DocumentsBody, zone: tzinfo | None) -> Iterator[str]:
    """Write the documents of a case."""
    rows = [
        (one.code, one.form, str(one.version), one.number or "-", moment(one.at, zone), one.title)
        for one in found.documents
    ]
    yield from table(rows, ("code", "form", "version", "number", "at", "title"))


def attachments(found: AttachmentsBody, zone: tzinfo | None) -> Iterator[str]:
    """Write what was attached to a case."""
    rows = [
        (
            one.id,
            one.kind,
            str(one.size),
            moment(one.at, zone),
            one.name if one.removed is None else f"taken away {moment(one.removed, zone)}",
            one.caption,
        )
        for one in found.attachments
    ]
    yield from table(rows, ("id", "kind", "bytes", "at", "name", "caption"))


def inbox(found: InboxBody, zone: tzinfo | None) -> Iterator[str]:
    """Write messages, the unread marked."""
    rows = [
        (str(one.id), "" if one.seen else "new", moment(one.made, zone), " ".join(one.text.split()))
        for one in found.messages
    ]
    yield from table(rows, ("id", "", "at", "message"))


def sheet(found: SheetBody) -> Iterator[str]:
    """Write the answer to an auditor's question; a person, card, case or server is told with its id."""
    yield from (found.title, found.sentence)
    yield from (f"{fact.name}: {_cell(fact.told)}" for fact in found.facts)
    for one in found.tables:
        yield from ("", one.title.upper())
        if not one.rows:
            yield one.empty or "-"
            continue
        yield from table([[_cell(cell) for cell in row.cells] for row in one.rows], one.columns)
        yield from [one.note] if one.note else []
    yield from ["", "there is a further --page"] if found.more else []


def _cell(pieces: Iterable[Piece]) -> str:
    said = []
    for piece in pieces:
        place, _, id_ = piece.link.rpartition("/")
        said.append(f"{piece.text} [{id_}]" if place.startswith("/audit/") else piece.text)
    return "; ".join(said)
