"""What a step causes, by name from the closed list: real work inside the answer's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from card_registry.words import CardId, PersonId
from review.access import Refused
from review.procedure import END, Effect, Procedure
from review.store import cards, desks, numbers, papers
from review.store.cards import NewCard
from review.store.desks import Job
from review.store.papers import Filing
from review.workflow.rights import ask_grant
from review.workflow.scene import Scene


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


def runnable(procedure: Procedure) -> bool:
    """Say whether everything that a table's steps cause is done by this program."""
    return all(effect in WORK for step in procedure.steps for effect in step.effects)


def _open(scene: Scene) -> None:
    _tell_applicant(scene, "Permohonan Anda telah diterima dan menunggu disposisi.")


def _decide(scene: Scene) -> None:
    _tell_applicant(scene, f"Hasil verifikasi permohonan Anda: {scene.advanced.done.answer}.")


def _publish(scene: Scene) -> None:
    scene.office.wake_signer()


def _notify(scene: Scene) -> None:
    _tell_applicant(scene, _status_text(scene))


def _close(scene: Scene) -> None:
    _tell_applicant(scene, "Permohonan Anda telah selesai.")


def _tell_applicant(scene: Scene, text: str) -> None:
    case = scene.advanced.case
    papers.notify(scene.connection, case.applicant or scene.person, case.id, text, scene.now)


def _dispose(scene: Scene) -> None:
    """File the disposition sheet (F12) to whoever does the next step."""
    case = scene.advanced.case
    title = "" if case.step == END else case.procedure.title_of(case.procedure.step(case.step).role)
    sheet = Disposition(scene.person, title, scene.advanced.done.note)
    filing = Filing(scene.office.token(), case.id, "F12", scene.person, scene.now)
    papers.file(scene.connection, filing, sheet)


def _grant(scene: Scene) -> None:
    """Put the warrants of the signed verdicts before the signer."""
    if not scene.signed:
        message = "a step that grants access was answered without a signed verdict"
        raise ValueError(message)
    for signed in scene.signed:
        ask_grant(scene, signed)


def _make_card(scene: Scene) -> None:
    """Enter a blank card and put the job before the desks, in the name of the operator who asked."""
    case, connection = scene.advanced.case, scene.connection
    number = f"KRT-{numbers.take(connection, 'card'):05d}"
    card = NewCard(CardId(scene.office.token()), number, scene.held(), case.id, scene.person)
    cards.add(connection, card, scene.now)
    job = Job(scene.office.token(), case.id, card.id, card.holder, card.maker, number)
    desks.add(connection, job, scene.now)


def _status_text(scene: Scene) -> str:
    """Say to the applicant how the request ended: by its card, or by its refusal."""
    case = scene.advanced.case
    for done in reversed(case.history):
        step = case.procedure.step(done.step)
        if Effect.MAKE_CARD in step.effects and done.behalf is not None:
            ready = [card.number for card in cards.listed(scene.connection, case=case.id)]
            return f"Permohonan Anda disetujui. Kartu {ready[0]} siap digunakan." if ready else ""
        if Effect.DECIDE_CASE in step.effects:
            return f"Status permohonan Anda: {done.answer}. {done.note}".strip()
    return f"Permohonan Anda berada di langkah {case.step}."


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.OPEN_CASE: _open,
    Effect.DISPOSE: _dispose,
    Effect.DECIDE_CASE: _decide,
    Effect.GRANT_ACCESS: _grant,
    Effect.MAKE_CARD: _make_card,
    Effect.PUBLISH: _publish,
    Effect.NOTIFY: _notify,
    Effect.CLOSE_CASE: _close,
}
"""What each effect does. A table that names one that is not here is shown, and cannot be opened."""
