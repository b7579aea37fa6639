"""What is said about the rows of a review between its steps: answers, decisions, and silence.

A row may be answered once its unit was asked, and decided until the answer "lengkap"; after that a decision
can only grow stricter, and is carried out at once, because what was taken away is given back by a signed
grant alone (S1.A). With the head's signature every row is locked.

Decisions:

* 2026-11-21: nobody signs a right of their own. So a Kabid's row, which the head decides, is neither narrowed
  nor given back here after silence took it: both are asked for anew (S1.A).
"""

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from card_registry.words import HolderId
from review.access import Refused
from review.campaign import (
    Change,
    Item,
    Outcome,
    Phase,
    Said,
    Silenced,
    answer,
    decide,
    narrows,
    silence,
    silenced,
)
from review.case import Advanced, Case, CaseState, Done
from review.office import Office
from review.people import SYSTEM, Person, Role
from review.procedure import END, Effect
from review.store import audit, campaigns, cases, grants
from review.store.campaigns import Campaign, Kept
from review.store.cases import CaseFile
from review.store.transaction import reading, writing
from review.workflow.campaign_reminding import tell_taken
from review.workflow.campaign_standing import entering, note_ended
from review.workflow.campaign_steps import take
from review.workflow.reminding import calendar_of
from review.workflow.scene import Scene

STRICTER = {None: 0, Outcome.KEEP: 1, Outcome.CHANGE: 2, Outcome.SUSPEND: 3, Outcome.REMOVE: 4}
"""Which outcome leaves less."""

UNKNOWN = Refused("Butir review tidak ditemukan.")
NOT_ASKED = Refused("Review ini belum disampaikan kepada unit kerja.")
OVER = Refused("Review ini sudah selesai; butirnya tidak dapat diubah lagi.")
BOUND = Refused(
    "Keputusan review sudah dilaksanakan. Hak yang sudah dicabut atau dibekukan hanya dapat diberikan lagi "
    "melalui permohonan akses baru."
)
ANEW = Refused(
    "Hak yang diputus oleh Kepala Dinas tidak dapat diubah atau diberikan lagi melalui review ini. Putuskan "
    "dicabut atau dibekukan, lalu ajukan permohonan akses baru."
)

Speech = Callable[[Connection, CaseFile, Kept], Item | Refused]


def answer_row(
    office: Office, person: Person, place: tuple[str, str], outcome: Outcome, reason: str
) -> Item | Refused:
    """Take a unit's answer to one row, ``place`` being the case and the row's id."""

    def said(_: Connection, file: CaseFile, kept: Kept) -> Item | Refused:
        if _is_decided(file.case):
            return BOUND
        return answer(kept.item, person, outcome, reason, office.clock())

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

    def said(connection: Connection, file: CaseFile, kept: Kept) -> Item | Refused:
        item = kept.item
        if _is_bound(file.case, item) and STRICTER[outcome] <= STRICTER[item.outcome()]:
            return BOUND
        if item.judge is Role.KADIS and _asks_for_a_grant(item, outcome):
            return ANEW
        wrong = _wrong_change(connection, item, change)
        if wrong:
            return Refused(f"Perubahan ditolak: {wrong}.")
        if not reason.strip() and outcome in {Outcome.REMOVE, Outcome.SUSPEND}:
            few = _too_few(connection, item, campaigns.find(connection, file.case.id), office.clock())
            if few:
                return Refused(few)
        return decide(item, person, outcome, reason, office.clock(), change)

    return _say(office, person, place, said, "review.putus")


def _asks_for_a_grant(item: Item, outcome: Outcome) -> bool:
    """Say whether a decision needs a new signed grant: a change, or keeping what silence took."""
    taken = item.newest(Said.SILENCE) is not None
    return outcome is Outcome.CHANGE or (outcome is Outcome.KEEP and taken)


def _wrong_change(connection: Connection, item: Item, change: Change | None) -> str:
    if change is None:
        return ""
    given = grants.find(connection, item.grant)
    return "hak ini tidak ditemukan lagi" if given is None else narrows(given.terms, change)


def _too_few(connection: Connection, item: Item, held: Campaign | None, now: int) -> str:
    """Say that taking a right away leaves fewer operators than the office needs; empty if it does not."""
    if held is None or not item.operator:
        return ""
    able = entering(connection, grants.all_active(connection, now), now)
    left = len(able) - (able.get(item.holder, 0) == 1)
    if left >= held.limits.operators:
        return ""
    return (
        f"Alasan diperlukan karena tinggal {left} operator yang dapat masuk, kurang dari "
        f"{held.limits.operators} yang diperlukan kantor."
    )


def _is_decided(case: Case) -> bool:
    """Say whether the judge's step is behind the case."""
    numbers = [step.no for step in case.procedure.steps]
    decides = [step.no for step in case.procedure.steps if Effect.REVIEW_DECIDE in step.effects]
    return case.step == END or numbers.index(case.step) > numbers.index(decides[-1])


def _is_bound(case: Case, item: Item) -> bool:
    """Say whether what was decided on a row has been carried out."""
    return item.judge is Role.KABID and _is_decided(case)


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
        after = speech(connection, file, kept)
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
    calendar, today, touched = calendar_of(office), office.today(), 0
    with reading(office.store) as connection:
        asked = campaigns.asked(connection)
        kept = {case: campaigns.find(connection, case) for case, _ in asked}
    for case, last in asked:
        held = kept[case]
        if held is not None:
            phase = Phase.of(last, today, calendar, held.limits.grace)
            touched += 0 if phase is Phase.WAITING else _hush(office, held, phase)
    if touched:
        office.wake_signer()
    return touched


def _hush(office: Office, held: Campaign, phase: Phase) -> int:
    now, case = office.clock(), held.case
    with writing(office.store) as connection:
        file = cases.load(connection, case, lock=True)
        if file is None or _is_decided(file.case):
            return 0
        gone = note_ended(connection, case, campaigns.rows(connection, case), now)
        rows = campaigns.rows(connection, case)
        able = entering(connection, grants.all_active(connection, now), now)
        taken = _silence(_scene(connection, office, file, None, now), rows, (phase, able), held)
        if taken:
            detail = f"{phase.value} {len(taken)} butir tanpa jawaban"
            audit.record(connection, SYSTEM, "review.tanpa-jawaban", f"case/{case}", now, detail)
            tell_taken(connection, file, taken, phase, now)
    return len(taken) + gone


def _silence(
    scene: Scene, rows: Sequence[Kept], state: tuple[Phase, Mapping[HolderId, int]], held: Campaign
) -> list[Item]:
    """Suspend or take away what nobody answered; give the rows as they are then."""
    by_grant, taken = {one.item.grant: one for one in rows}, []
    for found in silence([one.item for one in rows], *state, held.limits.operators):
        if isinstance(found, Silenced):
            after = silenced(found.item, found.outcome, scene.now)
            campaigns.say(scene.connection, by_grant[found.item.grant], after)
            take(scene, after)
            taken.append(after)
    return taken
