"""The forms of a step: offered with the office's own lists, checked, and filed with the step's answer.

Where a step asks for several, they are shown as one (``form.bundle``) and each is filed by itself. Which ones
a step needs is decided in ``paperwork``; what one may say beyond its fields' limits (a right of twelve months
at most) by the rules named here.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Connection

from card_registry.words import CaseId, PersonId
from review import emergency, removal, request, visits
from review.case import Case
from review.form import Faulty, Filled, Form, Leaflet, bundle, check, offered
from review.inventory.sheets import Expected, check_faults, handover_faults
from review.office import Office
from review.paperwork import Sheet, codes, elsewhere, lettered, may_fill, to_fill, written
from review.shelf import forms
from review.store import campaigns, papers
from review.store.papers import Filing
from review.workflow import prefilled
from review.workflow.office_lists import on_offer

RULES: Mapping[str, Callable[[Filled, date], Mapping[str, str]]] = {
    "F01": request.faults,
    "F04": removal.faults,
    "F06": check_faults,
    "F13": visits.faults,
    "F19": emergency.faults,
}
"""What a faultless form must satisfy besides, by its code."""

HANDOVER = "F05"

BY_CAMPAIGN = frozenset({"F15.A"})
"""What the program files in a review, once for each card that comes back."""

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Paper:
    """What a step's actor fills: the parts of its forms in one, with the office's lists; demanded or offered.

    ``ready`` is what the program fills by itself, which an answer may overwrite field by field; ``handover``
    what a handover paper must agree with; ``contradictions`` what no form may say after earlier answers, by
    code, field and value. ``leaflets`` are the forms one by one: where a step asks for several, some may be
    demanded and others offered.
    """

    form: Form
    sheets: tuple[Sheet, ...]
    demanded: bool
    leaflets: tuple[Leaflet, ...]
    ready: Given = field(default_factory=dict)
    handover: Expected | None = None
    contradictions: Mapping[tuple[str, str, str], str] = field(default_factory=dict)


def paper(connection: Connection, office: Office, case: Case) -> Paper | None:
    """Give what is to be filled at a case's step, None where there is nothing."""
    shelf, step = forms(), case.here()
    known = papers.filed(connection, case.id) | elsewhere(case.procedure, step)
    if campaigns.find(connection, case.id) is not None:
        known |= BY_CAMPAIGN
    anew = lettered(step) | written(step, known) if case.attempt > 1 else frozenset[str]()
    demanded = to_fill(step, known, shelf)
    besides = may_fill(step, known, shelf) or to_fill(step, known - anew, shelf)
    sheets = tuple(dict.fromkeys((*demanded, *besides)))
    if not sheets:
        return None
    options = on_offer(connection, office)
    wanted = {sheet.code: {one.part for one in sheets if one.code == sheet.code} for sheet in sheets}
    forms_ = [(offered(_parts(shelf[code], ids), options), code) for code, ids in wanted.items()]
    must = codes(sheet.key for sheet in demanded)
    whole, leaflets = bundle([(form, code in must) for form, code in forms_])
    again = [sheet for sheet in sheets if sheet.key in written(step, known)]
    ready = [(one, _ready(connection, office, case, one, again)) for one in leaflets]
    filled = {one.there(name): texts for one, given in ready for name, texts in given.items()}
    agrees = prefilled.expected(connection, office, case, set(wanted))
    barred = prefilled.contradictions(case, set(wanted))
    return Paper(whole, sheets, bool(demanded), leaflets, filled, agrees, barred)


def _parts(form: Form, ids: Collection[str]) -> Form:
    return replace(form, parts=tuple(part for part in form.parts if part.id in ids))


def _ready(
    connection: Connection, office: Office, case: Case, leaflet: Leaflet, again: Sequence[Sheet]
) -> Given:
    """Give what a form says before anybody types: what is known, and what it said before it was sent back."""
    code = leaflet.form.code
    mine = [papers.newest(connection, case.id, one.key, Filled) for one in again if one.code == code]
    before = {name: texts for part in mine if part is not None for name, texts in part.values.items()}
    known = prefilled.ready(connection, office, case, {code})
    return {**known, **before} if code in prefilled.SUGGESTED else {**before, **known}


def read(paper: Paper | None, given: Given, today: date) -> Filled | Faulty | None:
    """Check what was filled; None where nothing is to be filled, or an optional form was left out."""
    if paper is None:
        return (
            Faulty({"": "Langkah ini tidak memerlukan formulir."}) if any(map(any, given.values())) else None
        )
    known = {name for one in paper.leaflets for name in one.names.values()}
    if any(name.partition(".")[0] not in known for name in given):
        return Faulty({"": "Formulir memuat isian yang tidak dikenal."})
    values: dict[str, tuple[str, ...]] = {}
    faults: dict[str, str] = {}
    for one in paper.leaflets:
        if not one.demanded and not one.typed(given):
            continue
        filled = _read(paper, one, one.own({**paper.ready, **given}), today)
        if isinstance(filled, Faulty):
            faults |= {one.there(name): fault for name, fault in filled.faults.items()}
        else:
            values |= {one.there(name): texts for name, texts in filled.values.items()}
    if faults:
        return Faulty(faults)
    return Filled(values) if values or paper.demanded else None


def _read(paper: Paper, one: Leaflet, given: Given, today: date) -> Filled | Faulty:
    """Check one form by its table, by its rule, and against what it must agree with."""
    filled = check(one.form, given, today)
    if isinstance(filled, Faulty):
        return filled
    rule = RULES.get(one.form.code)
    faults = dict(rule(filled, today)) if rule else {}
    if paper.handover is not None and one.form.code == HANDOVER:
        faults |= handover_faults(filled, paper.handover)
    for (code, name, value), why in paper.contradictions.items():
        if code == one.form.code and filled.one(name) == value:
            faults[name] = why
    return Faulty(faults) if faults else filled


def brought(paper: Paper, filled: Filled) -> frozenset[str]:
    """Give the codes of the forms that were filled: an offered one may have been left out."""
    return frozenset(one.form.code for one in _filled(paper, filled))


def _filled(paper: Paper, filled: Filled) -> tuple[Leaflet, ...]:
    return tuple(one for one in paper.leaflets if one.demanded or one.typed(filled.values))


def file(
    connection: Connection, office: Office, paper: Paper, filled: Filled, place: tuple[CaseId, PersonId, int]
) -> None:
    """File what was filled, each part of each form under its own key, as the next version."""
    case, person, now = place
    for one in _filled(paper, filled):
        own = one.own(filled.values)
        for part in one.form.parts:
            names = {field.name for field in part.fields}
            values = {key: texts for key, texts in own.items() if key.partition(".")[0] in names}
            filing = Filing(office.token(), case, Sheet(one.form.code, part.id).key, person, now)
            papers.file(connection, filing, Filled(values))


def known(connection: Connection, case: CaseId) -> frozenset[str]:
    """Give the codes of the forms a case has: what its branches ask for."""
    return codes(papers.filed(connection, case))
