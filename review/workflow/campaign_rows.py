"""What is said about the rows of a review between its steps: answers and decisions, singly or many at once.

A row may be answered once its unit was asked, and decided until the answer "lengkap"; after that a decision
can only grow stricter, and is carried out at once, because what was taken away is given back by a signed
grant alone (S1.A). With the head's signature every row is locked.

Decisions:

* 2026-11-21: nobody signs a right of their own. So a Kabid's row, which the head decides, is neither narrowed
  nor given back here after silence took it: both are asked for anew (S1.A).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from review.access import Refused
from review.campaign import (
    Change,
    Item,
    Outcome,
    Said,
    answer,
    decide,
    narrows,
)
from review.case import Advanced, Case, CaseState, Done
from review.form import Faulty
from review.office import Office
from review.people import SYSTEM, Person, Role
from review.procedure import END, Effect
from review.request import ALWAYS, SCHEDULES
from review.store import audit, campaigns, cases, grants
from review.store.campaigns import Campaign, Kept
from review.store.cases import CaseFile
from review.store.transaction import writing
from review.workflow.campaign_standing import entering
from review.workflow.campaign_steps import take
from review.workflow.scene import Scene

STRICTER = {None: 0, Outcome.KEEP: 1, Outcome.CHANGE: 2, Outcome.SUSPEND: 3, Outcome.REMOVE: 4}
"""Which outcome leaves less."""

TAKING = frozenset({Outcome.SUSPEND, Outcome.REMOVE})
"""What leaves nobody able to enter by a right."""

KEEPING = frozenset({Outcome.KEEP, Outcome.CHANGE})
"""What leaves somebody able to enter."""

UNKNOWN = Refused("Butir review tidak ditemukan.")
TWICE = Refused("Sebutkan sedikitnya satu butir, dan setiap butir satu kali.")
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

SUSPENDED = Refused(
    "Hak ini dibekukan oleh review sebelumnya. Putuskan dicabut atau tetap dibekukan; untuk memberikannya "
    "lagi ajukan permohonan akses baru."
)

Speech = Callable[[Connection, CaseFile, Kept], Item | Refused]
Spoken = tuple[Item, ...] | Faulty | Refused


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says of one row: its id, the outcome, why, what a changed right opens then."""

    item: str
    outcome: Outcome
    reason: str = ""
    change: Change | None = None


def answer_rows(office: Office, person: Person, case: str, words: Sequence[Word]) -> Spoken:
    """Take a unit's answers to rows of one review: all of them, or none where any is refused."""

    def speech(word: Word) -> Speech:
        def said(_: Connection, file: CaseFile, kept: Kept) -> Item | Refused:
            if is_decided(file.case):
                return BOUND
            return answer(kept.item, person, word.outcome, word.reason, office.clock())

        return said

    return _say(office, person, case, [(word.item, speech(word)) for word in words], "review.jawab")


def decide_rows(office: Office, person: Person, case: str, words: Sequence[Word]) -> Spoken:
    """Take the judge's decisions, all or none; after step "lengkap" stricter ones only, at once."""

    def speech(word: Word) -> Speech:
        def said(connection: Connection, file: CaseFile, kept: Kept) -> Item | Refused:
            wrong = _wrong(connection, office, file, kept.item, word)
            if wrong is not None:
                return wrong
            return decide(kept.item, person, word.outcome, word.reason, office.clock(), word.change)

        return said

    return _say(office, person, case, [(word.item, speech(word)) for word in words], "review.putus")


def answer_row(
    office: Office, person: Person, place: tuple[str, str], outcome: Outcome, reason: str
) -> Item | Refused:
    """Take a unit's answer to one row, ``place`` being the case and the row's id."""
    case, id = place
    return _only(answer_rows(office, person, case, (Word(id, outcome, reason),)))


def decide_row(
    office: Office,
    person: Person,
    place: tuple[str, str],
    verdict: tuple[Outcome, str],
    change: Change | None = None,
) -> Item | Refused:
    """Take the judge's decision on one row."""
    case, id = place
    return _only(decide_rows(office, person, case, (Word(id, *verdict, change),)))


def _only(spoken: Spoken) -> Item | Refused:
    """Give the only row, or the only sentence."""
    if isinstance(spoken, Faulty):
        (sentence,) = spoken.faults.values()
        return Refused(sentence)
    return spoken if isinstance(spoken, Refused) else spoken[0]


def _wrong(connection: Connection, office: Office, file: CaseFile, item: Item, word: Word) -> Refused | None:
    """Say why a decision cannot stand beside what was carried out, the right, or the operators left."""
    if _is_bound(file.case, item) and STRICTER[word.outcome] <= STRICTER[item.outcome()]:
        return BOUND
    if item.judge is Role.KADIS and _asks_for_a_grant(item, word.outcome):
        return ANEW
    if word.outcome in KEEPING and campaigns.suspended(connection, item.grant):
        return SUSPENDED
    wrong = _wrong_change(connection, item, word.change)
    if wrong:
        return Refused(f"Perubahan ditolak: {wrong}.")
    if word.outcome not in TAKING or word.reason.strip() or not item.operator:
        return None
    return _too_few(connection, item, campaigns.find(connection, file.case.id), office.clock())


def _asks_for_a_grant(item: Item, outcome: Outcome) -> bool:
    """Say whether a decision needs a new signed grant: a change, or keeping what silence took."""
    taken = item.newest(Said.SILENCE) is not None
    return outcome is Outcome.CHANGE or (outcome is Outcome.KEEP and taken)


def _wrong_change(connection: Connection, item: Item, change: Change | None) -> str:
    if change is None:
        return ""
    if change.schedule not in {None, *(one.value for one in SCHEDULES)} - {ALWAYS}:
        return "jadwalnya tidak dikenal"
    given = grants.find(connection, item.grant)
    return "hak ini tidak ditemukan lagi" if given is None else narrows(given.terms, change)


def _too_few(connection: Connection, item: Item, held: Campaign | None, now: int) -> Refused | None:
    """Ask for a reason where taking an operator's right leaves fewer of them than the office needs."""
    able = entering(connection, grants.all_active(connection, now), now)
    left = len(able) - (able.get(item.holder, 0) == 1)
    if held is None or left >= held.limits.operators:
        return None
    return Refused(
        f"Alasan diperlukan karena tinggal {left} operator yang dapat masuk, kurang dari "
        f"{held.limits.operators} yang diperlukan kantor."
    )


def is_decided(case: Case) -> bool:
    """Say whether the judge's step is behind the case."""
    numbers = [step.no for step in case.procedure.steps]
    decides = [step.no for step in case.procedure.steps if Effect.REVIEW_DECIDE in step.effects]
    return case.step == END or numbers.index(case.step) > numbers.index(decides[-1])


def _is_bound(case: Case, item: Item) -> bool:
    """Say whether what was decided on a row has been carried out."""
    return item.judge is Role.KABID and is_decided(case)


def _say(
    office: Office, person: Person, case: str, speeches: Sequence[tuple[str, Speech]], act: str
) -> Spoken:
    """Say something about rows under the case's lock, keep it, and carry out what is already bound."""
    now, wanted = office.clock(), dict(speeches)
    if not wanted or len(wanted) != len(speeches):
        return TWICE
    with writing(office.store) as connection:
        file = cases.load(connection, case, lock=True)
        held = campaigns.find(connection, case)
        rows = {one.id: one for one in campaigns.rows(connection, case, tuple(wanted))}
        refused = _unready(file, held, rows, wanted)
        if file is None or refused is not None:
            return refused or UNKNOWN
        heard = {id: speech(connection, file, rows[id]) for id, speech in wanted.items()}
        faults = {id: after.why for id, after in heard.items() if isinstance(after, Refused)}
        if faults:
            return Faulty(faults)
        after = {id: one for id, one in heard.items() if not isinstance(one, Refused)}
        for id, item in after.items():
            campaigns.say(connection, rows[id], item)
            audit.record(connection, person.id, act, f"case/{case}", now, f"butir {rows[id].position}")
        bound = [item for item in after.values() if _is_bound(file.case, item)]
        take(scene_of(connection, office, file, person, now), bound)
    office.wake_signer()
    return tuple(after.values())


def _unready(
    file: CaseFile | None, held: Campaign | None, rows: Mapping[str, Kept], wanted: Mapping[str, Speech]
) -> Refused | None:
    """Say why nothing can be said about these rows now, whatever it is."""
    if file is None or held is None or len(rows) != len(wanted):
        return UNKNOWN
    if held.last is None:
        return NOT_ASKED
    return OVER if file.case.state is CaseState.CLOSED else None


def scene_of(
    connection: Connection, office: Office, file: CaseFile, person: Person | None, now: int
) -> Scene:
    """Give a scene for what is done to rows between two steps; by the program itself where nobody does it."""
    case, by = file.case, SYSTEM if person is None else person.id
    role = Role.SISTEM if person is None else case.here().role
    done = Done(case.step, case.attempt, by, role, "", "", now)
    return Scene(connection, office, Advanced(case, done, ()), by, None, now)
