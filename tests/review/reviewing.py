"""Many rights at once for the tests of a review: entered as approved, and at every door."""

from dataclasses import replace

from sqlalchemy import update

from card_registry import canonical
from card_registry.instant import DAY
from card_registry.statements import GrantWarrant, Proof, Scheme
from card_registry.words import CaseId, GrantId, HolderId
from review.campaign import Evidence, Thresholds, advise
from review.publication import PublicationState
from review.store import campaigns, grants, holders, papers
from review.store.campaigns import Kept
from review.store.transaction import reading, writing
from review.tables_campaign import campaign_item
from review.workflow.beginning import begin_alone
from tests.review.removals import walk
from tests.review.world import World


def enter_rights(world: World, *people: tuple[str, str]) -> None:
    """Give each of these people (name, unit) a right like the one that the office gave first."""
    office, now = world.office, world.clock()
    with writing(office.store) as connection:
        first = grants.listed(connection)[-1]
        for name, unit in people:
            holder = holders.find_or_add(connection, HolderId(office.token()), name, unit, now)
            terms = replace(first.terms, id=GrantId(office.token()), holder=holder, begins=now - 100 * DAY)
            told = canonical.encode(terms).decode()
            serial = papers.issue(connection, GrantWarrant(1, told, Proof(Scheme.SESSION, "", "")), now)
            new = replace(first, terms=terms, warrant=serial, state=PublicationState.EVERYWHERE, needs=None)
            grants.add(connection, new, now)


def begun_with(world: World, *people: tuple[str, str]) -> CaseId:
    """Give a review of the office's rights and these people's, whose units were asked."""
    enter_rights(world, *people)
    office = world.office
    with writing(office.store) as connection:
        case = begin_alone(connection, office, office.procedure("P1"), ("2026-T4", "dimulai.")).id
    walk(world, case, ("operator", "selesai"), ("kabid", "selesai"))
    return case


def rows_of(world: World, case: str) -> dict[str, Kept]:
    """Give a review's rows by their holders' names."""
    with reading(world.office.store) as connection:
        names = campaigns.names(connection, case)
        return {names[one.item.holder]: one for one in campaigns.rows(connection, case)}


def seen_at_doors(world: World, case: str, name: str, evidence: Evidence) -> None:
    """Let the doors have said this of one row, and the rules advise on it."""
    row = rows_of(world, case)[name]
    values = {
        "evidence": canonical.encode(evidence),
        "advice": canonical.encode(advise(evidence, Thresholds())),
    }
    with writing(world.office.store) as connection:
        connection.execute(update(campaign_item).where(campaign_item.c.id == row.id).values(**values))
