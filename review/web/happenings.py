"""Door events as people ask for them: filtered, page by page, each opening with what explains it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from urllib.parse import urlencode

from sqlalchemy import Connection

from review.office import Office
from review.store import cases, explained, occurrences
from review.store.occurrences import Listed, Question
from review.visits import ByEmergency, ByOrder, ByRight, ByVisit, Explained, Unexplained
from review.web.doors import EventNow, event_now
from review.web.span import Days

PAGE = 100
"""The events of one page."""

MOST = 500
"""The most openings without an explanation that are looked at for one page."""


class Only(StrEnum):
    """Which events a page shows, in the words of its address."""

    ALL = "semua"
    OPENINGS = "pembukaan"
    REFUSALS = "ditolak"
    UNEXPLAINED = "tanpa-penjelasan"


ONLY_WORDS = {
    Only.ALL: "Semua peristiwa",
    Only.OPENINGS: "Pembukaan pintu",
    Only.REFUSALS: "Ditolak pintu",
    Only.UNEXPLAINED: "Tanpa penjelasan",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page was asked: the days, which events, of which door, holder, card or case, of which name.

    ``before`` is where a further page begins (milliseconds), 0 for the first.
    """

    days: Days
    only: Only = Only.ALL
    door: str = ""
    holder: str = ""
    card: str = ""
    case: str = ""
    before: int = 0
    name: str = ""

    def address(self, before: int = 0) -> str:
        """Give the address of the page that shows this, or of a further one."""
        told = {
            "dari": self.days.first.isoformat(),
            "sampai": self.days.last.isoformat(),
            "hanya": self.only.value,
            "pintu": self.door,
            "pemegang": self.holder,
            "kartu": self.card,
            "kasus": self.case,
            "nama": self.name,
            "sebelum": str(before or ""),
        }
        return "/peristiwa?" + urlencode({name: text for name, text in told.items() if text})

    def question(self, zone: str) -> Question:
        """Give the question to the store."""
        span = self.days.window(zone)
        until = min(self.before, span.ends) if self.before else span.ends
        own = {"door": self.door, "holder": self.holder, "case": self.case, "card": self.card}
        own["named"] = " ".join(self.name.split())
        return Question(since=span.begins, until=until, **{name: text or None for name, text in own.items()})


@dataclass(frozen=True, slots=True)
class Reasoned:
    """Why a door opened, for people: words with the case they lead to; ``bad`` where nothing explains it."""

    words: str
    case: str = ""
    number: str = ""
    bad: bool = False
    pages: str = "permohonan"

    @property
    def path(self) -> str:
        """Give the page that the words lead to."""
        return f"/{self.pages}/{self.case}"


@dataclass(frozen=True, slots=True)
class Happening:
    """One event and what explains it; None where no door was opened by it."""

    event: EventNow
    reason: Reasoned | None


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of events; ``older`` is the address of the next, empty on the last, ``before`` where it is."""

    rows: tuple[Happening, ...]
    older: str = ""
    before: int = 0


def answer(connection: Connection, office: Office, asked: Asked) -> Answer:
    """Give the events that were asked for."""
    found = _found(connection, asked, office.zone())
    shown, before = _cut(found) if asked.only is not Only.UNEXPLAINED else (found, 0)
    return Answer(happenings(connection, office, shown), asked.address(before) if before else "", before)


def _found(connection: Connection, asked: Asked, zone: str) -> tuple[Listed, ...]:
    question = asked.question(zone)
    match asked.only:
        case Only.ALL:
            return occurrences.asked(connection, question, PAGE + 1)
        case Only.OPENINGS:
            return explained.openings(connection, question, PAGE + 1)
        case Only.REFUSALS:
            return explained.refusals(connection, question, PAGE + 1)
        case Only.UNEXPLAINED:
            return tuple(listed for listed, _ in explained.unexplained_of(connection, question, MOST))
        case _:
            assert_never(asked.only)


def _cut(found: tuple[Listed, ...]) -> tuple[tuple[Listed, ...], int]:
    """Give the rows of a page, and before which time the next begins; rows of one time stay together."""
    if len(found) <= PAGE:
        return found, 0
    at = found[PAGE].occurrence.at
    whole = tuple(one for one in found[:PAGE] if one.occurrence.at > at)
    return (whole, at + 1) if whole else (found[:PAGE], at)


def happenings(connection: Connection, office: Office, listed: tuple[Listed, ...]) -> tuple[Happening, ...]:
    """Give events with what explains them."""
    known = list(zip(listed, explained.all_explained(connection, listed), strict=True))
    ids = {id_ for _, why in known for id_ in _cases(why)}
    numbers = cases.numbers(connection, ids)
    return tuple(Happening(event_now(office, one), _reasoned(why, numbers)) for one, why in known)


def _cases(why: Explained | None) -> tuple[str, ...]:
    match why:
        case ByRight() | ByEmergency():
            return (why.case,)
        case ByVisit():
            return (why.case, why.parent)
        case ByOrder() | Unexplained() | None:
            return ()
        case _:
            assert_never(why)


def _reasoned(why: Explained | None, numbers: dict[str, str]) -> Reasoned | None:
    match why:
        case ByRight():
            return Reasoned("Izin dari", why.case, numbers.get(why.case, "permohonan"))
        case ByVisit():
            parent = numbers.get(why.parent, "kasus induk")
            number = numbers.get(why.case, "kunjungan")
            words = f"Untuk {parent} langkah {why.step}: kunjungan"
            return Reasoned(words, why.case, number, pages="kunjungan")
        case ByEmergency():
            return Reasoned("Keadaan darurat", why.case, numbers.get(why.case, "permohonan"))
        case ByOrder():
            return Reasoned("Dengan", why.order, "perintah pejabat", pages="perintah")
        case Unexplained():
            return Reasoned(why.why, bad=True)
        case None:
            return None
        case _:
            assert_never(why)
