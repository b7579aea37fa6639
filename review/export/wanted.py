"""What somebody takes away, in which form: which events, rights or cases, of which time.

A value of these is written down as JSON with every file that is given, and can be read again.

Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

import msgspec

from review.case import CaseState
from review.indonesian import last_day_text, moment_text


class Subject(StrEnum):
    """What a file is about, in the words of an address."""

    EVENTS = "peristiwa"
    ACCESS = "akses"
    CASES = "permohonan"
    TRAIL = "jejak"
    PROOF = "bukti"


class Form(StrEnum):
    """In which form; a proof is always a ZIP."""

    CSV = "csv"
    SEMICOLON = "csv-titik-koma"
    XLSX = "xlsx"
    PDF = "pdf"
    ZIP = "zip"

    @property
    def suffix(self) -> str:
        """Give the end of the file's name."""
        return Form.CSV.value if self is Form.SEMICOLON else self.value


class Which(StrEnum):
    """Which door events a file holds, in the words of an address."""

    ALL = "semua"
    OPENINGS = "pembukaan"
    REFUSALS = "ditolak"
    ALARMS = "alarm"
    UNEXPLAINED = "tanpa-penjelasan"


WHICH_WORDS = {
    Which.ALL: "Semua peristiwa",
    Which.OPENINGS: "Pembukaan pintu",
    Which.REFUSALS: "Ditolak pintu",
    Which.ALARMS: "Alarm, pintu dipaksa atau tertahan",
    Which.UNEXPLAINED: "Pembukaan tanpa penjelasan",
}


ALL_DOORS = "Semua pintu"


@dataclass(frozen=True, slots=True)
class EventsWanted:
    """Door events of [since, until) by the controllers' clocks (ms); None and empty restrict nothing.

    ``named`` is a part of the holder's name, in capitals or not; ``holder``, ``card`` and ``case`` are ids.
    """

    since: int | None = None
    until: int | None = None
    which: Which = Which.ALL
    door: str = ""
    holder: str = ""
    named: str = ""
    unit: str = ""
    card: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class AccessWanted:
    """The rights that opened a door at a moment (ms): of one door, one unit, a part of the holder's name."""

    at: int
    door: str = ""
    named: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CasesWanted:
    """The cases opened in [since, until), milliseconds: of one procedure, one state, one unit, a name."""

    since: int | None = None
    until: int | None = None
    procedure: str = ""
    state: CaseState | None = None
    named: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TrailWanted:
    """The audit trail of [since, until), milliseconds: what was done by whose name holds this."""

    since: int | None = None
    until: int | None = None
    named: str = ""


@dataclass(frozen=True, slots=True)
class ProofWanted:
    """The journals' rows of [since, until) with their signatures: of one door's controller, or of all."""

    since: int | None = None
    until: int | None = None
    door: str = ""


Wanted: TypeAlias = EventsWanted | AccessWanted | CasesWanted | TrailWanted | ProofWanted

KINDS: Mapping[Subject, type[Wanted]] = {
    Subject.EVENTS: EventsWanted,
    Subject.ACCESS: AccessWanted,
    Subject.CASES: CasesWanted,
    Subject.TRAIL: TrailWanted,
    Subject.PROOF: ProofWanted,
}


def subject_of(wanted: Wanted) -> Subject:
    """Say what a file is about."""
    match wanted:
        case EventsWanted():
            return Subject.EVENTS
        case AccessWanted():
            return Subject.ACCESS
        case CasesWanted():
            return Subject.CASES
        case TrailWanted():
            return Subject.TRAIL
        case ProofWanted():
            return Subject.PROOF
        case _:
            assert_never(wanted)


def as_json(wanted: Wanted) -> str:
    """Write down what was asked for, without what restricts nothing."""
    told = msgspec.to_builtins(wanted)
    kept = {name: value for name, value in told.items() if value not in (None, "")}
    return msgspec.json.encode(kept, order="sorted").decode()


def from_json(subject: Subject, text: str) -> Wanted:
    """Read what ``as_json`` wrote.

    Raises:
        msgspec.ValidationError: It was written of another subject.
    """
    return msgspec.json.decode(text, type=KINDS[subject])


def told(wanted: Wanted, signs: Mapping[str, str], zone: str) -> tuple[tuple[str, str], ...]:
    """Say in Indonesian what was asked for, each part beside its label."""
    return tuple((label, text) for label, text in _told(wanted, signs, zone) if text)


def _told(wanted: Wanted, signs: Mapping[str, str], zone: str) -> Iterator[tuple[str, str]]:
    match wanted:
        case AccessWanted():
            yield "Keadaan pada", moment_text(wanted.at, zone)
        case EventsWanted() | CasesWanted() | TrailWanted() | ProofWanted():
            yield "Masa", _span(wanted.since, wanted.until, zone)
        case _:
            assert_never(wanted)
    match wanted:
        case EventsWanted():
            yield "Yang diambil", WHICH_WORDS[wanted.which]
            yield "Id pemegang", wanted.holder
            yield "Id kartu", wanted.card
            yield "Id permohonan", wanted.case
        case CasesWanted():
            yield "Prosedur", wanted.procedure
            yield "Keadaan", wanted.state or ""
        case AccessWanted() | TrailWanted() | ProofWanted():
            pass
        case _:
            assert_never(wanted)
    if not isinstance(wanted, CasesWanted | TrailWanted):
        yield "Pintu", signs.get(wanted.door, wanted.door) or ALL_DOORS
    if not isinstance(wanted, ProofWanted):
        yield "Nama memuat", wanted.named
    if not isinstance(wanted, ProofWanted | TrailWanted):
        yield "Unit", wanted.unit


def _span(since: int | None, until: int | None, zone: str) -> str:
    """Say a time by its first and last day, or by its moments where it does not consist of days."""
    if since is not None and until is not None and _is_midnight(since, zone) and _is_midnight(until, zone):
        first, last = last_day_text(since + 1, zone), last_day_text(until, zone)
        return first if first == last else f"{first} sampai {last}"
    begins = "awal" if since is None else moment_text(since, zone)
    ends = "kini" if until is None else moment_text(until, zone)
    return f"{begins} sampai sebelum {ends}"


def _is_midnight(at: int, zone: str) -> bool:
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).time() == time()
