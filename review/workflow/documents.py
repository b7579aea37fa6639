"""Documents of a case: issued when a step makes or signs them, and printed with whoever signed since.

Decisions:
    2026-11-21: a document is issued anew only when a paper it was made from has changed; then it has a code
    of its own, and what was initialled or signed on the earlier papers does not stand on it.
    2026-11-21: minutes and reports are numbered when they are made, because the parties sign a numbered
    paper; a letter when it is signed, so that a rejected draft uses up no number. A next version keeps it.
    2026-11-21: papers about rights taken away bear what each door confirmed and how fast, as it is when they
    are issued. Issued again after more doors followed, they say so; what was signed on them stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from card_registry.words import PersonId
from review import outside
from review.access import Refused
from review.documents import building, inventory_forms
from review.documents.building import Cover, Passed
from review.documents.codes import code_of, grouped
from review.documents.copies import Copy, Mark, Signed
from review.documents.inventory_forms import Listed
from review.documents.layout import Facts, Sheet
from review.form import Filled, Form, offered
from review.indonesian import moment_text
from review.office import Office
from review.paperwork import named
from review.people import CAPACITY_WORDS, TITLES, Capacity
from review.procedure import Effect
from review.shelf import forms
from review.store import (
    books,
    card_stock,
    cases,
    inventory,
    issued,
    letterheads,
    papers,
    people,
    profiles,
    signatures,
)
from review.store.books import Direction, Entry
from review.store.cases import CaseFile
from review.store.issued import Issued, New
from review.store.people import Standing
from review.store.signatures import PaperMark, Signature, SignatureKind
from review.workflow import (
    document_lists,
    emergency_minutes,
    filling,
    propagating,
    reporting,
    review_form,
    signing_off,
)
from review.workflow.office_lists import on_offer
from review.workflow.scene import Scene
from review.workflow.signing_off import REPORT, Report
from review.workflow.telling import tell_applicant

LETTER = "F16"
DISPOSITION = "F12"
RECEIPT = "F15"
EMERGENCY = "F19"
NUMBERED_WHEN_SIGNED = frozenset({LETTER})
PROVEN = frozenset({"F04", "F15", "F18", "F19"})
"""The papers that bear when each door had what their case took away."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as it would be issued now, and the papers that it is made from."""

    sheet: Sheet
    papers: tuple[PaperMark, ...]


def draft(connection: Connection, office: Office, file: CaseFile, code: str) -> Draft | Refused:
    """Build the document of a form from what the case has."""
    shelf = forms()
    if code == REPORT:
        return _report(connection, office, file)
    if code not in shelf:
        return Refused(f"Formulir {code[:8]} tidak dikenal.")
    # What has left the room since is still named by its words on the papers that name it.
    lists = on_offer(connection, office).but(server=lambda: inventory.labels(connection))
    form = offered(shelf[code], lists)
    standing = signatures.standing(connection, file.case.id)
    own = tuple(mark for mark in standing if mark.form.partition(".")[0] == code)
    cover = cover_of(connection, office, file)
    if code == review_form.CODE:
        made = review_form.sheet(connection, office, file.case.id, form, cover)
        return _missing(form) if made is None else Draft(made, own)
    if code == DISPOSITION:
        return Draft(_disposition(connection, office, file, form, cover), own) if own else _missing(form)
    filled = papers.sheets(connection, file.case.id, code)
    if filled is None:
        return _missing(form)
    built = _built(connection, form, filled, cover)
    return Draft(_proven(connection, office, file, built) if code in PROVEN else built, own)


def _proven(connection: Connection, office: Office, file: CaseFile, sheet: Sheet) -> Sheet:
    """Add to a paper what each door confirmed of what its case took away."""
    made = propagating.journey(connection, office, file.case.id)
    for grid in propagating.proof(made, office.zone()):
        sheet = building.followed(sheet, grid)
    log = emergency_minutes.log(connection, office, file.case.id) if sheet.form == EMERGENCY else None
    if log is not None:
        sheet = building.followed(sheet, log)
    if sheet.form != RECEIPT:
        return sheet
    figures = tuple((label, str(number)) for label, number in card_stock.stock(connection).lines())
    return building.closed(sheet, Facts(figures, "Persediaan kartu pada saat tanda terima ini diterbitkan"))


def _built(connection: Connection, form: Form, filled: Filled, cover: Cover) -> Sheet:
    if form.code == inventory_forms.CHECK:
        return inventory_forms.check(form, filled, cover, _listed(connection))
    if form.code == inventory_forms.CHECKLIST:
        return inventory_forms.checklist(form, filled, cover)
    return building.build(form, filled, cover)


def _listed(connection: Connection) -> Mapping[str, Listed]:
    racks, found = inventory.load(connection, 0).racks, {}
    for kept in inventory.devices(connection):
        one, place = kept.device, kept.device.claim.place.words(racks)
        known = (one.name, one.owner, kept.facts.merk, one.serial)
        found[one.id] = Listed(*known, place, one.claim.addresses)
    return found


def _report(connection: Connection, office: Office, file: CaseFile) -> Draft | Refused:
    made = papers.newest(connection, file.case.id, REPORT, Report)
    if made is None:
        return _missing(document_lists.REPORT_FORM)
    own = tuple(mark for mark in signatures.standing(connection, file.case.id) if mark.form == REPORT)
    pictures = reporting.of_month(connection, office, made.since, made.until)
    return Draft(document_lists.report(made, office, cover_of(connection, office, file), pictures), own)


def _missing(form: Form) -> Refused:
    return Refused(f"Isi terlebih dahulu {form.code} ({form.title}).")


def cover_of(connection: Connection, office: Office, file: CaseFile) -> Cover:
    """Give what surrounds a document of a case: letterhead, number, town, day, titles."""
    procedure = file.case.procedure
    identity = procedure.identity
    return Cover(
        letterheads.letterhead(connection, identity),
        file.number,
        letterheads.town(connection, identity),
        office.today(),
        profiles.titles(connection, procedure),
    )


def _disposition(connection: Connection, office: Office, file: CaseFile, form: Form, cover: Cover) -> Sheet:
    case, names = file.case, people.names(connection)
    letters = [one for one in books.letters(connection, case.id) if one.direction is Direction.IN]
    facts = [
        ("Surat dari", file.applicant_name + (f", {file.applicant_unit}" if file.applicant_unit else "")),
        ("Nomor kasus", file.number),
        ("Diterima", moment_text(file.made, office.zone())),
        *(("Nomor agenda", f"{one.number}/{one.year}") for one in letters[:1]),
        ("Perihal", letters[0].subject if letters else case.procedure.title),
    ]
    passed = []
    for place, done in enumerate(case.history):
        if not done.counts() or Effect.DISPOSE not in case.procedure.step(done.step).effects:
            continue
        after = next((one.step for one in case.history[place + 1 :] if one.counts()), case.step)
        to = next((step.role for step in case.procedure.steps if step.no == after), None)
        title = CAPACITY_WORDS[done.capacity] + case.procedure.title_of(done.role)
        by = f"{title}\n{names.get(done.actor(), '')}"
        receiver = case.procedure.title_of(to) if to else ""
        passed.append(Passed(by, receiver, done.note, moment_text(done.at, office.zone())))
    return building.disposition(form, tuple(facts), tuple(passed), cover)


def issue(
    connection: Connection, office: Office, file: CaseFile, code: str, person: PersonId
) -> Issued | Refused:
    """Issue the document of a form, unless the newest one was made from the same papers."""
    made = draft(connection, office, file, code)
    if isinstance(made, Refused):
        return made
    last = issued.newest(connection, file.case.id, code)
    if last is not None and last.papers == made.papers and not _outrun(code, last, made):
        return last
    number = last.number if last else ""
    if not number and code not in NUMBERED_WHEN_SIGNED:
        number = letterheads.take_number(connection, code, office.today())
    new = code_of(office.entropy(16))
    at = office.clock()
    return issued.issue(connection, New(new, file.case.id, made.sheet, made.papers, person, at, number))


def _outrun(code: str, last: Issued, made: Draft) -> bool:
    """Say whether doors have confirmed since what the newest print of a paper says of them."""
    return code in PROVEN | {review_form.CODE} and last.sheet.blocks != made.sheet.blocks


def copy_of(connection: Connection, office: Office, one: Issued, base: str) -> Copy:
    """Give a document as it is printed now; ``base`` is the console's address that its QR leads to."""
    day = datetime.fromtimestamp(one.at / 1000, ZoneInfo(office.zone())).date()
    mark = Mark(one.code, f"{base.rstrip('/')}/periksa/{one.code}", one.sha256, day)
    return Copy(one.sheet, one.number, mark, signed(connection, office, one))


def base_address(office: Office, otherwise: str) -> str:
    """Give the console's address: the first that the officers signed, or else how it was reached."""
    policy = outside.policy(office.registry)
    origins = () if policy is None else policy.console_origins
    return origins[0] if origins else otherwise


def signed(connection: Connection, office: Office, one: Issued) -> tuple[Signed, ...]:
    """Give who initialled and signed exactly the papers that a document was made from."""
    file = None if one.case is None else cases.load(connection, one.case)
    if file is None or not one.papers:
        return ()
    names, standings = people.names(connection), people.standings(connection)
    return tuple(
        _signed(
            connection, office, file, put, (names.get(put.person, ""), standings.get(put.person, Standing()))
        )
        for put in signatures.of_case(connection, file.case.id)
        if set(one.papers) <= set(put.papers)
    )


def _signed(
    connection: Connection, office: Office, file: CaseFile, put: Signature, who: tuple[str, Standing]
) -> Signed:
    procedure, (name, standing) = file.case.procedure, who
    own = ""
    if put.capacity is Capacity.FOR:
        person = people.find(connection, put.person, put.at)
        held = [] if person is None else [role for role in TITLES if role in person.own_roles() - {put.role}]
        own = profiles.titles(connection, procedure)[held[0]] if held else ""
    initial = put.kind is SignatureKind.INITIAL
    when = moment_text(put.at, office.zone())
    title, below = procedure.title_of(put.role), (standing.rank, standing.nip)
    return Signed(put.role, put.capacity, title, name, when, initial, own, *below)


def _file(scene: Scene) -> CaseFile:
    """Give the case as this answer leaves it.

    Raises:
        ValueError: The case is gone from the store, which cannot be within its own transaction.
    """
    file = cases.load(scene.connection, scene.advanced.case.id)
    if file is None:
        message = "the case of an effect is not in the store"
        raise ValueError(message)
    return file


def _issue(scene: Scene, code: str) -> Issued | Refused:
    return issue(scene.connection, scene.office, _file(scene), code, scene.person)


def _sent_back(scene: Scene) -> bool:
    """Say whether the answer sends the paper back instead of making or signing it."""
    done = scene.advanced.done
    branch = scene.advanced.case.procedure.step(done.step).branch(done.answer)
    return branch is not None and branch.reason_required


def draft_handover(scene: Scene) -> Refused | None:
    """Make the minutes of a handover (BAST), numbered."""
    made = None if _sent_back(scene) else _issue(scene, "F05")
    return made if isinstance(made, Refused) else None


def sign_handover(scene: Scene) -> Refused | None:
    """Sign the minutes of a handover as its form says now."""
    refused = draft_handover(scene)
    if refused is None:
        signing_off.sign(scene)
    return refused


def draft_letter(scene: Scene) -> Refused | None:
    """Make the draft of a reply; it has no number before it is signed."""
    made = None if _sent_back(scene) else _issue(scene, LETTER)
    return made if isinstance(made, Refused) else None


def sign_letter(scene: Scene) -> Refused | None:
    """Sign a reply and give it its number."""
    if _sent_back(scene):
        return None
    made = _issue(scene, LETTER)
    if isinstance(made, Refused):
        return made
    signing_off.sign(scene)
    if not made.number:
        number = letterheads.take_number(scene.connection, LETTER, scene.office.today())
        issued.give_number(scene.connection, made.code, number)
    return None


def send_letter(scene: Scene) -> Refused | None:
    """Enter a signed reply into the agenda of letters sent, and tell the applicant its number and code."""
    case, done = scene.advanced.case, scene.advanced.done
    letter = issued.newest(scene.connection, case.id, LETTER)
    if letter is None or not letter.number:
        return Refused("Surat balasan belum ditandatangani.")
    filled = papers.sheets(scene.connection, case.id, LETTER)
    to = "" if filled is None else filled.one("kepada")
    entry = Entry(case.id, done.step, scene.person, scene.now, scene.office.today().year)
    books.enter_letter(scene.connection, entry, Direction.OUT, letter.sheet.title, to)
    text = f"Surat balasan nomor {letter.number} ({letter.sheet.title}) telah dikirim."
    tell_applicant(scene, f"{text} Kode periksa: {grouped(letter.code)}.")
    return None


def then_issue(work: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Give an effect that also issues the documents it is about, as their forms say now.

    These are the forms that its step names, where they are filled, and what was issued in the case before:
    whoever signs after a form was filled anew signs the new document.
    """

    def done(scene: Scene) -> None:
        work(scene)
        case = scene.advanced.case
        if _sent_back(scene):
            return
        codes = {code for code, _ in named(case.procedure.step(scene.advanced.done.step))}
        codes |= {REPORT, *(one.form for one in issued.of_case(scene.connection, case.id))}
        for code in sorted(codes & filling.known(scene.connection, case.id)):
            _issue(scene, code)

    return done


def issue_disposition(scene: Scene) -> None:
    """Issue the disposition sheet with the disposition just made."""
    _issue(scene, DISPOSITION)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.HANDOVER_DRAFT: draft_handover,
    Effect.HANDOVER_SIGN: sign_handover,
    Effect.LETTER_DRAFT: draft_letter,
    Effect.LETTER_SIGN: sign_letter,
    Effect.LETTER_SEND: send_letter,
    Effect.REPORT: then_issue(signing_off.report),
    Effect.INITIAL: then_issue(signing_off.initial),
    Effect.SIGN: then_issue(signing_off.sign),
}
"""What each of these effects does."""
