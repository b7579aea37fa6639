"""Rank and NIP: entered with the accounts or later, printed below signatures, never demanded; namesakes."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy.exc import ResourceClosedError

from card_registry.words import HolderId
from review.accounts import LONGEST_RANK, Accounts, Entry, enter
from review.documents.copies import Copy, Signed
from review.documents.layout import Grid, Letterhead, Sheet, Slot, Style
from review.people import Capacity, Role
from review.store import grants, holders, people
from review.store.transaction import reading, writing
from review.workflow import document_lists
from review.workflow.office_lists import on_offer
from tests.review.world import NOON, World

NIP, OTHER = "198501012010012001", "197001012000011002"


def entry(login: str = "kasi", **more: str) -> Entry:
    """Give a row of the accounts file."""
    return Entry(login, "Pejabat Kasi", "Diskominfo", Role.KASI, "sandi-kasi-panjang", **more)


def test_rank_and_nip_come_with_the_accounts_or_later(world: World) -> None:
    """What a second run of the file says of people known by now is entered; the rest stays."""
    store = world.office.store
    assert enter(store, Accounts((entry(),)), NOON, random.Random(3).randbytes) == 1
    for said, kept in (
        (entry(nip="19850101 201001 2 001"), ("", NIP)),
        (entry(rank="Penata (III/c)"), ("Penata (III/c)", NIP)),
        (entry(), ("Penata (III/c)", NIP)),
    ):
        assert enter(store, Accounts((said,)), NOON, random.Random(4).randbytes) == 0
        with reading(store) as connection:
            found = people.standings(connection)
        assert [(one.rank, one.nip) for one in found.values() if one != people.Standing()] == [kept]


def ended_rights_are_left(world: World) -> None:
    """Ask for the rights that last and for their holders: as if all had been read, but by the database."""
    with reading(world.office.store) as connection:
        [one] = grants.listed(connection)
        ends, door = one.terms.ends, one.terms.doors[0]
        assert grants.holders_of(connection) == ((one.terms.holder, one.holder_name, one.holder_unit),)
        assert grants.unended(connection, ends - 1) == grants.unended(connection, NOON, door) == (one,)
        assert grants.unended(connection, ends) == grants.unended(connection, NOON, one.terms.kind) == ()
        assert grants.all_active(connection, NOON) == (one,)


def test_rights_that_ended_are_left_by_the_database(granted: World) -> None:
    """A right counts up to its last millisecond and at its own door, not where its kind is a name."""
    ended_rights_are_left(granted)


def test_a_list_is_read_when_a_form_first_offers_it(granted: World) -> None:
    """Doors are known without the store; rights are read once, when they are asked for, or another way."""
    with reading(granted.office.store) as connection:
        lists = on_offer(connection, granted.office)
        assert len(lists["izin"]) == 1
    assert [one.value for one in lists["pintu"]] == ["ruang-server"]
    assert len(lists["izin"]) == 1
    with pytest.raises(ResourceClosedError):
        lists["kartu"]
    assert list(lists.but(kartu=tuple)["kartu"]) == []
    assert {"pemegang", "pegawai", "rak", "server", "jadwal"} < set(lists)


@pytest.mark.parametrize("wrong", [{"nip": "123"}, {"nip": "1985010120100120011"}, {"rank": "x" * 61}])
def test_what_could_not_be_printed_is_refused(wrong: dict[str, str]) -> None:
    """A NIP of another shape and a rank without end are refused with the login they belong to."""
    assert LONGEST_RANK == 60
    with pytest.raises(ValueError, match="of kasi"):
        entry(**wrong)


def test_a_signature_prints_its_signers_rank_and_nip() -> None:
    """They stand below the name; of somebody whom the form names, what the form says stands."""
    slots = (Slot("Mengetahui", (Role.KABID,)), Slot("PIHAK KEDUA", (Role.BMN,), "Ketua", "Pihak Dua"))
    sheet = Sheet("F06", Style.FORM, Letterhead("A", "B"), "Judul", "", "", "", (), slots)
    kabid = Signed(Role.KABID, Capacity.OWN, "Kabid", "Pejabat", "kini", rank="Pembina", nip=NIP)
    other = Signed(Role.BMN, Capacity.OWN, "BMN", "Petugas", "kini", rank="Penata", nip=OTHER)
    first, second = Copy(sheet, signed=(kabid, other)).places()
    assert first.below == ("Pembina", f"NIP {NIP}")
    assert (second.name, second.below) == ("Pihak Dua", ())


def test_namesakes_are_told_apart_by_their_nip(world: World) -> None:
    """However spelled, one person is found again; a second NIP is a second person, and nobody is guessed."""
    names = iter(f"{number:032x}" for number in range(1, 30))

    def of(nip: str = "", name: str = "Ani  CONTOH", unit: str = "dinas") -> str:
        return holders.find_or_add(connection, HolderId(next(names)), name, unit, NOON, nip)

    with writing(world.office.store) as connection:
        first = of(name="Ani Contoh", unit="Dinas")
        assert of() == first
        assert of(NIP) == first
        assert of() == first
        second = of(OTHER)
        assert second != first
        assert (of(NIP), of(OTHER)) == (first, second)
        unknown = of()
        assert unknown not in {first, second}
        assert of() == unknown
        assert of(unit="Badan") not in {first, second, unknown}


def meet(world: World) -> None:
    """Let eight requests name one new person at the same moment: one holder, however the name is spelled."""
    ids = [HolderId(f"{number:032x}") for number in range(8)]
    together = Barrier(len(ids))

    def enter_one(id: HolderId) -> HolderId:
        name = "Ani Contoh" if int(id, 16) % 2 else " ani  CONTOH"
        together.wait()
        with writing(world.office.store) as connection:
            return holders.find_or_add(connection, id, name, "Dinas", NOON, NIP)

    with ThreadPoolExecutor(len(ids)) as pool:
        assert len(set(pool.map(enter_one, ids))) == 1


def test_one_person_asked_for_at_once_is_one_holder(world: World) -> None:
    """Eight threads, one holder."""
    meet(world)


def test_the_access_list_prints_a_nip_where_there_is_one(granted: World) -> None:
    """It stands below the name; who has none has a name alone."""
    with writing(granted.office.store) as connection:
        (given,) = grants.listed(connection)
        before = document_lists.access_list(connection, granted.office)
        fresh, named = HolderId("f" * 32), (given.holder_name, given.holder_unit)
        assert holders.find_or_add(connection, fresh, *named, NOON, NIP) == given.terms.holder
        after = document_lists.access_list(connection, granted.office)
    names = [
        block.rows[0][1] for sheet in (before, after) for block in sheet.blocks if isinstance(block, Grid)
    ]
    assert names == [given.holder_name, f"{given.holder_name}\nNIP {NIP}"]
