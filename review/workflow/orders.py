"""Orders to doors: given by a person, signed where they open or relax, followed to the door's answer.

LOCKDOWN and LOCK_PIN only take away: an operator or administrator may give them, and nothing is signed. All
others are for approvers (Kabid, Kadis), who sign the exact request with key file or passkey, quoting the
nonce of the controller's newest status; the signer and the door check it again and believe nothing said here.

An answer is the door's own row in the ledger: it obeyed, or it refused and says why. An order that nobody
answered in its time has no effect any more.
"""

from dataclasses import dataclass, replace

from card_registry import canonical
from card_registry.authority.keyfile import sign_order
from card_registry.authority.ordering import LIVES, TAKING_LIVES
from card_registry.errors import OperatorMistaken
from card_registry.instant import SECOND
from card_registry.orders import PIN_ORDERS, TAKING, OrderRequest, OrderWarrant
from card_registry.signing import Purpose, digest
from card_registry.statements import Proof, Scheme
from card_registry.stores.answers import head_of, read_answers
from card_registry.words import Approval, DoorId, HolderId, OrderKind, PersonId
from review import outside
from review.access import Permission, Refused, may
from review.key_turn import TURN
from review.office import DoorSign, Office
from review.outside import WARRANT
from review.people import SYSTEM, Person
from review.store import audit, grants, orders, papers, people, throttles
from review.store.orders import DoorOrder, OrderState
from review.store.people import Key
from review.store.transaction import reading, writing
from review.workflow import touching
from review.workflow.approval import NO_KEY
from review.workflow.touching import Touch

HEARD = 90 * SECOND
"""A status older than this (milliseconds) is no ground for an order that opens: its nonce is over."""

PATIENCE = 30 * SECOND
"""How long after an order's own time its answer may still arrive."""

CODE = "perintah-pintu"
"""The office's code for an order that a person gave."""

LONGEST = 500
"""The longest reason, in characters."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants a door to do, to whose PIN or presence where that matters, and why."""

    door: DoorId
    kind: OrderKind
    why: str
    holder: HolderId | None = None


def permission_of(kind: OrderKind) -> Permission:
    """Say which permission an order asks for."""
    return Permission.LOCK_DOOR if kind in TAKING else Permission.ORDER_DOOR


def offered(person: Person) -> tuple[OrderKind, ...]:
    """Give the orders that a person may give."""
    return tuple(kind for kind in OrderKind if not isinstance(may(person, permission_of(kind)), Refused))


def holders_at(office: Office, door: str) -> tuple[tuple[HolderId, str], ...]:
    """Give the holders with a grant at a door that has not ended, by name."""
    with reading(office.store) as connection:
        given = grants.unended(connection, office.clock(), door)
    found = {grant.terms.holder: f"{grant.holder_name} – {grant.holder_unit}" for grant in given}
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def consider(office: Office, person: Person, wish: Wish) -> DoorSign | Refused:
    """Say whether a person may give this order, before anything is signed."""
    allowed = may(person, permission_of(wish.kind))
    if isinstance(allowed, Refused):
        return allowed
    sign = next((door for door in office.doors if door.id == wish.door), None)
    if sign is None:
        return Refused("Pintu ini tidak dikenal pada lokasi ini.")
    if not wish.why.strip() or len(wish.why) > LONGEST:
        return Refused("Alasan perintah harus diisi, paling panjang 500 karakter.")
    if wish.kind in PIN_ORDERS and wish.holder is None:
        return Refused("Pilih pemegang yang PIN-nya dimaksud.")
    if wish.holder is not None and wish.holder not in dict(holders_at(office, wish.door)):
        return Refused("Pemegang ini tidak memiliki izin yang berlaku pada pintu tersebut.")
    return sign


@dataclass(frozen=True, slots=True)
class Dated:
    """A passkey's touch on an order, with the moment and the nonce that were part of what it signed."""

    touch: Touch
    at: int
    nonce: str


def draft(office: Office, person: Person, wish: Wish) -> OrderRequest | Refused:
    """Give the exact request that a passkey would sign now, or say why the order cannot be given."""
    sign = consider(office, person, wish)
    return sign if isinstance(sign, Refused) else _request(office, person.id, sign, wish)


def challenge(request: OrderRequest) -> bytes:
    """Give what a person signs to have a request obeyed."""
    return digest(Purpose.ORDER_REQUEST, canonical.encode(request))


def give(
    office: Office, person: Person, wish: Wish, passphrase: str = "", dated: Dated | None = None
) -> DoorOrder | Refused:
    """Give an order: sign it where it must be signed, and put it before the signer."""
    request = draft(office, person, wish)
    if isinstance(request, Refused):
        return request
    if dated is not None and wish.kind not in TAKING:
        return _give_touched(office, person, wish, request, dated)
    proof = None if wish.kind in TAKING else _prove(office, person, request, passphrase)
    if isinstance(proof, Refused):
        return proof
    return issue(office, request, proof, wish.why.strip())


def _give_touched(
    office: Office, person: Person, wish: Wish, now: OrderRequest, dated: Dated
) -> DoorOrder | Refused:
    """Give an order that a passkey signed a moment ago, while the door's status is still the same."""
    if not 0 <= now.at - dated.at <= LIVES or dated.nonce != now.nonce:
        return Refused("Kabar pintu telah berubah sejak Anda menandatangani. Kirim perintah ini sekali lagi.")
    request = replace(now, at=dated.at)
    proof = touching.prove(office, person, challenge(request), dated.touch)
    return proof if isinstance(proof, Refused) else issue(office, request, proof, wish.why.strip())


def issue(office: Office, request: OrderRequest, proof: Proof | None, why: str) -> DoorOrder:
    """Put a request before the signer, with the row that follows it."""
    warrant = OrderWarrant(1, canonical.encode(request).decode(), proof)
    reached, id = head_of(office.ledger, request.controller), office.token()
    with writing(office.store) as connection:
        serial = papers.issue(connection, warrant, request.at)
        order = DoorOrder(
            id, request.by, request.controller, request.door, request.kind, request.holder, why, serial,
            OrderState.ASKED, None, "", reached, request.at, None,
        )  # fmt: skip
        orders.add(connection, order)
        audit.record(connection, request.by, f"perintah.{request.kind}", f"order/{id}", request.at)
    office.wake_signer()
    return order


def _request(office: Office, by: PersonId, sign: DoorSign, wish: Wish) -> OrderRequest | Refused:
    """Make the exact request; what opens quotes the controller's newest status."""
    now, nonce = office.clock(), None
    if wish.kind not in TAKING:
        seen = outside.statuses(office.ledger).get(sign.controller)
        if seen is None or now - seen.received > HEARD:
            return Refused(
                f"Pengendali {sign.controller} tidak terdengar. Perintah ini memerlukan kabar terbaru dari "
                "pintu; tunggu sampai pengendali terdengar kembali."
            )
        nonce = seen.status.nonce
    return OrderRequest(
        1, office.site, sign.controller, sign.id, wish.kind, nonce, by, now, CODE, wish.holder
    )  # fmt: skip


def _prove(office: Office, person: Person, request: OrderRequest, passphrase: str) -> Proof | Refused:
    """Sign the request with the person's key file, or by session where the officers allow that."""
    with reading(office.store) as connection:
        key = people.key(connection, person.id)
        pause = throttles.wait(connection, _throttle(person), office.clock())
    if key is None:
        weak = office.approval() is Approval.SESSION
        return Proof(Scheme.SESSION, "", "") if weak else Refused(NO_KEY)
    if pause:
        return Refused(
            f"Terlalu banyak frasa sandi yang salah. Cobalah lagi dalam {1 + pause // 1000} detik."
        )
    return _by_key(office, person, key, request, passphrase)


def _throttle(person: Person) -> str:
    return throttles.key_of("frasa", person.id)


def _by_key(
    office: Office, person: Person, key: Key, request: OrderRequest, passphrase: str
) -> Proof | Refused:
    if not passphrase:
        return Refused("Frasa sandi tanda tangan harus diisi untuk perintah ini.")
    try:
        with TURN:
            return sign_order(key.file, passphrase, request)
    except OperatorMistaken:
        with writing(office.store) as connection:
            throttles.fail(connection, _throttle(person), office.clock())
        return Refused("Frasa sandi tanda tangan salah. Tidak ada perintah yang dikirim; silakan coba lagi.")


def track(office: Office) -> int:
    """Follow every order that waits; give the number of those that moved."""
    with reading(office.store) as connection:
        waiting = orders.unfinished(connection)
    return sum(_follow(office, order) for order in waiting)


def _follow(office: Office, order: DoorOrder) -> bool:
    moved = _signed(office, order) if order.state is OrderState.ASKED else order
    if moved.state is OrderState.SENT:
        moved = _answered(office, moved)
    lives = TAKING_LIVES if order.kind in TAKING else LIVES
    if moved.state.waits and office.clock() > order.made + lives + PATIENCE:
        moved = replace(moved, state=OrderState.LAPSED)
    if moved == order:
        return False
    now = office.clock()
    moved = moved if moved.state.waits else replace(moved, ended=now)
    with writing(office.store) as connection:
        orders.move(connection, moved)
        if moved.state is not order.state:
            audit.record(connection, SYSTEM, f"perintah.{moved.state}", f"order/{order.id}", now)
    return moved.state is not order.state


def _signed(office: Office, order: DoorOrder) -> DoorOrder:
    """Give the order as the authority left it."""
    outcome = outside.outcome_of(office.registry, WARRANT, str(order.warrant))
    if outcome is None:
        return order
    if not outcome.applied or outcome.authority is None:
        return replace(order, state=OrderState.REFUSED, sentence=f"Ditolak otoritas: {outcome.sentence}")
    number = outside.serial_of(office.registry, outcome.authority)
    return replace(order, state=OrderState.SENT, number=number)


def _answered(office: Office, order: DoorOrder) -> DoorOrder:
    """Give the order as its door answered it, if it did."""
    reached, answers = read_answers(office.ledger, order.controller, order.reached)
    moved = replace(order, reached=reached)
    for answer in answers:
        if answer.number == order.number and not answer.why:
            return replace(moved, state=OrderState.OBEYED)
        if answer.number == order.number:
            return replace(moved, state=OrderState.REFUSED, sentence=f"Ditolak pintu: {answer.why}")
    return moved
