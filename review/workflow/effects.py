"""What a step causes, by name from the closed list: real work inside the answer's transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry import canonical
from card_registry.statements import GrantWarrant, Proof, Scheme, Verdict
from card_registry.words import CardId, HolderId, PersonId
from review.case import Advanced
from review.office import Office
from review.procedure import END, Effect, Procedure
from review.store import cards, desks, grants, numbers, papers
from review.store.cards import NewCard
from review.store.desks import Job
from review.store.papers import Filing


@dataclass(frozen=True, slots=True)
class Signed:
    """A verdict and its approver's proof, made before the transaction."""

    verdict: Verdict
    proof: Proof


@dataclass(frozen=True, slots=True)
class Disposition:
    """Document F12: who passed a case on, to whom, with which words."""

    by: PersonId
    to: str
    note: str


@dataclass(frozen=True, slots=True)
class Scene:
    """What an effect acts on: the answer just accepted, whose it is, whose access it is about."""

    connection: Connection
    office: Office
    advanced: Advanced
    person: PersonId
    holder: HolderId | None
    now: int
    signed: Signed | None = None

    def held(self) -> HolderId:
        """Give the holder whose access the case is about.

        Raises:
            ValueError: The case is about nobody's access; its table should not cause this effect.
        """
        if self.holder is None:
            message = f"case {self.advanced.case.id} is about nobody's access"
            raise ValueError(message)
        return self.holder


def carry_out(scene: Scene) -> None:
    """Do what the answered step causes, in the table's order."""
    for effect in scene.advanced.effects:
        WORK[effect](scene)


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
    """Keep the signed verdict and put its warrant before the signer."""
    signed = scene.signed
    if signed is None:
        message = "a step that grants access was answered without a signed verdict"
        raise ValueError(message)
    papers.keep_verdict(scene.connection, signed.verdict, signed.proof, scene.now)
    warrant = GrantWarrant(1, canonical.encode(signed.verdict).decode(), signed.proof)
    serial = papers.issue(scene.connection, warrant, scene.now)
    weak = signed.proof.scheme is Scheme.SESSION
    grant = grants.fresh(signed.verdict.grant, signed.verdict.case, serial, scene.person, weak=weak)
    grants.add(scene.connection, grant, scene.now)


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


WORK: Mapping[Effect, Callable[[Scene], None]] = {
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
