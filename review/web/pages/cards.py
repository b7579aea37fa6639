"""Pages about rights that were given: the access list (F02), one card, and taking it away."""

from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.people import Role
from review.publication import PublicationState
from review.store import cards, grants, occurrences, people
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.doors import event_now
from review.web.screen import page
from review.web.visitor import Form, Me, NotFound, Visitor
from review.workflow import propagating, publishing
from review.workflow.access_owner import REMOVAL
from review.workflow.cards import GONE, revoke
from review.workflow.suspending import REASONS, suspend_now

LOSS = "P8"
"""The procedure about a card that was lost, broken or replaced."""


def access_list(console: Here, me: Me) -> Response:
    """Show F02: who may enter, by which card, until when, approved in which case."""
    me.require(Permission.READ_CARDS)
    with reading(console.office.store) as connection:
        given = grants.listed(connection)
        made = cards.listed(connection)
    of_case = {card.case: card for card in reversed(made)}
    may_issue = me.holds(Permission.ISSUE)
    return page(console, "daftar_akses.html", me, grants=given, of_case=of_case, may_issue=may_issue)


def card_page(console: Here, me: Me, card: str) -> Response:
    """Show one card."""
    return _card(console, me, card, "", 200)


def _card(console: Console, me: Visitor, id: str, refusal: str, status: int) -> Response:
    me.require(Permission.READ_CARDS)
    with reading(console.office.store) as connection:
        card = cards.find(connection, id)
        if card is None:
            raise NotFound
        gone = cards.withdrawal_of(connection, id)
        taps = occurrences.newest(connection, limit=20, card=id)
        names = people.names(connection)
        reached = propagating.of_card(connection, console.office, id)
        rights = bool(grants.active(connection, card.holder, console.office.clock()))
    doors = publishing.look(console.office) if gone and gone.state is PublicationState.SIGNED else None
    missing = publishing.missing(doors, gone.needs or 0, None) if doors and gone else ()
    live, operates = card.status not in GONE, Role.OPERATOR in me.person.roles
    return page(
        console,
        "kartu.html",
        me,
        status,
        card=card,
        gone=gone,
        missing=missing,
        reached=reached,
        taps=[event_now(console.office, tap) for tap in taps],
        names=names,
        refusal=refusal,
        may_revoke=live and me.holds(Permission.REVOKE_CARD),
        may_suspend=rights and operates and REMOVAL in console.office.procedures,
        may_report=live and me.holds(Permission.APPLY) and LOSS in console.office.procedures,
        reasons=REASONS,
        today=console.office.today().isoformat(),
        operates=operates,
    )


def suspend_holder(console: Here, me: Me, form: Form, card: str) -> Response:
    """Suspend a card's holder at once; whether it stays so is decided by the case that this opens."""
    me.require(Permission.REVOKE_CARD)
    with reading(console.office.store) as connection:
        found = cards.find(connection, card)
    if found is None:
        raise NotFound
    why = form.one("alasan"), form.one("penjelasan")
    case = suspend_now(console.office, me.person, found.holder, *why)
    if isinstance(case, Refused):
        return _card(console, me, card, case.why, 403)
    return RedirectResponse(f"/permohonan/{case}", 303)


def revoke_card(console: Here, me: Me, form: Form, card: str) -> Response:
    """Take a card away."""
    me.require(Permission.REVOKE_CARD)
    gone = revoke(console.office, me.person, card, form.one("alasan"))
    if isinstance(gone, Refused):
        return _card(console, me, card, gone.why, 403)
    return RedirectResponse(f"/kartu/{card}", 303)
