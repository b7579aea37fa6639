"""Documents that no form is filled for: the access list for the wall (F02), and the report of a case."""

from msgspec import structs
from sqlalchemy import Connection, select

from card_registry.labels import label_of
from card_registry.words import CardStatus, PersonId
from review.documents import building, pictured
from review.documents.building import Cover
from review.documents.codes import code_of
from review.documents.layout import Column, Grid, Sheet
from review.form import Form, Signer
from review.indonesian import last_day_text, moment_text
from review.office import Office
from review.people import Role
from review.pictures import Picture
from review.procedure import Identity
from review.shelf import ACCESS, forms
from review.store import cards, grants, holders, issued, letterheads, people, profiles
from review.store.grants import OfficeGrant
from review.store.issued import Issued, New
from review.tables import case_file
from review.workflow import publishing
from review.workflow.signing_off import REPORT, Report

ACCESS_LIST = "F02"
BLANK = "–"

HOLDERS = (
    Column("No.", 1),
    Column("Nama, NIP", 4),
    Column("Unit kerja", 4),
    Column("Jenis akses", 3),
    Column("Pintu", 3),
    Column("Hari/jam", 2),
    Column("Kartu", 2),
    Column("Berlaku s.d.", 3),
    Column("Nomor kasus", 3),
    Column("Disetujui oleh", 4),
    Column("Status", 2),
)
PAPERS = (Column("No.", 1), Column("Kertas", 3), Column("Versi", 2, number=True), Column("Sidik SHA-256", 8))
DOORS = (
    Column("Pintu", 4),
    Column("Masuk diizinkan", 3, number=True),
    Column("Ditolak", 3, number=True),
    Column("Tanpa penjelasan", 3, number=True),
)
REPORT_FORM = Form(
    REPORT, "Laporan", (), (Signer("Pembuat", Role.OPERATOR), Signer("Mengetahui", Role.KABID))
)


def issue_access_list(connection: Connection, office: Office, person: PersonId) -> Issued:
    """Issue the access list as it is now; each print is a version of its own."""
    sheet = access_list(connection, office)
    new = New(code_of(office.entropy(16)), None, sheet, (), person, office.clock())
    return issued.issue(connection, new)


def access_list(connection: Connection, office: Office) -> Sheet:
    """Build the list of everybody who may enter now, with the doors that apply it; never a card's UID."""
    now, zone, identity = office.clock(), office.zone(), _identity(office)
    living = [one for one in grants.unended(connection, now) if one.removed is None]
    numbers = {row.id: row.number for row in connection.execute(select(case_file.c.id, case_file.c.number))}
    held = {card.holder: card.number for card in cards.listed(connection) if card.status is CardStatus.ACTIVE}
    nips = holders.nips(connection)
    names, signs = people.names(connection), {door.id: door.label for door in office.doors}

    def row(number: int, one: OfficeGrant) -> tuple[str, ...]:
        terms = one.terms
        return (
            str(number),
            f"{one.holder_name}\nNIP {nips[terms.holder]}" if terms.holder in nips else one.holder_name,
            one.holder_unit,
            label_of(terms.kind),
            ", ".join(signs.get(door, door) for door in terms.doors),
            "24 jam" if terms.schedule is None else "Jam kerja",
            held.get(terms.holder, BLANK),
            last_day_text(terms.ends, zone),
            numbers.get(one.case, BLANK),
            names.get(one.approver, BLANK),
            one.told(now).capitalize(),
        )

    table = Grid(HOLDERS, tuple(row(number, one) for number, one in enumerate(living, 1)))
    facts = (("Keadaan per", moment_text(now, zone)), *_applied(office))
    head, town = letterheads.letterhead(connection, identity), letterheads.town(connection, identity)
    cover = Cover(head, "", town, office.today(), profiles.titles(connection))
    return building.listing(forms()[ACCESS_LIST], facts, (table,), cover)


def _identity(office: Office) -> Identity:
    return office.procedure(ACCESS).identity


def _applied(office: Office) -> tuple[tuple[str, str], ...]:
    """Say which version of the registry each controller applies."""
    seen = publishing.look(office)
    if seen is None:
        return (("Versi registri", "belum terbit"),)
    shown = [f"{who} versi {version}" for who, version in sorted(seen.grants.items())]
    return (("Diterapkan pada", ", ".join(shown) or BLANK),)


def report(made: Report, office: Office, cover: Cover, pictures: tuple[Picture, ...] = ()) -> Sheet:
    """Build the report of a case: on which papers it rests, and what the doors wrote over its time.

    ``pictures`` show the same time; each stands before the table of its numbers.
    """
    zone = office.zone()
    signs: dict[str, str] = {door.id: door.label for door in office.doors}
    facts = [("Nomor kasus", made.number), ("Langkah", made.step), ("Dibuat", moment_text(made.made, zone))]
    if made.since is not None and made.until is not None:
        facts.append(("Masa", f"{moment_text(made.since, zone)} s.d. {moment_text(made.until, zone)}"))
    tallies = tuple(
        (signs.get(one.door, one.door), str(one.granted), str(one.refused), str(one.unexplained))
        for one in made.doors
    )
    papers = tuple(
        (str(number), mark.form, str(mark.version), f"{mark.sha256[:32]}…")
        for number, mark in enumerate(made.papers, 1)
    )
    doors = (Grid(DOORS, tallies, "Rekap log pintu"),) if made.since is not None else ()
    rest = Grid(PAPERS, papers, "Kertas kerja")
    sheet = building.listing(REPORT_FORM, tuple(facts), doors, cover)
    return structs.replace(sheet, blocks=(*sheet.blocks, *pictured.blocks(pictures), rest))
