"""The paper of a pack: the minutes' own text, then every table, with the hash that binds it to the numbers.

Pure.
"""

from msgspec import structs

from review.documents import building
from review.documents.codes import grouped
from review.documents.layout import Block, Column, Facts, Grid, Paragraph, Sheet
from review.form import Form, Signer
from review.pack.rows import tables
from review.pack.summing import about, figures
from review.pack.tables import Table, Where, shown
from review.pack.value import Minutes, Pack, Stage
from review.people import Role

CODE = "BUKTI"
"""Under which code the paper is issued, where forms have theirs."""

FORM = Form(
    CODE,
    "Berkas Bukti Review Akses",
    (),
    (Signer("Disusun oleh", Role.OPERATOR), Signer("Mengetahui", Role.KABID)),
)

RUNNING = (
    "Review ini masih berjalan ketika berkas ini dibuat; keputusan di dalamnya belum disahkan dan masih "
    "dapat berubah."
)
HOW = (
    "Berkas ini dibuat oleh sistem dari satu sumber yang sama dengan buku kerja (XLSX) dan berkas JSON yang "
    "menyertainya. Sidik JSON tercetak di bawah; setiap berkas dapat diperiksa tanpa peladen kantor dengan "
    "perintah: akses review pack verify BERKAS --root SIDIK-AKAR."
)


def sheet(pack: Pack, sidik: str) -> Sheet:
    """Build the paper; ``sidik`` is the SHA-256 (hex) of the pack's JSON."""
    _, *rest = tables(pack, Where.PAPER)
    blocks: tuple[Block, ...] = (
        Paragraph(HOW),
        *((Paragraph(RUNNING),) if pack.stage is Stage.RUNNING else ()),
        Facts(tuple((str(label), shown(cell)) for label, cell in about(pack)), "I. Ringkasan"),
        _figures(pack),
        *_minutes(pack.minutes),
        *(_grid(numeral, table) for numeral, table in zip(NUMERALS, rest, strict=True)),
        Facts(_binding(pack, sidik), "XI. Sidik (SHA-256) dan registri"),
    )
    return structs.replace(building.listing(FORM, (), (), pack.cover), blocks=blocks, wide=True)


def _figures(pack: Pack) -> Grid:
    """Print the sums beside one another, in as few lines as they need."""
    cells = [(str(label), shown(cell)) for label, cell in figures(pack)]
    lines = -(-len(cells) // ABREAST)
    cells += [("", "")] * (lines * ABREAST - len(cells))
    columns = (Column("Uraian", 5), Column("Jumlah", 2, number=True)) * ABREAST
    rows = tuple(tuple(text for one in cells[line::lines] for text in one) for line in range(lines))
    return Grid(columns, rows)


ABREAST = 3
"""How many sums stand beside one another."""

NUMERALS = ("III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def _minutes(minutes: Minutes | None) -> tuple[Block, ...]:
    """Print the minutes word for word, with how they are verified and who signed them."""
    title = "II. Berita acara review akses (F18)"
    if minutes is None:
        return (Facts((("Berita acara", "belum disusun"),), title),)
    facts = [
        ("Nomor", minutes.number or "belum bernomor"),
        ("Kode periksa", grouped(minutes.code)),
        ("Sidik SHA-256", minutes.sha256),
    ]
    facts += [
        ("Diparaf" if one.initial else "Disahkan", f"{one.name}, {one.title}, {one.at}")
        for one in minutes.signers
    ]
    return (Facts(tuple(facts), title), *minutes.sheet.blocks)


def _grid(numeral: str, table: Table) -> Grid:
    columns = tuple(Column(one.caption, one.weight, one.number) for one in table.fields)
    rows = tuple(tuple(shown(cell) for cell in row) for row in table.rows)
    return Grid(columns, rows, f"{numeral}. {table.title}")


def _binding(pack: Pack, sidik: str) -> tuple[tuple[str, str], ...]:
    known = pack.registry
    return (
        ("Sidik berkas JSON", sidik),
        ("Sidik bukti registri", known.proof),
        ("Sidik akar kepercayaan", known.root or "registri belum didirikan"),
        ("Terbitan saat dipotret", shown(known.taken or "")),
        ("Terbitan saat dibuat", shown(known.now or "")),
        ("Catatan otoritas", shown(known.records)),
    )
