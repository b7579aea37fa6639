"""Who acts in the office: a person with the roles held today, in the words of the SOP tables.

Whether a role may do something is decided in ``access`` and, within a case, in ``case``; which roles a person
holds on a day is read by ``store.people``.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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


class Capacity(StrEnum):
    """In what capacity a role is held; signatures print it (``Plh. Kepala Bidang``)."""

    OWN = "tetap"
    DAILY = "plh"
    ACTING = "plt"
    FOR = "an"


CAPACITY_WORDS = {Capacity.OWN: "", Capacity.DAILY: "Plh. ", Capacity.ACTING: "Plt. ", Capacity.FOR: "a.n. "}
"""What stands before a title: pelaksana harian, pelaksana tugas, atas nama."""

SYSTEM = PersonId("0" * 32)
"""The id under which the program itself completes a step or corrects one."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in: id, name as printed, unit, and the roles held at this moment.

    ``capacities`` names the roles that are held for somebody else, for as long as a delegation lasts.
    """

    id: PersonId
    name: str
    unit: str
    roles: frozenset[Role]
    capacities: Mapping[Role, Capacity] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an id of another shape."""
        require_token(self.id, "a person id")

    def title(self, titles: Mapping[Role, str] = TITLES) -> str:
        """Give the titles of the roles held, as the page heading shows them; an office may have its own."""
        return ", ".join(self.capacity(role) + titles[role] for role in Role if role in self.roles)

    def only(self, role: Role) -> "Person":
        """Give the same person holding one of their roles alone, as a token does."""
        held = {role: self.capacities[role]} if role in self.capacities else {}
        return replace(self, roles=self.roles & {role}, capacities=held)

    def own_roles(self) -> frozenset[Role]:
        """Give the roles held in one's own right, for nobody else."""
        return frozenset(role for role in self.roles if self.capacity_in(role) is Capacity.OWN)

    def capacity_in(self, role: Role) -> Capacity:
        """Give the capacity in which a role is held."""
        return self.capacities.get(role, Capacity.OWN)

    def capacity(self, role: Role) -> str:
        """Give what stands before the title of a role: nothing, ``Plh. ``, ``Plt. `` or ``a.n. ``."""
        return CAPACITY_WORDS[self.capacity_in(role)]
