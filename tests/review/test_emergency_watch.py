"""Entries by emergency cards open their case by themselves, once, and are told of in its record."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType

import pytest

from card_registry.circumstances import Circumstances
from card_registry.decision import Flag
from card_registry.journal.event import Tapped, Versions
from card_registry.words import CredentialKind, DoorId, ReaderId, Reason, Side, Tier
from review.access import Refused
from review.case import CaseState
from review.emergency import WINDOW
from review.follow import Follower
from review.office import DoorSign
from review.store import cases, emergencies, explained
from review.store.cases import CaseFile
from review.store.emergencies import Emergency
from review.store.transaction import reading, writing
from review.workflow import filling
from review.workflow.emergency_watch import FEW, OLD, look
from review.workflow.opening import Beginning, open_case
from tests.review.removals import say, walk
from tests.review.world import NOON, World

DOOR = DoorId("ruang-server")
RECORD = {"orang.0.nama": ["Petugas Satu"], "orang.1.nama": ["Petugas Dua"], "alasan": ["Asap"]}
MINUTES = {"tindakan": ["Listrik rak 2 diputus."]}
JUDGED = {"penilaian": ["Sesuai keadaan."]}
ENTRY = Tapped(
    DOOR,
    ReaderId("masuk"),
    Side.IN,
    CredentialKind.PKOC,
    Tier.PUBLIC_KEY,
    "ab" * 32,
    granted=True,
    reason=Reason.GRANTED,
    flags=(Flag.EMERGENCY, Flag.TWO_PERSON),
    circumstances=Circumstances(),
    versions=Versions(),
)


@pytest.fixture
def site(world: World) -> World:
    """An office with a second door."""
    door = replace(world.office.doors[0], id=DoorId("gudang"), label="Gudang")
    assert isinstance(door, DoorSign)
    return replace(world, office=replace(world.office, doors=(*world.office.doors, door)))


def happened(world: World, *taps: Tapped) -> int:
    """Let doors write taps, project them, and look; give how many cases began."""
    world.outside.happen(*taps)
    Follower(world.office).once()
    return look(world.office)


def begun(world: World) -> list[CaseFile]:
    """Give the emergency cases that run, by number."""
    with reading(world.office.store) as connection:
        return sorted(cases.running(connection), key=lambda file: file.number)


def unexplained(world: World) -> int:
    """Count the openings that nothing explains."""
    with reading(world.office.store) as connection:
        return len(explained.unexplained(connection, 0, NOON + 365 * 86_400_000))


def test_an_entry_opens_its_case_and_is_explained_by_it(site: World) -> None:
    """Operator, Kabid and Kadis are told; F19 knows when and where; the steps go on as ever."""
    assert happened(site, ENTRY) == 1
    (file,) = begun(site)
    assert (file.number, file.case.step, file.applicant_name) == ("DRT-2026-0001", "1", "Sistem")
    assert unexplained(site) == 0
    with reading(site.office.store) as connection:
        paper = filling.paper(connection, site.office, file.case)
    assert paper is not None
    assert paper.ready["waktu"] == ("2026-11-20T15:00",)
    assert paper.ready["pintu"] == ("ruang-server",)
    id_ = file.case.id
    walk(site, id_, ("operator", "selesai", RECORD), ("operator", "selesai", MINUTES))
    walk(site, id_, ("kabid", "wajar", JUDGED), ("kadis", "selesai"))
    assert begun(site) == []
    assert unexplained(site) == 0


def test_entries_of_one_emergency_are_one_case(site: World) -> None:
    """Again at the door, at another door, or seen twice: the same case; after its time a new one."""
    other = replace(ENTRY, door=DoorId("gudang"))
    assert happened(site, ENTRY, ENTRY, other) == 1
    assert (happened(site, ENTRY), look(site.office)) == (0, 0)
    (file,) = begun(site)
    with reading(site.office.store) as connection:
        doors = emergencies.of_case(connection, file.case.id)
    assert [one.door for one in doors] == ["gudang", "ruang-server"]
    assert len({one.ends for one in doors}) == 1


def test_an_entry_told_late_belongs_to_the_emergency_it_began(site: World) -> None:
    """Doors report in any order; the record then has to begin with the earliest."""
    later = NOON + 20 * 60_000
    happened(site, replace(ENTRY, door=DoorId("gudang")))
    (file,) = begun(site)
    with writing(site.office.store) as connection:
        moved = Emergency(file.case.id, DoorId("gudang"), later, later + WINDOW)
        emergencies.put(connection, file.case.id, [moved])
    assert happened(site, ENTRY, replace(ENTRY, door=DoorId("gudang"))) == 0
    with reading(site.office.store) as connection:
        doors = emergencies.of_case(connection, file.case.id)
    assert [(one.door, one.begins < later) for one in doors] == [("gudang", True), (DOOR, True)]


def test_a_door_after_the_record_is_another_emergency(site: World) -> None:
    """What the record does not tell of is not added to it behind the writer's back."""
    happened(site, ENTRY)
    walk(site, begun(site)[0].case.id, ("operator", "selesai", RECORD))
    assert happened(site, replace(ENTRY, door=DoorId("gudang"))) == 1
    assert len(begun(site)) == len(("DRT-2026-0001", "DRT-2026-0002"))


def test_ordinary_taps_open_nothing(site: World) -> None:
    """Refused, without the flags, or no tap at all; an override through a lockdown is an emergency."""
    refused = replace(ENTRY, granted=False, reason=Reason.SECOND_PERSON)
    ordinary = replace(ENTRY, flags=(Flag.TWO_PERSON,))
    assert happened(site, refused, ordinary) == 0
    assert happened(site, replace(ENTRY, flags=(Flag.OVERRIDE,))) == 1


@pytest.mark.parametrize(
    "change",
    [{"waktu": ["2026-11-20T15:01"]}, {"waktu": ["2026-11-20T12:50"]}, {"pintu": ["gudang"]}],
)
def test_a_record_tells_of_every_entry(site: World, change: dict[str, list[str]]) -> None:
    """A later beginning, one long before, or another door is refused, and says what is missing."""
    happened(site, ENTRY)
    (file,) = begun(site)
    refused = say(site, file.case.id, "operator", "selesai", {**RECORD, **change})
    assert isinstance(refused, Refused)
    assert "15.00" in refused.why
    assert begun(site)[0].case.step == "1"
    walk(site, file.case.id, ("operator", "selesai", {**RECORD, "pintu": ["gudang", "ruang-server"]}))
    with reading(site.office.store) as connection:
        assert {one.door for one in emergencies.of_case(connection, file.case.id)} == {"gudang", DOOR}


def test_nobody_opens_a_second_case_by_hand(site: World) -> None:
    """They are shown the case that waits; another door is another emergency."""
    happened(site, ENTRY)
    by_hand = {**RECORD, "waktu": ["2026-11-20T14:55"], "pintu": ["ruang-server"]}
    refused = open_case(site.office, site.person("operator"), Beginning("P9", by_hand))
    assert isinstance(refused, Refused)
    assert "DRT-2026-0001" in refused.why
    elsewhere = Beginning("P9", {**by_hand, "pintu": ["gudang"]})
    assert isinstance(open_case(site.office, site.person("operator"), elsewhere), str)


def test_what_was_recorded_before_the_door_told_opens_nothing(site: World) -> None:
    """A door that was offline tells later what people wrote down at once."""
    record = {**RECORD, "waktu": ["2026-11-20T14:50"], "pintu": ["ruang-server"]}
    assert isinstance(open_case(site.office, site.person("operator"), Beginning("P9", record)), str)
    assert happened(site, ENTRY) == 0


def test_old_news_is_for_the_monthly_check(site: World) -> None:
    """A door that was away for more than a week opens no case; its entry is listed as unexplained."""
    site.clock.now += OLD + 60_000
    assert happened(site, ENTRY) == 0
    assert unexplained(site) == 1


def test_an_office_without_the_procedure_opens_nothing(site: World) -> None:
    """Its own tables decide."""
    tables = {id: table for id, table in site.office.procedures.items() if id != "P9"}
    bare = replace(site, office=replace(site.office, procedures=MappingProxyType(tables)))
    assert happened(bare, ENTRY) == 0


def test_a_long_quiet_journal_is_not_read_again(site: World) -> None:
    """How far was looked is noted now and then, not at every look."""
    ordinary = replace(ENTRY, flags=())
    happened(site, *[ordinary] * (FEW - 1))
    with reading(site.office.store) as connection:
        assert emergencies.seen(connection) == 0
    happened(site, ordinary)
    with reading(site.office.store) as connection:
        assert emergencies.seen(connection) == FEW
    assert happened(site, ENTRY) == 1


def test_looks_at_once_open_one_case(site: World) -> None:
    """Two consoles, one emergency."""
    site.outside.happen(ENTRY)
    Follower(site.office).once()
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: look(site.office), range(4))) == 1
    assert begun(site)[0].case.state is CaseState.RUNNING
