"""The signer's turns: once each, whole or not at all, and only what was approved."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from card_registry import canonical
from card_registry.authority import folding, store
from card_registry.authority.record import Applied
from card_registry.authority.signer import Signer
from card_registry.authority.turn import WAIT
from card_registry.errors import Forged, OperatorMistaken, SenderLied
from card_registry.instant import DAY, MINUTE
from card_registry.journal.note import Checkpoint, authority_origin, open_checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.registry import SPREAD, shard_of
from card_registry.shown import GrantRow, Shard
from card_registry.signing import public_hex
from card_registry.statements import Denial, DenyList, Policy, WarrantKind
from card_registry.stores import ledger, office
from card_registry.stores import registry as tables
from card_registry.trust.publish import Edition, SigningKeys, version_of
from card_registry.trust.slots import grants_role, shard_slot
from card_registry.words import Approval, CardId, ControllerId, DoorId, GrantId, GrantKind, HolderId, Subject
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    FRASA,
    HERE,
    SITE,
    STARTED,
    House,
    approved,
    bound,
    by_session,
    request_of,
    store_of,
    terms,
    verdict,
    withdrawal,
)
from tests.card_registry.trust.made import Door, key, token


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours catches it."""


def killing(step: str) -> Callable[[str], None]:
    """Give a fault that kills the signer at one step."""

    def fault(reached: str) -> None:
        if reached == step:
            raise Killed

    return fault


def state(house: House) -> dict[str, object]:
    """Give everything the registry says, without versions and signatures."""
    columns = tables.slot.c
    bodies = {
        name: bytes(body)
        for name, body in house.rows(columns.name, columns.body)
        if name.startswith(("d/", "deny/"))
    }
    log = [json.loads(bytes(body)) for (body,) in house.rows(tables.authority.c.body)]
    outcomes = sorted(house.rows(tables.outcome.c.reference, tables.outcome.c.applied))
    follows = sorted(house.rows(tables.follow.c.source, tables.follow.c.next))
    return {"bodies": bodies, "log": log, "outcomes": outcomes, "follows": follows}


def ask_everything(house: House) -> None:
    """Put one of each kind of change before the signer, a forged one among them."""
    house.ask(approved(verdict()))
    house.ask(by_session(verdict("mallory")))
    house.journal(STARTED, bound(), bound("mallory", maker="pemohon"))
    house.ask(withdrawal("budi"))
    house.now += 2 * WAIT


@pytest.mark.parametrize("step", ["locked", "warrants", "rows", "published", "committed"])
def test_killed_at_any_step_nothing_is_lost_or_doubled(step: str, house: House) -> None:
    """Killed at any step and started again, the registry is as if undisturbed, and versions only grew."""
    ask_everything(house)
    before = version_of(house.slots()["meta/timestamp"])
    undisturbed = House(house.folder.with_name("undisturbed"), house.now)
    undisturbed.folder.mkdir()
    for file in house.folder.rglob("*"):
        target = undisturbed.folder / file.relative_to(house.folder)
        target.mkdir(exist_ok=True) if file.is_dir() else target.write_bytes(file.read_bytes())
    undisturbed.work()

    for _ in range(2):
        with house.signer(killing(step)) as signer, pytest.raises(Killed):
            signer.round()
        if step == "committed":
            break
    house.work()

    assert state(house) == state(undisturbed)
    assert version_of(house.slots()["meta/timestamp"]) > before
    assert len(house.rows(tables.grant.c.id)) == 1


def test_the_timestamp_is_written_last(house: House) -> None:
    """In the order of serials the timestamp follows everything it vouches for."""
    ask_everything(house)
    house.work()
    serials = dict(house.rows(tables.slot.c.name, tables.slot.c.serial))

    assert max(serials, key=lambda name: serials[name]) == "meta/timestamp"
    assert len(set(serials.values())) == len(serials)


def test_taking_away_touches_four_slots(house: House) -> None:
    """A withdrawal re-signs the deny role, snapshot and timestamp, and no shard."""
    house.ask(approved(verdict()))
    house.work()
    before = dict(house.rows(tables.slot.c.name, tables.slot.c.serial))
    house.ask(withdrawal())
    house.work()
    after = dict(house.rows(tables.slot.c.name, tables.slot.c.serial))

    changed = sorted((serial, name) for name, serial in after.items() if serial != before[name])
    assert [name for _, name in changed] == ["deny/list", "meta/deny", "meta/snapshot", "meta/timestamp"]


def test_a_forged_verdict_has_an_outcome_and_no_grant(house: House) -> None:
    """A row written into the office store by hand is refused by a sentence, and the next one is applied."""
    honest = approved(verdict())
    forged = canonical.encode(honest).replace(token("ani").encode(), token("eve").encode())
    first = house.ask_bytes(WarrantKind.GRANT, forged)
    second = house.ask_bytes("gift", b"{}")
    third = house.ask_bytes(WarrantKind.WITHDRAW, b"{}")
    fourth = house.ask(honest)
    house.work()

    assert house.outcome(first) == (
        False,
        "the signature is not the approver's over exactly this",
    )
    assert house.outcome(second)[1].startswith("the warrant cannot be read")
    assert house.outcome(third)[1].startswith("the warrant cannot be read")
    assert house.outcome(fourth) == (True, "")
    assert [row[0] for row in house.rows(tables.grant.c.holder)] == [token("ani")]


def test_an_approval_is_used_once(house: House) -> None:
    """The same warrant put in again adds nothing."""
    first, second = house.ask(approved(verdict())), house.ask(approved(verdict()))
    house.work()

    assert house.outcome(first) == (True, "")
    assert house.outcome(second) == (
        False,
        "this approval was used before; a right needs an approval of its own",
    )


def test_two_signers_apply_each_change_once(house: House) -> None:
    """A second signer did all the work after the first had looked; the first finds it done."""
    ask_everything(house)
    others: list[House] = [house]

    def clock() -> int:
        if others:
            others.pop().work()
        return house.now

    signer = Signer(house.places, house.keys(), clock)
    try:
        signer.round()
    finally:
        signer.close()

    assert len(house.rows(tables.authority.c.seq)) == 3
    assert len(house.rows(tables.grant.c.id)) == len(house.rows(tables.credential.c.card)) == 1
    assert house.outcome("meja-1/1/1") == (True, "")
    assert house.rows(tables.denial.c.serial) == [(1,)]


def test_a_full_shard_refuses_a_grant_and_never_a_denial(house: House) -> None:
    """A grant that its slot has no room for is refused by a sentence; taking away goes on."""
    place = shard_of(HolderId(token("ani")), SPREAD)
    row = GrantRow(
        GrantId(token("x")), HolderId(token("ani")), (DOOR,), None, 1, 2, GrantKind.TETAP,
        escort=False, override=False, clears=0, weak=False,
    )  # fmt: skip
    room = canonical.LIMIT - len(canonical.encode(Shard(1, HERE, place, (), ())))
    crowd = tuple(
        replace(row, holder=HolderId(f"{place:02x}{number:030x}"))
        for number in range(room // (len(canonical.encode(row)) + 1))
    )
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        keys, number = house.keys(), store.lock(connection) + 1
        slots = store.SlotRows(connection)
        edition = Edition(slots, SigningKeys(keys.grants, keys.online), number, house.now)
        body = canonical.encode(Shard(1, HERE, place, (), crowd))
        edition.put(grants_role(HERE), shard_slot(HERE, place), body)
        store.publish(connection, edition.close(), number, house.now)
    refused, taken = house.ask(approved(verdict())), house.ask(withdrawal())
    house.work()

    assert "has no room for more holders" in house.outcome(refused)[1]
    assert house.outcome(taken) == (True, "")
    assert house.rows(tables.grant.c.id) == []
    assert house.rows(tables.verdict_used.c.digest) == []


def test_a_warrant_that_committed_late_is_found(house: House) -> None:
    """A serial below the cursor without an outcome is still taken (PostgreSQL commits out of order)."""
    first = house.ask(withdrawal("ani"))
    with store_of(house.places.office, "office") as engine, engine.begin() as connection:
        row = connection.execute(office.warrant.select()).one()
        connection.execute(office.warrant.delete())
    second = house.ask(withdrawal("budi"))
    house.work()
    with store_of(house.places.office, "office") as engine, engine.begin() as connection:
        connection.execute(office.warrant.insert().values(**row._asdict()))
    house.work()

    assert first < second
    assert house.outcome(first) == house.outcome(second) == (True, "")


def test_a_card_waits_for_its_grant_and_not_for_ever(house: House) -> None:
    """A bound card whose case has no grant yet waits; a minute later it is refused and the desk goes on."""
    house.journal(bound("ani"))
    house.work()
    assert house.rows(tables.outcome.c.reference) == []

    house.ask(approved(verdict("ani")))
    house.work()
    assert house.outcome("meja-1/1/0") == (True, "")

    house.journal(bound("budi"), STARTED)
    house.work()
    house.now += WAIT
    house.work()
    assert "no approved grant of case" in house.outcome("meja-1/1/1")[1]
    assert dict(house.rows(tables.follow.c.source, tables.follow.c.next))["binding/meja-1/1"] == 3


def test_a_desk_row_edited_in_the_ledger_is_not_taken(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """The ledger's file is changed by hand; nothing of that desk is applied, and the log says why, once."""
    house.ask(approved(verdict()))
    house.journal(bound())
    with store_of(house.places.ledger, "ledger") as engine, engine.begin() as connection:
        body = connection.scalar(ledger.event.select().with_only_columns(ledger.event.c.body))
        other = bytes(body or b"").replace(token("card of ani").encode(), token("card of eve").encode())
        connection.execute(update(ledger.event).values(body=other))
    house.work()
    house.work()

    assert house.rows(tables.credential.c.card) == []
    assert "do not hash to the head it signed" in caplog.text


def test_a_head_signed_by_another_key_is_not_believed(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever can write the ledger cannot bind a card."""
    house.ask(approved(verdict()))
    house.journal(bound(), log_key=key("thief"))
    house.work()

    assert house.rows(tables.credential.c.card) == []
    assert "is signed by another key than the site trusts" in caplog.text


def test_a_row_that_is_no_event_is_refused(house: House) -> None:
    """A desk that signs nonsense gets an outcome, and its cursor moves on."""
    with store_of(house.places.ledger, "ledger") as engine, engine.begin() as connection:
        row = b"nonsense"
        frontier = Frontier().append(leaf(row))
        note = sign_checkpoint(Checkpoint(origin(SITE, DESK, 1), 1, frontier.root()), key("log of meja-1"))
        where = {"controller": DESK, "epoch": 1}
        connection.execute(ledger.event.insert().values(**where, seq=0, body=row, leaf=leaf(row)))
        connection.execute(ledger.checkpoint.insert().values(**where, size=1, note=note, received=house.now))
    house.work()

    assert house.outcome("meja-1/1/0")[1].startswith("the desk's row cannot be read")


def test_the_signers_own_log_verifies(house: House) -> None:
    """Every applied change is in the log, under a head signed by the authority's key."""
    ask_everything(house)
    house.work()
    values = {name: bytes(value) for name, value in house.rows(tables.site.c.name, tables.site.c.value)}
    bodies = [bytes(body) for (body,) in house.rows(tables.authority.c.body)]
    public = public_hex(house.keys().authority)
    head = open_checkpoint(values["authority-head"], authority_origin(SITE), public)
    (policy,) = [
        canonical.decode(bytes(body), Policy, "policy")
        for name, body in house.rows(tables.slot.c.name, tables.slot.c.body)
        if name == "site/policy"
    ]

    assert head.root == Frontier().extend(map(leaf, bodies)).root()
    assert [canonical.decode(body, Applied, "row").kind for body in bodies] == [
        "grant",
        "withdraw",
        "binding",
    ]
    assert policy.authority_keys == (public,)


def test_a_denied_card_comes_back_only_by_an_approval_that_lifts_it(house: House) -> None:
    """A grant whose signed text clears the denial's serial carries it to the door."""
    house.ask(approved(verdict()))
    house.journal(bound())
    house.work()
    house.ask(withdrawal())
    house.work()
    restored = terms(id=token("second grant"), clears=1)
    house.ask(approved(verdict(grant=restored, attempt=2), lifts=1))
    house.work()
    door = Door(house.keys().root, house.folder, house.now)
    registry = door.learn(house.slots()).registry

    assert registry is not None
    (held,) = registry.grants.values()
    assert sorted(grant.clears for grant in held) == [0, 1]
    assert registry.serials[Subject.CARD, token("card of ani")] == 1


def test_a_lost_card_does_not_come_back_with_its_holder(house: House) -> None:
    """A grant that lifts the holder's later denial does not clear the earlier one of a lost card."""
    house.ask(approved(verdict()))
    house.journal(bound(), bound(card=CardId(token("new card of ani")), digest="b7" * 32))
    house.work()
    house.ask(withdrawal())
    house.work()
    house.ask(withdrawal(subject=Subject.HOLDER))
    house.work()
    back = terms(id=token("grant after leave"), clears=2)
    house.ask(approved(verdict(grant=back, attempt=2), lifts=2))
    house.work()
    door = Door(house.keys().root, house.folder, house.now)
    door.learn(house.slots())

    assert door.cards() == {token("new card of ani")}


def test_a_later_denial_of_a_card_cannot_carry_the_holder_back(house: House) -> None:
    """Who was sent away does not return through an approval that names only the lost card."""
    house.ask(approved(verdict()))
    house.journal(bound())
    house.ask(withdrawal(subject=Subject.HOLDER))
    house.work()
    house.ask(withdrawal())
    house.work()
    asked = house.ask(approved(verdict(grant=terms(id=token("again"), clears=2), attempt=2), lifts=2))
    house.work()

    applied, said = house.outcome(asked)
    assert not applied
    assert "an approval lifts one denial, and the holder's comes first" in said


def test_the_timestamp_beats_and_roles_are_signed_at_half_life(house: House) -> None:
    """Five idle minutes sign the timestamp; half a month later the grants and deny roles are signed too."""
    house.work()
    versions = {name: version_of(body) for name, body in house.slots().items() if name.startswith("meta/")}
    house.now += 6 * MINUTE
    house.work()
    beat = {name: version_of(body) for name, body in house.slots().items() if name.startswith("meta/")}
    assert {name for name in beat if beat[name] != versions[name]} == {"meta/timestamp"}

    house.now += 16 * DAY
    house.work()
    later = {name: version_of(body) for name, body in house.slots().items() if name.startswith("meta/")}
    assert {name for name in later if later[name] == beat[name]} == {"meta/targets"}
    door = Door(house.keys().root, house.folder, house.now)
    assert door.learn(house.slots()).floors.timestamp == later["meta/timestamp"]


def listed(house: House) -> tuple[Denial, ...]:
    """Give the denials on the published list."""
    return canonical.decode(house.slots()["deny/list"], DenyList, "list").denials


def deny_directly(house: House, count: int) -> None:
    """Enter denials of cards that nobody holds, as if each had been asked for."""
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        newest = connection.scalar(select(func.max(tables.denial.c.serial))) or 0
        ids = [token(f"{newest} {number}") for number in range(count)]
        rows = [{"subject": "card", "id": id_, "serial": newest + 1 + n} for n, id_ in enumerate(ids)]
        connection.execute(tables.denial.insert(), rows)


def shard_of_ani(house: House) -> Shard:
    """Give the shard in which Ani's rows lie."""
    name = shard_slot(HERE, shard_of(HolderId(token("ani")), SPREAD))
    return canonical.decode(house.slots()[name], Shard, "shard")


def test_a_full_list_is_folded_by_the_revocation_that_finds_it_full(house: House) -> None:
    """The list has to fit its slot: what cannot open is published no more, the newest denials stay listed."""
    house.ask(approved(verdict()))
    house.journal(bound())
    house.ask(withdrawal())
    house.work()
    deny_directly(house, folding.MOST)
    house.ask(withdrawal("budi"))
    house.work()

    assert len(listed(house)) == folding.KEEP
    assert listed(house)[-1].id == token("card of budi")
    assert shard_of_ani(house).credentials == ()
    assert len(shard_of_ani(house).grants) == 1
    house.ask(withdrawal("citra"))
    house.work()
    assert len(listed(house)) == folding.KEEP + 1


def test_the_beat_folds_what_was_listed_long_enough(house: House) -> None:
    """No revocation waits for it, only those whom it concerns are written anew, and a door denies on."""
    house.ask(approved(verdict()))
    house.ask(approved(verdict("budi")))
    house.journal(bound(), bound("budi"))
    house.ask(withdrawal())
    house.work()
    door = Door(house.keys().root, house.folder, house.now)
    door.learn(house.slots())
    for number in range(folding.FOLD_AT):
        house.ask(withdrawal(f"orang {number}", subject=list(Subject)[number % 3]))
    house.work()
    before = house.slots()
    assert len(listed(house)) == folding.FOLD_AT + 1
    house.now += 6 * MINUTE
    house.work()
    after = house.slots()

    assert len(listed(house)) == folding.KEEP
    assert shard_of_ani(house).credentials == ()
    shards = {name for name in after if name.startswith(f"d/{HERE}/") and after[name] != before.get(name)}
    assert shards == {shard_slot(HERE, shard_of(HolderId(token("ani")), SPREAD))}
    kept = door.learn(after)
    assert kept.serials[Subject.CARD, token("card of ani")] == 1
    assert door.cards() == {token("card of budi")}


def test_a_second_door_gets_only_its_own_grants(house: House) -> None:
    """A grant lands at each controller whose door it names, and a card only where its holder has a grant."""
    second = ControllerId("pengendali-2")
    house.enrol(request_of(second, DoorId("gudang")))
    house.ask(approved(verdict("ani", grant=terms("ani", doors=(DOOR, DoorId("gudang"))))))
    house.ask(approved(verdict("budi")))
    house.journal(bound("ani"), bound("budi"))
    house.work()
    doors = {c: Door(house.keys().root, house.folder, house.now, c) for c in (HERE, second)}
    seen = {c: door.learn(house.slots(c)).registry for c, door in doors.items()}

    assert doors[HERE].cards() == {token("card of ani"), token("card of budi")}
    assert doors[second].cards() == {token("card of ani")}
    here, there = seen[HERE], seen[second]
    assert here is not None
    assert there is not None
    assert not here.credentials.keys() & there.credentials.keys()
    assert [grant.doors for held in there.grants.values() for grant in held] == [(DoorId("gudang"),)]


def test_slots_exchanged_in_the_store_stop_the_signer(house: House) -> None:
    """An approver added to the registry store by hand is not on the officers' list."""
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        name = tables.slot.c.name == "site/people"
        body = connection.scalar(tables.slot.select().with_only_columns(tables.slot.c.body).where(name))
        added = bytes(body or b"").replace(b'"person":"kabid"', b'"person":"mallo"')
        connection.execute(update(tables.slot).where(name).values(body=added))

    with pytest.raises(SenderLied, match="slot site/people is not the one its signed role names"):
        house.signer()


def test_another_root_in_the_store_stops_the_signer(house: House) -> None:
    """The signer believes the root in its own folder."""
    (house.folders.signer / "root.json").write_bytes(b"{}")

    with pytest.raises((Forged, SenderLied), match="slot root/1"):
        house.signer()


def test_without_a_founding_there_is_no_signer(house: House) -> None:
    """An empty store is refused with the command to type."""
    house.places = type(house.places)(f"sqlite:///{house.folder}/empty.db", "", "", house.folder)

    with pytest.raises(OperatorMistaken, match="run: akses registry found"):
        house.signer()


def test_stores_that_are_not_there_yet_are_waited_for(house: House) -> None:
    """The signer starts before the console and the hub have made their stores."""
    house.places = type(house.places)(
        house.places.registry,
        f"sqlite:///{house.folder}/later-office.db",
        f"sqlite:///{house.folder}/later-ledger.db",
        house.folder,
    )
    house.work()
    for url, schema in ((house.places.office, "office"), (house.places.ledger, "ledger")):
        with store_of(url, schema) as engine:
            engine.connect().close()
    house.work()

    assert house.rows(tables.outcome.c.reference) == []


def test_a_weak_approval_is_weak_at_the_door(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where the officers allow sessions, the grant is marked weak wherever it shows."""
    house = House(tmp_path_factory.mktemp("weak"))
    house.found(Approval.SESSION)
    house.enrol(request_of(HERE, DOOR))
    house.ask(by_session(verdict()))
    house.work()
    registry = Door(house.keys().root, house.folder, house.now).learn(house.slots()).registry

    assert registry is not None
    assert [grant.weak for held in registry.grants.values() for grant in held] == [True]
    assert FRASA.encode() not in b"".join(house.slots().values())
