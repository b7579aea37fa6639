"""Silence about the rows of a review, by the clock: rights suspended after the last day, later taken away.

Decisions:

* 2026-11-21: what silence suspended is taken away after its further term even when the review was decided,
  ratified or closed by then, so that no right stays suspended because everybody else was quick. The row is
  locked with the ratification and keeps its word; the minutes say on which day the right goes.
"""

from collections.abc import Mapping, Sequence

from card_registry.words import HolderId
from review.campaign import Item, Outcome, Phase, Said, Silenced, silence, silenced
from review.office import Office
from review.people import SYSTEM
from review.store import audit, campaigns, cases, grants, removals
from review.store.campaigns import Campaign, Kept
from review.store.removals import RemovalKind
from review.store.transaction import reading, writing
from review.workflow.campaign_reminding import tell_taken
from review.workflow.campaign_rows import is_decided, scene_of
from review.workflow.campaign_standing import entering, note_ended
from review.workflow.campaign_steps import take
from review.workflow.reminding import calendar_of
from review.workflow.scene import Scene

MOST = 500
"""How many rows are touched in one transaction, so that the console's other writers have their turn."""


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
            while phase is not Phase.WAITING and (count := _hush(office, held, phase)):
                touched += count
    if touched:
        office.wake_signer()
    return touched


def _hush(office: Office, held: Campaign, phase: Phase) -> int:
    now, case = office.clock(), held.case
    with writing(office.store) as connection:
        file = cases.load(connection, case, lock=True)
        if file is None or is_decided(file.case):
            return 0 if file is None else _finish(scene_of(connection, office, file, None, now), phase)
        rows = campaigns.rows(connection, case)
        gone = note_ended(connection, case, rows, now)
        rows = campaigns.rows(connection, case) if gone else rows
        able = entering(connection, grants.all_active(connection, now), now)
        taken = _silence(scene_of(connection, office, file, None, now), rows, (phase, able), held)
        if taken:
            detail = f"{phase.value} {len(taken)} butir tanpa jawaban"
            audit.record(connection, SYSTEM, "review.tanpa-jawaban", f"case/{case}", now, detail)
            tell_taken(connection, file, taken, phase, now)
    return len(taken) + gone


def _finish(scene: Scene, phase: Phase) -> int:
    """Take away for good what silence suspended in a review whose judge was quicker than the further term."""
    case, connection = scene.advanced.case.id, scene.connection
    if phase is not Phase.REMOVING:
        return 0
    held = {one.target for one in removals.of_case(connection, case) if one.kind is RemovalKind.SUSPENDED}
    rows = [one for one in campaigns.rows(connection, case) if _is_silenced(one) and one.item.grant in held]
    for kept in rows:
        if not kept.item.is_ratified():
            campaigns.say(connection, kept, silenced(kept.item, Outcome.REMOVE, scene.now))
        removals.make_final(connection, case, kept.item.grant)
    if rows:
        detail = f"{phase.value} {len(rows)} butir tanpa jawaban sesudah diputus"
        audit.record(connection, SYSTEM, "review.tanpa-jawaban", f"case/{case}", scene.now, detail)
    return len(rows)


def _is_silenced(kept: Kept) -> bool:
    row = kept.item.newest(Said.DECISION, Said.SILENCE, Said.ENDED)
    return row is not None and (row.said, row.outcome) == (Said.SILENCE, Outcome.SUSPEND)


def _silence(
    scene: Scene, rows: Sequence[Kept], state: tuple[Phase, Mapping[HolderId, int]], held: Campaign
) -> list[Item]:
    """Suspend or take away what nobody answered; give the rows as they are then."""
    by_grant, taken = {one.item.grant: one for one in rows}, []
    found = silence([one.item for one in rows], *state, held.limits.operators)
    for one in [each for each in found if isinstance(each, Silenced)][:MOST]:
        after = silenced(one.item, one.outcome, scene.now)
        campaigns.say(scene.connection, by_grant[one.item.grant], after)
        taken.append(after)
    take(scene, taken)
    return taken
