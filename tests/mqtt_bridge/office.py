"""An office that enrols its devices by the real commands: registry, broker and hub, and nobody enrolled yet.

Folders are the demo's (``Layout``); short commands run in this process, long ones are processes.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from click import Command
from click.testing import CliRunner, Result

from card_registry import canonical
from card_registry.authority.command import registry
from card_registry.authority.keys import read_root
from card_registry.certificate import Authority
from card_registry.certifying import open_authority
from card_registry.command.demo import site_files
from card_registry.command.demo.layout import DESK_CONTROLLER, DOOR_CONTROLLER, SITE, Layout
from card_registry.durable import write_whole
from card_registry.statements import Approver
from card_registry.words import PersonId, SiteId
from door_controller.command import desk, door
from mqtt_bridge.command import bridge
from mqtt_bridge.parties import read_parties
from tests.mqtt_bridge.client import Client
from tests.mqtt_bridge.site import Process, free_port

PHRASE = b"frasa kantor untuk uji\n"
APPROVERS = (Approver(PersonId("kabid"), "ab" * 32, ("cd" * 32,)),)


class Office:
    """A founded site, its programs not yet started."""

    def __init__(self, folder: Path, choice: str) -> None:
        """Found it."""
        self.layout, self.choice, self.port = Layout(folder), choice, free_port()
        self.passphrase = folder / "passphrase"
        self.processes: list[Process] = []
        write_whole(self.passphrase, PHRASE, 0o600)
        for place in (self.layout.logs, self.layout.server, self.layout.run):
            place.mkdir(parents=True)
        write_whole(self.layout.people, canonical.encode(APPROVERS))
        for party in ("broker", "hub"):
            self.run(bridge, "ca", "--tls", self.layout.ca, "--identity", party, *self._phrase())
        keyed = self.run(bridge, "receipt-key", "--receipt-key-dir", self.layout.hub, *self._phrase())
        people = ("--people", self.layout.people, "--receipt-key", keyed.output.strip())
        founded = self.run(registry, "found", "--site", SITE, *self.keys(), *people)
        self.root = founded.output.split()[-1]
        for name, site_file in ((DOOR_CONTROLLER, site_files.door), (DESK_CONTROLLER, site_files.desk)):
            self.furnish(name, site_file(self.layout))

    def furnish(self, name: str, site_file: str) -> None:
        """Make a device's folders as a fresh machine has them."""
        for part in ("slots", "outbox", "run"):
            (self.layout.controller(name) / part).mkdir(parents=True, exist_ok=True)
        write_whole(self.layout.site_file(name), site_file.encode())

    def _phrase(self) -> tuple[object, ...]:
        return ("--passphrase-file", self.passphrase)

    def keys(self) -> tuple[object, ...]:
        """Name the folders of keys, the store and the passphrase."""
        return ("--officers", self.layout.officers, *self.signing(), *self._phrase())

    def signing(self) -> tuple[object, ...]:
        """Name the signer's folder and the store."""
        return ("--signer", self.layout.signer, "--registry", self.layout.url("registry"))

    def wire(self) -> tuple[object, ...]:
        """Name the TLS authority."""
        return ("--tls", self.layout.ca)

    def try_(self, group: Command, *words: object) -> Result:
        """Run a command that may be refused."""
        return CliRunner().invoke(group, [str(word) for word in words])

    def run(self, group: Command, *words: object) -> Result:
        """Run a command that must work."""
        ended = self.try_(group, *words)
        assert ended.exit_code == 0, ended.output
        return ended

    def invite(self, name: str, *more: object) -> Path:
        """Invite a device; give the invitation's file."""
        out = self.layout.server / f"{name}.invitation"
        kind = ("--desk",) if name == DESK_CONTROLLER else ()
        self.run(registry, "invite", name, *kind, "--quiet", "--out", out, *self.signing(), *more)
        return out

    def init(self, name: str, invitation: Path, folder: Path | None = None) -> str:
        """Let a device make its keys; give the words that it shows."""
        place = folder or self.layout.controller(name)
        made = self.run(group_of(name), "init", "--dir", place, "--invitation", invitation)
        return made.output.splitlines()[-1]

    def enrol(self, name: str, words: str, request: Path | None = None) -> Result:
        """Let the enroller type the words; may be refused."""
        asked = ("--request", request or self.layout.request(name), "--bundle", self.layout.bundle(name))
        more = ("--words", words, *self.wire(), "--run", self.layout.run)
        return self.try_(registry, "enrol", *asked, *self.keys(), *more)

    def welcome(self, name: str) -> None:
        """Do the whole enrolment of a device."""
        ended = self.enrol(name, self.init(name, self.invite(name)))
        assert ended.exit_code == 0, ended.output
        self.accept(name)

    def accept(self, name: str) -> None:
        """Let a device take the site's answer."""
        folder, bundle = self.layout.controller(name), self.layout.bundle(name)
        self.run(group_of(name), "accept", "--dir", folder, "--bundle", bundle)

    def cut_off(self, name: str) -> Result:
        """Cut a device off by the one command."""
        return self.run(registry, "cut-off", name, *self.keys(), *self.wire(), "--run", self.layout.run)

    def authority(self) -> Authority:
        """Open the TLS authority."""
        return open_authority(self.layout.ca, PHRASE.strip())

    def first_root(self) -> bytes:
        """Give the first root."""
        return read_root(self.layout.signer)

    def broker(self) -> Process:
        """Start the broker, who knows nobody yet."""
        plan = ("--port", self.port, "--tls", self.layout.tls("broker"), "--dir", self.layout.broker)
        told = ("--broker", self.choice, "--parties", self.layout.parties)
        return self._start("bridge", "broker", "--site", SITE, *plan, *told)

    def hub(self) -> Process:
        """Start the hub."""
        stores = ("--ledger", self.layout.url("ledger"), "--registry", self.layout.url("registry"))
        keys = ("--receipt-key-dir", self.layout.hub, *self._phrase(), "--tls", self.layout.tls("hub"))
        place = ("--port", self.port, "--run", self.layout.run, "--root", self.root)
        told = ("--parties", self.layout.parties)
        return self._start("bridge", "hub", "--site", SITE, *stores, *keys, *place, *told)

    def bridge(self, name: str) -> Process:
        """Start a device's bridge."""
        place = ("--dir", self.layout.controller(name), "--port", self.port)
        return self._start("bridge", "door", *place, "--site", SITE, "--controller", name)

    def signer(self) -> Process:
        """Start the signer."""
        stores = ("--ledger", self.layout.url("ledger"), "--office", self.layout.url("office"))
        more = (*self._phrase(), *self.wire(), "--run", self.layout.run)
        return self._start("registry", "serve", *self.signing(), *stores, *more)

    def _start(self, *words: object) -> Process:
        log = self.layout.logs / f"{words[1]}-{len(self.processes)}.log"
        process = Process(log, *words[1:], group=str(words[0]))
        self.processes.append(process)
        process.start()
        return process

    def client(self, name: str, tls: Path | None = None) -> Client:
        """Connect with a device's own certificate, as whoever holds its disk can."""
        return Client(self.port, tls or self.layout.controller(name) / "tls")

    def admitted(self) -> tuple[str, ...]:
        """Give whom the hub has named to the broker."""
        return tuple(read_parties(self.layout.parties, SiteId(SITE)) or ())

    def end(self) -> None:
        """Kill whatever still runs."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                process.kill()


def group_of(name: str) -> Command:
    """Give the commands of a device's kind."""
    return desk if name == DESK_CONTROLLER else door


@contextmanager
def office_in(folder: Path, choice: str) -> Iterator[Office]:
    """Found an office, and leave no process behind."""
    office = Office(folder, choice)
    try:
        yield office
    finally:
        office.end()
