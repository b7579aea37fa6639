"""Forms on the pages of cases: rows, faults, names, and what is done to a case besides answering."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from card_registry.words import CaseId
from review.case import CaseState, RowKind
from review.inventory import Claim, Device, Place
from review.store import books, cases, inbox, inventory, sessions
from review.store.outbox import Letter
from review.store.transaction import reading, writing
from review.web.fields import PREFIX
from review.workflow.opening import Beginning, open_case
from tests.review.browser import Visitor, refusal, typed
from tests.review.paged import SignIn, browsers, press, read
from tests.review.rooms import F07, file_of
from tests.review.world import F01, World


@pytest.fixture
def sign_in(peopled: World) -> Iterator[SignIn]:
    """Give everybody a browser."""
    with browsers(peopled) as enter:
        yield enter


def visitor(world: World, sign_in: SignIn, login: str) -> Visitor:
    """Give somebody's browser."""
    return sign_in(world.person(login))


def opened(world: World, procedure: str = "S2.A", login: str = "pemohon") -> str:
    """Open a case with a request for a server."""
    case = open_case(world.office, world.person(login), Beginning(procedure, F07 | {"nomor_seri": ["SN-7"]}))
    assert isinstance(case, str), case
    return case


def servers(world: World, count: int) -> None:
    """Fill the room with servers that a month's check names."""
    claim = Claim(Place("a", 1, 1), 0, 0)
    more = [Device(world.office.token(), f"Server {n}", "Dinas", f"S-{n:03}", claim) for n in range(count)]
    with writing(world.office.store) as connection:
        before = inventory.load(connection, world.clock(), lock=True)
        inventory.save(connection, before, replace(before, devices=(*before.devices, *more)))


def test_rows_grow_by_a_button_and_keep_what_was_typed(peopled: World, sign_in: SignIn) -> None:
    """More rows are asked for without a script; nothing is sent, and nothing has to be typed again."""
    desk, path = visitor(peopled, sign_in, "pemohon"), "/permohonan/baru/P7"
    page = read(desk.see(path)).form(path)
    assert f"{PREFIX}personel.0.nama" in page.fields
    assert f"{PREFIX}personel.1.nama" not in page.fields
    some = {f"{PREFIX}personel.0.nama": "<b>Tamu</b>", f"{PREFIX}keperluan": "Memasang"}
    answer = desk.send(path, {**page.fields, **some, "tambah": "personel"})
    grown = read(answer).form(path)
    assert answer.status_code == 200
    assert grown.fields[f"{PREFIX}personel.0.nama"] == "<b>Tamu</b>"
    assert grown.fields[f"{PREFIX}keperluan"].strip() == "Memasang"
    assert f"{PREFIX}personel.3.nama" in grown.fields
    assert "<b>Tamu" not in answer.text
    again = read(desk.send(path, {**grown.fields, "tambah": "personel"})).form(path)
    assert f"{PREFIX}personel.6.nama" in again.fields
    full = {**again.fields, "tambah": "personel"}
    last = read(desk.send(path, full))
    assert f"{PREFIX}personel.10.nama" not in last.form(path).fields
    with reading(peopled.office.store) as connection:
        assert not [one for one in cases.newest(connection, None) if one.case.procedure.id == "P7"]


HOSTILE = [
    {"isian.": "x"},
    {"isian.personel.999.nama": "x"},
    {"isian.personel.0.nama": ["a", "b"]},
    {"tambah": "tidak-ada"},
    {"tambah": ["personel", "personel"]},
    {"pilihan": ["selesai", "selesai"], "atas_nama": ["x", "y"]},
    {"isian.keperluan": "\x00", "isian.mulai": "kapan-kapan", "isian.pintu": ["ruang-server"] * 9},
    {"isian.personel.0.identitas": "<script>", "catatan": "y" * 3000},
]


@pytest.mark.parametrize("fields", HOSTILE)
def test_a_hostile_form_gets_a_page(
    peopled: World, sign_in: SignIn, fields: dict[str, str | list[str]]
) -> None:
    """Whatever is posted, the form is shown again and no case is opened."""
    desk, path = visitor(peopled, sign_in, "pemohon"), "/permohonan/baru/P7"
    desk.see(path)
    answer = desk.send(path, fields)
    assert answer.status_code in {200, 403, 422}
    assert "Daftarkan kunjungan</button>" in answer.text
    assert "<script>" not in answer.text
    with reading(peopled.office.store) as connection:
        assert [one.number for one in cases.newest(connection, None)] == ["ARS-2026-0001"]


def test_a_month_of_many_servers_is_one_form(peopled: World, sign_in: SignIn) -> None:
    """Eighty-five servers are named on the page, kept on a fault, and filed with one answer."""
    servers(peopled, 84)
    team = visitor(peopled, sign_in, "teknisi")
    assert press(team, "/permohonan/baru/P6", "/permohonan/baru/P6", {}, pilihan="selesai").status_code == 303
    with reading(peopled.office.store) as connection:
        case = cases.newest(connection, None)[0].case.id
    path = f"/permohonan/{case}"
    answer = team.see(path)
    page = read(answer).form(f"{path}/langkah")
    assert answer.text.count("<option") < 3_000
    assert f"{PREFIX}server.84.hasil" in page.fields
    found = {name: "sesuai" for name in page.fields if name.endswith(".hasil")}
    found |= {name: "baik" for name in page.fields if name.endswith(".kondisi")}
    found |= {f"{PREFIX}server.84.{name}": "" for name in ("hasil", "kondisi")}
    spare = {f"{PREFIX}server.85.{name}": "" for name in ("hasil", "kondisi")}
    marks = {"pilihan": "selesai", "catatan": "Selesai diperiksa"}
    faulty = team.send(f"{path}/langkah", {**page.fields, **found, **spare, **marks})
    assert faulty.status_code == 422
    assert f'href="#{PREFIX}server.84.hasil">Server 85 – Hasil cek</a>: Wajib diisi.' in faulty.text
    again = read(faulty).form(f"{path}/langkah")
    assert again.fields[f"{PREFIX}server.83.hasil"] == "sesuai"
    assert again.fields["catatan"] == "Selesai diperiksa"
    note = {f"{PREFIX}server.{n}.catatan": "Kabel daya " * 18 for n in range(85)}
    whole = {**again.fields, **found, f"{PREFIX}server.84.hasil": "sesuai", **note, **spare, **marks}
    whole[f"{PREFIX}server.84.kondisi"] = "baik"
    assert len(whole) > 500
    assert team.send(f"{path}/langkah", whole).status_code == 303
    shown = team.see(path).text
    assert "Server 84" not in shown
    assert "Server 83 – S-083" in shown


def test_a_fault_stands_at_its_field(peopled: World, sign_in: SignIn) -> None:
    """Each fault has its sentence and a way to its field; what was typed and whose name it bears is kept."""
    desk, path = visitor(peopled, sign_in, "operator"), "/permohonan/baru/S1.A"
    other = peopled.person("pemohon").id
    wrong = typed({**F01, "sampai": "2020-01-01", "hp": "12"})
    desk.see(path)
    answer = desk.send(path, {**wrong, "atas_nama": other, "catatan": "Lewat telepon"})
    assert answer.status_code == 422
    assert f'<a href="#{PREFIX}hp">' in answer.text
    assert f'aria-describedby="salah-{PREFIX}hp"' in answer.text
    form = read(answer).form(path)
    assert (form.fields["atas_nama"], form.fields["catatan"]) == (other, "Lewat telepon")
    assert form.fields[f"{PREFIX}nama_pemegang"] == "Pemegang Contoh"
    strange = desk.send(path, typed({**F01, "lain": "x"}))
    assert (strange.status_code, "isian yang tidak dikenal" in strange.text) == (422, True)


def test_an_answer_is_recorded_in_anothers_name(peopled: World, sign_in: SignIn) -> None:
    """Only who may be recorded for is named; the history says who answered and who wrote it down."""
    desk = visitor(peopled, sign_in, "operator")
    path = "/permohonan/baru/S1.A"
    form = read(desk.see(path)).form(path)
    other = peopled.person("pemohon")
    assert other.id in form.choices["atas_nama"]
    answer = desk.send(path, {**typed(F01), "atas_nama": "0" * 31 + "\x00"})
    assert "Orang yang dipilih tidak dikenal" in refusal(answer)
    auditor = peopled.person("auditor")
    assert auditor.id not in form.choices["atas_nama"]
    assert desk.send(path, {**typed(F01), "atas_nama": auditor.id}).status_code == 403
    case = desk.send(path, {**typed(F01), "atas_nama": other.id}).headers["location"]
    (row,) = file_of(peopled, case.rpartition("/")[2]).case.history
    assert (row.person, row.behalf) == (peopled.person("operator").id, other.id)
    assert "dicatat oleh Petugas Operator" in visitor(peopled, sign_in, "pemohon").see(case).text


def test_enter_presses_no_answer(peopled: World, sign_in: SignIn) -> None:
    """Where there are several answers, the key sends the form to a button that only shows it again."""
    case = _asked(peopled)
    kadis, kabid = visitor(peopled, sign_in, "kadis"), visitor(peopled, sign_in, "kabid")
    press(kadis, case, f"{case}/langkah", {}, pilihan="selesai")
    page = kabid.see(case).text
    assert page.index('name="tambah"') < page.index('name="pilihan"')
    form = read(kabid.see(case)).form(f"{case}/langkah")
    answer = kabid.send(f"{case}/langkah", {**form.fields, "catatan": "belum", "tambah": ""})
    assert answer.status_code == 200
    assert "Pilih jawaban" in refusal(answer)
    assert ">belum</textarea>" in answer.text
    assert file_of(peopled, case.rpartition("/")[2]).case.step == "3"


def _asked(world: World) -> str:
    """Ask for access and give the case's address."""
    case = open_case(world.office, world.person("pemohon"), Beginning("S1.A", F01))
    assert isinstance(case, str), case
    return f"/permohonan/{case}"


def test_a_request_is_withdrawn_by_its_applicant_alone(peopled: World, sign_in: SignIn) -> None:
    """The page offers it to the applicant, wants a reason, and says afterwards how the case ended."""
    case = _asked(peopled)
    own, kadis = visitor(peopled, sign_in, "pemohon"), visitor(peopled, sign_in, "kadis")
    assert f"{case}/tarik" not in kadis.see(case).text
    assert "hanya dapat ditarik oleh pemohonnya" in refusal(kadis.send(f"{case}/tarik", {"alasan": "x"}))
    assert "memerlukan alasan" in refusal(press(own, case, f"{case}/tarik", {}, alasan=" "))
    assert press(own, case, f"{case}/tarik", {}, alasan="Tidak\x00 jadi").status_code == 303
    shown = own.see(case).text
    assert "Permohonan ditarik pemohon" in shown
    assert "Tidak jadi" in shown
    assert f"{case}/tarik" not in shown


def test_a_row_is_corrected_by_a_new_row(peopled: World, sign_in: SignIn) -> None:
    """Whoever did the step adds to it; the row stays, and others are refused."""
    case = _asked(peopled)
    own, kadis = visitor(peopled, sign_in, "pemohon"), visitor(peopled, sign_in, "kadis")
    assert f"{case}/koreksi" not in kadis.see(case).text
    assert press(own, case, f"{case}/koreksi", {}, koreksi="Unit: Bidang Statistik").status_code == 303
    shown = own.see(case).text
    assert "Koreksi atas baris 1" in shown
    assert "Unit: Bidang Statistik" in shown
    for row in ("0", "9", "-1", "x", "²", "9" * 40):
        kadis.see(case)
        assert kadis.send(f"{case}/koreksi", {"baris": row, "koreksi": "y"}).status_code == 403
    history = file_of(peopled, case.rpartition("/")[2]).case.history
    assert [row.kind for row in history] == [RowKind.ANSWER, RowKind.CORRECTION]


def test_a_queued_case_is_taken_up_again_by_whoever_looks_for_a_place(
    peopled: World, sign_in: SignIn
) -> None:
    """The applicant waits; the team that checks the place continues."""
    case = opened(peopled)
    path = f"/permohonan/{case}"
    for login in ("kadis", "kabid"):
        press(visitor(peopled, sign_in, login), path, f"{path}/langkah", {}, pilihan="selesai")
    team = visitor(peopled, sign_in, "teknisi")
    full = press(team, path, f"{path}/langkah", {}, pilihan="tidak tersedia", catatan="Penuh")
    assert full.status_code == 303, full.text
    press(visitor(peopled, sign_in, "kabid"), path, f"{path}/langkah", {}, pilihan="selesai")
    assert file_of(peopled, case).case.state is CaseState.QUEUED
    own = visitor(peopled, sign_in, "pemohon")
    assert "menunggu tempat dalam antrean" in own.see(path).text
    assert own.send(f"{path}/lanjut").status_code == 403
    assert press(team, path, f"{path}/lanjut", {}).status_code == 303
    assert file_of(peopled, case).case.state is CaseState.RUNNING
    assert "tidak sedang menunggu tempat" in refusal(team.send(f"{path}/lanjut"))


def test_whoever_assigned_names_who_does_it(peopled: World, sign_in: SignIn) -> None:
    """S4.A's Kabid assigns the team, and may then name one of it; nobody else may."""
    case = open_case(peopled.office, peopled.person("pemohon"), Beginning("S4.A", {}))
    path = f"/permohonan/{case}"
    for login in ("kadis", "kabid"):
        press(visitor(peopled, sign_in, login), path, f"{path}/langkah", {}, pilihan="selesai")
    kabid, team = visitor(peopled, sign_in, "kabid"), visitor(peopled, sign_in, "teknisi")
    form = read(kabid.see(path)).form(f"{path}/tunjuk")
    to = peopled.person("teknisi2").id
    assert set(form.choices["petugas"]) == {"", peopled.person("teknisi").id, to}
    assert f"{path}/tunjuk" not in team.see(path).text
    assert team.send(f"{path}/tunjuk", {"petugas": to}).status_code == 403
    assert "harus memegang peran" in refusal(kabid.send(f"{path}/tunjuk", {"petugas": "x\x00"}))
    kabid.see(path)
    assert kabid.send(f"{path}/tunjuk", {"petugas": to}).status_code == 303
    with reading(peopled.office.store) as connection:
        assert to in {one.person for one in books.assignments(connection, CaseId(str(case)))}
    assert "Pejabat teknisi2" in kabid.see(path).text


def test_a_list_is_narrowed_and_paged(peopled: World, sign_in: SignIn) -> None:
    """By turn, procedure, state, words and lateness; each address means the same to whoever opens it."""
    paths = [_asked(peopled) for _ in range(28)]
    kadis, own = visitor(peopled, sign_in, "kadis"), visitor(peopled, sign_in, "pemohon2")
    shown = kadis.see("/permohonan?daftar=menunggu-saya").text
    assert "28 permohonan" in shown
    assert "Halaman 1 dari 2" in shown
    rest = kadis.see("/permohonan?daftar=menunggu-saya&halaman=2").text
    assert sum(path in rest for path in paths) == 3
    assert "Tidak ada permohonan pada daftar ini" in own.see("/permohonan").text
    asker = visitor(peopled, sign_in, "pemohon")
    assert "29 permohonan" in asker.see("/permohonan?daftar=saya&prosedur=S1.A").text
    assert "29 permohonan" in kadis.see("/permohonan").text
    assert "0 permohonan" in kadis.see("/permohonan?keadaan=selesai").text
    assert "29 permohonan" in kadis.see("/permohonan?keadaan=berjalan").text
    assert "1 permohonan" in kadis.see("/permohonan?cari=ars-2026-0002").text
    assert "0 permohonan" in kadis.see("/permohonan?cari=%25").text
    assert "0 permohonan" in kadis.see("/permohonan?prosedur=P7").text
    assert "0 permohonan" in kadis.see("/permohonan?terlambat=ya").text
    strange = "/permohonan?daftar=x&keadaan=%00&halaman=%C2%B2&prosedur=%00&cari=" + "y" * 500
    assert "0 permohonan" in kadis.see(strange).text
    peopled.clock.now += 7 * 86_400_000
    late = visitor(peopled, sign_in, "kabid")
    with writing(peopled.office.store) as connection:
        sessions.begin(connection, "baru", peopled.person("kabid").id, peopled.clock())
    late.client.cookies.clear()
    late.client.cookies.set("akses_sesi", "baru", domain="testserver.local")
    assert "29 permohonan" in late.see("/permohonan?terlambat=ya").text
    assert "Terlambat</span>" in late.see("/permohonan?terlambat=ya").text


def test_the_first_page_says_what_is_unread_and_late(peopled: World, sign_in: SignIn) -> None:
    """Messages are counted beside the inbox on every page until they are read."""
    own = visitor(peopled, sign_in, "kadis")
    case = _asked(peopled).rpartition("/")[2]
    before = own.see("/kartu").text
    with writing(peopled.office.store) as connection:
        letter = Letter(CaseId(case), "Pesan <b>baru</b>", peopled.clock())
        inbox.tell(connection, letter, peopled.person("kadis").id)
    page = own.see("/").text
    assert "pesan belum dibaca" not in before
    assert 'title="1 pesan belum dibaca"' in page
    assert "Pesan &lt;b&gt;baru" in page
    assert 'title="1 pesan belum dibaca"' in own.see("/kartu").text


def test_an_applicant_is_offered_no_strangers_names(peopled: World, sign_in: SignIn) -> None:
    """A removal may be asked for holders of the own unit or requests; the office sees all."""
    path = "/permohonan/baru/P2"
    own = read(visitor(peopled, sign_in, "pemohon").see(path)).form(path)
    office = read(visitor(peopled, sign_in, "operator").see(path)).form(path)
    stranger = read(visitor(peopled, sign_in, "pemohon2").see(path)).form(path)
    names = office.choices[f"{PREFIX}pemegang"]
    assert len(names) == 2
    assert own.choices[f"{PREFIX}pemegang"] == names
    assert stranger.choices[f"{PREFIX}pemegang"] == [""]
    assert f"{PREFIX}izin" not in stranger.choices


def test_a_procedure_is_opened_only_by_who_begins_it(peopled: World, sign_in: SignIn) -> None:
    """Others are told who does; an unknown one is not found."""
    own, auditor = visitor(peopled, sign_in, "pemohon"), visitor(peopled, sign_in, "auditor")
    chosen = own.see("/permohonan/baru").text
    assert "/permohonan/baru/S3.A" in chosen
    assert "/permohonan/baru/P6" not in chosen
    assert "Yang dapat memulainya" in refusal(own.see("/permohonan/baru/P6"))
    assert own.send("/permohonan/baru/P6").status_code == 403
    assert own.see("/permohonan/baru/X9").status_code == 404
    assert auditor.see("/permohonan/baru").status_code == 403


def test_every_paper_of_a_case_can_be_read(peopled: World, sign_in: SignIn) -> None:
    """What was filled stands on the page part by part, choices in words, by whom and when."""
    path = f"/permohonan/{opened(peopled)}"
    shown = visitor(peopled, sign_in, "pemohon").see(path).text
    paper = shown.partition("Berkas yang telah diisi")[2]
    assert "Surat dan Formulir Permohonan Penitipan Server" in paper
    assert "Diisi Pejabat Pemohon" in paper
    assert "Narahubung Contoh" in paper
    assert "SN-7" in paper


def test_a_visit_is_registered_from_the_case_that_receives_it(peopled: World, sign_in: SignIn) -> None:
    """The link brings the case's number; a case without visitors has none, nor has who may not register."""
    case = opened(peopled)
    own, auditor = visitor(peopled, sign_in, "pemohon"), visitor(peopled, sign_in, "auditor")
    number = file_of(peopled, case).number
    link = f"/permohonan/baru/P7?induk={number}"
    assert link in own.see(f"/permohonan/{case}").text
    assert "induk=" not in auditor.see(f"/permohonan/{case}").text
    assert "induk=" not in own.see(_asked(peopled)).text
    assert read(own.see(link)).form("/P7").fields[f"{PREFIX}induk"] == number
    assert f"{PREFIX}induk" not in read(own.see("/permohonan/baru/S2.A?induk=x")).form("/S2.A").fields


def test_whoever_asks_need_not_write_their_own_name(peopled: World, sign_in: SignIn) -> None:
    """The person who asks for a removal stands in its form already."""
    path = "/permohonan/baru/P2"
    form = read(visitor(peopled, sign_in, "pemohon").see(path)).form(path)
    assert form.fields[f"{PREFIX}pengaju.nama"] == "Pejabat Pemohon"
    assert form.fields[f"{PREFIX}pengaju.unit"] == "Dinas Contoh"
    assert form.fields[f"{PREFIX}pengaju.nip"] == ""


def test_an_answer_that_came_too_late_fills_no_other_form(peopled: World, sign_in: SignIn) -> None:
    """Somebody answered meanwhile: the page says so and asks for the new step with nothing of the old one."""
    case = opened(peopled)
    path = f"/permohonan/{case}"
    for login in ("kadis", "kabid"):
        press(visitor(peopled, sign_in, login), path, f"{path}/langkah", {}, pilihan="selesai")
    late, other = visitor(peopled, sign_in, "teknisi"), visitor(peopled, sign_in, "teknisi2")
    form = read(late.see(path)).form(f"{path}/langkah")
    press(other, path, f"{path}/langkah", {}, pilihan="tidak tersedia", catatan="Penuh")
    press(visitor(peopled, sign_in, "kabid"), path, f"{path}/langkah", {}, pilihan="selesai")
    stale = {**form.fields, f"{PREFIX}tempat": "Rak lama", "catatan": "Basi", "pilihan": "tersedia"}
    answer = late.send(f"{path}/langkah", stale)
    assert answer.status_code == 403
    assert "sudah tidak berlaku" in refusal(answer)
    assert "Rak lama" not in answer.text
    assert "Basi" not in answer.text
    assert file_of(peopled, case).case.step == "4"
