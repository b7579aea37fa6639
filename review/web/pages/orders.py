"""Pages for orders to doors: choose one, read what it will do and sign it, watch the door's answer."""

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from card_registry.passkey import challenge_of
from card_registry.words import DoorId, HolderId, OrderKind
from review.access import Permission, Refused
from review.office import DoorSign
from review.store import holders, orders, people
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.doors import doors_now
from review.web.orders import HOLDER_ORDERS, choice, told
from review.web.pages.keys import touched
from review.web.screen import page
from review.web.visitor import Form, Me, NotFound, Posted, Visitor
from review.workflow import touching
from review.workflow.orders import Dated, Wish, challenge, consider, draft, give, holders_at, offered

UNCHOSEN = Refused("Pilih salah satu perintah.")


def order_page(console: Here, me: Me, door: str) -> Response:
    """Show the orders that this person may give to a door."""
    return _choose(console, me, door, Wish(DoorId(door), OrderKind.LOCKDOWN, ""), "", 200)


def consider_order(request: Request, console: Here, me: Me, form: Form, door: str) -> Response:
    """Show what the chosen order will do, before it is given."""
    wish = _wish(form, door)
    if isinstance(wish, Refused):
        return _choose(console, me, door, Wish(DoorId(door), OrderKind.LOCKDOWN, ""), wish.why, 422)
    answer = consider(console.office, me.person, wish)
    if isinstance(answer, Refused):
        return _choose(console, me, door, wish, answer.why, 403)
    return _confirm(request, console, me, wish, "")


def order_challenge(console: Here, me: Me, form: Form, door: str) -> Response:
    """Give the page's script what a passkey signs for this order, at this moment."""
    wish = _wish(form, door)
    asked = wish if isinstance(wish, Refused) else draft(console.office, me.person, wish)
    if isinstance(asked, Refused):
        return JSONResponse({"error": asked.why}, 403)
    return JSONResponse(
        {"tantangan": challenge_of(challenge(asked)), "pada": str(asked.at), "nonce": asked.nonce}
    )


def _dated(form: Posted) -> Dated | None:
    """Read a passkey's touch with its moment; None where none was used."""
    touch, at = touched(form), form.one("pada")
    good = at.isascii() and at.isdigit() and len(at) < 16  # noqa: PLR2004 - digits of a time
    return Dated(touch, int(at), form.one("nonce")) if touch is not None and good else None


def give_order(request: Request, console: Here, me: Me, form: Form, door: str) -> Response:
    """Give the order."""
    wish = _wish(form, door)
    if isinstance(wish, Refused):
        return _choose(console, me, door, Wish(DoorId(door), OrderKind.LOCKDOWN, ""), wish.why, 422)
    given = give(console.office, me.person, wish, form.one("frasa"), _dated(form))
    if isinstance(given, Refused):
        return _confirm(request, console, me, wish, given.why)
    return RedirectResponse(f"/perintah/{given.id}", 303)


def given_page(console: Here, me: Me, order: str) -> Response:
    """Show one order and what became of it."""
    me.require(Permission.READ_DOORS)
    with reading(console.office.store) as connection:
        found = orders.find(connection, order)
        names = people.names(connection)
        holder = "" if found is None or found.holder is None else holders.name_of(connection, found.holder)
    if found is None:
        raise NotFound
    return page(console, "perintah.html", me, one=told(found), names=names, holder=holder)


def _wish(form: Posted, door: str) -> Wish | Refused:
    """Read the chosen order; a holder counts only where the order is about one."""
    if form.one("perintah") not in set(OrderKind):
        return UNCHOSEN
    kind, given = OrderKind(form.one("perintah")), form.one("pemegang")
    holder = HolderId(given) if given and kind in HOLDER_ORDERS else None
    return Wish(DoorId(door), kind, form.one("alasan"), holder)


def _sign(console: Console, door: str) -> DoorSign:
    for sign in console.office.doors:
        if sign.id == door:
            return sign
    raise NotFound


def _choose(console: Console, me: Visitor, door: str, wish: Wish, refusal: str, status: int) -> Response:
    me.require(Permission.READ_DOORS)
    sign, kinds = _sign(console, door), offered(me.person)
    if not kinds:
        me.require(Permission.LOCK_DOOR)
    return page(
        console,
        "perintah_baru.html",
        me,
        status,
        sign=sign,
        now_there=next(one for one in doors_now(console.office) if one.id == door),
        choices=[choice(kind) for kind in kinds],
        about_holders=bool(set(kinds) & HOLDER_ORDERS),
        holders=holders_at(console.office, door),
        wish=wish,
        refusal=refusal,
    )


def _confirm(request: Request, console: Console, me: Visitor, wish: Wish, refusal: str) -> Response:
    office, host = console.office, request.headers.get("host", "")
    known = dict(holders_at(console.office, wish.door))
    return page(
        console,
        "perintah_tinjau.html",
        me,
        403 if refusal else 200,
        sign=_sign(console, wish.door),
        choice=choice(wish.kind),
        wish=wish,
        holder=known.get(wish.holder, "") if wish.holder else "",
        has_key=_has_key(console, me),
        passkeys=" ".join(key.id for key in touching.counting(office, me.person, host)),
        refusal=refusal,
    )


def _has_key(console: Console, me: Visitor) -> bool:
    with reading(console.office.store) as connection:
        return people.key(connection, me.person.id) is not None
