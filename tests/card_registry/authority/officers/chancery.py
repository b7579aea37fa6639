"""An office whose officers never meet: three folders, an enroller's, the signer's, and files between.

Everything is done by the real commands; the rest of the house (doors, warrants, the signer) is ``House``.
"""

import json
import shutil
from pathlib import Path

from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from sqlalchemy import MetaData
from sqlalchemy.schema import CreateSchema

from card_registry import canonical
from card_registry.authority.command import registry
from card_registry.authority.keys import load_key
from card_registry.authority.serve import now
from card_registry.instant import DAY
from card_registry.statements import Approver
from card_registry.stores import ledger, office
from card_registry.trust.slots import FIRST_ROOT
from card_registry.words import ControllerId
from tests.card_registry.authority.house import (
    DESK,
    DOOR,
    HERE,
    KABID,
    KABID_KEY,
    PASSPHRASE,
    PROCEDURE,
    House,
    approved,
    bound,
    request_of,
    store_of,
    terms,
    verdict,
)
from tests.card_registry.trust.made import Door

OFFICERS = ("kadis", "kabid-ti", "sekretaris")
WHY = ("--why", "as agreed in the meeting of Monday")


class Chancery:
    """The folders of everybody who holds a key, below one folder that none of them sees whole."""

    def __init__(self, folder: Path, at: int = 0, database: str = "") -> None:
        """Name the folders; the house's clock shows ``at``, or what the commands see."""
        self.folder = folder
        self.house = House(folder, now=at or now(), database=database)
        self.store = self.house.places.registry
        self.signer = folder / "signer"
        self.phrase = folder / "passphrase"

    def begin(self) -> None:
        """Let everybody make a key alone, found the site, enrol a door and a desk, and admit Ani."""
        self.phrase.write_bytes(PASSPHRASE + b"\n")
        for label in OFFICERS:
            self.keygen(label)
        self.keygen("enroller", self.house.folders.officers)
        self.run("signer-keys", "--signer", self.signer, *self.secret())
        people = (Approver(KABID, KABID_KEY, (PROCEDURE,)),)
        (self.folder / "people.json").write_text(json.dumps(json.loads(canonical.encode(people)), indent=1))
        draft = self.folder / "found.json"
        cards = [word for label in OFFICERS for word in ("--officer", self.card(label))]
        self.run(
            *("draft", "found", "--site", "contoh", *cards),
            *("--enroller", self.house.folders.officers / "enroller.card.json"),
            *("--signer-card", self.signer / "signer.card.json", "--people", self.folder / "people.json"),
            *("--receipt-key", "cd" * 32, "--out", draft, *WHY),
        )
        self.sign(draft, "kadis", paper=False)
        self.sign(draft, "sekretaris", paper=False)
        self.sign(draft, "enroller", paper=False)
        self.apply(draft)
        self.lighten()
        for url, metadata in (
            (self.house.places.office, office.metadata),
            (self.house.places.ledger, ledger.metadata),
        ):
            self._make(url, metadata)
        self.house.enrol(request_of(HERE, DOOR))
        self.house.enrol(request_of(DESK))
        self.admit("ani")

    def lighten(self) -> None:
        """Seal the keys anew in the quick way of a program's key: opening a person's is slow on purpose."""
        for label in (*OFFICERS, "enroller"):
            key = load_key(self.key(label), PASSPHRASE)
            sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE))
            self.key(label).write_bytes(sealed)

    def admit(self, name: str) -> None:
        """Let the Kabid approve a grant, the desk bind a card, and the signer publish both."""
        grant = terms(name, begins=self.house.now, ends=self.house.now + 300 * DAY)
        self.house.ask(approved(verdict(name, grant=grant)))
        self.house.journal(bound(name))
        self.house.work()

    def keygen(self, label: str, folder: Path | None = None) -> None:
        """Make one person's key in a folder of its own."""
        self.run(
            "keygen", "--label", label, "--folder", folder or self.folder / f"desk-of-{label}", *self.secret()
        )

    def key(self, label: str) -> Path:
        """Name a person's key file."""
        own = self.folder / f"desk-of-{label}" / f"{label}.pem"
        return own if own.exists() else self.house.folders.officers / f"{label}.pem"

    def card(self, label: str) -> Path:
        """Name a person's card."""
        return self.key(label).with_suffix(".card.json")

    def sign(self, draft: Path, label: str, *, paper: bool = True, fine: bool = True) -> Result:
        """Let one person read and sign a draft on a machine of their own."""
        where = self.key(label).parent / draft.name
        shutil.copy(draft, where)
        root = ("--root", self.digest()) if paper else ()
        ended = self.run("sign", where, "--key", self.key(label), *root, *self.secret(), "--yes", fine=fine)
        shutil.copy(where, draft)
        return ended

    def apply(self, *drafts: Path, fine: bool = True) -> Result:
        """Apply a draft at the signer's machine."""
        return self.run(
            *("apply", *drafts, "--registry", self.store, "--signer", self.signer, *self.secret()), fine=fine
        )

    def hold(self, *words: object, signers: tuple[str, ...] = ("kadis", "sekretaris")) -> str:
        """Draft by these words, let the signers sign one after the other, apply; give all that was said."""
        draft = self.folder / "draft.json"
        said = [self.run(*words, "--registry", self.store, "--out", draft, *WHY)]
        said += [self.sign(draft, label) for label in signers]
        said.append(self.apply(draft))
        return "".join(one.output for one in said)

    def replace_signer_keys(self, *names: str) -> tuple[str, ...]:
        """Make new keys of the signer; give the words that draft with them."""
        wanted = [word for name in names for word in ("--replace", name)]
        self.run("signer-keys", "--signer", self.signer, *wanted, *self.secret())
        return ("--signer-card", str(self.signer / "signer.card.json"))

    def digest(self) -> str:
        """Give the paper."""
        shown = json.loads(self.run("show", "--registry", self.store, "--json").output)
        return str(shown["root"])

    def door(self, controller: ControllerId = HERE) -> Door:
        """Give a door that has learned everything so far."""
        scratch = self.folder / "scratch"
        scratch.mkdir(exist_ok=True)
        door = Door(self.house.slots()[FIRST_ROOT], scratch, now=now(), controller=controller)
        door.learn(self.house.slots(controller))
        return door

    def secret(self) -> tuple[str, ...]:
        """Name the passphrase file."""
        return ("--passphrase-file", str(self.phrase))

    def run(self, *words: object, fine: bool = True) -> Result:
        """Run one command; it must end well, or not."""
        ended = CliRunner().invoke(registry, [str(word) for word in words])
        assert (ended.exit_code == 0) is fine, ended.output
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return ended

    def _make(self, url: str, metadata: MetaData) -> None:
        with store_of(url, metadata.schema or "") as engine:
            if engine.dialect.name == "postgresql":
                with engine.begin() as connection:
                    connection.execute(CreateSchema(metadata.schema or ""))
            metadata.create_all(engine)


def copy_of(chancery: Chancery, folder: Path) -> Chancery:
    """Give a copy of a whole office."""
    return Chancery(Path(shutil.copytree(chancery.folder, folder)), chancery.house.now)
