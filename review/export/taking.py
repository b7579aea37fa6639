"""Giving a file away, in any form, to whoever may have it.

CSV is given while it is read. What must be put together first (XLSX, PDF, the proof) lies in a file without a
name meanwhile, and has a limit of rows: a sentence says what to do beyond it. Such a file counts as given
when it is whole.
"""

import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO, assert_never
from zoneinfo import ZoneInfo

from card_registry.errors import OperatorMistaken
from review.access import Permission, Refused, may
from review.documents.codes import grouped
from review.documents.copies import Mark
from review.export import page_file, proof_file, record, sheet_file
from review.export.comma import Comma
from review.export.page_file import Printed
from review.export.record import Record
from review.export.sheet_file import Workbook
from review.export.sources import source_of
from review.export.table import Cell, Source, rows_of
from review.export.wanted import Form, ProofWanted, Subject, Wanted, subject_of
from review.indonesian import moment_text
from review.office import Office
from review.people import Person
from review.shelf import ACCESS
from review.store import letterheads
from review.store.transaction import reading

BLOCK = 256 * 1024
"""How much of a finished file is given at once, in bytes."""

MEDIA = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.SEMICOLON: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.PDF: "application/pdf",
    Form.ZIP: "application/zip",
}

READS = {
    Subject.EVENTS: Permission.READ_DOORS,
    Subject.ACCESS: Permission.READ_CARDS,
    Subject.CASES: Permission.READ_CASES,
    Subject.TRAIL: Permission.READ_AUDIT,
    Subject.PROOF: Permission.READ_AUDIT,
}
"""What somebody must be allowed to read before they may take it away."""

LIMITS = {Form.XLSX: sheet_file.MOST, Form.PDF: page_file.MOST}
WRITERS = {Form.XLSX: "xlsxwriter", Form.PDF: "typst"}
"""What writes a form, where the extra ``documents`` is installed."""

NO_WRITER = "Bentuk ini tidak tersedia pada pemasangan ini. Ambil CSV, atau pasang tambahan documents."
NO_ROWS = "Belum ada catatan jurnal yang dapat dibuktikan."

NO_FORM = "Bentuk berkas ini tidak tersedia untuk pilihan tersebut."
PROVEN = (
    "Setiap baris menyebut pengendali, periode, dan nomor catatan jurnalnya. Keasliannya dibuktikan dengan "
    "berkas bukti untuk masa yang sama."
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A file on its way: its code, name, kind, and its bytes; ``size`` is None while nobody knows it.

    ``pieces`` must be read to its end or closed; either is written down.
    """

    code: str
    name: str
    media: str
    size: int | None
    pieces: Generator[bytes]


def allowed(person: Person, subject: Subject) -> Refused | None:
    """Say why a person may not take something away, None where they may."""
    for permission in (Permission.EXPORT, READS[subject]):
        answer = may(person, permission)
        if isinstance(answer, Refused):
            return answer
    return None


def take(office: Office, person: Person, wanted: Wanted, form: Form, base: str) -> Taken | Refused:
    """Give a file away, and write it down; refused where it is too long, or too many are given already.

    ``base`` is the console's address, for the code on paper.

    Raises:
        OperatorMistaken: What the form needs is not installed, or the journals are empty.
    """
    refused = allowed(person, subject_of(wanted))
    if refused is not None:
        return refused
    if isinstance(wanted, ProofWanted):
        return _proof(office, person, wanted) if form is Form.ZIP else Refused(NO_FORM)
    if form is Form.ZIP:
        return Refused(NO_FORM)
    if form in WRITERS and find_spec(WRITERS[form]) is None:
        return Refused(NO_WRITER)
    source = source_of(office, wanted)
    if isinstance(source, Refused):
        return source
    most = LIMITS.get(form)
    if most is not None and source.count(most) > most:
        return Refused(_too_long(form, most))
    begun = record.begin(office, person, wanted, form, source.columns)
    return begun if isinstance(begun, Refused) else _table(begun, source, form, person, base)


def _too_long(form: Form, most: int) -> str:
    told = f"{most:,}".replace(",", ".")
    return (
        f"Pilihan ini lebih dari {told} baris, dan {form.value.upper()} memuat paling banyak {told}. "
        "Persempit masa atau saringannya, atau ambil sebagai CSV, yang tidak dibatasi."
    )


def _table(begun: Record, source: Source, form: Form, person: Person, base: str) -> Taken:
    match form:
        case Form.CSV:
            return _taken(begun, form, None, _streamed(begun, source, None))
        case Form.SEMICOLON:
            return _taken(begun, form, None, _streamed(begun, source, Comma(source.columns, ";")))
        case Form.XLSX | Form.PDF:
            file = tempfile.TemporaryFile()  # noqa: SIM115 - closed when its last block is given
            try:
                if form is Form.XLSX:
                    _workbook(begun, source, person, file)
                else:
                    _printed(begun, source, base, file)
            except BaseException:
                begun.broken()
                file.close()
                raise
            return _whole(begun, form, file)
        case Form.ZIP:
            raise AssertionError(form)
        case _:
            assert_never(form)


def _streamed(begun: Record, source: Source, other: Comma | None) -> Generator[bytes]:
    """Give a table as CSV while it is read; ``other`` writes it where it is not ours that is given."""
    ended = False
    try:
        yield begun.given((other or Comma(source.columns)).head())
        for turn in source.turns():
            ours = begun.read(turn)
            yield begun.given(ours if other is None else other.piece(turn))
        begun.done()
        ended = True
    finally:
        if not ended:
            begun.broken()


def _workbook(begun: Record, source: Source, person: Person, file: IO[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = Workbook(file, source.columns, folder)
        for turn in source.turns():
            begun.read(turn)
            book.add(turn)
        facts = (
            ("Lokasi", begun.office.site),
            *_facts(begun, source),
            ("Diambil oleh", person.name),
            ("Kode", grouped(begun.export.code)),
            *((("Keaslian", PROVEN),) if begun.export.subject == Subject.EVENTS else ()),
        )
        book.close((("Isi", source.title), *facts))


def _facts(begun: Record, source: Source) -> tuple[tuple[str, str], ...]:
    return (
        *source.facts,
        ("Banyak baris", str(begun.rows)),
        ("Diambil pada", moment_text(begun.export.begun, begun.office.zone())),
        ("Sidik isi (SHA-256)", begun.content() or ""),
    )


def _printed(begun: Record, source: Source, base: str, file: IO[bytes]) -> None:
    rows: list[tuple[Cell, ...]] = []
    for turn in source.turns():
        begun.read(turn)
        rows.extend(rows_of(turn))
    office, code = begun.office, begun.export.code
    with reading(office.store) as connection:
        head = letterheads.letterhead(connection, office.procedure(ACCESS).identity)
    day = datetime.fromtimestamp(begun.export.begun / 1000, ZoneInfo(office.zone())).date()
    mark = Mark(code, f"{base.rstrip('/')}/ekspor/{code}", begun.content() or "", day)
    printed = Printed(head, source.title, _facts(begun, source), mark)
    file.write(page_file.page_file(printed, source.columns, rows))


def _proof(office: Office, person: Person, wanted: ProofWanted) -> Taken | Refused:
    if proof_file.size(office, wanted) > proof_file.MOST:
        return Refused(
            f"Jurnal kantor ini lebih dari {proof_file.MOST:,} catatan. ".replace(",", ".")
            + "Buat berkas bukti di peladen dengan perintah akses journal export."
        )
    begun = record.begin(office, person, wanted, Form.ZIP, None)
    if isinstance(begun, Refused):
        return begun
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bukti.zip"
            done = proof_file.write(office, wanted, path)
            begun.rows = done.rows - done.withheld
            file = path.open("rb")
    except OperatorMistaken:
        begun.broken()
        return Refused(NO_ROWS)
    except BaseException:
        begun.broken()
        raise
    return _whole(begun, Form.ZIP, file)


def _whole(begun: Record, form: Form, file: IO[bytes]) -> Taken:
    """Give a file that is put together."""
    file.seek(0)
    for block in _blocks(file):
        begun.given(block)
    file.seek(0)
    begun.done()
    return _taken(begun, form, begun.size, _closing(file))


def _blocks(file: IO[bytes]) -> Generator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _closing(file: IO[bytes]) -> Generator[bytes]:
    with file:
        yield from _blocks(file)


def _taken(begun: Record, form: Form, size: int | None, pieces: Generator[bytes]) -> Taken:
    export = begun.export
    day = datetime.fromtimestamp(export.begun / 1000, ZoneInfo(begun.office.zone()))
    name = f"{export.subject}-{day:%Y%m%d}-{export.code}.{form.suffix}"
    return Taken(export.code, name, MEDIA[form], size, pieces)
