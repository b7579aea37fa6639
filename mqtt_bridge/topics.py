"""The topics between a site's controllers and its hub: one table, and everything that follows from it.

The table says for each topic who writes it, who reads it and whether the broker retains it. mosquitto's
access list, amqtt's decisions and each party's subscriptions are rendered from it, so they cannot disagree.
What a payload must be is decided where it is read; a topic only says whose it is.

Of the registry only what controllers decide from travels: who approves and who else is enrolled stays at the
server (least privilege; ``card_registry.trust.slots.slots_for`` is the same list, a test holds them
together).

A party is known by the common name of its TLS certificate: ``hub``, or a controller's id.

Pure.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from card_registry.errors import OperatorMistaken
from card_registry.trust.slots import grants_role
from card_registry.words import ControllerId, SiteId, require_slug

HUB = "hub"
BROKER = "broker"
RESERVED = (HUB, BROKER)
"""Identities no controller may have: their certificates mean something else."""

PACKET_LIMIT = 264 * 1024
"""The largest MQTT packet, in bytes: a payload of 256 KiB and its topic."""

CONTROLLER = "{controller}"
ROLE = "{role}"
"""Stands for the name of a controller's own role, as in ``card_registry.trust.slots.grants_role``."""

_SLUG = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
_OWN_ROLE = r"d-[0-9a-f]{8}"


class Party(StrEnum):
    """Who stands at an end of a topic."""

    HUB = "hub"
    CONTROLLER = "controller"


class Act(StrEnum):
    """What a client asks of the broker, in the names amqtt gives them."""

    PUBLISH = "publish"
    SUBSCRIBE = "subscribe"
    RECEIVE = "receive"


@dataclass(frozen=True, slots=True)
class Topic:
    """One row: a pattern below ``akses/<site>/``, where ``+`` is any one level.

    Streams (not retained) go at QoS 0: their own receipts make them whole, and a client's QoS 1 queue would
    send stale batches again after a reconnect.
    """

    pattern: str
    writer: Party
    retained: bool
    carries: str

    @property
    def qos(self) -> int:
        """Give the MQTT quality of service, for publishing and subscribing alike."""
        return 1 if self.retained else 0

    @property
    def reader(self) -> Party:
        """Give the other end."""
        return Party.CONTROLLER if self.writer is Party.HUB else Party.HUB


TABLE: tuple[Topic, ...] = (
    Topic("reg/root/+", Party.HUB, retained=True, carries="officers' root of trust, one a version"),
    Topic("reg/meta/targets", Party.HUB, retained=True, carries="officers' top-level targets role"),
    Topic("reg/meta/deny", Party.HUB, retained=True, carries="deny role"),
    Topic("reg/meta/grants", Party.HUB, retained=True, carries="grants role"),
    Topic(f"reg/meta/{ROLE}", Party.HUB, retained=True, carries="role of this controller's shards"),
    Topic(f"reg/meta/grants-{CONTROLLER}", Party.HUB, retained=True, carries="the same, as called before"),
    Topic("reg/meta/snapshot", Party.HUB, retained=True, carries="snapshot role"),
    Topic("reg/meta/timestamp", Party.HUB, retained=True, carries="timestamp role, published last"),
    Topic("reg/site/policy", Party.HUB, retained=True, carries="what the site allows"),
    Topic("reg/deny/list", Party.HUB, retained=True, carries="ids that must not open"),
    Topic("reg/authority", Party.HUB, retained=True, carries="the authority log's head, for witnesses"),
    Topic(f"reg/d/{CONTROLLER}/+", Party.HUB, retained=True, carries="this controller's plan and shards"),
    Topic(f"reg/cert/{CONTROLLER}", Party.HUB, retained=True, carries="this controller's TLS certificate"),
    Topic(f"ack/{CONTROLLER}", Party.HUB, retained=False, carries="signed receipts"),
    Topic(f"cmd/{CONTROLLER}", Party.HUB, retained=False, carries="signed orders"),
    Topic(f"log/{CONTROLLER}", Party.CONTROLLER, retained=False, carries="batches of journal rows"),
    Topic(f"status/{CONTROLLER}", Party.CONTROLLER, retained=True, carries="signed status"),
)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The table has a row for it."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The table has none; ``why`` is a sentence."""

    why: str


@dataclass(frozen=True, slots=True)
class LogOf:
    """A batch of this controller's rows."""

    controller: ControllerId


@dataclass(frozen=True, slots=True)
class StatusOf:
    """This controller's status."""

    controller: ControllerId


@dataclass(frozen=True, slots=True)
class AckOf:
    """A receipt for this controller."""

    controller: ControllerId


@dataclass(frozen=True, slots=True)
class CmdOf:
    """The orders that wait for this controller."""

    controller: ControllerId


@dataclass(frozen=True, slots=True)
class SlotOf:
    """The registry slot of this name, as in ``card_registry.trust.slots``."""

    name: str


Place = LogOf | StatusOf | AckOf | CmdOf | SlotOf


def prefix(site: SiteId) -> str:
    """Give what every topic of a site begins with."""
    return f"akses/{site}/"


def log_topic(site: SiteId, controller: ControllerId) -> str:
    """Name where a controller's batches go up."""
    return f"{prefix(site)}log/{controller}"


def ack_topic(site: SiteId, controller: ControllerId) -> str:
    """Name where a controller's receipts come down."""
    return f"{prefix(site)}ack/{controller}"


def cmd_topic(site: SiteId, controller: ControllerId) -> str:
    """Name where a controller's orders come down."""
    return f"{prefix(site)}cmd/{controller}"


def status_topic(site: SiteId, controller: ControllerId) -> str:
    """Name where a controller's status stands."""
    return f"{prefix(site)}status/{controller}"


def slot_topic(site: SiteId, slot: str) -> str:
    """Name where a registry slot stands."""
    return f"{prefix(site)}reg/{slot}"


def require_controllers(controllers: Iterable[str]) -> tuple[ControllerId, ...]:
    """Check the ids of a site's controllers.

    Raises:
        OperatorMistaken: An id is not a slug, is reserved, or comes twice.
    """
    found: list[ControllerId] = []
    for name in controllers:
        try:
            require_slug(name, "a controller id")
        except ValueError as error:
            raise OperatorMistaken(f"{error}; name the controller as its site file does") from error
        if name in RESERVED or name in found:
            message = f"a controller cannot be called {name!r}: the name is reserved or given twice"
            raise OperatorMistaken(message)
        found.append(ControllerId(name))
    return tuple(found)


def locate(site: SiteId, topic: str) -> Place | None:
    """Read a topic of this site; None when the table has no such place for a payload to come from."""
    found = re.fullmatch(rf"akses/{re.escape(site)}/(reg|log|status|ack|cmd)/([a-z0-9/-]{{1,120}})", topic)
    if found is None:
        return None
    branch, rest = found[1], found[2]
    if branch == "reg":
        return SlotOf(rest)
    if re.fullmatch(_SLUG, rest) is None:
        return None
    controller = ControllerId(rest)
    match branch:
        case "log":
            return LogOf(controller)
        case "status":
            return StatusOf(controller)
        case "cmd":
            return CmdOf(controller)
        case _:
            return AckOf(controller)


def rows_for(identity: str, act: Act) -> tuple[Topic, ...]:
    """Give the rows under which a party may do this at all."""
    party = Party.HUB if identity == HUB else Party.CONTROLLER
    if act is Act.PUBLISH:
        return tuple(row for row in TABLE if row.writer is party)
    return tuple(row for row in TABLE if row.reader is party)


def filter_of(site: SiteId, row: Topic, identity: str) -> str:
    """Give a row as the MQTT filter that belongs to one party: the hub's spans every controller."""
    if identity != HUB:
        own = row.pattern.replace(CONTROLLER, identity)
        return prefix(site) + own.replace(ROLE, grants_role(ControllerId(identity)))
    levels = ("+" if CONTROLLER in level or level == ROLE else level for level in row.pattern.split("/"))
    return prefix(site) + "/".join(levels)


def subscriptions(site: SiteId, identity: str) -> tuple[tuple[str, int], ...]:
    """Give the (filter, QoS) pairs a party subscribes to."""
    rows = rows_for(identity, Act.SUBSCRIBE)
    return tuple((filter_of(site, row, identity), row.qos) for row in rows)


def may(
    site: SiteId, controllers: Collection[ControllerId], identity: str, act: Act, topic: str
) -> Allowed | Refused:
    """Decide one act at the broker: only what the table has, for an identity the site knows.

    Args:
        site: Whose broker it is.
        controllers: The controllers the site has.
        identity: Common name of the client's verified certificate.
        act: What it asks.
        topic: The topic, or for SUBSCRIBE the filter, which must be one of its own word for word.
    """
    if identity != HUB and identity not in controllers:
        return Refused(f"{identity[:40]!r} is not a party of site {site}")
    filters = [filter_of(site, row, identity) for row in rows_for(identity, act)]
    if topic in filters if act is Act.SUBSCRIBE else any(_matches(each, topic) for each in filters):
        return Allowed()
    return Refused(f"{identity} may not {act} {topic[:160]!r}")


def travels(slot: str) -> bool:
    """Tell whether a registry slot is one that some controller reads."""
    slugs = (row.pattern.replace(CONTROLLER, _SLUG).replace("+", _SLUG) for row in TABLE)
    patterns = (pattern.replace(ROLE, _OWN_ROLE) for pattern in slugs)
    return any(re.fullmatch(pattern, f"reg/{slot}") is not None for pattern in patterns)


def _matches(pattern: str, topic: str) -> bool:
    """Tell whether a topic without wildcards is under a filter; a level is a slug, or the hub's own name."""
    wanted, levels = pattern.split("/"), topic.split("/")
    return len(wanted) == len(levels) and all(
        re.fullmatch(r"[a-z0-9-]{1,64}", have) is not None if want == "+" else want == have
        for want, have in zip(wanted, levels, strict=True)
    )


def acl(site: SiteId, controllers: Iterable[ControllerId], *, shared: bool = False) -> str:
    """Render the table as mosquitto's ``acl_file``: each user's own topics, nothing for anybody else.

    At a broker that is ``shared`` by sites a user is a whole subject, as mosquitto writes it.
    """
    lines = ["# Rendered from mqtt_bridge.topics; edits are lost."]
    for identity in (HUB, *controllers):
        lines += ["", f"user CN={identity},O={site}" if shared else f"user {identity}"]
        for act, verb in ((Act.PUBLISH, "write"), (Act.RECEIVE, "read")):
            lines += [f"topic {verb} {filter_of(site, row, identity)}" for row in rows_for(identity, act)]
    return "\n".join(lines) + "\n"
