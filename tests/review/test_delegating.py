"""Delegations: a role held for a time in somebody's place, printed as such, ended by itself or early."""

import threading
from dataclasses import replace

import pytest
from sqlalchemy import select

from card_registry import canonical
from card_registry.instant import DAY, HOUR
from card_registry.statements import Approver, People
from card_registry.words import Approval, PersonId
from review.access import Allowed, Refused
from review.accounts import approvers
from review.case import Advanced, choices
from review.form import Faulty
from review.people import Capacity, Role
from review.store import audit, delegations, people
from review.store.delegations import Delegation, Standing
from review.store.people import Key, NewPerson
from review.store.transaction import reading, writing
from review.tables import assignment
from review.workflow import delegating
from review.workflow.delegating import VACANT, Readiness, Wanted, readiness, roles_of, signed_tables
from review.workflow.touching import may_register
from tests.review.papers import staff
from tests.review.test_workflow import file_of, opened, say
from tests.review.world import SITE, World

KASI = "kasi"


@pytest.fixture
def office(world: World) -> World:
    """Give an office with a head of section and a technician more."""
    staff(world, Role.KASI, Role.FUNGSIONAL)
    return world


def wanted(world: World, **changed: str) -> Wanted:
    """Ask for a Plh. Kepala Bidang for a week from today, or something else."""
    plain = Wanted(
        world.person(KASI).id,
        "kabid",
        "plh",
        world.person("kabid").id,
        "2026-11-20",
        "2026-11-27",
        "800/123/2026",
    )
    return replace(plain, **changed)


def made(world: World, by: str = "kabid", **changed: str) -> Delegation:
    """Delegate, which must work."""
    done = delegating.delegate(world.office, world.person(by), wanted(world, **changed))
    assert isinstance(done, Delegation), done
    return done


def faults(world: World, by: str = "admin", **changed: str) -> dict[str, str]:
    """Delegate, which must not work; give the sentences by field."""
    done = delegating.delegate(world.office, world.person(by), wanted(world, **changed))
    assert isinstance(done, Faulty), done
    return dict(done.faults)


def listed(world: World) -> list[Delegation]:
    """Give all delegations."""
    with reading(world.office.store) as connection:
        return list(delegations.listed(connection))


def test_a_delegate_does_the_step_and_the_row_says_in_which_capacity(office: World) -> None:
    """The button appears with the delegation; the history keeps Plh., and the audit trail who appointed."""
    case = opened(office)
    say(office, case, "kadis")
    assert choices(file_of(office, case).case, office.person(KASI)) == ()
    made(office)
    assert office.person(KASI).title() == "Plh. Kepala Bidang, Kepala Seksi"
    done = say(office, case, KASI, "ditolak", "belum lengkap")
    assert isinstance(done, Advanced)
    assert (done.done.role, done.done.capacity) == (Role.KABID, Capacity.DAILY)
    with reading(office.office.store) as connection:
        acts = [(one.act, one.detail, one.person) for one in audit.newest(connection)]
    assert ("delegasi.buat", "kabid plh", office.person("kabid").id) in acts


def test_a_delegation_ends_by_itself_at_the_midnight_after_its_last_day(office: World) -> None:
    """On the last evening it still runs; a second later it is over, and nobody had to do anything."""
    one = made(office)
    office.clock.now = one.ends - 1
    assert Role.KABID in office.person(KASI).roles
    assert listed(office)[0].standing(office.clock()) is Standing.RUNNING
    office.clock.now = one.ends
    assert Role.KABID not in office.person(KASI).roles
    assert listed(office)[0].standing(office.clock()) is Standing.OVER


def test_a_delegation_to_come_gives_nothing_yet(office: World) -> None:
    """It begins at midnight of its first day."""
    one = made(office, begins="2026-11-23")
    assert one.standing(office.clock()) is Standing.COMING
    assert Role.KABID not in office.person(KASI).roles
    office.clock.now = one.begins
    assert Role.KABID in office.person(KASI).roles


def test_it_can_be_ended_early_and_made_anew(office: World) -> None:
    """By the principal, whoever made it, or the administrator; by nobody else, and only once."""
    one = made(office)
    refused = delegating.end(office.office, office.person("operator"), one.id)
    assert isinstance(refused, Refused)
    office.clock.now += HOUR
    assert isinstance(delegating.end(office.office, office.person("admin"), one.id), Delegation)
    assert Role.KABID not in office.person(KASI).roles
    assert listed(office)[0].ended_by == office.person("admin").id
    assert isinstance(delegating.end(office.office, office.person("admin"), one.id), Refused)
    assert isinstance(delegating.end(office.office, office.person("admin"), "tidak ada"), Refused)
    made(office)


def test_one_that_never_began_can_be_made_anew_for_the_same_day(office: World) -> None:
    """Taken back before its first day it leaves no assignment behind."""
    one = made(office, begins="2026-11-23")
    delegating.end(office.office, office.person("kabid"), one.id)
    assert listed(office)[0].standing(office.clock()) is Standing.OVER
    with reading(office.office.store) as connection:
        query = select(assignment.c.begins).where(assignment.c.capacity != "tetap")
        assert connection.scalars(query).all() == []
    again = made(office, begins="2026-11-23")
    assert again.begins == one.begins


def test_only_a_role_held_in_ones_own_right_can_be_handed_on(office: World) -> None:
    """No chain of Plh.; the administrator hands on any role but appoints nobody's self."""
    made(office)
    assert roles_of(office.person(KASI)) == (Role.KASI,)
    assert roles_of(office.person("kabid")) == (Role.KABID,)
    assert Role.KADIS in roles_of(office.person("admin"))
    assert set(roles_of(office.person("admin"))).isdisjoint({Role.PEMOHON, Role.AUDITOR, Role.SISTEM})
    fungsional = office.person("fungsional").id
    assert "peran" in faults(office, KASI, to=fungsional)
    assert faults(office, "admin", to=office.person("admin").id)["kepada"].startswith("Anda tidak dapat")
    for outsider in ("auditor", "pemohon"):
        assert isinstance(
            delegating.delegate(office.office, office.person(outsider), wanted(office)), Refused
        )


WRONG: list[tuple[dict[str, str], str]] = [
    ({"role": "auditor"}, "peran"),
    ({"role": "raja"}, "peran"),
    ({"capacity": "tetap"}, "kedudukan"),
    ({"begins": "2026-11-19"}, "mulai"),
    ({"begins": "besok"}, "mulai"),
    ({"begins": "2026-13-01"}, "mulai"),
    ({"ends": "2026-11-19"}, "sampai"),
    ({"ends": ""}, "sampai"),
    ({"ends": "2027-11-22"}, "sampai"),
    ({"basis": " "}, "dasar"),
    ({"basis": "a\nb"}, "dasar"),
    ({"basis": "x" * 121}, "dasar"),
    ({"to": "siapa"}, "kepada"),
    ({"principal": "siapa"}, "digantikan"),
    ({"principal": VACANT}, "digantikan"),
]


def test_what_makes_no_delegation_is_said_field_by_field(office: World) -> None:
    """A role, a capacity, days, an order and people that do not fit; nothing is kept."""
    for changed, field in WRONG:
        assert set(faults(office, **changed)) == {field}
    for login in ("auditor", "pemohon", "kabid"):
        assert set(faults(office, to=office.person(login).id)) == {"kepada"}
    assert listed(office) == []


def test_a_vacant_post_has_a_plt(office: World) -> None:
    """Nobody is replaced, and only the administrator can say so."""
    one = made(office, "admin", role="sekretaris", capacity="plt", principal=VACANT)
    assert one.principal is None
    assert office.person(KASI).capacity(Role.SEKRETARIS) == "Plt. "


def test_one_stand_in_at_a_time_but_several_atas_nama(office: World) -> None:
    """A second Plh. for the same person at the same time is refused; signing atas nama may be shared."""
    made(office)
    fungsional = office.person("fungsional").id
    assert "mulai" in faults(office, to=fungsional)
    assert "mulai" in faults(office, to=fungsional, capacity="plt", begins="2026-11-27", ends="2026-11-30")
    assert "kepada" in faults(office, capacity="an")
    made(office, "admin", to=fungsional, begins="2026-11-28", ends="2026-11-30")
    made(office, "admin", to=office.person("operator").id, capacity="an")


def signer(world: World, key: bool = True) -> PersonId:  # noqa: FBT001, FBT002 - a test's switch
    """Enter a head of section who has a key, or none."""
    id = PersonId(world.office.token())
    sealed = Key(b"{}", "ab" * 32) if key else None
    with writing(world.office.store) as connection:
        people.add(connection, id, NewPerson("kasi2", "Kasi Dua", "Diskominfo", Role.KASI, "", sealed), 0)
    return id


def list_approver(world: World, person: PersonId, *tables: str) -> None:
    """Publish a list of approvers with one person."""
    listed_ = People(1, SITE, (Approver(person, "ab" * 32, tables),))
    world.outside.slot("site/people", canonical.encode(listed_))


def test_the_page_knows_who_cannot_sign(office: World) -> None:
    """No key, a key the officers have not listed, one listed for other tables, and one that counts."""
    kasi, keyed = office.person(KASI).id, signer(office)
    wanted_ = tuple(sorted(signed_tables(office.office.procedures, Role.KABID)))
    assert wanted_
    assert readiness(office.office, kasi, Role.KABID) is Readiness.NO_KEY
    assert readiness(office.office, keyed, Role.KABID) is Readiness.NOT_LISTED
    list_approver(office, keyed, "cd" * 32)
    assert readiness(office.office, keyed, Role.KABID) is Readiness.OTHER_TABLES
    list_approver(office, keyed, *wanted_)
    assert readiness(office.office, keyed, Role.KABID) is Readiness.READY
    assert readiness(office.office, kasi, Role.TU) is Readiness.NOT_NEEDED
    office.outside.found(Approval.SESSION)
    assert readiness(office.office, kasi, Role.KABID) is Readiness.BY_SESSION


def test_officers_can_sign_a_stand_in_before_the_first_day(office: World) -> None:
    """Whoever is to hold an approving role by a delegation already made is listed; afterwards no more."""
    keyed = signer(office)

    def on_list() -> bool:
        known = approvers(office.office.store, office.office.procedures, office.clock())
        return any(one.person == keyed for one in known)

    assert not on_list()
    assert isinstance(may_register(office.office, office.person("kasi2")), Refused)
    one = made(office, to=keyed, begins="2026-11-23", ends="2026-11-24")
    assert on_list()
    assert isinstance(may_register(office.office, office.person("kasi2")), Allowed)
    office.clock.now = one.ends + DAY
    assert not on_list()


def raced(world: World, people_: int = 6) -> list[Delegation]:
    """Let several people be appointed Plh. of the same person at once; give what came about."""
    logins = [f"kasi-{number}" for number in range(people_)]
    with writing(world.office.store) as connection:
        for login in logins:
            new = NewPerson(login, login, "Diskominfo", Role.KASI, "", None)
            people.add(connection, PersonId(world.office.token()), new, 0)
    wishes = [wanted(world, to=world.person(login).id) for login in logins]
    admin = world.person("admin")
    done: list[Delegation | Faulty | Refused] = []
    together = threading.Barrier(people_)

    def appoint(one: Wanted) -> None:
        together.wait(20)
        done.append(delegating.delegate(world.office, admin, one))

    threads = [threading.Thread(target=appoint, args=(one,)) for one in wishes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == people_
    return [one for one in done if isinstance(one, Delegation)]


def test_of_several_appointed_at_once_one_stands_in(office: World) -> None:
    """Two administrators who do not see each other's delegation cannot both make one."""
    assert len(raced(office)) == 1
