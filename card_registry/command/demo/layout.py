"""Where everything of one demo lies: the one table of its folders and files (nothing is read or made here).

Who may write which of them is decided by the programs that are started with these paths.
"""

from dataclasses import dataclass
from pathlib import Path

SITE = "contoh"
DOOR_CONTROLLER = "pengendali-1"
DESK_CONTROLLER = "meja-1"
CONTROLLERS = (DOOR_CONTROLLER, DESK_CONTROLLER)
DOOR = "ruang-server"
DOOR_NAME = "Ruang Server"
DOOR_READER = "masuk"
DESK_READER = "meja"


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths under one data folder."""

    data: Path

    @property
    def secrets(self) -> Path:
        """Give the file that marks the folder as a demo's and keeps its generated passwords."""
        return self.data / "demo.json"

    @property
    def provisioned(self) -> Path:
        """Give the stamp written last by the first set-up."""
        return self.data / "provisioned"

    @property
    def running(self) -> Path:
        """Give the table of the processes that run now."""
        return self.data / "running.json"

    @property
    def logs(self) -> Path:
        """Give the folder of one log file a process."""
        return self.data / "logs"

    @property
    def officers(self) -> Path:
        """Give the folder of the keys that a real site keeps offline."""
        return self.data / "officers"

    @property
    def server(self) -> Path:
        """Give the server's folder."""
        return self.data / "server"

    def store(self, name: str) -> Path:
        """Give one store's SQLite file: ledger, registry or office."""
        return self.server / f"{name}.db"

    def url(self, name: str) -> str:
        """Give one store's URL."""
        return f"sqlite:///{self.store(name)}"

    @property
    def signer(self) -> Path:
        """Give the folder of the signer's keys."""
        return self.server / "signer"

    @property
    def hub(self) -> Path:
        """Give the folder of the hub's receipt key."""
        return self.server / "hub"

    @property
    def broker(self) -> Path:
        """Give the folder of the broker's rendered configuration."""
        return self.server / "broker"

    @property
    def parties(self) -> Path:
        """Give the folder in which the hub tells the broker who may come in."""
        return self.server / "parties"

    @property
    def run(self) -> Path:
        """Give the folder of the server's wake-up sockets."""
        return self.server / "run"

    @property
    def ca(self) -> Path:
        """Give the folder of the site's certificates."""
        return self.server / "tls"

    @property
    def doors(self) -> Path:
        """Give the file that tells the console the doors' names."""
        return self.server / "doors.json"

    @property
    def desk_token(self) -> Path:
        """Give the token with which the desk signs in to the console."""
        return self.controller(DESK_CONTROLLER) / "token"

    @property
    def accounts(self) -> Path:
        """Give the file of the people's first passwords; it is gone when the set-up is done."""
        return self.server / "accounts.json"

    @property
    def people(self) -> Path:
        """Give the file of the approvers that the officers put in the registry."""
        return self.server / "people.json"

    @property
    def first_days(self) -> Path:
        """Give the folder of what the set-up enters and nobody needs afterwards."""
        return self.server / "first"

    def site_file(self, name: str) -> Path:
        """Give a controller's site file."""
        return self.controller(name) / "site.toml"

    def invitation(self, name: str) -> Path:
        """Give the invitation that a controller is enrolled with."""
        return self.controller(name) / "invitation.json"

    def request(self, name: str) -> Path:
        """Give a controller's request to be enrolled."""
        return self.controller(name) / "request.json"

    def bundle(self, name: str) -> Path:
        """Give the site's answer to it."""
        return self.controller(name) / "enrolment.json"

    def tls(self, identity: str) -> Path:
        """Give the folder of one identity's certificate and key."""
        folder = self.data / identity if identity in CONTROLLERS else self.ca
        return folder / ("tls" if identity in CONTROLLERS else identity)

    def controller(self, name: str) -> Path:
        """Give one controller's own folder."""
        return self.data / name

    @property
    def simulator(self) -> Path:
        """Give the simulator's folder."""
        return self.data / "simulator"

    @property
    def control(self) -> Path:
        """Give the simulator's control socket."""
        return self.simulator / "run" / "control.sock"

    @property
    def pins(self) -> Path:
        """Give the simulator's socket of pin levels."""
        return self.simulator / "run" / "pins.sock"

    def reader(self, name: str) -> Path:
        """Give the link to one emulated reader's serial port."""
        return self.simulator / "run" / f"reader-{name}"

    def passphrase(self, folder: Path) -> Path:
        """Give the file with the passphrase of the keys in ``folder``."""
        return folder / "passphrase"
