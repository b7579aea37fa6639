"""The signer over a ceremony: it goes on with new keys, or says what is missing and touches nothing."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.keys import load_signer, promote
from card_registry.authority.officers import applying
from card_registry.authority.officers.command import asking
from card_registry.errors import KeysReplaced, OperatorMistaken, StoreBroken
from card_registry.journal.tree import Frontier
from card_registry.orders import OrderSheet
from card_registry.signing import public_hex
from card_registry.stores import registry as tables
from card_registry.stores.engine import open_store
from card_registry.trust.slots import orders_slot
from card_registry.words import OrderKind
from door_controller.orders import Keys, Known, Obey, Post, weigh
from tests.card_registry.authority.house import DOOR, HERE, PASSPHRASE, SITE, withdrawal
from tests.card_registry.authority.officers.chancery import WHY, Chancery
from tests.card_registry.authority.test_command import serving, wait_for
from tests.card_registry.authority.test_ordering import asked, give, on_sheet, report, status, wanted
from tests.card_registry.trust.made import at

ALL = ("grants", "online", "order", "authority")


def test_a_running_signer_reads_its_new_keys(chancery: Chancery) -> None:
    """Keys are replaced under a running signer process; it publishes on, and never with an old one."""
    door = chancery.door()
    with serving(chancery.house) as process:
        chancery.hold("rotate", *chancery.replace_signer_keys(*ALL))
        chancery.house.ask(withdrawal("ani"))
        wait_for(lambda: len(chancery.house.rows(tables.denial.c.serial)) == 1)
        assert process.poll() is None

    assert door.learn(chancery.house.slots()).floors.root == 2
    assert len(door.trusted.serials) == 1


def test_a_signer_between_commit_and_new_keys_waits(chancery: Chancery) -> None:
    """If power fails after the commit, the signer refuses to begin until the same apply has finished."""
    chancery.replace_signer_keys(*ALL)
    prepared = Path(shutil.copytree(chancery.signer, chancery.folder / "prepared"))
    chancery.hold("rotate", "--signer-card", chancery.signer / "signer.card.json")
    for file in prepared.glob("*.pem"):
        shutil.copy(file, chancery.signer)

    with pytest.raises(KeysReplaced, match="finish with: akses registry apply"):
        chancery.house.work()
    said = chancery.apply(chancery.folder / "draft.json").output

    assert "applied before" in said
    for name in ALL:
        assert f"signs with the new {name} key" in said
    assert not list(chancery.signer.glob("*.next.pem"))
    chancery.admit("budi")


def test_a_backup_from_before_a_rotation_takes_the_same_draft_again(chancery: Chancery) -> None:
    """The old keys are gone, so a store restored from before needs the draft that was kept."""
    kept = {file.name: file.read_bytes() for file in chancery.folder.glob("registry.db*")}
    chancery.hold("rotate", *chancery.replace_signer_keys(*ALL))
    for file in chancery.folder.glob("registry.db*"):
        file.unlink()
    for name, data in kept.items():
        (chancery.folder / name).write_bytes(data)

    with pytest.raises(KeysReplaced, match="akses registry apply"):
        chancery.house.work()
    assert "\nApplied." in chancery.apply(chancery.folder / "draft.json").output
    chancery.admit("budi")


def test_nothing_is_applied_without_the_keys(chancery: Chancery) -> None:
    """A signer's folder that lacks the key officers signed for refuses, and the site stays as it was."""
    draft = signed_rotation(chancery, "online")
    (chancery.signer / "online.next.pem").unlink()
    slots = chancery.house.slots()

    said = chancery.apply(draft, fine=False).output

    assert "does not hold the online key" in said
    assert chancery.house.slots() == slots
    chancery.admit("budi")


def test_a_damaged_store_is_not_signed_with_new_keys(chancery: Chancery) -> None:
    """What somebody wrote into the tables by hand is found before a new key could vouch for it."""
    draft = signed_rotation(chancery, "grants")
    engine = open_store(chancery.store, "registry")
    with engine.begin() as connection:
        connection.execute(tables.grant.update().values(weak=True))
    with pytest.raises(StoreBroken, match="was changed after it was approved"):
        applying.apply(place(chancery), asking.read(draft))
    engine.dispose()


def test_a_record_taken_out_of_the_log_is_not_vouched_for(chancery: Chancery) -> None:
    """Whoever takes a removal back, with its record and all that follows, is not helped by a rotation."""
    chancery.house.ask(withdrawal("ani"))
    chancery.house.work()
    draft = signed_rotation(chancery, "authority")
    engine = open_store(chancery.store, "registry")
    with engine.begin() as connection:
        row = tables.authority.c
        last = connection.scalar(select(func.max(row.seq)))
        connection.execute(tables.authority.delete().where(row.seq == last))
        connection.execute(tables.denial.delete())
        leaves = connection.scalars(select(row.leaf).order_by(row.seq)).all()
        store.set_values(connection, {store.FRONTIER: Frontier().extend(map(bytes, leaves)).dump()})
    with pytest.raises(StoreBroken, match="do not hash to its signed head"):
        applying.apply(place(chancery), asking.read(draft))
    engine.dispose()


def signed_rotation(chancery: Chancery, name: str) -> Path:
    """Give a draft that replaces one of the signer's keys, signed by two officers."""
    draft = chancery.folder / "draft.json"
    words = chancery.replace_signer_keys(name)
    chancery.run("rotate", *words, "--registry", chancery.store, "--out", draft, *WHY)
    for label in ("kadis", "kabid-ti"):
        chancery.sign(draft, label)
    return draft


def test_a_prepared_key_that_nobody_signed_for_is_never_used(chancery: Chancery) -> None:
    """A key beside the one that counts stays there, whatever else is applied."""
    chancery.replace_signer_keys("online")
    old = public_hex(load_signer(chancery.signer, PASSPHRASE).online)

    chancery.hold("draft", "renewal")

    assert (chancery.signer / "online.next.pem").exists()
    assert public_hex(load_signer(chancery.signer, PASSPHRASE).online) == old
    wanted = {name: public_hex(getattr(load_signer(chancery.signer, PASSPHRASE), name)) for name in ALL}
    assert promote(chancery.signer, PASSPHRASE, wanted) == []


def test_a_founded_site_is_not_founded_again_by_a_draft(chancery: Chancery) -> None:
    """The founding draft cannot be applied twice, and its root on the signer's disk stays."""
    found = asking.read(chancery.folder / "found.json")
    root = (chancery.signer / "root.json").read_bytes()
    with pytest.raises(OperatorMistaken, match="founded already"):
        applying.found(place(chancery), found)
    with pytest.raises(OperatorMistaken, match="founded already"):
        applying.apply(place(chancery), found)
    assert (chancery.signer / "root.json").read_bytes() == root


def test_a_waiting_lockdown_is_sealed_anew_and_what_opens_is_not(chancery: Chancery) -> None:
    """A door still hears the lockdown, under the new key; a release sealed with the old one is gone."""
    house = chancery.house
    report(house, status())
    assert give(house, asked(wanted(OrderKind.LOCKDOWN))) == ""
    assert give(house, asked(wanted(OrderKind.RELEASE))) == ""
    old = public_hex(house.keys().online)

    chancery.hold("rotate", *chancery.replace_signer_keys("online", "order"))

    assert [(order.kind, key) for order, key in on_sheet(house)] == [(OrderKind.LOCKDOWN, "online")]
    assert public_hex(house.keys().online) != old
    registry = chancery.door().trusted.registry
    assert registry is not None
    keys = Keys(registry.policy.order_keys, registry.policy.lockdown_keys)
    sheet = canonical.decode(rows(chancery)[orders_slot(HERE)], OrderSheet, "the sheet")
    judged = weigh(sheet.orders[0], Post(SITE, HERE, [DOOR]), keys, Known({}), at(house.now))
    assert isinstance(judged, Obey)


def rows(chancery: Chancery) -> dict[str, bytes]:
    """Give everything published."""
    return {name: bytes(body) for name, body in chancery.house.rows(tables.slot.c.name, tables.slot.c.body)}


def place(chancery: Chancery) -> applying.Place:
    """Name the signer's machine."""
    engine = open_store(chancery.store, "registry")
    return applying.Place(engine, chancery.signer, PASSPHRASE, chancery.folder, chancery.house.now)
