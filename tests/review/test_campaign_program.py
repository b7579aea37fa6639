"""Reviews for programs: `/api/v1/campaigns` held against its document, and `akses review campaign`."""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from starlette.testclient import TestClient

from card_registry.instant import DAY
from review.command import review
from review.follow import Follower
from review.store import audit, tokens
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from tests.review.conftest import STORES, opened_world
from tests.review.described import written
from tests.review.listening import served
from tests.review.reviewing import begun_with, rows_of
from tests.review.test_api import Program
from tests.review.world import World

PEOPLE = (("Sari Contoh", "Dinas Contoh"), ("Budi Contoh", "Dinas Contoh"), ("Dewi Lain", "Dinas Lain"))
LOGINS = ("pemohon", "kadis", "kabid", "operator", "admin", "auditor")

Run = Callable[..., Result]


@pytest.fixture(scope="module", name="office")
def _office(tmp_path_factory: pytest.TempPathFactory, granted_stores: Path) -> Iterator[World]:
    """Give an office with a review of four rights, whose units were asked, and a token for each person."""
    folder = tmp_path_factory.mktemp("campaign")
    for name in STORES:
        (folder / name).write_bytes((granted_stores / name).read_bytes())
    with opened_world(folder, random.Random(21).randbytes) as world:
        begun_with(world, *PEOPLE)
        with writing(world.office.store) as connection:
            for login in LOGINS:
                person, now = world.person(login), world.clock()
                (role,) = person.roles
                new = tokens.Token(world.office.token(), person.id, role, "uji", now, now + 90 * DAY)
                tokens.add(connection, new, f"akses_{login}")
        yield world


@pytest.fixture(scope="module", name="as_")
def _as(office: World) -> Iterator[Callable[[str], Program]]:
    """Give a person's program."""
    document = written()
    console = Console(office.office, Follower(office.office))
    with TestClient(create_app(console), follow_redirects=False, raise_server_exceptions=False) as client:
        yield lambda login: Program(client, document, f"akses_{login}" if login else "")


@pytest.fixture(scope="module", name="run")
def _run(office: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Serve the office; give the command as a person."""
    folder = tmp_path_factory.mktemp("tokens")
    with served(Console(office.office, Follower(office.office))) as address:

        def command(login: str, *words: str, code: int = 0) -> Result:
            file = folder / login
            file.write_text(f"akses_{login}\n")
            where = ["--console", address, "--token-file", str(file)]
            done = CliRunner().invoke(review, ["campaign", *where, *words])
            assert done.exit_code == code, done.output
            return done

        yield command


def the(as_: Callable[[str], Program], login: str = "auditor") -> str:
    """Give the id of the quarter's review."""
    return next(
        str(one["id"]) for one in as_(login).get("/campaigns").json()["campaigns"] if not one["event"]
    )


def test_a_review_is_read_by_the_office_whole_and_by_a_unit_in_part(
    as_: Callable[[str], Program],
) -> None:
    """Sums, units and rows are those of what the reader may see; without a token there is nothing."""
    case = the(as_)
    whole, part = (
        as_("auditor").get(f"/campaigns/{case}").json(),
        as_("pemohon").get(f"/campaigns/{case}").json(),
    )
    assert [one["unit"] for one in whole["units"]] == ["Dinas Contoh", "Dinas Lain"]
    assert (whole["rows"], part["rows"], [one["unit"] for one in part["units"]]) == (4, 3, ["Dinas Contoh"])
    assert whole["standards"]["operators"] == 2
    assert as_("").get("/campaigns").status_code == 401
    assert as_("auditor").get(f"/campaigns/{'f' * 32}").status_code == 404


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("unit=Dinas%20Lain", ["Dewi Lain"]),
        ("text=sari", ["Sari Contoh"]),
        ("advice=cabut&unit=Dinas%20Contoh", ["Budi Contoh", "Sari Contoh"]),
        ("shown=bagian-saya", []),
        ("text=KRT-00001", ["Pemegang Contoh"]),
        ("outcome=dicabut", []),
    ],
)
def test_rows_are_filtered(as_: Callable[[str], Program], asked: str, names: list[str]) -> None:
    """By unit, advice, outcome, word and list; each row has its evidence and its advice."""
    found = as_("auditor").get(f"/campaigns/{the(as_)}/items?{asked}").json()
    assert [one["name"] for one in found["items"]] == names
    assert all(one["summary"] and one["evidence"]["at"] for one in found["items"])


def test_words_are_taken_whole_or_not_at_all(as_: Callable[[str], Program], office: World) -> None:
    """A fault names the word's place and nothing is kept; a row named twice, or none, is refused."""
    case, unit = the(as_), as_("pemohon")
    rows = rows_of(office, case)
    sari, budi = rows["Sari Contoh"].id, rows["Budi Contoh"].id
    good = {"item": sari, "outcome": "dicabut", "reason": ""}
    bad = {"item": budi, "outcome": "dipertahankan", "reason": ""}
    refused = unit.post(f"/campaigns/{case}/answers", words=[good, bad])
    assert refused.status_code == 422
    assert list(refused.json()["faults"]) == ["words.1"]
    assert rows_of(office, case)["Sari Contoh"].item.answer() is None
    assert unit.post(f"/campaigns/{case}/answers", words=[good, good]).status_code == 409
    assert unit.post(f"/campaigns/{case}/answers", words=[]).status_code == 409
    assert unit.post(f"/campaigns/{case}/answers", words=[good] * 1001).status_code == 422
    done = unit.post(f"/campaigns/{case}/answers", words=[good, {**bad, "reason": "masih bertugas"}])
    assert (done.status_code, done.json()["answered"]) == (200, 2)
    assert rows_of(office, case)["Budi Contoh"].item.answer() is not None


def test_a_decision_by_a_program_is_the_judge_s_alone(as_: Callable[[str], Program], office: World) -> None:
    """Who may not decide is told whose it is; a change names a schedule that exists."""
    case, row = the(as_), rows_of(office, the(as_))["Dewi Lain"]
    word = {"item": row.id, "outcome": "dicabut", "reason": "pindah"}
    refused = as_("operator").post(f"/campaigns/{case}/decisions", words=[word]).json()
    assert "diputus oleh Kepala Bidang" in refused["faults"]["words.0"]
    change = {"doors": ["ruang-server"], "schedule": "entah", "ends": office.clock() + 30 * DAY}
    wrong = {**word, "outcome": "diubah", "change": change}
    refused = as_("kabid").post(f"/campaigns/{case}/decisions", words=[wrong]).json()
    assert "jadwalnya tidak dikenal" in refused["faults"]["words.0"]
    assert as_("kabid").post(f"/campaigns/{case}/decisions", words=[word]).status_code == 200
    said = as_("auditor").get(f"/campaigns/{case}/items?text=dewi").json()["items"][0]["said"]
    assert (said[0]["role"], said[0]["capacity"], said[0]["name"]) == ("kabid", "tetap", "Pejabat Kabid")


def test_a_review_is_opened_once_for_an_event(as_: Callable[[str], Program]) -> None:
    """Unit, door and person by name; the same again while it runs is refused, as is nobody's name."""
    admin = as_("admin")
    asked = {"event": "mutasi", "name": "Dewi Lain"}
    opened = admin.post("/campaigns", **asked)
    assert opened.status_code == 201
    assert (opened.json()["rows"], opened.json()["event"]) == (1, "mutasi")
    again = admin.post("/campaigns", **asked)
    assert (again.status_code, "sedang berjalan" in again.json()["error"]) == (409, True)
    assert "nama itu" in admin.post("/campaigns", event="mutasi", name="Nama Lain").json()["error"]
    assert admin.post("/campaigns", event=" ", unit="Dinas Lain").status_code == 422
    assert as_("operator").post("/campaigns", event="mutasi", unit="Dinas Lain").status_code == 403


def test_cards_and_risks_are_the_operator_s(as_: Callable[[str], Program]) -> None:
    """Others are refused; the operator when nothing waits."""
    case = the(as_)
    for path, body in (("cards", {"card": "x", "condition": "baik"}), ("risk", {"why": "gardu padam"})):
        assert as_("kabid").post(f"/campaigns/{case}/{path}", **body).status_code == 403
        assert as_("operator").post(f"/campaigns/{case}/{path}", **body).status_code == 409


def test_numbers_are_tuned_by_the_administrator_and_written_down(
    as_: Callable[[str], Program], office: World
) -> None:
    """What is not named stays; nonsense and unknown names are refused; a running review keeps its own."""
    admin = as_("admin")
    assert as_("kabid").post("/review-standards", standards={"unused": 60}).status_code == 403
    assert "standards.lain" in admin.post("/review-standards", standards={"lain": 1}).json()["faults"]
    assert admin.post("/review-standards", standards={"operators": 0}).status_code == 422
    assert admin.post("/review-standards", standards={"young": 91}).status_code == 422
    kept = admin.post("/review-standards", standards={"unused": 120, "grace": 3}).json()["standards"]
    assert (kept["unused"], kept["grace"], kept["young"]) == (120, 3, 30)
    assert as_("auditor").get("/review-standards").json()["standards"] == kept
    assert as_("auditor").get(f"/campaigns/{the(as_)}").json()["standards"]["unused"] == 90
    with reading(office.office.store) as connection:
        assert [one.detail for one in audit.of(connection, "review/ambang")] == ["unused 90->120, grace 5->3"]


def test_a_shell_reads_reviews_and_their_rows(run: Run) -> None:
    """The list, the sums by unit, and rows with what the doors saw, in lines and as JSON."""
    assert "Triwulan III 2026" in run("pemohon", "list").output
    said = run("auditor", "show", "RVW-2026-T4").output
    assert "Dinas Lain" in said
    assert "registry publication" in said
    rows = run("auditor", "show", "RVW-2026-T4", "--rows", "all", "--text", "sari").output
    assert "Sari Contoh (Dinas Contoh)" in rows
    assert "advice cabut" in rows
    found = json.loads(run("auditor", "--json", "show", "RVW-2026-T4", "--rows", "all").output)
    assert found["total"] == 4
    assert "no review is numbered" in run("auditor", "show", "RVW-1999-T1", code=1).output


def test_a_shell_answers_and_decides_rows(run: Run, office: World, tmp_path: Path) -> None:
    """A row by its number, or many of a sheet; what is no list, and nobody's number, are refused."""
    first = rows_of(office, json.loads(run("auditor", "--json", "show", "RVW-2026-T4").output)["id"])
    number = str(first["Pemegang Contoh"].position)
    reason = ("--reason", "memelihara server")
    said = run("pemohon", "answer", "RVW-2026-T4", number, "dipertahankan", *reason).output
    assert said.startswith("1 rows taken")
    assert "no row 77" in run("pemohon", "answer", "RVW-2026-T4", "77", "dicabut", code=1).output
    until = ("--door", "ruang-server", "--schedule", "jam-kerja", "--until", "2026-12-31")
    said = run("kabid", "decide", "RVW-2026-T4", number, "diubah", "--reason", "cukup", *until).output
    assert said.startswith("1 rows taken")
    sheet = tmp_path / "lembar.json"
    sheet.write_text(
        json.dumps([{"item": first["Sari Contoh"].id, "outcome": "dicabut", "reason": "pindah"}])
    )
    assert run("kabid", "decide", "RVW-2026-T4", "--sheet", str(sheet)).output.startswith("1 rows taken")
    sheet.write_text("{")
    assert "JSON list" in run("kabid", "decide", "RVW-2026-T4", "--sheet", str(sheet), code=1).output
    assert "name a ROW" in run("kabid", "decide", "RVW-2026-T4", code=2).output


def test_a_shell_notes_cards_and_risks_and_tunes_numbers(run: Run) -> None:
    """What is not so is refused with a sentence; numbers are shown with their words."""
    said = run("operator", "card", "RVW-2026-T4", "KRT-00001", "baik", code=1).output
    assert "to be collected: none" in said
    assert "tidak sedang menunggu" in run("operator", "go-on", "RVW-2026-T4", "--why", "padam", code=1).output
    assert "Operator yang paling sedikit" in run("auditor", "numbers").output
    assert "least" in run("admin", "numbers", "--set", "least=7").output
    assert "tidak berwenang" in run("kabid", "numbers", "--set", "least=8", code=1).output
    assert "NAME=NUMBER" in run("admin", "numbers", "--set", "least", code=2).output


def test_a_shell_opens_a_review(run: Run) -> None:
    """Its number and rows are said; whoever may not gets the sentence."""
    said = run("kadis", "open", "--event", "temuan audit", "--door", "ruang-server").output
    assert "is open with 4 rows" in said
    assert "tidak berwenang" in run("operator", "open", "--event", "x", "--door", "gudang", code=1).output
