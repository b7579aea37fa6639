"""What a visit is, without any store: its states, its forms, its goods, and what explains an opening."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import CaseId, DoorId, GrantId, GrantKind, HolderId, PersonId
from review.form import Filled
from review.visits import (
    OPEN,
    ByEmergency,
    ByRight,
    ByVisit,
    Entry,
    Guest,
    Item,
    Plan,
    Unexplained,
    Visit,
    VisitState,
    Window,
    check,
    expected,
    explain,
    faults,
    goods_of,
    overstayed,
    plan_of,
    suggested,
    terms,
    turned,
)
from review.visits.reading import SLACK, items
from tests.review.visitors import NOON_DAY

ZONE = "Asia/Jakarta"
CASE, PARENT, GRANT = CaseId("c" * 32), CaseId("d" * 32), GrantId("a" * 32)
WINDOW = Window(1_000, 2_000)
FULL = Plan("Memasang", (), (), (DoorId("ruang-server"),), WINDOW, PersonId("e" * 32))
ITEMS = st.lists(st.builds(Item, st.sampled_from("ABC"), st.sampled_from(["", "1", "2"])), max_size=5)


def visit(state: VisitState = VisitState.INSIDE, plan: Plan = FULL, closed: int | None = None) -> Visit:
    """Give a visit."""
    return Visit("f" * 32, PARENT, "6", plan, state, CASE, HolderId("b" * 32), closed=closed)


@given(st.lists(st.sampled_from(VisitState), max_size=8))
def test_a_visit_never_goes_back_over_the_threshold(states: list[VisitState]) -> None:
    """Whatever is tried: who was inside leaves before it closes, and what is closed stays so."""
    now, seen = visit(VisitState.PLANNED), [VisitState.PLANNED]
    for state in states:
        try:
            now = turned(now, state)
        except ValueError:
            continue
        seen.append(now.state)
    if VisitState.INSIDE in seen and VisitState.CLOSED in seen:
        assert VisitState.LEFT in seen
    assert VisitState.CLOSED not in seen[:-1]
    assert VisitState.CLOSED not in OPEN


def test_overstay_begins_with_the_end_of_the_window() -> None:
    """Only whoever is inside, and only from the window's end on."""
    assert overstayed(visit(), WINDOW.ends - 1) is None
    assert overstayed(visit(), WINDOW.ends) == WINDOW.ends
    assert overstayed(visit(VisitState.LEFT), WINDOW.ends) is None
    assert overstayed(visit(plan=Plan("x")), WINDOW.ends) is None


def test_the_right_of_a_visit_is_escorted_and_ends_with_its_window() -> None:
    """At its doors, for its guest card; without a plan there is none."""
    asked = terms(visit(), GRANT)
    assert asked is not None
    assert (asked.kind, asked.escort, asked.schedule) == (GrantKind.KUNJUNGAN, True, None)
    assert (asked.begins, asked.ends, asked.doors) == (1_000, 2_000, FULL.doors)
    assert terms(visit(plan=Plan("x", window=WINDOW)), GRANT) is None
    assert terms(visit(plan=Plan("x", doors=FULL.doors)), GRANT) is None


@given(ITEMS, ITEMS, ITEMS, ITEMS)
def test_goods_agree_exactly_when_both_lists_cover_each_other(
    brought: list[Item], out: list[Item], released: list[Item], staying: list[Item]
) -> None:
    """Everything out was brought or released; everything brought is out or stays; one covers one."""
    found = check(brought, out, released, staying)
    assert len(found.strange) >= len(out) - len(brought) - len(released)
    assert len(found.left_behind) >= len(brought) - len(out) - len(staying)
    assert found.agrees == (not found.strange and not found.left_behind)
    assert check(brought, brought, (), ()).agrees
    assert check((), (), (), ()).agrees
    assert check((), out, (), ()).strange == tuple(out)


def test_a_serial_is_known_however_it_is_spelled() -> None:
    """Capitals, blanks and dashes do not matter; two of one name are two."""
    assert check([Item("Laptop", "LPT-1")], [Item("laptop merah", "lpt 1")], (), ()).agrees
    assert check([Item("Kabel")], [Item("kabel"), Item("KABEL")], (), ()).strange == (Item("KABEL"),)
    assert items([{"nama": "Kabel", "jumlah": "3"}]) == (Item("Kabel"),) * 3


def test_forms_say_what_goes_and_what_stays() -> None:
    """F05 of a return and F10 let go; F05 of a deposit and a replacement stay."""
    back = Filled({"arah": ("pengembalian",), "barang.0.nama": ("A",), "barang.0.jumlah": ("1",)})
    deposit = Filled({"arah": ("penitipan",), "barang.0.nama": ("B",), "barang.0.nomor_seri": ("2",)})
    broken = {"perangkat.0.nama": ("C",), "perangkat.0.nomor_seri": ("3",)}
    swapped = Filled({**broken, "pengganti": ("Disk baru, SN 4",)})
    released, staying = goods_of((back, deposit), (swapped, Filled(broken), Filled({"pengganti": ("Disk",)})))
    assert released == (Item("A"), Item("C", "3"), Item("C", "3"))
    assert staying == (Item("B", "2"), Item("Disk baru", "SN 4"), Item("Disk"))


def test_a_plan_is_read_from_its_form_and_written_back() -> None:
    """What is suggested is what a plan was read from; a part without times is no plan."""
    texts = {
        "induk": ("ARS-2026-0001",),
        "keperluan": ("Memasang",),
        "mulai": ("2026-11-20T14:00",),
        "selesai": ("2026-11-20T16:00",),
        "personel.0.nama": ("Tamu",),
        "personel.0.instansi": ("PT",),
        "personel.0.identitas": ("ktp",),
        "perangkat.0.nama": ("Laptop",),
        "perangkat.0.nomor_seri": ("LPT-1",),
    }
    found = plan_of(Filled({**texts, "pintu": ("b", "a"), "pendamping": ("e" * 32,)}), ZONE)
    assert found is not None
    assert (found.doors, found.escort) == (("a", "b"), "e" * 32)
    assert suggested(found, "ARS-2026-0001", ZONE) == texts
    assert suggested(Plan("x"), "N", ZONE) == {"induk": ("N",), "keperluan": ("x",)}
    assert plan_of(Filled({"lapor": ("2026-11-20T14:00",)}), ZONE) is None


def test_a_parents_forms_foretell_a_visit() -> None:
    """F09 with half an hour to spare, F07 on the agreed day from eight to four; else nobody is known."""
    person = {"personel.0.nama": ("Teknisi",), "personel.0.instansi": ("PT",)}
    times = {"mulai": ("2026-11-20T14:00",), "selesai": ("2026-11-20T15:30",)}
    work = expected("x", {"F09": Filled({**person, **times})}, ZONE)
    assert work.window is not None
    assert work.window.ends - work.window.begins == 90 * 60_000 + SLACK
    assert expected("x", {"F09": Filled(person)}, ZONE).window is None
    contact = {"contact_person.nama": ("N",), "contact_person.unit": ("U",), "merk": ("R1",)}
    brought = expected("x", {"F07": Filled({**contact, "rencana_antar": ("2026-11-20",)})}, ZONE)
    assert (brought.guests, brought.items) == ((Guest("N", "U"),), (Item("R1"),))
    assert brought.window is not None
    assert brought.window.ends - brought.window.begins == 8 * 3_600_000
    assert expected("x", {"F07": Filled({})}, ZONE) == Plan("x") == expected("x", {}, ZONE)


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"mulai": "2026-11-20T14:00", "selesai": "2026-11-20T14:00"}, "selesai"),
        ({"mulai": "2026-11-20T14:00", "selesai": "2026-12-05T14:01"}, "selesai"),
        ({"mulai": "2026-11-20T14:00", "selesai": "2026-12-04T14:00"}, ""),
        ({"masuk": "2026-11-20T14:00", "keluar": "2026-11-20T13:59"}, "keluar"),
        ({"masuk": "2026-11-20T14:00", "keluar": "2026-11-20T14:00"}, ""),
        ({"lapor": "2026-11-20T14:00"}, ""),
    ],
)
def test_times_on_a_visits_form_follow_each_other(texts: dict[str, str], field: str) -> None:
    """A window ends after it begins and within fourteen days; nobody leaves before they came."""
    found = faults(Filled({name: (text,) for name, text in texts.items()}), NOON_DAY)
    assert set(found) == ({field} if field else set())


RIGHT = Entry(1_500, "ruang-server", CASE, GrantKind.TETAP)
PASS = Entry(1_500, "ruang-server", CASE, GrantKind.KUNJUNGAN)


@pytest.mark.parametrize(
    ("entry", "by", "emergency", "said"),
    [
        (Entry(1, "x", ordered=True), None, PARENT, Unexplained),
        (RIGHT, None, None, ByRight(CASE)),
        (PASS, visit(), None, ByVisit(CASE, PARENT, "6")),
        (PASS, visit(closed=1_501), None, ByVisit(CASE, PARENT, "6")),
        (PASS, visit(closed=1_500), None, Unexplained),
        (Entry(1, "x"), None, None, Unexplained),
        (Entry(1, "x"), None, PARENT, ByEmergency(PARENT)),
        (Entry(1, "x", forced=True), None, None, Unexplained),
        (Entry(1, "x", forced=True), None, PARENT, ByEmergency(PARENT)),
        (Entry(1, "x", CASE, GrantKind.DARURAT), None, None, Unexplained),
        (Entry(1, "x", CASE, GrantKind.DARURAT), None, PARENT, ByEmergency(PARENT)),
    ],
)
def test_an_opening_has_one_explanation_or_none(
    entry: Entry, by: Visit | None, emergency: CaseId | None, said: object
) -> None:
    """A right, a visit that is not over, an emergency on record; anything else is said to be unexplained."""
    found = explain(entry, by, emergency)
    assert found == said or (said is Unexplained and isinstance(found, Unexplained) and found.why)
