"""The clocks of a virtual controller: one number that only goes forward, and what the machine makes of it.

All times are milliseconds. ``now`` counts from the beginning of the script and is the truth; the wall clock
and the boot clock are what the controller sees of it.
"""

from dataclasses import dataclass

from card_registry.instant import DAY, Instant
from card_registry.words import TimeQuality
from door_controller.clock import Clock
from door_controller.interval import Clocks

WIB_MS = 7 * 60 * 60 * 1000


@dataclass(slots=True)
class Hours:
    """Virtual time, moved by whoever owns it."""

    begins: int
    now: int = 0
    booted: int = 0
    wrong_by: int = 0
    synced: bool = True

    @property
    def mono(self) -> int:
        """Give the boot clock."""
        return self.now - self.booted

    @property
    def true(self) -> int:
        """Give the true wall time."""
        return self.begins + self.now

    @property
    def of_day(self) -> int:
        """Give the true time of day in WIB."""
        return (self.true + WIB_MS) % DAY

    def read(self) -> Clocks:
        """Give what the controller's clocks show."""
        return Clocks(self.true + self.wrong_by, self.mono, self.synced)

    def boot(self) -> None:
        """Begin a boot: its clock starts at one second, and the wall clock is set right if it is in step."""
        self.booted = self.now - 1000
        if self.synced:
            self.wrong_by = 0

    def clock(self, floor: int, boot_id: str) -> Clock:
        """Give the daemon's clock on these hours."""
        clock = Clock(floor, read=self.read)
        clock.boot = boot_id
        return clock

    def instant(self) -> Instant:
        """Give the true moment, certain."""
        return Instant(self.true, self.true, TimeQuality.SYNC)
