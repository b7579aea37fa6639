"""What one door demands of those who enter, as the enroller signs it: bounded, and without contradiction.

The keys of a site file propose these values; the signed rule decides. What each demand means for a tap is in
``demands``; whether schedules and other doors that a rule names exist is checked where the whole is known, in
``enrolment`` and ``registry``.

Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from card_registry.words import Clockless, DoorId, Passback, PinDemand, Tier, Whole, require_slug

PASSBACK_S = (0, 86_400)
PERSONS = (1, 2)
TOGETHER_S = (5, 300)
ESCORT_S = (5, 300)

_BOUNDS = (
    ("passback_s", PASSBACK_S, "seconds"),
    ("persons", PERSONS, "persons"),
    ("together_s", TOGETHER_S, "seconds"),
    ("escort_s", ESCORT_S, "seconds"),
)


@dataclass(frozen=True, slots=True)
class DoorRule:
    """What one door demands of those who enter; the defaults demand nothing beyond a card and its grant.

    ``area`` is what lies behind it ("" for a place of its own); ``passback_s`` counts for TIMED alone.
    ``persons`` is 1 or 2, ``together_s`` how soon the second must follow, ``escort_s`` how soon visitor and
    escort must. ``pin_schedule`` names when SCHEDULED asks for a PIN. ``interlock`` lists the doors that must
    be shut and locked before this one is released.
    """

    id: DoorId
    min_tier: Tier
    clockless: Clockless
    area: str = ""
    passback: Passback = Passback.OFF
    passback_s: Whole = 0
    persons: Whole = 1
    together_s: Whole = 30
    escort_s: Whole = 30
    pin: PinDemand = PinDemand.NEVER
    pin_schedule: str | None = None
    emergency_in_lockdown: bool = False
    interlock: tuple[DoorId, ...] = ()

    def __post_init__(self) -> None:
        """Refuse numbers out of bounds, and demands that lack their other half."""
        require_slug(self.id, "a door id")
        if self.area:
            require_slug(self.area, "an area")
        for name, (least, most), unit in _BOUNDS:
            if not least <= getattr(self, name) <= most:
                message = f"{name} of {self.id} must be {least} to {most} {unit}, not {getattr(self, name)}"
                raise ValueError(message)
        if self.passback is Passback.TIMED and not self.passback_s:
            message = f"door {self.id} has a timed passback of no time; give passback_s"
            raise ValueError(message)
        if (self.pin is PinDemand.SCHEDULED) != (self.pin_schedule is not None):
            message = f"door {self.id} must name a pin_schedule with pin = 'scheduled', and only there"
            raise ValueError(message)
        if self.id in self.interlock or len(set(self.interlock)) != len(self.interlock):
            message = f"the interlock of {self.id} must name other doors, each once"
            raise ValueError(message)


def demands_of(rule: DoorRule) -> Iterator[str]:
    """Say each demand that has no default or is not it, as ``key = value``: what an enroller signs."""
    for field in fields(rule)[1:]:
        value = getattr(rule, field.name)
        if value != field.default:
            shown = ", ".join(value) if isinstance(value, tuple) else value
            yield f"{field.name} = {str(shown).lower()}"
