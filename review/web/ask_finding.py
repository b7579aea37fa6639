"""Finding what a question is about: people, accounts, cards, cases and servers by a word of them."""

from sqlalchemy import Column, ColumnElement, Connection, func, or_, select

from review.asking import Piece, Row, Sheet, Table, plain
from review.tables import card, case_file, device, holder, person

MOST = 30
"""The most things of one kind that are shown."""

LEAST = 2
"""The fewest letters that are looked for."""


def find(connection: Connection, text: str) -> Sheet:
    """Give what a word names."""
    if len(text) < LEAST:
        return Sheet(
            "Cari", f"Tulis sedikitnya {LEAST} huruf dari nama, nomor kartu, nomor kasus, atau server."
        )
    kinds = (
        ("Pemegang", "orang", holder.c.id, holder.c.name, holder.c.unit, (holder.c.name, holder.c.unit)),
        ("Akun", "akun", person.c.id, person.c.name, person.c.unit, (person.c.name, person.c.login)),
        ("Kartu", "kartu", card.c.id, card.c.number, card.c.status, (card.c.number,)),
        ("Permohonan", "kasus", case_file.c.id, case_file.c.number, case_file.c.state, (case_file.c.number,)),
        ("Server", "perangkat", device.c.id, device.c.name, device.c.owner, (device.c.name, device.c.serial)),
    )
    rows: list[Row] = []
    for kind, place, id_, name, more, searched in kinds:
        query = select(id_, name, more).where(_has(searched, text)).order_by(name).limit(MOST)
        rows += [
            Row((plain(kind), (Piece(one[1], f"/audit/{place}/{one[0]}"),), plain(one[2])))
            for one in connection.execute(query)
        ]
    note = f"Paling banyak {MOST} untuk setiap jenis."
    table = Table("Yang ditemukan", ("Jenis", "Nama", "Keterangan"), tuple(rows), note, "Tidak ditemukan.")
    return Sheet("Cari", f"{len(rows)} ditemukan untuk “{text}”.", (), (table,))


def _has(columns: tuple[Column[str], ...], text: str) -> ColumnElement[bool]:
    return or_(*(func.lower(one).contains(text.lower(), autoescape=True) for one in columns))
