"""The page of tokens: one's own, a form for another, and everybody's for an administrator."""

from collections.abc import Mapping

from fastapi.responses import RedirectResponse, Response

from review.access import Permission, Refused
from review.form import Faulty
from review.people import TITLES, Role
from review.store import people, tokens
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, Visitor
from review.workflow.tokens import LABEL, Made, latest, make
from review.workflow.tokens import revoke as end

FIELDS = ("nama", "peran", "sampai", "sandi")


def tokens_page(console: Here, me: Me) -> Response:
    """Show the person's tokens, and a form for another."""
    return _tokens(console, me, {}, {}, None)


def make_token(console: Here, me: Me, form: Form) -> Response:
    """Make a token and show its secret, this once."""
    given = {name: form.one(name) for name in FIELDS}
    made = make(console.office, me.person, given)
    if isinstance(made, Faulty):
        return _tokens(console, me, given, made.faults, None)
    return _tokens(console, me, {}, {}, made)


def revoke_token(console: Here, me: Me, form: Form, token: str) -> Response:
    """End a token."""
    del form  # its token was checked
    done = end(console.office, me.person, token)
    if isinstance(done, Refused):
        raise Forbidden(done.why)
    return RedirectResponse("/token", 303)


def _tokens(
    console: Console, me: Visitor, given: Mapping[str, str], faults: Mapping[str, str], made: Made | None
) -> Response:
    office, admin = console.office, me.holds(Permission.CUT_PROGRAM)
    with reading(office.store) as connection:
        own = tokens.listed(connection, me.person.id)
        every = tokens.listed(connection) if admin else ()
        names = people.names(connection)
    return page(
        console,
        "token.html",
        me,
        422 if faults else 200,
        own=own,
        others=tuple(one for one in every if one.person != me.person.id),
        names=names,
        roles=[(role.value, TITLES[role]) for role in Role if role in me.person.roles],
        given=given,
        faults=faults,
        made=made,
        longest=LABEL,
        today=office.today(),
        last=latest(office.today()),
    )
