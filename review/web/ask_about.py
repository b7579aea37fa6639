"""Everything about one thing: a holder, an account, a card, a case, a server; each with its whole history."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import urlencode

from sqlalchemy import Connection, func, select

from card_registry.labels import label_of
from card_registry.words import CaseId, HolderId
from review.asking import Cell, Piece, Row, Sheet, Table, Tone, plain
from review.indonesian import last_day_text, moment_text
from review.office import Office
from review.people import TITLES
from review.retention import Kind
from review.store import cards, cases, grants, inventory, people, retention, visits
from review.store.cards import CardRow
from review.store.chronicle import Scope, told
from review.store.chronicle_cases import BEGUN, CASES, decisions
from review.store.chronicle_office import OFFICE, acts, acts_on
from review.store.chronicle_rights import RIGHTS, reviewed, verdicts
from review.store.grants import OfficeGrant
from review.store.occurrences import Question, asked
from review.tables import goods_out, holder, monthly_use
from review.visits.listing import STATE_WORDS
from review.web.ask_moments import moments, muted
from review.web.happenings import happenings

TAPS = 10
"""How many of the newest door events an answer shows; the rest is on the page of events."""

Teller = Callable[[Connection, Office, str], Sheet | None]


def _holder(connection: Connection, office: Office, id: str) -> Sheet | None:
    one = connection.execute(select(holder).where(holder.c.id == id)).first()
    if one is None:
        return None
    zone = office.zone()
    given, made = grants.listed(connection, holder_id=id), cards.of_holder(connection, HolderId(id))
    facts = (
        ("Unit kerja", plain(one.unit)),
        ("NIP", plain(one.nip)),
        ("Dikenal sejak", plain(moment_text(one.made, zone))),
        ("Hak yang hidup", plain(str(sum(right.lives(office.clock()) for right in given)))),
    )
    history = told(
        connection, Scope(0, office.clock() + 1, holder=id), (*RIGHTS, *BEGUN, verdicts, reviewed, *OFFICE)
    )
    tables = (
        _rights(connection, office, given),
        _cards(made, zone),
        _use(connection, office, id),
        _visits(connection, office, id),
        moments(connection, zone, "Riwayat", history),
        _taps(connection, office, Question(holder=id), {"pemegang": id}),
    )
    return Sheet(one.name, "Segala yang tercatat tentang pemegang kartu ini.", facts, tables)


def _rights(connection: Connection, office: Office, given: tuple[OfficeGrant, ...]) -> Table:
    zone, now, names = office.zone(), office.clock(), people.names(connection)
    numbers = cases.numbers(connection, {one.case for one in given})
    signs = {str(sign.id): sign.label for sign in office.doors}
    rows = tuple(
        Row(
            (
                plain(", ".join(signs.get(door, door) for door in one.terms.doors)),
                (
                    Piece(label_of(one.terms.kind)),
                    muted(
                        f"{moment_text(one.terms.begins, zone)} sampai {last_day_text(one.terms.ends, zone)}"
                    ),
                ),
                (Piece(one.told(now), tone=Tone.BAD if one.removed else Tone.PLAIN),),
                (
                    Piece(numbers.get(one.case, "permohonan"), f"/audit/kasus/{one.case}"),
                    muted(f"oleh {names.get(one.approver, '–')}{' (lemah)' if one.weak else ''}"),
                ),
                (Piece(one.holder_name, f"/audit/orang/{one.terms.holder}"),),
            )
        )
        for one in given
    )
    return Table("Hak akses", ("Pintu", "Berlaku", "Keadaan", "Disetujui", "Pemegang"), rows)


def _cards(made: tuple[CardRow, ...], zone: str) -> Table:
    rows = tuple(
        Row(
            (
                (Piece(one.number, f"/audit/kartu/{one.id}"),),
                plain(label_of(one.status)),
                plain(moment_text(one.made, zone)),
                (Piece(one.case_number, f"/audit/kasus/{one.case}"),),
                (Piece(one.holder_name, f"/audit/orang/{one.holder}"),),
            )
        )
        for one in made
    )
    return Table("Kartu", ("Nomor", "Keadaan", "Disiapkan", "Permohonan", "Pemegang"), rows)


def _use(connection: Connection, office: Office, id: str) -> Table:
    """Give how a holder used each door, from the sums."""
    row, zone = monthly_use.c, office.zone()
    sums = func.sum(row.entries), func.sum(row.outside), func.sum(row.denials), func.max(row.last)
    query = select(row.door, *sums).where(row.holder == id).group_by(row.door).order_by(row.door)
    signs = {str(sign.id): sign.label for sign in office.doors}
    rows = tuple(
        Row(
            (
                plain(signs.get(door, door)),
                plain(str(entries)),
                plain(str(outside)),
                plain(str(denials)),
                plain("" if last is None else moment_text(last, zone)),
            )
        )
        for door, entries, outside, denials, last in connection.execute(query)
    )
    columns = ("Pintu", "Masuk", "Di luar jam", "Ditolak", "Masuk terakhir")
    return Table("Pemakaian", columns, rows, "Seluruh masa yang tercatat.", "Belum pernah masuk.")


def _visits(connection: Connection, office: Office, id: str) -> Table:
    zone = office.zone()
    found = visits.using(connection, HolderId(id))
    rows = tuple(
        Row(
            (
                (Piece(one.plan.purpose or "Kunjungan", f"/kunjungan/{one.case or one.id}"),),
                plain(STATE_WORDS[one.state]),
                plain("" if one.entered is None else moment_text(one.entered, zone)),
                plain("" if one.left is None else moment_text(one.left, zone)),
            )
        )
        for one in found
    )
    return Table("Kunjungan dengan kartu tamu", ("Kunjungan", "Keadaan", "Masuk", "Keluar"), rows)


def _taps(connection: Connection, office: Office, question: Question, told: Mapping[str, str]) -> Table:
    """Give the newest door events that answer a question, each with what explains it."""
    rows = []
    for one in happenings(connection, office, asked(connection, question, TAPS)):
        event, why = one.event, one.reason
        reason = plain("") if why is None else (Piece(f"{why.words} {why.number}".strip()),)
        if why is not None and why.case:
            reason = (replace(reason[0], link=f"/audit/kasus/{why.case}"),)
        when = plain(f"{event.day_text} {event.local}")
        rows.append(
            Row((when, plain(event.door_label), plain(event.label), plain(event.holder_name), reason))
        )
    note = f"Paling banyak {TAPS} yang terbaru; selebihnya pada halaman Peristiwa."
    columns = ("Waktu", "Pintu", "Peristiwa", "Pemegang", "Penjelasan")
    more = (Piece("Semua peristiwanya", "/peristiwa?" + urlencode(told)),)
    return Table("Peristiwa pintu", columns, tuple(rows), note, "Tidak ada peristiwa.", more if rows else ())


def _account(connection: Connection, office: Office, id: str) -> Sheet | None:
    names = people.names(connection)
    if id not in names:
        return None
    zone = office.zone()
    person = next((one for one in people.everyone(connection, office.clock()) if one.id == id), None)
    titles = ", ".join(TITLES[role] for role in sorted(person.roles)) if person else "tidak aktif lagi"
    facts = (("Peran sekarang", plain(titles)), ("Unit kerja", plain(person.unit if person else "")))
    mine = Scope(0, office.clock() + 1, person=id)
    decided = told(connection, mine, (decisions, verdicts, reviewed))
    history = told(connection, mine, (*RIGHTS, *OFFICE, acts, acts_on(f"person/{id}")))
    tables = (
        moments(connection, zone, "Yang diputuskan", decided),
        moments(connection, zone, "Yang dilakukan", history),
    )
    return Sheet(names[id], "Segala yang tercatat tentang akun ini, yang terbaru di atas.", facts, tables)


def _card(connection: Connection, office: Office, id: str) -> Sheet | None:
    one = cards.find(connection, id)
    if one is None:
        return None
    zone = office.zone()
    facts = (
        ("Pemegang", (Piece(one.holder_name, f"/audit/orang/{one.holder}"), muted(one.holder_unit))),
        ("Keadaan", plain(label_of(one.status))),
        ("Kredensial", plain(label_of(one.kind) if one.kind else "belum dibuat")),
        ("Permohonan", (Piece(one.case_number, f"/audit/kasus/{one.case}"),)),
        ("Halaman kartu", (Piece(one.number, f"/kartu/{one.id}"),)),
    )
    history = told(connection, Scope(0, office.clock() + 1, card=id), RIGHTS)
    trail = told(connection, Scope(0, office.clock() + 1), (acts_on(f"card/{id}"),))
    both = tuple(sorted((*history, *trail), key=lambda moment: -moment.at))
    tables = (
        _rights(connection, office, grants.listed(connection, holder_id=one.holder)),
        moments(connection, zone, "Riwayat", both),
        _taps(connection, office, Question(card=id), {"kartu": id}),
    )
    return Sheet(f"Kartu {one.number}", "Segala yang tercatat tentang kartu ini.", facts, tables)


def _case(connection: Connection, office: Office, id: str) -> Sheet | None:
    file = cases.load(connection, id)
    if file is None:
        return None
    zone, case = office.zone(), file.case
    state = case.ending.value if case.ending else f"{case.state.value}, langkah {case.step}"
    facts = (
        ("Prosedur", plain(f"{case.procedure.id} {case.procedure.title}")),
        ("Tentang", plain(file.about)),
        ("Keadaan", plain(state)),
        ("Dibuka", plain(moment_text(file.made, zone))),
        ("Halaman permohonan", (Piece(file.number, f"/permohonan/{id}"),)),
        *_purged(connection, id),
    )
    children = tuple(
        Row(((Piece(one.number, f"/audit/kasus/{one.case.id}"),), plain(one.case.procedure.title)))
        for one in cases.children(connection, case.id)
    )
    mine = Scope(0, office.clock() + 1, case=id, limit=500)
    history = told(connection, mine, (*CASES, *RIGHTS, verdicts, reviewed, *OFFICE))
    tables = (
        _rights(connection, office, grants.listed(connection, case=id)),
        _cards(cards.listed(connection, case=id), zone),
        Table("Kasus yang dimulainya", ("Kasus", "Prosedur"), children),
        moments(connection, zone, "Riwayat lengkap", history),
        _taps(connection, office, Question(case=id), {"kasus": id}),
    )
    return Sheet(file.number, "Segala yang tercatat tentang permohonan ini.", facts, tables)


def _purged(connection: Connection, id: str) -> tuple[tuple[str, Cell], ...]:
    """Say which decision took the texts of a case, where one did."""
    number = retention.number_of(connection, Kind.CASES, id)
    if number is None:
        return ()
    said = Piece(f"dihapus menurut aturan, keputusan nomor {number}", f"/pelindungan-data/keputusan/{number}")
    return (("Isi permohonan", (said,)),)


def _server(connection: Connection, office: Office, id: str) -> Sheet | None:
    kept = inventory.find(connection, id)
    if kept is None:
        return None
    zone, device = office.zone(), kept.device
    facts = (
        ("Pemilik", plain(device.owner)),
        ("Nomor seri", plain(device.serial)),
        ("Keadaan", plain(device.status.value)),
        ("Tercatat sejak", plain(moment_text(device.since, zone))),
        ("Halaman perangkat", (Piece(device.name, f"/inventaris/perangkat/{id}"),)),
    )
    carried = connection.scalars(select(goods_out.c.case).where(goods_out.c.serial == device.serial))
    ids = dict.fromkeys(one for one in (kept.case, kept.gone, *carried) if one)
    history = tuple(
        moment
        for case in ids
        for moment in told(
            connection, Scope(0, office.clock() + 1, case=case), (*CASES, *RIGHTS, verdicts, *OFFICE)
        )
    )
    came = [visit for case in ids for visit in visits.below(connection, CaseId(case))]
    rows = tuple(
        Row(
            (
                (Piece(one.plan.purpose or "Kunjungan", f"/kunjungan/{one.case or one.id}"),),
                plain(STATE_WORDS[one.state]),
                plain("" if one.entered is None else moment_text(one.entered, zone)),
            )
        )
        for one in came
    )
    latest = tuple(sorted(history, key=lambda moment: -moment.at))
    tables = (
        Table("Kunjungan untuk perangkat ini", ("Kunjungan", "Keadaan", "Masuk"), rows),
        moments(connection, zone, "Riwayat dari kasus-kasusnya", latest),
    )
    return Sheet(f"Perangkat {device.name}", "Segala yang tercatat tentang perangkat ini.", facts, tables)


TELLERS: Mapping[str, Teller] = {
    "orang": _holder,
    "akun": _account,
    "kartu": _card,
    "kasus": _case,
    "perangkat": _server,
}
"""What tells everything about one kind of thing."""
