"""Signatures that end soon, as the watch is told of them: who must come together, and until when."""

from collections.abc import Mapping

from card_registry.stores.expiring import Level, Notice
from card_registry.trust.slots import Role
from review import outside
from review.indonesian import moment_text
from review.office import Office

WHAT: Mapping[str, str] = {
    Role.ROOT: "Tanda tangan para pejabat atas akar kepercayaan",
    Role.TARGETS: "Tanda tangan para pejabat atas daftar penyetuju dan kebijakan",
    Role.DOORS: "Tanda tangan atas daftar pengendali",
}
"""What people sign, by its role."""


def ending(office: Office) -> tuple[str, ...]:
    """Give one sentence for each signature that somebody must renew, the soonest first."""
    return tuple(_sentence(one, office.zone()) for one in outside.expiring(office.registry))


def _sentence(one: Notice, zone: str) -> str:
    what = WHAT.get(one.role, f"Tanda tangan otoritas ({one.role})")
    when = moment_text(one.ends, zone)
    if one.level is Level.OVER:
        return f"{what} berakhir pada {when}; pintu bekerja dengan registri usang. Segera perbarui."
    who = "para pejabat perlu memperbaruinya" if one.role in WHAT else "otoritas belum memperbaruinya"
    return f"{what} berakhir pada {when}; {who}."
