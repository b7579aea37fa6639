"""How a site's mail is sent: the TOML file behind ``--mail``, read strictly; its password is another file.

```toml
server = "smtp.contoh.go.id"
port = 587
tls = "starttls"                  # or "implicit" (port 465), or "none" where the server is this machine
login = "akses"
password_file = "/etc/akses/smtp.sandi"
ca_file = "/etc/akses/ca.pem"     # only for an authority of one's own
sender = "akses@contoh.go.id"
sender_name = "Akses Ruang Server"
console = "https://akses.contoh.go.id"   # what links in messages begin with
announce_to = ["semua-opd@contoh.go.id"] # who else hears every announcement (F17)
per_minute = 30
```
"""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from card_registry.durable import read_plain
from card_registry.errors import AksesError, OperatorMistaken
from review.notices.parcel import is_address

HERE = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_LISTS = 20
MOST_PER_MINUTE = 600


class Security(StrEnum):
    """How the way to the server is protected."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """One site's mail server; files are named by absolute path or beside the settings."""

    server: str
    sender: str
    port: int = 587
    tls: Security = Security.STARTTLS
    login: str = ""
    password_file: str = ""
    ca_file: str = ""
    sender_name: str = "Akses Ruang Server"
    console: str = ""
    announce_to: tuple[str, ...] = ()
    per_minute: int = 30

    def __post_init__(self) -> None:
        """Refuse what cannot be sent with, or not safely."""
        for fault, sentence in self._faults():
            if fault:
                raise ValueError(sentence)

    def _faults(self) -> tuple[tuple[bool, str], ...]:
        lone = not self.server or any(sign.isspace() for sign in self.server)
        unsafe = self.tls is Security.NONE and self.server not in HERE
        strange = [one for one in (self.sender, *self.announce_to) if not is_address(one)]
        return (
            (lone, "server must be one host name"),
            (not 0 < self.port < 2**16, "port must be 1 to 65535"),
            (unsafe, 'tls = "none" is only for a server on this machine; use "starttls" or "implicit"'),
            (bool(self.login) != bool(self.password_file), "login and password_file come together"),
            (bool(strange), f"{len(strange)} of the addresses in sender and announce_to are no addresses"),
            (len(self.announce_to) > MOST_LISTS, f"announce_to has more than {MOST_LISTS} addresses"),
            (not 0 < self.per_minute <= MOST_PER_MINUTE, f"per_minute must be 1 to {MOST_PER_MINUTE}"),
            (not _is_root(self.console), 'console must be empty or such as "https://akses.contoh.go.id"'),
        )

    @property
    def domain(self) -> str:
        """Give what stands behind the sender's @: our name to the server, and in Message-IDs."""
        return self.sender.rpartition("@")[2]


def _is_root(url: str) -> bool:
    """Say whether links can begin with this: nothing, or scheme and host with no path behind."""
    return not url or re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]{1,200}", url) is not None


def read_mail(path: Path) -> MailSettings:
    """Read a site's mail settings, and see that its password can be read.

    Raises:
        OperatorMistaken: The file, or one that it names, is missing or not of its format.
    """
    try:
        loose = tomllib.loads(read_plain(path).decode())
        _require_known(set(loose))
        for key in ("password_file", "ca_file"):
            if loose.get(key):
                loose[key] = str(path.parent / str(loose[key]))
        settings = msgspec.convert(loose, MailSettings)
    except (OSError, ValueError, AksesError) as error:
        message = f"{path.name} does not say how mail is sent: {error}"
        raise OperatorMistaken(message) from error
    if settings.password_file:
        password(settings)
    return settings


def _require_known(given: set[str]) -> None:
    unknown = sorted(given - set(MailSettings.__dataclass_fields__))
    if unknown:
        message = f"it has unknown keys: {', '.join(unknown)}"
        raise ValueError(message)


def password(settings: MailSettings) -> str:
    """Read the password from its file's one line; it is kept nowhere.

    Raises:
        OperatorMistaken: The file is missing, others may read it, or it is not one line.
    """
    path = Path(settings.password_file)
    try:
        if path.stat().st_mode & 0o007:
            message = f"the mail password in {path.name} can be read by everybody; run chmod o= on it"
            raise OperatorMistaken(message)
        typed = read_plain(path, 1_000).decode().strip("\r\n")
    except (OSError, UnicodeDecodeError, AksesError) as error:
        if isinstance(error, OperatorMistaken):
            raise
        message = f"the mail password in {path.name} cannot be read; give a file with one line"
        raise OperatorMistaken(message) from error
    if not typed or "\n" in typed:
        message = f"the mail password in {path.name} is not one line"
        raise OperatorMistaken(message)
    return typed
