"""Reading an SOP file strictly: the words of the sheet become fields, and what is not known is refused.

Pure.
"""

import tomllib
from collections.abc import Mapping

import msgspec

from card_registry.errors import OperatorMistaken
from review.procedure.faults import faults
from review.procedure.table import Approved, Branch, Column, Identity, Procedure, Step
from review.procedure.words import DONE, NAMING, Effect, Wait

_WORDS = {
    "sop": "identity",
    "prosedur": "procedures",
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
    "an": "proxy",
    "dasar_hukum": "legal_basis",
    "keterkaitan": "related",
    "peringatan": "warning",
    "kualifikasi": "qualifications",
    "peralatan": "equipment",
    "pencatatan": "records",
    "pelaksana": "columns",
    "sumber_bawaan": "source",
    "peran": "role",
    "peran_dokumen": "role_printed",
    "judul": "title",
    "id": "id",
    "mulai": "start",
    "prefiks": "prefix",
    "nomor_kasus": "case_number",
    "urutan_mutu": "quality_order",
    "ulang": "recurs",
    "langkah": "steps",
    "no": "no",
    "kegiatan": "activity",
    "gloss": "gloss",
    "jenis": "kind",
    "kelengkapan": "documents",
    "waktu": "duration",
    "output": "output",
    "efek": "effects",
    "pisah_tugas": "apart",
    "boleh_mencatat": "recorders",
    "maks_putaran": "rounds",
    "antre": "queues",
    "tunggu": "waits",
    "mengisi": "fills",
    "lanjut": "to",
    "tombol": "button",
    "cabang": "branches",
    "label": "label",
    "ke": "to",
    "alasan_wajib": "reason_required",
    "wajib": "required",
    "bertanda_tangan": "signed",
    "sumber": "sources",
}
"""The words of the sheet (sop.md §8) and the fields they fill; a word that is not here is refused."""

_FIELDS = {
    "the file": {"identity", "procedures"},
    "sop": set(Identity.__dataclass_fields__),
    "disahkan": set(Approved.__dataclass_fields__),
    "pelaksana": set(Column.__dataclass_fields__),
    "prosedur": set(Procedure.__dataclass_fields__) - {"identity"},
    "langkah": (set(Step.__dataclass_fields__) | {"to", "button", "signed"}) - {"starts", "monthly"},
    "cabang": (set(Branch.__dataclass_fields__) - {"source"}) | {"sources"},
}

Row = dict[str, object]


def parse_all(text: str, what: str) -> tuple[Procedure, ...]:
    """Read one SOP file named ``what`` and check each of its tables.

    Raises:
        OperatorMistaken: Not TOML, an unknown key or effect, or a fault of a table; all faults are named.
    """
    try:
        file = msgspec.convert(_translated(tomllib.loads(text), ""), Row)
        procedures = msgspec.convert(_tables(file), tuple[Procedure, ...])
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, KeyError, TypeError, ValueError) as error:
        message = f"procedure {what} cannot be read: {error}"
        raise OperatorMistaken(message) from error
    found = [f"{table.id}: {fault}" for table in procedures for fault in faults(table)]
    if found:
        message = f"procedure {what} cannot be run: {'; '.join(found)}"
        raise OperatorMistaken(message)
    return procedures


def parse(text: str, what: str) -> Procedure:
    """Read an SOP file of exactly one table.

    Raises:
        OperatorMistaken: As ``parse_all``, or it has more tables than one.
    """
    tables = parse_all(text, what)
    if len(tables) != 1:
        message = f"procedure {what} cannot be read: it has {len(tables)} tables, and one is wanted"
        raise OperatorMistaken(message)
    return tables[0]


def _translated(value: object, where: str) -> object:
    """Rename every key, refusing those the sheet does not know; what ``sumber`` names stays as it is."""
    match value:
        case dict():
            unknown = sorted(key for key in value if key not in _WORDS)
            if unknown:
                message = f"unknown key {unknown[0]!r}{where}"
                raise ValueError(message)
            return {
                _WORDS[key]: item if key == "sumber" else _translated(item, f" in {key}")
                for key, item in value.items()
            }
        case list():
            return [_translated(item, where) for item in value]
        case _:
            return value


def _only(data: Mapping[str, object], what: str) -> None:
    """Refuse a word of the sheet in a place where it means nothing."""
    stray = sorted(set(data) - _FIELDS[what])
    if stray:
        message = f"{stray[0]!r} has no place in [{what}]"
        raise ValueError(message)


def _tables(file: Row) -> list[Row]:
    """Give the fields of each ``Procedure`` of a file."""
    _only(file, "the file")
    identity = msgspec.convert(file["identity"], Row)
    _only(identity, "sop")
    _only(msgspec.convert(identity["approved"], Row), "disahkan")
    _known(identity.get("sources"))
    for column in msgspec.convert(identity["columns"], list[Row]):
        _only(column, "pelaksana")
    return [_table(one, identity) for one in msgspec.convert(file["procedures"], list[Row])]


def _table(procedure: Row, identity: Row) -> Row:
    _only(procedure, "prosedur")
    rows = msgspec.convert(procedure["steps"], list[Row])
    return {**procedure, "identity": identity, "steps": [_step(row) for row in rows]}


def _step(row: Row) -> Row:
    """Give the fields of a ``Step``; a plain step's ``lanjut`` and ``tombol`` become its one branch."""
    _only(row, "langkah")
    _known(row.get("sources"))
    fields = {**row, **_effects(row)}
    if "branches" in row:
        return {**fields, "branches": [_branch(one) for one in msgspec.convert(row["branches"], list[Row])]}
    own = {"to", "button", "signed"}
    rest = {key: value for key, value in fields.items() if key not in own}
    only = {"label": DONE, "to": row["to"], "button": row["button"], "signed": row.get("signed", False)}
    return {**rest, "branches": [only]}


def _branch(row: Row) -> Row:
    """Give the fields of a ``Branch``; its ``sumber`` is one word, for the whole answer."""
    _only(row, "cabang")
    rest = {key: value for key, value in row.items() if key != "sources"}
    return {**rest, "source": row.get("sources")}


def _effects(row: Row) -> Row:
    """Split ``prosedur.mulai:S2.B`` into effect and procedure; wait for the doors where a step says so."""
    named: dict[str, list[str]] = {effect: [] for effect in NAMING}
    effects: list[str] = []
    for written in msgspec.convert(row.get("effects", []), list[str]):
        name, _, procedure = written.partition(":")
        if (name in named) != bool(procedure):
            message = f"effect {written!r} must {'' if name in named else 'not '}name a procedure"
            raise ValueError(message)
        effects.append(name)
        if procedure:
            named[name].append(procedure)
    fields: Row = {
        "effects": effects,
        "starts": named[Effect.START],
        "monthly": named[Effect.EVERY_MONTH],
    }
    return {**fields, "waits": Wait.REGISTRY_ACK} if Effect.AWAIT_DOORS in effects else fields


def _known(sources: object) -> None:
    """Refuse a source for a field that is not one of the sheet's."""
    for word in msgspec.convert(sources or {}, dict[str, str]):
        if word not in _WORDS:
            message = f"unknown key {word!r} in sumber"
            raise ValueError(message)
