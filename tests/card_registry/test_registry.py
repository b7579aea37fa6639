"""A registry put together from parts that agree, and refused when they do not."""

import time
from dataclasses import replace

import pytest

from card_registry.bench import invented, invented_shards
from card_registry.errors import Malformed
from card_registry.journal.event import Versions
from card_registry.registry import Registry, assemble, shard_of
from card_registry.rule import DoorRule
from card_registry.shown import CredentialRow, GrantRow, PinRow, Plan, Shard
from card_registry.words import (
    CardId,
    Clockless,
    ControllerId,
    CredentialKind,
    DoorId,
    GrantId,
    GrantKind,
    HolderId,
    PinDemand,
    Tier,
)
from tests.card_registry.world import CONTROLLER, make_policy, shards_of

DOOR = DoorId("ruang-server")
RULE = DoorRule(DOOR, Tier.PUBLIC_KEY, Clockless.DENY)
ROW = CredentialRow("1" * 64, CardId("c" * 32), HolderId("a" * 32), CredentialKind.PKOC, Tier.PUBLIC_KEY)
GRANT = GrantRow(
    GrantId("1" * 32),
    HolderId("a" * 32),
    (DOOR,),
    None,
    begins=0,
    ends=1,
    kind=GrantKind.TETAP,
    escort=False,
    override=False,
    clears=0,
    weak=False,
)


def _assemble(shards: list[Shard]) -> Registry:
    """Assemble under an empty plan."""
    return assemble(Plan(1, CONTROLLER, {}, (RULE,)), shards, {}, Versions(1, 2, 3, 4), make_policy())


def test_rows_are_found_by_credential_holder_and_door() -> None:
    """What the shards list is what decides, in whatever order they come."""
    second = replace(GRANT, id=GrantId("2" * 32))
    registry = _assemble(shards_of([ROW], [GRANT, second])[::-1])
    assert registry.credentials == {ROW.match: ROW}
    assert registry.grants == {ROW.holder: (GRANT, second)}
    assert registry.doors == {DOOR: RULE}
    assert registry.versions == Versions(1, 2, 3, 4)


@pytest.mark.parametrize(("digit", "number"), [("0", 0), ("9", 9), ("a", 10), ("f", 15)])
def test_a_holder_s_shard_is_the_first_digit(digit: str, number: int) -> None:
    """The signer puts a holder's rows where the door expects them."""
    assert shard_of(HolderId(digit + "0" * 31)) == number


def test_a_card_may_hold_two_credentials() -> None:
    """One plastic, two proofs, one holder."""
    other = replace(ROW, match="2" * 64, kind=CredentialKind.DESFIRE, tier=Tier.SHARED_KEY)
    assert len(_assemble(shards_of([ROW, other], [])).credentials) == 2


def _shard(number: int, *rows: CredentialRow | GrantRow, controller: str = CONTROLLER) -> Shard:
    """Make one shard of any rows."""
    credentials = tuple(row for row in rows if isinstance(row, CredentialRow))
    grants = tuple(row for row in rows if isinstance(row, GrantRow))
    return Shard(1, ControllerId(controller), number, credentials, grants)


@pytest.mark.parametrize(
    ("shards", "sentence"),
    [
        ([_shard(1), _shard(1)], "each once"),
        ([_shard(16)], "numbered 0 to 15"),
        ([_shard(-1)], "numbered 0 to 15"),
        ([_shard(3, controller="pengendali-2")], "shard 03 is for pengendali-2"),
        ([_shard(10, ROW, ROW)], "shard 0a lists a credential that is already listed"),
        ([_shard(9, ROW)], "shard 09 lists a card under a holder"),
        ([_shard(10, replace(ROW, holder=HolderId("")))], "lists a card under a holder"),
        ([_shard(10, ROW, replace(ROW, match="2" * 64, holder=HolderId("ab" * 16)))], "card under a holder"),
        ([_shard(9, GRANT)], "lists a grant of a holder"),
        ([_shard(10, replace(GRANT, schedule="malam"))], "names schedule 'malam', not in the plan"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(shards: list[Shard], sentence: str) -> None:
    """A signer's mistake is refused with its place, and the old registry stays."""
    with pytest.raises(Malformed, match=sentence):
        _assemble(shards)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ((RULE, RULE), "lists a door twice"),
        ((replace(RULE, pin=PinDemand.SCHEDULED, pin_schedule="malam"),), "by 'malam', not in the plan"),
        (
            (replace(RULE, interlock=(DoorId("gudang"),)),),
            "interlocked with a door that pengendali-1 does not",
        ),
    ],
)
def test_doors_that_depend_on_what_is_missing_are_refused(rules: tuple[DoorRule, ...], sentence: str) -> None:
    """A plan names its schedules and drives the doors of its interlocks, each once."""
    with pytest.raises(Malformed, match=sentence):
        assemble(Plan(1, CONTROLLER, {}, rules), [], {}, Versions(), make_policy())


def test_doors_of_one_controller_may_depend_on_each_other() -> None:
    """An interlock of two doors, and a PIN by a schedule of the plan, are sound."""
    inner = replace(
        RULE, id=DoorId("gudang"), interlock=(DOOR,), pin=PinDemand.SCHEDULED, pin_schedule="kerja"
    )
    outer = replace(RULE, interlock=(inner.id,))
    plan = Plan(1, CONTROLLER, invented(0).schedules, (outer, inner))  # type: ignore[arg-type] # a dict
    assert assemble(plan, [], {}, Versions(), make_policy()).doors == {DOOR: outer, inner.id: inner}


PIN = PinRow(ROW.holder, "a" * 32, "b" * 64, "c" * 64)


def test_pins_are_found_by_holder() -> None:
    """A holder's PIN lies in the holder's shard."""
    assert _assemble([Shard(1, CONTROLLER, 10, (), (), (PIN,))]).pins == {PIN.holder: PIN}
    assert _assemble([]).pins == {}


@pytest.mark.parametrize(("number", "pins"), [(10, (PIN, PIN)), (9, (PIN,))])
def test_a_pin_twice_or_elsewhere_is_refused(number: int, pins: tuple[PinRow, ...]) -> None:
    """Nobody has two PINs, and none lies in another holder's shard."""
    with pytest.raises(Malformed, match="lists a PIN twice, or of a holder that is not its own"):
        _assemble([Shard(1, CONTROLLER, number, (), (), pins)])


def test_ten_thousand_cards_assemble_quickly() -> None:
    """The best of three is well under what a start may cost, on a machine that is doing other things too."""
    assert len(invented(10_000).credentials) == 10_000
    shards = invented_shards(10_000)
    spent = []
    for _ in range(3):
        begun = time.perf_counter()
        _assemble([replace(shard, grants=()) for shard in shards])
        spent.append(time.perf_counter() - begun)
    assert min(spent) < 0.15
