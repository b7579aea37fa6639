"""The interval clock: what raises the floor, what bounds it, and that the true time is always inside."""

from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.words import TimeQuality
from door_controller.interval import (
    ERROR,
    LEAP,
    NTP_REACH,
    Clocks,
    Timekeeping,
    answered,
    counted,
    estimate,
    instant,
    reset,
    signed,
)

T = 1_790_000_000_000
BOOT = Timekeeping(T, 0)


def clocks(wall: int, mono: int, *, synchronised: bool = False) -> Clocks:
    """Give readings."""
    return Clocks(wall, mono, synchronised)


def test_a_cold_boot_knows_only_the_floor() -> None:
    """With the wall clock in 1970 nothing bounds the time from above."""
    now = instant(BOOT, clocks(0, 0), ntp_trusted=True)

    assert (now.lo, now.hi, now.quality) == (T, None, TimeQuality.FLOOR)


def test_our_own_count_raises_the_floor_less_drift() -> None:
    """Counted time is believed, minus 200 ppm."""
    assert counted(BOOT, DAY) == T + DAY - DAY // 5_000
    assert counted(BOOT, -5) == T


def test_a_signature_raises_the_floor_by_two_days_at_most() -> None:
    """A stolen key cannot end every grant at once; a truthful one raises to its time."""
    assert signed(BOOT, T + HOUR, 0).floor == T + HOUR
    assert signed(BOOT, T + 400 * DAY, 0).floor == T + LEAP
    assert signed(BOOT, T - DAY, MINUTE).floor == counted(BOOT, MINUTE)


def test_the_officers_alone_lower_the_floor_and_drop_the_anchor() -> None:
    """What officers say replaces floor and anchor, down as well as further up than a signature may."""
    misled = answered(signed(BOOT, T + DAY, 0), T + DAY, 0, MINUTE)

    for said in (T - 400 * DAY, T + 400 * DAY):
        keep = reset(said, HOUR)
        assert (counted(keep, HOUR), keep.anchor) == (said, None)
    assert misled.anchor is not None


def test_an_unknown_floor_takes_its_first_signature_whole() -> None:
    """A controller that never started before learns the time at its first adoption."""
    never = Timekeeping(0, 0)

    assert counted(never, DAY) == 0
    assert signed(never, T, DAY).floor == T
    assert answered(never, T, 0, 100).anchor is not None


def test_an_answer_bounds_the_time_from_both_sides() -> None:
    """A signature over something fresh makes the interval narrow; the wall then agrees or not."""
    keep = answered(BOOT, T + HOUR, asked=1_000, mono=1_400)
    agreeing = instant(keep, clocks(T + HOUR, 1_400), ntp_trusted=False)
    set_back = instant(keep, clocks(T - DAY, 1_400), ntp_trusted=False)

    assert agreeing.quality is TimeQuality.SYNC
    assert set_back.quality is TimeQuality.ANCHORED
    assert (set_back.lo, set_back.hi) == (T + HOUR - ERROR, T + HOUR + ERROR + 400)


def test_an_anchor_grows_by_drift_only() -> None:
    """Thirty days offline widen the interval by twelve seconds a day on either side."""
    keep = answered(BOOT, T, asked=0, mono=0)
    later = instant(keep, clocks(0, 30 * DAY), ntp_trusted=False)

    assert later.width is not None
    assert later.width < 20 * MINUTE


def test_an_answer_against_the_floor_bounds_nothing() -> None:
    """A hub that says a time before what is proven past, or far beyond, gives no ceiling."""
    assert answered(BOOT, T - HOUR, 0, 100).anchor is None
    assert answered(BOOT, T + LEAP + HOUR, 0, 100).anchor is None
    assert answered(BOOT, T + LEAP + HOUR, 0, 0).floor == T + LEAP


def test_an_anchor_below_a_later_floor_is_left() -> None:
    """A later signature that contradicts the anchor leaves only the floor."""
    keep = signed(answered(BOOT, T, 0, 0), T + DAY, 0)

    assert instant(keep, clocks(T, 0), ntp_trusted=False).quality is TimeQuality.FLOOR


def test_unsigned_ntp_needs_the_officers_word() -> None:
    """The kernel's NTP bounds the time only where policy trusts it, in reach of the floor, and in step."""
    wall = T + HOUR
    trusted = instant(BOOT, clocks(wall, 0, synchronised=True), ntp_trusted=True)

    assert (trusted.lo, trusted.hi, trusted.quality) == (wall - ERROR, wall + ERROR, TimeQuality.NTP)
    for reading, trust in (
        (clocks(wall, 0, synchronised=True), False),
        (clocks(wall, 0), True),
        (clocks(T + NTP_REACH + DAY, 0, synchronised=True), True),
        (clocks(T - DAY, 0, synchronised=True), True),
    ):
        assert instant(BOOT, reading, ntp_trusted=trust).quality is TimeQuality.FLOOR


def test_ntp_never_raises_the_floor() -> None:
    """A spoofed NTP five years ahead leaves no trace."""
    instant(BOOT, clocks(T + HOUR, 0, synchronised=True), ntp_trusted=True)

    assert counted(BOOT, 0) == T


def test_ntp_serves_a_controller_that_knows_nothing_yet() -> None:
    """Without a floor every wall clock is in reach."""
    now = instant(Timekeeping(0, 0), clocks(T, 5, synchronised=True), ntp_trusted=True)

    assert now.hi == T + ERROR


def test_the_estimate_stays_inside() -> None:
    """The wall clock is brought into the interval."""
    bounded = instant(answered(BOOT, T, 0, 0), clocks(0, 0), ntp_trusted=False)

    assert bounded.hi is not None
    assert estimate(bounded, 0) == bounded.lo
    assert estimate(bounded, T + DAY) == bounded.hi
    assert estimate(instant(BOOT, clocks(0, 0), ntp_trusted=False), T + DAY) == T + DAY


HONEST = st.lists(
    st.tuples(
        st.integers(0, 10 * DAY), st.sampled_from(["signed", "answered", "look"]), st.integers(0, MINUTE)
    ),
    max_size=20,
)


@given(HONEST, st.integers(-200, 200))
def test_the_true_time_is_always_inside(life: list[tuple[int, str, int]], ppm: int) -> None:
    """With honest signers and a crystal within 200 ppm, the interval holds the truth and never falls."""
    keep, true, mono, floor = BOOT, T + SECOND, 0, T
    for wait, what, delay in life:
        true, mono = true + wait, mono + wait + wait * ppm // 1_000_000
        if what == "signed":
            keep = signed(keep, true - delay, mono)
        if what == "answered":
            keep = answered(keep, true - delay // 2, mono - delay, mono)
        now = instant(keep, clocks(0, mono), ntp_trusted=False)
        assert now.lo <= true + 1
        assert now.hi is None or true - 1 <= now.hi
        assert counted(keep, mono) >= floor
        floor = counted(keep, mono)
