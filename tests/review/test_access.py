"""Rights suspended, removed and given back: P2 from form to every ending."""

import pytest
from sqlalchemy import func, select, update

from card_registry import canonical
from card_registry.authority.warrant import Charter, HeldGrant, Truth, authorise_grant
from card_registry.statements import GrantWarrant, People
from card_registry.stores.office import warrant
from card_registry.words import CardId, CardStatus, HolderId, Subject
from review import outside
from review.access import Refused
from review.accounts import approvers
from review.case import Advanced, Answer, CaseState
from review.follow import Follower
from review.form import Faulty
from review.publication import PublicationState
from review.store import cards, grants, holders, papers, removals
from review.store.desks import JobState
from review.store.grants import OfficeGrant
from review.store.removals import RemovalKind
from review.store.transaction import reading, writing
from review.tables import card as card_table
from review.tables import grant as grant_table
from review.workflow.answering import Act, act
from review.workflow.cards import revoke
from review.workflow.opening import Beginning, open_case
from tests.review.removals import (
    active,
    bind,
    f04,
    f15,
    follow,
    newest_job,
    open_removal,
    right_for,
    say,
    second_grant,
    standing_right,
    status_of,
    step,
    urgent,
    walk,
    withdrawn,
)
from tests.review.test_workflow import approved, file_of, take
from tests.review.world import F01, SITE, World


@pytest.fixture(name="world")
def _world(granted: World) -> World:
    """An office in which somebody holds a right and a card already."""
    return granted


def test_a_removal_runs_from_form_to_collected_card(world: World) -> None:
    """Biasa, sesuai: the grant is denied, the step waits for the doors, the card dies when collected."""
    given, card = standing_right(world)
    case = open_removal(world, "biasa", f04(given))
    assert file_of(world, case).holder == given.terms.holder
    walk(world, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    assert withdrawn(world) == []
    walk(world, case, ("operator", "selesai"))
    assert step(world, case) == ("6", CaseState.WAITING)
    assert (withdrawn(world), active(world, given)) == ([(Subject.GRANT, given.terms.id)], [])
    assert status_of(world, card) is CardStatus.SUSPENDED
    Follower(world.office).once()
    assert step(world, case) == ("6", CaseState.WAITING)
    follow(world)
    assert step(world, case) == ("7", CaseState.RUNNING)
    none = say(world, case, "operator", "selesai", f15(None))
    assert isinstance(none, Refused)
    walk(world, case, ("operator", "selesai", f15(card)), ("operator", "selesai"), ("pemohon", "selesai"))
    assert (step(world, case)[1], status_of(world, card)) == (CaseState.CLOSED, CardStatus.REVOKED)
    assert withdrawn(world)[1:] == [(Subject.CARD, card.id)]
    with reading(world.office.store) as connection:
        assert {one.kind for one in removals.of_case(connection, case)} == {RemovalKind.REMOVED}


def test_an_urgent_removal_suspends_at_once_and_for_good_when_approved(world: World) -> None:
    """Mendesak, sesuai: one denial does for both, and step 6 is done at once."""
    given, card = standing_right(world)
    case = urgent(world, given, alasan="pelanggaran")
    assert (step(world, case), active(world, given)) == (("3", CaseState.RUNNING), [])
    walk(world, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    walk(world, case, ("operator", "selesai"))
    follow(world)
    assert step(world, case) == ("7", CaseState.RUNNING)
    walk(world, case, ("operator", "selesai", f15(card, "hilang")))
    assert withdrawn(world) == [(Subject.GRANT, given.terms.id), (Subject.CARD, card.id)]
    assert status_of(world, card) is CardStatus.LOST


def test_a_rejected_removal_gives_the_right_back_by_a_new_signed_grant(world: World) -> None:
    """Mendesak, tidak sesuai: Kabid signs the suspended terms; the card opens again once doors have them."""
    given, card = standing_right(world)
    case = urgent(world, given, "operator")
    walk(world, case, ("kadis", "selesai"))
    unsigned = act(
        world.office, world.person("kabid"), case, Act(Answer("4", 1, "tidak sesuai", "masih bertugas"))
    )
    assert isinstance(unsigned, Refused)
    walk(world, case, ("kabid", "tidak sesuai"))
    assert (step(world, case)[0], active(world, given)) == ("8", [])
    walk(world, case, ("operator2", "selesai"))
    [back] = active(world, given)
    assert back.terms.id != given.terms.id
    assert (back.terms.doors, back.terms.begins, back.terms.ends) == (
        given.terms.doors,
        given.terms.begins,
        given.terms.ends,
    )
    assert authorised(world, back, given).applicant == world.person("pemohon").id
    assert status_of(world, card) is CardStatus.SUSPENDED
    follow(world)
    assert status_of(world, card) is CardStatus.ACTIVE
    walk(world, case, ("operator", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED


def authorised(world: World, back: OfficeGrant, old: OfficeGrant) -> HeldGrant:
    """Let the authority judge a grant's warrant, the denied grant being in its registry still."""
    with reading(world.office.store) as connection:
        body = connection.scalars(select(warrant.c.body).where(warrant.c.serial == back.warrant)).one()
        signed = papers.verdict_of(connection, old.terms.id)
    policy, directory = outside.policy(world.office.registry), outside.directory(world.office.registry)
    assert policy is not None
    assert directory is not None
    assert signed is not None
    listed = People(1, SITE, approvers(world.office.store, world.office.procedures, world.clock()))
    held = HeldGrant(old.terms, old.weak, old.case, signed.applicant, signed.approver, b"")
    truth = Truth(Charter(listed, policy, directory), serial=1, grants=(held,))
    return authorise_grant(truth, canonical.decode(body, GrantWarrant, "a warrant"), world.clock())


def test_a_rejected_removal_that_suspended_nothing_needs_no_signature(world: World) -> None:
    """Biasa, tidak sesuai: no passphrase is asked, no warrant issued, the right stays."""
    given, _ = standing_right(world)
    case = open_removal(world, "biasa", f04(given))
    walk(world, case, ("kadis", "selesai"))
    said = Act(Answer("4", 1, "tidak sesuai", "masih bertugas"))
    assert isinstance(act(world.office, world.person("kabid"), case, said), Advanced)
    walk(world, case, ("operator", "selesai"), ("pemohon", "selesai"))
    assert (step(world, case)[1], withdrawn(world)) == (CaseState.CLOSED, [])
    assert [one.terms.id for one in active(world, given)] == [given.terms.id]


def test_a_named_card_goes_alone_and_never_comes_back(world: World) -> None:
    """The right stays; when the removal is rejected the holder is told to ask for another card."""
    given, card = standing_right(world)
    case = urgent(world, given, kartu=card.id, alasan="kartu-hilang")
    assert withdrawn(world) == [(Subject.CARD, card.id)]
    assert [one.terms.id for one in active(world, given)] == [given.terms.id]
    walk(world, case, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    follow(world)
    assert status_of(world, card) is CardStatus.LOST
    with reading(world.office.store) as connection:
        told = [one.text for one in papers.notices(connection, world.person("pemohon").id)]
    assert any(f"Kartu {card.number} tetap tidak berlaku" in text for text in told)


def test_several_rights_are_suspended_and_come_back_together(world: World) -> None:
    """Each grant has its denial, its signature and its own new grant."""
    given, _ = standing_right(world)
    other = second_grant(world, given)
    case = urgent(world, given)
    assert set(withdrawn(world)) == {(Subject.GRANT, given.terms.id), (Subject.GRANT, other)}
    walk(world, case, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    follow(world)
    back = active(world, given)
    assert len(back) == 2
    assert {one.state for one in back} == {PublicationState.EVERYWHERE}


def test_what_another_case_still_holds_does_not_come_back(world: World) -> None:
    """Of two urgent cases about one holder, the first rejected gives nothing back, the last one does."""
    given, _ = standing_right(world)
    first, second = urgent(world, given), urgent(world, given)
    assert withdrawn(world) == [(Subject.GRANT, given.terms.id)]
    assert step(world, second) == ("3", CaseState.RUNNING)
    walk(world, first, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    assert active(world, given) == []
    walk(world, second, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    assert len(active(world, given)) == 1


def test_a_right_that_is_signed_for_but_meanwhile_held_elsewhere_stays_away(world: World) -> None:
    """A second suspension between the signature and step 8 keeps the first from giving the right back."""
    given, _ = standing_right(world)
    first = urgent(world, given)
    walk(world, first, ("kadis", "selesai"), ("kabid", "tidak sesuai"))
    urgent(world, given)
    walk(world, first, ("operator", "selesai"))
    assert active(world, given) == []


def test_a_card_that_an_operator_took_away_already_is_no_fault(world: World) -> None:
    """The case rests on the other act's warrant, and still waits for the doors."""
    given, card = standing_right(world)
    gone = revoke(world.office, world.person("operator"), card.id, "hilang")
    assert not isinstance(gone, Refused)
    case = open_removal(world, "mendesak", f04(given, sifat="mendesak", kartu=card.id, alasan="kartu-hilang"))
    walk(world, case, ("operator", "selesai"))
    Follower(world.office).once()
    assert step(world, case) == ("2", CaseState.WAITING)
    follow(world)
    assert step(world, case) == ("3", CaseState.RUNNING)
    assert withdrawn(world) == [(Subject.CARD, card.id)]


def test_a_removal_waits_for_its_day(world: World) -> None:
    """Before the effective day step 6 is refused and leaves nothing behind."""
    given, _ = standing_right(world)
    case = open_removal(world, "biasa", f04(given, tgl_efektif="2026-12-01"))
    walk(world, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    early = say(world, case, "operator")
    assert isinstance(early, Refused)
    assert "01-12-2026" in early.why
    assert (step(world, case), withdrawn(world)) == (("6", CaseState.RUNNING), [])
    world.clock.now += 12 * 86_400_000
    walk(world, case, ("operator", "selesai"))
    assert withdrawn(world) == [(Subject.GRANT, given.terms.id)]


def test_a_form_that_contradicts_its_answer_opens_nothing(world: World) -> None:
    """Sifat, alasan, and the card's holder are checked; a lost card must be named; no number is lost."""
    given, card = standing_right(world)
    office, person = world.office, world.person("pemohon")
    wrong = open_case(office, person, Beginning("P2", f04(given), "mendesak"))
    assert isinstance(wrong, Refused)
    assert "Sifat" in wrong.why
    lost = open_case(office, person, Beginning("P8", f04(given, kartu=card.id), "hilang"))
    assert isinstance(lost, Refused)
    assert "Alasan" in lost.why
    bare = open_case(office, person, Beginning("P8", f04(given, alasan="kartu-hilang"), "hilang"))
    assert isinstance(bare, Faulty)
    assert set(bare.faults) == {"kartu"}
    stranger = other_holder(world)
    with writing(office.store) as connection:
        connection.execute(update(card_table).values(holder=stranger))
    foreign = open_case(office, person, Beginning("P2", f04(given, kartu=card.id), "biasa"))
    assert isinstance(foreign, Refused)
    assert "bukan milik" in foreign.why
    assert file_of(world, open_removal(world, "biasa", f04(given))).number == "HPS-2026-0001"


def other_holder(world: World) -> str:
    """Enter another holder."""
    with writing(world.office.store) as connection:
        id = HolderId("e" * 32)
        return holders.find_or_add(connection, id, "Pemegang Lain", "Dinas Lain", world.clock())


def test_a_removal_that_the_authority_refuses_opens_its_step_again(world: World) -> None:
    """The sentence is in the history, and the next attempt asks anew."""
    given, _ = standing_right(world)
    case = open_removal(world, "mendesak", f04(given, sifat="mendesak"))
    walk(world, case, ("operator", "selesai"))
    with reading(world.office.store) as connection:
        serial = connection.scalar(select(func.max(warrant.c.serial)))
    world.outside.decide("warrant", str(serial), sentence="the warrant has version 2")
    Follower(world.office).once()
    now = file_of(world, case).case
    assert (now.step, now.attempt, now.state) == ("2", 2, CaseState.RUNNING)
    assert now.history[-1].note == "Ditolak otoritas: the warrant has version 2"
    walk(world, case, ("operator", "selesai"))
    follow(world)
    assert step(world, case) == ("3", CaseState.RUNNING)
    assert len(withdrawn(world)) == 2


@pytest.mark.parametrize("closed", [False, True])
def test_a_restored_grant_that_the_authority_refuses_is_not_lost(world: World, *, closed: bool) -> None:
    """The case goes back to Kabid, who signs anew; of a case that is over Kabid is told."""
    given, _ = standing_right(world)
    case = urgent(world, given)
    walk(world, case, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    walk(world, case, *([("pemohon", "selesai")] if closed else []))
    [back] = active(world, given)
    world.outside.decide("warrant", str(back.warrant), sentence="schedule 'x' is not one")
    Follower(world.office).once()
    if closed:
        with reading(world.office.store) as connection:
            told = [one.text for one in papers.notices(connection, world.person("kabid").id)]
        assert any("Ditolak otoritas: schedule" in text for text in told)
        return
    assert step(world, case) == ("4", CaseState.RUNNING)
    walk(world, case, ("kabid", "tidak sesuai"), ("operator", "selesai"))
    [again] = active(world, given)
    assert again.terms.id not in {back.terms.id, given.terms.id}


def test_a_spent_signature_is_not_used_again(world: World) -> None:
    """A refused grant whose right ended before Kabid answers again leaves nothing for step 8 to give."""
    given, _ = standing_right(world)
    case = urgent(world, given)
    walk(world, case, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    [back] = active(world, given)
    world.outside.decide("warrant", str(back.warrant), sentence="refused")
    Follower(world.office).once()
    world.clock.now = given.terms.ends
    walk(world, case, ("kabid", "tidak sesuai"), ("operator", "selesai"), ("pemohon", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED
    with reading(world.office.store) as connection:
        assert len(grants.listed(connection)) == 2


def test_the_access_list_says_how_each_right_stands(world: World) -> None:
    """Suspended, given back by another grant, removed, over: never as if it still opened doors."""
    given, _ = standing_right(world)

    def told() -> list[str]:
        with reading(world.office.store) as connection:
            return [one.told(world.clock()) for one in grants.listed(connection)]

    assert told() == ["terpasang"]
    case = urgent(world, given)
    assert told() == ["beku"]
    walk(world, case, ("kadis", "selesai"), ("kabid", "tidak sesuai"), ("operator", "selesai"))
    follow(world)
    assert told() == ["terpasang", "dicabut"]
    case = urgent(world, given)
    walk(world, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    assert told() == ["beku", "dicabut"]
    walk(world, case, ("operator", "selesai"))
    assert told() == ["dicabut", "dicabut"]
    right_for(world, {**F01, "sampai": ["2026-11-20"]}, 5)
    world.clock.now += 86_400_000
    assert told()[0] == "kedaluwarsa"


def test_a_suspended_right_that_ended_meanwhile_is_not_given_back(world: World) -> None:
    """Nothing is left to sign, and the case still ends."""
    given, _ = standing_right(world)
    case = urgent(world, given)
    walk(world, case, ("kadis", "selesai"))
    world.clock.now = given.terms.ends
    said = Act(Answer("4", 1, "tidak sesuai", "masih bertugas"))
    assert isinstance(act(world.office, world.person("kabid"), case, said), Advanced)
    walk(world, case, ("operator", "selesai"), ("pemohon", "selesai"))
    assert active(world, given) == []


def test_cases_settle_independently(world: World) -> None:
    """A grant of another case that is still on its way keeps no removal waiting."""
    given, _ = standing_right(world)
    with writing(world.office.store) as connection:
        connection.execute(
            update(grant_table).where(grant_table.c.id == given.terms.id).values(state="terbit", needs=9_999)
        )
    case = urgent(world, given)
    assert step(world, case) == ("3", CaseState.RUNNING)


def test_a_card_made_while_its_right_is_suspended_is_suspended(world: World) -> None:
    """The case of the card settles by itself, and the card says that it opens nothing."""
    given, _ = standing_right(world)
    making = approved(world)
    walk(world, making, ("operator", "selesai"))
    case = open_removal(world, "mendesak", f04(given, sifat="mendesak"))
    walk(world, case, ("operator", "selesai"))
    job = bind(world, making, 5)
    follow(world)
    assert step(world, making) == ("6", CaseState.RUNNING)
    with reading(world.office.store) as connection:
        made = cards.find(connection, job.card)
    assert made is not None
    assert made.status is CardStatus.SUSPENDED


def test_a_removal_stops_a_card_that_is_being_made(world: World) -> None:
    """Collecting takes the holder's unfinished card as well; the job fails and its case opens again."""
    given, card = standing_right(world)
    making = approved(world)
    walk(world, making, ("operator", "selesai"))
    job = take(world, making)
    case = open_removal(world, "biasa", f04(given))
    walk(
        world, case, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"), ("operator", "selesai")
    )
    follow(world)
    walk(world, case, ("operator", "selesai", f15(card)))
    assert newest_job(world, making).state is JobState.FAILED
    with reading(world.office.store) as connection:
        unfinished = cards.find(connection, CardId(job.card))
    assert unfinished is not None
    assert unfinished.status is CardStatus.REVOKED
