"""Documents built from a case's filled forms: the general form, and those with a text of their own.

Handover minutes say day and amounts in words, a reply is a letter, the disposition sheet follows the case's
history. A form without a builder of its own is printed field by field.

Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from msgspec import structs

from review.documents.layout import (
    Block,
    Column,
    Facts,
    Grid,
    Items,
    Letterhead,
    Paragraph,
    Sheet,
    Slot,
    Style,
)
from review.documents.showing import NOTHING, blocks, grid, is_wide, person, shown
from review.documents.spelling import counted, day_in_words
from review.form import Filled, Form
from review.indonesian import day_text
from review.people import Role

OFFICE = (Role.FUNGSIONAL, Role.BMN, Role.OPERATOR, Role.KASI, Role.JFU)
"""Who may stand for the office where a form names a party and no role."""

MINUTES = frozenset({"F05", "F11", "F18", "F19"})

DIRECTIONS = {
    "penitipan": "penitipan perangkat",
    "pengembalian": "pengembalian perangkat",
    "pengambilan": "pengambilan perangkat",
    "pemakaian-perangkat": "pemakaian perangkat",
    "penarikan": "penarikan perangkat",
}
"""What is handed over, by the form's *arah*."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What surrounds a document: letterhead, case number, place, day of issue, titles by role."""

    head: Letterhead
    case: str
    place: str
    day: date
    titles: Mapping[Role, str]


@dataclass(frozen=True, slots=True)
class Passed:
    """One disposition of a case: who passed it on, to whom, with which words, when (as printed)."""

    by: str
    to: str
    note: str
    at: str


def build(form: Form, filled: Filled, cover: Cover) -> Sheet:
    """Build the document of a form."""
    return BUILDERS.get(form.code, _plain)(form, filled, cover)


def _plain(form: Form, filled: Filled, cover: Cover) -> Sheet:
    style = Style.MINUTES if form.code in MINUTES else Style.FORM
    body = tuple(blocks(form, filled))
    return _sheet(form, cover, style, body)


def _sheet(form: Form, cover: Cover, style: Style, body: tuple[Block, ...]) -> Sheet:
    wide = is_wide(body)
    day = day_text(cover.day)
    return Sheet(
        form.code,
        style,
        cover.head,
        form.title,
        cover.case,
        cover.place,
        day,
        body,
        _slots(form, cover),
        (),
        wide,
    )


def _slots(form: Form, cover: Cover) -> tuple[Slot, ...]:
    return tuple(
        Slot(
            one.caption,
            (one.role,) if one.role else (),
            cover.titles.get(one.role, "") if one.role else "",
            initial="Paraf" in one.caption,
        )
        for one in form.signers
    )


def _handover(form: Form, filled: Filled, cover: Cover) -> Sheet:
    """Write minutes of a handover: day in words, the parties, the goods with amounts in words."""
    day = date.fromisoformat(filled.one("tanggal"))
    what = DIRECTIONS.get(filled.one("arah"), "perangkat")
    opening = (
        f"Pada hari ini {day_in_words(day)} ({day:%d-%m-%Y}), bertempat di {filled.one('tempat')}, "
        f"yang bertanda tangan di bawah ini:"
    )
    field = next(one for one in form.fields if one.name == "barang")
    body: tuple[Block, ...] = (
        Paragraph(opening),
        person("PIHAK PERTAMA", filled, "pihak_pertama"),
        person("PIHAK KEDUA", filled, "pihak_kedua"),
        Paragraph(
            f"PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA, dan PIHAK KEDUA menerima dari PIHAK PERTAMA, "
            f"barang dalam rangka {what} sebagai berikut:"
        ),
        _goods(grid(field, filled), filled),
        *_terms(filled),
        Paragraph(
            "Demikian berita acara ini dibuat dengan sebenarnya dalam rangkap 2 (dua) untuk dipergunakan "
            "sebagaimana mestinya."
        ),
    )
    made = replace(cover, day=day)
    named = Form(form.code, "Berita Acara Serah Terima Barang", form.parts, form.signers)
    sheet = _sheet(named, made, Style.MINUTES, body)
    return structs.replace(sheet, slots=tuple(_party(one, filled) for one in sheet.slots))


def _goods(table: Grid, filled: Filled) -> Grid:
    """Write the amounts of the goods in words, with their unit, in one column."""
    captions = [column.caption for column in table.columns]
    units = [row.get("satuan", "unit") for row in filled.rows("barang")]
    counts = [int(row.get("jumlah", "0")) for row in filled.rows("barang")]
    at, unit = captions.index("Jumlah"), captions.index("Satuan") if "Satuan" in captions else -1
    rows = []
    for number, row in enumerate(table.rows):
        cells = [*row[:at], counted(counts[number], units[number]), *row[at + 1 :]]
        rows.append(tuple(cell for place, cell in enumerate(cells) if place != unit))
    columns = [*table.columns[:at], Column("Jumlah", 4), *table.columns[at + 1 :]]
    kept = tuple(column for place, column in enumerate(columns) if place != unit)
    return Grid(kept, tuple(rows))


def _terms(filled: Filled) -> tuple[Block, ...]:
    rows = (
        ("Lokasi (rak, U)", filled.one("lokasi")),
        ("Dasar", filled.one("dasar")),
        ("Ketentuan", filled.one("ketentuan")),
        ("Saksi", filled.one("saksi")),
    )
    given = tuple((label, text) for label, text in rows if text)
    return (Facts(given),) if given else ()


def _party(slot: Slot, filled: Filled) -> Slot:
    """Name the party that signs: the applicant hands over only what is left with the office."""
    sides = {"PIHAK PERTAMA": "pihak_pertama", "PIHAK KEDUA": "pihak_kedua"}
    if slot.caption not in sides:
        return slot
    applicant_first = filled.one("arah") == "penitipan"
    is_applicant = (slot.caption == "PIHAK PERTAMA") == applicant_first
    named = filled.person(sides[slot.caption])
    return Slot(
        slot.caption,
        (Role.PEMOHON,) if is_applicant else OFFICE,
        named.get("jabatan", ""),
        named.get("nama", ""),
        named.get("pangkat", ""),
        named.get("nip", ""),
    )


def _letter(form: Form, filled: Filled, cover: Cover) -> Sheet:
    """Write a reply as a letter; its number is printed with it when it is signed."""
    technical = (("IP server", filled.one("ip")), ("Port akses remote", filled.one("port")))
    extra = tuple((label, text) for label, text in technical if text)
    body: tuple[Block, ...] = (
        Facts(
            (
                ("Sifat", filled.one("sifat") or "Biasa"),
                ("Lampiran", filled.one("lampiran") or NOTHING),
                ("Hal", filled.one("hal")),
            )
        ),
        Paragraph(f"Yth. {filled.one('kepada')}\ndi Tempat"),
        *(Paragraph(part) for part in filled.one("isi").split("\n") if part.strip()),
        *((Facts(extra),) if extra else ()),
        Paragraph("Demikian disampaikan, atas perhatian dan kerja samanya diucapkan terima kasih."),
    )
    copies = tuple(line.strip(" -") for line in filled.one("tembusan").splitlines() if line.strip(" -"))
    sheet = _sheet(form, cover, Style.LETTER, body)
    closing: tuple[Block, ...] = (Items(copies, "Tembusan:"),) if copies else ()
    return structs.replace(sheet, title=filled.one("hal"), closing=closing)


def _announcement(form: Form, filled: Filled, cover: Cover) -> Sheet:
    """Write the announcement of a stopped service."""
    fields = {field.name: field for field in form.fields}
    opening = (
        f"Diberitahukan bahwa layanan {filled.one('layanan')} akan dihentikan sementara dengan rincian "
        f"sebagai berikut:"
    )
    rows = tuple(
        (fields[name].label, shown(fields[name], filled.values.get(name, ())))
        for name in ("server", "mulai", "selesai", "dampak")
    )
    contact = filled.person("contact_person")
    calls = " / ".join(contact[name] for name in ("nama", "hp", "surel") if contact.get(name))
    body: tuple[Block, ...] = (
        Paragraph(opening),
        Facts((*rows, ("Narahubung", calls or NOTHING))),
        Paragraph("Demikian pengumuman ini disampaikan untuk menjadi perhatian."),
    )
    return _sheet(Form(form.code, "Pengumuman", form.parts, form.signers), cover, Style.MINUTES, body)


def disposition(
    form: Form, facts: tuple[tuple[str, str], ...], passed: tuple[Passed, ...], cover: Cover
) -> Sheet:
    """Build the disposition sheet: what came in, and who passed it on to whom with which words."""
    columns = (
        Column("No.", 1),
        Column("Dari", 4),
        Column("Diteruskan kepada", 4),
        Column("Isi disposisi", 6),
    )
    rows = tuple(
        (str(number), one.by, one.to or NOTHING, one.note or NOTHING, one.at)
        for number, one in enumerate(passed, 1)
    )
    body: tuple[Block, ...] = (Facts(facts), Grid((*columns, Column("Paraf, tanggal", 4)), rows))
    return structs.replace(_sheet(form, cover, Style.FORM, body), slots=())


def listing(form: Form, facts: tuple[tuple[str, str], ...], tables: tuple[Grid, ...], cover: Cover) -> Sheet:
    """Build a list of the office (access list, report): facts above, tables below."""
    return _sheet(form, cover, Style.LIST, (*((Facts(facts),) if facts else ()), *tables))


def followed(sheet: Sheet, block: Block) -> Sheet:
    """Give a document with one more block after its others."""
    return structs.replace(sheet, blocks=(*sheet.blocks, block))


def closed(sheet: Sheet, block: Block) -> Sheet:
    """Give a document with one more block below its places to sign."""
    return structs.replace(sheet, closing=(*sheet.closing, block))


BUILDERS: Mapping[str, Callable[[Form, Filled, Cover], Sheet]] = {
    "F05": _handover,
    "F16": _letter,
    "F17": _announcement,
}
"""The documents with a text of their own, by the form's code."""
