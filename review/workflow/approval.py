"""Signing a verdict: the exact grant the request asks for, under its approver's own key.

The key file is opened by the passphrase typed for this one signature, before any transaction; nothing of it
is kept. A passkey signs in the person's browser: the page that asks for it draws the grant's id beforehand,
so that the verdict is the same when its signature comes back. A session alone proves a verdict only where
the officers' policy says so, and such a grant is marked weak.
"""

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
from review.case import Case
from review.office import Office
from review.people import Person
from review.procedure import fingerprint
from review.request import terms
from review.store import papers, people, throttles
from review.store.cases import CaseFile
from review.store.people import Key
from review.store.transaction import reading, writing
from review.workflow import touching
from review.workflow.effects import Signed
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
    """Give what a passkey would sign for a case's present step; None where none of this person's counts."""
    keys = tuple(key.id for key in touching.counting(office, person, host))
    with reading(office.store) as connection:
        verdict = _verdict(connection, office, file, person, office.token()) if keys else None
    if verdict is None or isinstance(verdict, Refused):
        return None
    return Offer(verdict.grant.id, challenge_of(_signed(verdict)), keys)


def sign(office: Office, file: CaseFile, person: Person, hand: Hand) -> Signed | Refused:
    """Make and sign the verdict for a case's present step, or say why it cannot be signed."""
    grant = office.token() if hand.touch is None else hand.touch.grant
    with reading(office.store) as connection:
        verdict = _verdict(connection, office, file, person, grant)
        key = people.key(connection, person.id)
        pause = throttles.wait(connection, _throttle(person), office.clock())
    if isinstance(verdict, Refused):
        return verdict
    if hand.touch is not None:
        proof = touching.prove(office, person, _signed(verdict), hand.touch)
        return proof if isinstance(proof, Refused) else Signed(verdict, proof)
    if key is None:
        return _by_session(office, verdict)
    if pause:
        return Refused(
            f"Terlalu banyak frasa sandi yang salah. Cobalah lagi dalam {1 + pause // 1000} detik."
        )
    return _by_key(office, verdict, key, person, hand.passphrase)


def _throttle(person: Person) -> str:
    return throttles.key_of("frasa", person.id)


def _signed(verdict: Verdict) -> bytes:
    return digest(Purpose.VERDICT, canonical.encode(verdict))


def _verdict(
    connection: Connection, office: Office, file: CaseFile, person: Person, id: str
) -> Verdict | Refused:
    case: Case = file.case
    request = papers.access_request(connection, case.id)
    if request is None or case.applicant is None or file.holder is None:
        return Refused("Permohonan ini tidak memuat formulir F01 sehingga tidak dapat ditandatangani.")
    try:
        require_token(id, "a grant id")
    except ValueError:
        return Refused("Halaman ini sudah usang. Muat ulang halaman permohonan, lalu tanda tangani lagi.")
    grant = terms(request, GrantId(id), file.holder, office.zone())
    if grant.ends <= office.clock():
        return Refused("Masa berlaku yang diminta sudah lewat; permohonan baru harus diajukan.")
    return Verdict(
        1,
        office.site,
        case.id,
        case.step,
        case.attempt,
        fingerprint(case.procedure),
        case.applicant,
        person.id,
        grant,
    )


def _by_key(office: Office, verdict: Verdict, key: Key, person: Person, passphrase: str) -> Signed | Refused:
    if not passphrase:
        return Refused("Frasa sandi tanda tangan harus diisi untuk langkah ini.")
    try:
        proof = sign_verdict(key.file, passphrase, verdict)
    except OperatorMistaken:
        with writing(office.store) as connection:
            throttles.fail(connection, _throttle(person), office.clock())
        return Refused("Frasa sandi tanda tangan salah. Tidak ada yang diubah; silakan coba lagi.")
    return Signed(verdict, proof)


def _by_session(office: Office, verdict: Verdict) -> Signed | Refused:
    if office.approval() is not Approval.SESSION:
        return Refused(NO_KEY)
    return Signed(verdict, Proof(Scheme.SESSION, "", ""))
