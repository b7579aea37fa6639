"""Faultless answers to any form of any step: what a walk must say on purpose, and the rest as it may be.

A walk says what its case is about (a server, a holder's card, a visit); of the other fields only those that
are demanded are filled, each with the plainest value of its kind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from review.case import Case
from review.form import Field, FieldKind, Filled, leaves
from review.form.checking import asked
from review.inventory import DeviceStatus
from review.people import Role
from review.store import cards, grants, inventory, papers, people, visits
from review.store.transaction import reading
from review.visits.reading import local
from review.workflow.filling import Paper
from tests.review.rooms import F05, F07, file_of
from tests.review.visitors import F10, form, plan
from tests.review.world import F01, World

HOUR = 3_600_000
Given = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A form to fill: at which step of which case, with which answer, about which server."""

    world: World
    case: Case
    label: str
    serial: str

    @property
    def step(self) -> str:
        """Name the step with its procedure."""
        return f"{self.case.procedure.id} {self.case.step}"

    def moment(self, shift: int = 0) -> str:
        """Write now, or so many milliseconds from now, as forms do."""
        return local(self.world.clock() + shift, self.world.office.zone())

    def today(self) -> date:
        """Give the day at the site."""
        return self.world.office.today()


def filled(paper: Paper, one: Asked) -> Given:
    """Fill a form without fault."""
    given: Given = {}
    for code in sorted({sheet.code for sheet in paper.sheets}):
        given |= SAID[code](one) if code in SAID else {}
    known = {**paper.ready, **given}
    for field in leaves(paper.form, known):
        if field.required and field.name not in known and asked(field, known):
            given[field.name] = [plainly(field, one)]
    names = {field.name for field in leaves(paper.form, {**known, **given}, spare=9)}
    return {name: texts for name, texts in given.items() if name in names}


def plainly(field: Field, one: Asked) -> str:
    """Give the plainest value of a field."""
    match field.kind:
        case FieldKind.CHOICE | FieldKind.CHOICES:
            return field.options[0].value
        case FieldKind.DAY:
            return one.today().isoformat()
        case FieldKind.MOMENT:
            return one.moment()
        case FieldKind.NUMBER:
            return str(max(field.least, 1))
        case FieldKind.TICK:
            return "ya"
        case FieldKind.ADDRESS:
            return "192.0.2.10"
        case _:
            return "Contoh"


def _removal(one: Asked) -> Given:
    """Ask for the removal of the newest right, or of its card."""
    with reading(one.world.office.store) as connection:
        right = grants.listed(connection)[-1]
        card = next(card for card in cards.listed(connection) if card.holder == right.terms.holder)
    about_card = one.label in {"hilang", "rusak"}
    said = {
        "pengaju.nama": "Pejabat Pemohon",
        "pengaju.unit": "Dinas Contoh",
        "hubungan": "atasan",
        "pemegang": right.terms.holder,
        "alasan": f"kartu-{one.label}" if about_card else "mutasi",
        "sifat": one.label if one.label in {"mendesak", "biasa"} else "biasa",
        "tgl_efektif": one.today().isoformat(),
        "keadaan_kartu": "hilang" if one.label == "hilang" else "belum",
    }
    return form(said | ({"kartu": card.id} if about_card else {}))


DIRECTIONS = {
    "S2.A": "penitipan",
    "P5": "penitipan",
    "P3": "pengembalian",
    "P4": "pengambilan",
    "S5.A": "pemakaian-perangkat",
}


def _handover(one: Asked) -> Given:
    direction = DIRECTIONS.get(one.case.procedure.id, "penitipan")
    return {**F05, "arah": [direction], "barang.0.nomor_seri": [one.serial]}


def _server(one: Asked) -> str:
    """Give the id of the server that the walk is about, or of any that is here; empty for none."""
    with reading(one.world.office.store) as connection:
        here = inventory.load(connection, one.world.clock()).devices
    stays = [device for device in here if device.status is not DeviceStatus.RETURNED]
    wanted = [device for device in stays if device.serial.casefold() == one.serial.casefold()]
    return next((device.id for device in [*wanted, *stays]), "")


def _check(one: Asked) -> Given:
    """Find every server of a drafted check, or the one that the walk is about."""
    with reading(one.world.office.store) as connection:
        draft = papers.newest(connection, one.case.id, inventory.DRAFT, Filled)
    rows = 1 if draft is None else len(draft.rows("server"))
    found = form({"bulan": "2026-11", "lokasi": "Ruang server", "petugas": "Petugas"}) if not draft else {}
    for number in range(rows):
        found[f"server.{number}.hasil"] = ["sesuai"]
        found[f"server.{number}.kondisi"] = ["baik"]
    if draft is None and one.case.procedure.id != "S2.B":
        found |= form({"server.0.server": _server(one), "server.0.status": "aktif"})
    return found


def _maintenance(one: Asked) -> Given:
    return form(
        {
            "server": _server(one),
            "personel.0.nama": "Teknisi Vendor",
            "personel.0.instansi": "PT Vendor",
            "mulai": one.moment(-HOUR),
            "selesai": one.moment(HOUR),
        }
    )


def _visit(one: Asked) -> Given:
    """Register a visit of two hours, receive its guests, or let them out again with what they brought."""
    with reading(one.world.office.store) as connection:
        visit = visits.of_case(connection, one.case.id)
        held = cards.of_holder(connection, visit.holder) if visit and visit.holder else ()
        crew = people.everyone(connection, one.world.clock())
    match one.case.step:
        case "1":
            escort = next(person for person in crew if Role.FUNGSIONAL in person.roles)
            times = {"mulai": one.moment(-HOUR), "selesai": one.moment(HOUR), "pendamping": escort.id}
            brings = _thing("perangkat.1", one, BRINGING)
            return {**plan(one.world, _parent(one), **times), **brings}
        case "4":
            return form(
                {
                    "kartu_tamu": held[0].id if held else "",
                    "lapor": one.moment(),
                    "identitas": "ya",
                    "tata_tertib": "ya",
                }
            )
        case _:
            return form(
                {
                    **({"masuk": one.moment()} if visit is None or visit.entered is None else {}),
                    "keluar": one.moment(),
                    "perangkat_keluar.0.nama": "Laptop",
                    "perangkat_keluar.0.nomor_seri": "LPT-1",
                    "kartu_kembali": "ya",
                }
            ) | _thing("perangkat_keluar.1", one, TAKING)


BRINGING = frozenset({("S2.A", "10"), ("P5", "2"), ("P5", "4")})
"""At which steps visitors come with their server, while the case that receives them stands there."""

TAKING = frozenset({("P3", "10"), ("P4", "12"), ("P5", "2")})
"""At which they go with it: a return, or a server that is not fit to stay."""


def _thing(row: str, one: Asked, at: frozenset[tuple[str, str]]) -> Given:
    """Name the server among a visitor's things, where the case that receives them stands at such a step."""
    above = None if one.case.parent is None else file_of(one.world, one.case.parent[0]).case
    if above is None or (above.procedure.id, above.step) not in at:
        return {}
    return form({f"{row}.nama": "Server", f"{row}.nomor_seri": one.serial})


def _parent(one: Asked) -> str:
    """Give the number of the case that a visit is part of: the one above it, or the walk's own."""
    above = one.case.parent
    return "" if above is None else file_of(one.world, above[0]).number


def _receipt(one: Asked) -> Given:
    """Confirm that the card of the newest right changed hands."""
    with reading(one.world.office.store) as connection:
        right = grants.listed(connection)[-1]
        card = next(card for card in cards.listed(connection) if card.holder == right.terms.holder)
    return form({"kartu": card.id, "tindakan": "dikembalikan"})


def _emergency(one: Asked) -> Given:
    said = {"waktu": one.moment(), "pintu": "ruang-server"}
    return form(said | {"orang.0.nama": "Petugas Satu", "orang.1.nama": "Petugas Dua"})


SAID: Mapping[str, Callable[[Asked], Given]] = {
    "F01": lambda _: dict(F01),
    "F04": _removal,
    "F05": _handover,
    "F06": _check,
    "F07": lambda one: {**F07, "nomor_seri": [one.serial]},
    "F08": lambda _: {},
    "F09": _maintenance,
    "F10": lambda _: form(F10),
    "F13": _visit,
    "F15": _receipt,
    "F19": _emergency,
}
"""What a walk says on a form on purpose."""
