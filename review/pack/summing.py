"""The first table of a pack: which review it is, and its sums.

Pure.
"""

from datetime import date, timedelta

from review.pack.tables import Cell, Field, Table, day, lasting, moment
from review.pack.value import About, Pack

Lines = tuple[tuple[Cell, Cell], ...]


def summary(pack: Pack) -> Table:
    """Give the sums, labelled as the minutes label them."""
    fields = (Field("Uraian", 5), Field("Isi", 5))
    return Table("Ringkasan", "Ringkasan", fields, (*about(pack), *figures(pack)))


def about(pack: Pack) -> Lines:
    """Say which review it is, and when it was looked at."""
    known, zone, risk = pack.about, pack.about.zone, pack.risk
    why = f"{risk.why} ({risk.by}, {moment(risk.at, zone)})" if risk else ""
    return (
        ("Nomor kasus", known.number),
        ("Masa yang ditinjau", _span(known)),
        ("Yang ditinjau", known.scope),
        *((("Peristiwa", known.cause),) if known.cause else ()),
        ("Dipotret", moment(known.taken, zone)),
        ("Batas jawaban", day(known.last)),
        ("Keadaan review", pack.stage.value),
        ("Berkas bukti dibuat", moment(pack.made, zone)),
        *((("Risiko terbuka", why),) if why else ()),
    )


def _span(known: About) -> str:
    """Name the span under review, with its first and last day."""
    last = date.fromisoformat(known.ends) - timedelta(days=1)
    days = f"{day(known.begins)} s.d. {day(last.isoformat())}"
    return days if known.name[:1].isdigit() else f"{known.name}, {days}"


def figures(pack: Pack) -> Lines:
    """Give the numbers with their labels."""
    return (*_decided(pack), *_done(pack))


def _decided(pack: Pack) -> Lines:
    sums = pack.sums
    return (
        ("Butir", sums.rows),
        ("Dijawab unit kerja", sums.answered),
        ("Belum diputus", sums.undecided),
        ("Disahkan", sums.ratified),
        ("Dipertahankan", sums.kept),
        ("Diubah", sums.changed),
        ("Dicabut", sums.removed),
        ("Dibekukan", sums.suspended),
        ("Diputus karena tidak dijawab", sums.silent),
        ("Berakhir di luar review", sums.ended),
        ("Rekomendasi pertahankan", sums.advised_keep),
        ("Rekomendasi periksa", sums.advised_check),
        ("Rekomendasi cabut", sums.advised_remove),
        ("Berlawanan dengan rekomendasi", sums.against_advice),
        ("Masuk pada masa yang ditinjau", sums.entries),
        ("Ditolak pintu pada masa itu", sums.denials),
    )


def _done(pack: Pack) -> Lines:
    sums = pack.sums
    return (
        ("Hak sebelum review", sums.before),
        ("Di antaranya tetap berlaku", sums.stayed),
        ("Di antaranya tidak lagi berlaku", sums.gone),
        ("Hak yang diberikan sejak dipotret", sums.given),
        ("Hak sesudah review", sums.after),
        ("Pencabutan dan pembekuan", sums.removals),
        ("Dikonfirmasi semua pintu", sums.confirmed),
        ("Paling lama sejak diputus", lasting(sums.slowest)),
        ("Kartu yang harus ditarik", sums.cards),
        ("Kartu yang sudah dicatat", sums.cards_back),
    )
