"""The first table of a pack: which review it is, and its sums.

Pure.
"""

from review.pack.tables import Cell, Field, Table, day, lasting, moment
from review.pack.value import Pack


def summary(pack: Pack) -> Table:
    """Give the sums, labelled as the minutes label them."""
    rows = (*_about(pack), *_decided(pack), *_done(pack))
    return Table("Ringkasan", "Ringkasan", (Field("Uraian", 5), Field("Isi", 5)), rows)


def _about(pack: Pack) -> tuple[tuple[Cell, Cell], ...]:
    about, zone = pack.about, pack.about.zone
    return (
        ("Nomor kasus", about.number),
        ("Masa yang ditinjau", f"{about.name}: {day(about.begins)} sampai sebelum {day(about.ends)}"),
        ("Yang ditinjau", about.scope),
        *((("Peristiwa", about.cause),) if about.cause else ()),
        ("Dipotret", moment(about.taken, zone)),
        ("Batas jawaban unit kerja", day(about.last)),
        ("Keadaan review", pack.stage.value),
        ("Berkas bukti dibuat", moment(pack.made, zone)),
    )


def _decided(pack: Pack) -> tuple[tuple[Cell, Cell], ...]:
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
        ("Rekomendasi pertahankan", sums.advised_keep),
        ("Rekomendasi periksa", sums.advised_check),
        ("Rekomendasi cabut", sums.advised_remove),
        ("Diputus berlawanan dengan rekomendasi", sums.against_advice),
        ("Masuk pada masa yang ditinjau", sums.entries),
        ("Ditolak pintu pada masa yang ditinjau", sums.denials),
    )


def _done(pack: Pack) -> tuple[tuple[Cell, Cell], ...]:
    sums, risk = pack.sums, pack.risk
    return (
        ("Hak sebelum review", sums.before),
        ("Hak sebelum review yang tetap berlaku", sums.stayed),
        ("Hak sebelum review yang tidak lagi berlaku", sums.gone),
        ("Hak yang diberikan sejak dipotret", sums.given),
        ("Hak sesudah review", sums.after),
        ("Pencabutan dan pembekuan", sums.removals),
        ("Dikonfirmasi semua pintu", sums.confirmed),
        ("Paling lama sejak diputus", lasting(sums.slowest)),
        ("Kartu yang harus ditarik", sums.cards),
        ("Kartu yang sudah dicatat", sums.cards_back),
        *(
            (("Risiko terbuka", f"{risk.why} ({risk.by}, {moment(risk.at, pack.about.zone)})"),)
            if risk
            else ()
        ),
    )
