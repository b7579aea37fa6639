"""``akses registry`` as a person and a supervisor use it."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from sqlalchemy import insert

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.command import registry
from card_registry.authority.founding import HISTORY
from card_registry.authority.keys import read_passphrase
from card_registry.authority.serve import scratch
from card_registry.circumstances import Circumstances
from card_registry.enrolment import Bundle, seal_request
from card_registry.errors import OperatorMistaken
from card_registry.instant import DAY
from card_registry.invitation import Invitation, prove
from card_registry.journal.event import Body, Exited, Moment, Tapped, Versions, encode_event
from card_registry.journal.tree import leaf
from card_registry.shown import Plan
from card_registry.six_words import words_of
from card_registry.statements import Approver
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.stores.engine import migrate
from card_registry.trust.slots import FIRST_ROOT, plan_slot
from card_registry.trust.verify import reverify
from card_registry.words import (
    ControllerId,
    CredentialKind,
    PinDemand,
    ReaderId,
    Reason,
    Side,
    SiteId,
    Tier,
    TimeQuality,
)
from tests.card_registry.authority.house import (
    DOOR,
    HERE,
    KABID,
    KABID_KEY,
    LOG_KEYS,
    PROCEDURE,
    House,
    approved,
    request_of,
    store_of,
    terms,
    verdict,
    withdrawal,
)
from tests.card_registry.trust.made import Door, key

PATIENCE = 20.0
OTHER_KIND = X25519PrivateKey.from_private_bytes(bytes(32)).private_bytes(
    Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"frasa untuk pengujian")
)


class Desk:
    """A folder with everything the commands are given."""

    def __init__(self, folder: Path) -> None:
        """Write the list of approvers and the passphrase."""
        self.folder = folder
        self.store = f"sqlite:///{folder}/registry.db"
        self.ledger = f"sqlite:///{folder}/ledger.db"
        approvers = (Approver(KABID, KABID_KEY, (PROCEDURE,)),)
        (folder / "people.json").write_bytes(canonical.encode(approvers))
        (folder / "passphrase").write_text("frasa untuk pengujian\n")

    def run(self, *words: str) -> Result:
        """Run one command."""
        return CliRunner().invoke(registry, list(words))

    def found(self, *more: str) -> Result:
        """Found the site."""
        people = ("--people", str(self.folder / "people.json"))
        return self.run("found", "--site", "contoh", *self.keys(), *people, "--receipt-key", "cd" * 32, *more)

    def enrol(
        self,
        controller: ControllerId = HERE,
        *,
        out: str = "bundle.json",
        epoch: int = 1,
        seal_key: str = "ab" * 32,
        **rule: object,
    ) -> Result:
        """Enrol a controller, whose door may demand more."""
        request = request_of(controller, DOOR, epoch=epoch)
        doors = tuple(replace(one, **rule) for one in request.doors)  # type: ignore[arg-type] # by name
        request = replace(request, doors=doors, seal_key=seal_key)
        log_key = LOG_KEYS.get(controller, key(f"log of {controller}"))
        invitation = self.folder / "invitation.json"
        invited = self.run("invite", controller, "--quiet", "--out", str(invitation), *self.keys()[2:6])
        if invited.exit_code != 0:
            return invited
        given = Invitation.read(invitation.read_bytes())
        data = seal_request(prove(request, given) if given.epoch == epoch else request, log_key)
        (self.folder / "request.json").write_bytes(data)
        asked = ("--request", str(self.folder / "request.json"), "--bundle", str(self.folder / out))
        return self.run("enrol", *asked, *self.keys(), "--words", " ".join(words_of(data)))

    def unfounded(self, command: str, *, whole: bool = True) -> Result:
        """Run a command on a store that was begun and not founded, or on an empty file."""
        with store_of(self.store, "registry") as engine:
            if whole:
                migrate(engine, HISTORY, "registry")
            engine.connect().close()
        (self.folder / "registry.db").touch()
        return self.run(command, "--registry", self.store)

    def keys(self) -> tuple[str, ...]:
        """Name folders, store and passphrase."""
        return (
            *("--officers", str(self.folder / "officers"), "--signer", str(self.folder / "signer")),
            *("--registry", self.store, "--passphrase-file", str(self.folder / "passphrase")),
        )


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk before the founding."""
    return Desk(tmp_path)


def test_a_site_is_founded_once_and_enrols_its_controllers(desk: Desk) -> None:
    """Founding prints the root for the paper; the same request gives the same bundle; show agrees."""
    founded = desk.found()
    assert founded.exit_code == 0, founded.output
    root = founded.output.split()[-1]

    assert desk.enrol().exit_code == 0
    assert desk.enrol(out="again.json").exit_code == 0
    bundle = (desk.folder / "bundle.json").read_bytes()
    assert bundle == (desk.folder / "again.json").read_bytes()
    assert Bundle.read(bundle).root_sha256 == root
    shown = json.loads(desk.run("show", "--registry", desk.store, "--json").output)
    assert shown["root"] == root
    assert shown["controllers"] == ["pengendali-1 (door, active)"]
    assert "site: contoh" in desk.run("show", "--registry", desk.store).output

    again = desk.found()
    assert again.exit_code == 1
    assert "founded already" in again.output


def test_secrets_are_for_their_owner_alone(desk: Desk) -> None:
    """Key files and bundles have mode 0600, their folders 0700, and no key is in the clear."""
    desk.found()
    desk.enrol()
    files = [*desk.folder.glob("*/*.pem"), desk.folder / "signer" / "root.json", desk.folder / "bundle.json"]

    assert len(files) == 4 + 4 + 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert {file.parent.stat().st_mode & 0o777 for file in desk.folder.glob("*/*.pem")} == {0o700}
    assert all(b"ENCRYPTED" in file.read_bytes() for file in desk.folder.glob("*/*.pem"))


def test_an_interrupted_founding_goes_on_with_its_own_keys(desk: Desk) -> None:
    """Keys that were made before the store was founded are used, not replaced."""
    desk.found()
    officer = (desk.folder / "officers" / "officer-1.pem").read_bytes()
    for file in desk.folder.glob("registry.db*"):
        file.unlink()

    assert desk.found().exit_code == 0
    assert (desk.folder / "officers" / "officer-1.pem").read_bytes() == officer


MISTAKES: list[tuple[Callable[[Desk], Result], int, str]] = [
    (lambda desk: desk.found("--zone", "Asia/Atlantis"), 2, "Asia/Atlantis"),
    (lambda desk: desk.found("--approval", "none"), 2, "is not one of 'signature', 'session'"),
    (lambda desk: desk.enrol(), 1, "cannot be read"),
    (lambda desk: desk.run("show", "--registry", desk.store), 1, "does not exist yet"),
    (lambda desk: desk.run("show", "--registry", "mysql://x/y"), 1, "cannot live in mysql"),
    (lambda desk: desk.unfounded("show"), 1, "run: akses registry found"),
    (lambda desk: desk.unfounded("outcomes", whole=False), 1, "cannot be used: OperationalError"),
    (lambda desk: desk.run("outcomes", "--registry", desk.store), 1, "does not exist yet"),
]


@pytest.mark.parametrize(("mistake", "code", "sentence"), MISTAKES)
def test_a_mistake_is_one_sentence(
    mistake: Callable[[Desk], Result], code: int, sentence: str, desk: Desk
) -> None:
    """Wrong use and impossible wishes end with a sentence and the right code, never with a traceback."""
    ended = mistake(desk)

    assert ended.exit_code == code, ended.output
    assert sentence in ended.output
    assert isinstance(ended.exception, SystemExit)


def damage(desk: Desk, name: str, data: bytes) -> None:
    """Put other bytes into one of the desk's files."""
    (desk.folder / name).write_bytes(data)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("passphrase", b"salah\n", "the passphrase does not open it"),
        ("passphrase", b"", "must hold exactly one line"),
        ("passphrase", b"a\nb\n", "must hold exactly one line"),
        ("signer/online.pem", b"junk", "is damaged"),
        ("signer/online.pem", OTHER_KIND, "holds another kind of key than Ed25519"),
    ],
)
def test_a_key_that_does_not_open_says_which(name: str, data: bytes, sentence: str, desk: Desk) -> None:
    """A wrong passphrase or damaged key file is named."""
    desk.found()
    damage(desk, name, data)
    ended = desk.enrol()

    assert ended.exit_code == 1
    assert sentence in ended.output


def test_what_is_missing_is_named(desk: Desk) -> None:
    """A passphrase file that is a folder, and a signer's folder without its root, are named."""
    desk.found()
    (desk.folder / "signer" / "root.json").unlink()
    assert "root.json cannot be read; found the registry first" in desk.enrol().output
    (desk.folder / "passphrase").unlink()
    asked = ("--request", str(desk.folder / "people.json"), "--bundle", str(desk.folder / "b.json"))
    ended = desk.run("enrol", *asked, *desk.keys())
    assert (ended.exit_code, "passphrase" in ended.output) == (2, True)
    with pytest.raises(OperatorMistaken, match="cannot be read"):
        read_passphrase(desk.folder / "passphrase")


def test_another_sites_request_is_refused(desk: Desk) -> None:
    """A controller made for another site is not enrolled here."""
    desk.found()
    request = seal_request(replace(request_of(HERE, DOOR), site=SiteId("lain")), LOG_KEYS[HERE])
    (desk.folder / "lain.json").write_bytes(request)
    asked = ("--request", str(desk.folder / "lain.json"), "--bundle", str(desk.folder / "b.json"))
    ended = desk.run("enrol", *asked, *desk.keys(), "--words", " ".join(words_of(request)))

    assert ended.exit_code == 1
    assert "the request is for site lain; this registry is of contoh" in ended.output


def test_new_keys_need_a_later_epoch_and_a_door_has_one_controller(desk: Desk) -> None:
    """A known controller comes back with a later epoch or not at all; nobody takes another's door."""
    desk.found()
    assert (desk.enrol().exit_code, desk.enrol(epoch=2).exit_code) == (0, 0)

    assert "make its new request with a later epoch" in desk.enrol(epoch=1).output
    assert "and other keys" in desk.enrol(epoch=2, seal_key="cd" * 32).output
    assert "belongs to pengendali-1" in desk.enrol(ControllerId("pengendali-2")).output
    assert desk.enrol(epoch=3).exit_code == 0


def test_a_door_may_begin_to_demand_more_under_the_same_keys(desk: Desk) -> None:
    """The enroller reads what is signed; rules change without a later epoch, keys do not."""
    desk.found()
    assert f"door {DOOR}: min_tier = 3; clockless = always-only\n" in desk.enrol().output

    stricter = desk.enrol(persons=2, pin=PinDemand.SCHEDULED, pin_schedule="jam-kerja")
    assert stricter.exit_code == 0, stricter.output
    assert "persons = 2; pin = scheduled; pin_schedule = jam-kerja\n" in stricter.output
    with store_of(desk.store, "registry") as engine, engine.begin() as connection:
        published = canonical.decode(store.SlotRows(connection)[plan_slot(HERE)], Plan, "the plan")
    assert (published.doors[0].persons, published.doors[0].pin_schedule) == (2, "jam-kerja")
    assert "jam-kerja" in published.schedules


def test_a_door_that_asks_by_an_unsigned_schedule_is_refused(desk: Desk) -> None:
    """The officers sign schedules; a rule names one of them or the controller is not enrolled."""
    desk.found()
    refused = desk.enrol(pin=PinDemand.SCHEDULED, pin_schedule="malam")

    assert refused.exit_code == 1
    assert (
        "by schedule 'malam', which the officers did not sign; they signed: 24-jam, jam-kerja"
        in refused.output
    )


def _row(desk: Desk, seq: int, body: Body) -> None:
    """Put a row of the controller into the ledger."""
    at = Moment(DAY, DAY, DAY, TimeQuality.SYNC, "boot", 1)
    data = encode_event(SiteId("contoh"), HERE, (1, seq), body, at, "ab" * 12)
    with store_of(desk.ledger, "ledger") as engine, engine.begin() as connection:
        ledger.metadata.create_all(connection)
        values = {"controller": HERE, "epoch": 1, "seq": seq, "body": data, "leaf": leaf(data)}
        connection.execute(insert(ledger.event).values(**values))


def test_a_row_of_the_journal_is_decided_again(desk: Desk) -> None:
    """By the same registry the answer is the same, or the auditor is called; another registry is named."""
    root = desk.found().output.split()[-1]
    desk.enrol()
    asked = ("--registry", desk.store, "--ledger", desk.ledger, "--root", root, HERE, "1")
    with store_of(desk.store, "registry") as engine, engine.connect() as connection:
        slots = dict(store.SlotRows(connection))
    versions = reverify(slots, slots[FIRST_ROOT], HERE, scratch()).versions
    unknown = Tapped(
        DOOR, ReaderId("masuk"), Side.IN, CredentialKind.PKOC, Tier.PUBLIC_KEY, "f" * 64, granted=False,
        reason=Reason.UNKNOWN_CREDENTIAL, circumstances=Circumstances(), versions=versions,
    )  # fmt: skip
    rows: tuple[Body, ...] = (
        unknown,
        replace(unknown, reason=Reason.NO_GRANT),
        replace(unknown, reason=Reason.NO_GRANT, versions=Versions(1, 1, 1, 1)),
        Exited(DOOR),
    )
    for seq, body in enumerate(rows):
        _row(desk, seq, body)
    said = [desk.run("replay", *asked, str(seq)) for seq in range(5)]

    assert [one.exit_code for one in said] == [0, 1, 0, 1, 1], [one.output for one in said]
    assert "again: Denied: the registry of this door does not list what the card proved." in said[0].output
    assert "the door answered otherwise than its own registry says" in said[1].output
    assert "is not the one that decided then" in said[2].output
    assert "is exited; name the row of a tap" in said[3].output
    assert "the ledger has no row 1/4" in said[4].output


@contextmanager
def serving(house: House) -> Iterator["subprocess.Popen[str]"]:
    """Run the signer as its own process until the end of the block, ready to work."""
    (house.folder / "passphrase").write_text("frasa untuk pengujian\n")
    words = (
        *("registry", "serve", "--registry", house.places.registry, "--office", house.places.office),
        *("--ledger", house.places.ledger, "--signer", str(house.folders.signer)),
        *("--passphrase-file", str(house.folder / "passphrase"), "--run", str(house.folder / "run")),
    )
    argv = [sys.executable, "-m", "card_registry.command", *words]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert select.select([process.stdout], [], [], PATIENCE)[0]
            assert process.stdout.readline() == "siap\n"
            yield process
        finally:
            process.kill()


def wait_for(condition: Callable[[], bool]) -> None:
    """Poll until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.02)


def test_the_signer_survives_kill_9_and_ends_at_sigterm(house: House) -> None:
    """Killed between two warrants and started again, it applies each once; told to stop, it ends with 0."""
    house.now = time.time_ns() // 1_000_000

    def applied() -> int:
        return len(house.rows(tables.outcome.c.reference))

    with serving(house) as process:
        house.ask(withdrawal("ani"))
        wait_for(lambda: applied() == 1)
        house.ask(withdrawal("budi"))
        os.kill(process.pid, signal.SIGKILL)
    lasting = terms("citra", begins=house.now, ends=house.now + DAY)
    house.ask(approved(verdict("citra", grant=lasting)))
    with serving(house) as process:
        wait_for(lambda: applied() == 3)
        process.send_signal(signal.SIGTERM)
        assert process.wait(3) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""

    assert sorted(house.rows(tables.denial.c.serial)) == [(1,), (2,)]
    assert len(house.rows(tables.authority.c.seq)) == 3
    door = Door(house.keys().root, house.folder)
    assert sorted(door.learn(house.slots()).serials.values()) == [1, 2]
    listed = CliRunner().invoke(registry, ["outcomes", "--registry", house.places.registry])
    assert listed.output.splitlines()[0] == "warrant 1: applied"


def test_the_signer_that_cannot_start_says_why(tmp_path: Path) -> None:
    """Without a founding it ends with one sentence and 1."""
    desk = Desk(tmp_path)
    words = ("--office", "sqlite://", "--ledger", "sqlite://", "--run", str(tmp_path))
    ended = desk.run("serve", *words, *desk.keys()[2:])

    assert ended.exit_code == 1
    assert "cannot be read" in ended.output
