"""A registry store put back from an older copy: noticed, held still, continued above what the doors hold."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert

from card_registry import canonical
from card_registry.authority import floors, store
from card_registry.authority.keys import load_key
from card_registry.authority.recovery import Waiver
from card_registry.authority.restoring import notice_of
from card_registry.errors import OperatorMistaken, RolledBack
from card_registry.instant import MINUTE
from card_registry.journal.event import Versions
from card_registry.signing import Purpose, seal
from card_registry.statements import Kept, Status, WarrantKind
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.trust.adoption import Trusted
from card_registry.trust.publish import version_of
from card_registry.words import ControllerId, DoorId, OrderKind, Staleness, Subject
from door_controller.keeping import kept_of
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    HERE,
    LOG_KEYS,
    PASSPHRASE,
    SITE,
    STARTED,
    House,
    approved,
    bound,
    request_of,
    store_of,
    verdict,
    withdrawal,
)
from tests.card_registry.authority.test_ordering import asked, wanted
from tests.card_registry.authority.test_signer import Killed, killing
from tests.card_registry.trust.made import Door, token

REGISTRY = "registry.db"


@dataclass
class Town:
    """A house whose signer remembers, its door and desk, and a backup of the registry store."""

    house: House
    doors: dict[ControllerId, Door] = field(default_factory=dict)
    number: int = 0

    def __post_init__(self) -> None:
        """Let door and desk begin at their enrolment."""
        self.house.places = replace(self.house.places, memory=self.house.folders.signer)
        for name, rules in () if self.doors else ((HERE, (DOOR,)), (DESK, ())):
            bundle = self.house.enrol(request_of(name, *rules))
            trusted = Trusted(floors=bundle.floors)
            self.doors[name] = Door(
                bundle.root_bytes, self.house.folder, self.house.now, trusted=trusted, controller=name
            )

    def work(self) -> None:
        """Let time pass and the signer do what waits."""
        self.house.now += 6 * MINUTE
        self.house.work()

    def adopt(self, *names: ControllerId) -> None:
        """Let controllers take what is published."""
        for name in names or tuple(self.doors):
            self.doors[name].now = self.house.now
            self.doors[name].learn(self.house.slots(name))

    def backup(self) -> None:
        """Copy the registry store."""
        shutil.copyfile(self.file, self.file.with_suffix(".backup"))

    def restore(self) -> None:
        """Put the copy back in place, as after a disk was lost."""
        for side in self.house.folder.glob(f"{REGISTRY}-*"):
            side.unlink()
        shutil.copyfile(self.file.with_suffix(".backup"), self.file)

    @property
    def file(self) -> Path:
        """Give the store's file."""
        return self.house.folder / REGISTRY

    def report(self, name: ControllerId, *, key: Ed25519PrivateKey | None = None, proof: str = "") -> None:
        """Let a controller's status reach the ledger, as its program writes it when it looks at its slots."""
        trusted, offered = self.doors[name].trusted, self.house.slots(name)["meta/timestamp"]
        older = offered if version_of(offered) < trusted.floors.timestamp else None
        kept = kept_of(trusted, older)
        self.store(name, trusted.floors, replace(kept, proof=proof or kept.proof), key)

    def store(
        self, name: ControllerId, versions: Versions, kept: Kept, key: Ed25519PrivateKey | None = None
    ) -> None:
        """Let the hub store a status."""
        self.number += 1
        nonce, fresh = "00" * 16, Staleness.FRESH
        status = Status(
            1, SITE, name, 1, self.number, nonce, self.house.now, fresh, versions, 0, 0, (), kept=kept
        )
        sealed = seal(Purpose.STATUS, status, key or LOG_KEYS[name])
        row = {"controller": name, "number": self.number, "body": sealed, "received": self.number}
        table = ledger.status
        with store_of(self.house.places.ledger, "ledger") as engine, engine.begin() as connection:
            connection.execute(delete(table).where(table.c.controller == name))
            connection.execute(insert(table).values(row))

    def awaited(self) -> tuple[ControllerId, ...]:
        """Give whom the store says it waits for."""
        with store_of(self.house.places.registry, "registry") as engine, engine.connect() as connection:
            notice = notice_of(connection)
            return () if notice is None else notice.awaited

    def publication(self) -> int:
        """Give the version of the newest timestamp."""
        return version_of(self.house.slots()["meta/timestamp"])

    def waive(self, name: ControllerId, signed_by: Ed25519PrivateKey | None = None) -> None:
        """Let an officer waive a controller."""
        officer = signed_by or load_key(self.house.folders.officers / "officer-2.pem", PASSPHRASE)
        kept = floors.read(self.house.folders.signer)
        assert kept is not None
        assert kept.restore is not None
        waiver = Waiver(1, SITE, kept.restore.id, name, "rusak", self.house.now)
        folder = self.house.folders.signer / floors.WAIVERS
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.json").write_bytes(seal(Purpose.WAIVER, waiver, officer))


@pytest.fixture(scope="module")
def made(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Town:
    """A town with one card, a backup, and then a denial that only the doors will remember; made once."""
    house = House(Path(shutil.copytree(founded, tmp_path_factory.mktemp("town") / "house")))
    town = Town(house)
    house.ask(approved(verdict()))
    house.journal(STARTED, bound())
    town.work()
    town.adopt()
    town.backup()
    house.ask(withdrawal())
    town.work()
    town.adopt()
    for name in town.doors:
        town.report(name)
    return town


@pytest.fixture
def town(made: Town, tmp_path: Path) -> Town:
    """A copy of that town."""
    house = House(Path(shutil.copytree(made.house.folder, tmp_path / "house")), made.house.now)
    doors = {name: replace(door, scratch=house.folder) for name, door in made.doors.items()}
    return Town(house, doors, made.number)


def lose_the_office(house: House) -> None:
    """Forget every warrant, as when the office store was restored too."""
    with store_of(house.places.office, "office") as engine, engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM warrant")


def test_a_restored_registry_publishes_nothing_until_its_doors_were_heard(town: Town) -> None:
    """An older copy is held still; every other writer is refused; both controllers are named as awaited."""
    held = town.doors[HERE].trusted.floors.timestamp
    town.restore()
    before = town.publication()
    town.house.ask(approved(verdict("budi")))
    town.work()

    assert before < held
    assert town.publication() == before
    assert set(town.awaited()) == {HERE, DESK}
    with pytest.raises(OperatorMistaken, match="restored"):
        town.house.enrol(request_of(ControllerId("pengendali-9"), epoch=2))

    town.report(HERE)
    town.work()
    assert town.awaited() == (DESK,)
    assert town.publication() == before


def test_it_goes_on_above_every_floor_and_denies_again_what_was_denied(town: Town) -> None:
    """The denial of the lost time comes back from the doors' proofs, and they adopt what comes then."""
    lose_the_office(town.house)
    held = town.doors[HERE].trusted.floors
    town.restore()
    town.work()
    assert town.house.rows(tables.denial.c.id) == []
    town.report(HERE)
    town.report(DESK)
    town.work()

    assert town.awaited() == ()
    assert town.publication() > held.timestamp
    assert town.house.rows(tables.denial.c.id, tables.denial.c.serial) == [(token("card of ani"), 1)]
    town.adopt()
    assert town.doors[HERE].trusted.serials == {(Subject.CARD, token("card of ani")): 1}
    new = Door(town.doors[HERE].root, town.house.folder, town.house.now)
    assert new.learn(town.house.slots()).serials == {(Subject.CARD, token("card of ani")): 1}
    town.house.ask(withdrawal("budi"))
    town.work()
    assert [row for (row,) in town.house.rows(tables.denial.c.serial)] == [1, 2]
    kept = floors.read(town.house.folders.signer)
    assert kept is not None
    assert kept.restore is None


@pytest.mark.parametrize("step", ["locked", "published", "committed"])
def test_killed_while_it_goes_on_it_does_so_once(town: Town, step: str) -> None:
    """A signer killed at any step of the recovery settles the same restore once."""
    town.restore()
    town.work()
    town.report(HERE)
    town.report(DESK)
    with town.house.signer(killing(step)) as signer, pytest.raises(Killed):
        signer.round()
    town.work()

    references = [row for row in town.house.rows(tables.outcome.c.source) if row == ("restore",)]
    assert len(references) == 1
    town.adopt()
    assert town.awaited() == ()


def test_an_officer_waives_a_controller_by_name(town: Town) -> None:
    """A signed waiver stands for the silent desk; one by another key, or for another restore, does not."""
    town.restore()
    town.work()
    town.report(HERE)
    town.waive(DESK, LOG_KEYS[DESK])
    town.work()
    assert town.awaited() == (DESK,)

    town.waive(DESK)
    town.work()
    assert town.awaited() == ()
    assert town.publication() > town.doors[HERE].trusted.floors.timestamp
    town.adopt(HERE)


def test_a_missing_memory_counts_as_a_restore(town: Town) -> None:
    """Without the file of floors nothing is published until everybody was heard."""
    (town.house.folders.signer / floors.FLOORS_FILE).unlink()
    before = town.publication()
    town.work()
    assert town.publication() == before
    for name in town.doors:
        town.report(name)
    town.work()
    assert town.publication() > before
    town.adopt()


def test_a_whole_server_put_back_is_noticed_when_a_door_proves_more(town: Town) -> None:
    """Where the floors were restored with the store, the first door that refuses what it is offered tells."""
    kept = floors.read(town.house.folders.signer)
    assert kept is not None
    town.restore()
    lose_the_office(town.house)
    number = town.publication()
    floors.write(town.house.folders.signer, replace(kept, publication=number, reached=number))
    for name in town.doors:
        town.report(name)
    held = town.doors[HERE].trusted.floors.timestamp
    town.work()
    assert set(town.awaited()) == {HERE, DESK}
    for name in town.doors:
        town.report(name)
    town.work()

    assert town.publication() > held
    assert town.house.rows(tables.denial.c.id) == [(token("card of ani"),)]
    town.adopt()


def test_a_claim_without_the_signers_own_signatures_raises_no_floor(town: Town) -> None:
    """A stolen door can neither halt the signer nor drive its numbers up, and stays awaited in a restore."""
    far = Versions(1, 2**40, 2**40, 2**40)
    town.store(HERE, far, Kept(2**40, 1, "bm90IGEgcHJvb2Y="))
    before = town.publication()
    town.work()
    assert before < town.publication() < 2**20

    town.restore()
    town.work()
    town.report(DESK)
    town.store(HERE, far, Kept(2**40, 1, ""))
    town.work()
    assert town.awaited() == (HERE,)


def test_a_number_reserved_and_never_committed_is_skipped(town: Town) -> None:
    """A signer that died between its file and its commit goes on with the number after."""
    before = town.publication()
    town.house.now += 6 * MINUTE
    with town.house.signer(killing("published")) as signer, pytest.raises(Killed):
        signer.round()
    assert town.publication() == before
    town.work()
    assert town.publication() == before + 2


def test_a_memory_that_cannot_be_written_stops_no_publication(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    """Taking away never waits for it, and the sentence comes once; a restore that cannot be kept stops."""
    folder = town.house.folders.signer
    before = town.publication()
    with town.house.signer() as signer:
        shutil.move(folder, folder.with_name("moved"))
        for _ in range(2):
            town.house.now += 6 * MINUTE
            assert signer.round()
        assert caplog.text.count("a restore may go unnoticed") == 1
    shutil.move(folder.with_name("moved"), folder)
    assert town.publication() == before + 2

    town.restore()
    with town.house.signer() as signer:
        shutil.move(folder, folder.with_name("moved"))
        with pytest.raises(OperatorMistaken, match=r"floors\.json"):
            signer.round()


def test_the_log_says_how_it_went_on(town: Town) -> None:
    """The authority log's record names who was heard, who was waived, and how much of it was lost."""
    town.restore()
    town.work()
    town.report(HERE)
    town.waive(DESK)
    town.work()
    with store_of(town.house.places.registry, "registry") as engine, engine.connect() as connection:
        (body,) = [
            bytes(body)
            for (body,) in connection.execute(
                tables.authority.select().with_only_columns(tables.authority.c.body)
            )
            if b'"source":"restore"' in bytes(body)
        ]
        assert store.get_value(connection, store.RESTORE) == b""
    row = canonical.decode(body, dict, "a record")
    said = canonical.decode(row["body"].encode(), dict, "a recovery")
    assert (said["heard"], said["waived"], said["authority"]) == ([HERE], [DESK], 3)


def test_an_order_of_the_lost_time_is_not_given_a_second_time(town: Town) -> None:
    """A lockdown that was obeyed before the restore, and lifted, must not come back out of the office."""
    lockdown = canonical.encode(asked(wanted(OrderKind.LOCKDOWN)))
    before = town.house.ask_bytes(WarrantKind.ORDER, lockdown)
    town.restore()
    move_clock(town, town.house.now)
    town.work()
    for name in town.doors:
        town.report(name)
    town.work()
    assert town.house.outcome(before) == (
        False,
        "this order is from before the registry was restored; give it again",
    )
    town.house.now += MINUTE
    again = canonical.encode(asked(wanted(OrderKind.LOCKDOWN, at=town.house.now)))
    after = town.house.ask_bytes(WarrantKind.ORDER, again)
    town.work()
    assert town.house.outcome(after) == (True, "")


def move_clock(town: Town, now: int) -> None:
    """Let the hub's clock, by which statuses are stored, be the server's."""
    town.number = now
    for name in town.doors:
        town.report(name)


def test_a_controller_enrolled_in_the_lost_time_is_enrolled_again(town: Town) -> None:
    """The enroller's newer signature is not the signer's to make: it is asked for, and then doors adopt."""
    new = request_of(ControllerId("pengendali-9"), DoorId("gudang"))
    town.house.enrol(new)
    town.work()
    town.adopt()
    town.restore()
    town.work()
    for name in town.doors:
        town.report(name)
    town.work()
    assert town.awaited() == ()
    with pytest.raises(RolledBack):
        town.adopt(HERE)

    other = request_of(ControllerId("pengendali-8"), DoorId("lobi"))
    town.house.enrol(other)
    town.work()
    town.adopt()
    town.house.enrol(new)
    town.work()
    town.adopt()
