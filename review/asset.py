"""Access follows the asset: whose standing rights were given only because of devices that are gone.

Pure.
"""

from collections.abc import Iterable, Mapping

from review.form import Filled

AWAY = frozenset({"pengembalian", "pengambilan"})
"""The directions of a handover (F05) by which a device leaves the room for good."""


def serials(filled: Filled, field: str) -> frozenset[str]:
    """Give the serial numbers in a field of rows, in one spelling; rows without one name no device."""
    return frozenset(key for row in filled.rows(field) if (key := _key(row.get("nomor_seri", ""))))


def gone(handovers: Iterable[Filled]) -> frozenset[str]:
    """Give the devices whose latest handover took them away; ``handovers`` is in the order of time."""
    last: dict[str, bool] = {}
    for one in handovers:
        last |= dict.fromkeys(serials(one, "barang"), one.one("arah") in AWAY)
    return frozenset(serial for serial, away in last.items() if away)


def orphaned(rights: Mapping[str, frozenset[str]], away: frozenset[str]) -> tuple[str, ...]:
    """Name the rights that were asked for because of devices which are all gone."""
    return tuple(sorted(id for id, devices in rights.items() if devices and devices <= away))


def _key(text: str) -> str:
    return "".join(text.split()).casefold()
