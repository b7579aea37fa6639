"""The inventory as files: taken away as CSV or XLSX, brought back after a look at what they change."""

import base64
import binascii
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from review.access import Permission, Refused
from review.inventory.changes import Change
from review.inventory.exchange import COLUMNS, Sheet, Wrong
from review.web import csrf
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import SESSION, Forbidden, Me, NotFound, Visitor
from review.workflow import furnishing
from review.workflow.furnishing import as_csv, as_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NO_XLSX = "Berkas XLSX tidak tersedia pada pemasangan ini. Unduh CSV, atau pasang tambahan documents."
NO_FILE = "Pilih tabel dan berkas CSV atau XLSX yang akan diimpor."
MOST_FILE = 400_000
"""The largest file that may be imported, in bytes: some thousands of devices."""

TOO_LARGE = f"Berkas lebih besar dari {MOST_FILE // 1000} kB. Bagi berkas menjadi beberapa bagian."
CHECK, ENTER = "periksa", "masukkan"


def table(console: Here, me: Me, sheet: str) -> Response:
    """Give a table as CSV."""
    me.require(Permission.READ_INVENTORY)
    if sheet not in set(Sheet):
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="inventaris-{sheet}.csv"'}
    return Response(as_csv(console.office, Sheet(sheet)), media_type="text/csv", headers=headers)


def workbook(console: Here, me: Me) -> Response:
    """Give the three tables as one workbook."""
    me.require(Permission.READ_INVENTORY)
    try:
        body = as_xlsx(console.office)
    except ModuleNotFoundError as error:
        raise HTTPException(501, NO_XLSX) from error
    headers = {"Content-Disposition": 'attachment; filename="inventaris.xlsx"'}
    return Response(body, media_type=XLSX, headers=headers)


def tables_page(console: Here, me: Me) -> Response:
    """Show the tables to take away, and the form to bring one back."""
    me.require(Permission.READ_INVENTORY)
    return _shown(console, me)


def _shown(
    console: Console,
    me: Visitor,
    faults: tuple[str, ...] = (),
    found: tuple[Change, ...] | None = None,
    sent: tuple[str, str] = ("", ""),
    *,
    entered: bool = False,
) -> Response:
    return page(
        console,
        "inventaris_tabel.html",
        me,
        422 if faults else 200,
        sheets=tuple(Sheet),
        columns=COLUMNS,
        may_change=me.holds(Permission.CHANGE_INVENTORY),
        faults=faults,
        found=found,
        sent=sent,
        entered=entered,
    )


async def _brought(request: Request) -> tuple[str, Sheet, bytes]:
    """Read what was sent: what to do with it, which table it is, and the file or what was shown of it.

    Raises:
        Forbidden: The form did not come from our own pages.
        HTTPException: More than one file came, none, or one too large.
    """
    async with request.form(max_files=1, max_fields=4) as form:
        token = str(form.get(csrf.FIELD))
        if not csrf.is_ours(request.cookies.get(SESSION, ""), token, request.headers):
            raise Forbidden(csrf.STRANGE)
        body = await _file(form)
        sheet = form.get("tabel")
        if not body or sheet not in set(Sheet):
            raise HTTPException(400, NO_FILE)
        if len(body) > MOST_FILE:
            raise HTTPException(413, TOO_LARGE)
        act = ENTER if form.get("aksi") == ENTER else CHECK
        return act, Sheet(str(sheet)), body


async def _file(form: FormData) -> bytes:
    file = form.get("berkas")
    if isinstance(file, UploadFile):
        return await file.read(MOST_FILE + 1)
    try:
        return base64.b64decode(str(form.get("isi", "")), validate=True)
    except (binascii.Error, ValueError) as error:
        raise HTTPException(400, NO_FILE) from error


Brought = Annotated[tuple[str, Sheet, bytes], Depends(_brought)]


def bring_table(console: Here, me: Me, brought: Brought) -> Response:
    """Show what a file would change, or enter it; a sentence for each row that is wrong."""
    act, sheet, body = brought
    tables = furnishing.read(sheet, body)
    if isinstance(tables, Wrong):
        me.require(Permission.CHANGE_INVENTORY)
        return _shown(console, me, tables.why)
    work = furnishing.bring if act == ENTER else furnishing.foresee
    done = work(console.office, me.person, tables)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    if isinstance(done, Wrong):
        return _shown(console, me, done.why)
    sent = (sheet.value, base64.b64encode(body).decode())
    return _shown(console, me, (), done, sent, entered=act == ENTER)
