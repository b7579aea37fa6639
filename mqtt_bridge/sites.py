"""The further sites of one broker, read from a file: each with its own port, authority and parties.

What a site's parties may do is decided in ``topics``, as for one site alone.
"""

import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec

from card_registry.errors import OperatorMistaken
from card_registry.words import SiteId, require_slug
from mqtt_bridge.plan import Plan


class Site(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ``[[site]]``: its id, the port of its listener, the broker's TLS folder, who may come in."""

    id: str
    port: int
    tls: str
    parties: str


class Sites(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    site: tuple[Site, ...]


def with_others(plan: Plan, file: Path | None) -> tuple[Plan, ...]:
    """Give the plans of a broker: one site's, and those of the file's sites beside it.

    Raises:
        OperatorMistaken: The file cannot be read, or names an id or a port twice.
    """
    if file is None:
        return (plan,)
    try:
        told = msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), Sites)
        for one in told.site:
            require_slug(one.id, "a site id")
    except (OSError, ValueError, msgspec.ValidationError) as error:
        message = f"{file} does not say which sites the broker serves: {error}"
        raise OperatorMistaken(message) from error
    ids, ports = Counter([plan.site, *(one.id for one in told.site)]), Counter([plan.port])
    ports.update(one.port for one in told.site)
    twice = [str(name) for name, times in [*ids.items(), *ports.items()] if times > 1]
    if twice:
        message = f"{file} gives a site or port to two sites: {', '.join(twice)}; each has its own"
        raise OperatorMistaken(message)
    return replace(plan, shared=True), *(_beside(plan, one) for one in told.site)


def _beside(plan: Plan, one: Site) -> Plan:
    folder = plan.folder / one.id
    return Plan(
        SiteId(one.id),
        (),
        one.port,
        Path(one.tls),
        folder,
        Path(one.parties),
        shared=True,
        listen=plan.listen,
    )
