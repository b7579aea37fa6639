"""What somebody typed to take data away, as what is wanted; what cannot be read has a sentence.

Days are local days of the site, both included; the list of rights is as it stood at the end of a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import assert_never

from review.case import CaseState
from review.export.wanted import (
    AccessWanted,
    CasesWanted,
    EventsWanted,
    Form,
    ProofWanted,
    Subject,
    TrailWanted,
    Wanted,
    Which,
)
from review.visits import Window
from review.web.span import TURNED, Days
from review.web.visitor import plain

LONGEST = 11 * 366
"""The longest time of one file, in days: twice what the rule of retention keeps."""

UNREAD = "Tuliskan tanggal yang ada pada kalender, antara tahun 2000 dan 2100."
TOO_LONG = "Masa satu berkas paling panjang sebelas tahun. Ambil dalam beberapa berkas."
NO_FORM = "Pilih bentuk berkas."
TEXT = 80

FORMS = (Form.XLSX, Form.CSV, Form.SEMICOLON, Form.PDF)


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as typed: a subject's own fields, each a plain text; empty restricts nothing."""

    subject: Subject
    fields: Mapping[str, str]

    def one(self, name: str) -> str:
        """Give one field."""
        return plain(self.fields.get(name, ""))[:TEXT]


@dataclass(frozen=True, slots=True)
class Read:
    """What is wanted, and in which form."""

    wanted: Wanted
    form: Form


@dataclass(frozen=True, slots=True)
class Present:
    """The present moment as a form needs it: the time (ms), the day and the zone of the site."""

    now: int
    today: date
    zone: str


def read(typed: Typed, present: Present) -> Read | str:
    """Give what is wanted, or the sentence about what cannot be read."""
    form = Form.ZIP if typed.subject is Subject.PROOF else typed.one("bentuk")
    if form not in set(FORMS) | {Form.ZIP}:
        return NO_FORM
    span = days(typed.one("dari"), typed.one("sampai"), present.today)
    if span.fault:
        return span.fault
    return Read(_wanted(typed, span.window(present.zone), present), Form(form))


def days(first: str, last: str, today: date) -> Days:
    """Read two days; an empty last one is today, an empty first one the same day a month before."""
    until = _day(last) if last else today
    if until is None:
        return Days(today, today, UNREAD)
    since = _day(first) if first else until - timedelta(days=30)
    if since is None:
        return Days(until, until, UNREAD)
    fault = TURNED if since > until else TOO_LONG if (until - since).days >= LONGEST else ""
    return Days(since, until, fault)


def _day(text: str) -> date | None:
    try:
        read_ = date.fromisoformat(text)
    except ValueError:
        return None
    return read_ if 2000 <= read_.year < 2100 else None  # noqa: PLR2004 - a calendar's own bounds


def _wanted(typed: Typed, window: Window, present: Present) -> Wanted:
    one = typed.one
    match typed.subject:
        case Subject.EVENTS:
            which = Which(one("hanya")) if one("hanya") in set(Which) else Which.ALL
            ids = {"holder": one("pemegang"), "card": one("kartu"), "case": one("kasus")}
            who = {"named": one("nama"), "unit": one("unit"), **ids}
            return EventsWanted(window.begins, window.ends, which, one("pintu"), **who)
        case Subject.ACCESS:
            return AccessWanted(min(window.ends - 1, present.now), one("pintu"), one("nama"), one("unit"))
        case Subject.CASES:
            state = CaseState(one("keadaan")) if one("keadaan") in set(CaseState) else None
            what = (one("prosedur"), state, one("nama"), one("unit"))
            return CasesWanted(window.begins, window.ends, *what)
        case Subject.TRAIL:
            return TrailWanted(window.begins, window.ends, one("nama"))
        case Subject.PROOF:
            return ProofWanted(window.begins, window.ends, one("pintu"))
        case _:
            assert_never(typed.subject)
