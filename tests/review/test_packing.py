"""An evidence pack at the office: gathered, issued once, kept, signed, taken home and written down."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from card_registry.instant import DAY
from review.campaign import Change, Outcome
from review.documents.sealing import Occasion
from review.follow import Follower
from review.pack import checking, files, printing
from review.pack.value import Fate, Origin, Pack, Stage
from review.people import SYSTEM
from review.signing_files import sign_kept
from review.store import issued
from review.store.transaction import reading
from review.tables import audit
from review.web.app import create_app
from review.web.console import Console
from review.workflow.campaign_minutes import leave_open
from review.workflow.campaign_silence import hush
from review.workflow.pack_files import WHOLE, file_of
from review.workflow.packing import gather, issue_pack, pack_of, pack_over
from tests.review.browser import Visitor
from tests.review.listening import served
from tests.review.packs import faults, forged, over, removed, sound
from tests.review.removals import follow, second_grant, standing_right, walk
from tests.review.test_campaigning import DEADLINE, answered, asked, decided
from tests.review.test_inventory_pages import enter
from tests.review.test_sealing import PASSPHRASE, Service
from tests.review.typing_in import typist
from tests.review.world import World

BASE = "https://konsol.contoh.go.id"


def told(world: World, case: str) -> Pack:
    """Give what a pack made now says."""
    with reading(world.office.store) as connection:
        made = gather(connection, world.office, case)
    assert made is not None
    return made.pack


def issue(world: World, case: str) -> issued.Issued:
    """Issue a pack as the operator."""
    one = issue_pack(world.office, case, world.person("operator").id)
    assert one is not None
    return one


def test_a_running_review_is_packed_as_running_and_again_when_it_moved(granted: World) -> None:
    """The same pack while nothing changes; another version when something was said; none of no review."""
    case = asked(granted)
    first = issue(granted, case)
    granted.clock.now += DAY
    assert issue(granted, case).code == first.code
    answered(granted, case, Outcome.KEEP)
    second = issue(granted, case)
    assert (second.version, second.newest) == (2, True)
    pack = told(granted, case)
    assert (pack.stage, pack.sums.answered, pack.sums.undecided, pack.minutes) == (Stage.RUNNING, 1, 1, None)
    assert [(one.became, one.cards) for one in pack.before] == [(Fate.STAYS, ("KRT-00001",))]
    assert [one.origin for one in pack.after] == [Origin.REVIEWED]
    assert issue_pack(granted.office, "f" * 32, granted.person("operator").id) is None
    for one in (first, second):
        assert file_of(granted.office, one, files.PROOF, BASE)


def test_two_who_issue_at_once_get_one_pack(granted: World) -> None:
    """The clock and a person, or two people: there is one version, and both are given it."""
    case = asked(granted)
    with ThreadPoolExecutor(2) as both:
        found = tuple(both.map(lambda _: issue(granted, case), range(2)))
    assert [one.version for one in found] == [1, 1]
    assert found[0].code == found[1].code


def test_the_pack_of_a_finished_review_stays(granted: World) -> None:
    """A right given later is no part of it, whoever asks for it again; so are the doors' later statuses."""
    case = over(granted)
    first = issue(granted, case)
    given, _ = standing_right(granted)
    second_grant(granted, given)
    granted.clock.now += DAY
    assert issue(granted, case).code == first.code
    with reading(granted.office.store) as connection:
        assert pack_of(connection, first.code).after == ()


def test_a_review_that_ended_is_packed_by_the_clock(granted: World) -> None:
    """Once, in the program's name, although a running one was issued before; one that was not is left."""
    case = asked(granted)
    issue(granted, case)
    assert pack_over(granted.office) == 0
    granted.clock.now += 1000
    decided(granted, case, Outcome.KEEP)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"))
    walk(granted, case, ("kabid", "sesuai"), ("kadis", "disahkan"), ("operator", "selesai"))
    granted.clock.now += 1000
    assert pack_over(granted.office) == 1
    assert pack_over(granted.office) == 0
    with reading(granted.office.store) as connection:
        one = issued.newest(connection, case, printing.CODE)
        assert one is not None
        pack = pack_of(connection, one.code)
        assert (one.version, pack.stage, pack.sums.kept, pack.sums.after) == (2, Stage.OVER, 1, 1)
        newest = connection.execute(select(audit.c.person).where(audit.c.act == "review.bukti")).all()
    assert newest[-1].person == SYSTEM


def test_what_became_of_each_right_is_told(granted: World) -> None:
    """One narrowed is replaced by a right of this review; one given meanwhile is said to be new."""
    case = asked(granted)
    given, _ = standing_right(granted)
    answered(granted, case, Outcome.CHANGE)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"))
    decided(granted, case, Outcome.CHANGE, Change(given.terms.doors, "jam-kerja", given.terms.ends - DAY))
    second_grant(granted, given)
    walk(granted, case, ("kabid", "lengkap"), ("operator", "selesai"))
    follow(granted)
    pack = told(granted, case)
    assert [one.became for one in pack.before] == [Fate.REPLACED]
    assert sorted(one.origin or "" for one in pack.after) == [Origin.REVIEW, Origin.SINCE]
    assert (pack.sums.gone, pack.sums.given, pack.sums.changed) == (1, 2, 1)
    assert pack.entries[0].spoken[-1].change == "Ruang Server; jam kerja; s.d. 29 Juni 2027"
    assert [one.state for one in pack.ways] == ["terpasang"]


def test_silence_and_an_open_risk_are_told(granted: World) -> None:
    """A row that nobody answered is counted; why the review went on without a door stands in the sums."""
    case = asked(granted)
    granted.clock.now += DEADLINE + DAY
    hush(granted.office)
    assert [one.became for one in told(granted, case).before] == [Fate.SUSPENDED]
    decided(granted, case, Outcome.REMOVE)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    leave_open(granted.office, granted.person("operator"), case, "gardu padam")
    pack = told(granted, case)
    assert pack.risk is not None
    assert (pack.risk.why, pack.risk.unconfirmed) == ("gardu padam", 1)
    assert (pack.sums.silent, pack.sums.confirmed, pack.sums.removals) == (0, 0, 1)
    assert [door.at for way in pack.ways for door in way.arrivals] == [None]
    assert [(one.condition, one.at) for one in pack.cards] == [("", None)]


def test_a_right_that_ran_out_is_no_removal(granted: World) -> None:
    """It ended by itself: neither list is wrong about it."""
    case = asked(granted)
    granted.clock.now = standing_right(granted)[0].terms.ends + DAY
    pack = told(granted, case)
    assert [one.became for one in pack.before] == [Fate.ENDED]
    assert (pack.after, pack.ways) == ((), ())


def test_a_signed_paper_is_the_unsigned_one_with_a_signature(granted: World, tmp_path: Path) -> None:
    """What the existing sealing signs joins the pack; one that was changed beneath its signature is found."""
    case = removed(granted)
    one = issue(granted, case)
    file_of(granted.office, one, files.PAPER, BASE)
    occasion, service = Occasion("Kepala Bidang", "Contoh"), Service(certified=False)
    signed = sign_kept(granted.office.store, one.code, service, PASSPHRASE, occasion)
    place = tmp_path / WHOLE
    place.write_bytes(file_of(granted.office, one, WHOLE, BASE))
    held = files.unpacked(place)
    assert held[files.PAPER_SIGNED] == signed
    assert files.PAPER_SIGNED in sound(checking.check(held))
    assert faults(forged(held, signed=b"%PDF-1.7 lain" + signed))[files.PAPER_SIGNED] == [
        "the signed paper is another than the unsigned one"
    ]


As = Callable[[str], Visitor]


@pytest.fixture
def as_(granted: World) -> Iterator[As]:
    """Give each person a browser of their own."""
    app, found = create_app(Console(granted.office, Follower(granted.office))), dict[str, Visitor]()

    def browser(login: str) -> Visitor:
        if login not in found:
            client = TestClient(app, follow_redirects=False)
            enter(client, granted, login)
            found[login] = Visitor(client)
        return found[login]

    yield browser
    for one in found.values():
        one.client.close()


def test_the_page_issues_shows_and_gives_the_files(granted: World, as_: As, tmp_path: Path) -> None:
    """Whoever may issues it; whoever reads cases takes a file, and the trail has its hash; nobody else."""
    case = removed(granted)
    path = f"/review/{case}/bukti"
    assert "belum diterbitkan" in as_("auditor").see(path).text
    assert as_("auditor").see(f"{path}/{WHOLE}").status_code == 404
    assert as_("auditor").send(path).status_code == 403
    assert as_("pemohon").see(path).status_code == 403
    operator = as_("operator")
    operator.see(path)
    assert operator.send(path).headers["location"] == path
    shown = operator.see(path).text
    assert "Terbitkan lagi" in shown
    assert "Hak sebelum review" in shown
    taken = as_("auditor").see(f"{path}/{files.BOOK}")
    assert taken.headers["content-type"].endswith("spreadsheetml.sheet")
    assert "attachment" in taken.headers["content-disposition"]
    with reading(granted.office.store) as connection:
        newest = select(audit.c.person, audit.c.act, audit.c.detail).order_by(audit.c.id.desc()).limit(1)
        row = connection.execute(newest).one()
    assert (row.person, row.act) == (granted.person("auditor").id, "review.bukti.unduh")
    assert row.detail.endswith(f"{files.BOOK} sha256 {files.sha256(taken.content)}")
    assert files.sha256(taken.content) in as_("auditor").see(path).text
    assert "Dokumen ini asli" in operator.see(f"/periksa?kode={files.sha256(taken.content)}").text
    assert as_("auditor").see(f"{path}/{files.PAPER_SIGNED}").status_code == 404
    code = re.findall(r"/periksa/(\w{10})", shown)[0]
    paper = as_("auditor").see(f"/dokumen/{code}/pdf?kertas=f4")
    with reading(granted.office.store) as connection:
        row = connection.execute(newest).one()
    assert row.detail.endswith(f"{files.PAPER} sha256 {files.sha256(paper.content)}")
    (tmp_path / WHOLE).write_bytes(as_("auditor").see(f"{path}/{WHOLE}").content)
    held = files.unpacked(tmp_path / WHOLE)
    assert held[files.PAPER] == paper.content
    assert files.PAPER in sound(checking.check(held))
    assert as_("auditor").see(f"{path}/lain.pdf").status_code == 404
    assert as_("operator").see(f"/review/{'f' * 32}/bukti").status_code == 404


def test_an_office_without_the_extra_issues_all_the_same(
    granted: World, as_: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are kept; what this machine cannot make is refused with what is missing, and made later."""
    case = asked(granted)
    path = f"/review/{case}/bukti"
    with monkeypatch.context() as bare:
        for name in ("typst", "xlsxwriter"):
            bare.setitem(sys.modules, name, None)
        as_("operator").see(path)
        assert as_("operator").send(path).status_code == 303
        for name in (files.BOOK, WHOLE):
            refused = as_("operator").see(f"{path}/{name}")
            assert refused.status_code == 409
            assert "kelengkapan “documents”" in refused.text
        assert as_("operator").see(f"{path}/{files.JSON}").status_code == 200
    assert as_("operator").see(f"{path}/{files.BOOK}").content.startswith(b"PK")


def test_a_pack_is_taken_home_from_a_shell(granted: World, tmp_path: Path) -> None:
    """With a token: issued first where that is asked, written once, and sound where it was written."""
    case = removed(granted)
    with served(Console(granted.office, Follower(granted.office))) as address:
        run = typist(granted, address, tmp_path, "campaign")
        folder = tmp_path / "rumah"
        assert "belum diterbitkan" in run("auditor", "pack", case, str(folder), code=1).output
        assert "tidak berwenang" in run("auditor", "pack", case, str(folder), "--issue", code=1).output
        said = run("operator", "--json", "pack", "RVW-2026-T4", str(folder), "--issue").output
        file = Path(json.loads(said)["file"])
        assert files.sha256(file.read_bytes()) == json.loads(said)["sha256"]
        assert checking.check(files.unpacked(file)).is_sound
        assert "exists already" in run("operator", "pack", "RVW-2026-T4", str(folder), code=1).output
        assert "tidak ditemukan" in run("operator", "pack", "f" * 32, str(folder), code=1).output
        assert "cannot be written" in run("operator", "pack", case, str(file / "lagi"), code=1).output
