"""What the steps of a review cause: rows made, units asked, decisions signed and carried out, rows locked.

What is said of single rows between the steps stands in ``campaign_rows``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from card_registry.words import Subject
from review.access import Refused
from review.campaign import Item, Outcome, ratify
from review.case import Case
from review.indonesian import day_text
from review.people import Role
from review.procedure import Effect
from review.store import campaigns, cards, grants, inbox, people, removals
from review.store.outbox import Letter
from review.store.removals import RemovalKind
from review.workdays import Duration
from review.workflow.access import take_away
from review.workflow.campaign_standing import note_ended
from review.workflow.campaigning import take_stock
from review.workflow.reminding import calendar_of
from review.workflow.rights import ask_grant
from review.workflow.scene import Scene, Signed

TAKEN = {Outcome.REMOVE: RemovalKind.REMOVED, Outcome.SUSPEND: RemovalKind.SUSPENDED}
"""What becomes of a right that is not kept."""


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
    items = [one.item for one in campaigns.rows(scene.connection, case.id)]
    owing = Counter(one.unit.casefold() for one in items if one.answer() is None)
    for person in people.everyone(scene.connection, scene.now):
        waiting = owing[person.unit.casefold()]
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
    if _sends_back(scene):
        return None
    case = scene.advanced.case.id
    note_ended(scene.connection, case, campaigns.rows(scene.connection, case), scene.now)
    rows = campaigns.rows(scene.connection, case)
    open_ = sum(one.item.outcome() is None and one.item.judge is Role.KABID for one in rows)
    if open_:
        return Refused(
            f"Masih ada {open_} butir yang belum diputus. Putuskan setiap butir pada halaman review."
        )
    for signed in scene.signed:
        ask_grant(scene, signed)
        _give_back(scene, signed)
    return None


def _sends_back(scene: Scene) -> bool:
    """Say whether the answer returns the review instead of going on with it."""
    done = scene.advanced.done
    branch = scene.advanced.case.procedure.step(done.step).branch(done.answer)
    return branch is not None and branch.reason_required


def _give_back(scene: Scene, signed: Signed) -> None:
    """Note that a right which silence took came back by a signed grant."""
    given = signed.verdict.grant
    for one in removals.of_case(scene.connection, scene.advanced.case.id):
        old = grants.find(scene.connection, one.target) if one.subject is Subject.GRANT else None
        if one.lifted is None and old is not None and replace(old.terms, id=given.id, clears=0) == given:
            removals.lift(scene.connection, one.id, scene.now, given.id)


def carry_out(scene: Scene) -> None:
    """Take away what was decided to go; what was decided to stay is left as it is."""
    take(scene, [one.item for one in campaigns.rows(scene.connection, scene.advanced.case.id)])


def take(scene: Scene, items: Iterable[Item]) -> None:
    """Take rights away that are not kept: for good, until further notice, or because they were narrowed.

    All at once, because each look at what is denied and who can still enter costs as much as all together.
    """
    gone = [(one, TAKEN.get(outcome, RemovalKind.REMOVED)) for one, outcome in _going(items)]
    for one, kind in gone:
        if kind is RemovalKind.REMOVED:
            removals.make_final(scene.connection, scene.advanced.case.id, one.grant)
    for kind in RemovalKind:
        targets = tuple((Subject.GRANT, one.grant) for one, its in gone if its is kind)
        take_away(scene, targets, kind)
    able = {one.terms.holder for one in grants.all_active(scene.connection, scene.now)} if gone else set()
    for holder in dict.fromkeys(one.holder for one, _ in gone):
        if holder not in able:
            cards.suspend(scene.connection, holder)


def _going(items: Iterable[Item]) -> Iterator[tuple[Item, Outcome]]:
    """Give the rows whose right does not stay as it is, with what becomes of it."""
    for item in items:
        outcome = item.outcome()
        if outcome is not None and outcome is not Outcome.KEEP and not item.has_ended():
            yield item, outcome


def lock(scene: Scene) -> Refused | None:
    """Ratify every row with the head's signature, the rows that the head decides among them."""
    if _sends_back(scene):
        return None
    head = people.find(scene.connection, scene.advanced.done.actor(), scene.now)
    rows = campaigns.rows(scene.connection, scene.advanced.case.id)
    if head is None or not rows:
        return None
    for one in rows:
        locked = ratify(one.item, head, scene.now)
        if isinstance(locked, Refused):
            return Refused(f"Butir {one.position}: {locked.why}")
        campaigns.say(scene.connection, one, locked)
    take(scene, [one.item for one in rows if one.item.judge is Role.KADIS])
    return None


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.REVIEW_BEGIN: begin,
    Effect.REVIEW_DECIDE: settle_decisions,
    Effect.REVIEW_APPLY: carry_out,
}
"""What each of these effects does."""
