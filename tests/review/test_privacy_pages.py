"""The pages of data protection: who sees and does what; and every page of a case whose texts are purged."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from card_registry.words import DoorId
from review.follow import Follower
from review.retention import Kind
from review.store import retention, visits
from review.store.transaction import reading, writing
from review.tables import issued
from review.visits import Guest, Plan, Visit
from review.web.app import create_app
from review.web.console import Console
from review.workflow import retaining
from tests.review.browser import Visitor, refusal
from tests.review.conftest import STORES, opened_world
from tests.review.removals import standing_right
from tests.review.test_inventory_pages import enter
from tests.review.test_retaining import YEARS, done, granted_case, old_stores
from tests.review.world import World

As = Callable[[str], Visitor]
HOME = "/pelindungan-data"

__all__ = ["old_stores"]


@pytest.fixture
def old(tmp_path: Path, old_stores: Path) -> Iterator[World]:
    """Give the office of ``test_retaining`` six years later."""
    for name in STORES:
        (tmp_path / name).write_bytes((old_stores / name).read_bytes())
    with opened_world(tmp_path, random.Random(13).randbytes) as world:
        world.clock.now += YEARS
        yield world


@pytest.fixture
def as_(old: World) -> Iterator[As]:
    """Give each person a browser of their own."""
    app, clients = create_app(Console(old.office, Follower(old.office))), list[TestClient]()

    def browser(login: str) -> Visitor:
        client = TestClient(app, follow_redirects=False)
        clients.append(client)
        enter(client, old, login)
        return Visitor(client)

    yield browser
    for client in clients:
        client.close()


def test_a_purge_is_previewed_decided_and_shown(old: World, as_: As) -> None:
    """The dry run's numbers and code lead to the decision's page; another code is refused there."""
    admin = as_("admin")
    shown = admin.see(f"{HOME}/pratinjau?jenis=permohonan").text
    code = retaining.preview(old.office, Kind.CASES).code
    assert code in shown
    good = {"jenis": "permohonan", "kode": code, "yakin": "ya"}
    assert refusal(admin.send(f"{HOME}/hapus", good | {"yakin": ""})).startswith("Nyatakan")
    assert refusal(admin.send(f"{HOME}/hapus", good | {"kode": "0" * 12})).startswith("Keadaan")
    answer = admin.send(f"{HOME}/hapus", good)
    assert answer.headers["location"] == f"{HOME}/keputusan/1"
    assert "dihapus menurut aturan" in admin.see(f"{HOME}/keputusan/1").text
    assert "Rantai 1 keputusan utuh" in admin.see(HOME).text
    assert "semuanya cocok" in admin.see(f"{HOME}?periksa=semua").text
    assert admin.see(f"{HOME}/keputusan/2").status_code == 404
    assert admin.see(f"{HOME}/pratinjau?jenis=lain").status_code == 404


def test_every_page_of_a_purged_case_still_opens(old: World, as_: As) -> None:
    """Its page, papers, attachments, verification and audit say what is gone, and none of them fails."""
    case = granted_case(old)
    with reading(old.office.store) as connection:
        codes = connection.scalars(select(issued.c.code)).all()
    done(old, Kind.CASES)
    admin = as_("admin")
    page = admin.see(f"/permohonan/{case}")
    assert page.status_code == 200
    assert "telah dihapus menurut aturan" in page.text
    assert "keputusan nomor 1" in admin.see(f"/audit/kasus/{case}").text
    places = [f"/permohonan/{case}/dokumen", f"/permohonan/{case}/lampiran", f"/audit/kasus/{case}"]
    for place in (*places, "/permohonan", "/audit/cari?teks=ARS", *(f"/periksa/{code}" for code in codes)):
        assert admin.see(place).status_code == 200, place


def test_an_auditor_reads_and_changes_nothing(old: World, as_: As) -> None:
    """Rules, dry runs and a person's data are read; every change is refused; a unit sees none of it."""
    right, _ = standing_right(old)
    auditor, applicant = as_("auditor"), as_("pemohon")
    for place in (HOME, f"{HOME}/pratinjau?jenis=sesi", f"{HOME}/orang?nama=contoh"):
        assert auditor.see(place).status_code == 200
        assert applicant.see(place).status_code == 403
    person = f"{HOME}/orang/{right.terms.holder}"
    assert "Perbaiki" not in auditor.see(person).text
    fields = {"jenis": "semua", "dasar": "Surat 1", "nama": "x", "unit": "y", "kode": "0"}
    for act in ("tahan", "lepas", "hapus", "aturan"):
        assert auditor.send(f"{HOME}/{act}", fields).status_code == 403, act
    assert auditor.send(person, fields).status_code == 403


def test_holds_rules_and_corrections_are_kept_or_sent_back(old: World, as_: As) -> None:
    """A good form is kept; a wrong one comes back with its sentence and what was typed."""
    right, _ = standing_right(old)
    admin, kadis = as_("admin"), as_("kadis")
    kadis.see(HOME)
    good = {"jenis": "pintu", "sasaran": "Ruang Server", "dasar": "Perkara 7"}
    assert kadis.send(f"{HOME}/tahan", good).status_code == 303
    wrong = kadis.send(f"{HOME}/tahan", {"jenis": "orang", "sasaran": "Siapa", "dasar": "Perkara 8"})
    assert wrong.status_code == 422
    assert "Perkara 8" in wrong.text
    with reading(old.office.store) as connection:
        (held,) = retention.holds(connection)
    assert "Perkara 7" in kadis.see(HOME).text
    assert kadis.send(f"{HOME}/lepas", {"tahanan": held.id}).status_code == 303
    admin.see(HOME)
    months = {kind.value: "70" for kind in Kind}
    assert admin.send(f"{HOME}/aturan", months).status_code == 303
    assert admin.send(f"{HOME}/aturan", months | {"permohonan": "3"}).status_code == 422
    person = f"{HOME}/orang/{right.terms.holder}"
    assert "Disimpan sampai" in admin.see(person).text
    fixed = {"nama": "Nama <Benar>", "unit": "Dinas", "nip": "", "dasar": "Surat 9"}
    assert admin.send(person, fixed | {"nip": "12"}).status_code == 422
    assert admin.send(person, fixed).status_code == 303
    assert "Nama &lt;Benar&gt;" in admin.see(person).text
    copy = admin.see(f"{person}/salinan")
    assert copy.headers["cache-control"] == "no-store"
    assert json.loads(copy.text)["orang"]["nama"] == "Nama <Benar>"
    assert admin.see(f"{HOME}/orang/{'0' * 32}").status_code == 404
    assert "Nama &lt;Benar&gt;" in admin.see(f"{HOME}/orang?nama=benar").text


def test_accounts_and_guests_are_told_what_is_stored_of_them(old: World, as_: As) -> None:
    """An account's roles and acts, a guest's visits: shown, copied, and never with a secret."""
    admin, applicant = as_("admin"), as_("pemohon")
    guests = (Guest("Tamu & Kawan", "PT Contoh", phone="0811"),)
    plan = Plan("Memasang server", guests, doors=(DoorId("ruang-server"),))
    with writing(old.office.store) as connection:
        visits.add(connection, Visit("e" * 32, granted_case(old), "1", plan), old.clock())
    shown = admin.see(f"{HOME}/orang?nama=kawan").text
    assert f"{HOME}/tamu?nama=Tamu%20%26%20Kawan" in shown
    page = f"{HOME}/tamu?nama=Tamu+%26+Kawan"
    shown = admin.see(page).text
    assert "PT Contoh" in shown
    assert "Memasang server" in shown
    assert "<dt>Telepon</dt>" in shown
    assert "<dt>Keluar</dt>" not in shown, "what is empty is left out"
    assert applicant.see(page).status_code == 403
    assert admin.see(f"{HOME}/tamu?nama=Siapa").status_code == 404
    copy = json.loads(admin.see(f"{HOME}/tamu/salinan?nama=Tamu+%26+Kawan").text)
    assert copy["data"][0]["isi"][0]["telepon"] == "0811"
    account = f"{HOME}/orang/{old.person('kabid').id}"
    assert "pemilik akun konsol" in admin.see(account).text
    told = admin.see(f"{account}/salinan").text
    assert json.loads(told)["sebagai"] == "akun"
    assert "$argon2" not in told
