"""The generated secrets of one demo: its people's passwords, and the passphrases of its keys.

None is built in: each data folder gets its own, in ``demo.json`` (0600), which is also how a folder is
recognised as a demo's own. A real site keeps no such file: people choose passwords, officers keep their keys.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError, OperatorMistaken

MARK = "akses-demo"
VERSION = 1
_CONSONANTS = "bcdfghjklmnprstw"
_VOWELS = "aeiou"


@dataclass(frozen=True, slots=True)
class Login:
    """One invented official: how they sign in, and the passphrase of their signing key if they approve."""

    login: str
    name: str
    role: str
    unit: str
    password: str
    signing_passphrase: str | None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What ``demo.json`` holds; ``mark`` says whose folder this is."""

    mark: str
    v: int
    people: tuple[Login, ...]
    officers: str
    signer: str
    hub: str
    tls: str

    def __post_init__(self) -> None:
        """Refuse a file of another program or version."""
        if self.mark != MARK or self.v != VERSION:
            message = f"it is not a demo's of version {VERSION}"
            raise ValueError(message)

    def login(self, login: str) -> Login:
        """Give one person by login."""
        return next(person for person in self.people if person.login == login)


PEOPLE = (
    ("pemohon", "Staf Unit Pemohon", "pemohon", "Bidang Statistik", False),
    ("kadis", "Kepala Dinas Kominfo", "kadis", "Dinas Kominfo", True),
    ("kabid", "Kepala Bidang Aptika", "kabid", "Bidang Aptika", True),
    ("operator", "Operator Ruang Server", "operator", "Bidang Aptika", False),
    ("admin", "Admin Sistem", "admin", "Bidang Aptika", False),
    ("teknis", "Tim Teknis Pusat Data", "fungsional", "Bidang Aptika", False),
    ("sekretaris", "Sekretaris Dinas", "sekretaris", "Sekretariat", False),
    ("kasi", "Kepala Seksi Infrastruktur", "kasi", "Bidang Aptika", False),
    ("pelaksana", "Pelaksana Administrasi", "jfu", "Bidang Aptika", False),
    ("tu", "Kepala Subbagian Tata Usaha", "tu", "Sekretariat", False),
    ("barang", "Pengurus Barang", "bmn", "Sekretariat", False),
    ("auditor", "Auditor Inspektorat", "auditor", "Inspektorat", False),
)
"""Login, name (a role, nobody's), role, unit, and whether verdicts are signed."""


def generate() -> Secrets:
    """Make the secrets of a new demo."""
    people = tuple(
        Login(login, name, role, unit, phrase(4), phrase(5) if signs else None)
        for login, name, role, unit, signs in PEOPLE
    )
    return Secrets(MARK, VERSION, people, phrase(8), phrase(8), phrase(8), phrase(8))


def phrase(words: int) -> str:
    """Give a random phrase that can be read aloud and typed: about 12.6 bits a word."""
    return "-".join(_syllable() + _syllable() for _ in range(words))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)


def keep(path: Path, made: Secrets) -> None:
    """Write the secrets for their owner alone."""
    write_whole(path, canonical.encode(made), 0o600)


def recall(path: Path) -> Secrets:
    """Read the secrets of a demo's data folder.

    Raises:
        OperatorMistaken: The folder is not a demo's, or its file is damaged.
    """
    try:
        return canonical.decode(read_plain(path), Secrets, path.name)
    except (OSError, AksesError) as error:
        message = f"{path.parent} is not the data folder of a demo; choose another with --data"
        raise OperatorMistaken(message) from error
