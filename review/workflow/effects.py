"""What a step causes, by name from the closed list: real work inside the answer's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from card_registry.words import PersonId
from review.access import Refused
from review.procedure import END, Effect
from review.store import campaigns, papers
from review.store.papers import Filing
from review.workflow import (
    access,
    access_cards,
    access_emergency,
    access_owner,
    bookkeeping,
    campaign_minutes,
    campaign_steps,
    children,
    documents,
    inventory,
    signing_off,
    telling,
    visits,
)
from review.workflow.rights import ask_grant
from review.workflow.scene import Scene
from review.workflow.telling import tell_applicant


@dataclass(frozen=True, slots=True)
class Disposition:
    """Document F12: who passed a case on, to whom, with which words."""

    by: PersonId
    to: str
    note: str


def carry_out(scene: Scene) -> Refused | None:
    """Keep what was signed and do what the answered step causes, in the table's order.

    The first effect that cannot be says why; the caller then rolls everything back.
    """
    for one in scene.signed:
        papers.keep_verdict(scene.connection, one.verdict, one.proof, scene.now)
    for effect in scene.advanced.effects:
        refused = WORK[effect](scene)
        if refused is not None:
            return refused
    return None


def _open(scene: Scene) -> Refused | None:
    tell_applicant(scene, "Permohonan Anda telah diterima.")
    return access.checked(scene)


def _decide(scene: Scene) -> Refused | None:
    refused = access_cards.approving(scene) or access.decides_own(scene)
    if refused is not None:
        return refused
    tell_applicant(scene, f"Hasil verifikasi permohonan Anda: {scene.advanced.done.answer}.")
    return None


def _publish(scene: Scene) -> None:
    scene.office.wake_signer()


def _close(scene: Scene) -> None:
    tell_applicant(scene, "Permohonan Anda telah selesai.")


def _dispose(scene: Scene) -> None:
    """File the disposition sheet (F12) to whoever does the next step."""
    case = scene.advanced.case
    title = "" if case.step == END else case.procedure.title_of(case.procedure.step(case.step).role)
    sheet = Disposition(scene.person, title, scene.advanced.done.note)
    filing = Filing(scene.office.token(), case.id, "F12", scene.person, scene.now)
    papers.file(scene.connection, filing, sheet)
    documents.issue_disposition(scene)


def _grant(scene: Scene) -> None:
    """Put the warrants of the signed verdicts before the signer."""
    if not scene.signed:
        message = "a step that grants access was answered without a signed verdict"
        raise ValueError(message)
    for signed in scene.signed:
        ask_grant(scene, signed)


def _make_card(scene: Scene) -> None:
    """Have a card made for the right that the case itself approved."""
    access_cards.make_card(scene, scene.advanced.case.id, scene.held())


def _notify(scene: Scene) -> None:
    """Tell what the step is about: of a review every unit which rights it answers for."""
    if campaigns.find(scene.connection, scene.advanced.case.id) is None:
        telling.notify(scene)
    else:
        campaign_steps.ask_units(scene)


def _sign(scene: Scene) -> Refused | None:
    """Keep whose signature the papers bear; the head's on a review's minutes locks its rows."""
    if campaigns.find(scene.connection, scene.advanced.case.id) is not None:
        refused = campaign_steps.lock(scene)
        if refused is not None:
            return refused
    return documents.WORK[Effect.SIGN](scene)


def _report(scene: Scene) -> None:
    """File what a step reports: of a review the minutes."""
    if campaigns.find(scene.connection, scene.advanced.case.id) is None:
        signing_off.report(scene)
    else:
        campaign_minutes.write_minutes(scene)


def _collect(scene: Scene) -> Refused | None:
    """Take cards out of use: of a review those that its page has noted one by one."""
    if campaigns.find(scene.connection, scene.advanced.case.id) is None:
        return access_cards.collect(scene)
    return campaign_minutes.collected(scene)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.OPEN_CASE: _open,
    Effect.DISPOSE: _dispose,
    Effect.DECIDE_CASE: _decide,
    Effect.GRANT_ACCESS: _grant,
    Effect.MAKE_CARD: _make_card,
    Effect.PUBLISH: _publish,
    Effect.AWAIT_DOORS: _publish,
    Effect.SUSPEND_ACCESS: access.suspend,
    Effect.WITHDRAW_ACCESS: access.withdraw,
    Effect.RESTORE_IF_REFUSED: access.restore,
    Effect.REVIEW_OWNER: access_owner.propose,
    Effect.EMERGENCY_ACCESS: access_emergency.record,
    Effect.REPLACE_CARD: access_cards.replace_card,
    Effect.CLOSE_CASE: _close,
    **telling.WORK,
    **bookkeeping.WORK,
    **inventory.WORK,
    **signing_off.WORK,
    **visits.WORK,
    **documents.WORK,
    **children.WORK,
    **campaign_steps.WORK,
    Effect.NOTIFY: _notify,
    Effect.SIGN: _sign,
    Effect.REPORT: documents.then_issue(_report),
    Effect.COLLECT_CARD: _collect,
}
"""What each effect does: every one of the closed list, so every table that can be loaded can be run."""
