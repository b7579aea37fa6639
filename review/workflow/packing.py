"""The evidence pack of a review: gathered from what office, authority and doors have now, issued and kept.

What a pack says is ``review.pack``'s. An issued pack is a document of its case with a code of its own; its
JSON, workbook and proof are files of that document, so that the page that verifies knows the hash of each.
"""

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, func, select

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from card_registry.words import CaseId, PersonId
from review import outside
from review.campaign import EVERYTHING, RULES
from review.case import CaseState, Ending
from review.documents.codes import code_of
from review.office import Office
from review.pack import book, printing
from review.pack.counting import count
from review.pack.files import JSON, LIMIT
from review.pack.proof import Proof
from review.pack.value import VERSION, About, Minutes, Pack, Registry, Signer, Stage, Way
from review.people import SYSTEM
from review.procedure import END
from review.store import audit, campaigns, cases, issued
from review.store.cases import CaseFile
from review.store.issued import FileKind, Issued, New
from review.store.transaction import reading, writing
from review.tables import case_file
from review.tables import issued as issued_document
from review.tables_campaign import campaign
from review.workflow import documents
from review.workflow.packing_books import Books
from review.workflow.packing_doors import Doors, proof
from review.workflow.packing_rows import entry, lists
from review.workflow.packing_taken import came_back, risk, ways

MINUTES = "F18"


@dataclass(frozen=True, slots=True)
class Packed:
    """A pack as gathered, and the proof beside it."""

    pack: Pack
    proof: Proof

    def told(self) -> bytes:
        """Give the bytes of the pack."""
        return canonical.encode(self.pack)


def gather(connection: Connection, office: Office, case: str) -> Packed | None:
    """Give the pack of a review as things stand now, None where the case is no review."""
    file, held = cases.load(connection, case), campaigns.find(connection, case)
    if file is None or held is None:
        return None
    books, doors = Books.read(connection, office, file, held), Doors.read(office)
    before, after = lists(books)
    entries = tuple(entry(books, one) for one in books.rows)
    taken, back = ways(connection, books, doors), came_back(connection, books)
    signed = proof(office, doors.shown(), _records(books, taken))
    pack = Pack(
        v=VERSION,
        stage=Stage.OVER if file.case.step == END else Stage.RUNNING,
        made=books.now,
        about=_about(books),
        sums=count((before, after), entries, taken, back),
        before=before,
        after=after,
        entries=entries,
        ways=taken,
        cards=back,
        risk=risk(connection, books),
        registry=_registry(books, doors, signed),
        minutes=_minutes(connection, office, file),
        cover=documents.cover_of(connection, office, file),
        rules=tuple((name.value, rule.explained(held.thresholds)) for name, rule in RULES.items()),
    )
    return Packed(pack, signed)


def _about(books: Books) -> About:
    held, file = books.held, books.file
    return About(
        site=books.office.site,
        zone=books.zone,
        case=held.case,
        number=file.number,
        name=held.span.name,
        begins=held.span.begins.isoformat(),
        ends=held.span.ends.isoformat(),
        taken=held.taken,
        last="" if held.last is None else held.last.isoformat(),
        scope=_scope(books),
        cause=held.cause.event,
    )


def _scope(books: Books) -> str:
    """Say in words whose rights were looked at."""
    scope = books.held.scope
    if scope == EVERYTHING:
        return "semua hak akses"
    holder = next((one for one in books.grants.values() if one.terms.holder == scope.holder), None)
    parts = [f"unit kerja {scope.unit}"] if scope.unit else []
    parts += [f"pintu {books.signs.get(scope.door, scope.door)}"] if scope.door else []
    parts += [f"pemegang {holder.holder_name}"] if holder is not None else []
    return ", ".join(parts)


def _records(books: Books, taken: Iterable[Way]) -> list[int]:
    """Name the authority's records that the review caused: removals, and rights given in their place."""
    found = [one.record for one in taken]
    for one in books.grants.values():
        if one.case == books.held.case:
            decided = outside.outcome_of(books.office.registry, outside.WARRANT, str(one.warrant))
            found.append(None if decided is None else decided.authority)
    return [seq for seq in found if seq is not None]


def _registry(books: Books, doors: Doors, signed: Proof) -> Registry:
    size = int(signed.head.split("\n")[1]) if signed.head else 0
    return Registry(
        taken=books.held.publication,
        now=outside.publication(books.office.registry),
        records=size,
        root=signed.root(),
        proof=hashlib.sha256(canonical.encode(signed)).hexdigest(),
        controllers=doors.shown(),
    )


def _minutes(connection: Connection, office: Office, file: CaseFile) -> Minutes | None:
    """Give the minutes as they were issued last, with whoever signed them."""
    one = issued.newest(connection, file.case.id, MINUTES)
    if one is None:
        return None
    signers = tuple(
        Signer(", ".join(put.titles()), put.name, put.at, put.initial)
        for put in documents.signed(connection, office, one)
    )
    return Minutes(one.code, one.number, one.sha256, one.at, one.sheet, signers)


def issue_pack(office: Office, case: str, person: PersonId) -> Issued | None:
    """Issue the pack of a review with its workbook, unless the newest one still tells how things stand.

    None where the case is no review. What takes long is done before the store is written to.
    """
    with reading(office.store) as connection:
        last = issued.newest(connection, case, printing.CODE)
        then = None if last is None else pack_of(connection, last.code)
        if then is not None and is_final(then):
            return last
        made = gather(connection, office, case)
    if made is None or (then is not None and _lasting(then) == _lasting(made.pack)):
        return last
    return _keep(office, (made, last), _workbook(made.pack), person)


def _workbook(pack: Pack) -> bytes:
    """Give the workbook, empty where this machine cannot make one: it is made when somebody asks for it."""
    with contextlib.suppress(OperatorMistaken):
        return book.workbook(pack)
    return b""


def pack_over(office: Office) -> int:
    """Issue the pack of a review that ended since its last one; give how many were.

    So the list afterwards is that of the review's end, whenever somebody looks. One at a time, because each
    takes its while.
    """
    last = select(func.max(issued_document.c.at)).where(
        issued_document.c.case == case_file.c.id, issued_document.c.form == printing.CODE
    )
    ended = (case_file.c.state == CaseState.CLOSED.value) & (case_file.c.ending == Ending.COMPLETED.value)
    query = (
        select(campaign.c.case)
        .join(case_file, case_file.c.id == campaign.c.case)
        .where(ended, func.coalesce(last.scalar_subquery(), 0) < case_file.c.entered)
        .order_by(case_file.c.entered)
        .limit(1)
    )
    with reading(office.store) as connection:
        case = connection.scalar(query)
    return 0 if case is None else int(issue_pack(office, case, SYSTEM) is not None)


def _keep(
    office: Office, found: tuple[Packed, Issued | None], workbook: bytes, person: PersonId
) -> Issued | None:
    """Enter a pack as the version after the last one; of two that were made at once, the first is kept."""
    made, last = found
    body, now, code, case = made.told(), office.clock(), code_of(office.entropy(16)), made.pack.about.case
    sheet = printing.sheet(made.pack, hashlib.sha256(body).hexdigest())
    with writing(office.store) as connection:
        cases.load(connection, case, lock=True)
        newest = issued.newest(connection, case, printing.CODE)
        if (newest and newest.code) != (last and last.code):
            return newest
        one = issued.issue(connection, New(code, CaseId(case), sheet, (), person, now))
        for kind, file in (
            (FileKind.JSON, body),
            (FileKind.PROOF, canonical.encode(made.proof)),
            (FileKind.XLSX, workbook),
        ):
            if file:
                issued.keep(connection, code, kind, file, now)
        detail = f"terbit {code} versi {one.version}"
        audit.record(connection, person, "review.bukti", f"case/{case}", now, detail)
    return one


def kept(connection: Connection, code: str, kind: FileKind) -> bytes:
    """Give the newest kept file of a kind; empty where there is none."""
    return next((one.body for one in issued.files(connection, code) if one.kind is kind), b"")


def pack_of(connection: Connection, code: str) -> Pack:
    """Give what an issued pack says."""
    return canonical.decode(kept(connection, code, FileKind.JSON), Pack, JSON, LIMIT)


def is_final(pack: Pack) -> bool:
    """Say whether a pack stays for good: the review is over, and its removals are at every door.

    What is given or taken later is no part of it.
    """
    return pack.stage is Stage.OVER and pack.sums.confirmed == pack.sums.removals


def _lasting(pack: Pack) -> Pack:
    """Give a pack without what changes by itself: the moment it was made, and the doors' newest statuses."""
    still = replace(pack.registry, now=None, records=0, proof="", controllers=())
    return replace(pack, made=0, registry=still, cover=replace(pack.cover, day=date.min))
