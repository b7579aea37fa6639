"""What is written down of a file that is given away: before its first byte, and in the end."""

import hashlib
from dataclasses import dataclass, field

from card_registry.instant import DAY, MINUTE
from review.access import Refused
from review.documents.codes import code_of
from review.export.comma import Comma
from review.export.table import Column, Turn
from review.export.wanted import Form, Wanted, as_json, subject_of
from review.office import Office
from review.people import Person
from review.store import audit, exports
from review.store.exports import Export, ExportState, Outcome
from review.store.transaction import writing

OWN, ALL = 3, 8
"""How many files may be given at once, to one person and to all."""

FORGOTTEN = 30 * MINUTE
"""When a file that never ended no longer counts (milliseconds): the program was ended in the middle of it."""

BUSY = "Berkas Anda yang lain masih disusun. Tunggu sampai selesai, lalu coba lagi."
CROWDED = "Konsol sedang menyusun banyak berkas. Coba lagi beberapa saat."

BEGUN, DONE, BROKEN = "ekspor.mulai", "ekspor.selesai", "ekspor.putus"


@dataclass(slots=True)
class Record:
    """The record of one file: it counts what is given, and is ended once."""

    office: Office
    export: Export
    _csv: Comma | None
    rows: int = 0
    size: int = 0
    _bytes: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    _content: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def __post_init__(self) -> None:
        """Begin the hash of the rows with the line above them."""
        if self._csv is not None:
            self._content.update(self._csv.head())

    def read(self, turn: Turn) -> bytes:
        """Take note of some rows; give them as CSV."""
        if self._csv is None:
            return b""
        piece = self._csv.piece(turn)
        self._content.update(piece)
        self.rows += len(turn[0])
        return piece

    def given(self, piece: bytes) -> bytes:
        """Take note of some bytes of the file, and give them on."""
        self._bytes.update(piece)
        self.size += len(piece)
        return piece

    def content(self) -> str | None:
        """Give the SHA-256 of the rows as CSV; None where there are no rows."""
        return None if self._csv is None else self._content.hexdigest()

    def done(self) -> None:
        """Write down that the file was given whole."""
        whole = self._bytes.hexdigest()
        outcome = Outcome(ExportState.DONE, self.rows, self.size, whole, self.content())
        self._end(outcome, DONE, f"{self.rows} baris, {self.size} bita, sha256 {whole}")

    def broken(self) -> None:
        """Write down that it was not."""
        outcome = Outcome(ExportState.BROKEN, self.rows, self.size, None, None)
        self._end(outcome, BROKEN, f"setelah {self.rows} baris, {self.size} bita")

    def _end(self, outcome: Outcome, act: str, detail: str) -> None:
        export, now = self.export, self.office.clock()
        with writing(self.office.store) as connection:
            exports.end(connection, export.code, outcome, now)
            audit.record(connection, export.person, act, f"ekspor/{export.code}", now, detail)


def begin(
    office: Office, person: Person, wanted: Wanted, form: Form, columns: tuple[Column, ...] | None
) -> Record | Refused:
    """Write down that a file is about to be given; refused while too many are."""
    now = office.clock()
    export = Export(
        code_of(office.entropy(16)), person.id, subject_of(wanted).value, form.value, as_json(wanted), now
    )
    with writing(office.store) as connection:
        exports.forget(connection, now - DAY, now)
        others = exports.running(connection, now - FORGOTTEN)
        if others.count(person.id) >= OWN:
            return Refused(BUSY)
        if len(others) >= ALL:
            return Refused(CROWDED)
        exports.begin(connection, export)
        detail = f"{export.subject} {export.form}"
        audit.record(connection, person.id, BEGUN, f"ekspor/{export.code}", now, detail)
    return Record(office, export, None if columns is None else Comma(columns))
