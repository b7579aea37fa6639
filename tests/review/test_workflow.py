"""One case from form to card and away again, through the acts themselves."""

from collections.abc import Callable

from sqlalchemy import delete, select, update

from card_registry import canonical
from card_registry.authority.warrant import Charter, Truth, authorise_grant
from card_registry.instant import DAY
from card_registry.statements import GrantWarrant, People, WithdrawWarrant
from card_registry.stores.office import warrant
from card_registry.stores.registry import slot
from card_registry.words import Approval, CardStatus, ControllerId, CredentialKind, Tier
from review import outside
from review.access import Refused
from review.accounts import approvers
from review.case import Advanced, Answer, CaseState
from review.follow import Follower
from review.people import SYSTEM
from review.publication import PublicationState
from review.store import audit, cards, cases, desks, grants, papers
from review.store.cases import CaseFile
from review.store.desks import Job, JobState
from review.store.transaction import reading, writing
from review.tables import person
from review.workflow.answering import answer
from review.workflow.approval import Hand
from review.workflow.cards import Bound, Failed, Place, report, revoke
from review.workflow.opening import open_access_case
from tests.review.world import F01, PASSPHRASE, SITE, World

DESK = ControllerId("meja-1")
BOUND = Bound("cd" * 32, Tier.PUBLIC_KEY, CredentialKind.PKOC, Place(DESK, 1, 4))


def opened(world: World, login: str = "pemohon") -> str:
    """Open a case and give its id."""
    case = open_access_case(world.office, world.person(login), F01)
    assert isinstance(case, str)
    return case


def file_of(world: World, case: str) -> CaseFile:
    """Load a case."""
    with reading(world.office.store) as connection:
        file = cases.load(connection, case)
    assert file is not None
    return file


def say(
    world: World, case: str, login: str, label: str = "selesai", note: str = "", phrase: str = ""
) -> Advanced | Refused:
    """Answer a case's present step as one person."""
    now = file_of(world, case).case
    verdict = Answer(now.step, now.attempt, label, note)
    return answer(world.office, world.person(login), case, verdict, Hand(phrase))


def approved(world: World) -> str:
    """Bring a case to the operator."""
    case = opened(world)
    for login, label in (("kadis", "selesai"), ("kabid", "disetujui"), ("kabid", "selesai")):
        assert isinstance(say(world, case, login, label, phrase=PASSPHRASE), Advanced)
    return case


def job_of(world: World, case: str) -> Job:
    """Give a case's newest job."""
    with reading(world.office.store) as connection:
        return desks.of_case(connection, case)[0]


def take(world: World, case: str) -> Job:
    """Let the desk take a case's job."""
    with writing(world.office.store) as connection:
        found = desks.open_for(connection, DESK)
        assert found is not None
        assert found.case == case
        desks.take(connection, found.id, DESK)
    return job_of(world, case)


def made(world: World) -> str:
    """Bring a case to a bound card."""
    case = approved(world)
    assert isinstance(say(world, case, "operator"), Advanced)
    done = report(world.office, DESK, take(world, case).id, BOUND)
    assert isinstance(done, Job)
    return case


def finished(world: World) -> str:
    """Bring a case to step 6: card bound, registry signed, doors confirmed."""
    case = made(world)
    world.outside.decide("warrant", "1", grants=3)
    world.outside.decide("binding", "meja-1/1/4", grants=4)
    world.outside.report(grants=4)
    Follower(world.office).once()
    return case


def test_a_case_runs_from_form_to_card_and_closes(world: World) -> None:
    """Every step in turn by its own person ends with an active card and a closed case."""
    case = finished(world)
    assert file_of(world, case).case.step == "6"
    assert isinstance(say(world, case, "operator"), Advanced)
    assert isinstance(say(world, case, "pemohon"), Advanced)
    assert file_of(world, case).case.state is CaseState.CLOSED
    with reading(world.office.store) as connection:
        card = cards.listed(connection)[0]
        told = papers.notices(connection, world.person("pemohon").id)
    assert (card.status, card.number, card.tier) == (CardStatus.ACTIVE, "KRT-00001", Tier.PUBLIC_KEY)
    assert any(card.number in one.text for one in told)


def test_the_waiting_step_is_completed_by_the_system_in_the_operators_name(world: World) -> None:
    """Step 5 is done by sistem a.n. the operator who pressed, only after the doors confirmed."""
    case = finished(world)
    last = file_of(world, case).case.history[-1]
    assert (last.step, last.person, last.behalf) == ("5", SYSTEM, world.person("operator").id)


def test_a_step_waits_until_every_door_shows_the_version(world: World) -> None:
    """Neither the outcome alone nor an older version at the door moves the case."""
    case, follower = made(world), Follower(world.office)
    acts: list[Callable[[], None]] = [
        lambda: world.outside.decide("warrant", "1", grants=3),
        lambda: world.outside.decide("binding", "meja-1/1/4", grants=4),
        lambda: world.outside.report(grants=3),
    ]
    for act in acts:
        act()
        follower.once()
        assert file_of(world, case).case.state is CaseState.WAITING
    world.outside.report(grants=4)
    follower.once()
    assert file_of(world, case).case.step == "6"


def test_the_warrant_is_one_the_authority_accepts(world: World) -> None:
    """What step 4 puts before the signer passes the kernel's own rules, over exactly the stored terms."""
    case = approved(world)
    with reading(world.office.store) as connection:
        body = connection.scalars(select(warrant.c.body)).one()
        grant = grants.listed(connection, case=case)[0]
    policy, directory = outside.policy(world.office.registry), outside.directory(world.office.registry)
    assert policy is not None
    assert directory is not None
    people = People(1, SITE, approvers(world.office.store, world.office.procedures, world.clock()))
    held = authorise_grant(
        Truth(Charter(people, policy, directory)),
        canonical.decode(body, GrantWarrant, "a warrant"),
        world.clock(),
    )
    assert held.terms == grant.terms
    assert held.approver == world.person("kabid").id
    assert not held.weak


def test_a_wrong_passphrase_changes_nothing(world: World) -> None:
    """The sentence comes back, the case stays at step 4, and no warrant exists."""
    case = opened(world)
    say(world, case, "kadis")
    say(world, case, "kabid", "disetujui")
    before = file_of(world, case)
    answered = say(world, case, "kabid", phrase="salah sama sekali")
    assert isinstance(answered, Refused)
    assert "salah" in answered.why
    assert file_of(world, case) == before
    with reading(world.office.store) as connection:
        assert connection.scalars(select(warrant.c.serial)).all() == []


def test_guessing_a_passphrase_is_slowed_down(world: World) -> None:
    """After some wrong passphrases even the right one has to wait."""
    case = opened(world)
    say(world, case, "kadis")
    say(world, case, "kabid", "disetujui")
    for _ in range(5):
        say(world, case, "kabid", phrase="salah sama sekali")
    slowed = say(world, case, "kabid", phrase=PASSPHRASE)
    assert isinstance(slowed, Refused)
    assert "detik" in slowed.why
    world.clock.now += 60_000
    assert isinstance(say(world, case, "kabid", phrase=PASSPHRASE), Advanced)


def test_the_applicant_may_not_approve_and_the_approver_not_make_the_card(world: World) -> None:
    """Where duties are apart, the same person is refused with a sentence that says why and who may."""
    case = opened(world, "operator")
    say(world, case, "kadis")
    say(world, case, "kabid", "disetujui")
    say(world, case, "kabid", phrase=PASSPHRASE)
    refused = say(world, case, "operator")
    assert isinstance(refused, Refused)
    assert "tiga orang yang berbeda" in refused.why
    assert "Operator Ruang Server yang lain" in refused.why
    assert isinstance(say(world, case, "operator2"), Advanced)


def test_a_rejected_request_ends_without_any_right(world: World) -> None:
    """Ditolak needs a reason, tells the applicant, and leaves no grant, card or warrant."""
    case = opened(world)
    say(world, case, "kadis")
    assert isinstance(say(world, case, "kabid", "ditolak"), Refused)
    say(world, case, "kabid", "ditolak", note="Belum ada surat tugas")
    say(world, case, "operator")
    say(world, case, "pemohon")
    assert file_of(world, case).case.state is CaseState.CLOSED
    with reading(world.office.store) as connection:
        assert grants.listed(connection) == ()
        assert cards.listed(connection) == ()
        assert connection.scalars(select(warrant.c.serial)).all() == []
        told = papers.notices(connection, world.person("pemohon").id)
    assert any("Belum ada surat tugas" in one.text for one in told)


def test_a_refused_warrant_sends_the_case_back_to_the_approver(world: World) -> None:
    """The authority's sentence is in the history, and step 4 opens as its second attempt."""
    case = approved(world)
    say(world, case, "operator")
    world.outside.decide("warrant", "1", sentence="the approver is not on the list that the officers signed")
    Follower(world.office).once()
    now = file_of(world, case).case
    assert (now.step, now.attempt, now.state) == ("4", 2, CaseState.RUNNING)
    assert now.history[-1].note.startswith("Ditolak otoritas: the approver is not")
    assert job_of(world, case).state is JobState.FAILED
    assert isinstance(say(world, case, "kabid", phrase=PASSPHRASE), Advanced)


def test_a_refused_binding_opens_the_card_step_again(world: World) -> None:
    """The card is given up, the sentence is kept, and the operator may make another."""
    case = made(world)
    world.outside.decide("warrant", "1", grants=1)
    world.outside.decide("binding", "meja-1/1/4", sentence="this credential is bound to a card already")
    Follower(world.office).once()
    now = file_of(world, case).case
    assert (now.step, now.attempt, now.state) == ("5", 2, CaseState.RUNNING)
    with reading(world.office.store) as connection:
        assert cards.listed(connection)[0].status is CardStatus.DESTROYED
    assert isinstance(say(world, case, "operator"), Advanced)


def test_a_failed_desk_job_opens_the_step_again(world: World) -> None:
    """The desk's own sentence is shown, and a new attempt makes a new card."""
    case = approved(world)
    say(world, case, "operator")
    report(world.office, DESK, take(world, case).id, Failed("Kartu tidak terbaca."))
    now = file_of(world, case).case
    assert (now.step, now.attempt) == ("5", 2)
    assert "Kartu tidak terbaca." in now.history[-1].note
    say(world, case, "operator")
    assert job_of(world, case).label == "KRT-00002"


def test_a_result_is_idempotent_and_belongs_to_its_desk(world: World) -> None:
    """The same result twice is fine; another result, another desk, another journal is refused."""
    case = approved(world)
    say(world, case, "operator")
    job = take(world, case)
    assert isinstance(report(world.office, ControllerId("meja-2"), job.id, BOUND), Refused)
    foreign = Bound("cd" * 32, Tier.PUBLIC_KEY, CredentialKind.PKOC, Place(ControllerId("meja-2"), 1, 4))
    assert isinstance(report(world.office, DESK, job.id, foreign), Refused)
    assert isinstance(report(world.office, DESK, job.id, BOUND), Job)
    assert isinstance(report(world.office, DESK, job.id, BOUND), Job)
    assert isinstance(report(world.office, DESK, job.id, Failed("lain")), Refused)


def test_revoking_a_card_asks_for_its_denial_and_waits_for_the_doors(world: World) -> None:
    """A withdraw warrant names the card; the page's state follows outcome and doors."""
    finished(world)
    with reading(world.office.store) as connection:
        card = cards.listed(connection)[0]
    assert isinstance(revoke(world.office, world.person("kabid"), card.id, "hilang"), Refused)
    assert isinstance(revoke(world.office, world.person("operator"), card.id, "  "), Refused)
    gone = revoke(world.office, world.person("operator"), card.id, "Pemegang pindah tugas")
    assert not isinstance(gone, Refused)
    assert isinstance(revoke(world.office, world.person("admin"), card.id, "lagi"), Refused)
    with reading(world.office.store) as connection:
        body = connection.scalars(select(warrant.c.body).where(warrant.c.serial == gone.warrant)).one()
    asked = canonical.decode(body, WithdrawWarrant, "a warrant")
    assert (asked.id, asked.by) == (card.id, world.person("operator").id)
    assert "pindah" not in asked.why
    world.outside.decide("warrant", str(gone.warrant), deny=9)
    assert withdrawal_state(world, card.id) is PublicationState.SIGNED
    world.outside.report(grants=4, deny=9)
    assert withdrawal_state(world, card.id) is PublicationState.EVERYWHERE


def withdrawal_state(world: World, card: str) -> PublicationState:
    """Follow once, and give how far the card's withdrawal has come."""
    Follower(world.office).once()
    with reading(world.office.store) as connection:
        gone = cards.withdrawal_of(connection, card)
    assert gone is not None
    return gone.state


def test_revoking_a_card_that_is_being_made_stops_its_making(world: World) -> None:
    """A card can be taken away although a door never confirmed it; the step opens again."""
    case = made(world)
    job = job_of(world, case)
    assert not isinstance(revoke(world.office, world.person("operator"), job.card, "salah kartu"), Refused)
    assert file_of(world, case).case.attempt == 2
    with reading(world.office.store) as connection:
        found = cards.find(connection, job.card)
    assert found is not None
    assert found.status is CardStatus.REVOKED


def test_an_answer_to_an_earlier_attempt_is_refused(world: World) -> None:
    """A form that lay open while the case moved on changes nothing."""
    case = opened(world)
    stale = Answer("2", 1, "selesai")
    assert isinstance(answer(world.office, world.person("kadis"), case, stale), Advanced)
    refused = answer(world.office, world.person("kadis"), case, stale)
    assert isinstance(refused, Refused)
    assert "Muat ulang" in refused.why


def test_every_act_leaves_one_audit_row_without_personal_text(world: World) -> None:
    """Opening, answering, refusing and revoking are all written down, with codes only."""
    case = finished(world)
    say(world, case, "kabid")
    with reading(world.office.store) as connection:
        entries = audit.newest(connection)
    acts = [entry.act for entry in entries]
    assert acts.count("permohonan.buka") == 1
    assert acts.count("langkah.jawab") == 4
    assert "langkah.ditolak" in acts
    assert not any("Pemegang" in entry.detail or "Pejabat" in entry.detail for entry in entries)


def test_a_session_proves_a_verdict_only_where_the_policy_says_so(world: World) -> None:
    """An approver without a key is refused, unless the officers allow sessions; then the grant is weak."""
    case = opened(world)
    say(world, case, "kadis")
    with writing(world.office.store) as connection:
        connection.execute(update(person).values(key_file=None, key_public=None))
    say(world, case, "kabid", "disetujui")
    refused = say(world, case, "kabid")
    assert isinstance(refused, Refused)
    assert "kunci tanda tangan" in refused.why
    world.outside.found(Approval.SESSION)
    assert isinstance(say(world, case, "kabid"), Advanced)
    with reading(world.office.store) as connection:
        assert grants.listed(connection, case=case)[0].weak


def test_a_request_that_has_ended_cannot_be_signed(world: World) -> None:
    """An approval that comes after the last day says so instead of signing a dead right."""
    case = opened(world)
    say(world, case, "kadis")
    say(world, case, "kabid", "disetujui")
    world.clock.now += 300 * DAY
    refused = say(world, case, "kabid", phrase=PASSPHRASE)
    assert isinstance(refused, Refused)
    assert "sudah lewat" in refused.why


def test_nothing_moves_before_the_registry_is_founded(world: World) -> None:
    """Without a directory no version counts as confirmed."""
    case = made(world)
    world.outside.decide("warrant", "1", grants=1)
    world.outside.decide("binding", "meja-1/1/4", grants=1)
    with world.outside.registry.begin() as connection:
        connection.execute(delete(slot))
    Follower(world.office).once()
    assert file_of(world, case).case.state is CaseState.WAITING


def test_a_refused_withdrawal_is_shown(world: World) -> None:
    """The authority's sentence stays with the withdrawal."""
    finished(world)
    with reading(world.office.store) as connection:
        card = cards.listed(connection)[0]
    gone = revoke(world.office, world.person("operator"), card.id, "hilang")
    assert not isinstance(gone, Refused)
    world.outside.decide("warrant", str(gone.warrant), sentence="the warrant has version 2")
    assert withdrawal_state(world, card.id) is PublicationState.REFUSED


def test_the_same_holder_keeps_one_id_over_cases(world: World) -> None:
    """A second request for the same name and unit reuses the random id doors know."""
    first, second = file_of(world, opened(world)), file_of(world, opened(world))
    assert first.holder == second.holder
    assert (first.number, second.number) == ("ARS-2026-0001", "ARS-2026-0002")
