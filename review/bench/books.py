"""The office's own books of five years, as the cases of every right would have left them.

Each right has its request, answered at every step and linked as the store links rows, a signed verdict, an
audit row for each act; each holder one card bound at a desk. They are entered at once and once.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from card_registry import canonical
from card_registry.instant import DAY, HOUR
from card_registry.signing import Purpose, digest, public_hex
from card_registry.statements import Proof, Scheme, Verdict, WarrantKind
from card_registry.words import (
    CardStatus,
    CaseId,
    CredentialKind,
    PersonId,
    Subject,
    Tier,
)
from review import tables
from review.bench.journals import key_of
from review.bench.town import END, SITE, Held, Town, card_id, holder_id, token
from review.case import Case, CaseState, Done, Ending, links
from review.people import Role
from review.procedure import END as OVER
from review.procedure import Procedure
from review.publication import PublicationState
from review.store import cases, people, recurring
from review.store.desks import JobState
from review.store.holders import key_of as name_key
from review.store.people import NewPerson
from review.store.removals import RemovalKind

UNITS = 40
AT_ONCE = 2_000
STEPS = (
    ("1", Role.PEMOHON, "Kirim permohonan"),
    ("2", Role.KADIS, "Disposisikan kepada Kabid"),
    ("3", Role.KABID, "disetujui"),
    ("4", Role.KABID, "Tanda tangani persetujuan"),
    ("5", Role.OPERATOR, "Buat kartu"),
    ("6", Role.OPERATOR, "Informasikan kepada pemohon"),
    ("7", Role.PEMOHON, "Terima informasi"),
)
STAFF = (Role.KADIS, Role.KABID, Role.OPERATOR, Role.ADMIN, Role.AUDITOR)

Entry = tuple[Table, dict[str, Any]]


def unit_of(holder: int) -> str:
    """Name a holder's unit."""
    return f"Dinas Contoh {holder % UNITS + 1:02}"


def staff(role: Role) -> PersonId:
    """Give the id of the one person of a role."""
    return PersonId(token(f"person {role.value}", 0))


def applicant(holder: int) -> PersonId:
    """Give the id of whoever asks for a holder's unit."""
    return PersonId(token("person unit", holder % UNITS))


def fill(connection: Connection, town: Town, procedure: Procedure) -> int:
    """Enter everything, unless it was; give how many rights there are."""
    if known := connection.scalar(select(func.count()).select_from(tables.grant)):
        return known
    born = min([one.terms.begins for one in town.grants], default=END) - 30 * DAY
    _people(connection, born)
    recurring.enter_program(connection, born)
    fingerprint = cases.pin(connection, procedure, born)
    for holder in range(town.holders):
        _add(connection, _holder(holder, born))
    entries = [entry for one in town.grants for entry in _right(one, procedure, fingerprint)]
    made = set[int]()
    for one in sorted(town.grants, key=lambda one: one.terms.begins):
        if one.holder not in made:
            made.add(one.holder)
            entries.extend(_card(one))
    _write(connection, entries)
    return len(town.grants)


def _people(connection: Connection, born: int) -> None:
    for role in STAFF:
        new = NewPerson(role.value, f"Pejabat {role.value.capitalize()}", "Diskominfo", role, "-", None)
        people.add(connection, staff(role), new, born)
    for number in range(UNITS):
        asker = NewPerson(f"pic{number}", f"PIC {number:02}", unit_of(number), Role.PEMOHON, "-", None)
        people.add(connection, applicant(number), asker, born)


def _holder(holder: int, born: int) -> Entry:
    name, unit = f"Pegawai Contoh {holder:04}", unit_of(holder)
    row = {"id": holder_id(holder), "name": name, "unit": unit, "made": born, "nip": ""}
    return tables.holder, row | {"key": name_key(name, unit)}


def _add(connection: Connection, entry: Entry) -> None:
    connection.execute(insert(entry[0]).values(entry[1]))


def _case(one: Held) -> CaseId:
    return CaseId(token("case", one.number))


def _history(one: Held) -> tuple[Done, ...]:
    """Give the rows of a right's request: a step a day, the last on the day before the right begins."""
    first = one.terms.begins - len(STEPS) * DAY
    asker = applicant(one.holder)
    return tuple(
        Done(
            step,
            1,
            asker if role is Role.PEMOHON else staff(role),
            role,
            answer,
            "",
            first + place * DAY + one.number % 7 * HOUR,
        )
        for place, (step, role, answer) in enumerate(STEPS)
    )


def _right(one: Held, procedure: Procedure, fingerprint: str) -> Iterator[Entry]:
    """Give a right with its case, its rows, its verdict and what took it away."""
    case, history = _case(one), _history(one)
    yield (
        tables.case_file,
        {
            "id": case,
            "number": f"ARS-{one.number + 1:05}",
            "fingerprint": fingerprint,
            "parent": None,
            "applicant": applicant(one.holder),
            "holder": one.terms.holder,
            "state": CaseState.CLOSED.value,
            "step": Case(case, procedure, OVER, history[-1].at).step,
            "entered": history[-1].at,
            "waiting": None,
            "made": history[0].at,
            "parent_step": None,
            "queued": False,
            "ending": Ending.COMPLETED.value,
        },
    )
    for place, (done, link) in enumerate(zip(history, links(case, history), strict=True)):
        yield tables.case_row, _row(case, place, done, link)
        yield tables.audit, _act(case, done)
    approved = history[3].at
    yield tables.warrant, _warrant(2 * one.number + 1, WarrantKind.GRANT, approved)
    yield tables.grant, _grant(one, case, approved)
    yield tables.signed_verdict, _verdict(one, case, fingerprint, approved)
    if one.taken is not None:
        yield tables.warrant, _warrant(2 * one.number + 2, WarrantKind.WITHDRAW, one.taken)
        yield tables.removal, _removal(one, case, one.taken)


def _row(case: CaseId, place: int, done: Done, link: str) -> dict[str, Any]:
    return {
        "case": case,
        "position": place,
        "step": done.step,
        "attempt": done.attempt,
        "person": done.person,
        "behalf": None,
        "role": done.role.value,
        "answer": done.answer,
        "note": done.note,
        "at": done.at,
        "kind": done.kind.value,
        "capacity": done.capacity.value,
        "refers": None,
        "link": link,
    }


def _act(case: CaseId, done: Done) -> dict[str, Any]:
    about = {"subject": f"case/{case}", "detail": f"{done.step} {done.answer}", "at": done.at}
    return {"person": done.person, "act": "langkah.jawab", **about}


def _warrant(serial: int, kind: WarrantKind, at: int) -> dict[str, Any]:
    return {"serial": serial, "kind": kind.value, "body": b"{}", "made": at}


def _grant(one: Held, case: CaseId, at: int) -> dict[str, Any]:
    return {
        "id": one.terms.id,
        "case": case,
        "holder": one.terms.holder,
        "body": canonical.encode(one.terms),
        "warrant": 2 * one.number + 1,
        "approver": staff(Role.KABID),
        "weak": False,
        "state": PublicationState.EVERYWHERE.value,
        "needs": one.number + 1,
        "sentence": "",
        "made": at,
    }


def _verdict(one: Held, case: CaseId, fingerprint: str, at: int) -> dict[str, Any]:
    """Sign a verdict as an approver's key file does."""
    key, by = key_of("kabid"), staff(Role.KABID)
    said = Verdict(1, SITE, case, "4", 1, fingerprint, applicant(one.holder), by, one.terms)
    body = canonical.encode(said)
    proof = Proof(Scheme.KEY_FILE, public_hex(key), key.sign(digest(Purpose.VERDICT, body)).hex())
    place = {"case": case, "step": "4", "attempt": 1, "grant": one.terms.id}
    return {**place, "person": by, "body": body, "proof": canonical.encode(proof), "at": at}


def _removal(one: Held, case: CaseId, at: int) -> dict[str, Any]:
    return {
        "id": token("removal", one.number),
        "subject": Subject.GRANT.value,
        "target": one.terms.id,
        "case": case,
        "step": "6",
        "attempt": 1,
        "person": staff(Role.ADMIN),
        "kind": RemovalKind.REMOVED.value,
        "warrant": 2 * one.number + 2,
        "state": PublicationState.EVERYWHERE.value,
        "needs": one.number + 1,
        "sentence": "",
        "made": at,
        "everywhere": at + 200,
        "lifted": None,
        "restored": None,
    }


def _card(first: Held) -> Iterator[Entry]:
    """Give the card made with a holder's first right, and its binding at a desk."""
    card, case, at = card_id(first.holder), _case(first), first.terms.begins - DAY
    owner, maker = first.terms.holder, staff(Role.OPERATOR)
    plastic = {"id": card, "number": f"KRT-{first.holder:05}", "holder": owner, "case": case, "maker": maker}
    proven = {"kind": CredentialKind.PKOC.value, "tier": int(Tier.PUBLIC_KEY), "digest": token("d", 0) * 2}
    yield tables.card, {**plastic, **proven, "status": CardStatus.ACTIVE.value, "made": at}
    job = {"id": token("job", first.holder), "case": case, "card": card, "holder": owner, "maker": maker}
    stands = {"state": JobState.BOUND.value, "publication": PublicationState.EVERYWHERE.value}
    times = {"made": at, "ended": at + HOUR, "needs": 1, "desk": "meja-1", "asked_by": case}
    yield tables.desk_job, {**job, **stands, **times, "label": "", "result": None, "source": None}


def _write(connection: Connection, entries: list[Entry]) -> None:
    """Insert entries table by table, in the order in which they name each other."""
    found: dict[Table, list[dict[str, Any]]] = {}
    for table, row in entries:
        found.setdefault(table, []).append(row)
    for table in tables.metadata.sorted_tables:
        rows = iter(found.get(table, ()))
        while some := list(islice(rows, AT_ONCE)):
            connection.execute(insert(table), some)
