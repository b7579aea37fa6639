"""Moments of the office's history as a table: when, what, by whom, about what, each with its link."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from review.asking import Cell, Piece, Row, Table, Tone, plain
from review.indonesian import moment_text
from review.store import cases, people
from review.store.chronicle import Moment
from review.tables import card, holder

COLUMNS = ("Waktu", "Apa", "Oleh", "Tentang")
AT_ONCE = 500
"""How many names are looked up at once."""


def moments(connection: Connection, zone: str, title: str, told: tuple[Moment, ...], note: str = "") -> Table:
    """Give moments as a table."""
    numbers = cases.numbers(connection, {one.case for one in told if one.case})
    names = people.names(connection)
    holders = holder_names(connection, {one.holder for one in told if one.holder})
    cards = _card_numbers(connection, {one.card for one in told if one.card})
    rows = tuple(
        Row(
            (
                plain(moment_text(one.at, zone)),
                (Piece(one.what, f"/perintah/{one.order}" if one.order else ""),),
                _by(one, names),
                _about(one, numbers, holders, cards),
            )
        )
        for one in told
    )
    return Table(title, COLUMNS, rows, note, "Tidak ada yang tercatat.")


def _by(one: Moment, names: dict[str, str]) -> Cell:
    if one.person is None:
        return plain("")
    return (Piece(names.get(one.person, "–"), f"/audit/akun/{one.person}"),)


def _about(one: Moment, numbers: dict[str, str], holders: dict[str, str], cards: dict[str, str]) -> Cell:
    found: list[Piece] = []
    if one.holder:
        found.append(Piece(holders.get(one.holder, "pemegang"), f"/audit/orang/{one.holder}"))
    if one.card:
        found.append(Piece(cards.get(one.card, "kartu"), f"/audit/kartu/{one.card}"))
    if one.case:
        found.append(Piece(numbers.get(one.case, "permohonan"), f"/audit/kasus/{one.case}"))
    if one.device:
        found.append(Piece("perangkat", f"/audit/perangkat/{one.device}"))
    return tuple(found) or plain("")


def holder_names(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Give holders' names by id."""
    wanted, found = sorted(ids), dict[str, str]()
    for start in range(0, len(wanted), AT_ONCE):
        query = select(holder.c.id, holder.c.name).where(holder.c.id.in_(wanted[start : start + AT_ONCE]))
        found |= {row.id: row.name for row in connection.execute(query)}
    return found


def _card_numbers(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    query = select(card.c.id, card.c.number).where(card.c.id.in_(sorted(ids)))
    return {row.id: row.number for row in connection.execute(query)}


def muted(text: str) -> Piece:
    """Give words that explain others."""
    return Piece(text, tone=Tone.QUIET)
