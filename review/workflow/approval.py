"""Signing verdicts: the exact grants that an answer adds (``rights``), under their approver's own key.

The key file is opened by the passphrase typed for this one signature, before any transaction; nothing of it
is kept. A passkey signs in the person's browser: the page that asks for it draws the grant's id beforehand,
so that the verdict is the same when its signature comes back. A session alone proves a verdict only where
the officers' policy says so, and such a grant is marked weak.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry import canonical
from card_registry.authority.keyfile import sign_verdict
from card_registry.errors import OperatorMistaken
from card_registry.passkey import challenge_of
from card_registry.signing import Purpose, digest
from card_registry.statements import Proof, Scheme, Verdict
from card_registry.words import Approval, GrantId, require_token
from review.access import Refused
from review.key_turn import TURN
from review.office import Office
from review.people import Person
from review.procedure import fingerprint
from review.store import people, throttles
from review.store.cases import CaseFile
from review.store.people import Key
from review.store.transaction import reading, writing
from review.workflow import rights, touching
from review.workflow.scene import Signed
from review.workflow.touching import Touch

NO_KEY = "Anda belum memiliki kunci tanda tangan. Mintalah administrator mendaftarkan kunci Anda."


@dataclass(frozen=True, slots=True)
class Hand:
    """What a person signs with: the passphrase of the key file, or a passkey's touch."""

    passphrase: str = ""
    touch: Touch | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page needs to have a step signed by passkey: the grant's id, the challenge, credential ids."""

    grant: GrantId
    challenge: str
    keys: tuple[str, ...]


def offer(office: Office, file: CaseFile, person: Person, host: str) -> Offer | None:
    """Give what a passkey would sign for a case's present step; None where none of this person's counts.

    A touch signs one grant: where a step signs several, the key file does it.
    """
    keys = tuple(key.id for key in touching.counting(office, person, host))
    with reading(office.store) as connection:
        verdicts = _verdicts(connection, office, file, person, office.token) if keys else ()
    if isinstance(verdicts, Refused) or len(verdicts) != 1:
        return None
    return Offer(verdicts[0].grant.id, challenge_of(_signed(verdicts[0])), keys)


def sign(office: Office, file: CaseFile, person: Person, hand: Hand) -> tuple[Signed, ...] | Refused:
    """Make and sign the verdicts for a case's present step, or say why they cannot be signed.

    There are none where the answer gives nothing: then nothing is asked of the hand.
    """
    touch = hand.touch
    if touch is not None and not _is_token(touch.grant):
        return Refused("Halaman ini sudah usang. Muat ulang halaman permohonan, lalu tanda tangani lagi.")
    with reading(office.store) as connection:
        ids = office.token if touch is None else lambda: touch.grant
        verdicts = _verdicts(connection, office, file, person, ids)
        key = people.key(connection, person.id)
        pause = throttles.wait(connection, _throttle(person), office.clock())
    if isinstance(verdicts, Refused):
        return verdicts
    if not verdicts:
        return ()
    if touch is not None:
        return _by_touch(office, verdicts, person, touch)
    if key is None:
        return _by_session(office, verdicts)
    if pause:
        return Refused(
            f"Terlalu banyak frasa sandi yang salah. Cobalah lagi dalam {1 + pause // 1000} detik."
        )
    return _by_key(office, verdicts, key, person, hand.passphrase)


def _is_token(text: str) -> bool:
    try:
        require_token(text, "a grant id")
    except ValueError:
        return False
    return True


def _throttle(person: Person) -> str:
    return throttles.key_of("frasa", person.id)


def _signed(verdict: Verdict) -> bytes:
    return digest(Purpose.VERDICT, canonical.encode(verdict))


def _verdicts(
    connection: Connection, office: Office, file: CaseFile, person: Person, ids: Callable[[], str]
) -> tuple[Verdict, ...] | Refused:
    case, found = file.case, rights.drafts(connection, office, file, lambda: GrantId(ids()))
    if isinstance(found, Refused):
        return found
    table = fingerprint(case.procedure)
    return tuple(
        Verdict(1, office.site, case.id, case.step, case.attempt, table, one.applicant, person.id, one.terms)
        for one in found
    )


def _by_touch(
    office: Office, verdicts: tuple[Verdict, ...], person: Person, touch: Touch
) -> tuple[Signed, ...] | Refused:
    if len(verdicts) > 1:
        return Refused(
            f"Langkah ini menandatangani {len(verdicts)} izin sekaligus. Gunakan frasa sandi tanda tangan."
        )
    proof = touching.prove(office, person, _signed(verdicts[0]), touch)
    return proof if isinstance(proof, Refused) else (Signed(verdicts[0], proof),)


def _by_key(
    office: Office, verdicts: tuple[Verdict, ...], key: Key, person: Person, passphrase: str
) -> tuple[Signed, ...] | Refused:
    if not passphrase:
        return Refused("Frasa sandi tanda tangan harus diisi untuk langkah ini.")
    try:
        with TURN:
            return tuple(Signed(one, sign_verdict(key.file, passphrase, one)) for one in verdicts)
    except OperatorMistaken:
        with writing(office.store) as connection:
            throttles.fail(connection, _throttle(person), office.clock())
        return Refused("Frasa sandi tanda tangan salah. Tidak ada yang diubah; silakan coba lagi.")


def _by_session(office: Office, verdicts: tuple[Verdict, ...]) -> tuple[Signed, ...] | Refused:
    if office.approval() is not Approval.SESSION:
        return Refused(NO_KEY)
    return tuple(Signed(one, Proof(Scheme.SESSION, "", "")) for one in verdicts)
