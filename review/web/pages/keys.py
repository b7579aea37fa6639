"""Pages of a person's own signing keys: what counts, what waits for the officers, and a new passkey."""

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from card_registry import canonical, passkey
from card_registry.authority.officers.cards import fingerprint
from card_registry.passkey import ALGORITHMS, challenge_of
from review.access import Refused
from review.accounts import approvers
from review.store import people
from review.store.transaction import reading
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Forbidden, Form, Me, NotFound, Posted, Visitor
from review.workflow import touching
from review.workflow.touching import Touch


def touched(form: Posted) -> Touch | None:
    """Read what a passkey sent with a form; None where none was used."""
    names = ("kredensial", "data_klien", "data_autentikator", "tanda_tangan")
    key, client, stated, signature = (form.one(name) for name in names)
    return Touch(key, client, stated, signature, form.one("izin")) if signature else None


def _require(console: Console, me: Visitor) -> None:
    """Go on only for whoever signs, or is to sign by a delegation already made.

    Raises:
        Forbidden: The person is neither.
    """
    allowed = touching.may_register(console.office, me.person)
    if isinstance(allowed, Refused):
        raise Forbidden(allowed.why)


def keys_page(request: Request, console: Here, me: Me) -> Response:
    """Show the person's keys, and a form for another passkey."""
    _require(console, me)
    return _keys(request, console, me, "")


def register_key(request: Request, console: Here, me: Me, form: Form) -> Response:
    """Keep a new passkey, which has signed once."""
    _require(console, me)
    touch = touched(form)
    if touch is None:
        refusal = (
            "Peramban tidak mengirim kunci akses. Pendaftaran memerlukan JavaScript dan peramban terbaru."
        )
        return _keys(request, console, me, refusal)
    done = touching.register(console.office, me.person, form.one("publik"), form.one("nama"), touch)
    if isinstance(done, Refused):
        return _keys(request, console, me, done.why)
    return RedirectResponse("/kunci", 303)


def _keys(request: Request, console: Console, me: Visitor, refusal: str) -> Response:
    office = console.office
    with reading(office.store) as connection:
        own = people.key(connection, me.person.id)
    counting = {key.public for key in touching.listed(office, me.person.id)}
    registered = touching.registered(office, me.person)
    return page(
        console,
        "kunci.html",
        me,
        403 if refusal else 200,
        own=own,
        mark=fingerprint(own.public) if own else "",
        rows=[(one, passkey.fingerprint(one.key), one.key.public in counting) for one in registered],
        waiting=any(one.key.public not in counting for one in registered),
        known=" ".join(one.key.id for one in registered),
        places=touching.origins(office),
        here=touching.is_here(office, request.headers.get("host", "")),
        challenge=challenge_of(touching.challenge(office, me.person)),
        algorithms=" ".join(str(number) for number in ALGORITHMS),
        refusal=refusal,
    )


def approver_file(console: Here, me: Me) -> Response:
    """Give the person's entry in the approvers' list, for the officers: akses registry draft change."""
    _require(console, me)
    office = console.office
    listed = approvers(office.store, office.procedures, office.clock())
    mine = next((one for one in listed if one.person == me.person.id), None)
    if mine is None:
        raise NotFound
    headers = {"Content-Disposition": 'attachment; filename="penyetuju.json"'}
    return Response(canonical.encode(mine), media_type="application/json", headers=headers)
