"""The console as one application: its table of routes, and what people see when something is refused."""

import logging
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute
from starlette.staticfiles import StaticFiles

from card_registry.errors import AksesError
from card_registry.stores.trouble import trouble
from review.web import api_errors, api_routes
from review.web.console import Console, console_of
from review.web.guard import RESUMED, Guard
from review.web.interrupted import brought, carried, from_here
from review.web.pages import (
    attachments,
    audit,
    audit_signs,
    card_stock,
    cards,
    cases,
    cases_acts,
    cases_list,
    cases_opening,
    delegations,
    documents,
    doors,
    entrance,
    exports,
    happenings,
    inventory,
    inventory_month,
    inventory_tables,
    keys,
    leavers,
    messages,
    office_calendar,
    orders,
    packs,
    privacy,
    profile,
    reports,
    review_rules,
    review_sheet,
    reviews,
    simulator,
    tokens,
    trail,
    visits,
)
from review.web.screen import page
from review.web.visitor import Forbidden, NotFound, SignInNeeded, Stale, fields_of, visitor_of

LOG = logging.getLogger("review.web")

Route = tuple[str, str, Callable[..., Any]]

PAGES: tuple[Route, ...] = (
    ("GET", "/masuk", entrance.sign_in_page),
    ("POST", "/masuk", entrance.sign_in),
    ("POST", RESUMED, entrance.resume),
    ("POST", "/keluar", entrance.sign_out),
    ("GET", "/", cases_list.home),
    ("GET", "/permohonan", cases_list.list_page),
    ("GET", "/permohonan/baru", cases_opening.choose),
    ("GET", "/permohonan/baru/{procedure}", cases_opening.form_page),
    ("POST", "/permohonan/baru/{procedure}", cases_opening.open_new),
    ("GET", "/permohonan/{case}", cases.case_page),
    ("POST", "/permohonan/{case}/langkah", cases.answer_step),
    ("POST", "/permohonan/{case}/tarik", cases_acts.withdraw_case),
    ("POST", "/permohonan/{case}/koreksi", cases_acts.correct),
    ("POST", "/permohonan/{case}/lanjut", cases_acts.resume_case),
    ("POST", "/permohonan/{case}/tunjuk", cases_acts.appoint_person),
    ("GET", "/permohonan/{case}/lampiran", attachments.attachments_page),
    ("POST", "/permohonan/{case}/lampiran", attachments.attach),
    ("GET", "/permohonan/{case}/lampiran/{attachment}", attachments.download),
    ("POST", "/permohonan/{case}/lampiran/{attachment}/hapus", attachments.take_away),
    ("GET", "/permohonan/{case}/dokumen", documents.of_case),
    ("POST", "/permohonan/{case}/dokumen", documents.issue),
    ("GET", "/permohonan/{case}/dokumen/{form}", documents.draft),
    ("GET", "/dokumen/{code}", documents.printed),
    ("GET", "/dokumen/{code}/pdf", documents.as_pdf),
    ("GET", "/dokumen/{code}/ttd", documents.signed_file),
    ("GET", "/periksa", documents.verify_typed),
    ("GET", "/periksa/{code}", documents.verify),
    ("GET", "/cetak.css", documents.style),
    ("GET", "/review", reviews.reviews_page),
    ("POST", "/review", reviews.open_one),
    ("GET", "/review/ambang", review_rules.rules_page),
    ("POST", "/review/ambang", review_rules.keep),
    ("GET", "/review/{case}", reviews.review_page),
    ("GET", "/review/{case}/f03", documents.review_sheet),
    ("GET", "/review/{case}/lembar", review_sheet.sheet_page),
    ("POST", "/review/{case}/lembar", review_sheet.fill),
    ("POST", "/review/{case}/butir/{item}", reviews.say),
    ("POST", "/review/{case}/kartu", reviews.card_back),
    ("POST", "/review/{case}/risiko", reviews.go_on),
    ("GET", "/review/{case}/bukti", packs.pack_page),
    ("POST", "/review/{case}/bukti", packs.make),
    ("GET", "/review/{case}/bukti/{name}", packs.download),
    ("GET", "/kartu", cards.access_list),
    ("GET", "/kartu/persediaan", card_stock.stock_page),
    ("POST", "/kartu/persediaan", card_stock.enter),
    ("POST", "/kartu/cetak", documents.issue_access_list),
    ("GET", "/kartu/{card}", cards.card_page),
    ("POST", "/kartu/{card}/cabut", cards.revoke_card),
    ("POST", "/kartu/{card}/bekukan", cards.suspend_holder),
    ("GET", "/kepegawaian", leavers.leavers_page),
    ("POST", "/kepegawaian", leavers.enter),
    ("POST", "/kepegawaian/banding", leavers.compare),
    ("POST", "/kepegawaian/batal", leavers.take_back),
    ("GET", "/pintu", doors.watch),
    ("GET", "/pintu/kini", doors.watch_now),
    ("GET", "/pintu/arus", doors.stream),
    ("GET", "/pintu/{door}/perintah", orders.order_page),
    ("POST", "/pintu/{door}/perintah/tinjau", orders.consider_order),
    ("POST", "/pintu/{door}/perintah/tantangan", orders.order_challenge),
    ("POST", "/pintu/{door}/perintah", orders.give_order),
    ("GET", "/perintah/{order}", orders.given_page),
    ("GET", "/kunci", keys.keys_page),
    ("POST", "/kunci", keys.register_key),
    ("GET", "/kunci/penyetuju.json", keys.approver_file),
    ("GET", "/token", tokens.tokens_page),
    ("POST", "/token", tokens.make_token),
    ("POST", "/token/{token}/cabut", tokens.revoke_token),
    ("GET", "/jejak", trail.trail),
    ("GET", "/audit", audit.questions_page),
    ("GET", "/audit/pintu", audit.door_page),
    ("GET", "/audit/cari", audit.find_page),
    ("GET", "/audit/perubahan", audit.changes_page),
    ("GET", "/audit/persetujuan", audit.approvals_page),
    ("GET", "/audit/contoh", audit.week_page),
    ("GET", "/audit/tanda", audit_signs.signs_page),
    ("POST", "/audit/tanda/ambang", audit_signs.tune),
    ("GET", "/audit/{kind}/{id}", audit.about_page),
    ("GET", "/laporan", reports.reports_page),
    ("GET", "/laporan/{album}", reports.report_page),
    ("POST", "/laporan/{album}/terbit", reports.issue),
    ("GET", "/laporan/{album}/cetak", reports.print_page),
    ("GET", "/laporan/{album}/pdf", reports.as_pdf),
    ("GET", "/ekspor", exports.exports_page),
    ("POST", "/ekspor/{subject}", exports.take_away),
    ("GET", "/ekspor/{code}", exports.export_page),
    ("GET", "/profil", profile.profile_page),
    ("GET", "/profil/{procedure}", profile.procedure_page),
    ("GET", "/profil/{procedure}/cetak", profile.drawn_book),
    ("GET", "/profil/{procedure}/gambar/{number}", profile.drawing),
    ("GET", "/pelindungan-data", privacy.retention_page),
    ("POST", "/pelindungan-data/aturan", privacy.change_rules),
    ("GET", "/pelindungan-data/pratinjau", privacy.preview_page),
    ("POST", "/pelindungan-data/hapus", privacy.purge),
    ("GET", "/pelindungan-data/keputusan/{number}", privacy.decision_page),
    ("POST", "/pelindungan-data/tahan", privacy.hold),
    ("POST", "/pelindungan-data/lepas", privacy.lift),
    ("GET", "/pelindungan-data/orang", privacy.people_page),
    ("GET", "/pelindungan-data/orang/{holder}", privacy.person_page),
    ("POST", "/pelindungan-data/orang/{holder}", privacy.correct),
    ("GET", "/pelindungan-data/orang/{holder}/salinan", privacy.copy),
    ("GET", "/pelindungan-data/tamu", privacy.guest_page),
    ("GET", "/pelindungan-data/tamu/salinan", privacy.guest_copy),
    ("GET", "/libur", office_calendar.calendar_page),
    ("POST", "/libur", office_calendar.close_day),
    ("POST", "/libur/banyak", office_calendar.close_days),
    ("POST", "/libur/ubah", office_calendar.change_day),
    ("GET", "/delegasi", delegations.delegations_page),
    ("POST", "/delegasi", delegations.delegate),
    ("POST", "/delegasi/akhiri", delegations.end),
    ("GET", "/kotak-masuk", messages.inbox_page),
    ("POST", "/kotak-masuk/baca", messages.mark_read),
    ("POST", "/kotak-masuk/alamat", messages.keep_address),
    ("GET", "/kotak-keluar", messages.outbox_page),
    ("GET", "/kunjungan", visits.visits_page),
    ("POST", "/kunjungan/buku", visits.take_log),
    ("GET", "/kunjungan/{visit}", visits.visit_page),
    ("GET", "/peristiwa", happenings.events_page),
    ("GET", "/inventaris", inventory.racks_page),
    ("GET", "/inventaris/perangkat/{device}", inventory.device_page),
    ("GET", "/inventaris/cetak", inventory.racks_print),
    ("GET", "/inventaris/bulanan", inventory_month.months_page),
    ("GET", "/inventaris/bulanan/{case}", inventory_month.month_page),
    ("GET", "/inventaris/bulanan/{case}/isi", inventory_month.fill_page),
    ("POST", "/inventaris/bulanan/{case}/isi", inventory_month.fill),
    ("GET", "/inventaris/tabel", inventory_tables.tables_page),
    ("GET", "/inventaris/tabel/{sheet}", inventory_tables.table),
    ("GET", "/inventaris/buku", inventory_tables.workbook),
    ("POST", "/inventaris/impor", inventory_tables.bring_table),
)

SIMULATOR: tuple[Route, ...] = (
    ("GET", "/simulator", simulator.desk),
    ("POST", "/simulator/kartu-baru", simulator.new_card),
    ("POST", "/simulator/tempel", simulator.present),
    ("POST", "/simulator/angkat", simulator.remove),
    ("POST", "/simulator/saluran", simulator.line),
)
"""Only there when the console was started with the simulator's socket."""

NOT_FOUND = "Halaman atau berkas yang Anda cari tidak ditemukan."
FAULT = "Terjadi gangguan pada konsol. Tidak ada yang diubah; silakan coba lagi beberapa saat."
AWAY = "Basis data belum dapat dibaca. Silakan coba lagi beberapa saat."


def create_app(console: Console) -> Guard:
    """Make the application that serves one console, inside its guard."""
    app = FastAPI(
        title="Akses Ruang Server",
        description=api_routes.ABOUT,
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=api_routes.OPENAPI,
        routes=[*_routes(simulated=bool(console.simulator))],
    )
    app.state.console = console
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"))
    for kind, answer in ANSWERS.items():
        app.add_exception_handler(kind, answer)
    return Guard(app)


@cache
def _routes(*, simulated: bool) -> tuple[BaseRoute, ...]:
    """Work out every route; they know nothing of a console, so one table is enough for all of a process."""
    table = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    for method, path, act in PAGES + (SIMULATOR if simulated else ()):
        table.add_api_route(path, act, methods=[method], include_in_schema=False, response_model=None)
    api_routes.install(table)
    return tuple(table.routes)


def _refuse(request: Request, sentence: str, status: int) -> Response:
    """Say no: as JSON under ``/api``, as a page elsewhere."""
    if request.url.path.startswith(("/api/", "/healthz")):
        return JSONResponse({"error": sentence}, status)
    console = console_of(request)
    return page(console, "tolak.html", visitor_of(request, console), status, sentence=sentence, code=status)


def _forbidden(request: Request, error: Exception) -> Response:
    return _refuse(request, str(error), 403)


def _not_found(request: Request, _error: Exception) -> Response:
    return _refuse(request, NOT_FOUND, 404)


async def _sign_in(request: Request, _error: Exception) -> Response:
    """Ask who it is; a case's form that was on its way is kept meanwhile."""
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": "Silakan masuk terlebih dahulu."}, 401)
    if request.method == "POST" and from_here(request.headers):
        kept = carried(request.url.path, await fields_of(request))
        if kept is not None:
            return await run_in_threadpool(entrance.interrupted, request, console_of(request), kept)
    return RedirectResponse("/masuk", 303)


def _stale(request: Request, error: Exception) -> Response:
    """Refuse a form served under another session; what was typed goes back to whoever has signed in since."""
    console = console_of(request)
    visitor = visitor_of(request, console)
    kept = None
    if isinstance(error, Stale) and from_here(request.headers):
        kept = carried(request.url.path, error.fields) or brought(error.fields)
    if kept is None:
        return _forbidden(request, error)
    if visitor is None:
        return entrance.interrupted(request, console, kept)
    return page(console, "lanjutkan.html", visitor, 403, carried=kept)


def _unreadable(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/api/") and isinstance(error, RequestValidationError):
        return api_errors.unreadable(error)
    return _refuse(request, "Permintaan tidak dapat dibaca.", 422)


def _away(request: Request, error: Exception) -> Response:
    """Say that a store cannot be used now; the next request opens it anew."""
    if isinstance(error, SQLAlchemyError):
        LOG.warning("a store cannot be used now: %s", trouble(error))
        console_of(request).office.reopen()
    if request.url.path.startswith(("/api/", "/healthz")):
        return JSONResponse({"error": AWAY}, 503)
    return Response(f"{AWAY}\n", 503, media_type="text/plain; charset=utf-8")


def _fault(_request: Request, _error: Exception) -> Response:
    """Answer what nobody foresaw; the log has its kind, the visitor gets no detail."""
    return Response(f"{FAULT}\n", 500, media_type="text/plain; charset=utf-8")


SENTENCES = {404: NOT_FOUND, 405: "Cara mengirim ini tidak dikenal oleh halaman tersebut."}


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        return _fault(request, error)
    sentence = SENTENCES.get(error.status_code, str(error.detail))
    if error.status_code == 400 and request.url.path.startswith("/api/"):  # noqa: PLR2004 - what cannot be parsed
        sentence = api_errors.NO_JSON
    answer = _refuse(request, sentence, error.status_code)
    answer.headers.update(error.headers or {})
    return answer


ANSWERS: dict[type[Exception], Callable[[Request, Exception], Response | Awaitable[Response]]] = {
    Stale: _stale,
    Forbidden: _forbidden,
    NotFound: _not_found,
    SignInNeeded: _sign_in,
    RequestValidationError: _unreadable,
    api_errors.Problem: api_errors.answer,
    HTTPException: _http,
    SQLAlchemyError: _away,
    AksesError: _away,
    Exception: _fault,
}
"""Who answers what; nothing leaves with a traceback."""
