"""A person's rights over their data (UU PDP): to be shown it, to take a copy, to have it corrected.

Every look and every copy is in the audit trail with the paper that asked for it. A correction changes the
name where it stands, once; journals and chains name the holder by id, and papers that were signed stay as
they were signed.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from card_registry.words import HolderId
from review.access import Permission, Refused, may
from review.form import Faulty
from review.form.nip import fault as nip_fault
from review.office import Office
from review.people import Person
from review.retention import Hold, HoldKind, Rules, until
from review.store import audit, cases, personal, personal_others, retention
from review.store.personal import Category, Identity
from review.store.transaction import reading, writing

LONGEST = 120
BASIS = 120
"""The longest name of the paper that asks for something, in characters."""

UNKNOWN = "Pemegang tidak ditemukan; cari lagi namanya."
NO_BASIS = f"Sebutkan dasarnya, misalnya nomor surat permintaan; paling panjang {BASIS} huruf."


class Subject(StrEnum):
    """As what the office knows somebody."""

    HOLDER = "pemegang"
    ACCOUNT = "akun"
    GUEST = "tamu"


KINDS = {Subject.HOLDER: "holder", Subject.ACCOUNT: "person", Subject.GUEST: "visit"}
"""What the audit trail calls each."""


@dataclass(frozen=True, slots=True)
class Personal:
    """Everything about one person, as what they are known."""

    subject: Subject
    who: Identity
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What a holder's name, unit and NIP should be, and the paper that asks for it."""

    name: str
    unit: str
    nip: str
    basis: str


def tell(office: Office, by: Person, id: str, act: str) -> Personal | Refused:
    """Give everything about a holder or an account, and write down who looked.

    ``act`` says whether to take a copy.
    """
    with reading(office.store) as connection:
        who = personal.identity(connection, id)
        if who is not None:
            return _noted(
                office, by, Personal(Subject.HOLDER, who, personal.categories(connection, who.id)), act
            )
        known = personal_others.account(connection, id)
    return Refused(UNKNOWN) if known is None else _noted(office, by, Personal(Subject.ACCOUNT, *known), act)


def tell_guest(office: Office, by: Person, name: str, act: str) -> Personal | Refused:
    """Give everything about the guests of a name, and write down who looked."""
    with reading(office.store) as connection:
        known = personal_others.guest(connection, name.strip())
    return Refused(UNKNOWN) if known is None else _noted(office, by, Personal(Subject.GUEST, *known), act)


def _noted(office: Office, by: Person, told: Personal, act: str) -> Personal | Refused:
    """Give what was found to whoever may read it, once the look is written down."""
    allowed = may(by, Permission.READ_PERSON)
    if isinstance(allowed, Refused):
        return allowed
    with writing(office.store) as connection:
        audit.record(connection, by.id, act, f"{KINDS[told.subject]}/{told.who.id}", office.clock())
    return told


def correct(office: Office, by: Person, id: str, wanted: Correction) -> tuple[str, ...] | Faulty | Refused:
    """Correct a holder's name, unit and NIP; give which of them changed."""
    allowed = may(by, Permission.CORRECT_PERSON)
    if isinstance(allowed, Refused):
        return allowed
    faults = _faults(wanted, office.today())
    if faults:
        return Faulty(faults)
    with writing(office.store) as connection:
        if personal.identity(connection, id) is None:
            return Refused(UNKNOWN)
        if personal.namesake(connection, id, wanted.name, wanted.unit, wanted.nip) is not None:
            connection.rollback()
            return Faulty({"nama": "Sudah ada pemegang lain dengan nama dan unit ini; bedakan dengan NIP."})
        changed = personal.correct(connection, id, wanted.name, wanted.unit, wanted.nip)
        if changed:
            told = f"{','.join(changed)}; {wanted.basis}"
            audit.record(connection, by.id, "data.perbaiki", f"holder/{id}", office.clock(), told)
    return changed


def _faults(wanted: Correction, today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    for field, text in (("nama", wanted.name), ("unit", wanted.unit)):
        if not 0 < len(text) <= LONGEST or not text.isprintable():
            faults[field] = f"Isi {field}, paling panjang {LONGEST} huruf."
    if wanted.nip and (wrong := nip_fault(wanted.nip, today)):
        faults["nip"] = wrong
    if not _is_basis(wanted.basis):
        faults["dasar"] = NO_BASIS
    return faults


def _is_basis(text: str) -> bool:
    return 0 < len(text) <= BASIS and text.isprintable()


def hold(office: Office, by: Person, kind: str, target: str, basis: str) -> Hold | Faulty | Refused:
    """Hold data back from purging; ``target`` is a holder's id or name, a case's number, a door's id."""
    allowed = may(by, Permission.HOLD_DATA)
    if isinstance(allowed, Refused):
        return allowed
    if kind not in set(HoldKind):
        return Faulty({"jenis": "Pilih apa yang ditahan."})
    found = _target(office, HoldKind(kind), target.strip())
    faults = {} if found is not None else {"sasaran": _which(HoldKind(kind))}
    if not _is_basis(basis):
        faults["dasar"] = NO_BASIS
    if found is None or faults:
        return Faulty(faults)
    now = office.clock()
    new = Hold(office.token(), HoldKind(kind), found, basis, by.id, now)
    with writing(office.store) as connection:
        retention.hold(connection, new)
        audit.record(connection, by.id, "retensi.tahan", f"hold/{new.id}", now, f"{kind} {basis}")
    return new


def _target(office: Office, kind: HoldKind, text: str) -> str | None:
    """Find what a hold is on; None where nothing, or more than one thing, is called so."""
    with reading(office.store) as connection:
        match kind:
            case HoldKind.EVERYTHING:
                return ""
            case HoldKind.DOOR:
                return next((door.id for door in office.doors if text in {door.id, door.label}), None)
            case HoldKind.CASE:
                file = cases.numbered(connection, text) or cases.load(connection, text)
                return None if file is None else file.case.id
            case HoldKind.HOLDER:
                if (known := personal.identity(connection, HolderId(text))) is not None:
                    return known.id
                named = [
                    one.id
                    for one in personal.search(connection, text)
                    if one.kind == "pemegang" and one.name.casefold() == text.casefold()
                ]
                return named[0] if len(named) == 1 else None


def _which(kind: HoldKind) -> str:
    return {
        HoldKind.HOLDER: "Tulis nama lengkap pemegang kartu, atau pengenalnya bila ada nama yang sama.",
        HoldKind.CASE: "Tulis nomor permohonan yang ada.",
        HoldKind.DOOR: "Tulis nama pintu yang ada.",
        HoldKind.EVERYTHING: "",
    }[kind]


def lift(office: Office, by: Person, id: str) -> int | Refused:
    """Lift a hold; 0 when it does not stand."""
    allowed = may(by, Permission.HOLD_DATA)
    if isinstance(allowed, Refused):
        return allowed
    now = office.clock()
    with writing(office.store) as connection:
        done = retention.lift(connection, id, by.id, now)
        if done:
            audit.record(connection, by.id, "retensi.lepas", f"hold/{id}", now)
    return done


def until_of(office: Office, rules: Rules, told: Personal) -> dict[str, int | None]:
    """Give when the newest of each category may go by rule (milliseconds); None where there is none."""
    return {
        one.name: None if one.last is None else until(one.last, rules.of(one.rule), office.zone())
        for one in told.categories
    }


def as_copy(office: Office, told: Personal) -> dict[str, object]:
    """Give a person's data as it is handed over: plain values, and until when each is kept.

    Times are milliseconds since 1970.
    """
    with reading(office.store) as connection:
        rules = retention.in_force(connection)
    who, limits = told.who, until_of(office, rules, told)
    return {
        "lokasi": office.site,
        "dibuat": office.clock(),
        "sebagai": told.subject.value,
        "orang": {"pengenal": who.id, "nama": who.name, "unit": who.unit, "nip": who.nip, "sejak": who.made},
        "data": [
            {
                "jenis": one.name,
                "disimpan_bulan": rules.of(one.rule),
                "disimpan_sampai": limits[one.name],
                "isi": list(one.rows),
            }
            for one in told.categories
        ],
    }
