"""How long a verdict took to each door: measured per door, summed up, printed, and never invented."""

from dataclasses import replace

import pytest

from card_registry.words import ControllerId
from review.indonesian import brisk_text
from review.propagation import Arrival, Journey, Way, arrivals
from review.publication import PublicationState
from review.store import confirmations
from review.store.confirmations import Confirmed
from review.store.transaction import reading, writing
from review.workflow import documents, propagating
from tests.review.removals import f04, follow, open_removal, standing_right, urgent, walk
from tests.review.test_workflow import file_of
from tests.review.world import NOON, World

NEAR, FAR = ControllerId("dekat"), ControllerId("jauh")
LABELS: dict[str, list[str]] = {NEAR: ["Ruang Server", "Ruang UPS"]}


def way(*moments: int | None, told: int | None = None, state: str = "terpasang") -> Way:
    """Give a verdict of the moment 1,000 with its doors."""
    found = tuple(Arrival(f"p{n}", (f"Pintu {n}",), at) for n, at in enumerate(moments))
    return Way("Kartu KRT-1", "dibekukan", 1_000, PublicationState(state), found, told)


def test_a_verdict_is_everywhere_with_its_last_door() -> None:
    """The slowest door counts; while one is missing nothing is claimed."""
    done, open_ = way(3_000, 9_500), way(3_000, None)
    assert (done.slowest, open_.slowest) == (8_500, None)
    assert open_.missing == ("Pintu 1",)
    assert way().slowest is None
    assert way(400).slowest == 0
    assert [done.took(one) for one in done.arrivals] == [2_000, 8_500]


def test_what_was_reported_is_measured_from_the_report() -> None:
    """Only where somebody reported, and only when every door has it."""
    assert way(9_500, told=500).since_told == 9_000
    assert way(9_500).since_told is None
    assert way(None, told=500).since_told is None


def test_each_door_is_summed_up() -> None:
    """How many of how many, the median and the longest, by the doors' labels."""
    journey = Journey((way(2_000, None), way(4_000, 1_500), way(7_000, 2_500)))
    first, second = journey.doors
    assert (first.label, first.confirmed, first.of, first.median, first.slowest) == (
        "Pintu 0",
        3,
        3,
        3_000,
        6_000,
    )
    assert (second.confirmed, second.of, second.median) == (2, 3, 500)
    assert (journey.arrived, journey.slowest) == (2, 6_000)
    assert Journey((way(None),)).doors[0].median is None


def test_minutes_say_it_in_one_sentence() -> None:
    """Nothing taken away, nothing confirmed yet, and what was."""
    assert Journey(()).sentence() == "Tidak ada hak yang dicabut atau dibekukan."
    assert Journey((way(None),)).sentence() == (
        "0 dari 1 pencabutan dan pembekuan telah dikonfirmasi semua pintu. Pintu Pintu 0: 0 dari 1."
    )
    told = Journey((way(5_200),)).sentence()
    assert "yang paling lama 4,2 detik sejak diputus" in told
    assert told.endswith("Pintu Pintu 0: 1 dari 1, paling lama 4,2 detik.")


def test_doors_are_named_where_somebody_named_them() -> None:
    """A controller that nobody named goes by its id; one that came later is not behind."""
    near, far = arrivals([FAR], {NEAR: 5}, LABELS)
    assert (near.label, near.at) == ("Ruang Server, Ruang UPS", 5)
    assert (far.label, far.at) == ("jauh", None)
    assert arrivals([], {}, LABELS) == ()


@pytest.mark.parametrize(
    ("span", "text"),
    [(0, "0,0 detik"), (59_999, "59,9 detik"), (72_000, "1 menit 12 detik"), (7_200_000, "2 jam")],
)
def test_quick_times_are_written_to_the_tenth(span: int, text: str) -> None:
    """Seconds below a minute, then minutes, then as any time."""
    assert brisk_text(span) == text


def test_each_door_is_measured_once_and_shown(granted: World) -> None:
    """By the hub's clock, from the verdict; a later look and a later status change nothing."""
    given, _ = standing_right(granted)
    case = open_removal(granted, "mendesak", f04(given, sifat="mendesak"))
    walk(granted, case, ("operator2", "selesai"))
    follow(granted, NOON + 4_200)
    with reading(granted.office.store) as connection:
        journey = propagating.journey(connection, granted.office, case)
        measured = list(confirmations.between(connection, NOON, NOON + 1))
    [one] = journey.ways
    assert (one.what, one.verb, one.slowest) == ("Hak akses Pemegang Contoh", "dibekukan", 4_200)
    assert [door.label for door in journey.doors] == ["Ruang Server"]
    assert [(took.kind, took.controller, took.at - took.made) for took in measured] == [
        ("grant", "pengendali-1", 0),
        ("withdraw", "pengendali-1", 4_200),
    ]
    with writing(granted.office.store) as connection:
        before = connection.exec_driver_sql("SELECT warrant FROM removal").scalar_one()
        confirmations.add(connection, [Confirmed(before, ControllerId("pengendali-1"), NOON + 999_999)])
        confirmations.add(connection, [])
    follow(granted)
    with reading(granted.office.store) as connection:
        assert propagating.journey(connection, granted.office, case) == journey
        made = documents.draft(connection, granted.office, file_of(granted, case), "F04")
    assert "4,2 detik" in repr(made)


def test_a_door_that_has_not_answered_is_named(granted: World) -> None:
    """While one door is missing the page says which; what was everywhere before is as old as it was."""
    given, _ = standing_right(granted)
    case = urgent(granted, given)
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql("DELETE FROM confirmation")
    with reading(granted.office.store) as connection:
        [old] = propagating.journey(connection, granted.office, case).ways
    assert old.slowest == 0
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql("UPDATE removal SET state = 'terbit', everywhere = NULL")
    with reading(granted.office.store) as connection:
        [late] = propagating.journey(connection, granted.office, case).ways
        [shown, proof] = propagating.proof(Journey((late,)), "Asia/Jakarta")
    assert late.missing == ("Ruang Server",)
    assert shown.rows == (("Ruang Server", "0 dari 1", "–"),)
    assert proof.rows[0][3:] == ("belum dikonfirmasi", "–")


def test_papers_print_the_first_rows_of_many() -> None:
    """The sums are of all; the list says how many it leaves out."""
    many = Journey(tuple(replace(way(2_000), what=f"Hak {n}") for n in range(250)))
    sums, rows = propagating.proof(many, "Asia/Jakarta")
    assert sums.rows[0][1] == "250 dari 250"
    assert len(rows.rows) == 200
    assert "200 baris pertama dari 250" in rows.title
    assert propagating.proof(Journey(()), "Asia/Jakarta") == ()


def test_a_right_given_is_measured_too(granted: World) -> None:
    """On its case's page; one that was everywhere before anybody measured claims nothing."""
    given, _ = standing_right(granted)
    with reading(granted.office.store) as connection:
        [one] = propagating.everything(connection, granted.office, given.case).ways
        assert propagating.journey(connection, granted.office, given.case) == Journey(())
    assert (one.what, one.verb, one.slowest) == ("Hak akses Pemegang Contoh", "diberikan", 0)
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql("DELETE FROM confirmation")
    with reading(granted.office.store) as connection:
        assert propagating.everything(connection, granted.office, given.case) == Journey(())
    with writing(granted.office.store) as connection:
        connection.exec_driver_sql("UPDATE \"grant\" SET state = 'terbit'")
    with reading(granted.office.store) as connection:
        [late] = propagating.everything(connection, granted.office, given.case).ways
    assert late.missing == ("Ruang Server",)
