"""Cards lost, broken and replaced, from report to every ending of P8."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from card_registry import canonical
from card_registry.authority.warrant import Binding, Charter, HeldGrant, Truth, authorise_binding
from card_registry.errors import NotWarranted
from card_registry.journal.event import CredentialBound
from card_registry.statements import People
from card_registry.words import CardStatus, CredentialKind, Subject, Tier
from review import outside
from review.access import Refused
from review.case import CaseState
from review.store import cards, desks, papers
from review.store.cards import CardRow
from review.store.desks import Job
from review.store.grants import OfficeGrant
from review.store.transaction import reading, writing
from review.tables import signed_verdict
from review.workflow.cards import Failed, report
from review.workflow.opening import Beginning, open_case
from tests.review.removals import (
    bind,
    f04,
    f15,
    follow,
    newest_job,
    say,
    standing_right,
    status_of,
    step,
    urgent,
    walk,
    withdrawn,
)
from tests.review.test_workflow import DESK, file_of
from tests.review.world import SITE, World


@pytest.fixture(name="world")
def _world(granted: World) -> World:
    """An office in which somebody holds a right and a card already."""
    return granted


def report_card(world: World, label: str, given: OfficeGrant, card: CardRow) -> str:
    """Open a P8 case."""
    form = f04(given, kartu=card.id, alasan=f"kartu-{label}")
    case = open_case(world.office, world.person("pemohon"), Beginning("P8", form, label))
    assert isinstance(case, str), case
    return case


@pytest.mark.parametrize(("label", "status"), [("hilang", CardStatus.LOST), ("rusak", CardStatus.REVOKED)])
def test_a_lost_or_broken_card_is_replaced(world: World, label: str, status: CardStatus) -> None:
    """The old card is dead at every door, the new one stands on the same right, and both are waited for."""
    given, card = standing_right(world)
    case = report_card(world, label, given, card)
    if label == "hilang":
        walk(world, case, ("operator", "selesai"))
        assert step(world, case) == ("2", CaseState.WAITING)
        follow(world)
    assert step(world, case)[0] == "3"
    walk(world, case, ("kabid", "diganti"), ("operator", "selesai", f15(card)))
    assert (withdrawn(world), status_of(world, card)) == ([(Subject.CARD, card.id)], status)
    job = newest_job(world, case)
    assert (job.case, job.asked_by, job.holder) == (given.case, case, given.terms.holder)
    follow(world)
    assert step(world, case) == ("4", CaseState.WAITING)
    bind(world, case, 5)
    follow(world)
    assert step(world, case) == ("5", CaseState.RUNNING)
    walk(world, case, ("operator", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED
    with reading(world.office.store) as connection:
        new = cards.find(connection, job.card)
        told = [one.text for one in papers.notices(connection, world.person("pemohon").id)]
    assert new is not None
    assert new.status is CardStatus.ACTIVE
    assert any(new.number in text for text in told)
    assert file_of(world, given.case).case.step == "6"


def test_the_authority_takes_a_replacement_under_the_rights_own_case(world: World) -> None:
    """Under the case that asked it would be refused: no grant of that case is in the registry."""
    given, card = standing_right(world)
    case = report_card(world, "rusak", given, card)
    walk(world, case, ("kabid", "diganti"), ("operator", "selesai", f15(card)))
    job = newest_job(world, case)
    with reading(world.office.store) as connection:
        signed = papers.verdict_of(connection, given.terms.id)
    policy, directory = outside.policy(world.office.registry), outside.directory(world.office.registry)
    assert policy is not None
    assert directory is not None
    assert signed is not None
    held = HeldGrant(given.terms, given.weak, given.case, signed.applicant, signed.approver, b"")
    truth = Truth(Charter(People(1, SITE, ()), policy, directory), grants=(held,))
    shown = (CredentialKind.PKOC, Tier.PUBLIC_KEY, "ef" * 32, job.maker)
    event = CredentialBound(job.case, job.card, job.holder, *shown)
    assert authorise_binding(truth, Binding(event, "meja-1/1/5")).card == job.card
    with pytest.raises(NotWarranted, match="no approved grant"):
        authorise_binding(truth, Binding(replace(event, case=job.asker()), "meja-1/1/5"))


def test_a_replacement_that_fails_at_the_desk_is_made_again(world: World) -> None:
    """Step 4 opens again for this case only; the case of the right stands where it stood."""
    given, card = standing_right(world)
    case = report_card(world, "rusak", given, card)
    walk(world, case, ("kabid", "diganti"), ("operator", "selesai", f15(card)))
    job = newest_job(world, case)
    with writing(world.office.store) as connection:
        desks.take(connection, job.id, DESK)
    assert isinstance(report(world.office, DESK, job.id, Failed("Kartu tidak terbaca.")), Job)
    assert file_of(world, case).case.attempt == 2
    assert file_of(world, given.case).case.step == "6"
    walk(world, case, ("operator2", "selesai"))
    assert newest_job(world, case).id != job.id
    bind(world, case, 6)
    follow(world)
    assert step(world, case) == ("5", CaseState.RUNNING)
    assert withdrawn(world) == [(Subject.CARD, card.id)]


@pytest.mark.parametrize("label", ["hilang", "rusak"])
def test_a_card_that_is_not_replaced_ends_the_case(world: World, label: str) -> None:
    """A lost card stays dead; a broken one stays as it is."""
    given, card = standing_right(world)
    case = report_card(world, label, given, card)
    if label == "hilang":
        walk(world, case, ("operator", "selesai"))
        follow(world)
    walk(world, case, ("kabid", "tidak diganti"), ("operator", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED
    assert status_of(world, card) is (CardStatus.LOST if label == "hilang" else CardStatus.ACTIVE)


def test_a_replacement_is_not_made_by_who_applied_for_the_right(world: World) -> None:
    """The authority would refuse that binding; the operator hears it before a card is spent."""
    given, card = standing_right(world)
    with writing(world.office.store) as connection:
        signed, proof = papers.kept_verdicts(connection, given.case)[0]
        row = signed_verdict
        body = canonical.encode(signed).replace(
            signed.applicant.encode(), world.person("operator").id.encode()
        )
        connection.execute(update(row).values(body=body, proof=canonical.encode(proof)))
    case = report_card(world, "rusak", given, card)
    walk(world, case, ("kabid", "diganti"))
    refused = say(world, case, "operator", "selesai", f15(card))
    assert isinstance(refused, Refused)
    assert "Pemisahan tugas" in refused.why
    assert status_of(world, card) is CardStatus.ACTIVE
    walk(world, case, ("operator2", "selesai", f15(card)))


def test_without_a_right_there_is_no_replacement(world: World) -> None:
    """Kabid is told so; a right that goes between approval and making leaves no trap behind."""
    given, card = standing_right(world)
    first, second = report_card(world, "rusak", given, card), report_card(world, "rusak", given, card)
    walk(world, first, ("kabid", "diganti"))
    urgent(world, given)
    refused = say(world, second, "kabid", "diganti")
    assert isinstance(refused, Refused)
    walk(world, second, ("kabid", "tidak diganti"))
    walk(world, first, ("operator", "selesai", f15(card)))
    follow(world)
    walk(world, first, ("operator", "selesai"))
    assert step(world, first)[1] is CaseState.CLOSED
    with reading(world.office.store) as connection:
        assert desks.of_case(connection, first) == ()
