"""What a step tells and enters: notifications, announcements, the queue, assignments, agenda and archive."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from starlette.testclient import TestClient

from card_registry.words import CaseId
from review.access import Refused
from review.accounts import Accounts, Entry, enter
from review.case import Advanced, Answer
from review.follow import Follower
from review.form import Faulty, Filled
from review.inventory.stock import Claim, Device, Place, Stock
from review.notices.parcel import ChannelName
from review.people import Person, Role
from review.procedure import parse
from review.shelf import shipped
from review.store import books, case_chain, cases, contacts, inbox, inventory, outbox, papers, sessions
from review.store.books import Direction
from review.store.papers import Filing
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow.answering import Act, act
from review.workflow.bookkeeping import appoint
from review.workflow.effects import WORK
from review.workflow.opening import Beginning, open_case
from review.workflow.telling import announcement
from tests.review.browser import Visitor
from tests.review.small_table import HEAD
from tests.review.test_workflow import opened
from tests.review.world import NOON, World

TABLE = (
    HEAD
    + """
[[prosedur.langkah]]
no = "1"
kegiatan = "Meminta"
peran = "pemohon"
jenis = "proses"
lanjut = "2"
tombol = "Kirim"
[[prosedur.langkah]]
no = "2"
kegiatan = "Menerima surat"
peran = "kadis"
jenis = "proses"
lanjut = "3"
tombol = "Terima"
efek = ["surat.masuk"]
[[prosedur.langkah]]
no = "3"
kegiatan = "Menunjuk pelaksana"
peran = "kabid"
jenis = "keputusan"
cabang = [
  { label = "ada", ke = "5", tombol = "Ada" },
  { label = "penuh", ke = "4", tombol = "Penuh" },
]
efek = ["penugasan"]
[[prosedur.langkah]]
no = "4"
kegiatan = "Menghubungi contact person bahwa tempat telah penuh"
peran = "kabid"
jenis = "proses"
lanjut = "3"
tombol = "Sampaikan"
antre = true
efek = ["kasus.antre"]
[[prosedur.langkah]]
no = "5"
kegiatan = "Mengumumkan penghentian layanan"
peran = "operator"
jenis = "proses"
lanjut = "6"
tombol = "Umumkan"
efek = ["pengumuman.kirim"]
[[prosedur.langkah]]
no = "6"
kegiatan = "Menginformasikan bahwa server sudah siap."
peran = "operator"
jenis = "proses"
lanjut = "7"
tombol = "Beri tahu"
efek = ["notifikasi.kirim"]
[[prosedur.langkah]]
no = "7"
kegiatan = "Mengarsipkan"
peran = "kabid"
jenis = "proses"
lanjut = "SELESAI"
tombol = "Arsipkan"
efek = ["arsip", "kasus.tutup"]
"""
)
F17 = Filled(
    {
        "layanan": ("Surat elektronik",),
        "mulai": ("2026-11-23T08:00",),
        "selesai": ("2026-11-23T10:30",),
        "dampak": ("Surat tidak dapat dibaca.",),
        "contact_person.nama": ("Petugas Contoh",),
        "contact_person.hp": ("0812 3456 7890",),
        "contact_person.surel": ("petugas@contoh.go.id",),
    }
)


@pytest.fixture
def office(world: World) -> World:
    """An office that also runs a small procedure, and announces to a list of its own."""
    table = parse(TABLE, "contoh")
    procedures = MappingProxyType({**world.office.procedures, table.id: table})
    office = replace(world.office, procedures=procedures, announce=("semua@contoh.go.id",))
    return replace(world, office=office)


def begun(world: World) -> CaseId:
    """Open a case."""
    case = open_case(world.office, world.person("pemohon"), Beginning("X", {}))
    assert isinstance(case, str), case
    return case


def say(
    world: World, id: str, login: str, label: str = "selesai", note: str = ""
) -> Advanced | Faulty | Refused:
    """Answer the present step."""
    with reading(world.office.store) as connection:
        file = cases.load(connection, id)
    assert file is not None
    verdict = Answer(file.case.step, file.case.attempt, label, note)
    return act(world.office, world.person(login), id, Act(verdict))


def told(world: World, login: str) -> list[str]:
    """Give a person's messages, the oldest first."""
    with reading(world.office.store) as connection:
        return [one.text for one in inbox.messages(connection, world.person(login).id)][::-1]


def written(world: World, case: CaseId) -> list[tuple[str, str]]:
    """Give addresses and subjects of a case's outbox, the oldest first."""
    with reading(world.office.store) as connection:
        return [(one.address, one.subject) for one in outbox.of_case(connection, case)][::-1]


def fill(world: World, case: CaseId, key: str, filled: Filled) -> None:
    """File a part of a form."""
    with writing(world.office.store) as connection:
        filing = Filing(world.office.token(), case, key, world.person("operator").id, world.clock())
        papers.file(connection, filing, filled)


def walk(world: World, case: CaseId, *said: tuple[str, str]) -> None:
    """Answer several steps."""
    for login, label in said:
        done = say(world, case, login, label)
        assert isinstance(done, Advanced), done


def test_a_letter_received_has_its_agenda_number(office: World) -> None:
    """Numbered without gaps in its year, with sender and subject, and the applicant is told."""
    first, second = begun(office), begun(office)
    fill(office, second, "F07.A", Filled({"perihal": ("Penitipan server",)}))
    walk(office, second, ("kadis", "selesai"))
    walk(office, first, ("kadis", "selesai"))
    with reading(office.office.store) as connection:
        (line,) = books.letters(connection, first)
    assert (line.year, line.direction, line.number, line.subject) == (2026, Direction.IN, 2, "Contoh")
    assert line.party == "Pejabat Pemohon, Dinas Contoh"
    with reading(office.office.store) as connection:
        assert books.letters(connection, second)[0].subject == "Penitipan server"
    assert told(office, "pemohon")[0].endswith("diagendakan: nomor 1/2026.")


def test_whoever_is_assigned_is_kept_and_told(office: World) -> None:
    """The role of the next step, one person where only one can do it, another by the assigner's word only."""
    case = begun(office)
    walk(office, case, ("kadis", "selesai"), ("kabid", "ada"))
    with reading(office.office.store) as connection:
        (made,) = books.assignments(connection, case)
    assert (made.step, made.role, made.person) == ("3", Role.OPERATOR, None)
    for login in ("operator", "operator2"):
        assert told(office, login) == ["Anda ditugaskan pada langkah 5: Mengumumkan penghentian layanan"]
    two = office.person("operator2")
    for by, to in (("operator", two.id), ("kabid", office.person("auditor").id), ("kabid", "f" * 32)):
        assert isinstance(appoint(office.office, office.person(by), case, to), Refused)
    assert isinstance(appoint(office.office, office.person("kabid"), "0" * 32, two.id), Refused)
    chosen = appoint(office.office, office.person("kabid"), case, two.id)
    assert isinstance(chosen, Person)
    with reading(office.office.store) as connection:
        (made,) = books.assignments(connection, case)
    assert (made.person, made.name, made.step) == (two.id, "Petugas Operator Dua", "3")
    assert told(office, "operator2")[-1] == "Anda ditunjuk untuk menangani permohonan CTH-2026-0001."


def test_only_one_who_can_is_named_at_once(office: World) -> None:
    """With one holder of the role the assignment names that person; a case that ended assigns nobody."""
    case = begun(office)
    walk(office, case, ("kadis", "selesai"), ("kabid", "penuh"))
    with reading(office.office.store) as connection:
        (made,) = books.assignments(connection, case)
    assert (made.role, made.person) == (Role.KABID, office.person("kabid").id)
    assert isinstance(appoint(office.office, office.person("pemohon"), case, made.assigner), Refused)


def test_who_queues_is_told_their_place(office: World) -> None:
    """Counted among those who wait at the same step, the oldest first; who leaves makes room."""
    found = []
    for _ in range(3):
        case = begun(office)
        walk(office, case, ("kadis", "selesai"), ("kabid", "penuh"), ("kabid", "selesai"))
        found.append(case)
        office.clock.now += 1000
    places = [text for text in told(office, "pemohon") if "antrean" in text]
    assert [place[-22:] for place in places] == [f"urutan ke-{n} dalam antrean."[-22:] for n in (1, 2, 3)]
    assert places[0].startswith(
        "Menghubungi contact person bahwa tempat telah penuh. Permohonan Anda menunggu"
    )
    walk(office, found[0], ("kabid", "ada"))
    walk(office, found[2], ("kabid", "penuh"), ("kabid", "selesai"))
    assert "urutan ke-2" in told(office, "pemohon")[-1]


def test_an_announcement_reaches_everybody_concerned_once(office: World) -> None:
    """The applicant's unit, the procedure's roles, the contact person and the site's list; never twice."""
    with writing(office.office.store) as connection:
        for login, address in (("kadis", "kadis@contoh.go.id"), ("auditor", "auditor@contoh.go.id")):
            contacts.keep(connection, office.person(login).id, ChannelName.EMAIL, address, NOON)
        contacts.keep(
            connection, office.person("operator").id, ChannelName.EMAIL, "petugas@contoh.go.id", NOON
        )
    case = begun(office)
    walk(office, case, ("kadis", "selesai"), ("kabid", "ada"))
    office.clock.now += 1000
    assert isinstance(say(office, case, "operator"), Refused)
    fill(office, case, "F17.A", F17)
    before = len(written(office, case))
    walk(office, case, ("operator", "selesai"))
    sent = written(office, case)[before:]
    assert sorted(address for address, _ in sent) == [
        "kadis@contoh.go.id",
        "petugas@contoh.go.id",
        "semua@contoh.go.id",
    ]
    subject = "[CTH-2026-0001] Penghentian sementara layanan Surat elektronik"
    assert {one for _, one in sent} == {subject}
    for login in ("pemohon", "kadis", "kabid", "operator", "operator2"):
        assert "Mulai: Senin, 23 November 2026, 08.00\n" in told(office, login)[-1]
    assert told(office, "auditor") == []


def test_an_announcement_reaches_the_unit_whose_server_it_is(office: World) -> None:
    """The inventory says whose the named server is, and what it is called."""
    server = Device("srv1", "Server Surat", "Inspektorat", "SN1", Claim(Place("", 0, 1), 0, 0))
    with writing(office.office.store) as connection:
        inventory.save(connection, Stock(), Stock(devices=(server,)))
    case = begun(office)
    fill(office, case, "F17.A", Filled({**F17.values, "server": ("srv1",)}))
    walk(office, case, ("kadis", "selesai"), ("kabid", "ada"), ("operator", "selesai"))
    assert "Server: Server Surat\n" in told(office, "auditor")[-1]


def test_an_announcement_is_written_as_people_read_it() -> None:
    """Local times in words, the contact person with a number, nothing for what was left empty."""
    assert announcement(F17).splitlines() == [
        "Penghentian sementara layanan Surat elektronik",
        "Mulai: Senin, 23 November 2026, 08.00",
        "Selesai: Senin, 23 November 2026, 10.30",
        "Dampak: Surat tidak dapat dibaca.",
        "Narahubung: Petugas Contoh, 0812 3456 7890",
    ]


def test_a_notification_reaches_applicant_contact_and_next_actor(office: World) -> None:
    """The step's own words and the note; whoever acts next hears that it is their turn."""
    case = begun(office)
    fill(office, case, "F17.A", F17)
    walk(office, case, ("kadis", "selesai"), ("kabid", "ada"), ("operator", "selesai"))
    office.clock.now += 1000
    assert isinstance(say(office, case, "operator", note="Silakan datang hari Senin."), Advanced)
    text = "Menginformasikan bahwa server sudah siap. Silakan datang hari Senin."
    assert told(office, "pemohon")[-1] == text
    assert told(office, "kabid")[-1] == "Langkah 7 menunggu Anda: Mengarsipkan"
    assert written(office, case)[-1] == ("petugas@contoh.go.id", f"[CTH-2026-0001] {text}")


def test_an_archive_entry_holds_the_case_as_it_was(office: World) -> None:
    """Its papers by hash and the newest link of its history; the book counts on."""
    numbers = []
    for _ in range(2):
        case = begun(office)
        fill(office, case, "F17.A", F17)
        walk(office, case, ("kadis", "selesai"), ("kabid", "ada"), ("operator", "selesai"))
        walk(office, case, ("operator", "selesai"), ("kabid", "selesai"))
        with reading(office.office.store) as connection:
            (entry,) = books.archived(connection, case)
            assert case_chain.tampered(connection) == ()
        assert [(sheet.form, sheet.version) for sheet in entry.binder.papers] == [("F17.A", 1)]
        assert (len(entry.binder.link), entry.step, entry.year) == (64, "7", 2026)
        numbers.append(entry.number)
        ended = appoint(office.office, office.person("kabid"), case, office.person("operator").id)
        assert isinstance(ended, Refused)
    assert numbers == [1, 2]


def test_every_effect_of_telling_and_of_books_is_done() -> None:
    """None of the tables waits for these any more."""
    ours = {"notifikasi.kirim", "pengumuman.kirim", "kasus.antre", "penugasan", "surat.masuk", "arsip"}
    assert ours <= {effect.value for effect in WORK}
    assert ours <= {e.value for table in shipped().values() for step in table.steps for e in step.effects}


def test_addresses_come_with_the_accounts(world: World) -> None:
    """An account may bring an address; one that is none is refused by its login."""
    entry = Entry(
        "baru", "Orang Baru", "Dinas", Role.PEMOHON, "sandi-baru-panjang", email="baru@contoh.go.id"
    )
    enter(world.office.store, Accounts((entry,)), NOON, world.office.entropy)
    with reading(world.office.store) as connection:
        assert contacts.of(connection, world.person("baru").id) == {ChannelName.EMAIL: "baru@contoh.go.id"}
    with pytest.raises(ValueError, match="email of baru"):
        replace(entry, email="bukan alamat")


def visitor(console: Console, world: World, login: str) -> Visitor:
    """Give a signed-in browser."""
    app = TestClient(create_app(console), follow_redirects=False, raise_server_exceptions=False)
    with writing(world.office.store) as connection:
        sessions.begin(connection, f"sesi-{login}", world.person(login).id, world.clock())
    app.cookies.set("akses_sesi", f"sesi-{login}", domain="testserver.local")
    return Visitor(app)


def test_messages_are_read_one_by_one_or_all(console: Console, world: World) -> None:
    """Own messages only; what came after the page was shown stays unread; strange numbers do nothing."""
    case = CaseId(opened(world))
    me, other = world.person("pemohon").id, world.person("kadis").id

    def tell(to: str) -> None:
        with writing(world.office.store) as connection:
            papers.notify(connection, world.person(to).id, case, "<b>Kabar</b>", world.clock())

    def unread() -> tuple[int, int]:
        with reading(world.office.store) as connection:
            return inbox.unread(connection, me), inbox.unread(connection, other)

    with reading(world.office.store) as connection:
        before = inbox.unread(connection, me)
    tell("pemohon")
    tell("kadis")
    tell("pemohon")
    browser = visitor(console, world, "pemohon")
    page = browser.see("/kotak-masuk").text
    assert "&lt;b&gt;Kabar&lt;/b&gt;" in page
    with reading(world.office.store) as connection:
        newest, _, *_ = inbox.messages(connection, me)
        theirs, *_ = inbox.messages(connection, other)
    for strange in (str(theirs.id), "0", "-1", "1 OR 1", "9" * 30, "²"):
        assert browser.send("/kotak-masuk/baca", {"pesan": strange}).status_code == 303
    assert unread() == (before + 2, 1)
    browser.send("/kotak-masuk/baca", {"pesan": str(newest.id)})
    assert unread() == (before + 1, 1)
    tell("pemohon")
    browser.send("/kotak-masuk/baca", {"sampai": str(newest.id)})
    assert unread() == (1, 1)
    assert browser.client.post("/kotak-masuk/baca", data={"sampai": "99"}).status_code == 403
    browser.client.close()


def test_people_keep_their_own_address(console: Console, world: World) -> None:
    """A wrong one is shown again with its sentence; an empty one ends the e-mails."""
    browser = visitor(console, world, "pemohon")
    browser.see("/kotak-masuk")
    wrong = browser.send("/kotak-masuk/alamat", {"alamat": 'x"@y'})
    assert (wrong.status_code, "Alamat surel tidak dikenal" in wrong.text) == (422, True)
    assert 'value="x&#34;@y"' in wrong.text
    assert browser.send("/kotak-masuk/alamat", {"alamat": " saya@contoh.go.id "}).status_code == 303
    with reading(world.office.store) as connection:
        assert contacts.of(connection, world.person("pemohon").id) == {ChannelName.EMAIL: "saya@contoh.go.id"}
    assert 'value="saya@contoh.go.id"' in browser.see("/kotak-masuk").text
    browser.send("/kotak-masuk/alamat", {"alamat": ""})
    with reading(world.office.store) as connection:
        assert contacts.of(connection, world.person("pemohon").id) == {}
    browser.client.close()


def test_the_outbox_is_for_those_who_answer_for_it(console: Console, world: World) -> None:
    """The administrator sees who was told what and how it stands; an applicant does not."""
    with writing(world.office.store) as connection:
        contacts.keep(connection, world.person("pemohon").id, ChannelName.EMAIL, "saya@contoh.go.id", NOON)
    opened(world)
    admin, applicant = visitor(console, world, "admin"), visitor(console, world, "pemohon")
    page = admin.see("/kotak-keluar")
    assert (page.status_code, "Pejabat Pemohon" in page.text, "Menunggu" in page.text) == (200, True, True)
    assert "saya@contoh.go.id" not in page.text
    assert applicant.see("/kotak-keluar").status_code == 403
    admin.client.close()
    applicant.client.close()


def test_a_case_shows_who_is_assigned_what_is_entered_and_what_was_sent(office: World) -> None:
    """Its page names the person, the agenda number, the archive entry, and how each message stands."""
    with writing(office.office.store) as connection:
        contacts.keep(connection, office.person("pemohon").id, ChannelName.EMAIL, "saya@contoh.go.id", NOON)
    case = begun(office)
    walk(office, case, ("kadis", "selesai"), ("kabid", "ada"))
    assert isinstance(
        appoint(office.office, office.person("kabid"), case, office.person("operator").id), Person
    )
    admin, applicant = (
        visitor(Console(office.office, Follower(office.office)), office, login)
        for login in ("admin", "pemohon")
    )
    page = admin.see(f"/permohonan/{case}").text
    for words in ("Petugas Operator", "1/2026", "Pesan keluar", "Menunggu"):
        assert words in page
    assert "Pesan keluar" not in applicant.see(f"/permohonan/{case}").text
    admin.client.close()
    applicant.client.close()
