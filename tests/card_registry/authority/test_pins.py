"""PINs at the signer: typed unseen, logged as commitments, shown only to doors that ask, and cleared."""

import json
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, text, update

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.command import registry
from card_registry.authority.founding import open_current
from card_registry.authority.pins import keeping
from card_registry.authority.pins.change import PinChange, commitment_of
from card_registry.authority.pins.keeping import Place
from card_registry.authority.record import Applied, Source
from card_registry.authority.signer import BEAT
from card_registry.authority.turn import Turn
from card_registry.authority.warrant import Charter
from card_registry.enrolment import Bundle
from card_registry.errors import OperatorMistaken, StoreBroken
from card_registry.pin import check, pin_row
from card_registry.registry import SPREAD, shard_of
from card_registry.shown import PinRow, Shard
from card_registry.statements import ControllerEntry
from card_registry.stores import registry as tables
from card_registry.trust.adoption import Trusted
from card_registry.trust.slots import shard_slot, shard_slots
from card_registry.trust.verify import read_charter
from card_registry.words import (
    ControllerId,
    ControllerStatus,
    DoorId,
    GrantKind,
    HolderId,
    PinDemand,
    PinResult,
)
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    HERE,
    OPERATOR,
    PASSPHRASE,
    House,
    approved,
    bound,
    request_of,
    store_of,
    terms,
    verdict,
)
from tests.card_registry.trust.made import Door, token

ANI = HolderId(token("ani"))
RIGHT, DURESS = "739518", "602849"
ROW = pin_row(ANI, RIGHT, DURESS, bytes(range(16)))
ANOTHER = pin_row(ANI, "918273", "640582", bytes(16))
OTHER, OTHER_DOOR = ControllerId("pengendali-2"), DoorId("gudang")


def ask_for_pins(house: House, controller: ControllerId = HERE, *doors: DoorId, asking: int = 1) -> Bundle:
    """Enrol a controller anew; its first ``asking`` doors ask for PINs from now on."""
    request = request_of(controller, *(doors or (DOOR,)), epoch=2)
    rules = tuple(
        replace(rule, pin=PinDemand.ALWAYS) if number < asking else rule
        for number, rule in enumerate(request.doors)
    )
    return house.enrol(replace(request, doors=rules))


def let_in(house: House, name: str = "ani", **changes: object) -> None:
    """Give one person a grant."""
    house.ask(approved(verdict(name, grant=terms(name, **changes))))
    house.work()


class at:  # noqa: N801 - reads as a place
    """The registry of a house, for the operator."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._store = store_of(house.places.registry, "registry")

    def __enter__(self) -> Place:
        """Open it."""
        return Place(self._store.__enter__(), self._house.keys(), self._house.folder, self._house.now)

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._store.__exit__()


def set_pin(house: House, row: PinRow = ROW) -> int:
    """Set a PIN; give how many controllers are shown it."""
    with at(house) as place:
        return keeping.set_pin(place, row, OPERATOR)


def shown(house: House, controller: ControllerId = HERE) -> list[PinRow]:
    """Give the PINs in what the hub publishes to a controller."""
    slots = house.slots(controller)
    listed = [slots[name] for name in shard_slots(controller, SPREAD) if name in slots]
    shards = [canonical.decode(body, Shard, "shard") for body in listed]
    assert all(shard_of(row.holder, SPREAD) == shard.shard for shard in shards for row in shard.pins)
    return [row for shard in shards for row in shard.pins]


@pytest.fixture
def asking(house: House) -> House:
    """A house whose one door asks for PINs, and where Ani may enter."""
    ask_for_pins(house)
    let_in(house)
    return house


def test_a_door_that_asks_is_shown_the_pin_and_can_check_it(asking: House) -> None:
    """What reaches the door answers RIGHT and DURESS to the two codes; setting it again replaces it."""
    assert set_pin(asking) == 1
    (row,) = shown(asking)

    assert check(row, RIGHT) is PinResult.RIGHT
    assert check(row, DURESS) is PinResult.DURESS
    set_pin(asking, ANOTHER)
    assert shown(asking) == [ANOTHER]


def test_a_pin_reaches_the_door_and_leaves_it_through_slots_alone(house: House) -> None:
    """A door that adopts what the hub publishes finds the row by its holder, and no longer once cleared."""
    bundle = ask_for_pins(house)
    door = Door(bundle.root_bytes, house.folder, house.now, trusted=Trusted(floors=bundle.floors))
    let_in(house)
    set_pin(house)
    learnt = door.learn(house.slots()).registry
    assert learnt is not None
    assert learnt.pins == {ANI: ROW}
    assert learnt.policy.pin_digits == 6
    with at(house) as place:
        keeping.clear_pins(place, [ANI], OPERATOR)
    learnt = door.learn(house.slots()).registry
    assert learnt is not None
    assert learnt.pins == {}


def test_a_pin_survives_what_else_is_published(asking: House) -> None:
    """A card made later, another's grant, an enrolment: the PIN stays shown, and the store is sound."""
    set_pin(asking)
    asking.journal(bound())
    let_in(asking, "budi")
    ask_for_pins(asking, OTHER, OTHER_DOOR)
    asking.work()

    assert shown(asking) == [ROW]
    with at(asking) as place:
        assert keeping.policy_of(place).pin_digits == 6


def test_a_door_that_never_asks_is_shown_no_pin(house: House) -> None:
    """Neither the controller nor the desk gets hashes; when the door begins to ask, it gets them."""
    let_in(house)
    assert set_pin(house) == 0
    assert shown(house) == shown(house, DESK) == []
    ask_for_pins(house)
    assert shown(house) == [ROW]


def test_only_holders_who_may_enter_there_are_shown(asking: House) -> None:
    """A PIN goes to the door its holder has a grant for, and to no other that asks."""
    ask_for_pins(asking, OTHER, OTHER_DOOR)
    let_in(asking, "budi", doors=(OTHER_DOOR,))
    budi = replace(ROW, holder=HolderId(token("budi")))

    assert (set_pin(asking), set_pin(asking, budi)) == (1, 1)
    assert shown(asking) == [ROW]
    assert shown(asking, OTHER) == [budi]


def test_only_the_asking_door_of_a_controller_counts(house: House) -> None:
    """A grant to the door that asks for nothing brings no hash to the controller of both."""
    ask_for_pins(house, OTHER, OTHER_DOOR, DoorId("arsip"))
    let_in(house, doors=(DoorId("arsip"),))
    assert set_pin(house) == 0
    assert shown(house, OTHER) == []


def test_an_emergency_card_brings_no_pin(house: House) -> None:
    """Emergency cards are never asked for a PIN, so nobody needs to know one."""
    ask_for_pins(house)
    let_in(house, kind=GrantKind.DARURAT)
    assert set_pin(house) == 0
    assert shown(house) == []


def test_an_ended_grant_takes_the_pin_along(asking: House) -> None:
    """When the holder's rows are written anew after the grant's end, the PIN is no longer shown."""
    set_pin(asking)
    asking.now = terms().ends
    let_in(asking, "budi", begins=asking.now, ends=asking.now + 1_000_000)
    ask_for_pins(asking, OTHER, OTHER_DOOR)

    assert shown(asking) == []


def test_a_revoked_controller_is_shown_nothing(asking: House) -> None:
    """Its shards are emptied at the next beat: no PIN, no grant; and no new PIN is shown to it."""
    set_pin(asking)
    with at(asking) as place, place.registry.begin() as connection:
        number = store.lock(connection)
        charter = Charter(*read_charter(store.SlotRows(connection), place.keys.root, place.scratch))
        controllers = tuple(revoked(entry) for entry in charter.directory.controllers)
        charter = replace(charter, directory=replace(charter.directory, controllers=controllers))
        turn = Turn(connection, place.keys, charter, (number, asking.now))
        turn.pin(PinChange(1, ANI, commitment_of(canonical.encode(ROW)), OPERATOR), ROW)
        turn.tend()
        turn.publish()

    assert shown(asking) == []
    assert b'grants":[]' in asking.slots()[shard_slot(HERE, shard_of(ANI, SPREAD))]


def revoked(entry: ControllerEntry) -> ControllerEntry:
    """Give a controller's entry, no longer trusted."""
    return replace(entry, status=ControllerStatus.REVOKED)


def test_a_cleared_pin_is_shown_nowhere(asking: House) -> None:
    """Clearing forgets the row in store and shards, and says when there was none."""
    set_pin(asking)
    with at(asking) as place:
        assert keeping.clear_pins(place, [ANI], OPERATOR) == 1
        with pytest.raises(OperatorMistaken, match="no such PIN"):
            keeping.clear_pins(place, [ANI], OPERATOR)

    assert shown(asking) == []
    assert asking.rows(tables.pin.c.holder) == []


def test_the_log_keeps_who_and_a_commitment(asking: House) -> None:
    """An auditor sees each setting and clearing, by whom, and nothing to try codes against."""
    set_pin(asking)
    with at(asking) as place:
        keeping.clear_pins(place, [ANI], OPERATOR)
    bodies = [bytes(body) for (body,) in asking.rows(tables.authority.c.body)]
    records = [canonical.decode(body, Applied, "record") for body in bodies]
    found = [(one.kind, one.body) for one in records if one.source is Source.PIN]

    assert [kind for kind, _ in found] == ["set", "clear"]
    changes = [canonical.decode(body.encode(), PinChange, "change") for _, body in found]
    assert changes[0] == PinChange(1, ANI, commitment_of(canonical.encode(ROW)), OPERATOR)
    assert changes[1] == PinChange(1, ANI, None, OPERATOR)
    assert not any(secret.encode() in b"".join(bodies) for secret in (ROW.salt, ROW.right, ROW.duress))


EDITS: dict[str, tuple[Callable[[House], object], str]] = {
    "exchanged": (
        lambda house: edit(house, update(tables.pin).values(row=canonical.encode(ANOTHER))),
        "was changed after",
    ),
    "removed": (lambda house: edit(house, delete(tables.pin)), "was removed"),
    "invented": (
        lambda house: edit(house, insert(tables.pin).values(holder=token("eve"), row=b"{}", at=1)),
        "stands on no record",
    ),
}


def edit(house: House, change: object) -> None:
    """Change the registry store by hand."""
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        connection.execute(change)  # type: ignore[call-overload] # insert, update or delete


@pytest.mark.parametrize("name", EDITS)
def test_a_pin_exchanged_by_hand_is_noticed(name: str, asking: House) -> None:
    """Who can write the store cannot choose a PIN for a stolen card: nothing is shown upon such a store."""
    by_hand, sentence = EDITS[name]
    set_pin(asking)
    before = asking.slots()
    by_hand(asking)

    with pytest.raises(StoreBroken, match=sentence):
        set_pin(asking)
    refused = asking.ask(approved(verdict("budi")))
    asking.work()
    applied, said = asking.outcome(refused)
    assert not applied
    assert "PIN" in said
    assert sentence in said
    names = shard_slots(HERE, SPREAD)
    assert [before.get(one) for one in names] == [asking.slots().get(one) for one in names]


class Killed(BaseException):
    """Stands for SIGKILL."""


def test_killed_before_the_commit_nothing_was_set(asking: House) -> None:
    """All of it or none: row, record, outcome and slots."""

    def everything() -> list[object]:
        return [
            asking.rows(tables.slot.c.name, tables.slot.c.body),
            asking.rows(tables.authority.c.body),
            asking.rows(tables.pin.c.row),
            asking.rows(tables.outcome.c.reference),
        ]

    def die_before_the_commit() -> None:
        with at(asking) as place, place.registry.begin() as connection:
            turn, _ = keeping._turn(place, connection)  # noqa: SLF001 - dies where no fault can be told
            turn.pin(PinChange(1, ANI, commitment_of(canonical.encode(ROW)), OPERATOR), ROW)
            turn.publish()
            raise Killed

    before = everything()
    with pytest.raises(Killed):
        die_before_the_commit()
    assert everything() == before
    assert set_pin(asking) == 1


def test_a_holder_without_a_grant_gets_no_pin(asking: House) -> None:
    """A mistyped id is noticed before anybody types a PIN."""
    with at(asking) as place, pytest.raises(OperatorMistaken, match="no grant of this holder"):
        keeping.require_possible(place, HolderId(token("eve")))


def test_the_code_space_is_not_overfilled(asking: House) -> None:
    """With 499 PINs of six digits out no more is issued; one who has one may change it."""
    set_pin(asking)
    let_in(asking, "budi")
    edit(
        asking,
        insert(tables.pin).values([{"holder": token(f"{n}"), "row": b"{}", "at": 1} for n in range(498)]),
    )
    with at(asking) as place:
        keeping.require_possible(place, ANI)
        with pytest.raises(OperatorMistaken, match="499 holders have a PIN"):
            keeping.require_possible(place, HolderId(token("budi")))


def test_a_store_founded_before_pins_is_brought_up_to_date(asking: House) -> None:
    """The signer's start adds the table; nothing else changes, and the store counts as sound."""
    for table in ("pin", "invitation", "certificate"):  # what later steps make
        edit(asking, text(f"DROP TABLE {table}"))
    edit(asking, text("UPDATE registry_version SET version_num = '0001'"))
    open_current(asking.places.registry).dispose()

    assert set_pin(asking) == 1


# The operator's side.


class Desk:
    """The commands, before one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        (house.folder / "passphrase").write_bytes(PASSPHRASE + b"\n")
        self._store = ("--registry", house.places.registry)
        self._keys = (
            "--signer",
            str(house.folders.signer),
            "--passphrase-file",
            f"{house.folder}/passphrase",
        )

    def change(self, *words: str, typed: tuple[str, ...] = ()) -> Result:
        """Run a command that writes, typing at its prompts."""
        given = [words[0], *self._store, *self._keys, "--by", OPERATOR, *words[1:]]
        return CliRunner().invoke(registry, ["pin", *given], input="".join(f"{line}\n" for line in typed))

    def look(self, *words: str) -> Result:
        """Run the list."""
        return CliRunner().invoke(registry, ["pin", "list", *self._store, *words])


@pytest.fixture
def desk(asking: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An operator before the asking house, whose clock is the grant's first day."""
    monkeypatch.setattr("time.time_ns", lambda: asking.now * 1_000_000)
    return Desk(asking)


def test_an_operator_sets_lists_and_clears(desk: Desk, asking: House) -> None:
    """Typed twice each, listed without anything of the PIN, cleared by the holder's id."""
    said = desk.change("set", "--holder", ANI, typed=(RIGHT, RIGHT, DURESS, DURESS))
    assert said.exit_code == 0, said.output
    assert "1 controllers" in said.output
    assert [check(row, RIGHT) for row in shown(asking)] == [PinResult.RIGHT]
    (listed,) = [json.loads(line) for line in desk.look("--json").output.splitlines()]
    assert listed == {"holder": ANI, "set": listed["set"], "grants": 1}
    assert ANI in desk.look().output
    assert desk.change("clear", "--holder", ANI).output == "1 PINs are cleared\n"
    assert desk.look("--json").output == ""


def test_a_stolen_door_resets_the_pins_it_knew(desk: Desk, asking: House) -> None:
    """``clear --controller`` clears every PIN shown there, and no other."""
    ask_for_pins(asking, OTHER, OTHER_DOOR)
    let_in(asking, "budi", doors=(OTHER_DOOR,))
    budi = replace(ROW, holder=HolderId(token("budi")))
    set_pin(asking)
    set_pin(asking, budi)

    assert desk.change("clear", "--controller", HERE).output == "1 PINs are cleared\n"
    assert (shown(asking), shown(asking, OTHER)) == ([], [budi])
    assert desk.change("clear", "--controller", "lain").exit_code == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("111111", "111111", DURESS, DURESS), "repeats one digit"),
        ((RIGHT, RIGHT, "654321", "654321"), "counts up or down"),
        ((RIGHT, RIGHT, RIGHT, RIGHT), "differ from the PIN"),
        ((RIGHT[:4], RIGHT[:4], DURESS, DURESS), "exactly 6 digits"),
    ],
)
def test_a_bad_choice_is_refused_and_nothing_is_kept(
    typed: tuple[str, ...], said: str, desk: Desk, asking: House
) -> None:
    """Trivial, equal or short: exit code 1, a sentence without digits of it, and no row."""
    result = desk.change("set", "--holder", ANI, typed=typed)

    assert result.exit_code == 1
    assert said in result.output
    assert not any(code in result.output for code in typed)
    assert asking.rows(tables.pin.c.holder) == []


def test_two_different_typings_are_asked_again(desk: Desk, asking: House) -> None:
    """A slip at the second typing is noticed at the prompt."""
    result = desk.change("set", "--holder", ANI, typed=(RIGHT, "739519", RIGHT, RIGHT, DURESS, DURESS))

    assert result.exit_code == 0
    assert [check(row, RIGHT) for row in shown(asking)] == [PinResult.RIGHT]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "--holder", token("eve")), 1),
        (("set", "--holder", "ani"), 2),
        (("clear",), 2),
        (("clear", "--holder", ANI, "--controller", HERE), 2),
        (("clear", "--holder", ANI), 1),
        (("set", "--holder", ANI, "--pin", RIGHT), 2),
    ],
)
def test_what_cannot_be_done_is_said_before_a_pin_is_typed(
    words: tuple[str, ...], code: int, desk: Desk
) -> None:
    """Unknown holders, bad ids and PINs as arguments are refused without a prompt."""
    result = desk.change(*words)

    assert result.exit_code == code
    assert "PIN (" not in result.output


def test_without_a_registry_a_sentence(tmp_path: Path) -> None:
    """An empty store is said to be empty, in writing and in reading."""
    house = House(tmp_path)
    (tmp_path / "registry.db").touch()
    assert "not founded" in Desk(house).look().output
    assert Desk(house).change("clear", "--holder", ANI).exit_code == 1


def test_no_digit_is_found_anywhere_afterwards(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Codes of eight digits, which no hash shows by chance: not in output, log lines, slots or any file."""
    house = House(tmp_path)
    monkeypatch.setattr("time.time_ns", lambda: house.now * 1_000_000)
    house.found(pin_digits=8)
    ask_for_pins(house)
    let_in(house)
    right, duress = "73951846", "60284913"
    with caplog.at_level(logging.DEBUG):
        done = Desk(house).change("set", "--holder", ANI, typed=(right, right, duress, duress))
        house.now += BEAT
        house.work()
        refused = Desk(house).change("set", "--holder", ANI, typed=(right, right, right, right))
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    said = caplog.text + done.output + refused.output + repr((done.exception, refused.exception))

    assert [check(row, duress) for row in shown(house)] == [PinResult.DURESS]
    for code in (right, duress):
        assert code.encode() not in files + b"".join(house.slots().values())
        assert code not in said
