"""The auditor's questions on their pages: answers with cases, cards and taps, for those who may ask."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from card_registry.circumstances import Circumstances
from card_registry.journal.event import DoorChanged, Tapped, Versions
from card_registry.labels import label_of
from card_registry.words import CredentialKind, DoorId, ReaderId, Reason, Side, Subject, Tier
from review.detect import Tuning
from review.follow import Follower
from review.publication import PublicationState
from review.store import cards, grants, inventory, removals, tuning
from review.store.removals import Removal, RemovalKind
from review.store.transaction import reading, writing
from review.tables import occurrence
from review.web.app import create_app
from review.web.console import Console
from tests.review.browser import Visitor, refusal
from tests.review.test_inventory_pages import enter
from tests.review.world import NOON, World

LINK = re.compile(r'href="(/audit/[^"]+)"')
PATHS = ("/audit", "/audit/pintu", "/audit/cari", "/audit/perubahan", "/audit/persetujuan", "/audit/contoh")


@pytest.fixture
def auditor(granted: World) -> Iterator[Visitor]:
    """Give the auditor's browser in an office with one right and its card."""
    app = create_app(Console(granted.office, Follower(granted.office)))
    with TestClient(app, follow_redirects=False) as client:
        enter(client, granted, "auditor")
        yield Visitor(client)


def become(visitor: Visitor, world: World, login: str) -> None:
    """Let somebody else sit at the browser."""
    assert isinstance(visitor.client, TestClient)
    enter(visitor.client, world, login)


def test_who_could_enter_a_door_is_told_with_its_reasons(auditor: Visitor) -> None:
    """The answer names the holder, the case, who approved it and the card."""
    page = auditor.see("/audit/pintu?pintu=ruang-server&saat=2026-11-20T15:30").text
    for words in ("Pemegang Contoh", "dapat masuk", "ARS-2026-", "Pejabat Kabid", "KRT-00001"):
        assert words in page
    before = auditor.see("/audit/pintu?pintu=ruang-server&saat=2026-11-20T14:30").text
    assert "Tidak ada hak yang berlaku" in before
    assert "Saat tidak dikenal" in auditor.see("/audit/pintu?saat=kemarin").text


def test_only_those_who_may_read_the_audit_may_ask(granted: World, auditor: Visitor) -> None:
    """Every question is closed to everybody else, and the navigation does not show it."""
    become(auditor, granted, "operator")
    assert 'href="/audit"' not in auditor.see("/").text
    for path in (*PATHS, "/audit/tanda", "/audit/orang/" + "0" * 32):
        assert auditor.see(path).status_code == 403, path


def test_every_link_of_an_answer_leads_to_an_answer(auditor: Visitor) -> None:
    """From the person to the case, the card, the account: nothing leads nowhere."""
    seen: set[str] = set()
    waiting = ["/audit/cari?teks=contoh", "/audit/perubahan", "/audit/persetujuan", "/audit/pintu"]
    while waiting:
        path = waiting.pop()
        answer = auditor.see(path.replace("&amp;", "&"))
        assert answer.status_code == 200, path
        seen.add(path)
        waiting += [link for link in set(LINK.findall(answer.text)) - seen if link not in waiting]
    kinds = {path.split("/")[2].split("?")[0] for path in seen}
    assert kinds >= {"orang", "akun", "kartu", "kasus"}
    for path in (
        "/audit/orang/" + "0" * 32,
        "/audit/hal/1",
        "/audit/kasus/x",
        "/audit/perangkat/x",
        "/audit/akun/x",
    ):
        assert auditor.see(path).status_code == 404, path


def test_a_holders_page_tells_rights_cards_and_history(granted: World, auditor: Visitor) -> None:
    """What was approved, by whom and from which case stands with the card and the moments."""
    with reading(granted.office.store) as connection:
        (right,) = grants.listed(connection)
        (card,) = cards.listed(connection)
    page = auditor.see(f"/audit/orang/{right.terms.holder}").text
    for words in (
        "Hak akses disetujui",
        "Kartu KRT-00001 disiapkan",
        "Putusan ditandatangani",
        "Permohonan dibuka",
    ):
        assert words in page
    assert "KRT-00001" in auditor.see(f"/audit/kartu/{card.id}").text
    case = auditor.see(f"/audit/kasus/{right.case}").text
    assert "Langkah 3, Kepala Bidang: disetujui" in case or "Kepala Bidang: disetujui" in case


def test_the_change_between_two_days_names_the_new_right(auditor: Visitor) -> None:
    """On the day of its approval a right is added; the day after nothing changes."""
    page = auditor.see("/audit/perubahan?dari=2026-11-20&sampai=2026-11-20").text
    assert "bertambah" in page
    assert "Pemegang Contoh" in page
    later = auditor.see("/audit/perubahan?dari=2026-11-22&sampai=2026-11-23").text
    assert "Daftar akses tidak berubah." in later
    over = auditor.see("/audit/perubahan?dari=2027-06-30&sampai=2027-07-01").text
    assert "berkurang" in over
    assert "Masa berlaku hak akses berakhir" in over


def test_approvals_are_told_by_person(granted: World, auditor: Visitor) -> None:
    """Kabid's signed verdict is Kabid's, and nobody else's."""
    kabid, kadis = granted.person("kabid").id, granted.person("kadis").id
    assert "Putusan ditandatangani" in auditor.see(f"/audit/persetujuan?oleh={kabid}").text
    assert "Putusan ditandatangani" not in auditor.see(f"/audit/persetujuan?oleh={kadis}").text


def entered(world: World, count: int) -> None:
    """Let the holder enter some times and be refused once, and the door be forced once."""
    with reading(world.office.store) as connection:
        (right,), (card,) = grants.listed(connection), cards.listed(connection)
    tap = Tapped(
        DoorId("ruang-server"),
        ReaderId("masuk"),
        Side.IN,
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        "ab" * 32,
        granted=True,
        reason=Reason.GRANTED,
        circumstances=Circumstances(),
        versions=Versions(),
        card=card.id,
        holder=right.terms.holder,
        grant=right.terms.id,
    )
    refused = replace(tap, granted=False, reason=Reason.CARD_DENIED, grant=None)
    forced = DoorChanged(DoorId("ruang-server"), "forced", "contact")
    world.outside.happen(*[tap] * count, refused, forced)
    Follower(world.office).once()


WEEK = "dari=2026-11-16&sampai=2026-11-22"


def test_a_sampled_week_is_the_same_for_the_same_seed(granted: World, auditor: Visitor) -> None:
    """Openings alone are drawn, each with its case; a forced door has no explanation."""
    entered(granted, 40)
    page = auditor.see(f"/audit/contoh?benih=a&{WEEK}").text
    assert page == auditor.see(f"/audit/contoh?benih=a&{WEEK}").text
    assert page != auditor.see(f"/audit/contoh?benih=b&{WEEK}").text
    assert "25 pembukaan pintu terpilih" in page
    assert "Izin dari" in page
    assert label_of(Reason.CARD_DENIED) not in page
    assert "tidak memuat satu minggu" in auditor.see("/audit/contoh?dari=2026-11-17&sampai=2026-11-22").text
    assert "Tidak ada pembukaan" in auditor.see("/audit/contoh?dari=2026-11-09&sampai=2026-11-15").text


def test_signs_are_told_with_their_reasons(granted: World, auditor: Visitor) -> None:
    """Entries at night are named, a forced door stands among the unexplained, and taps beside a right."""
    entered(granted, 2)
    page = auditor.see(f"/audit/tanda?{WEEK}").text
    assert "2 kali lewat" in page
    assert "Tempat tidak biasa" in page
    assert "Pembukaan tanpa penjelasan" in page
    assert "Setiap pembukaan pintu pada rentang ini dapat dijelaskan." not in page
    with writing(granted.office.store) as connection:
        connection.execute(update(occurrence).values(local="22:10:00"))
    night = auditor.see(f"/audit/tanda?{WEEK}&jenis=di-luar-jam").text
    assert "Masuk pukul 22.10, di luar jam kerja." in night
    assert "Masuk pukul" not in auditor.see(f"/audit/tanda?{WEEK}&jenis=membuntuti").text
    door = auditor.see("/audit/pintu?pintu=ruang-server&saat=2026-11-20T15:00").text
    assert "Sebelum: " in door
    assert "Sesudah: " in door


def test_numbers_are_tuned_by_the_admin_alone_and_written_down(granted: World, auditor: Visitor) -> None:
    """The page shows the form to the admin; a number that makes no sense changes nothing."""
    assert "Ambang pemeriksaan" not in auditor.see("/audit/tanda").text
    become(auditor, granted, "admin")
    assert "Ambang pemeriksaan" in auditor.see("/audit/tanda").text
    told = {
        "known": "20",
        "rare_percent": "10",
        "longest_minutes": "60",
        "forgotten_hours": "8",
        "held_seconds": "60",
    }
    assert "bilangan bulat" in refusal(auditor.send("/audit/tanda/ambang", told | {"rare_percent": "100"}))
    assert "bilangan bulat" in refusal(auditor.send("/audit/tanda/ambang", told | {"known": "banyak"}))
    assert auditor.send("/audit/tanda/ambang", told).status_code == 303
    with reading(granted.office.store) as connection:
        assert tuning.in_force(connection) == Tuning(20, 10, 60, 8, 60)
    assert "tanda.ambang" in auditor.see("/jejak").text
    assert "known 10-&gt;20" in auditor.see("/jejak").text


def test_a_server_is_told_with_the_cases_that_moved_it(peopled: World) -> None:
    """A server in its rack is found by its name; its page and every link of it answers."""
    app = create_app(Console(peopled.office, Follower(peopled.office)))
    with TestClient(app, follow_redirects=False) as client:
        enter(client, peopled, "auditor")
        auditor = Visitor(client)
        with reading(peopled.office.store) as connection:
            (kept, *_) = inventory.devices(connection)
        found = auditor.see(f"/audit/cari?teks={kept.device.serial}").text
        assert f"/audit/perangkat/{kept.device.id}" in found
        page = auditor.see(f"/audit/perangkat/{kept.device.id}").text
        assert kept.device.owner in page
        assert all(auditor.see(link).status_code == 200 for link in set(LINK.findall(page)))
        assert "Tulis sedikitnya" in auditor.see("/audit/cari?teks=a").text


def test_a_removed_right_is_told_until_every_door_confirmed_it(granted: World, auditor: Visitor) -> None:
    """A suspension shows as under way, and as removed once the doors had confirmed it."""
    with writing(granted.office.store) as connection:
        (right,) = grants.listed(connection)
        made = NOON + 3_600_000
        removals.add(
            connection,
            Removal(
                "9" * 32,
                Subject.GRANT,
                right.terms.id,
                right.case,
                "1",
                1,
                granted.person("operator").id,
                RemovalKind.REMOVED,
                right.warrant,
                PublicationState.EVERYWHERE,
                4,
                "",
                made,
                made + 60_000,
            ),
        )
    for at, words in (("15:30", "dapat masuk"), ("16:00", "sedang dicabut"), ("16:01", "dicabut")):
        page = auditor.see(f"/audit/pintu?pintu=ruang-server&saat=2026-11-20T{at}").text
        assert f">{words}</span>" in page, at
    assert (
        "Semua pintu mengonfirmasi: hak akses dicabut" in auditor.see("/audit/perubahan?dari=2026-11-20").text
    )
