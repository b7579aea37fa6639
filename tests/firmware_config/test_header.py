"""Which line may be what: by the level each has while a Pi boots, before any setting of ours is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_config.header import LINES, UART_LINES, boot_level, require_input, require_relay
from firmware_config.model import Cabinet, Level, Pins, Pull

EVERY = range(LINES[0], LINES[1] + 1)


@pytest.mark.parametrize("locked", Level)
def test_a_relay_is_locked_at_the_level_its_line_boots_with(locked: Level) -> None:
    """Lines 2 to 8 boot high and 9 to 27 low; the UART's lines are nobody's."""
    accepted = []
    for line in EVERY:
        try:
            require_relay(line, locked)
        except ValueError as refusal:
            assert "while the Pi boots" in str(refusal)  # noqa: PT017 - the accepted are collected beside
        else:
            accepted.append(line)
    low = [line for line in range(9, 28) if line not in (14, 15)]
    assert accepted == (list(range(2, 9)) if locked is Level.HIGH else low)


def test_the_refusal_names_the_lines_that_would_work() -> None:
    """One sentence: what the line does, what that means, what to take instead."""
    with pytest.raises(ValueError, match=r"^line 17 \(BCM\) is low while the Pi boots, .* 2 to 8$"):
        require_relay(17, Level.HIGH)
    with pytest.raises(ValueError, match=r"^line 4 \(BCM\) is high while .* 9 to 27 without 14 and 15$"):
        require_relay(4, Level.LOW)
    with pytest.raises(ValueError, match=r"^line 14 \(BCM\) is the UART's while the Pi boots"):
        require_relay(14, Level.LOW)


def test_an_input_is_no_line_that_is_driven_or_pulled_otherwise() -> None:
    """Line 14 is driven by the firmware; 2 and 3 have a resistor of their own."""
    for line in EVERY:
        for pull in Pull:
            if line == 14 or (line in (2, 3) and pull is not Pull.UP):
                with pytest.raises(ValueError, match=rf"^line {line} \(BCM\)"):
                    require_input(line, pull)
            else:
                require_input(line, pull)


def test_lights_may_blink_at_boot() -> None:
    """A light or buzzer takes any line of the header, and no other."""
    assert list(Pins(17, Level.HIGH, green=14, red=15, buzzer=2).lines()) == [17, 14, 15, 2]
    for line in (0, 1, 28, -1):
        with pytest.raises(ValueError, match="a line must be 2 to 27"):
            Pins(17, Level.HIGH, green=line)


@given(
    st.integers(), st.sampled_from(Level), st.one_of(st.none(), st.integers(-5, 40)), st.sampled_from(Pull)
)
def test_no_wiring_releases_a_lock_at_boot(
    relay: int, released: Level, contact: int | None, pull: Pull
) -> None:
    """Whatever a site file says: what is accepted boots locked and shorts nothing."""
    try:
        pins = Pins(relay, released, contact=contact, contact_pull=pull)
        cabinet = Cabinet(fire=contact, fire_pull=pull)
    except ValueError:
        return
    assert boot_level(pins.relay) is not released
    assert pins.relay not in UART_LINES
    assert pins.contact != UART_LINES[0]
    assert list(cabinet.inputs()) == list(pins.inputs())
