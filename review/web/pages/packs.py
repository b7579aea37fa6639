"""The evidence pack of a review: its page, its making, and its files, each download written down."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Connection

from card_registry.errors import OperatorMistaken
from review.access import Permission, Refused, may
from review.pack import files, printing
from review.pack.summing import Lines, about, figures
from review.pack.tables import shown
from review.store import campaigns, cases, issued
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, NotFound, Visitor
from review.workflow.pack_files import KINDS, MEDIA, WHOLE, file_of, taken
from review.workflow.packing import is_final, issue_pack, pack_of

WORDS = {
    WHOLE: "Seluruh berkas bukti (ZIP)",
    files.PAPER: "Di atas kertas (PDF/A)",
    files.PAPER_SIGNED: "Di atas kertas, bertanda tangan elektronik (PDF/A)",
    files.BOOK: "Buku kerja (XLSX)",
    files.JSON: "Untuk program (JSON)",
    files.PROOF: "Bukti registri dan pintu (JSON)",
}
"""What each file is called on the page."""

EXTRA = "Berkas ini memerlukan kelengkapan “documents” pada peladen; mintalah administrator memasangnya."


def pack_page(console: Here, me: Me, case: str) -> Response:
    """Show the newest pack of a review with its sums and files."""
    return _page(console, me, case, "")


def _page(console: Console, me: Visitor, case: str, refusal: str) -> Response:
    with reading(console.office.store) as connection:
        file = _readable(connection, me, case)
        one = issued.newest(connection, case, printing.CODE)
        told = None if one is None else pack_of(connection, one.code)
        kinds = {} if one is None else {kept.kind: kept for kept in issued.files(connection, one.code)}
    return page(
        console,
        "berkas_bukti.html",
        me,
        409 if refusal else 200,
        file=file,
        one=one,
        pack=told,
        about=() if told is None else written(about(told)),
        figures=() if told is None else written(figures(told)),
        hashes={name: kinds[kind].sha256 for name, kind in KINDS.items() if kind in kinds},
        words={
            name: text for name, text in WORDS.items() if name != files.PAPER_SIGNED or KINDS[name] in kinds
        },
        final=told is not None and is_final(told),
        issues=me.holds(Permission.PACK_REVIEW) and (told is None or not is_final(told)),
        refusal=refusal,
    )


def written(lines: Lines) -> list[tuple[str, str]]:
    """Write labels and numbers as people read them."""
    return [(str(label), shown(cell)) for label, cell in lines]


def make(console: Here, me: Me, _form: Form, case: str) -> Response:
    """Issue the pack of a review, unless the newest one still tells how things stand."""
    me.require(Permission.PACK_REVIEW)
    with reading(console.office.store) as connection:
        _readable(connection, me, case)
    issue_pack(console.office, case, me.person.id)
    return RedirectResponse(f"/review/{case}/bukti", 303)


def download(console: Here, me: Me, case: str, name: str, request: Request) -> Response:
    """Give one file of the newest pack, or all of them; who took it is written down."""
    office = console.office
    with reading(office.store) as connection:
        _readable(connection, me, case)
        one = issued.newest(connection, case, printing.CODE)
    if one is None or name not in WORDS:
        raise NotFound
    try:
        body = file_of(office, one, name, str(request.base_url))
    except OperatorMistaken:
        return _page(console, me, case, EXTRA)
    if not body:
        raise NotFound
    taken(office, one, me.person.id, name, body)
    return answer(f"{one.code}-{name}", body)


def answer(name: str, body: bytes) -> Response:
    """Give a file to be saved under a name."""
    media = MEDIA[name[name.rindex(".") :]]
    return Response(body, media_type=media, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _readable(connection: Connection, me: Visitor, case: str) -> CaseFile:
    file = cases.load(connection, case)
    if file is None or campaigns.find(connection, case) is None:
        raise NotFound
    allowed = may(me.person, Permission.READ_CASES)
    if isinstance(allowed, Refused):
        raise Forbidden(allowed.why)
    return file
