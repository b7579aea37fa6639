"""Binding a credential to a card: the desk's one act, written down before anybody is told.

A job that this desk's journal already answers is answered from there, so a crash between writing and telling
leads to telling again and never to binding twice. One credential is bound to one card only. Whether the
binding becomes a right is the signer's decision.
"""

from collections.abc import Iterator

from card_registry.journal.event import CredentialBound, EventKind, Moment, decode_body, decode_event
from card_registry.words import CredentialKind
from door_controller.desk.console import Bound, Failed, Job, Result, Stands
from door_controller.journal import Journal, Place
from door_controller.readers import Presented, Proven, Unproven

NO_PROOF = "Kartu tidak membuktikan kunci PKOC. Gunakan kartu PKOC yang lain, lalu ulangi."
NOT_PKOC = "Kartu membuktikan kredensial selain PKOC, yang belum didukung meja ini."
IN_USE = "Kredensial kartu ini sudah terikat pada kartu lain. Gunakan kartu kosong."


def answered(journal: Journal, job: Job) -> Bound | None:
    """Find what this desk already bound for a job; None when it has not."""
    for place, bound in _mentioning(journal, job.card):
        if (bound.case, bound.card, bound.holder) == (job.case, job.card, job.holder):
            return _told(journal, place, bound)
    return None


def bind(journal: Journal, job: Job, presented: Presented, at: Moment) -> Result:
    """Bind what a card proved to the job's card, durably; or say why not.

    Raises:
        StoreBroken: The disk refused; nothing is bound.
    """
    match presented.proof:
        case Unproven():
            return Failed(NO_PROOF)
        case Proven(kind, tier, digest) if kind is CredentialKind.PKOC:
            name = digest.hex()
        case Proven():
            return Failed(NOT_PKOC)
    if any(bound.card != job.card for _, bound in _mentioning(journal, name)):
        return Failed(IN_USE)
    body = CredentialBound(job.case, job.card, job.holder, kind, tier, name, job.maker)
    return _told(journal, journal.append(body, at), body)
    # If power fails before the console is told, ``answered`` finds the event when the job is asked for again.


def _told(journal: Journal, place: Place, bound: CredentialBound) -> Bound:
    stands = Stands(journal.controller, place.epoch, place.seq)
    return Bound(bound.digest, bound.tier, bound.kind, stands)


def _mentioning(journal: Journal, id: str) -> Iterator[tuple[Place, CredentialBound]]:
    """Give the bindings whose bytes contain an id or digest, oldest first."""
    rows = journal.look("SELECT body FROM row WHERE instr(body, ?) > 0 ORDER BY place", (id.encode(),))
    for (row,) in rows:
        event = decode_event(row)
        if event.kind is EventKind.CREDENTIAL_BOUND:
            body = decode_body(event)
            if isinstance(body, CredentialBound):
                yield Place(event.epoch, event.seq), body
