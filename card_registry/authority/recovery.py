"""Whether the registry store is an older copy, and when a restored one knows enough to go on.

A restored registry may continue only above everything its doors hold. So it waits until every active
controller has said, in a status signed after the restore was noticed, what it holds; who holds something
newer proves it with the signer's own signatures (``trust.recall``). An officer may waive a controller by
name. Nothing is believed for being claimed: a number without its proof raises no floor.

2026-11-21: rights of the lost time are not brought back from the doors, only denials and numbers. A right
needs its approval, which the console still has or a person signs again; losing one refuses somebody, and is
seen.

Pure.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from card_registry.statements import Denial, Directory, Status
from card_registry.trust.newer import Newer
from card_registry.words import ControllerId, ControllerStatus, SiteId, Subject, Whole, require_token

Serials = Mapping[tuple[Subject, str], int]

CURES = {
    "root": "officers changed the root in the lost time: apply their newest root again",
    "targets": "officers changed something in the lost time: apply it again, until then doors refuse all",
    "doors": "controllers came or went in the lost time: enrol them again, until then doors refuse all",
}
"""What must be done again for a role that doors hold newer, and that the signer cannot sign."""


@dataclass(frozen=True, slots=True)
class Restore:
    """A restore that was noticed: its random name, what the ledger had heard last then, what was found, why.

    ``since`` is a moment of the hub's clock, in milliseconds; only what the hub heard later is fresh.
    """

    id: str
    since: Whole
    found: Whole
    why: str


@dataclass(frozen=True, slots=True)
class RestoreNotice:
    """What the store says of a restore that waits: which, why, and for whom."""

    restore: Restore
    awaited: tuple[ControllerId, ...]


@dataclass(frozen=True, slots=True)
class Floors:
    """The least that may come next is above these.

    ``publication`` was perhaps committed, ``reached`` certainly; ``denial`` and ``order`` are the newest
    numbers given, ``authority`` the length of the authority log.
    """

    v: Whole
    site: SiteId
    publication: Whole
    reached: Whole
    denial: Whole = 0
    order: Whole = 0
    authority: Whole = 0
    restore: Restore | None = None


@dataclass(frozen=True, slots=True)
class Waiver:
    """An officer lets a restored registry go on without hearing one named controller (DESIGN §4).

    ``restore`` names the restore it is for, and no other; signed as ``Purpose.WAIVER``.
    """

    v: Whole
    site: SiteId
    restore: str
    controller: ControllerId
    why: str
    at: Whole

    def __post_init__(self) -> None:
        """Refuse a restore's name of another shape, and a waiver without a reason."""
        require_token(self.restore, "the name of a restore")
        if not self.why.strip():
            message = "a waiver must say why"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the store itself says that the site has come; ``roles`` are the versions in its snapshot."""

    publication: int
    denial: int
    order: int
    authority: int
    roles: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What one controller said since the restore was noticed, and what it proved to be newer."""

    status: Status
    newer: Newer | None = None


@dataclass(frozen=True, slots=True)
class Recovered:
    """How a restored registry went on; the body of the authority log's record of it; ``since`` as in Restore.

    ``found`` was the publication in the store, ``publication`` the highest known; ``authority`` how many
    records the lost log is known to have had (0: not known to be longer). ``denials`` were learnt from
    doors.
    """

    v: Whole
    site: SiteId
    restore: str
    why: str
    found: Whole
    publication: Whole
    denial: Whole
    order: Whole
    authority: Whole
    heard: tuple[ControllerId, ...]
    waived: tuple[ControllerId, ...]
    denials: tuple[Denial, ...]
    again: tuple[str, ...] = ()
    """Roles of other people's keys that doors hold newer: whoever signs them must sign again."""

    since: Whole = 0
    roles: tuple[str, ...] = ()
    """Roles that doors saw and the store has lost; they stay named, because TUF lets no role go."""


def suspicion(store: Standing, kept: Floors | None, newest: int) -> str:
    """Say why the store must be an older copy; empty when nothing says so.

    ``newest`` is the highest publication that a controller proved (0: none).
    """
    if kept is None:
        return "the file of the signer's floors is missing or damaged, so this may be an older registry"
    if store.publication < kept.reached:
        return f"the store is at publication {store.publication}, and {kept.reached} was reached before"
    if newest > max(store.publication, kept.publication):
        return f"a controller holds publication {newest}, and the store is at {store.publication}"
    return ""


def awaited(
    directory: Directory,
    heard: Mapping[ControllerId, Heard],
    waived: Collection[ControllerId],
    store: Standing,
) -> tuple[ControllerId, ...]:
    """Name the active controllers that have neither been heard in full nor been waived."""
    return tuple(
        entry.id
        for entry in directory.controllers
        if entry.status is ControllerStatus.ACTIVE
        and entry.id not in waived
        and not _is_heard(heard.get(entry.id), store)
    )


def _is_heard(one: Heard | None, store: Standing) -> bool:
    """Say whether a controller holds nothing newer than the store, or has proved what it holds."""
    if one is None:
        return False
    return one.newer is not None or one.status.versions.timestamp <= store.publication


def recovered(
    site: SiteId,
    kept: Floors,
    store: Standing,
    serials: Serials,
    heard: Mapping[ControllerId, Heard],
    waived: Iterable[ControllerId],
) -> Recovered:
    """Give what a restored registry goes on from; ``kept`` names the restore.

    Raises:
        ValueError: ``kept`` names none.
    """
    if kept.restore is None:
        message = "there is no restore to recover from"
        raise ValueError(message)
    proofs = [one.newer for one in heard.values() if one.newer is not None]
    denials = _missing(serials, (denial for newer in proofs for denial in newer.denials), store.denial)
    return Recovered(
        1,
        site,
        kept.restore.id,
        kept.restore.why,
        kept.restore.found,
        max([store.publication, kept.publication, *(newer.publication for newer in proofs)]),
        max([store.denial, kept.denial, *(denial.serial for denial in denials)]),
        max(store.order, kept.order),
        kept.authority if kept.authority > store.authority else 0,
        tuple(sorted(heard)),
        tuple(sorted(set(waived) - set(heard))),
        denials,
        _again(store.roles, proofs, heard.values()),
        kept.restore.since,
        tuple(sorted({role for newer in proofs for role in newer.roles} - store.roles.keys())),
    )


def sentence(found: Recovered) -> str:
    """Say how a restored registry went on, and what people must do again."""
    said = (
        f"the restored registry goes on after publication {found.publication}; {len(found.denials)} denials "
        f"came back from the doors, {len(found.waived)} controllers were waived"
    )
    todo = [CURES[role] for role in found.again]
    if found.authority:
        todo.append("the authority log has lost records: doors alarm until officers replace its key")
    return "; ".join([said, *todo])


def _missing(serials: Serials, shown: Iterable[Denial], newest: int) -> tuple[Denial, ...]:
    """Give the denials the store lacks, each under a serial that the store never gave to another id."""
    lost: dict[tuple[Subject, str], int] = {}
    for denial in shown:
        key = (denial.subject, denial.id)
        lost[key] = max(lost.get(key, 0), denial.serial)
    missing = []
    for (subject, id_), serial in sorted(lost.items(), key=lambda item: (item[1], item[0])):
        if serial > serials.get((subject, id_), 0):
            newest = max(newest + 1, serial)
            missing.append(Denial(subject, id_, newest))
    return tuple(missing)


def _again(roles: Mapping[str, int], proofs: Iterable[Newer], heard: Iterable[Heard]) -> tuple[str, ...]:
    """Name the roles of officers and enroller that some door holds newer than the store."""
    held = {"root": max((one.status.versions.root for one in heard), default=0)}
    for newer in proofs:
        for name in ("targets", "doors"):
            held[name] = max(held.get(name, 0), newer.roles.get(name, 0))
    return tuple(name for name in sorted(held) if held[name] > roles.get(name, 0))
