"""The table of ``/api/v1``: every endpoint with its subject, its answers, and the document that says so.

Decisions:
    2026-11-21: an act answers with the case as it is afterwards, so that a program needs no second question.
    2026-11-21: a program answers one attempt at one step by its number; an answer sent twice is refused with
    409 and changes nothing, which is what makes sending again safe. What has no number yet, the opening of
    a case, may carry a key of the program's own (``Idempotency-Key``): the case's id is made from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import JSONResponse, Response

from review.attachment import MEDIA, Kind
from review.export.taking import MEDIA as TAKEN
from review.web import (
    api,
    api_acts,
    api_attachments,
    api_audit,
    api_campaigns,
    api_campaigns_acts,
    api_cases,
    api_documents,
    api_exports,
    api_forms,
    api_inbox,
    api_inventory,
    api_packs,
    api_privacy,
    api_procedures,
    api_reports,
    api_visits,
    desk_api,
)
from review.web.api_errors import ErrorBody, plain, readable

OPENAPI = "/api/v1/openapi.json"
ABOUT = (
    "Setiap tindakan di sini sama dengan di halaman konsol, dengan wewenang yang sama: wewenang peran token. "
    "Waktu dalam milidetik sejak 1970. Jawaban “tidak” selalu satu kalimat, dan satu kalimat untuk tiap "
    "bagian isi permintaan yang perlu diperbaiki."
)

WHY = {
    400: "Isi permintaan bukan JSON.",
    401: "Tidak ada token atau sesi, atau tidak berlaku lagi.",
    403: "Tidak berwenang.",
    404: "Tidak ditemukan.",
    409: "Keadaan permohonan atau kantor tidak mengizinkannya sekarang.",
    413: "Kiriman terlalu besar.",
    422: "Ada bagian permintaan yang perlu diperbaiki.",
    503: "Basis data belum dapat dibaca.",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row: how it is asked for, what answers it, under which subject, with which refusals besides 503.

    ``media`` are the kinds of file that it gives instead of JSON; ``sends`` the schema of a body that the
    endpoint reads for itself.
    """

    method: str
    path: str
    act: Callable[..., Any]
    subject: str
    says: tuple[int, ...]
    status: int = 200
    media: tuple[str, ...] = ()
    sends: dict[str, Any] = field(default_factory=dict)


PDF = (MEDIA[Kind.PDF],)
BINARY = {"type": "string", "format": "binary"}
READS, FINDS = (401, 403, 422), (401, 403, 404, 422)
ACTS, CHANGES = (400, 401, 403, 404, 409, 413, 422), (400, 401, 413, 422)
DESK = "Meja"
DATA, COPY = "Pelindungan data", ("application/json",)

ENDPOINTS = (
    Endpoint("GET", "/api/v1/me", api_inbox.me, "Saya", (401,)),
    Endpoint("GET", "/api/v1/inbox", api_inbox.messages, "Saya", (401, 422)),
    Endpoint("POST", "/api/v1/inbox/read", api_inbox.mark_read, "Saya", CHANGES),
    Endpoint("GET", "/api/v1/procedures", api_procedures.procedures, "Prosedur", (401,)),
    Endpoint("GET", "/api/v1/procedures/{procedure}", api_procedures.procedure, "Prosedur", FINDS),
    Endpoint("GET", "/api/v1/procedures/{procedure}/opening", api_procedures.opening, "Prosedur", FINDS),
    Endpoint("GET", "/api/v1/forms", api_forms.forms, "Formulir", (401,)),
    Endpoint("GET", "/api/v1/forms/{code}", api_forms.form, "Formulir", FINDS),
    Endpoint("GET", "/api/v1/cases", api_cases.listed, "Permohonan", (401, 422)),
    Endpoint("POST", "/api/v1/cases", api_acts.open_one, "Permohonan", ACTS, 201),
    Endpoint("GET", "/api/v1/cases/{case}", api_cases.case, "Permohonan", FINDS),
    Endpoint("GET", "/api/v1/cases/{case}/step", api_cases.step, "Permohonan", FINDS),
    Endpoint("GET", "/api/v1/cases/{case}/history", api_cases.history, "Permohonan", FINDS),
    Endpoint("GET", "/api/v1/cases/{case}/papers", api_cases.filed, "Permohonan", FINDS),
    Endpoint("POST", "/api/v1/cases/{case}/answers", api_acts.answer_one, "Permohonan", ACTS),
    Endpoint("POST", "/api/v1/cases/{case}/withdrawal", api_acts.withdraw, "Permohonan", ACTS),
    Endpoint("POST", "/api/v1/cases/{case}/corrections", api_acts.correct, "Permohonan", ACTS),
    Endpoint("POST", "/api/v1/cases/{case}/look-again", api_acts.look_again, "Permohonan", ACTS),
    Endpoint("POST", "/api/v1/cases/{case}/appointments", api_acts.appoint, "Permohonan", ACTS),
    Endpoint("GET", "/api/v1/cases/{case}/documents", api_documents.of_case, "Dokumen", FINDS),
    Endpoint("POST", "/api/v1/cases/{case}/documents", api_documents.issue, "Dokumen", ACTS, 201),
    Endpoint("GET", "/api/v1/documents/{code}", api_documents.document, "Dokumen", FINDS),
    Endpoint(
        "GET",
        "/api/v1/documents/{code}/pdf",
        api_documents.as_pdf,
        "Dokumen",
        FINDS,
        media=("application/pdf",),
    ),
    Endpoint("GET", "/api/v1/cases/{case}/attachments", api_attachments.of_case, "Lampiran", FINDS),
    Endpoint(
        "POST",
        "/api/v1/cases/{case}/attachments",
        api_attachments.attach,
        "Lampiran",
        ACTS,
        201,
        sends=api_attachments.FILE,
    ),
    Endpoint(
        "GET",
        "/api/v1/cases/{case}/attachments/{attachment}",
        api_attachments.download,
        "Lampiran",
        FINDS,
        media=tuple(MEDIA.values()),
    ),
    Endpoint(
        "POST",
        "/api/v1/cases/{case}/attachments/{attachment}/removal",
        api_attachments.take_away,
        "Lampiran",
        ACTS,
    ),
    Endpoint("POST", "/api/v1/campaigns/{case}/pack", api_packs.issue, "Review", ACTS, 201),
    Endpoint(
        "GET",
        "/api/v1/campaigns/{case}/pack",
        api_packs.whole,
        "Review",
        (401, 403, 404, 409, 422),
        media=("application/zip",),
    ),
    Endpoint("GET", "/api/v1/doors", api.doors, "Pintu", (401, 403)),
    Endpoint("GET", "/api/v1/events", api.events, "Pintu", READS),
    Endpoint("GET", "/api/v1/events/explained", api_visits.explained, "Pintu", READS),
    Endpoint("GET", "/api/v1/visits", api_visits.listed, "Kunjungan", (401, 422)),
    Endpoint("GET", "/api/v1/visits/{visit}", api_visits.visit, "Kunjungan", FINDS),
    Endpoint("GET", "/api/v1/audit/doors/{door}", api_audit.who, "Audit", FINDS),
    Endpoint("GET", "/api/v1/audit/found", api_audit.found, "Audit", READS),
    Endpoint("GET", "/api/v1/audit/about/{kind}/{id}", api_audit.about, "Audit", FINDS),
    Endpoint("GET", "/api/v1/audit/changes", api_audit.changes, "Audit", READS),
    Endpoint("GET", "/api/v1/audit/approvals", api_audit.approvals, "Audit", READS),
    Endpoint("GET", "/api/v1/audit/sample", api_audit.sample, "Audit", READS),
    Endpoint("GET", "/api/v1/audit/signs", api_audit.unlike, "Audit", READS),
    Endpoint("GET", "/api/v1/reports/{album}", api_reports.report, "Laporan", READS),
    Endpoint("GET", "/api/v1/campaigns", api_campaigns.listed, "Review", (401, 403)),
    Endpoint("POST", "/api/v1/campaigns", api_campaigns_acts.open_one, "Review", ACTS, 201),
    Endpoint("GET", "/api/v1/campaigns/{case}", api_campaigns.one, "Review", FINDS),
    Endpoint("GET", "/api/v1/campaigns/{case}/items", api_campaigns.items, "Review", FINDS),
    Endpoint("POST", "/api/v1/campaigns/{case}/answers", api_campaigns_acts.answer, "Review", ACTS),
    Endpoint("POST", "/api/v1/campaigns/{case}/decisions", api_campaigns_acts.decide, "Review", ACTS),
    Endpoint("POST", "/api/v1/campaigns/{case}/cards", api_campaigns_acts.card_back, "Review", ACTS),
    Endpoint("POST", "/api/v1/campaigns/{case}/risk", api_campaigns_acts.go_on, "Review", ACTS),
    Endpoint("GET", "/api/v1/review-standards", api_campaigns.numbers, "Review", (401, 403)),
    Endpoint("POST", "/api/v1/review-standards", api_campaigns_acts.keep_numbers, "Review", ACTS),
    Endpoint(
        "POST",
        "/api/v1/exports",
        api_exports.give,
        "Ekspor",
        ACTS,
        media=tuple(dict.fromkeys(TAKEN.values())),
    ),
    Endpoint("GET", "/api/v1/exports", api_exports.listed, "Ekspor", (401, 403)),
    Endpoint("GET", "/api/v1/exports/{code}", api_exports.one, "Ekspor", FINDS),
    Endpoint("GET", "/api/v1/retention", api_privacy.show, DATA, READS),
    Endpoint("GET", "/api/v1/retention/preview/{kind}", api_privacy.preview, DATA, FINDS),
    Endpoint("POST", "/api/v1/retention/run", api_privacy.run, DATA, ACTS),
    Endpoint("POST", "/api/v1/retention/holds", api_privacy.hold, DATA, ACTS, 201),
    Endpoint("POST", "/api/v1/retention/holds/{hold}/end", api_privacy.lift, DATA, ACTS),
    Endpoint("GET", "/api/v1/people/data", api_privacy.search, DATA, READS),
    Endpoint("GET", "/api/v1/people/guests/data", api_privacy.guest, DATA, FINDS, media=COPY),
    Endpoint("GET", "/api/v1/people/{holder}/data", api_privacy.person, DATA, FINDS, media=COPY),
    Endpoint("GET", "/api/v1/inventory", api_inventory.stock, "Inventaris", (401, 403)),
    Endpoint("GET", "/api/v1/inventory/devices/{device}", api_inventory.device, "Inventaris", FINDS),
    Endpoint("GET", "/api/v1/desk/jobs", desk_api.next_job, DESK, READS),
    Endpoint(
        "POST",
        "/api/v1/desk/jobs/{job}/result",
        desk_api.post_result,
        DESK,
        (401, 403, 409, 413, 422),
        sends=desk_api.RESULT,
    ),
    Endpoint("GET", "/healthz", api.health, "Konsol", ()),
)


def install(app: FastAPI) -> None:
    """Let the application answer every endpoint."""
    for one in ENDPOINTS:
        reads_json = one.method == "POST" and not one.sends
        app.add_api_route(
            one.path,
            one.act,
            methods=[one.method],
            status_code=one.status,
            responses=_answers(one),
            response_class=Response if one.media else JSONResponse,
            tags=[one.subject],
            summary=(one.act.__doc__ or "").partition("\n")[0].removesuffix("."),
            operation_id=f"{one.act.__module__.rpartition('.')[2]}_{one.act.__name__}",
            dependencies=[Depends(plain), *([Depends(readable)] if reads_json else [])],
            openapi_extra=one.sends or None,
        )


def _answers(one: Endpoint) -> dict[int | str, dict[str, Any]]:
    said: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorBody, "description": WHY[status]} for status in (*one.says, 503)
    }
    if one.media:
        said[one.status] = {"content": {kind: {"schema": BINARY} for kind in one.media}}
    return said
