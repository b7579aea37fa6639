"""What is unlike the rest in some days: each sign with its reason, and the openings that nothing explains."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from urllib.parse import urlencode

from sqlalchemy import Connection

from review.asking import Piece, Row, Sheet, Table, Tone, plain
from review.detect import Detector, Sign, Tuning, detect
from review.indonesian import day_text, moment_text
from review.office import Office
from review.projection import local_time
from review.store import explained, passages, tuning
from review.store.occurrences import Question
from review.web.ask_moments import holder_names
from review.web.happenings import happenings
from review.web.span import Days
from review.workflow.reminding import calendar_of

WORDS = {
    Detector.OUTSIDE_HOURS: "Di luar jam kerja",
    Detector.UNUSUAL_PLACE: "Tempat tidak biasa",
    Detector.UNUSUAL_LENGTH: "Lama tidak biasa",
    Detector.OUT_OF_SEQUENCE: "Tidak berurutan",
    Detector.TAILGATING: "Tanda membuntuti",
}

MEMORY = timedelta(days=365)
"""How far back habits are learnt, before the month in which the days begin."""

MOST = 5_000
"""The most passages that one page looks at; a narrower span, or a program, sees the rest."""

SHOWN = 100
"""The most signs that one page shows."""

UNEXPLAINED = 50


@dataclass(frozen=True, slots=True)
class SignQuestion:
    """Which days, and which kind of sign alone (None: every kind)."""

    days: Days
    only: Detector | None = None
    most: int = MOST


def explanations(tuned: Tuning) -> Mapping[Detector, str]:
    """Say what each detector looks for, with the numbers in force."""
    return {
        Detector.OUTSIDE_HOURS: (
            "Masuk pada hari libur, akhir pekan, atau di luar jam kerja menurut kalender kantor."
        ),
        Detector.UNUSUAL_PLACE: (
            f"Masuk lewat pintu yang kurang dari {tuned.rare_percent} persen dipakai pemegang yang "
            f"sebelumnya sudah masuk sedikitnya {tuned.known} kali."
        ),
        Detector.UNUSUAL_LENGTH: (
            f"Berada di dalam lebih dari {tuned.longest_minutes} menit, pada pintu yang juga mencatat keluar."
        ),
        Detector.OUT_OF_SEQUENCE: (
            f"Masuk lagi tanpa keluar dalam {tuned.forgotten_hours} jam: kartu mungkin diserahkan kepada "
            "orang lain."
        ),
        Detector.TAILGATING: (
            "Keluar tanpa pernah masuk, atau pintu terlalu lama terbuka dalam "
            f"{tuned.held_seconds} detik setelah seseorang masuk."
        ),
    }


TUNED = {
    "known": "Jumlah masuk sebelum kebiasaan dikenal",
    "rare_percent": "Batas jarang dipakai (persen)",
    "longest_minutes": "Batas lama di dalam (menit)",
    "forgotten_hours": "Masuk dianggap sudah keluar setelah (jam)",
    "held_seconds": "Pintu terbuka dihitung setelah masuk (detik)",
}
"""What each tunable number is, in words."""


def numbers(tuned: Tuning) -> tuple[tuple[str, str, int], ...]:
    """Give the tunable numbers: name, words, value."""
    return tuple((field.name, TUNED[field.name], getattr(tuned, field.name)) for field in fields(tuned))


def signs(connection: Connection, office: Office, asked: SignQuestion) -> Sheet:
    """Look for signs in some days, and list the openings without an explanation."""
    zone, tuned = office.zone(), tuning.in_force(connection)
    window = asked.days.window(zone)
    seen = passages.seen(connection, window.begins, window.ends, asked.most)
    until = asked.days.first.replace(day=1)
    habits = passages.habits(connection, f"{until - MEMORY:%Y-%m}", f"{until:%Y-%m}")
    found = detect(seen.passages, seen.held, habits, calendar_of(office, connection), tuned)
    counts = Counter(one.detector for one in found)
    shown = [one for one in found if asked.only in {None, one.detector}]
    cut = " Belum seluruh rentang diperiksa; persempit tanggalnya." if seen.cut else ""
    span = f"{day_text(asked.days.first)} sampai {day_text(asked.days.last)}"
    sentence = (
        f"{len(found)} hal yang tidak seperti biasanya dalam {len(seen.passages)} kali lewat, {span}.{cut} "
        "Setiap tanda adalah pertanyaan, bukan tuduhan."
    )
    tables = (
        _detectors(counts, tuned, asked.days),
        _signs(connection, office, tuple(reversed(shown))[:SHOWN], len(shown)),
        _unexplained(connection, office, asked.days),
    )
    return Sheet("Yang tidak seperti biasanya", sentence, (), tables)


def _detectors(counts: Counter[Detector], tuned: Tuning, days: Days) -> Table:
    told = {"dari": days.first.isoformat(), "sampai": days.last.isoformat()}
    rows = tuple(
        Row(
            (
                (Piece(WORDS[one], "/audit/tanda?" + urlencode(told | {"jenis": one.value})),),
                plain(str(counts[one])),
                plain(words),
            )
        )
        for one, words in explanations(tuned).items()
    )
    return Table("Yang dicari", ("Tanda", "Jumlah", "Penjelasan"), rows)


def _signs(connection: Connection, office: Office, shown: tuple[Sign, ...], total: int) -> Table:
    names = holder_names(connection, {one.holder for one in shown})
    signs = {str(sign.id): sign.label for sign in office.doors}
    zone = office.zone()
    rows = tuple(_row(one, names, signs, zone) for one in shown)
    note = f"Yang terbaru {SHOWN} dari {total}." if total > SHOWN else ""
    empty = "Tidak ada yang tidak seperti biasanya pada rentang ini."
    return Table("Tanda", ("Waktu", "Tanda", "Pemegang", "Pintu", "Alasan"), rows, note, empty)


def _row(one: Sign, names: Mapping[str, str], signs: Mapping[str, str], zone: str) -> Row:
    day = local_time(one.at, zone)[0].isoformat()
    told = {"dari": day, "sampai": day, "pintu": one.door, "pemegang": one.holder}
    return Row(
        (
            (Piece(moment_text(one.at, zone), "/peristiwa?" + urlencode(told)),),
            (Piece(WORDS[one.detector], tone=Tone.WAITING),),
            (Piece(names.get(one.holder, "pemegang"), f"/audit/orang/{one.holder}"),),
            plain(signs.get(one.door, one.door)),
            plain(one.sentence),
        )
    )


def _unexplained(connection: Connection, office: Office, days: Days) -> Table:
    window = days.window(office.zone())
    question = Question(since=window.begins, until=window.ends)
    found = explained.unexplained_of(connection, question, UNEXPLAINED)
    shown = happenings(connection, office, tuple(listed for listed, _ in found))
    rows = tuple(
        Row(
            (
                plain(f"{one.event.day_text} {one.event.local}"),
                plain(one.event.door_label),
                plain(one.event.label),
                plain(one.event.holder_name),
                plain(one.reason.words if one.reason else ""),
            ),
            Tone.BAD,
        )
        for one in shown
    )
    told = {"dari": days.first.isoformat(), "sampai": days.last.isoformat(), "hanya": "tanpa-penjelasan"}
    note = f"Paling banyak {UNEXPLAINED}; selebihnya pada halaman Peristiwa." if rows else ""
    more = (Piece("Semua pembukaan tanpa penjelasan", "/peristiwa?" + urlencode(told)),)
    empty = "Setiap pembukaan pintu pada rentang ini dapat dijelaskan."
    columns = ("Waktu", "Pintu", "Peristiwa", "Pemegang", "Sebab")
    return Table("Pembukaan tanpa penjelasan", columns, rows, note, empty, more if rows else ())
