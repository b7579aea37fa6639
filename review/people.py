"""Who acts in the office: a person with the roles held today, in the words of the SOP tables.

Whether a role may do something is decided in ``access`` and, within a case, in ``case``; which roles a person
holds on a day is read by ``store.people``.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from card_registry.words import PersonId, require_token


class Role(StrEnum):
    """The columns of the SOP tables (Pelaksana), and the three that no table names."""

    PEMOHON = "pemohon"
    KADIS = "kadis"
    SEKRETARIS = "sekretaris"
    KABID = "kabid"
    KASI = "kasi"
    OPERATOR = "operator"
    FUNGSIONAL = "fungsional"
    JFU = "jfu"
    TU = "tu"
    BMN = "bmn"
    ADMIN = "admin"
    AUDITOR = "auditor"
    SISTEM = "sistem"


TITLES = {
    Role.PEMOHON: "Pemohon",
    Role.KADIS: "Kepala Dinas",
    Role.SEKRETARIS: "Sekretaris Dinas",
    Role.KABID: "Kepala Bidang",
    Role.KASI: "Kepala Seksi",
    Role.OPERATOR: "Operator Ruang Server",
    Role.FUNGSIONAL: "Tim Teknis",
    Role.JFU: "Pelaksana Administrasi",
    Role.TU: "Subbagian Tata Usaha",
    Role.BMN: "Pengurus Barang",
    Role.ADMIN: "Administrator",
    Role.AUDITOR: "Auditor",
    Role.SISTEM: "Sistem",
}
"""What a role is called where the procedure names no title of its own."""

SYSTEM = PersonId("0" * 32)
"""The id under which the program itself completes a step or corrects one."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in: id, name as printed, unit, and the roles held at this moment."""

    id: PersonId
    name: str
    unit: str
    roles: frozenset[Role]

    def __post_init__(self) -> None:
        """Refuse an id of another shape."""
        require_token(self.id, "a person id")

    def title(self) -> str:
        """Give the titles of the roles held, as the page heading shows them."""
        return ", ".join(TITLES[role] for role in Role if role in self.roles)
