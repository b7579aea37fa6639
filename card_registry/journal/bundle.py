"""The proof an auditor takes home: one zip with rows, signed heads, and the signed keys to check them with.

::

    manifest.json                         site, and which journals are inside
    rows/<controller>.<epoch>.jsonl       the exact bytes that were hashed, one row a line
    heads/<controller>.<epoch>.json       every signed head kept, as a list of text
    trust/<slot file>                     the TUF metadata that leads from the root to the log keys

``verify_bundle`` believes nothing in it but what follows from the root's SHA-256, which the auditor has from
elsewhere (it is printed on the founding record). Without one it says which root it followed.
"""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.errors import AksesError, Malformed
from card_registry.journal.audit import Finding, Journal, audit
from card_registry.journal.event import EVENT_LIMIT
from card_registry.statements import ControllerEntry, Directory
from card_registry.trust.verify import read_directory_offline
from card_registry.words import ControllerId, SiteId, require_slug

FILE_LIMIT = 64 * 1024 * 1024
"""The largest list of heads read from a bundle, in bytes (rows are streamed and have no such limit)."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """One journal in a bundle."""

    controller: ControllerId
    epoch: int

    def __post_init__(self) -> None:
        """Refuse a name that could lead out of the zip's own folders."""
        require_slug(self.controller, "a controller id")

    @property
    def rows_name(self) -> str:
        """Name the file of its rows."""
        return f"rows/{self.controller}.{self.epoch}.jsonl"

    @property
    def heads_name(self) -> str:
        """Name the file of its heads."""
        return f"heads/{self.controller}.{self.epoch}.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds; nothing here is believed, it only says what to look for."""

    v: int
    site: SiteId
    made: int
    journals: tuple[Enclosed, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found, and the root (SHA-256, hex) all of it follows from."""

    site: SiteId
    root: str
    findings: tuple[Finding, ...]


def verify_bundle(file: Path, root: str | None = None) -> Report:
    """Check every journal of a bundle.

    Args:
        file: The zip.
        root: SHA-256 of the site's first root metadata (hex); the bundle's own when None.

    Raises:
        AksesError: The bundle cannot be read, or its keys do not follow from the root.
    """
    try:
        with zipfile.ZipFile(file) as bundle:
            return _verify(bundle, root)
    except (zipfile.BadZipFile, KeyError, OSError) as error:
        message = f"{file.name} is not a whole journal bundle: {error}"
        raise Malformed(message) from error


def _verify(bundle: zipfile.ZipFile, root: str | None) -> Report:
    manifest = canonical.decode(_read(bundle, "manifest.json"), Manifest, "the bundle's manifest")
    slots = {
        name.removeprefix("trust/"): _read(bundle, name)
        for name in bundle.namelist()
        if name.startswith("trust/") and not name.endswith("/")
    }
    trusted = root or hashlib.sha256(slots["root.1"]).hexdigest()
    with tempfile.TemporaryDirectory() as scratch:
        directory = read_directory_offline(slots, trusted, Path(scratch))
    if directory.site != manifest.site:
        message = f"the bundle says it is of {manifest.site}, its signed directory is of {directory.site}"
        raise Malformed(message)
    findings = tuple(_check(bundle, directory, enclosed) for enclosed in manifest.journals)
    return Report(manifest.site, trusted, findings)


def _check(bundle: zipfile.ZipFile, directory: Directory, enclosed: Enclosed) -> Finding:
    entry = _entry(directory, enclosed.controller)
    journal = Journal(directory.site, enclosed.controller, enclosed.epoch, entry.log_key)
    notes = canonical.decode(
        _read(bundle, enclosed.heads_name), tuple[str, ...], "the bundle's heads", FILE_LIMIT
    )
    return audit(journal, _lines(bundle, enclosed.rows_name), [note.encode() for note in notes])


def _entry(directory: Directory, controller: ControllerId) -> ControllerEntry:
    for entry in directory.controllers:
        if entry.id == controller:
            return entry
    message = f"{controller} is not in the site's signed directory, so its rows prove nothing"
    raise AksesError(message)


def _read(bundle: zipfile.ZipFile, name: str) -> bytes:
    with bundle.open(name) as file:
        data = file.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        message = f"{name} in the bundle is longer than {FILE_LIMIT} bytes"
        raise Malformed(message)
    return data


def _lines(bundle: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Stream a file's lines, none longer than an event may be."""
    with bundle.open(name) as file:
        while line := file.readline(EVENT_LIMIT + 2):
            if not line.endswith(b"\n"):
                message = f"{name} has a line that is cut off or longer than {EVENT_LIMIT} bytes"
                raise Malformed(message)
            yield line[:-1]
