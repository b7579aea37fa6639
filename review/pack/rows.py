"""The tables of a pack: sums, lists before and after, decisions, what was said, the doors, cards, rules.

Pure.
"""

from collections.abc import Callable

from card_registry.labels import label_of
from review.campaign import Said
from review.pack.counting import DECIDES
from review.pack.summing import summary
from review.pack.tables import Cell, Field, Table, Where, day, lasting, moment
from review.pack.value import Entry, Holding, Pack, Plastic, Spoken, Way

BOOK, PAPER = Where.BOOK, Where.PAPER

HOLDING = (
    Field("No.", 1),
    Field("Nama, NIP", 5, PAPER),
    Field("Nama", 4, BOOK),
    Field("NIP", 4, BOOK),
    Field("Unit kerja", 4),
    Field("Jenis akses", 2),
    Field("Area", 3),
    Field("Hari/jam", 2),
    Field("Nomor kartu", 3),
    Field("Berlaku sejak", 3, BOOK),
    Field("Berlaku s.d.", 3),
    Field("Nomor kasus", 4),
    Field("Disetujui oleh", 4),
    Field("Terakhir masuk", 4),
    Field("Wajib didampingi", 2, BOOK),
    Field("Persetujuan", 3, BOOK),
    Field("Id hak", 4, BOOK),
)


def _holding(pack: Pack, number: int, one: Holding) -> tuple[Cell, ...]:
    return (
        number,
        f"{one.name}\n{one.nip}" if one.nip else one.name,
        one.name,
        one.nip,
        one.unit,
        label_of(one.kind),
        ", ".join(one.doors),
        one.schedule,
        ", ".join(one.cards),
        day(one.first),
        day(one.last),
        one.case,
        one.approver,
        moment(one.entered, pack.about.zone),
        "ya" if one.escort else "",
        "tanpa tanda tangan" if one.weak else "bertanda tangan",
        one.grant,
    )


def listed_before(pack: Pack) -> Table:
    """Give the access list before: the rights under review, and what became of each."""
    rows = tuple((*_holding(pack, at, one), one.became or "") for at, one in enumerate(pack.before, 1))
    title = f"Daftar akses sebelum review (F02), {moment(pack.about.taken, pack.about.zone)}"
    return Table("Daftar sebelum", title, (*HOLDING, Field("Sesudah review", 2)), rows)


def listed_after(pack: Pack) -> Table:
    """Give the access list after: every right in scope that stands, and where it comes from."""
    rows = tuple((*_holding(pack, at, one), one.origin or "") for at, one in enumerate(pack.after, 1))
    title = f"Daftar akses sesudah review (F02), {moment(pack.made, pack.about.zone)}"
    return Table("Daftar sesudah", title, (*HOLDING, Field("Asal", 2)), rows)


ENTRY = (
    Field("No.", 1),
    Field("Nama", 4),
    Field("Unit kerja", 4),
    Field("Masuk", 2, number=True),
    Field("Luar jam", 2, number=True),
    Field("Ditolak", 2, number=True),
    Field("Terakhir masuk", 4),
    Field("Hari tidak dipakai", 2, BOOK),
    Field("Kartu", 3),
    Field("Wajib didampingi", 2, BOOK),
    Field("Server unit", 2, BOOK),
    Field("Rekomendasi", 6, PAPER),
    Field("Rekomendasi", 3, BOOK),
    Field("Alasan rekomendasi", 6, BOOK),
    Field("Aturan", 3, BOOK),
    Field("Jawaban unit", 3),
    Field("Keputusan", 3),
    Field("Alasan dan pemutus", 6),
    Field("Waktu keputusan", 3, BOOK),
    Field("Disahkan", 2, BOOK),
    Field("Id hak", 4, BOOK),
)


def decisions(pack: Pack) -> Table:
    """Give the rows of the review: the doors' evidence, the advice, the answer, the decision."""
    rows = tuple(_entry(pack, one) for one in pack.entries)
    return Table("Butir", "Butir review: bukti pintu, rekomendasi, jawaban, keputusan (F03)", ENTRY, rows)


def _entry(pack: Pack, one: Entry) -> tuple[Cell, ...]:
    last = next((row for row in reversed(one.spoken) if row.said in DECIDES), None)
    advice = one.recommendation.value
    return (
        one.position,
        one.name,
        one.unit,
        one.entries,
        one.outside_hours,
        one.denials,
        moment(one.last, pack.about.zone),
        one.unused,
        ", ".join(map(_plastic, one.cards)),
        "ya" if one.escort else "",
        "" if one.servers is None else one.servers,
        f"{advice.capitalize()}: {one.summary}",
        advice,
        one.summary,
        ", ".join(rule for rule, _ in one.findings),
        one.answered or "",
        one.outcome or "",
        "" if last is None else _why(last),
        "" if last is None else moment(last.at, pack.about.zone),
        "ya" if one.ratified else "",
        one.grant,
    )


def _why(row: Spoken) -> str:
    by = f"{row.name}, {row.title}" if row.title != row.name else row.name
    return "\n".join(text for text in (row.reason, row.change, by) if text)


def _plastic(card: Plastic) -> str:
    return card.number if card.tier is None else f"{card.number} (tingkat {card.tier.value})"


SPOKEN = (
    Field("Butir", 2, number=True),
    Field("Nama", 4),
    Field("Hal", 3),
    Field("Hasil", 3),
    Field("Alasan", 6),
    Field("Perubahan", 4),
    Field("Oleh", 4),
    Field("Sebagai", 4),
    Field("Waktu", 4),
)


def said(pack: Pack) -> Table:
    """Give everything that was said about the rows, in order."""
    rows = tuple(_spoken(pack, one, row) for one in pack.entries for row in one.spoken)
    return Table("Riwayat", "Riwayat jawaban, keputusan, dan pengesahan", SPOKEN, rows)


def taken_back(pack: Pack) -> Table:
    """Give what was said and does not stand any more: what stands is told with the rows themselves."""
    rows = tuple(_spoken(pack, one, row) for one in pack.entries for row in _superseded(one.spoken))
    return Table("Riwayat", "Jawaban dan keputusan yang kemudian diganti", SPOKEN, rows)


def _superseded(spoken: tuple[Spoken, ...]) -> list[Spoken]:
    """Give the rows after which another of their kind was said."""
    kinds = [Said.DECISION if row.said in DECIDES else row.said for row in spoken]
    return [row for at, row in enumerate(spoken) if kinds[at] in kinds[at + 1 :]]


def _spoken(pack: Pack, one: Entry, row: Spoken) -> tuple[Cell, ...]:
    when = moment(row.at, pack.about.zone)
    return (
        one.position,
        one.name,
        row.said,
        row.outcome,
        row.reason,
        row.change,
        row.name,
        row.title,
        when,
    )


WAY = (
    Field("Butir", 2, number=True),
    Field("Tentang", 4),
    Field("Tindakan", 3),
    Field("Oleh", 4),
    Field("Diputus", 4),
    Field("Surat", 2, number=True),
    Field("Catatan", 2, number=True),
    Field("Larangan", 3, number=True),
    Field("Versi", 2, number=True),
    Field("Pintu", 4),
    Field("Dikonfirmasi", 4),
    Field("Lama", 3),
    Field("Keadaan", 3),
    Field("Id", 4, BOOK),
    Field("Diganti hak", 4, BOOK),
)


def carried_out(pack: Pack) -> Table:
    """Give every removal, a line for each controller it had to reach."""
    rows = tuple(line for one in pack.ways for line in _ways(pack, one))
    return Table("Pelaksanaan", "Bukti penerapan: dari putusan sampai setiap pintu", WAY, rows)


def _ways(pack: Pack, one: Way) -> tuple[tuple[Cell, ...], ...]:
    zone = pack.about.zone
    known: tuple[Cell, ...] = (
        one.position,
        one.about,
        {"beku": "dibekukan", "cabut": "dicabut"}[one.kind],
        one.by,
        moment(one.made, zone),
        one.warrant,
        _number(one.record),
        _number(one.serial),
        _number(one.needs),
    )
    tail: tuple[Cell, ...] = (one.state, one.target, one.restored)
    if not one.arrivals:
        return ((*known, "", moment(one.everywhere, zone), _took(one, one.everywhere), *tail),)
    return tuple(
        (*known, ", ".join(door.doors) or door.controller, moment(door.at, zone), _took(one, door.at), *tail)
        for door in one.arrivals
    )


def _took(one: Way, at: int | None) -> str:
    return lasting(None if at is None else max(0, at - one.made))


def _number(number: int | None) -> Cell:
    return "" if number is None else number


CARD = (
    Field("Nomor kartu", 3),
    Field("Pemegang", 5),
    Field("Unit kerja", 5),
    Field("Keadaan", 3),
    Field("Dicatat", 4),
    Field("Oleh", 4),
)


def cards(pack: Pack) -> Table:
    """Give the cards that had to come back."""
    rows = tuple(
        (
            one.number,
            one.name,
            one.unit,
            one.condition or "belum kembali",
            moment(one.at, pack.about.zone),
            one.by,
        )
        for one in pack.cards
    )
    return Table("Kartu", "Kartu yang ditarik (F15)", CARD, rows)


SHOWN = (
    Field("Pengendali", 4),
    Field("Pintu", 4),
    Field("Versi hak", 2, number=True),
    Field("Versi larangan", 2, number=True),
    Field("Larangan tertinggi", 2, number=True),
    Field("Status diterima", 4),
)


def registry(pack: Pack) -> Table:
    """Give what each controller shows of the registry, by its own signed status."""
    rows = tuple(
        (
            one.controller,
            ", ".join(one.doors),
            one.grants,
            one.deny,
            one.denied,
            moment(one.at, pack.about.zone),
        )
        for one in pack.registry.controllers
    )
    return Table("Registri", "Registri pada setiap pengendali menurut status bertanda tangan", SHOWN, rows)


def rules(pack: Pack) -> Table:
    """Give the rules of the advice with the numbers that were in force."""
    fields = (Field("Aturan", 3), Field("Penjelasan", 8))
    return Table("Aturan", "Aturan rekomendasi yang berlaku pada review ini", fields, pack.rules)


TABLES: tuple[Callable[[Pack], Table], ...] = (
    summary,
    listed_before,
    listed_after,
    decisions,
    said,
    carried_out,
    cards,
    registry,
    rules,
)
"""Every table, in the order of paper and workbook."""


def tables(pack: Pack, where: Where) -> tuple[Table, ...]:
    """Give every table of a pack as it stands on paper or in the workbook."""
    makers = (taken_back if make is said and where is PAPER else make for make in TABLES)
    return tuple(make(pack).only(where) for make in makers)
