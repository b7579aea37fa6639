"""The files of an issued evidence pack: made once, kept beside its document, and written down when taken."""

from collections.abc import Mapping

from card_registry.words import PersonId
from review.documents.pdf import pdf
from review.office import Office
from review.pack import files
from review.pack.book import workbook
from review.pack.printing import CODE
from review.store import audit, issued
from review.store.issued import FileKind, Issued
from review.store.transaction import reading, writing
from review.workflow import documents
from review.workflow.packing import kept, pack_of

WHOLE = "berkas-bukti.zip"
KINDS = {
    files.JSON: FileKind.JSON,
    files.BOOK: FileKind.XLSX,
    files.PROOF: FileKind.PROOF,
    files.PAPER: FileKind.PDF,
    files.PAPER_SIGNED: FileKind.SIGNED,
}
"""Under which kind each file of a pack is kept."""

MEDIA = {
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
}


def file_of(office: Office, one: Issued, name: str, base: str) -> bytes:
    """Give one file of a pack by its name, or the whole; empty where there is no such file.

    Raises:
        OperatorMistaken: A PDF is to be made and the extra ``documents`` is not installed.
    """
    if name == WHOLE:
        return files.zipped(all_of(office, one, base), one.sheet.case, one.code)
    if name == files.PAPER:
        return _own_paper(office, one, base)
    kind = KINDS.get(name)
    with reading(office.store) as connection:
        made = b"" if kind is None else kept(connection, one.code, kind)
        if made or kind not in {FileKind.PROOF, FileKind.XLSX}:
            return made
        # The same bytes are kept once: an earlier version of this pack may have had this very file.
        pack = pack_of(connection, one.code)
        shared = issued.file(connection, pack.registry.proof)
    return workbook(pack) if kind is FileKind.XLSX else shared


def all_of(office: Office, one: Issued, base: str) -> Mapping[str, bytes]:
    """Give every file of a pack, with the minutes as they were issued."""
    found = {name: file_of(office, one, name, base) for name in KINDS}
    with reading(office.store) as connection:
        minutes = pack_of(connection, one.code).minutes
        paper = None if minutes is None else issued.find(connection, minutes.code)
        signed = b"" if paper is None else kept(connection, paper.code, FileKind.SIGNED)
    found |= {files.MINUTES_SIGNED: signed, files.MINUTES: _paper(office, paper, base) if paper else b""}
    return {name: body for name, body in found.items() if body}


def _own_paper(office: Office, one: Issued, base: str) -> bytes:
    """Give the PDF that was signed, as it was before; else the newest; else it is made."""
    with reading(office.store) as connection:
        found = issued.files(connection, one.code)
    signed = next((file.body for file in found if file.kind is FileKind.SIGNED), b"")
    made = [file.body for file in found if file.kind is FileKind.PDF]
    before = next((body for body in made if signed.startswith(body)), b"") if signed else b""
    return before or next(iter(made), b"") or _paper(office, one, base)


def _paper(office: Office, one: Issued, base: str) -> bytes:
    """Make the PDF of a document as it stands now, and keep it, so that its hash verifies it later."""
    with reading(office.store) as connection:
        copy = documents.copy_of(connection, office, one, documents.base_address(office, base))
    body = pdf(copy)
    with writing(office.store) as connection:
        issued.keep(connection, one.code, FileKind.PDF, body, office.clock())
    return body


def taken(office: Office, one: Issued, person: PersonId, name: str, body: bytes) -> str:
    """Write down who took which file, by its hash, and give the hash."""
    digest = files.sha256(body)
    with writing(office.store) as connection:
        detail = f"{one.code} {name} sha256 {digest}"
        audit.record(connection, person, "review.bukti.unduh", f"case/{one.case}", office.clock(), detail)
    return digest


def noted(office: Office, code: str, person: PersonId, body: bytes) -> None:
    """Write down that a pack's paper was taken where all documents are; what is no pack's is left alone."""
    with reading(office.store) as connection:
        one = issued.find(connection, code)
    if one is not None and one.form == CODE:
        taken(office, one, person, files.PAPER, body)
