"""Initials, signatures and reports: over which papers, by whom, and the month's door log of P10."""

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from card_registry.circumstances import Circumstances
from card_registry.journal.event import Tapped, Versions
from card_registry.words import CaseId, CredentialKind, DoorId, ReaderId, Reason, Side, Tier
from review.case import CaseState
from review.follow import Follower
from review.people import Capacity, Role
from review.procedure import parse
from review.store import papers, people, signatures
from review.store.door_logs import DoorTally, tally
from review.store.signatures import Signature, SignatureKind
from review.store.transaction import reading, writing
from review.workflow.opening import Beginning, open_case
from review.workflow.signing_off import Report
from tests.review.removals import step, walk
from tests.review.test_casework import F05
from tests.review.test_casework import TABLE as SMALL
from tests.review.world import World

TABLE = SMALL.replace("antre = true", 'antre = true\nefek = ["paraf"]')


def signed(world: World, case: str) -> tuple[Signature, ...]:
    """Give the initials and signatures of a case."""
    with reading(world.office.store) as connection:
        return signatures.of_case(connection, case)


def test_the_months_log_is_compiled_explained_and_signed(world: World) -> None:
    """P10 over the month before; what is sent back is not signed, and who stands in is named as such."""
    tap = Tapped(
        DoorId("ruang-server"),
        ReaderId("masuk"),
        Side.IN,
        CredentialKind.PKOC,
        Tier.PUBLIC_KEY,
        "ab" * 32,
        granted=False,
        reason=Reason.NO_GRANT,
        circumstances=Circumstances(),
        versions=Versions(),
        count=3,
    )
    world.outside.happen(tap)
    Follower(world.office).once()
    world.clock.now += 14 * 86_400_000
    case = open_case(world.office, world.person("operator"), Beginning("P10", {}))
    assert isinstance(case, str), case
    with reading(world.office.store) as connection:
        made = papers.newest(connection, CaseId(case), "LAP", Report)
    assert made is not None
    zone = ZoneInfo("Asia/Jakarta")
    span = [datetime(2026, month, 1, tzinfo=zone).timestamp() * 1000 for month in (11, 12)]
    assert (made.number, [made.since, made.until]) == ("LOG-2026-12", span)
    assert made.doors == (DoorTally("ruang-server", 0, 3, 0),)
    walk(world, case, ("operator", "selesai"), ("kabid", "dikembalikan"), ("operator", "selesai"))
    assert signed(world, case) == ()
    with writing(world.office.store) as connection:
        now = world.clock()
        people.delegate(connection, world.person("admin").id, Role.KABID, Capacity.DAILY, (now, now + 1000))
    walk(world, case, ("admin", "disetujui"), ("operator", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED
    [one] = signed(world, case)
    assert (one.kind, one.role, one.capacity) == (SignatureKind.FULL, Role.KABID, Capacity.DAILY)
    assert [mark.form for mark in one.papers] == ["LAP"]


def test_initials_stand_under_the_papers_as_they_are(world: World) -> None:
    """Where a step names no form, all of the case's papers; each with its version and hash."""
    table = parse(TABLE, "contoh")
    procedures = MappingProxyType({**world.office.procedures, table.id: table})
    office = replace(world, office=replace(world.office, procedures=procedures))
    case = open_case(office.office, office.person("pemohon"), Beginning("X", F05))
    assert isinstance(case, str), case
    walk(office, case, ("kabid", "penuh"), ("kabid", "selesai"))
    [one] = signed(office, case)
    assert (one.kind, one.person, one.step) == (SignatureKind.INITIAL, office.person("kabid").id, "3")
    assert [(mark.form, mark.version) for mark in one.papers] == [("F05.A", 1)]
    with reading(office.office.store) as connection:
        assert one.papers == signatures.standing(connection, CaseId(case))
        assert tally(connection, 0, 1) == ()
