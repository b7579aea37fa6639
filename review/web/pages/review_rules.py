"""The page of a review's numbers: what each rule says with them, tried on the newest review beforehand."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.campaign import RULES
from review.campaign.standards import NUMBERS, Standards, advised, read, values
from review.store import audit, campaigns, cases, people, standards
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Form, Me, Visitor
from review.workflow.campaign_tuning import tune

DIGITS = 4
NO_NUMBER = Refused("Setiap ambang harus bilangan bulat.")
SUBJECT = "review/ambang"


def rules_page(request: Request, console: Here, me: Me) -> Response:
    """Show the numbers in force, or try others."""
    me.require(Permission.READ_CASES)
    given = {name: request.query_params[name] for name in NUMBERS if name in request.query_params}
    if not given:
        return _shown(console, me, None, "")
    tried = numbers_of(given)
    wanted = tried if isinstance(tried, Refused) else read(tried)
    if isinstance(wanted, Refused):
        return _shown(console, me, None, wanted.why)
    return _shown(console, me, wanted, "")


def keep(console: Here, me: Me, form: Form) -> Response:
    """Keep other numbers."""
    given = numbers_of({name: form.one(name) for name in NUMBERS})
    done = given if isinstance(given, Refused) else tune(console.office, me.person, given)
    if isinstance(done, Refused):
        me.require(Permission.TUNE_REVIEW)
        return _shown(console, me, None, done.why)
    return RedirectResponse("/review/ambang", 303)


def numbers_of(given: Mapping[str, str]) -> dict[str, int] | Refused:
    """Read typed numbers."""
    texts = {name: text.strip() for name, text in given.items()}
    if not all(text.isascii() and text.isdigit() and len(text) <= DIGITS for text in texts.values()):
        return NO_NUMBER
    return {name: int(text) for name, text in texts.items()}


def _told(detail: str) -> str:
    """Say in words what an act changed: ``unused 90->60``."""
    changes = (one.split(" ", 1) for one in detail.split(", "))
    told = (f"{NUMBERS[name].words}: {' menjadi '.join(rest.split('->'))}" for name, rest in changes)
    return "; ".join(told)


def _shown(console: Console, me: Visitor, tried: Standards | None, refusal: str) -> Response:
    with reading(console.office.store) as connection:
        now = standards.in_force(connection)
        newest = next(iter(campaigns.newest(connection, 1)), None)
        file = None if newest is None else cases.load(connection, newest.case)
        rows = () if newest is None else campaigns.rows(connection, newest.case)
        history = [replace(one, detail=_told(one.detail)) for one in audit.of(connection, SUBJECT)]
        names = people.names(connection)
    shown = tried or now
    seen = [one.evidence for one in rows]
    return page(
        console,
        "review_ambang.html",
        me,
        422 if refusal else 200,
        numbers=[(name, one, values(now)[name], values(shown)[name]) for name, one in NUMBERS.items()],
        rules=[(name.value, rule.advises, rule.explained(shown.thresholds)) for name, rule in RULES.items()],
        file=file,
        before=advised(seen, now.thresholds),
        after=advised(seen, shown.thresholds) if tried else None,
        tunes=me.holds(Permission.TUNE_REVIEW),
        tried=tried is not None,
        history=history,
        names=names,
        limits=shown.limits,
        refusal=refusal,
    )
