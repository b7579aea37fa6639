"""`akses review inventory`: files out and in, a rack drawn, a NetBox compared; who enters it is asked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from review.command import review
from review.inventory import Stock
from review.inventory.exchange import COLUMNS, Sheet
from review.store import inventory
from review.store.transaction import writing
from tests.review.netbox_server import TOKEN, room, running
from tests.review.rooms import ROOM, furnished, settled, stock
from tests.review.world import PASSWORDS, World

Run = Callable[..., Result]


@pytest.fixture
def office(world: World, tmp_path: Path) -> World:
    """An office whose store the commands open, with the admin's password in a file."""
    (tmp_path / "sandi").write_text(f"{PASSWORDS['admin']}\n")
    (tmp_path / "salah").write_text("bukan sandinya\n")
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    return furnished(world, Stock())


@pytest.fixture
def run(office: World) -> Run:
    """Give the command line of that office; ``asked`` is typed where it asks."""
    url = str(office.office.store.url)

    def call(*words: str, asked: str = "") -> Result:
        return CliRunner().invoke(
            review, ["inventory", words[0], "--office", url, *words[1:]], input=asked, catch_exceptions=False
        )

    return call


def table(folder: Path, sheet: Sheet, *lines: str) -> str:
    """Write a table as a file; give its path."""
    file = folder / f"inventaris-{sheet.value}.csv"
    file.write_text("\r\n".join([",".join(COLUMNS[sheet]), *lines]) + "\r\n")
    return str(file)


def test_files_go_in_after_a_look_and_out_again(office: World, run: Run, tmp_path: Path) -> None:
    """Checked, refused, asked, entered; what is exported differs from nothing."""
    racks = table(tmp_path, Sheet.RACKS, "Ruang,Rak A,12,2000,8", "Ruang,Rak B,12,2000,8")
    who = ("--login", "admin", "--password-file", str(tmp_path / "sandi"))
    checked = run("import", racks, *who, "--check")
    assert checked.exit_code == 0
    assert "+ rak Rak A: ruang: Ruang; rak: Rak A; tinggi_u: 12" in checked.output
    assert "2 rows would be new or other; nothing was entered" in checked.output
    asked = run("import", racks, *who, asked="n\n")
    assert asked.output.endswith("nothing was entered\n")
    assert stock(office).racks == ()
    done = run("import", racks, *who, asked="y\n")
    assert "2 rows were entered" in done.output
    wider = table(tmp_path, Sheet.RACKS, "Ruang,Rak A,42,2000,8")
    assert "~ rak Rak A: tinggi_u: 12 -> 42" in run("import", wider, *who, "--yes").output
    assert [rack.units for rack in stock(office).racks] == [42, 12]
    book = tmp_path / "semua.xlsx"
    assert run("export", "--out", str(book)).exit_code == 0
    assert "nothing differs" in run("import", str(book), *who).output
    out = tmp_path / "keluar-rak.csv"
    assert run("export", "--out", str(out)).exit_code == 0
    assert out.read_text().count("Rak") == 2
    assert "nothing differs" in run("import", str(out), *who).output
    drawn = tmp_path / "a.svg"
    assert run("elevation", "--rack", "rak a", "--out", str(drawn)).exit_code == 0
    assert drawn.read_text().startswith("<svg")


def test_what_is_wrong_is_one_sentence(office: World, run: Run, tmp_path: Path) -> None:
    """A wrong password, a person who may not, a faulty row, a file of no table, a table twice, no rack."""
    racks = table(tmp_path, Sheet.RACKS, "Ruang,Rak A,99,2000,8")
    (tmp_path / "sandi2").write_text(PASSWORDS["auditor"])
    admin = ("--login", "admin", "--password-file", str(tmp_path / "sandi"))
    other = tmp_path / "lain.csv"
    other.write_text("x")
    for words, said in (
        (
            ("import", racks, "--login", "admin", "--password-file", str(tmp_path / "salah")),
            "password is wrong",
        ),
        (
            ("import", racks, "--login", "auditor", "--password-file", str(tmp_path / "sandi2")),
            "mengubah inventaris",
        ),
        (("import", racks, *admin), "Baris 2: tinggi_u harus antara 1 dan 60."),
        (("import", str(other), *admin), "does not say which table it is"),
        (("import", racks, racks, *admin), "the table rak comes twice"),
        (
            ("elevation", "--rack", "Z", "--out", str(tmp_path / "z.svg")),
            "there is no rack Z; there are: none yet",
        ),
        (("export", "--out", str(tmp_path / "lain.csv")), "does not say which table"),
    ):
        result = run(*words)
        assert result.exit_code == 1, words
        assert said in result.output
    (tmp_path / "kosong-rak.csv").write_text("x")
    assert "was not taken" in run("import", str(tmp_path / "kosong-rak.csv"), *admin).output
    assert stock(office) == Stock()


def test_a_password_is_asked_for_and_tries_are_counted(run: Run, tmp_path: Path) -> None:
    """Typed where no file is named; after too many wrong ones it is waited."""
    racks = table(tmp_path, Sheet.RACKS, "Ruang,Rak A,12,2000,8")
    right = run("import", racks, "--login", "admin", "--check", asked=f"{PASSWORDS['admin']}\n")
    assert "1 rows would be new" in right.output
    said = [run("import", racks, "--login", "admin", "--check", asked="x\n").output for _ in range(6)]
    assert "login or password is wrong; nothing was entered" in said[0]
    assert "too many wrong tries" in said[-1]
    assert "login or password is wrong" in run("import", racks, "--login", "x", "--check", asked="x\n").output


def test_a_netbox_is_compared_and_entered(office: World, run: Run, tmp_path: Path) -> None:
    """What is left out and what is only here is named; then its rows are shown and entered."""
    with writing(office.office.store) as connection:
        inventory.save(connection, inventory.load(connection, 0, lock=True), ROOM)
    settled(office, "SN-9")
    with running(room()) as box:
        words: tuple[str, ...] = (
            "netbox",
            "--login",
            "admin",
            "--password-file",
            str(tmp_path / "sandi"),
            "--url",
            box.address,
        )
        words += ("--token-file", str(tmp_path / "token"), "--netbox-site", "utama")
        refused = run(*words, "--check")
        assert refused.exit_code == 1
        assert "Rak A U1 dipakai dua kali" in refused.output
        box.lists["dcim/devices"][0]["position"] = 5.0
        seen = run(*words, "--check")
        assert seen.exit_code == 0, seen.output
        assert "left out: tanpa pemilik: it has no tenant" in seen.output
        assert "only here: dinas.contoh.go.id (sn-9)" in seen.output
        assert "~ rak Rak A: tinggi_u: 4 -> 12; daya_w: 1000 -> 2816; stop_kontak: 4 -> 8" in seen.output
        assert "nothing was entered" in seen.output
        assert len(stock(office).devices) == 1
        done = run(*words, "--yes")
        assert "rows were entered" in done.output
    assert {one.serial for one in stock(office).devices} == {"sn-9", "NB-11", "NB-12"}
    assert TOKEN not in seen.output + done.output + refused.output
