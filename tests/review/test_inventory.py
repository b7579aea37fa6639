"""The inventory: what fits is given once, what is full is said, and paper, list and room are compared."""

from dataclasses import replace
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.inventory import (
    Claim,
    Device,
    DeviceStatus,
    Difference,
    Evidence,
    Finding,
    Full,
    Handed,
    Need,
    Place,
    Rack,
    Stock,
    available,
    compare,
    elevation,
    expired,
    faults,
    release,
    reserve,
    settle,
)
from review.inventory.match import Found
from review.inventory.places import LINES

RACKS = (Rack("a", "ruang-server", "Rak A", 12, 2_000, 8), Rack("b", "ruang-server", "Rak B", 6, 900, 4))
ROOM = Stock(RACKS, tuple(f"203.0.113.{n}" for n in range(2, 8)), tuple(f"sw1/{n}" for n in range(1, 9)), 300)
SMALL = Need(2, 400, 2, 1, 50, 1)
NEEDS = st.builds(
    Need,
    st.integers(1, 8),
    st.integers(0, 1200),
    st.integers(0, 4),
    st.integers(0, 3),
    st.integers(0, 200),
    st.integers(0, 4),
)


def device(number: int) -> Device:
    """Give a server that has no place yet."""
    return Device(f"d{number}", f"Server {number}", "Dinas", f"SN{number}", Claim(Place("", 0, 1), 0, 0))


@given(
    st.lists(
        st.tuples(st.sampled_from(["reserve", "settle", "release", "expire"]), st.integers(0, 5), NEEDS),
        max_size=40,
    )
)
def test_nothing_is_ever_given_twice(acts: list[tuple[str, int, Need]]) -> None:
    """Whatever comes and goes: no unit, address or port has two holders, and no sum is exceeded."""
    stock = ROOM
    for act, number, need in acts:
        match act:
            case "reserve":
                could = available(
                    replace(
                        stock, reservations=tuple(r for r in stock.reservations if r.case != str(number))
                    ),
                    need,
                )
                after: Stock | Full = reserve(stock, need, str(number), 100 * (1 + number))
                assert isinstance(after, Stock) == could.available
            case "settle":
                after = settle(stock, str(number), device(number))
            case "release":
                after = release(stock, f"d{number}")
            case _:
                after, _over = expired(stock, 300)
        stock = after if isinstance(after, Stock) else stock
        assert faults(stock) == ()


def test_the_checklist_has_its_five_lines() -> None:
    """Asked and free, line by line; the place is the lowest that fits."""
    found = available(ROOM, SMALL)
    assert tuple(line.name for line in found.lines) == LINES
    assert found.claim is not None
    assert found.claim.place.words(RACKS) == "Rak A, U1–U2"
    assert Place("b", 3, 1).words(RACKS) == "Rak B, U3"
    assert (found.claim.addresses, found.claim.ports) == (("203.0.113.2",), ("sw1/1",))


@pytest.mark.parametrize(
    ("need", "said"),
    [
        (Need(13, 1, 1, 1, 1, 1), "ruang (12 dari 13)"),
        (Need(1, 2_001, 1, 1, 1, 1), "listrik (2000 dari 2001)"),
        (Need(1, 1, 1, 7, 1, 1), "ip publik (6 dari 7)"),
        (Need(1, 1, 1, 1, 301, 1), "bandwidth (300 dari 301)"),
        (Need(1, 1, 1, 1, 1, 9), "kabel (8 dari 9)"),
        (Need(1, 1, 9, 1, 1, 1), "tidak ada rak yang memenuhi"),
    ],
)
def test_what_is_missing_is_said(need: Need, said: str) -> None:
    """The refusal names the line that is short, or that no rack has it all."""
    full = reserve(ROOM, need, "kasus", 1)
    assert isinstance(full, Full)
    assert said in full.why


def test_a_reservation_is_kept_and_ends_by_itself() -> None:
    """It holds its place until its moment, is replaced by a second one, and a server settles into it."""
    kept = reserve(ROOM, SMALL, "kasus", 100)
    assert isinstance(kept, Stock)
    again = reserve(kept, replace(SMALL, height=3), "kasus", 200)
    assert isinstance(again, Stock)
    assert [one.ends for one in again.reservations] == [200]
    assert expired(again, 199) == (again, ())
    free, over = expired(again, 200)
    assert (free.reservations, len(over)) == ((), 1)
    late = settle(free, "kasus", device(1))
    assert isinstance(late, Full)
    assert "sudah berakhir" in late.why
    stands = settle(again, "kasus", device(1))
    assert isinstance(stands, Stock)
    assert stands.devices[0].claim.place.height == 3
    twice = settle(replace(stands, reservations=again.reservations), "kasus", device(1))
    assert isinstance(twice, Full)
    gone = release(stands, "d1")
    assert isinstance(gone, Stock)
    assert gone.devices[0].status is DeviceStatus.RETURNED
    assert isinstance(release(gone, "d1"), Full)


def test_a_wrong_list_is_told_so() -> None:
    """An import that holds something twice, outside a rack, or of nowhere, is named."""
    claim = Claim(Place("a", 12, 2), 3_000, 9, ("203.0.113.2", "10.0.0.1"), 400, ("sw1/1",))
    wrong = replace(
        ROOM,
        devices=(
            replace(device(1), claim=claim),
            replace(device(2), claim=replace(claim, place=Place("c", 1, 1))),
        ),
    )
    said = " | ".join(faults(wrong))
    for part in (
        "dua kali",
        "di luar 12 U",
        "melebihi 2000 W",
        "stop kontak",
        "300 Mbps",
        "rak c tidak ada",
        "10.0.0.1",
    ):
        assert part in said
    overlap = replace(
        ROOM,
        devices=(
            replace(device(1), claim=Claim(Place("a", 1, 2), 0, 0)),
            replace(device(2), claim=Claim(Place("a", 2, 1), 0, 0)),
        ),
    )
    assert faults(overlap) == ("Rak A U2 dipakai dua kali",)


@pytest.mark.parametrize("wrong", [{"units": 0}, {"units": 61}, {"power_w": -1}])
def test_impossible_racks_and_needs_are_refused(wrong: dict[str, Any]) -> None:
    """What could hold nothing is a mistake of whoever typed it."""
    with pytest.raises(ValueError, match="rack Rak A"):
        replace(RACKS[0], **wrong)
    with pytest.raises(ValueError, match="at least one unit"):
        replace(SMALL, height=0)
    with pytest.raises(KeyError):
        ROOM.rack("z")
    assert ROOM.rack("b").name == "Rak B"


def test_paper_list_and_room_are_compared() -> None:
    """Each difference is found, and only those that are there."""
    days = [date(2026, 11, day) for day in range(1, 6)]
    stock = reserve(ROOM, SMALL, "1", 9)
    assert isinstance(stock, Stock)
    stands = settle(stock, "1", device(1))
    assert isinstance(stands, Stock)
    one, two, three = stands.devices[0], device(2), replace(device(3), status=DeviceStatus.RETURNED)
    places = {"d1": "Rak A, U1–U2"}
    paper = [
        Handed("SN1", "BA-1", inward=True, day=days[0]),
        Handed("SN9", "BA-9", inward=True, day=days[1]),
        Handed("SN3", "BA-3", inward=True, day=days[1]),
        Handed("SN3", "BA-4", inward=False, day=days[4]),
    ]
    found = {
        "d1": Found("SNX", "Rak A, U3"),
        "d2": Found(None, None),
        "d3": Found("SN3", "Rak B, U1"),
        "asing": Found("SN77", None),
    }
    assert compare(Evidence(paper, (one, two, three), found, places, days[:4])) == (
        Finding("SN2", Difference.NO_PAPER),
        Finding("SN9", Difference.NOT_LISTED, "BA-9"),
        Finding("SN3", Difference.UNSEEN, "BA-4, 2026-11-05"),
        Finding("SN1", Difference.SERIAL, "SNX"),
        Finding("SN1", Difference.PLACE, "Rak A, U3"),
        Finding("SN2", Difference.MISSING),
        Finding("SN3", Difference.RETURNED, "Rak B, U1"),
        Finding("SN77", Difference.UNKNOWN, "asing"),
    )
    agrees = {"d1": Found("SN1", places["d1"]), "d3": Found(None, None)}
    assert compare(Evidence(paper[:1], (one, two), {"d1": agrees["d1"]}, places, days))[0].serial == "SN2"
    assert compare(Evidence(paper[:1], (one, three), agrees, places, days)) == ()


def test_a_rack_is_drawn_with_everything_in_it() -> None:
    """Every unit has its number, every device its box and words; a returned one has none."""
    stock = reserve(ROOM, SMALL, "1", 9)
    assert isinstance(stock, Stock)
    stands = settle(stock, "1", replace(device(1), name="Server dengan nama yang panjang sekali <&>"))
    assert isinstance(stands, Stock)
    more = reserve(stands, SMALL, "2", 9)
    assert isinstance(more, Stock)
    picture = ET.fromstring(elevation(more, RACKS[0]))  # noqa: S314 - our own drawing
    boxes = [one.get("class") for one in picture.iter("{http://www.w3.org/2000/svg}rect")]
    assert (boxes.count("f"), boxes.count("d"), boxes.count("r")) == (12, 1, 1)
    words = " ".join("".join(one.itertext()) for one in picture.iter())
    assert "4 dari 12 U · 800 dari 2000 W" in words
    assert "nama yang panjang sekali <&>" in words
    off = replace(stands, devices=(replace(stands.devices[0], status=DeviceStatus.OFF),))
    assert 'class="o"' in elevation(off, RACKS[0])
    gone = release(stands, "d1")
    assert isinstance(gone, Stock)
    assert 'class="d"' not in elevation(gone, RACKS[0])
    assert 'class="d"' not in elevation(stands, RACKS[1])
    assert 'class="r"' not in elevation(more, RACKS[1])
