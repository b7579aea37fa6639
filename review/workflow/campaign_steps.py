"""What the steps of a review cause, and what is said about its rows between them.

A row may be answered once its unit was asked, and decided until the answer "lengkap"; after that a decision
can only grow stricter, and is carried out at once, because what was taken away is given back by a signed
grant alone (S1.A). With the head's signature every row is locked.
"""

from collections.abc import Callable, Mapping
from datetime import date

from sqlalchemy import Connection

from card_registry.statements import GrantTerms
from card_registry.words import CaseId, Subject
from review.access import Refused
from review.campaign import (
    Change,
    Item,
    Outcome,
    Phase,
    Silenced,
    answer,
    decide,
    narrows,
    ratify,
    silence,
    silenced,
)
from review.case import Advanced, Case, CaseState, Done
from review.indonesian import day_text
from review.office import Office
from review.people import SYSTEM, Person, Role
from review.procedure import END, Effect
from review.store import audit, campaigns, cards, cases, grants, inbox, people, removals
from review.store.campaigns import Kept
from review.store.cases import CaseFile
from review.store.outbox import Letter
from review.store.removals import RemovalKind
from review.store.transaction import reading, writing
from review.workdays import Duration
from review.workflow.access import take_away
from review.workflow.campaigning import take_stock
from review.workflow.reminding import calendar_of
from review.workflow.rights import ask_grant
from review.workflow.scene import Scene

TAKEN = {Outcome.REMOVE: RemovalKind.REMOVED, Outcome.SUSPEND: RemovalKind.SUSPENDED}
"""What becomes of a right that is not kept."""

STRICTER = {None: 0, Outcome.KEEP: 1, Outcome.CHANGE: 2, Outcome.SUSPEND: 3, Outcome.REMOVE: 4}

UNKNOWN = Refused("Butir review tidak ditemukan.")
NOT_ASKED = Refused("Review ini belum disampaikan kepada unit kerja.")
OVER = Refused("Review ini sudah selesai; butirnya tidak dapat diubah lagi.")
BOUND = Refused(
    "Keputusan review sudah dilaksanakan. Hak yang sudah dicabut atau dibekukan hanya dapat diberikan lagi "
    "melalui permohonan akses baru."
)


def begin(scene: Scene) -> None:
    """Make the campaign's rows, unless its case began with them."""
    case = scene.advanced.case.id
    if campaigns.find(scene.connection, case) is None:
        take_stock(scene.connection, scene.office, case)


def ask_units(scene: Scene) -> None:
    """Tell every unit which rights of its people it has to answer for, and until when."""
    case = scene.advanced.case
    last = _last_day(scene, case)
    campaigns.ask(scene.connection, case.id, last)
    rows = campaigns.rows(scene.connection, case.id)
    count: dict[str, int] = {}
    for one in rows:
        unit = one.item.unit.casefold()
        count[unit] = count.get(unit, 0) + (one.item.answer() is None)
    for person in people.everyone(scene.connection, scene.now):
        waiting = count.get(person.unit.casefold(), 0)
        if waiting and Role.PEMOHON in person.roles:
            text = (
                f"Review akses ruang server: {waiting} hak akses {person.unit} menunggu jawaban Anda sampai "
                f"{day_text(last)}. Hak tanpa jawaban dibekukan, lalu dicabut."
            )
            inbox.tell(scene.connection, Letter(case.id, text, scene.now), person.id)


def _last_day(scene: Scene, case: Case) -> date:
    """Give the last day for answers: the standard time of the step that asks for them."""
    calendar, today = calendar_of(scene.office, scene.connection), scene.office.today()
    wanted = Duration.read(case.here().duration)
    return calendar.after(today, wanted.count) if wanted.unit == "hari" else calendar.working_day(today)


def settle_decisions(scene: Scene) -> Refused | None:
    """Let the judge's answer stand only when every row of theirs is decided; sign what is given anew."""
    done = scene.advanced.done
    branch = scene.advanced.case.procedure.step(done.step).branch(done.answer)
    if branch is not None and branch.reason_required:
        return None
    rows = campaigns.rows(scene.connection, scene.advanced.case.id)
    open_ = sum(one.item.outcome() is None and one.item.judge is Role.KABID for one in rows)
    if open_:
        return Refused(
            f"Masih ada {open_} butir yang belum diputus. Putuskan setiap butir pada halaman review."
        )
    for signed in scene.signed:
        ask_grant(scene, signed)
    return None


def carry_out(scene: Scene) -> None:
    """Take away what was decided to go; what was decided to stay is left as it is."""
    for one in campaigns.rows(scene.connection, scene.advanced.case.id):
        take(scene, one.item)


def take(scene: Scene, item: Item) -> None:
    """Take one right away if it is not kept: for good, until further notice, or because it was narrowed."""
    outcome = item.outcome()
    if outcome is None or outcome is Outcome.KEEP:
        return
    kind = TAKEN.get(outcome, RemovalKind.REMOVED)
    if kind is RemovalKind.REMOVED:
        removals.make_final(scene.connection, scene.advanced.case.id, item.grant)
    take_away(scene, ((Subject.GRANT, item.grant),), kind)
    if not grants.active(scene.connection, item.holder, scene.now):
        cards.suspend(scene.connection, item.holder)


def lock(scene: Scene) -> Refused | None:
    """Ratify every row with the head's signature, the rows that the head decides among them."""
    done = scene.advanced.done
    branch = scene.advanced.case.procedure.step(done.step).branch(done.answer)
    if branch is not None and branch.reason_required:
        return None
    head = people.find(scene.connection, done.actor(), scene.now)
    rows = campaigns.rows(scene.connection, scene.advanced.case.id)
    if head is None or not rows:
        return None
    for one in rows:
        locked = ratify(one.item, head, scene.now)
        if isinstance(locked, Refused):
            return Refused(f"Butir {one.position}: {locked.why}")
        campaigns.say(scene.connection, one, locked)
        if one.item.judge is Role.KADIS:
            take(scene, one.item)
    return None


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.REVIEW_BEGIN: begin,
    Effect.REVIEW_DECIDE: settle_decisions,
    Effect.REVIEW_APPLY: carry_out,
}
"""What each of these effects does."""


def answer_row(
    office: Office, person: Person, place: tuple[str, str], outcome: Outcome, reason: str
) -> Item | Refused:
    """Take a unit's answer to one row, ``place`` being the case and the row's id."""

    def said(file: CaseFile, kept: Kept, now: int) -> Item | Refused:
        if _stage(file.case) > _place(file.case, Effect.REVIEW_DECIDE):
            return BOUND
        return answer(kept.item, person, outcome, reason, now)

    return _say(office, person, place, said, "review.jawab")


def decide_row(
    office: Office,
    person: Person,
    place: tuple[str, str],
    verdict: tuple[Outcome, str],
    change: Change | None = None,
) -> Item | Refused:
    """Take the judge's decision on one row; after step "lengkap" only a stricter one, carried out at once."""
    outcome, reason = verdict

    def said(file: CaseFile, kept: Kept, now: int) -> Item | Refused:
        if _is_bound(file.case, kept.item) and STRICTER[outcome] <= STRICTER[kept.item.outcome()]:
            return BOUND
        with reading(office.store) as connection:
            given = grants.find(connection, kept.item.grant)
        wrong = _wrong_change(None if given is None else given.terms, change)
        return (
            Refused(f"Perubahan ditolak: {wrong}.")
            if wrong
            else decide(kept.item, person, outcome, reason, now, change)
        )

    return _say(office, person, place, said, "review.putus")


def _wrong_change(terms: GrantTerms | None, change: Change | None) -> str:
    if change is None:
        return ""
    return "hak ini tidak ditemukan lagi" if terms is None else narrows(terms, change)


def _stage(case: Case) -> int:
    """Give how far a case is, as the place of its step in the table."""
    return len(case.procedure.steps) if case.step == END else _index(case, case.step)


def _index(case: Case, no: str) -> int:
    return [step.no for step in case.procedure.steps].index(no)


def _place(case: Case, effect: Effect) -> int:
    """Give the place of the last step with an effect."""
    return max(i for i, step in enumerate(case.procedure.steps) if effect in step.effects)


def _is_bound(case: Case, item: Item) -> bool:
    """Say whether what was decided on a row has been carried out."""
    return item.judge is Role.KABID and _stage(case) > _place(case, Effect.REVIEW_DECIDE)


Speech = Callable[[CaseFile, Kept, int], Item | Refused]


def _say(office: Office, person: Person, place: tuple[str, str], speech: Speech, act: str) -> Item | Refused:
    """Say something about one row under the case's lock, keep it, and carry out what is already bound."""
    now, (case, id) = office.clock(), place
    with writing(office.store) as connection:
        file = cases.load(connection, case, lock=True)
        held = campaigns.find(connection, case)
        kept = next(iter(campaigns.rows(connection, case, (id,))), None)
        if file is None or held is None or kept is None:
            return UNKNOWN
        if held.last is None:
            return NOT_ASKED
        if file.case.state is CaseState.CLOSED:
            return OVER
        after = speech(file, kept, now)
        if isinstance(after, Refused):
            return after
        campaigns.say(connection, kept, after)
        if _is_bound(file.case, after):
            take(_scene(connection, office, file, person, now), after)
        audit.record(connection, person.id, act, f"case/{case}", now, f"butir {kept.position}")
    office.wake_signer()
    return after


def _scene(connection: Connection, office: Office, file: CaseFile, person: Person | None, now: int) -> Scene:
    """Give a scene for what is done to rows between two steps."""
    case, by = file.case, SYSTEM if person is None else person.id
    role = Role.SISTEM if person is None else case.here().role
    done = Done(case.step, case.attempt, by, role, "", "", now)
    return Scene(connection, office, Advanced(case, done, ()), by, None, now)


def hush(office: Office) -> int:
    """Let silence take effect in every running campaign; give how many rows it touched."""
    calendar, touched = calendar_of(office), 0
    with reading(office.store) as connection:
        running = [one for one in campaigns.newest(connection) if one.last is not None]
    for one in running:
        phase = Phase.of(one.last, office.today(), calendar) if one.last else Phase.WAITING
        if phase is not Phase.WAITING:
            touched += _hush(office, one.case, phase)
    if touched:
        office.wake_signer()
    return touched


def _hush(office: Office, case: CaseId, phase: Phase) -> int:
    now, touched = office.clock(), 0
    with writing(office.store) as connection:
        file = cases.load(connection, case, lock=True)
        if file is None or _stage(file.case) > _place(file.case, Effect.REVIEW_DECIDE):
            return 0
        scene = _scene(connection, office, file, None, now)
        rows = {one.item.grant: one for one in campaigns.rows(connection, case)}
        for found in silence([one.item for one in rows.values()], phase):
            if isinstance(found, Silenced):
                after = silenced(found.item, found.outcome, now)
                campaigns.say(connection, rows[found.item.grant], after)
                take(scene, after)
                touched += 1
        if touched:
            detail = f"{phase.value} {touched} butir tanpa jawaban"
            audit.record(connection, SYSTEM, "review.tanpa-jawaban", f"case/{case}", now, detail)
    return touched
