"""Checks an evidence pack without the server that made it: files, numbers, workbook, paper, signatures.

The manifest finds what was damaged. Whoever changes a file and the manifest with it is found because every
file says the same: sums are counted again, the workbook is read cell by cell, the paper is set again, and
what authority and doors signed must bear the numbers out. Whoever changes all of them alike changes the hash
of the JSON: it is printed on the paper that was signed, and known at the office's page that verifies.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from card_registry import canonical
from card_registry.errors import Malformed, OperatorMistaken
from review.documents.copies import Copy, Mark
from review.documents.layout import Sheet
from review.documents.pdf import pdf
from review.drawing import Paper
from review.pack import book, files, numbers, printing, proving
from review.pack.files import Manifest, sha256
from review.pack.finding import Finding, Grade, Report
from review.pack.proof import Proof
from review.pack.rows import tables
from review.pack.tables import Table, Where
from review.pack.value import VERSION, Pack

FAULT, SOUND, OPEN = Grade.FAULT, Grade.SOUND, Grade.OPEN
_ADDRESS = re.compile(rb"/Keywords\(\S+ ([!-'*-~]+) \w+\)")
_MAKER = re.compile(rb"/Creator\(([^)]*)\)|/FontName/[A-Z]{6}\+([\w-]+)|/Keywords\(\S+ \S+ (\w+)\)")
"""What set a paper: the typesetter, its fonts, the edition of the template."""

EDITION = "this pack is of edition {v}; check it with the program that made it, or compare its SHA-256"


def check(held: Mapping[str, bytes], root: str | None = None) -> Report:
    """Check the files of a pack and say all that was found.

    Args:
        held: The files by name, as ``files.unpacked`` reads them.
        root: SHA-256 of the site's first root (hex); without it the signatures prove agreement alone.

    Raises:
        Malformed: It is no pack at all.
    """
    if files.MANIFEST not in held or files.JSON not in held:
        raise Malformed("this is no evidence pack: manifes.json and bukti.json must be in it")
    manifest = canonical.decode(held[files.MANIFEST], Manifest, files.MANIFEST)
    found = [*listed(held, manifest)]
    sidik = sha256(held[files.JSON])
    try:
        pack = canonical.decode(held[files.JSON], Pack, files.JSON, files.LIMIT)
    except Malformed as error:
        found.append(Finding(FAULT, files.JSON, str(error)))
        return Report(manifest.number, manifest.code, sidik, tuple(found))
    found += numbers.judge(pack)
    if pack.v == VERSION:
        found += _workbook(held.get(files.BOOK), pack)
        found += _paper(held, pack, manifest.code)
    else:
        found += [Finding(OPEN, name, EDITION.format(v=pack.v)) for name in (files.BOOK, files.PAPER)]
    found += _proof(held.get(files.PROOF), pack, root)
    return Report(manifest.number, manifest.code, sidik, tuple(found))


def listed(held: Mapping[str, bytes], manifest: Manifest) -> Iterator[Finding]:
    """Compare every file with the manifest."""
    named = {one.name: one for one in manifest.files}
    faults = [
        (name, "stands in the manifest and is not there") for name in sorted(named.keys() - held.keys())
    ]
    for name in sorted(held.keys() - {files.MANIFEST}):
        if name not in named:
            faults.append((name, "is there and does not stand in the manifest"))
        elif (len(held[name]), sha256(held[name])) != (named[name].size, named[name].sha256):
            faults.append(
                (name, f"was changed: its SHA-256 is {sha256(held[name])}, not {named[name].sha256}")
            )
    if not faults:
        yield Finding(SOUND, files.MANIFEST, f"{len(named)} files are as they were packed")
    yield from (Finding(FAULT, name, sentence) for name, sentence in faults)


def _workbook(data: bytes | None, pack: Pack) -> Iterator[Finding]:
    """Compare the workbook with the tables of the numbers, cell by cell."""
    if data is None:
        yield Finding(OPEN, files.BOOK, "there is no workbook in this pack")
        return
    with suppress(OperatorMistaken):
        if book.workbook(pack) == data:
            yield Finding(SOUND, files.BOOK, "the workbook is what these numbers make, byte for byte")
            return
    faults = list(_cells(data, pack))
    if not faults:
        yield Finding(SOUND, files.BOOK, "every cell of the workbook says what the numbers say")
    yield from faults[:20]


def _cells(data: bytes, pack: Pack) -> Iterator[Finding]:
    from review.inventory.package import Unreadable  # noqa: PLC0415 - only where the extra is installed
    from review.inventory.workbook import pages  # noqa: PLC0415 - the same

    try:
        found = pages(data)
    except ModuleNotFoundError:
        yield Finding(OPEN, files.BOOK, "the workbook was not read: that needs the extra 'documents'")
        return
    except Unreadable as error:
        yield Finding(FAULT, files.BOOK, f"the workbook cannot be read: {error}")
        return
    made = {table.name: table for table in tables(pack, Where.BOOK)}
    if set(found) != set(made):
        yield Finding(FAULT, files.BOOK, "its sheets are not those of a pack")
    for name, table in made.items():
        yield from _compared(table, dict(found.get(name, ())))


def _compared(table: Table, lines: Mapping[int, tuple[str, ...]]) -> Iterator[Finding]:
    head = tuple(one.caption for one in table.fields)
    for number, row in enumerate((head, *table.rows), 1):
        line = lines.get(number, ())
        for column, cell in enumerate(row):
            is_ = line[column] if column < len(line) else ""
            if is_ != str(cell):
                where = f"{table.name}, row {number}, {head[column]}"
                yield Finding(FAULT, files.BOOK, f"{where}: it says {is_!r}, the numbers say {str(cell)!r}")
    if set(lines) - set(range(1, len(table.rows) + 2)):
        yield Finding(FAULT, files.BOOK, f"{table.name} has more rows than the numbers")


def _paper(held: Mapping[str, bytes], pack: Pack, code: str) -> Iterator[Finding]:
    """Set the paper again and compare it; a signed one must begin with exactly the unsigned one."""
    paper, signed = held.get(files.PAPER), held.get(files.PAPER_SIGNED)
    if paper is None:
        yield Finding(OPEN, files.PAPER, "there is no paper in this pack")
        return
    yield _set_again(paper, printing.sheet(pack, sha256(held[files.JSON])), pack, code)
    if signed is not None and signed.startswith(paper):
        told = "the signed paper is the unsigned one with a signature added; check that in a PDF reader"
        yield Finding(SOUND, files.PAPER_SIGNED, told)
    elif signed is not None:
        yield Finding(FAULT, files.PAPER_SIGNED, "the signed paper is another than the unsigned one")


def _set_again(paper: bytes, sheet: Sheet, pack: Pack, code: str) -> Finding:
    """Set a paper for either size, with the address to which it says that its QR leads."""
    named = _ADDRESS.search(paper)
    address = "" if named is None else named[1].decode("ascii", "replace")
    copy = Copy(sheet, "", Mark(code, address, sha256(canonical.encode(sheet)), pack.cover.day))
    try:
        again = _sizes(copy, paper)
    except OperatorMistaken:
        return Finding(OPEN, files.PAPER, "the paper was not set again: that needs the extra 'documents'")
    if paper in again:
        told = f"the paper is what these numbers print, byte for byte; its QR leads to {address}"
        return Finding(SOUND, files.PAPER, told)
    if all(set(_MAKER.findall(one)) != set(_MAKER.findall(paper)) for one in again):
        told = "the paper was set by another typesetter, template or font, so it cannot be compared here"
        return Finding(OPEN, files.PAPER, f"{told}; compare its SHA-256 {sha256(paper)} at the office")
    return Finding(FAULT, files.PAPER, "the paper is not what these numbers print")


def _sizes(copy: Copy, paper: bytes) -> list[bytes]:
    """Set a copy for each size, until one is the paper."""
    made = list[bytes]()
    for size in Paper:
        made.append(pdf(copy, size))
        if made[-1] == paper:
            break
    return made


def _proof(data: bytes | None, pack: Pack, root: str | None) -> Iterator[Finding]:
    if data is None or sha256(data) != pack.registry.proof:
        told = "is not there" if data is None else "is not the one that the numbers name"
        yield Finding(FAULT, files.PROOF, f"the proof of the registry {told}")
        return
    try:
        proof = canonical.decode(data, Proof, files.PROOF, files.LIMIT)
    except Malformed as error:
        yield Finding(FAULT, files.PROOF, str(error))
        return
    yield from proving.judge(pack, proof, root)
