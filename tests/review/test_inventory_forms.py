"""F06 and F08 on paper: what the list says beside what was found, what was asked beside what is free."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.case import Advanced
from review.documents.building import Cover
from review.documents.inventory_forms import Listed, check, checklist
from review.documents.layout import Facts, Grid, Letterhead, Sheet
from review.form import Filled, Form, Option, offered
from review.inventory import Need, Stock, available
from review.inventory.sheets import FIGURES, WORDS, Figure, figures
from review.inventory.sheets import checklist as fill
from review.shelf import forms
from review.store.transaction import reading
from review.workflow import documents
from tests.review.rooms import ROOM, before_place, file_of, furnished, say, settled, stock, walk
from tests.review.test_places import month, returned
from tests.review.world import World

COVER = Cover(Letterhead("A", "B"), "INV-2026-11", "Contoh", date(2026, 11, 20), {})


def form(code: str) -> Form:
    """Give a form with a list of servers."""
    return offered(forms()[code], {"server": [Option("d1", "x")], "rak": []})


def grid(sheet: Sheet) -> Grid:
    """Give the only table of a document."""
    (one,) = (block for block in sheet.blocks if isinstance(block, Grid))
    return one


def facts(sheet: Sheet) -> dict[str, str]:
    """Give the labelled values of a document."""
    return {label: text for block in sheet.blocks if isinstance(block, Facts) for label, text in block.rows}


def test_a_check_stands_beside_the_list() -> None:
    """What was read differently has its column; a device that nobody knows any more is said to be gone."""
    values = {
        "bulan": ("2026-11",),
        "server.0.server": ("d1",),
        "server.0.hasil": ("tidak-sesuai",),
        "server.0.nomor_seri": ("SN-9",),
        "server.0.posisi": ("Rak B, U1",),
        "server.0.kondisi": ("rusak-ringan",),
        "server.0.status": ("mati",),
        "server.1.server": ("d2",),
        "server.1.hasil": ("tidak-ada",),
        "server.1.kondisi": ("baik",),
        "server.1.status": ("aktif",),
        "server.1.catatan": ("Dicari",),
    }
    listed = {"d1": Listed("situs", "Dinas", "", "SN-1", "Rak A, U1", ("203.0.113.2", "203.0.113.3"))}
    sheet = check(form("F06"), Filled(values), COVER, listed)
    assert facts(sheet) == {"Bulan": "November 2026", "Lokasi": "–", "Petugas": "–", "Jumlah perangkat": "2"}
    first, second = grid(sheet).rows
    place = ("SN-1", "Rak A, U1", "203.0.113.2\n203.0.113.3")
    found = ("Ada, tidak sesuai", "SN-9\nRak B, U1", "Rusak Ringan", "Mati", "–")
    assert first == ("1", "situs", "Dinas", "–", *place, *found)
    assert second[:2] == ("2", "(tidak lagi tercatat)")
    assert second[-5:] == ("Tidak ada", "–", "Baik", "Aktif", "Dicari")
    assert sheet.wide
    assert len(sheet.slots) == 2


@pytest.mark.parametrize(("said", "shown"), [("2026-13", "2026-13"), ("Januari", "Januari"), ("", "–")])
def test_a_month_that_is_none_is_printed_as_typed(said: str, shown: str) -> None:
    """Nothing is guessed of what somebody typed."""
    sheet = check(form("F06"), Filled({"bulan": (said,)} if said else {}), COVER, {})
    assert facts(sheet)["Bulan"] == shown


@given(
    st.builds(Need, *(st.integers(low, 90) for low in (1, 0, 0, 0, 0, 0))),
    st.text("abc.;: 1", max_size=30),
)
def test_figures_come_back_from_the_note(need: Need, note: str) -> None:
    """What the program writes into the note is read again, and what people wrote stays apart."""
    found = available(ROOM, need)
    filled = fill(found, ROOM.racks, None, note.strip(), given=False)
    numbers, rest = figures(filled.one("catatan"))
    assert rest == note.strip()
    assert numbers == {line.name: Figure(str(line.asked), str(line.free), line.unit) for line in found.lines}
    assert set(numbers) == set(WORDS)


def test_a_note_that_was_changed_by_hand_gives_what_is_left() -> None:
    """A line that is none any more is left out; nothing is guessed."""
    numbers, rest = figures(f"{FIGURES} ruang 2 dari 4 U; listrik banyak; kopi 1 dari 2. Lihat")
    assert (set(numbers), rest) == ({"ruang"}, "Lihat")


def test_the_checklist_has_its_five_lines() -> None:
    """Asked, free and enough, line by line; without figures they are left open."""
    found = available(ROOM, Need(2, 300, 2, 1, 20, 1))
    sheet = checklist(
        form("F08"), fill(found, ROOM.racks, date(2026, 12, 4), "Lihat rak.", given=True), COVER
    )
    rows = grid(sheet).rows
    assert rows[0] == ("Ketersediaan ruang", "2", "4", "U", "Cukup")
    assert rows[2] == ("IP publik", "1", "3", "buah", "Cukup")
    assert len(rows) == 5
    told = facts(sheet)
    assert (told["Tempat yang dipesan"], told["Catatan"]) == ("Rak A, U1–U2", "Lihat rak.")
    bare = checklist(form("F08"), Filled({"ruang": ("cukup",), "catatan": ("Penuh.",)}), COVER)
    assert grid(bare).rows[0] == ("Ketersediaan ruang", "–", "–", "–", "Cukup")
    assert facts(bare)["Catatan"] == "Penuh."


def printed(world: World, case: str, code: str) -> Sheet:
    """Give a document of a case as it would be issued now."""
    with reading(world.office.store) as connection:
        made = documents.draft(connection, world.office, file_of(world, case), code)
    assert isinstance(made, documents.Draft), made
    return made.sheet


def test_papers_name_what_has_left_by_its_words(world: World) -> None:
    """A server that was checked and then went home is still printed with its name and number."""
    room = furnished(world)
    settled(room)
    assert grid(printed(room, before_and_kept(room), "F08")).rows[0][1:3] == ("2", "2")
    case = month(room)
    (one,) = stock(room).devices
    seen = {"server.0.hasil": ["sesuai"], "server.0.kondisi": ["baik"], "server.0.status": ["aktif"]}
    assert isinstance(say(room, case, "operator", given=seen), Advanced)
    before = grid(printed(room, case, "F06")).rows
    assert before[0][1:6] == ("dinas.contoh.go.id", "Dinas Contoh", "Contoh R1", one.serial, "Rak A, U1–U2")
    returned(room, one.serial)
    assert isinstance(stock(room), Stock)
    assert grid(printed(room, case, "F06")).rows == before


def before_and_kept(world: World) -> str:
    """Give a case for which a place is kept."""
    case = before_place(world, "SN-2")
    walk(world, case, ("operator", "tersedia"))
    return case
