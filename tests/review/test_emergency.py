"""Entry in an emergency: recorded with two people, told at once, judged, and never without its minutes."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Tapped, Versions
from card_registry.words import CredentialKind, DoorId, ReaderId, Reason, Side, Tier
from review.access import Refused
from review.case import Advanced, CaseState
from review.emergency import WINDOW, EmergencyRecord, faults, record_of
from review.follow import Follower
from review.form import Faulty, Filled
from review.office import Office
from review.store import emergencies, papers, signatures
from review.store.door_logs import DoorTally
from review.store.signatures import SignatureKind
from review.store.transaction import reading, writing
from review.workflow.opening import Beginning, first_paper, open_case
from review.workflow.signing_off import Report
from tests.review.removals import say, step, walk
from tests.review.test_workflow import file_of
from tests.review.world import NOON, World

RECORD = {
    "waktu": ["2026-11-20T14:50"],
    "pintu": ["ruang-server"],
    "orang.0.nama": ["Petugas Satu"],
    "orang.1.nama": ["Petugas Dua"],
    "alasan": ["Asap di ruang server"],
}
MINUTES = {"tindakan": ["Listrik rak 2 diputus, asap hilang."]}
JUDGED = {"penilaian": ["Sesuai keadaan."]}
BEGAN = NOON - 10 * 60_000
NOON_DAY = date(2026, 11, 20)


def recorded(world: World) -> str:
    """Open a P9 case."""
    case = open_case(world.office, world.person("operator"), Beginning("P9", RECORD))
    assert isinstance(case, str), case
    return case


def inbox(world: World, login: str) -> list[str]:
    """Give what a person was told."""
    with reading(world.office.store) as connection:
        return [one.text for one in papers.notices(connection, world.person(login).id)]


@pytest.mark.parametrize("judgement", ["wajar", "tidak wajar"])
def test_an_emergency_runs_from_record_to_ratified_minutes(world: World, judgement: str) -> None:
    """Either judgement leads to Kadis; record, minutes and judgement are three parts by their own people."""
    case = recorded(world)
    assert any("Akses darurat dicatat: Ruang Server, 2 orang" in text for text in inbox(world, "kabid"))
    assert any("Akses darurat" in text for text in inbox(world, "kadis"))
    walk(world, case, ("operator", "selesai", MINUTES), ("kabid", judgement, JUDGED), ("kadis", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED
    with reading(world.office.store) as connection:
        id = file_of(world, case).case.id
        assert papers.filed(connection, id) == {"F19.A", "F19.B", "F19.C", "LAP"}
        [signed] = signatures.of_case(connection, id)
        kept = signatures.standing(connection, id)
    assert (signed.kind, signed.person) == (SignatureKind.FULL, world.person("kadis").id)
    assert signed.papers == tuple(mark for mark in kept if mark.form.startswith("F19"))


def test_the_minutes_count_what_the_door_did_and_end_the_emergency(world: World) -> None:
    """Taps within the emergency alone are counted; what no case explains is said; the window closes."""
    case = file_of(world, recorded(world)).case.id
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
    )
    world.outside.happen(tap, replace(tap, granted=False, reason=Reason.NO_GRANT))
    Follower(world.office).once()
    world.clock.now += 3_600_000
    walk(world, case, ("operator", "selesai", MINUTES))
    with reading(world.office.store) as connection:
        made = papers.newest(connection, case, "LAP", Report)
    assert made is not None
    assert (made.since, made.until) == (BEGAN, world.clock.now)
    assert made.doors == (DoorTally("ruang-server", 1, 1, 1),)
    assert covered(world.office, "ruang-server", world.clock.now) is None


def test_the_record_asks_for_time_doors_and_people_only(world: World) -> None:
    """What was done is for the minutes, a day later."""
    paper = first_paper(world.office, "P9")
    assert paper is not None
    assert ([sheet.key for sheet in paper.sheets], paper.demanded) == (["F19.A"], True)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"orang.1.nama": ["petugas  SATU"]}, "orang.1.nama"),
        ({"orang.1.nama": []}, "orang.1.nama"),
        ({"pintu": []}, "pintu"),
        ({"pintu": ["gudang"]}, "pintu"),
        ({"alasan": []}, "alasan"),
    ],
)
def test_one_person_alone_is_no_emergency_entry(
    world: World, change: dict[str, list[str]], field: str
) -> None:
    """Two different people, a door of the site, and a reason: each missing thing has its sentence."""
    opened = open_case(world.office, world.person("operator"), Beginning("P9", {**RECORD, **change}))
    assert isinstance(opened, Faulty)
    assert set(opened.faults) == {field}


def test_an_emergency_is_not_recorded_before_it_happens(world: World) -> None:
    """A wrong date is refused; nothing is kept and no number lost."""
    later = {**RECORD, "waktu": ["2026-11-21T14:50"]}
    refused = open_case(world.office, world.person("operator"), Beginning("P9", later))
    assert isinstance(refused, Refused)
    assert "belum terjadi" in refused.why
    assert file_of(world, recorded(world)).number == "DRT-2026-0001"


def test_without_minutes_the_case_does_not_go_on(world: World) -> None:
    """Step 2 asks for what was done; Kabid's judgement is asked of Kabid."""
    case = recorded(world)
    bare = say(world, case, "operator")
    assert isinstance(bare, Faulty)
    assert set(bare.faults) == {"tindakan"}
    assert isinstance(say(world, case, "operator", "selesai", MINUTES), Advanced)
    assert isinstance(say(world, case, "kabid", "wajar"), Faulty)
    assert isinstance(say(world, case, "operator", "wajar", JUDGED), Refused)


def test_a_record_explains_its_doors_for_two_hours(world: World) -> None:
    """Its own doors, from its beginning; not before, not after, not elsewhere; nor once it was closed."""
    case = file_of(world, recorded(world)).case.id
    assert covered(world.office, "ruang-server", BEGAN) == case
    assert covered(world.office, "ruang-server", BEGAN + WINDOW - 1) == case
    assert covered(world.office, "ruang-server", BEGAN - 1) is None
    assert covered(world.office, "ruang-server", BEGAN + WINDOW) is None
    assert covered(world.office, "gudang", BEGAN) is None
    with writing(world.office.store) as connection:
        emergencies.close(connection, case, BEGAN + 1000)
        assert [one.ends for one in emergencies.of_case(connection, case)] == [BEGAN + 1000]
    assert covered(world.office, "ruang-server", BEGAN + 1000) is None


def covered(office: Office, door: str, at: int) -> str | None:
    """Give the case that explains an entry."""
    with reading(office.store) as connection:
        return emergencies.covering(connection, door, at)


@given(st.lists(st.text("ab AB", min_size=1, max_size=4).filter(str.strip), min_size=1, max_size=4))
def test_two_people_are_two_names(names: list[str]) -> None:
    """However written, one name is one person."""
    rows = {f"orang.{number}.nama": (name,) for number, name in enumerate(names)}
    different = {" ".join(name.lower().split()) for name in names}
    found = faults(Filled(rows), NOON_DAY)
    assert bool(found) == (len(different) < 2)


def test_a_record_is_read_in_the_sites_zone() -> None:
    """What is written on the wall clock at the site; a later part names no time and is no record."""
    filled = Filled({"waktu": ("2026-11-20T14:50",), "pintu": ("b", "a"), "orang.0.nama": ("X",)})
    doors = (DoorId("a"), DoorId("b"))
    assert record_of(filled, "Asia/Jakarta") == EmergencyRecord(BEGAN, doors, ("X",))
    assert record_of(Filled({"tindakan": ("x",)}), "Asia/Jakarta") is None
    assert faults(Filled({"tindakan": ("x",)}), NOON_DAY) == {}
