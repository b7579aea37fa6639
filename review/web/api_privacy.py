"""Retention and a person's data as JSON: the same rules, dry runs, purges and copies as on the pages."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from review.access import Permission, Refused
from review.form import Faulty
from review.retention import Hold, HoldKind, Kind
from review.store import personal, retention
from review.store.retention import Announced, Recorded
from review.store.transaction import reading
from review.web.api_acts import STRICT
from review.web.api_errors import Problem
from review.web.console import Here
from review.web.pages import privacy
from review.web.tokens import Reader, Writer
from review.web.visitor import Forbidden, NotFound
from review.workflow import personal as rights
from review.workflow import retaining

Text = Annotated[str, Query(min_length=2, max_length=120)]


@dataclass(frozen=True, slots=True)
class RuleBody:
    """For how many months a kind of data is kept; ``due`` is when the clock purges what it announced."""

    kind: Kind
    months: int
    announced: int
    due: int | None


@dataclass(frozen=True, slots=True)
class HoldBody:
    """A hold: on what, on which paper's word, since when; ``ended`` once it was lifted."""

    id: str
    kind: HoldKind
    target: str
    basis: str
    made: int
    ended: int | None


@dataclass(frozen=True, slots=True)
class CountBody:
    """How many of one thing."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class DecisionBody:
    """A purge that was decided; ``dropped`` is when the hub had dropped its rows, None while it has not."""

    number: int
    kind: Kind
    before: int
    counted: tuple[CountBody, ...]
    held: int
    at: int
    link: str
    dropped: int | None


@dataclass(frozen=True, slots=True)
class RetentionBody:
    """What governs purging; ``faults`` are the sentences of a check, empty when all agrees."""

    rules: tuple[RuleBody, ...]
    holds: tuple[HoldBody, ...]
    decisions: tuple[DecisionBody, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewBody:
    """A dry run; ``code`` names it, so that a purge can be asked for on its word."""

    kind: Kind
    months: int
    before: int
    counted: tuple[CountBody, ...]
    held: int
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeBody:
    """Purge what a dry run of this kind found."""

    __pydantic_config__ = STRICT
    kind: Kind
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHoldBody:
    """Hold data back; ``target`` is a holder's name or id, a case's number, a door's id, empty for all."""

    __pydantic_config__ = STRICT
    kind: HoldKind
    target: str = ""
    basis: str


@dataclass(frozen=True, slots=True)
class MatchBody:
    """Somebody whom a name may mean: ``kind`` is pemegang, akun or tamu."""

    kind: str
    id: str
    name: str
    unit: str


@dataclass(frozen=True, slots=True)
class MatchesBody:
    """Everybody whom a name may mean."""

    people: tuple[MatchBody, ...]


def _decision(one: Recorded) -> DecisionBody:
    told = one.decision
    counted = tuple(CountBody(part.what, part.count) for part in told.counted)
    return DecisionBody(
        told.number, told.kind, told.before, counted, told.held, told.at, one.link, one.dropped
    )


def _hold(one: Hold) -> HoldBody:
    return HoldBody(one.id, one.kind, one.target, one.basis, one.made, one.ended)


def _rule(kind: Kind, months: int, one: Announced | None) -> RuleBody:
    return RuleBody(kind, months, one.total if one else 0, one.due if one else None)


def show(console: Here, me: Reader, verify: bool = False) -> RetentionBody:  # noqa: FBT001, FBT002 - a query's flag
    """Give rules, holds and decisions; ``verify`` compares the decisions with the ledger as well."""
    me.require(Permission.READ_RETENTION)
    office = console.office
    with reading(office.store) as connection:
        rules, announced = retention.in_force(connection), retention.announcements(connection)
        holds, done = retention.holds(connection), retention.recorded(connection)
        broken = retention.broken(connection)
    faults = () if broken is None else (f"Keputusan nomor {broken} bukan lagi yang dicatat semula.",)
    listed = tuple(_rule(kind, rules.of(kind), announced.get(kind)) for kind in Kind)
    found = retaining.verify(office) if verify else faults
    return RetentionBody(listed, tuple(map(_hold, holds)), tuple(map(_decision, done)), found)


def preview(console: Here, me: Reader, kind: Kind) -> PreviewBody:
    """Say what a purge would take now, and take nothing."""
    me.require(Permission.READ_RETENTION)
    one = retaining.preview(console.office, kind)
    counted = tuple(CountBody(part.what, part.count) for part in one.found.counted)
    return PreviewBody(kind, one.found.months, one.found.before, counted, one.found.held, one.code)


def run(console: Here, me: Writer, body: PurgeBody) -> RetentionBody:
    """Purge what a dry run found; give what governs purging afterwards."""
    me.require(Permission.PURGE)
    done = retaining.purge(console.office, me.person, body.kind, body.code)
    if isinstance(done, Refused):
        raise Problem(409, done.why)
    return show(console, me)


def hold(console: Here, me: Writer, body: NewHoldBody) -> HoldBody:
    """Hold data back from purging."""
    done = rights.hold(console.office, me.person, body.kind, body.target, body.basis.strip())
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Faulty):
        names = {"jenis": "kind", "sasaran": "target", "dasar": "basis"}
        faults = {names[field]: why for field, why in done.faults.items()}
        raise Problem(422, " ".join(faults.values()), faults)
    return _hold(done)


def lift(console: Here, me: Writer, hold: str) -> RetentionBody:
    """Lift a hold."""
    done = rights.lift(console.office, me.person, hold)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if not done:
        raise NotFound
    return show(console, me)


def search(console: Here, me: Reader, name: Text) -> MatchesBody:
    """Find whom a name may mean: holders, accounts, guests."""
    me.require(Permission.READ_PERSON)
    with reading(console.office.store) as connection:
        found = personal.search(connection, name.strip())
    return MatchesBody(tuple(MatchBody(one.kind, one.id, one.name, one.unit) for one in found))


def guest(console: Here, me: Reader, name: Text) -> Response:
    """Give everything stored about the guests of a name, as a file to hand over."""
    me.require(Permission.READ_PERSON)
    told = rights.tell_guest(console.office, me.person, name, "data.salin")
    if isinstance(told, Refused):
        raise NotFound
    return privacy.as_file(console, told)


def person(console: Here, me: Reader, holder: str) -> Response:
    """Give everything stored about a holder or an account, as a file to hand over."""
    me.require(Permission.READ_PERSON)
    told = rights.tell(console.office, me.person, holder, "data.salin")
    if isinstance(told, Refused):
        raise NotFound
    return privacy.as_file(console, told)
