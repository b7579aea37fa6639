"""Who could enter a door at a moment, and why: each right with its approval, case, cards and taps."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from card_registry.instant import HOUR, Certainty
from card_registry.labels import label_of
from card_registry.schedule import Schedule
from card_registry.words import GrantKind
from review import outside
from review.asking import Cell, Piece, Row, Sheet, Standing, Table, Tone, judge, plain
from review.indonesian import last_day_text, moment_text
from review.office import Office
from review.request import SCHEDULES
from review.store import asking, emergencies, orders, people
from review.store.asking import Asked
from review.store.occurrences import Listed
from review.store.orders import OrderState
from review.web.doors import event_now

ON_A_PAGE = 40
"""How many rights a page shows."""

RECENT = 24 * HOUR
"""How long before the moment an order to the door is still told, in milliseconds."""

TONES = {
    Standing.COULD: Tone.GOOD,
    Standing.LEAVING: Tone.WAITING,
    Standing.ARRIVING: Tone.WAITING,
    Standing.CLOSED: Tone.QUIET,
    Standing.CARDLESS: Tone.QUIET,
    Standing.REMOVED: Tone.BAD,
}

WHY = {
    Standing.COULD: "Haknya berlaku, jadwalnya terbuka, dan kartunya aktif.",
    Standing.LEAVING: "Pencabutan sudah diminta; pada saat itu belum semua pintu mengonfirmasinya.",
    Standing.ARRIVING: "Hak baru disetujui; mungkin belum sampai di pintu.",
    Standing.CLOSED: "Haknya berlaku, tetapi jadwalnya tertutup pada saat itu.",
    Standing.CARDLESS: "Haknya berlaku, tetapi tidak ada kartu aktif.",
    Standing.REMOVED: "Semua pintu sudah mengonfirmasi pencabutannya.",
}

COLUMNS = ("Pemegang", "Pada saat itu", "Disetujui", "Kartu", "Tempelan")
NOTE = (
    "Dinilai dari riwayat kantor: persetujuan, masa berlaku, jadwal yang kini ditandatangani, pencabutan, "
    "dan kartu. Tempelan adalah yang terdekat pada pintu ini, dari catatan pintu."
)


Taps = dict[str, tuple[Listed | None, Listed | None]]
"""Each holder's last tap up to the moment, and the first one after it."""


@dataclass(frozen=True, slots=True)
class DoorQuestion:
    """Which door, at which moment (milliseconds), and which page of the answer."""

    door: str
    at: int
    page: int = 1


@dataclass(frozen=True, slots=True)
class _Looked:
    """What every row needs: the zone, the moment, people's names, holders' taps."""

    zone: str
    at: int
    names: Mapping[str, str]
    taps: Taps


def read_moment(text: str, zone: str) -> int | None:
    """Read a local moment as a form has it (2026-11-20T15:00), None for anything else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None or not 2000 <= moment.year < 2100:  # noqa: PLR2004 - a calendar's own bounds
        return None
    return round(moment.replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def typed_moment(at: int, zone: str) -> str:
    """Write a moment as a form has it."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def who_could(connection: Connection, office: Office, asked: DoorQuestion) -> Sheet:
    """Answer the question."""
    schedules = _schedules(office)
    judged = [
        (standing, one)
        for one in asking.rights_at(connection, asked.at, asked.door)
        if (standing := judge(one.right, _schedule(schedules, one), asked.at)) is not None
    ]
    order = list(Standing)
    judged.sort(key=lambda pair: (order.index(pair[0]), pair[1].holder_name, pair[1].right.terms.id))
    shown = judged[ON_A_PAGE * (asked.page - 1) : ON_A_PAGE * asked.page]
    names, zone = people.names(connection), office.zone()
    holders = [one.right.terms.holder for _, one in shown]
    taps = asking.taps_around(connection, holders, asked.door, asked.at)
    looked = _Looked(zone, asked.at, names, taps)
    rows = tuple(_row(office, looked, standing, one) for standing, one in shown)
    label = next((sign.label for sign in office.doors if sign.id == asked.door), asked.door)
    counts = Counter(standing for standing, _ in judged)
    other = _other_ways(connection, office, asked, names)
    return Sheet(
        f"Siapa dapat masuk {label}",
        _sentence(counts, moment_text(asked.at, zone)),
        tuple((word.value.capitalize(), plain(str(counts[word]))) for word in Standing if counts[word]),
        (Table("Hak akses", COLUMNS, rows, NOTE, "Tidak ada hak yang berlaku pada saat itu."), other),
        _address(asked, zone) if len(judged) > ON_A_PAGE * asked.page else "",
    )


def _sentence(counts: Counter[Standing], moment: str) -> str:
    could, maybe = counts[Standing.COULD], counts[Standing.LEAVING] + counts[Standing.ARRIVING]
    doubt = f", dan {maybe} hak belum dapat dipastikan" if maybe else ""
    sure = f"{could} hak dapat membuka pintu ini" if could else "tidak ada hak yang pasti membuka pintu ini"
    return f"Pada {moment}, {sure}{doubt}."


def _address(asked: DoorQuestion, zone: str) -> str:
    told = {"pintu": asked.door, "saat": typed_moment(asked.at, zone), "halaman": asked.page + 1}
    return "/audit/pintu?" + urlencode(told)


def _schedules(office: Office) -> dict[str, Schedule]:
    policy = outside.policy(office.registry)
    return {} if policy is None else policy.schedules


def _schedule(known: dict[str, Schedule], one: Asked) -> Schedule | Certainty:
    name = one.right.terms.schedule
    return Certainty.YES if name is None else known.get(name, Certainty.NO)


def _row(office: Office, looked: _Looked, standing: Standing, one: Asked) -> Row:
    zone, terms = looked.zone, one.right.terms
    person = Piece(one.holder_name, f"/audit/orang/{terms.holder}")
    signed = "bertanda lemah" if one.weak else "bertanda tangan"
    approved = (
        Piece(one.number, f"/permohonan/{one.case}"),
        Piece(f"oleh {looked.names.get(one.approver, '–')} ({signed})"),
        Piece(moment_text(one.right.approved, zone), tone=Tone.QUIET),
    )
    return Row(
        (
            (person, Piece(one.holder_unit, tone=Tone.QUIET), *_limits(one, zone)),
            _standing(standing, one, looked.at),
            approved,
            _cards(one, looked.at),
            _taps(office, looked.taps[terms.holder]),
        ),
        TONES[standing] if standing is not Standing.CLOSED else Tone.PLAIN,
    )


def _limits(one: Asked, zone: str) -> Cell:
    terms = one.right.terms
    schedule = next((option.label for option in SCHEDULES if option.value == terms.schedule), terms.schedule)
    told = [label_of(terms.kind), schedule or "24 jam", f"sampai {last_day_text(terms.ends, zone)}"]
    told += ["berpendamping"] * (terms.escort or terms.kind is GrantKind.KUNJUNGAN)
    told += ["juga saat pintu dikunci"] * terms.override
    return (Piece(", ".join(told), tone=Tone.QUIET),)


def _standing(standing: Standing, one: Asked, at: int) -> Cell:
    denials = [denial for denial in one.right.denials if denial.made <= at and denial.case]
    cases = tuple(Piece("kasus pencabutan", f"/permohonan/{denial.case}") for denial in denials)
    return (Piece(standing.value, tone=TONES[standing]), Piece(WHY[standing], tone=Tone.QUIET), *cases)


def _cards(one: Asked, at: int) -> Cell:
    cards = [card for card in one.right.cards if card.bound is not None and card.bound <= at]
    found = tuple(
        Piece(card.number + (" (dicabut)" if card.denials else ""), f"/audit/kartu/{card.id}")
        for card in cards
    )
    return found or plain("belum ada")


def _taps(office: Office, taps: tuple[Listed | None, Listed | None]) -> Cell:
    found: list[Piece] = []
    for words, listed in zip(("Sebelum", "Sesudah"), taps, strict=True):
        if listed is not None:
            event = event_now(office, listed)
            told = {"dari": event.day, "sampai": event.day, "pintu": event.door, "pemegang": event.holder}
            link = "/peristiwa?" + urlencode(told)
            found.append(Piece(f"{words}: {event.label.lower()}, {event.day_text} {event.local}", link))
    return tuple(found) or plain("tidak pernah")


def _other_ways(connection: Connection, office: Office, asked: DoorQuestion, names: dict[str, str]) -> Table:
    """Tell what opened the door to people besides rights: orders that it obeyed, a recorded emergency."""
    zone = office.zone()
    rows = [
        Row(
            (
                (Piece(label_of(one.kind), f"/perintah/{one.id}"),),
                plain(moment_text(one.made, zone)),
                plain(names.get(one.person, "–")),
            )
        )
        for one in orders.between(connection, asked.door, asked.at - RECENT, asked.at)
        if one.state is OrderState.OBEYED
    ]
    case = emergencies.covering(connection, asked.door, asked.at)
    if case is not None:
        emergency = Piece("Keadaan darurat", f"/permohonan/{case}", Tone.BAD)
        rows.insert(0, Row(((emergency,), plain("pada saat itu"), plain("lihat kasusnya"))))
    empty = "Tidak ada perintah yang dipatuhi pintu dalam 24 jam sebelumnya, dan tidak ada keadaan darurat."
    return Table("Cara lain pintu terbuka", ("Apa", "Kapan", "Oleh"), tuple(rows), "", empty)
