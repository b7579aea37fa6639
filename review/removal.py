"""What form F04 asks for, as one typed value: whose right or which card goes, why, and from which day.

Pure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from card_registry.words import CardId, HolderId
from review.form import Filled
from review.leaving import Proposal

CARD_REASONS = frozenset({"kartu-hilang", "kartu-rusak"})
"""The reasons that are about one card, and name it."""

SAID = {
    "mendesak": ("sifat", "mendesak"),
    "biasa": ("sifat", "biasa"),
    "hilang": ("alasan", "kartu-hilang"),
    "rusak": ("alasan", "kartu-rusak"),
}
"""What the form says where a first step is answered so: the field, and its value."""


@dataclass(frozen=True, slots=True)
class RemovalRequest:
    """A right to be taken away: all of a holder's (no ``grants``), some of them, or one card."""

    holder: HolderId
    card: CardId | None
    grants: frozenset[str]
    reason: str
    effective: date


def faults(filled: Filled, _today: date) -> Mapping[str, str]:
    """Give the sentences about a faultless F04 that names too little, or both rights and a card."""
    if filled.one("kartu") and filled.values.get("izin"):
        return {"izin": "Kosongkan bila yang dihapus adalah satu kartu."}
    if filled.one("alasan") in CARD_REASONS and not filled.one("kartu"):
        return {"kartu": "Wajib diisi untuk alasan ini."}
    return {}


def request_of(filled: Filled) -> RemovalRequest:
    """Give the request that a faultless F04 makes."""
    return RemovalRequest(
        HolderId(filled.one("pemegang")),
        CardId(filled.one("kartu")) if filled.one("kartu") else None,
        frozenset(filled.values.get("izin", ())),
        filled.one("alasan"),
        date.fromisoformat(filled.one("tgl_efektif")),
    )


def proposed_form(one: Proposal, asker: tuple[str, str]) -> Mapping[str, Sequence[str]]:
    """Fill F04 as the program knows it; ``asker`` is the name and the unit that ask for it."""
    return {
        "pengaju.nama": (asker[0],),
        "pengaju.unit": (asker[1],),
        "hubungan": ("sistem",),
        "pemegang": (one.holder,),
        **({"izin": one.rights} if one.rights else {}),
        "alasan": (one.reason,),
        "sifat": ("mendesak" if one.urgent else "biasa",),
        "tgl_efektif": (one.effective.isoformat(),),
        "keadaan_kartu": ("belum",),
        "keterangan": (f"Diusulkan sistem, aturan “{one.rule.value}”: {one.said}"[:500],),
    }


def disagrees(filled: Filled, label: str) -> str:
    """Say how a form contradicts the answer it comes with; empty when it does not."""
    field, value = SAID.get(label, ("", ""))
    if not field or filled.one(field) == value:
        return ""
    names = {"sifat": "Sifat", "alasan": "Alasan"}
    return f"{names[field]} pada formulir tidak sama dengan jawaban “{label}”."
