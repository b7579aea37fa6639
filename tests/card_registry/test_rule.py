"""A door's rule: bounded where it is parsed, and shown to whoever signs it."""

from dataclasses import fields, replace

import pytest

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.rule import DoorRule, demands_of
from card_registry.words import Clockless, DoorId, Passback, PinDemand, Tier

RULE = DoorRule(DoorId("ruang-server"), Tier.PUBLIC_KEY, Clockless.DENY)
OTHER = DoorId("gudang")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "Ruang"}, "a door id must be"),
        ({"area": "Lantai 2"}, "an area must be"),
        ({"passback_s": -1}, "passback_s of ruang-server must be 0 to 86400 seconds"),
        ({"passback_s": 86_401}, "passback_s of ruang-server"),
        ({"persons": 0}, "persons of ruang-server must be 1 to 2 persons, not 0"),
        ({"persons": 3}, "persons of ruang-server"),
        ({"together_s": 4}, "together_s of ruang-server must be 5 to 300 seconds"),
        ({"together_s": 301}, "together_s of ruang-server"),
        ({"escort_s": 4}, "escort_s of ruang-server"),
        ({"escort_s": 301}, "escort_s of ruang-server"),
        ({"passback": Passback.TIMED}, "a timed passback of no time"),
        ({"pin": PinDemand.SCHEDULED}, "must name a pin_schedule"),
        ({"pin_schedule": "kerja"}, "must name a pin_schedule"),
        ({"pin": PinDemand.ALWAYS, "pin_schedule": "kerja"}, "must name a pin_schedule"),
        ({"interlock": ("ruang-server",)}, "must name other doors"),
        ({"interlock": (OTHER, OTHER)}, "each once"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(change: dict[str, object], sentence: str) -> None:
    """Out of bounds, without its other half, or against itself: refused where made and where read."""
    with pytest.raises(ValueError, match=sentence):
        replace(RULE, **change)  # type: ignore[arg-type] # wrong on purpose
    written = canonical.encode({field.name: getattr(RULE, field.name) for field in fields(RULE)} | change)
    with pytest.raises(Malformed):
        canonical.decode(written, DoorRule, "a rule")


@pytest.mark.parametrize("name", ["together_s", "escort_s"])
@pytest.mark.parametrize("seconds", [5, 300])
def test_the_bounds_themselves_are_allowed(name: str, seconds: int) -> None:
    """Five seconds and five minutes are within what a door remembers."""
    assert getattr(replace(RULE, **{name: seconds}), name) == seconds  # type: ignore[arg-type] # by name


def test_an_enroller_reads_every_demand() -> None:
    """What is not the default is said, key by key, and always what a card and the clock must be worth."""
    assert list(demands_of(RULE)) == ["min_tier = 3", "clockless = deny"]
    strict = replace(
        RULE, area="server", passback=Passback.TIMED, passback_s=60, persons=2, pin=PinDemand.SCHEDULED,
        pin_schedule="kerja", emergency_in_lockdown=True, interlock=(OTHER, DoorId("lobi")),
    )  # fmt: skip
    assert list(demands_of(strict))[2:] == [
        "area = server",
        "passback = timed",
        "passback_s = 60",
        "persons = 2",
        "pin = scheduled",
        "pin_schedule = kerja",
        "emergency_in_lockdown = true",
        "interlock = gudang, lobi",
    ]
