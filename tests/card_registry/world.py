"""Read ``tests/vectors/decision.json``: an invented door, and what changes in it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from card_registry.circumstances import Circumstances
from card_registry.decision import Denied, Granted, Tap
from card_registry.instant import DAY, Instant
from card_registry.journal.event import Versions
from card_registry.registry import Registry, assemble
from card_registry.rule import DoorRule
from card_registry.schedule import Schedule
from card_registry.shown import CredentialRow, GrantRow, Plan, Shard
from card_registry.statements import Policy
from card_registry.words import Approval, ControllerId, ExpiredPolicy, SiteId, Subject

VECTORS = Path(__file__).parents[1] / "vectors" / "decision.json"
CONTROLLER = ControllerId("pengendali-1")
LENGTHS = {"match": 64, "credential": 64, "card": 32, "holder": 32, "id": 32}

Json = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True)
class Vector:
    """One line of the table."""

    rule: int
    why: str
    registry: Registry | None
    tap: Tap
    circumstances: Circumstances
    now: Instant
    expect: Granted | Denied


def read_vectors() -> list[Vector]:
    """Give every line of the table."""
    table = json.loads(VECTORS.read_text())
    return [_vector(table["base"], line) for line in table["vectors"]]


def _vector(base: Json, line: Json) -> Vector:
    """Lay one line over the base."""
    given = line["given"]
    unknown = set(given) - {*base, "registry", "credentials", "grants", "serials"}
    assert not unknown, f"{line['why']}: {unknown} is no part of a vector"
    state = dict(given.get("circumstances", {}))
    if "before" in state:
        state["before"] = _full(state["before"])
    state["others"] = [_full(one) for one in state.get("others", ())]
    state["inside"] = [holder * LENGTHS["holder"] for holder in state.get("inside", ())]
    return Vector(
        line["rule"],
        line["why"],
        _registry(base, given) if given.get("registry", base) is not None else None,
        _read(base["tap"] | given.get("tap", {}), Tap),
        msgspec.convert(state, Circumstances),
        _read(base["now"] | given.get("now", {}), Instant),
        _expected(line["expect"]),
    )


def _registry(base: Json, given: Json) -> Registry:
    """Assemble the registry that a line describes."""
    plan = Plan(
        1,
        CONTROLLER,
        msgspec.convert(base["schedules"], dict[str, Schedule]),
        (msgspec.convert(base["rule"] | given.get("rule", {}), DoorRule),),
    )
    credentials = [_read(base["credential"] | row, CredentialRow) for row in given.get("credentials", [{}])]
    grants = [_read(base["grant"] | row, GrantRow) for row in given.get("grants", [{}])]
    serials = {
        (Subject(subject), name * LENGTHS["id"]): serial for subject, name, serial in given.get("serials", [])
    }
    expired = str(given.get("policy", base["policy"]))
    policy = make_policy(ExpiredPolicy(expired))
    return assemble(plan, shards_of(credentials, grants), serials, Versions(1, 2, 3, 4), policy)


def shards_of(credentials: list[CredentialRow], grants: list[GrantRow]) -> list[Shard]:
    """Put rows into their shards."""
    return [
        Shard(
            1,
            CONTROLLER,
            place,
            tuple(row for row in credentials if row.holder[0] == f"{place:x}"),
            tuple(row for row in grants if row.holder[0] == f"{place:x}"),
        )
        for place in range(16)
    ]


def make_policy(expired: ExpiredPolicy = ExpiredPolicy.KEEP) -> Policy:
    """Give a site's policy."""
    return Policy(
        v=1,
        site=SiteId("contoh"),
        approval=Approval.SIGNATURE,
        grace=7 * DAY,
        expired=expired,
        ntp_trusted=False,
        zone="Asia/Jakarta",
        receipt_keys=(),
        order_keys=(),
        authority_keys=(),
    )


def _expected(expect: Json) -> Granted | Denied:
    """Read an answer."""
    answer = {name: value for name, value in expect.items() if name != "answer"}
    if expect["answer"] == "denied":
        return _read(answer, Denied)
    grant = answer["grant"]
    return _read(answer | {"grant": None if grant is None else grant * LENGTHS["id"]}, Granted)


def _read(values: Json, kind: type[T]) -> T:
    """Read a dataclass whose ids are written as one hex digit."""
    return msgspec.convert(_full(values), kind)


def _full(values: Json) -> Json:
    """Repeat each one-digit id to its length."""
    return {
        name: value * LENGTHS[name] if isinstance(value, str) and len(value) == 1 else value
        for name, value in values.items()
    }
