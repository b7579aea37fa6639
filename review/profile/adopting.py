"""The tables of a profile as they are in force: its own as printed, the others under its name as proposals.

Pure.
"""

from collections.abc import Mapping
from dataclasses import replace

from card_registry.errors import OperatorMistaken
from review.people import TITLES, Role
from review.procedure import Approved, Identity, Procedure, Source, Step
from review.profile.faults import faults
from review.profile.values import Profile


def completed(profile: Profile, tables: Mapping[str, Procedure]) -> Mapping[str, Procedure]:
    """Give the tables in force by id, made from ``tables``: the shipped ones and those the office edited.

    Raises:
        OperatorMistaken: The profile cannot be used with these tables; all faults are named.
    """
    found = faults(profile, tables)
    if found:
        message = f"profile {profile.id} cannot be used: {'; '.join(found)}"
        raise OperatorMistaken(message)
    own = {id: _numbered(profile, tables[id]) for id in profile.tables.own}
    taken = {id: _numbered(profile, adopted(profile, tables[id])) for id in profile.tables.taken}
    return {**own, **taken}


def adopted(profile: Profile, table: Procedure) -> Procedure:
    """Give another office's table, or a proposed one, as a proposal to this office."""
    words = {
        column.title: profile.titles[column.role]
        for column in table.identity.columns
        if column.role in profile.titles and " " in column.title
    }
    return replace(
        table,
        identity=_identity(profile, table.identity, table.id),
        steps=tuple(_step(step, words) for step in table.steps),
    )


def _identity(profile: Profile, identity: Identity, id: str) -> Identity:
    """Keep what a table is for; drop what another office decreed: number, dates, legal basis."""
    return replace(
        identity,
        id=f"usulan-{profile.id}-{id.lower().replace('.', '')}",
        agency=profile.head.agency,
        unit=profile.head.unit,
        number="",
        made="",
        revised="",
        effective="",
        approved=Approved(profile.titles.get(Role.KADIS, TITLES[Role.KADIS])),
        columns=tuple(
            replace(column, title=profile.titles.get(column.role, column.title))
            for column in identity.columns
        ),
        legal_basis=(),
        source=Source.PROPOSED,
        sources={},
    )


def _step(step: Step, words: Mapping[str, str]) -> Step:
    """Say it in the office's titles, and forget where another document says it: here all is proposed."""
    branches = tuple(replace(branch, source=None) for branch in step.branches)
    activity = step.activity
    for theirs, ours in words.items():
        activity = activity.replace(theirs, ours)
    return replace(step, activity=activity, role_printed="", branches=branches, sources={})


def _numbered(profile: Profile, table: Procedure) -> Procedure:
    """Give a table the case numbers of the office."""
    template = profile.numbers.cases.get(table.id)
    return table if template is None else replace(table, case_number=profile.numbers.filled(template))
