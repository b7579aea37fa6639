"""What people ask of the registry: who has applied what, where a card opens and why, what was changed."""

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, insert, update

from card_registry import canonical
from card_registry.authority.command import registry
from card_registry.authority.keys import load_key
from card_registry.authority.questions.comparing import compare
from card_registry.authority.questions.propagation import has_denial
from card_registry.authority.recovery import Waiver
from card_registry.circumstances import Circumstances
from card_registry.journal.event import Adopted, Tapped, Versions
from card_registry.shown import PinRow, Shard
from card_registry.signing import Purpose, public_hex, unseal
from card_registry.statements import Kept, Status
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.trust import parcel
from card_registry.trust.slots import shard_slot
from card_registry.words import CredentialKind, HolderId, Mode, ReaderId, Reason, Side, Staleness, Tier
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    HERE,
    PASSPHRASE,
    SITE,
    STARTED,
    House,
    approved,
    bound,
    store_of,
    verdict,
    withdrawal,
)
from tests.card_registry.authority.test_restoring import Town
from tests.card_registry.trust.made import key, token

CARD = token("card of ani")
WORKING, NIGHT = "2026-11-23T09:00", "2026-11-23T22:00"


def run(*words: str | Path) -> Result:
    """Run ``akses registry``."""
    return CliRunner().invoke(registry, [str(word) for word in words])


@pytest.fixture(scope="module")
def stocked(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A house with one card, approved, made, and adopted by its door and desk."""
    house = House(Path(shutil.copytree(founded, tmp_path_factory.mktemp("stocked") / "house")))
    town = Town(house)
    house.ask(approved(verdict()))
    house.journal(STARTED, bound())
    town.work()
    town.adopt()
    return town


@pytest.fixture
def town(stocked: Town, tmp_path: Path) -> Town:
    """A copy of it."""
    house = House(Path(shutil.copytree(stocked.house.folder, tmp_path / "house")), stocked.house.now)
    doors = {name: replace(door, scratch=house.folder) for name, door in stocked.doors.items()}
    return Town(house, doors)


def on_paper(town: Town) -> tuple[str, ...]:
    """Give the options for the store and its root."""
    digest = hashlib.sha256(town.house.keys().root).hexdigest()
    return ("--registry", town.house.places.registry, "--root", digest)


def both(town: Town) -> tuple[str, ...]:
    """Give the options for the registry and the ledger."""
    return ("--registry", town.house.places.registry, "--ledger", town.house.places.ledger)


def write_row(town: Town, *bodies: Adopted | Tapped) -> None:
    """Let the hub store rows of the door, and its head."""
    town.house.journal(*bodies, controller=HERE)
    with store_of(town.house.places.ledger, "ledger") as engine, engine.begin() as connection:
        connection.execute(delete(ledger.head))
        row = {
            "controller": HERE,
            "epoch": 1,
            "next": len(bodies),
            "frontier": b"",
            "note": b"",
            "receipt": b"",
        }
        connection.execute(insert(ledger.head).values(row))


def adopted(town: Town) -> Adopted:
    """Give the row that the door writes when it adopts."""
    return Adopted(town.doors[HERE].trusted.floors, Staleness.FRESH, 1, 1)


def test_a_removal_is_done_when_every_door_shows_it_under_its_own_signature(town: Town) -> None:
    """Published is not done; a status by another key proves nothing; the door's own does, and since when."""
    town.report(HERE)
    town.house.ask(withdrawal())
    town.work()
    asked = ("propagation", *both(town), "--json")
    waiting = json.loads(run(*asked).output)
    assert waiting["removals"][0]["lacking"] == [HERE]

    town.adopt()
    town.report(HERE, key=key("a thief"))
    forged = json.loads(run(*asked).output)
    assert forged["removals"][0]["lacking"] == [HERE]
    assert {one["controller"]: one["reach"] for one in forged["controllers"]} == {
        HERE: "unheard",
        DESK: "unheard",
    }

    town.report(HERE)
    write_row(town, adopted(town))
    done = json.loads(run(*asked).output)["removals"][0]
    assert done["lacking"] == []
    assert (done["subject"], done["id"]) == ("card", CARD)
    assert done["applied"][HERE]["seq"] == 0
    text = run("propagation", *both(town)).output
    assert f"{HERE}: current" in text
    assert "done at every door since 2026-" in text
    assert f"{DESK}: never heard" in text


def test_a_controller_beyond_what_is_published_proves_no_removal() -> None:
    """Numbers of a time that the server lost do not count for a denial that was given after it."""
    said = Status(1, SITE, HERE, 1, 1, "00", 1, Staleness.FRESH, adopted_at(57), 0, 0, (), kept=Kept(9))
    assert not has_denial(said, 43, 43, 3)
    assert has_denial(said, 57, 43, 3)
    assert has_denial(replace(said, versions=adopted_at(41)), 43, 43, 3)
    assert not has_denial(replace(said, versions=adopted_at(41), kept=Kept(2)), 43, 43, 3)
    assert not has_denial(replace(said, kept=Kept(9, 43, "…")), 57, 43, 3)
    assert not has_denial(None, 57, 1, 1)


def adopted_at(number: int) -> Versions:
    """Give a publication's versions."""
    return Versions(1, number, number, number)


def test_a_restore_is_shown_and_waived_by_name(town: Town, tmp_path: Path) -> None:
    """The page names restore and controllers; a waiver from another machine is signed and counts."""
    town.house.work()
    town.backup()
    town.house.ask(withdrawal())
    town.work()
    town.restore()
    town.work()
    shown = json.loads(run("propagation", *both(town), "--json").output)
    assert shown["awaited"] == [DESK, HERE]
    assert "was reached before" in shown["restore"]
    assert f"awaited: {DESK}, {HERE}" in run("propagation", *both(town)).output

    (tmp_path / "passphrase").write_text("frasa untuk pengujian\n")
    officers = town.house.folders.officers
    signed = ("--officer", officers / "officer-1.pem", "--passphrase-file", tmp_path / "passphrase")
    waivers = town.house.folders.signer / "waivers"
    told = ("--why", "rusak", "--out", waivers)
    there = ("--registry", town.house.places.registry)
    assert run("waive", HERE, *there, *signed, *told).exit_code == 0
    far = ("--site", SITE, "--restore", shown["restore_id"])
    assert run("waive", DESK, *far, *signed, *told).exit_code == 0
    assert run("waive", DESK, *signed, *told).exit_code == 2
    assert "must say why" in run("waive", DESK, *far, *signed, "--why", " ", "--out", waivers).output
    waiver = unseal(Purpose.WAIVER, (waivers / f"{DESK}.json").read_bytes(), Waiver, [officer(town)])
    assert (waiver.controller, waiver.restore) == (DESK, shown["restore_id"])
    town.work()
    assert town.awaited() == ()
    assert "nothing to waive" in run("waive", HERE, *there, *signed, *told).output


def officer(town: Town) -> str:
    """Give the first officer's public key."""
    return public_hex(load_key(town.house.folders.officers / "officer-1.pem", PASSPHRASE))


def test_a_card_is_found_where_it_opens(town: Town) -> None:
    """By its id or the beginning: holder, grants, controllers, and what was taken away."""
    asked = ("where", "--registry", town.house.places.registry)
    found = json.loads(run(*asked, CARD[:10], "--json").output)
    assert (found["card"], found["holder"], found["controllers"]) == (CARD, token("ani"), [HERE])
    assert found["grants"][0]["doors"] == [DOOR]
    assert found["card_denied"] == 0
    assert "no card in this registry" in run(*asked, CARD[:4]).output
    assert "no card in this registry" in run(*asked, "%" * 9).output

    town.house.ask(withdrawal())
    town.work()
    assert "card denied (1)" in run(*asked, CARD).output


def test_the_door_is_asked_what_it_would_answer(town: Town) -> None:
    """The very decision, at any moment and in any circumstances, and again from a row's own."""
    ask = ("explain", *on_paper(town))
    inside = run(*ask, CARD[:12], DOOR, WORKING)
    assert inside.output.startswith("Granted: a grant covers this card, this door and this moment.")
    assert f"by {HERE}, root 1" in inside.output
    night = json.loads(run(*ask, CARD, DOOR, NIGHT, "--json").output)
    assert (night["granted"], night["answer"]["reason"]) == (False, "outside-schedule")
    assert "locked down" in run(*ask, CARD, DOOR, WORKING, "--mode", "lockdown").output
    assert run(*ask, CARD, DOOR).exit_code == 0
    assert "no controller of this site drives" in run(*ask, CARD, "gudang", WORKING).output
    assert run(*ask, CARD, DOOR, "kemarin").exit_code == 2

    tapped = Tapped(
        DOOR, ReaderId("masuk"), Side.IN, CredentialKind.PKOC, Tier.PUBLIC_KEY, "f" * 64, granted=False,
        reason=Reason.LOCKDOWN, circumstances=Circumstances(Mode.LOCKDOWN), versions=Versions(1, 1, 1, 1),
    )  # fmt: skip
    write_row(town, tapped)
    row = ("--row", f"{HERE}/1/0")
    again = run(*ask, "--ledger", town.house.places.ledger, *row, CARD, DOOR, WORKING)
    assert "locked down" in again.output
    assert run(*ask, *row, CARD, DOOR, WORKING).exit_code == 2


def test_a_card_that_is_bound_and_not_granted_is_unknown_to_the_door(town: Town) -> None:
    """A door that does not list the card says so, by its own rules."""
    with store_of(town.house.places.registry, "registry") as engine, engine.begin() as connection:
        connection.execute(update(tables.credential).values(card=token("another")))
    asked = run("explain", *on_paper(town), token("another"), DOOR, WORKING)
    assert "does not list what the card proved" in asked.output


def test_a_store_is_whole_or_the_sentence_names_what_was_changed(town: Town) -> None:
    """``verify`` needs only the root on paper; a row changed by hand, or another root, is found."""
    whole = run("verify", *on_paper(town))
    assert whole.exit_code == 0
    assert "1 grant, 1 credential" in whole.output
    assert json.loads(run("verify", *on_paper(town), "--json").output)["site"] == SITE
    assert run("verify", "--registry", town.house.places.registry, "--root", "ab" * 32).exit_code == 1

    with store_of(town.house.places.registry, "registry") as engine, engine.begin() as connection:
        connection.execute(update(tables.credential).values(holder=token("mallory")))
    changed = run("verify", *on_paper(town))
    assert changed.exit_code == 1
    assert "was changed after it was approved" in changed.output


def test_a_part_of_the_registry_is_carried_by_hand_and_compared(town: Town, tmp_path: Path) -> None:
    """A folder and a zip hold the same, a door learns from them, and diff says what was published since."""
    there = ("--registry", town.house.places.registry)
    folder, packed = tmp_path / "stick", tmp_path / "stick.zip"
    for target in (folder, packed):
        assert run("export", *there, "--controller", HERE, target).exit_code == 0
    assert parcel.read(folder) == parcel.read(packed) == town.house.slots()
    assert list(parcel.read(folder, HERE))[-1] == "meta/timestamp"
    assert "nothing is published for" in run("export", *there, "--controller", "hantu", folder).output
    assert run("diff", folder, packed).output == "no difference\n"

    town.house.ask(withdrawal())
    town.work()
    lines = json.loads(run("diff", folder, town.house.places.registry, "--json").output)
    assert f"+ denial of card {CARD}: serial 1" in lines
    assert run("diff", folder, tmp_path).exit_code == 1


def test_a_difference_names_what_it_is_about_and_never_a_pin() -> None:
    """Shards, PINs, approvers, policy and roots are compared in words; other slots say nothing."""
    pin = PinRow(HolderId(token("ani")), "ab" * 16, "cd" * 32, "ef" * 32)
    shard = canonical.encode(Shard(1, HERE, 0, (), (), (pin,)))
    slots = {shard_slot(HERE, 0): shard, "meta/deny": b"{}", "root/2": b"{}"}
    assert compare({}, slots) == (f"+ {HERE}: PIN of holder {token('ani')}: set", "+ root 2: signed")
    assert compare(slots, slots) == ()
