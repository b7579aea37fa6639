"""An SOP as data: the official table, its steps and branches, and what a table must satisfy to be run.

A table is a TOML file with the official wording (``procedures/``). Loading refuses unknown keys, effects
outside the closed list, and everything ``faults`` finds: a missing target, a step out of reach, a walk that
cannot end, duties that are not kept apart. A running case keeps the table it began with: ``fingerprint``
names exactly that table, and an approver signs over it.

Pure.
"""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import msgspec

from card_registry import canonical
from card_registry.errors import OperatorMistaken
from review.people import TITLES, Role

END = "SELESAI"
"""The target that ends a case."""

DONE = "selesai"
"""The one answer of a step that is not a decision."""


class Source(StrEnum):
    """Where a field of the table comes from: the document, its meaning, or our proposal."""

    DOCUMENT = "dokumen"
    IMPLIED = "tersirat"
    PROPOSED = "usulan"


class StepKind(StrEnum):
    """The only two kinds of activity an SOP knows."""

    PROCESS = "proses"
    DECISION = "keputusan"


class Effect(StrEnum):
    """What a step may cause: the closed list. A name outside it is refused when the table is loaded."""

    OPEN_CASE = "kasus.buka"
    DECIDE_CASE = "kasus.putus"
    CLOSE_CASE = "kasus.tutup"
    DISPOSE = "disposisi"
    GRANT_ACCESS = "akses.terbitkan"
    MAKE_CARD = "kartu.terbitkan"
    PUBLISH = "registri.terbit"
    NOTIFY = "notifikasi.kirim"


class Wait(StrEnum):
    """What must be true outside before an answered step is complete."""

    REGISTRY_ACK = "registri.ack"


@dataclass(frozen=True, slots=True)
class Branch:
    """One answer to a step: its label, the step it leads to, its button, and whether it needs a reason."""

    label: str
    to: str
    button: str
    reason_required: bool = False
    source: Source = Source.DOCUMENT


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table. ``apart`` names steps whose actor may not act here (pisah tugas)."""

    no: str
    activity: str
    role: Role
    kind: StepKind
    branches: tuple[Branch, ...]
    role_source: Source = Source.DOCUMENT
    documents: tuple[str, ...] = ()
    duration: str = "1 hari"
    output: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    apart: tuple[str, ...] = ()
    waits: Wait | None = None

    def branch(self, label: str) -> Branch | None:
        """Give the branch of an answer, None when the table has no such answer."""
        return next((branch for branch in self.branches if branch.label == label), None)


@dataclass(frozen=True, slots=True)
class Approved:
    """Who put the SOP in force; the name is the office's to fill in."""

    office: str
    name: str = ""
    rank: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the printed table: a role and its official title."""

    role: Role
    title: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The identity block of an SOP AP (PermenPANRB 35/2012): thirteen elements."""

    id: str
    agency: str
    unit: str
    number: str
    made: date
    effective: date
    approved: Approved
    name: str
    columns: tuple[Column, ...]
    revised: str = "-"
    legal_basis: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    warning: str = ""
    qualifications: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Procedure:
    """One runnable table of an SOP."""

    id: str
    title: str
    start: str
    prefix: str
    quality_order: tuple[str, ...]
    identity: Identity
    steps: tuple[Step, ...]

    def step(self, no: str) -> Step:
        """Give the row numbered ``no``.

        Raises:
            KeyError: The table has no such row.
        """
        for step in self.steps:
            if step.no == no:
                return step
        raise KeyError(no)

    def title_of(self, role: Role) -> str:
        """Give the official title of a role in this SOP."""
        titles = {column.role: column.title for column in self.identity.columns}
        return titles.get(role, TITLES[role])


def fingerprint(procedure: Procedure) -> str:
    """Give the SHA-256 (hex) of the canonical table: what a case pins and an approver signs over."""
    return hashlib.sha256(canonical.encode(procedure)).hexdigest()


def parse(text: str, what: str) -> Procedure:
    """Read one TOML table named ``what`` and check it.

    Raises:
        OperatorMistaken: Not TOML, an unknown key or effect, or a fault of the table; all faults are named.
    """
    try:
        data = _translated(tomllib.loads(text), "")
        procedure = msgspec.convert(_shaped(data), Procedure)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
        message = f"procedure {what} cannot be read: {error}"
        raise OperatorMistaken(message) from error
    found = faults(procedure)
    if found:
        message = f"procedure {what} cannot be run: {'; '.join(found)}"
        raise OperatorMistaken(message)
    return procedure


_WORDS = {
    "sop": "identity",
    "prosedur": "procedure",
    "instansi": "agency",
    "unit": "unit",
    "nomor": "number",
    "nama": "name",
    "tgl_pembuatan": "made",
    "tgl_revisi": "revised",
    "tgl_efektif": "effective",
    "disahkan": "approved",
    "jabatan": "office",
    "pangkat": "rank",
    "nip": "number",
    "dasar_hukum": "legal_basis",
    "keterkaitan": "related",
    "peringatan": "warning",
    "kualifikasi": "qualifications",
    "peralatan": "equipment",
    "pencatatan": "records",
    "pelaksana": "columns",
    "peran": "role",
    "judul": "title",
    "id": "id",
    "mulai": "start",
    "prefiks": "prefix",
    "urutan_mutu": "quality_order",
    "langkah": "steps",
    "no": "no",
    "kegiatan": "activity",
    "sumber_peran": "role_source",
    "jenis": "kind",
    "kelengkapan": "documents",
    "waktu": "duration",
    "output": "output",
    "efek": "effects",
    "pisah_tugas": "apart",
    "tunggu": "waits",
    "lanjut": "to",
    "tombol": "button",
    "cabang": "branches",
    "label": "label",
    "ke": "to",
    "alasan_wajib": "reason_required",
    "sumber": "source",
}
"""The words of the sheet (sop.md §8) and the fields they fill; a word that is not here is refused."""


def _translated(value: object, where: str) -> object:
    """Rename every key, refusing those the sheet does not know."""
    match value:
        case dict():
            unknown = sorted(key for key in value if key not in _WORDS)
            if unknown:
                message = f"unknown key {unknown[0]!r}{where}"
                raise ValueError(message)
            return {_WORDS[key]: _translated(item, f" in {key}") for key, item in value.items()}
        case list():
            return [_translated(item, where) for item in value]
        case _:
            return value


_FIELDS = {
    "the file": {"identity", "procedure"},
    "sop": set(Identity.__dataclass_fields__),
    "disahkan": set(Approved.__dataclass_fields__),
    "pelaksana": set(Column.__dataclass_fields__),
    "prosedur": set(Procedure.__dataclass_fields__) - {"identity"},
    "langkah": set(Step.__dataclass_fields__) | {"to", "button"},
    "cabang": set(Branch.__dataclass_fields__),
}


def _only(data: Mapping[str, object], what: str) -> None:
    """Refuse a word of the sheet in a place where it means nothing."""
    stray = sorted(set(data) - _FIELDS[what])
    if stray:
        message = f"{stray[0]!r} has no place in [{what}]"
        raise ValueError(message)


def _shaped(data: object) -> dict[str, object]:
    """Give the fields of a ``Procedure`` from the two tables of a file."""
    file = msgspec.convert(data, dict[str, dict[str, object]])
    _only(file, "the file")
    identity, procedure = file["identity"], file["procedure"]
    _only(identity, "sop")
    _only(msgspec.convert(identity["approved"], dict[str, object]), "disahkan")
    for column in msgspec.convert(identity["columns"], list[dict[str, object]]):
        _only(column, "pelaksana")
    _only(procedure, "prosedur")
    rows = msgspec.convert(procedure["steps"], list[dict[str, object]])
    return {**procedure, "identity": identity, "steps": [_step(row) for row in rows]}


def _step(row: dict[str, object]) -> dict[str, object]:
    """Give the fields of a ``Step``; a plain step's ``lanjut`` and ``tombol`` become its one branch."""
    _only(row, "langkah")
    if "branches" in row:
        for branch in msgspec.convert(row["branches"], list[dict[str, object]]):
            _only(branch, "cabang")
        return row
    rest = {key: value for key, value in row.items() if key not in {"to", "button"}}
    return {**rest, "branches": [{"label": DONE, "to": row["to"], "button": row["button"]}]}


def faults(procedure: Procedure) -> tuple[str, ...]:
    """Name everything that keeps a table from being run (sop.md §9)."""
    numbers = [step.no for step in procedure.steps]
    if procedure.start not in numbers or len(set(numbers)) != len(numbers):
        return ("the start must be one of the steps, and each step number must occur once",)
    return (*_shape_faults(procedure, set(numbers)), *_walk_faults(procedure), *_duty_faults(procedure))


def _shape_faults(procedure: Procedure, numbers: set[str]) -> Iterable[str]:
    for step in procedure.steps:
        labels = [branch.label for branch in step.branches]
        if step.kind is StepKind.DECISION and (len(labels) < 2 or len(set(labels)) != len(labels)):  # noqa: PLR2004 - a decision has two ways out
            yield f"step {step.no} is a decision and needs two different answers"
        if step.kind is StepKind.PROCESS and labels != [DONE]:
            yield f"step {step.no} is no decision and must lead to one step"
        for branch in step.branches:
            if branch.to not in numbers | {END}:
                yield f"step {step.no} leads to {branch.to}, which is not in the table"
        for other in step.apart:
            if other not in numbers:
                yield f"step {step.no} is to be apart from {other}, which is not in the table"
        if step.waits is Wait.REGISTRY_ACK and Effect.PUBLISH not in step.effects:
            yield f"step {step.no} waits for the doors but publishes nothing"


def _walk_faults(procedure: Procedure) -> Iterable[str]:
    onward = {step.no: [branch.to for branch in step.branches] for step in procedure.steps}
    backward: dict[str, list[str]] = {}
    for no, targets in onward.items():
        for target in targets:
            backward.setdefault(target, []).append(no)
    reached, ending = _closure(procedure.start, onward), _closure(END, backward)
    for no in onward:
        if no not in reached:
            yield f"step {no} cannot be reached"
        if no not in ending:
            yield f"from step {no} the case cannot end"


def _closure(origin: str, edges: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    rest = [origin]
    while rest:
        here = rest.pop()
        if here not in seen:
            seen.add(here)
            rest.extend(edges.get(here, ()))
    return seen


def _duty_faults(procedure: Procedure) -> Iterable[str]:
    """Applicant, approver and card maker are three people (DESIGN §4), or the table is refused."""
    grants = {step.no for step in procedure.steps if Effect.GRANT_ACCESS in step.effects}
    for step in procedure.steps:
        needed = {procedure.start} if step.no in grants else set[str]()
        if Effect.MAKE_CARD in step.effects:
            needed = {procedure.start} | grants
        for other in sorted(needed - set(step.apart)):
            yield f"step {step.no} must be apart (pisah_tugas) from step {other}"
