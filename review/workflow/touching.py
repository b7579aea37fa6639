"""Passkeys at the console: which of a person's count here, what one signed, and how one is registered.

The console checks what the signer will check again, so that a person hears at once what is wrong. A
registered passkey counts when the officers have signed it into their list; until then it is a line for them
to compare and to sign. Registering proves that the key is there: it signs once, the same way as it will.

The counter is left to the signer, which alone knows the last one that counted.
"""

from dataclasses import dataclass

from card_registry import canonical, passkey
from card_registry.errors import AksesError, Forged
from card_registry.signing import Purpose, digest
from card_registry.statements import Passkey, Proof, Scheme
from card_registry.words import PersonId, SiteId
from review import outside
from review.access import ROLES, Allowed, Permission, Refused, may
from review.office import Office
from review.people import Person
from review.store import audit, delegations, passkeys
from review.store.passkeys import Registered
from review.store.transaction import reading, writing

LABEL = 60
ID = 1400
MOST = 8
"""The most passkeys one person registers."""

UNLISTED = Refused(
    "Kunci akses ini belum dimuat dalam daftar penyetuju yang ditandatangani para petugas kunci. Gunakan "
    "frasa sandi, atau serahkan baris pendaftaran pada halaman Kunci saya kepada mereka."
)
NO_ADDRESS = Refused(
    "Kebijakan lokasi belum menyebut alamat konsol, sehingga kunci akses belum dapat digunakan. Mintalah "
    "para petugas kunci memuat alamat konsol dalam kebijakan."
)


@dataclass(frozen=True, slots=True)
class Touch:
    """What a browser sent back: the credential used, and the three parts of its assertion.

    ``grant`` is the id that the page drew for the grant; it is part of what was signed.
    """

    key: str
    client_data: str
    authenticator_data: str
    signature: str
    grant: str = ""

    def proof(self, public: str) -> Proof:
        """Give the assertion as the proof of a key."""
        parts = (self.signature, self.client_data, self.authenticator_data)
        return Proof(Scheme.PASSKEY, public, *parts)


@dataclass(frozen=True, slots=True)
class Registration:
    """What a passkey signs when it is registered: for which site, by whom."""

    v: int
    site: SiteId
    person: PersonId


def origins(office: Office) -> tuple[str, ...]:
    """Give the console's addresses at which passkeys count, as the officers signed them."""
    policy = outside.policy(office.registry)
    return () if policy is None else policy.console_origins


def is_here(office: Office, host: str) -> bool:
    """Say whether a browser at this address (the request's ``Host``) may use passkeys."""
    return host in {origin.partition("://")[2] for origin in origins(office)}


def counting(office: Office, person: Person, host: str) -> tuple[Passkey, ...]:
    """Give a person's passkeys that count, where the page is at an address at which they do."""
    return listed(office, person.id) if is_here(office, host) else ()


def listed(office: Office, person: PersonId) -> tuple[Passkey, ...]:
    """Give the passkeys that the officers listed for a person."""
    signed = outside.people(office.registry)
    approvers = () if signed is None else signed.approvers
    found = {key.id: key for one in approvers if one.person == person for key in one.passkeys}
    return tuple(found.values())


def prove(office: Office, person: Person, signed: bytes, touch: Touch) -> Proof | Refused:
    """Give the proof that a listed passkey of this person signed a digest, or say why it is none."""
    key = next((one for one in listed(office, person.id) if one.id == touch.key), None)
    if key is None:
        return UNLISTED
    return _checked(office, key, signed, touch)


def _checked(office: Office, key: Passkey, signed: bytes, touch: Touch) -> Proof | Refused:
    proof, places = touch.proof(key.public), origins(office)
    if not places:
        return NO_ADDRESS
    try:
        passkey.check(key, proof, signed, places)
    except Forged:
        return Refused(
            "Tanda tangan kunci akses tidak sah untuk halaman ini. Muat ulang halaman, pastikan alamat "
            f"konsol adalah {places[0]}, lalu coba lagi. Tidak ada yang diubah."
        )
    return proof


def challenge(office: Office, person: Person) -> bytes:
    """Give what a new passkey of this person signs."""
    return digest(Purpose.PASSKEY, canonical.encode(Registration(1, office.site, person.id)))


def may_register(office: Office, person: Person) -> Allowed | Refused:
    """Say whether a person may register keys: whoever signs, or is to sign by a delegation already made."""
    allowed = may(person, Permission.SIGN)
    if isinstance(allowed, Allowed):
        return allowed
    with reading(office.store) as connection:
        coming = delegations.coming(connection, office.clock()).get(person.id, frozenset())
    return Allowed() if coming & ROLES[Permission.SIGN] else allowed


def register(office: Office, person: Person, public: str, label: str, touch: Touch) -> Registered | Refused:
    """Keep a person's new passkey, which signed ``challenge``; whether it counts is the officers' to say."""
    allowed = may_register(office, person)
    if isinstance(allowed, Refused):
        return allowed
    key, name = Passkey(touch.key, public), " ".join(label.split())
    if not 0 < len(name) <= LABEL or not 0 < len(key.id) <= ID:
        return Refused(f"Nama perangkat harus diisi, paling panjang {LABEL} karakter.")
    try:
        passkey.require_key(public)
    except AksesError:
        return Refused(
            "Jenis kunci perangkat ini tidak diterima. Gunakan perangkat atau kunci keamanan lain."
        )
    proof = _checked(office, key, challenge(office, person), touch)
    if isinstance(proof, Refused):
        return proof
    return _keep(office, person, Registered(key, name, office.clock()))


def _keep(office: Office, person: Person, new: Registered) -> Registered | Refused:
    with writing(office.store) as connection:
        if passkeys.is_known(connection, new.key.id):
            return Refused("Kunci akses ini sudah terdaftar.")
        if len(passkeys.listed(connection, person.id)) >= MOST:
            return Refused(f"Paling banyak {MOST} kunci akses untuk satu orang.")
        passkeys.add(connection, person.id, new)
        subject = f"passkey/{passkey.fingerprint(new.key).replace(' ', '')}"
        audit.record(connection, person.id, "kunci.daftar", subject, new.made, new.label)
    return new


def registered(office: Office, person: Person) -> tuple[Registered, ...]:
    """Give the passkeys that a person registered, oldest first."""
    with reading(office.store) as connection:
        return passkeys.listed(connection, person.id)
