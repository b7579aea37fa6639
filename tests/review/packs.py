"""A finished review whose removal the authority recorded and a door confirmed, both under their own keys."""

import json
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import insert, select, update

from card_registry import canonical
from card_registry.authority.record import Applied, Source
from card_registry.journal.note import Checkpoint, authority_origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.rule import DoorRule
from card_registry.signing import public_hex
from card_registry.statements import ControllerEntry
from card_registry.stores import office, registry
from card_registry.trust.slots import FIRST_ROOT
from card_registry.words import (
    Clockless,
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    Tier,
)
from review.campaign import Outcome
from review.pack import book, checking, files
from review.pack.files import Manifest
from review.pack.finding import Grade, Report
from review.pack.value import Pack
from review.workflow.campaign_minutes import take_back_card
from tests.card_registry.journal.proofs import AUTHORITY_KEY, trusted
from tests.review.removals import follow, standing_right, walk
from tests.review.test_campaigning import answered, asked, decided
from tests.review.world import NOON, SITE, STATUS_KEY, World

RULE = DoorRule(DoorId("ruang-server"), Tier.PUBLIC_KEY, Clockless.DENY)
DOOR = ControllerEntry(
    ControllerId("pengendali-1"),
    ControllerKind.DOOR,
    ControllerStatus.ACTIVE,
    1,
    public_hex(STATUS_KEY),
    public_hex(STATUS_KEY),
    (RULE,),
)
DESK = replace(DOOR, id=ControllerId("meja-1"), kind=ControllerKind.DESK, doors=())
SLOTS = trusted(DOOR, DESK)
ROOT = sha256(SLOTS[FIRST_ROOT]).hexdigest()

Files = Mapping[str, bytes]


def found(world: World) -> None:
    """Let the site rest on a root that officers signed."""
    for name, body in SLOTS.items():
        world.outside.slot(name, body)


def record(world: World) -> None:
    """Let the authority write every withdrawal into its own log, and sign the head."""
    with world.office.store.begin() as connection:
        query = select(office.warrant).where(office.warrant.c.kind == "withdraw")
        rows = connection.execute(query.order_by(office.warrant.c.serial)).all()
    frontier = Frontier()
    with world.outside.registry.begin() as connection:
        for seq, row in enumerate(rows):
            one = Applied(
                1,
                SITE,
                seq,
                NOON,
                Source.WARRANT,
                str(row.serial),
                "withdraw",
                bytes(row.body).decode(),
                seq + 1,
            )
            body = canonical.encode(one)
            frontier = frontier.append(leaf(body))
            known = registry.outcome.c
            same = (known.source == "warrant") & (known.reference == str(row.serial))
            connection.execute(update(registry.outcome).where(same).values(authority=seq))
            connection.execute(insert(registry.authority).values(seq=seq, body=body, leaf=leaf(body)))
        head = Checkpoint(authority_origin(SITE), frontier.size, frontier.root())
        note = sign_checkpoint(head, AUTHORITY_KEY)
        connection.execute(insert(registry.site).values(name="authority-head", value=note))


def removed(world: World) -> str:
    """Walk a review until its only right is gone from every door; give its case."""
    case = asked(world)
    answered(world, case, Outcome.REMOVE)
    walk(world, case, ("operator", "selesai"), ("operator", "selesai"))
    decided(world, case, Outcome.REMOVE)
    walk(world, case, ("kabid", "lengkap"), ("operator", "selesai"))
    follow(world)
    return case


def over(world: World) -> str:
    """Walk a review to its end: card collected, minutes written, initialled and ratified."""
    case = removed(world)
    _, card = standing_right(world)
    take_back_card(world.office, world.person("operator"), (case, card.id), "baik")
    follow(world)
    walk(world, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "sesuai"))
    walk(world, case, ("kadis", "disahkan"), ("operator", "selesai"))
    return case


def told(held: Files) -> Pack:
    """Read the numbers of a pack."""
    return canonical.decode(held[files.JSON], Pack, files.JSON, files.LIMIT)


def forged(held: Files, **changed: bytes) -> Files:
    """Change files of a pack (``json`` for ``bukti.json`` …) and write the manifest anew."""
    names = {"json": files.JSON, "xlsx": files.BOOK, "pdf": files.PAPER, "proof": files.PROOF}
    names |= {"signed": files.PAPER_SIGNED}
    whole = {**held, **{names[name]: body for name, body in changed.items()}}
    before = canonical.decode(held[files.MANIFEST], Manifest, files.MANIFEST)
    lines = tuple(
        files.Line(name, len(body), files.sha256(body))
        for name, body in sorted(whole.items())
        if name != files.MANIFEST
    )
    return {**whole, files.MANIFEST: canonical.encode(replace(before, files=lines))}


def retold(held: Files, pack: Pack) -> Files:
    """Tell another pack in numbers and workbook alike, as a careful forger would."""
    return forged(held, json=canonical.encode(pack), xlsx=book.workbook(pack))


def proof_with(held: Files, **changed: Any) -> Files:  # noqa: ANN401 - any field of a proof
    """Change the proof of a pack, and let its numbers name the changed one."""
    proof = canonical.encode({**json.loads(held[files.PROOF]), **changed})
    pack = told(held)
    named = replace(pack, registry=replace(pack.registry, proof=files.sha256(proof)))
    return forged(retold(held, named), proof=proof)


def faults(held: Files, root: str | None = ROOT) -> dict[str, list[str]]:
    """Check a pack and give what is wrong, part by part."""
    return _graded(checking.check(held, root), Grade.FAULT)


def sound(report: Report) -> dict[str, list[str]]:
    """Give what was proven, part by part."""
    return _graded(report, Grade.SOUND)


def _graded(report: Report, grade: Grade) -> dict[str, list[str]]:
    parts: dict[str, list[str]] = {}
    for one in report.findings:
        if one.grade is grade:
            parts.setdefault(one.part, []).append(one.sentence)
    return parts
