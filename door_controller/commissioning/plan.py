"""What has to be looked at when a controller is commissioned: a step for each thing that can be wired wrong.

The order is the installer's way: the machine, the cabinet, then door by door, the readers last. What counts
as passed is decided in ``verdict``.

Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from firmware_config.model import Cabinet, Door, Driver, Reader, SiteFile


class Kind(StrEnum):
    """What a step looks at."""

    CLOCK = "clock"
    DISK = "disk"
    INPUT = "input"
    LIGHTS = "lights"
    RELAY = "relay"
    RESTART = "restart"
    BOOT = "boot"
    EXIT = "exit"
    FAIL_MODE = "fail-mode"
    READER = "reader"


class Answer(StrEnum):
    """What an installer can say: whether it was so, what the lock did without power, or nothing."""

    YES = "yes"
    NO = "no"
    LOCKED = "locked"
    RELEASED = "released"
    SKIP = "skip"


YES_NO = (Answer.YES, Answer.NO, Answer.SKIP)
EITHER_LOCK = (Answer.LOCKED, Answer.RELEASED, Answer.SKIP)
GO = (Answer.YES, Answer.SKIP)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to look at: at which door, reader or part; what is said; which answers it takes.

    ``says`` are sentences for the installer, in order; an input has one for its alarm state and one for rest.
    """

    id: str
    kind: Kind
    about: str
    says: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()


_DOOR_INPUTS = {
    "contact": ("Buka pintu {}.", "Tutup pintu {}."),
    "rex": ("Tekan dan tahan tombol keluar pintu {}.", "Lepaskan tombol keluar pintu {}."),
    "tamper": ("Buka penutup pembaca atau kunci pintu {}.", "Tutup kembali penutup pada pintu {}."),
}
_CABINET_INPUTS = {
    "fire": ("Aktifkan kontak uji panel kebakaran.", "Pulihkan panel kebakaran."),
    "mains": ("Putuskan catu daya utama.", "Sambungkan kembali catu daya utama."),
    "tamper": ("Buka pintu kabinet pengendali.", "Tutup pintu kabinet pengendali."),
}
_LIGHTS = (
    "Lampu hijau, lampu merah, lalu bel pintu {} menyala satu per satu. Apakah semua yang terpasang menyala?"
)
_RELAY = (
    "Kunci pintu {} akan dilepas selama satu detik. Mulai?",
    "Apakah kunci pintu {} terlepas lalu terkunci kembali?",
)
_RESTART = (
    "Keluaran pintu {} disiapkan ulang tiga kali. Apakah kunci tetap terkunci, tanpa gerak dan tanpa bunyi?"
)
_BOOT = "Saat pengendali ini terakhir dinyalakan, apakah kunci pintu {} tetap terkunci sejak awal?"
_EXIT = (
    "Program pintu sedang berhenti. Keluarlah dari dalam lewat pintu {} tanpa kartu. Apakah pintu terbuka?"
)
_FAIL_MODE = "Putuskan catu daya kunci pintu {} (bukan catu daya pengendali). Bagaimana keadaan kunci?"
_READER = {
    Driver.PN532: "Tempelkan kartu pada pembaca {}.",
    Driver.KEYPAD: "Tekan satu tombol pada papan tombol {}.",
}


def plan(site: SiteFile) -> tuple[Step, ...]:
    """Give every step for one controller."""
    return tuple(_steps(site))


def _steps(site: SiteFile) -> Iterator[Step]:
    yield Step("controller/clock", Kind.CLOCK, "controller")
    yield Step("controller/disk", Kind.DISK, "controller")
    yield from _cabinet_steps(site.cabinet)
    for door in site.door:
        yield from _door_steps(door)
    yield from (_reader_step(reader) for reader in site.reader)


def _cabinet_steps(cabinet: Cabinet) -> Iterator[Step]:
    for name, says in _CABINET_INPUTS.items():
        if getattr(cabinet, name) is not None:
            yield Step(f"cabinet/{name}", Kind.INPUT, "cabinet", says)


def _door_steps(door: Door) -> Iterator[Step]:
    for name, says in _DOOR_INPUTS.items():
        if getattr(door.pins, name) is not None:
            yield _step(door, name, Kind.INPUT, says)
    yield _step(door, "relay", Kind.RELAY, _RELAY, YES_NO)
    if any(door.pins.lights()):
        yield _step(door, "lights", Kind.LIGHTS, (_LIGHTS,), YES_NO)
    yield _step(door, "restart", Kind.RESTART, (_RESTART,), YES_NO)
    yield _step(door, "boot", Kind.BOOT, (_BOOT,), YES_NO)
    yield _step(door, "exit", Kind.EXIT, (_EXIT,), YES_NO)
    yield _step(door, "fail-mode", Kind.FAIL_MODE, (_FAIL_MODE,), EITHER_LOCK)


def _step(door: Door, name: str, kind: Kind, says: tuple[str, ...], answers: tuple[Answer, ...] = ()) -> Step:
    return Step(f"{door.id}/{name}", kind, door.id, tuple(text.format(door.id) for text in says), answers)


def _reader_step(reader: Reader) -> Step:
    return Step(f"reader/{reader.id}", Kind.READER, reader.id, (_READER[reader.driver].format(reader.id),))
