"""A profile put in force: read from a folder, kept with its tables, taken up by consoles, never by cases."""

import random
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from card_registry.statements import Approver
from review.accounts import approvers
from review.case import Advanced
from review.command import review
from review.documents.layout import Letterhead
from review.in_force import InForce
from review.office_profile import (
    FILE,
    FOLDER,
    Bundle,
    bundle_in_force,
    bundle_of,
    copy_to,
    opened,
    outdated,
    use,
)
from review.people import SYSTEM, Role
from review.procedure import fingerprint
from review.serving import Stores, open_console
from review.setting_up import initialise
from review.shelf import procedure_files, profile_files, shipped
from review.store import audit, letterheads, profiles
from review.store.transaction import reading, writing
from review.workdays import Calendar
from review.workflow.reminding import calendar_of
from tests.review.papers import case_at
from tests.review.test_workflow import file_of, say
from tests.review.test_workflow import opened as asked
from tests.review.world import NOON, PASSPHRASE, World


@pytest.fixture
def store(world: World) -> Engine:
    """Give an office store with people."""
    return world.office.store


@pytest.fixture
def ruled(world: World) -> World:
    """Give an office whose tables are whatever is in force."""
    return replace(world, office=replace(world.office, procedures=InForce(world.office.store)))


def take_up(world: World, source: str) -> None:
    """Put a profile in force and let the office look."""
    use(world.office.store, bundle_of(source), source, world.clock())
    assert isinstance(world.office.procedures, InForce)
    world.office.procedures.refresh()


def test_an_office_without_a_profile_has_every_shipped_table(ruled: World) -> None:
    """Nothing changes for an office that never chose."""
    assert dict(ruled.office.procedures) == dict(shipped())
    assert len(ruled.office.procedures) == 16
    with pytest.raises(OperatorMistaken, match="has no profile in force"):
        bundle_in_force(ruled.office.store)


def test_a_new_case_begins_with_the_new_table_and_a_running_one_keeps_its_own(ruled: World) -> None:
    """The case opened before goes on under the old wording; the one opened after has the office's."""
    before = asked(ruled)
    old = fingerprint(file_of(ruled, before).case.procedure)
    take_up(ruled, "djki")
    after = asked(ruled)
    new = fingerprint(file_of(ruled, after).case.procedure)
    assert old != new == fingerprint(ruled.office.procedure("S1.A"))
    for case, mark in ((before, old), (after, new)):
        assert isinstance(say(ruled, case, "kadis"), Advanced)
        assert isinstance(say(ruled, case, "kabid", "disetujui"), Advanced)
        assert isinstance(say(ruled, case, "kabid", phrase=PASSPHRASE), Advanced)
        assert fingerprint(file_of(ruled, case).case.procedure) == mark


def test_approvers_stay_good_for_the_tables_of_running_cases(ruled: World) -> None:
    """The list for the officers has the tables in force and, until its cases are over, the old one."""
    before = asked(ruled)
    old = fingerprint(file_of(ruled, before).case.procedure)
    take_up(ruled, "djki")
    new = fingerprint(ruled.office.procedure("S1.A"))

    def good_for() -> set[str]:
        (one,) = approvers(ruled.office.store, ruled.office.procedures, ruled.clock())
        return set(one.procedures)

    assert {old, new} <= good_for()
    say(ruled, before, "kadis")
    say(ruled, before, "kabid", "ditolak", "belum lengkap")
    say(ruled, before, "operator")
    assert old in good_for()
    say(ruled, before, "pemohon")
    assert old not in good_for()


def test_a_running_console_takes_up_what_another_process_put(ruled: World, store: Engine) -> None:
    """Only a look that finds another use loads tables; the office's own come first, P2 before P10."""
    tables = ruled.office.procedures
    assert isinstance(tables, InForce)
    use(store, bundle_of("karanganyar"), "karanganyar", NOON)
    assert "S3.A" in tables
    tables.refresh()
    assert list(tables) == ["S4.A", "S1.A", "P1", "P2", "P6", "P7", "P8", "P9", "P10"]
    seen = iter(tables.values()), iter(tables.items())
    next(seen[0])
    use(store, bundle_of("djki"), "djki", NOON)
    tables.refresh()
    assert [len(list(rest)) for rest in seen] == [8, 9]
    use(store, bundle_of("karanganyar"), "karanganyar", NOON)
    tables.refresh()
    same = tables["S4.A"]
    tables.refresh()
    assert tables["S4.A"] is same


def test_what_changed_is_said_and_the_same_profile_is_no_change(store: Engine) -> None:
    """New, changed and dropped tables, and those that approvers sign anew; putting it twice is one use."""
    first = use(store, bundle_of("trenggalek"), "trenggalek", NOON)
    assert (first.added, set(first.dropped)) == ((), {"S3.A", "S5.A", "P4", "P5"})
    assert "S1.A" not in first.changed
    assert set(first.signed) == {"P1", "P2", "P7"}
    again = use(store, bundle_of("trenggalek"), "trenggalek", NOON)
    assert (again.added, again.changed, again.dropped, again.signed) == ((), (), (), ())
    second = use(store, bundle_of("temanggung"), "temanggung", NOON)
    assert set(second.added) == {"S3.A", "P4", "P5"}
    with reading(store) as connection:
        assert [one.name for one in profiles.uses(connection)] == ["temanggung", "trenggalek"]
        acts = [one.subject for one in audit.newest(connection) if one.act == "profil.berlakukan"]
    assert acts == ["profil/temanggung", "profil/trenggalek"]


def test_what_running_cases_would_still_begin_is_said(world: World, shell: tuple[CliRunner, str]) -> None:
    """A deposit that runs begins a configuration; an office that drops that table is told so."""
    case_at(world, "S2.A", "10")
    runner, url = shell
    assert "begin S2.B" in runner.invoke(review, ["profile", "use", "djki", "--office", url]).output
    said = runner.invoke(review, ["profile", "use", "trenggalek", "--office", url]).output
    assert "would still begin" not in said


def test_an_upgrade_changes_no_table_in_force_by_itself(store: Engine) -> None:
    """What this program would make otherwise is named; so is all of a profile it cannot read any more."""
    with reading(store) as connection:
        assert outdated(connection) == ()
    use(store, bundle_of("djki"), "djki", NOON)
    bundle = bundle_of("djki")
    profile, tables = opened(bundle, "djki")
    older = {**tables, "S1.A": replace(tables["S1.A"], title="JUDUL LAMA")}
    with writing(store) as connection:
        assert outdated(connection) == ()
        profiles.put(connection, (profile, bundle.text), {}, older, (SYSTEM, NOON))
        assert outdated(connection) == ("S1.A",)
        profiles.put(connection, (profile, f"{bundle.text}[baru]\n"), {}, older, (SYSTEM, NOON))
        assert set(outdated(connection)) == set(older)


def test_papers_follow_the_profile_until_the_office_sets_its_own(store: Engine) -> None:
    """Letterhead, town and numbers are the profile's; a setting of the office goes before it."""
    identity = shipped()["S1.A"].identity
    use(store, bundle_of("karanganyar"), "karanganyar", NOON)
    day = Calendar("Asia/Jakarta").day_of(NOON)
    with writing(store) as connection:
        head = letterheads.letterhead(connection, identity)
        assert head == Letterhead("PEMERINTAH KABUPATEN KARANGANYAR", "DINAS KOMUNIKASI DAN INFORMATIKA")
        assert letterheads.town(connection, identity) == "Karanganyar"
        assert profiles.titles(connection)[Role.KABID] == "Kepala Bidang Tata Kelola Informatika"
        own = profiles.titles(connection, shipped()["S1.A"])
        assert (own[Role.KABID], own[Role.FUNGSIONAL]) == ("Kabid Aptika", "Tim Teknis Pusat Data")
        assert letterheads.take_number(connection, "F16", day) == "555/001/XI/2026"
        assert letterheads.take_number(connection, "F05", day) == "001/BAST/2026"
        assert letterheads.take_number(connection, "F01", day) == ""
        letterheads.keep(connection, "nomor.F16", "SURAT/{urut}")
        letterheads.keep(connection, "kop.tempat", "Karangpandan")
        assert letterheads.take_number(connection, "F16", day) == "SURAT/1"
        assert letterheads.town(connection, identity) == "Karangpandan"
        assert letterheads.templates(connection)["F16"] == "SURAT/{urut}"
        assert "F01" not in letterheads.templates(connection)


def own_folder(folder: Path, office: str = "temanggung") -> Path:
    """Copy a profile to edit."""
    copy_to(bundle_of(office), office, folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Change one place of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_an_office_edits_its_copy_and_puts_it_in_force(ruled: World, tmp_path: Path) -> None:
    """Its hours, and a step that takes longer; what is kept can be copied out again as it was put."""
    folder = own_folder(tmp_path / "kantor")
    edit(folder / FILE, "buka = 07:30:00", "buka = 09:00:00")
    edit(folder / FOLDER / "s3.toml", 'waktu = "5 menit"', 'waktu = "2 hari"')
    take_up(ruled, str(folder))
    assert {step.duration for step in ruled.office.procedure("S3.A").steps} == {"2 hari"}
    assert calendar_of(ruled.office).opens.hour == 9
    back = tmp_path / "lagi"
    copy_to(bundle_in_force(ruled.office.store), "in force", back)
    for path in folder.rglob("*.toml"):
        assert (back / path.relative_to(folder)).read_text("utf-8") == path.read_text("utf-8")


def test_a_copy_holds_only_the_files_it_needs_and_no_folder_is_overwritten(tmp_path: Path) -> None:
    """The SOP files of the tables in force; a second copy into the same place is refused."""
    folder = own_folder(tmp_path / "kantor", "djki")
    assert {path.name for path in (folder / FOLDER).iterdir()} == {"s1.toml", "s5.toml", "usulan.toml"}
    with pytest.raises(OperatorMistaken, match="is not empty"):
        own_folder(folder)
    (tmp_path / "berkas").write_text("x")
    with pytest.raises(OperatorMistaken, match="cannot be written"):
        own_folder(tmp_path / "berkas" / "kantor")


def test_a_wrong_profile_changes_nothing(store: Engine, tmp_path: Path) -> None:
    """Every fault of every file is named, and the office keeps what it had."""
    files = procedure_files()
    text = profile_files()["contoh"]
    wrong = Bundle(text, {"a.toml": files["s1.toml"], "b.toml": files["s1.toml"], "c.toml": "x = 1"})
    with pytest.raises(
        OperatorMistaken, match=r"S1.A stands in two files, again in b.toml; procedure c.toml"
    ):
        use(store, wrong, "contoh", NOON)
    with pytest.raises(OperatorMistaken, match="no shipped profile"):
        bundle_of(str(tmp_path))
    folder = own_folder(tmp_path / "kantor")
    (folder / FOLDER / "s3.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(OperatorMistaken, match="no UTF-8 text"):
        bundle_of(str(folder))
    for number in range(60):
        (folder / FOLDER / f"x{number}.toml").write_text("")
    with pytest.raises(OperatorMistaken, match="at most 50"):
        bundle_of(str(folder))
    with reading(store) as connection:
        assert profiles.number(connection) == 0
        assert profiles.in_force(connection) is None


def test_shuffled_files_of_a_profile_give_the_same_tables() -> None:
    """The order in which SOP files are found decides nothing."""
    files = list(procedure_files().items())
    bundle = Bundle(profile_files()["contoh"], dict(files))
    random.Random(3).shuffle(files)
    assert opened(bundle, "contoh")[1] == opened(Bundle(bundle.text, dict(files)), "contoh")[1]


def test_a_console_keeps_looking_and_an_office_may_begin_with_a_profile(world: World, tmp_path: Path) -> None:
    """Set up with a profile, its approvers are listed for those tables; a console looks by the clock."""
    folder, stores = (
        tmp_path,
        [f"sqlite:///{tmp_path}/{name}.db" for name in ("office", "ledger", "registry")],
    )
    (folder / "accounts.json").write_text('{"people": []}')
    (folder / "doors.json").write_text('{"doors": []}')
    out = folder / "people.json"
    assert initialise(stores[0], "contoh", folder / "accounts.json", out, "djki") == 0
    (listed,) = canonical.decode(out.read_bytes(), tuple[Approver, ...], "people")
    tables = opened(bundle_of("djki"), "djki")[1]
    assert fingerprint(tables["S1.A"]) in listed.procedures
    console = open_console(Stores(*stores), "contoh", folder / "run", folder / "doors.json", None)
    (looking,) = [one for one in console.rounds if one.name == "profile"]
    assert "S2.A" not in console.office.procedures
    use(world.office.store, bundle_of("trenggalek"), "trenggalek", NOON)
    looking.act()
    assert "S2.A" in console.office.procedures
    for engine in (console.office.store, console.office.ledger, console.office.registry):
        engine.dispose()


@pytest.fixture
def shell(store: Engine) -> tuple[CliRunner, str]:
    """Give a shell and the office's URL."""
    return CliRunner(), str(store.url)


def test_the_commands_list_check_copy_use_and_show(shell: tuple[CliRunner, str], tmp_path: Path) -> None:
    """What an administrator types, from the first look to a profile in force."""
    runner, url = shell

    def run(*words: str) -> tuple[int, str]:
        done = runner.invoke(review, ["profile", *words])
        return done.exit_code, done.output

    code, said = run("list")
    assert code == 0
    assert "Diskominfo Kabupaten Trenggalek" in said
    assert '"id": "djki"' in run("list", "--json")[1]
    code, said = run("check", "djki", "tidak-ada")
    assert code == 1
    assert "djki can be used, 9 procedures" in said
    assert "tidak-ada is no shipped profile" in said
    folder = str(tmp_path / "kantor")
    assert run("copy", "djki", "--to", folder)[0] == 0
    assert run("copy", "djki", "--to", folder)[0] == 1
    assert run("show")[0] == 2
    assert run("show", "--office", url)[0] == 1
    code, said = run("use", folder, "--office", url)
    assert code == 0
    assert "Approvers sign S1.A, P1, P2, P7 anew" in said
    assert "no longer in force: " in said
    assert "# S5.A  sendiri" in run("show", "--office", url)[1]
    assert run("use", "tidak-ada", "--office", url)[0] == 1
