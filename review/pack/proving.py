"""Judges what the authority and the doors signed about a review, from the officers' first root alone.

It is told which numbers the pack states, and says of each whether a signature bears it out. What no signature
can bear out (a review of a registry that was never founded, a door that has not spoken) is said to be open.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from card_registry import canonical
from card_registry.authority.record import Applied
from card_registry.errors import AksesError, Forked, Malformed
from card_registry.journal import audit
from card_registry.journal.note import Checkpoint, authority_origin, open_checkpoint
from card_registry.journal.tree import leaf, verify_inclusion
from card_registry.signing import Purpose, unseal
from card_registry.statements import Status, WithdrawWarrant
from card_registry.words import SiteId
from review.pack.finding import Finding, Grade
from review.pack.proof import Proof
from review.pack.value import Pack, Way
from review.publication import PublicationState

KEYS, LOG, DOORS = "keys", "authority", "doors"
"""The parts of a report that are about what was signed."""


def judge(pack: Pack, proof: Proof, root: str | None) -> Iterator[Finding]:
    """Say what follows from the root; without one the file's own is taken, which proves agreement alone."""
    if not proof.root():
        grade = Grade.OPEN if root is None else Grade.FAULT
        yield Finding(grade, KEYS, "no root is there: the registry had not been founded, or it was taken out")
        return
    try:
        directory, policy = _follow(proof, root)
    except (AksesError, audit.Wrong, KeyError, TypeError, ValueError, StopIteration) as error:
        yield Finding(Grade.FAULT, KEYS, f"the keys do not follow from the root: {error}")
        return
    if root is None:
        told = f"the first root is {proof.root()}; compare it with the founding record or name it"
        yield Finding(Grade.OPEN, KEYS, told)
    else:
        yield Finding(Grade.SOUND, KEYS, "the keys of doors and authority follow from the root you named")
    yield from _log(pack, proof, policy["authority_keys"])
    yield from _doors(pack, proof, {one["id"]: one["log_key"] for one in directory["controllers"]})


def _follow(proof: Proof, root: str | None) -> tuple[Any, Any]:
    trust = {name.replace("/", "."): text.encode() for name, text in proof.trust}
    pinned = "".join(root.lower().split()) if root else proof.root()
    directory, policy = audit.follow(trust, pinned)
    if directory["site"] != proof.site:
        raise Malformed(f"the keys are of {directory['site']}, the pack of {proof.site}")
    return directory, policy


def _log(pack: Pack, proof: Proof, keys: list[str]) -> Iterator[Finding]:
    """Compare every removal with the authority's own record of it."""
    signed = {PublicationState.SIGNED, PublicationState.EVERYWHERE}
    bare = [one.about for one in pack.ways if one.state in signed and one.record is None]
    wanted = {one.record: one for one in pack.ways if one.record is not None}
    head = _head(proof, keys)
    if head is None and (wanted or bare or proof.head):
        yield Finding(Grade.FAULT, LOG, "no head of the authority's log is signed by a key of the policy")
    if head is None:
        return
    shown = {one.seq: one for one in proof.records}
    faults = [f"record {seq} is not there" for seq in sorted(wanted.keys() - shown.keys())]
    faults += [f"the removal of {about} names no record" for about in bare]
    for seq, one in sorted(shown.items()):
        try:
            path = [bytes.fromhex(part) for part in one.path]
            verify_inclusion(leaf(one.body.encode()), seq, head.size, path, head.root)
        except (Forked, ValueError):
            faults.append(f"record {seq} is not in the log that was signed")
            continue
        faults += [f"record {seq} {why}" for why in _differs(one.body, wanted.get(seq))]
    if not faults:
        told = f"{len(shown)} records stand in the authority's log of {head.size}, as it was signed"
        yield Finding(Grade.SOUND, LOG, told)
    yield from (Finding(Grade.FAULT, LOG, sentence) for sentence in faults)


def _head(proof: Proof, keys: list[str]) -> Checkpoint | None:
    for key in keys:
        with suppress(AksesError, ValueError):
            return open_checkpoint(proof.head.encode(), authority_origin(SiteId(proof.site)), key)
    return None


def _differs(body: str, way: Way | None) -> Iterator[str]:
    """Say in which way a record is not the removal that the pack tells."""
    if way is None:
        return
    try:
        record = canonical.decode(body.encode(), Applied, "a record")
        warrant = canonical.decode(record.body.encode(), WithdrawWarrant, "a warrant")
    except Malformed:
        yield "is no removal"
        return
    if (warrant.subject, warrant.id) != (way.subject, way.target):
        yield f"takes away another right than the one of {way.about}"
    if record.serial != way.serial:
        yield f"has the number {record.serial}, and the pack says {way.serial}"
    if record.reference != str(way.warrant):
        yield f"rests on warrant {record.reference}, and the pack says {way.warrant}"


def _doors(pack: Pack, proof: Proof, keys: Mapping[str, str]) -> Iterator[Finding]:
    """Compare what each controller is said to show with what its own key signed."""
    seen, faults = _statuses(proof, keys)
    for one in pack.registry.controllers:
        status = seen.get(one.controller)
        if status is None:
            if one.at is not None:
                faults.append(f"{one.controller} is said to have spoken, and its status is not there")
            continue
        said = (status.versions.grants, status.versions.deny, status.kept.denied)
        if said != (one.grants, one.deny, one.denied):
            faults.append(f"{one.controller} signed versions {said}, and the pack says otherwise")
    everywhere = [one for one in pack.ways if one.state is PublicationState.EVERYWHERE]
    for way in everywhere:
        late = [door.controller for door in way.arrivals if not _has(seen.get(door.controller), way)]
        faults += [f"{who} does not show the removal of {way.about} that it is said to have" for who in late]
    if not faults:
        told = f"{len(seen)} controllers show it under their own signatures: {len(everywhere)} removals"
        yield Finding(Grade.SOUND, DOORS, told)
    yield from (Finding(Grade.FAULT, DOORS, sentence) for sentence in faults)


def _statuses(proof: Proof, keys: Mapping[str, str]) -> tuple[dict[str, Status], list[str]]:
    found, faults = dict[str, Status](), list[str]()
    for text in proof.statuses:
        try:
            named = json.loads(json.loads(text)["body"])["controller"]
            status = unseal(Purpose.STATUS, text.encode(), Status, [keys[named]])
        except (AksesError, KeyError, TypeError, ValueError):
            faults.append("a status is signed by no controller of the site")
            continue
        if status.site == proof.site:
            found[status.controller] = status
    return found, faults


def _has(status: Status | None, way: Way) -> bool:
    """Say whether a status shows a removal: the version that carries it, or a denial as high as its own."""
    if status is None:
        return False
    by_version = way.needs is not None and status.versions.deny >= way.needs
    return by_version or (way.serial is not None and status.kept.denied >= way.serial)
