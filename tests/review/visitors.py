"""Visitors, their forms, and a short procedure that receives them: shared by the tests of visits."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Tapped, Versions
from card_registry.words import (
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from review.accounts import Accounts, Entry, enter
from review.people import Role
from review.procedure import parse
from review.store import cards, papers, visits
from review.store.transaction import reading
from review.visits import Visit
from review.workflow.opening import Beginning, open_case
from tests.review.removals import bind, follow, walk
from tests.review.small_table import HEAD
from tests.review.test_workflow import file_of, opened
from tests.review.world import LIGHT, NOON, World

Given = Mapping[str, Sequence[str]]

STEPS: tuple[tuple[str, str, str, list[str], list[str]], ...] = (
    ("1", "pemohon", 'lanjut = "2"\ntombol = "Kirim"', ["F07"], ["kunjungan.daftar"]),
    ("2", "fungsional", 'lanjut = "3"\ntombol = "Lanjut"', [], ["kunjungan.buka"]),
    ("3", "fungsional", 'lanjut = "4"\ntombol = "Lanjut"', [], ["kunjungan.tutup"]),
    (
        "4",
        "fungsional",
        (
            'cabang = [{ label = "diganti", ke = "SELESAI", tombol = "Diganti", wajib = ["F10"] }, '
            '{ label = "tidak diganti", ke = "SELESAI", tombol = "Tidak" }]'
        ),
        ["F10"],
        ["barang.keluar"],
    ),
)


def table() -> str:
    """Write the table of the short procedure."""
    return HEAD + "".join(
        f'\n[[prosedur.langkah]]\nno = "{no}"\nkegiatan = "Langkah {no}"\ngloss = "step"\nperan = "{role}"\n'
        f'jenis = "{"keputusan" if "cabang" in way else "proses"}"\n{way}\nkelengkapan = {papers!r}\n'
        f'waktu = "1 hari"\nefek = {effects!r}\n'.replace("'", '"')
        for no, role, way, papers, effects in STEPS
    )


F07 = {
    "nomor": "1/2026",
    "tanggal": "2026-11-20",
    "perihal": "Penitipan",
    "penanda_tangan.nama": "Kepala Dinas Contoh",
    "penanda_tangan.unit": "Dinas Contoh",
    "instansi": "Dinas Contoh",
    "jenis": "web-instansi",
    "layanan": "Situs",
    "contact_person.nama": "Narahubung Contoh",
    "contact_person.unit": "Dinas Contoh",
    "merk": "Server Contoh",
    "nomor_seri": "SN-1",
    "bentuk": "rack",
    "tinggi_u": "2",
    "daya_w": "400",
    "psu": "2",
    "ip_publik": "1",
    "bandwidth_mbps": "10",
    "kabel": "2",
    "lama": "1-tahun",
    "rencana_antar": "2026-11-20",
    "pengantar.0.nama": "Pengantar Contoh",
    "pengantar.0.instansi": "PT Contoh",
    "pengantar.0.identitas": "ktp",
}

F10 = {
    "perangkat.0.nama": "Disk",
    "perangkat.0.nomor_seri": "DSK-9",
    "perangkat.0.jumlah": "1",
    "alasan": "rusak",
    "media": "dihapus",
    "tujuan": "Gudang",
    "pembawa.nama": "Pengurus Barang",
    "pembawa.unit": "Diskominfo",
    "keluar": "2026-11-20T15:30",
}

NOON_DAY = date(2026, 11, 20)
"""The day of the tests at the site."""

ENDS = NOON + 3_600_000
"""The end of the window: 2026-11-20 16:00 at the site."""


def form(values: Mapping[str, str]) -> dict[str, list[str]]:
    """Give a form as it is typed."""
    return {name: [text] for name, text in values.items()}


def plan(world: World, parent: str, **more: str) -> dict[str, list[str]]:
    """Give a faultless F13 A."""
    return form(
        {
            "induk": parent,
            "keperluan": "Memasang server",
            "pintu": "ruang-server",
            "mulai": "2026-11-20T14:00",
            "selesai": "2026-11-20T16:00",
            "personel.0.nama": "Tamu Contoh",
            "personel.0.instansi": "PT Contoh",
            "personel.0.identitas": "ktp",
            "perangkat.0.nama": "Laptop",
            "perangkat.0.nomor_seri": "LPT-1",
            "pendamping": world.person("teknisi").id,
            **more,
        }
    )


def arrival(card: str, **more: str) -> dict[str, list[str]]:
    """Give F13 B."""
    texts = {"kartu_tamu": card, "lapor": "2026-11-20T15:00", "identitas": "ya", "tata_tertib": "ya", **more}
    return form({name: text for name, text in texts.items() if text})


def leaving(**more: str) -> dict[str, list[str]]:
    """Give F13 C: the laptop goes again, the card is back."""
    return form(
        {
            "masuk": "2026-11-20T15:00",
            "keluar": "2026-11-20T15:00",
            "perangkat_keluar.0.nama": "Laptop",
            "perangkat_keluar.0.nomor_seri": "lpt 1",
            "kartu_kembali": "ya",
            **more,
        }
    )


def staffed(world: World) -> World:
    """Give the office a technician, and the short procedure."""
    team = Entry("teknisi", "Petugas Teknis", "Diskominfo", Role.FUNGSIONAL, "sandi-teknisi-panjang")
    enter(world.office.store, Accounts((team,)), NOON, random.Random(3).randbytes, LIGHT)
    office = replace(world.office, procedures={**world.office.procedures, "X": parse(table(), "X")})
    return replace(world, office=office)


def parent_number(world: World) -> str:
    """Open a case that visits may belong to, and give its number."""
    return file_of(world, opened(world)).number


def registered(world: World, number: str | None = None, **more: str) -> str:
    """Register a visit by hand under a case's number."""
    given = plan(world, number or parent_number(world), **more)
    case = open_case(world.office, world.person("pemohon"), Beginning("P7", given))
    assert isinstance(case, str), case
    return case


def ready(world: World, number: str | None = None, seq: int = 4) -> str:
    """Bring a visit to the check at the door, with a guest card and a right that every door knows."""
    case = registered(world, number)
    walk(world, case, ("kabid", "disetujui"), ("operator", "selesai"))
    with reading(world.office.store) as connection:
        making = [card for card in cards.listed(connection) if card.holder == visit_of(world, case).holder]
    if making[0].kind is None:
        bind(world, case, seq)
    follow(world)
    return case


def inside(world: World, number: str | None = None, seq: int = 4) -> str:
    """Bring a visit's guests into the room."""
    case = ready(world, number, seq)
    walk(world, case, ("operator", "sesuai", arrival(guest_card(world, case))))
    return case


def guest_card(world: World, case: str) -> str:
    """Give the id of a visit's guest card."""
    holder = visit_of(world, case).holder
    assert holder is not None
    with reading(world.office.store) as connection:
        return cards.of_holder(connection, holder)[0].id


def visit_of(world: World, case: str) -> Visit:
    """Give the visit of a case."""
    with reading(world.office.store) as connection:
        found = visits.of_case(connection, case)
    assert found is not None
    return found


def told(world: World, login: str) -> list[str]:
    """Give what a person was told, newest first."""
    with reading(world.office.store) as connection:
        return [one.text for one in papers.notices(connection, world.person(login).id)]


def entering(visit: Visit | None, reason: Reason = Reason.GRANTED, grant: str | None = None) -> Tapped:
    """Give a tap at the door by a visit's guest card, or by another grant."""
    holder = HolderId("1" * 32) if visit is None or visit.holder is None else visit.holder
    known = GrantId(grant) if grant else (None if visit is None else visit.grant)
    return Tapped(
        DoorId("ruang-server"),
        ReaderId("masuk"),
        Side.IN,
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        "ab" * 32,
        reason is Reason.GRANTED,
        reason,
        Circumstances(),
        Versions(),
        None,
        holder,
        known,
    )
