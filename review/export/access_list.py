"""The access list as it stood at a moment, one row for each right; as many rows as there are rights."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from card_registry.instant import Certainty
from card_registry.labels import label_of
from review.asking import Standing, judge
from review.export.table import Cell, Column, Holds
from review.export.wanted import AccessWanted
from review.office import Office
from review.store import asking, holders, people
from review.store.asking import Asked

COLUMNS = (
    Column("Nama", weight=28),
    Column("NIP", weight=36),
    Column("Unit", weight=28),
    Column("Jenis akses", weight=17),
    Column("Pintu", weight=26),
    Column("Jadwal", weight=15),
    Column("Pendamping", weight=0),
    Column("Berlaku dari", Holds.STAMP, 19),
    Column("Berlaku sebelum", Holds.STAMP, 19),
    Column("Kartu", weight=19),
    Column("Permohonan", weight=27),
    Column("Disetujui oleh", weight=22),
    Column("Bukti persetujuan", weight=0),
    Column("Keadaan", weight=18),
)


@dataclass(frozen=True, slots=True)
class _Words:
    """What ids are called."""

    signs: Mapping[str, str]
    people: Mapping[str, str]
    nips: Mapping[str, str]
    zone: ZoneInfo

    def row(self, one: Asked, standing: Standing) -> tuple[Cell, ...]:
        terms, moment = one.right.terms, self.moment
        return (
            one.holder_name,
            self.nips.get(terms.holder, ""),
            one.holder_unit,
            label_of(terms.kind),
            ", ".join(self.signs.get(door, door) for door in terms.doors),
            terms.schedule or "24 jam",
            "wajib" if terms.escort else "tidak",
            moment(terms.begins),
            moment(terms.ends),
            ", ".join(card.number for card in one.right.cards),
            one.number,
            self.people.get(one.approver, ""),
            "sesi" if one.weak else "tanda tangan",
            standing.value,
        )

    def moment(self, at: int) -> str:
        return f"{datetime.fromtimestamp(at / 1000, self.zone):%Y-%m-%d %H:%M}"


def rows(connection: Connection, office: Office, wanted: AccessWanted) -> list[tuple[Cell, ...]]:
    """Give the rights that opened a door at a moment, by unit and name; what was removed by then is left out.

    Whether the hour was within a right's schedule does not matter here: the schedule has its own column.
    """
    signs = {str(sign.id): sign.label for sign in office.doors}
    names = _Words(signs, people.names(connection), holders.nips(connection), ZoneInfo(office.zone()))
    found = sorted(_standing(connection, wanted), key=lambda pair: _place(pair[0]))
    return [names.row(one, standing) for one, standing in found]


def _standing(connection: Connection, wanted: AccessWanted) -> Iterator[tuple[Asked, Standing]]:
    for one in asking.rights_at(connection, wanted.at, wanted.door or None):
        standing = judge(one.right, Certainty.YES, wanted.at)
        named = wanted.named.casefold() in one.holder_name.casefold()
        if standing not in {None, Standing.REMOVED} and named and wanted.unit in {"", one.holder_unit}:
            yield one, Standing(standing)


def _place(one: Asked) -> tuple[str, str, str]:
    return one.holder_unit.casefold(), one.holder_name.casefold(), one.number
