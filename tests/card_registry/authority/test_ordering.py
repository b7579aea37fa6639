"""Orders at the signer: covered by an approver and a fresh status, or only taking away; numbered for ever."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert, update

from card_registry import canonical
from card_registry.authority import keyfile, ordering
from card_registry.authority.record import Applied
from card_registry.authority.signer import Signer
from card_registry.authority.warrant import Charter
from card_registry.errors import NotWarranted
from card_registry.instant import HOUR, MINUTE
from card_registry.journal.event import Ordered, Refused, Started, Versions
from card_registry.orders import (
    MOST_ORDERS,
    TAKING,
    Order,
    OrderRequest,
    OrderSheet,
    OrderWarrant,
    answered,
    name_of,
)
from card_registry.signing import Purpose, public_hex, seal, unseal
from card_registry.statements import Proof, Scheme, Status, WarrantKind
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.trust.slots import orders_slot
from card_registry.words import Approval, ControllerId, DoorId, HolderId, OrderKind, SiteId, Staleness
from tests.card_registry.authority.house import (
    APPLICANT,
    DESK,
    DOOR,
    FRASA,
    HERE,
    KABID,
    KEY_FILE,
    LOG_KEYS,
    OPERATOR,
    SITE,
    START,
    House,
    request_of,
    store_of,
)
from tests.card_registry.trust.made import key, token

NONCE = "a1" * 16
HOLDER = HolderId(token("ani"))


def wanted(kind: OrderKind = OrderKind.RELEASE, **changes: object) -> OrderRequest:
    """Give what the Kabid asks for; what takes away is the operator's."""
    taking = kind in TAKING
    holder = HOLDER if "pin" in kind.value else None
    whole = OrderRequest(
        1,
        SITE,
        HERE,
        DOOR,
        kind,
        None if taking else NONCE,
        OPERATOR if taking else KABID,
        START,
        "uji",
        holder,
    )
    return replace(whole, **changes)  # type: ignore[arg-type] # by name


def asked(request: OrderRequest, proof: Proof | None = None) -> OrderWarrant:
    """Give its warrant, signed by the Kabid unless it only takes away."""
    if proof is None and request.kind not in TAKING:
        proof = keyfile.sign_order(KEY_FILE, FRASA, request)
    return OrderWarrant(1, canonical.encode(request).decode(), proof)


def status(nonce: str = NONCE, log_key: Ed25519PrivateKey | None = None, **changes: object) -> bytes:
    """Give the door's signed status."""
    said = Status(1, SITE, HERE, 1, 1, nonce, START, Staleness.FRESH, Versions(), 1, 1, ())
    changed = replace(said, **changes)  # type: ignore[arg-type] # by name
    return seal(Purpose.STATUS, changed, log_key or LOG_KEYS[HERE])


def report(house: House, body: bytes) -> None:
    """Let the hub store a status."""
    with store_of(house.places.ledger, "ledger") as engine, engine.begin() as connection:
        row = {"controller": HERE, "number": 1, "body": body, "received": house.now}
        connection.execute(ledger.status.delete())
        connection.execute(insert(ledger.status).values(row))


def give(house: House, warrant: OrderWarrant) -> str:
    """Put a warrant before the signer and let it work; give the sentence of its refusal."""
    serial = house.ask_bytes(WarrantKind.ORDER, canonical.encode(warrant))
    house.work()
    applied, sentence = house.outcome(serial)
    assert applied is (sentence == "")
    return sentence


def on_sheet(house: House) -> list[tuple[Order, str]]:
    """Read the orders that the hub would show, each with who signed it, signatures checked."""
    slots = dict(house.rows(tables.slot.c.name, tables.slot.c.body))
    if orders_slot(HERE) not in slots:
        return []
    sheet = canonical.decode(bytes(slots[orders_slot(HERE)]), OrderSheet, "a sheet")
    keys = house.keys()
    names = {public_hex(keys.order): "order", public_hex(keys.online): "online"}
    return [
        (unseal(Purpose.ORDER, canonical.encode(one), Order, names), names[one.key]) for one in sheet.orders
    ]


@pytest.mark.parametrize("kind", list(OrderKind))
def test_a_covered_request_becomes_an_order(kind: OrderKind, house: House) -> None:
    """The weakest key that may signs it, and the authority log holds the exact request and the number."""
    report(house, status())
    assert give(house, asked(wanted(kind))) == ""
    ((order, signer),) = on_sheet(house)
    taking = kind in TAKING
    assert signer == ("online" if taking else "order")
    assert (order.kind, order.door, order.nonce) == (kind, DOOR, None if taking else NONCE)
    assert order.not_after == house.now + (HOUR if taking else 2 * MINUTE)
    (record,) = [
        canonical.decode(bytes(body), Applied, "a record") for (body,) in house.rows(tables.authority.c.body)
    ]
    assert (record.kind, record.serial) == (WarrantKind.ORDER, order.number)
    assert canonical.decode(record.body.encode(), OrderWarrant, "a warrant").request


STRANGER = key("stranger")


@pytest.mark.parametrize(
    ("request_", "proof", "sentence"),
    [
        (wanted(site=SiteId("lain")), None, "for site lain"),
        (wanted(controller=ControllerId("lain")), None, "trusts no door controller lain"),
        (wanted(controller=DESK), None, "trusts no door controller meja-1"),
        (wanted(door=DoorId("gudang")), None, "no door gudang"),
        (wanted(v=2), None, "another version"),
        (wanted(OrderKind.UNLOCK_PIN, holder=None), None, "names no holder"),
        (wanted(by=OPERATOR), None, "not on the list"),
        (wanted(by=APPLICANT), None, "another key than the officers listed"),
        (wanted(nonce=None), None, "does not quote the newest status"),
        (wanted(nonce="b2" * 16), None, "does not quote the newest status"),
        (wanted(), Proof(Scheme.SESSION, "", ""), "a session alone is not enough"),
        (wanted(), Proof(Scheme.PASSKEY, "", ""), "another passkey than the officers listed"),
        (wanted(), keyfile.sign_order(KEY_FILE, FRASA, wanted(OrderKind.FREE)), "over exactly this"),
    ],
)
def test_what_is_not_covered_is_refused(
    request_: OrderRequest, proof: Proof | None, sentence: str, house: House
) -> None:
    """Each rule has its sentence, and nothing of it reaches a door."""
    report(house, status())
    assert sentence in give(house, asked(request_, proof))
    assert on_sheet(house) == []


def test_nothing_opens_without_a_signature(house: House) -> None:
    """No proof at all, or bytes that are no request, open nothing; both stay known to the inspection."""
    report(house, status())
    assert "carries no signature" in give(house, OrderWarrant(1, canonical.encode(wanted()).decode(), None))
    assert "cannot be read" in give(house, OrderWarrant(1, "{}", None))
    assert on_sheet(house) == []


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (None, "has sent no status"),
        (status(log_key=STRANGER), "is not its own"),
        (status(controller=ControllerId("lain")), "of another controller"),
        (b"{}", "is not its own"),
    ],
)
def test_a_nonce_counts_from_a_status_the_door_signed(
    body: bytes | None, sentence: str, house: House
) -> None:
    """The ledger is not believed either: an edited status opens nothing."""
    if body is not None:
        report(house, body)
    assert sentence in give(house, asked(wanted()))
    assert give(house, asked(wanted(OrderKind.LOCKDOWN))) == ""


def test_a_request_is_spent_once(house: House) -> None:
    """The same signed request again is refused, even while its nonce still stands."""
    report(house, status())
    assert give(house, asked(wanted())) == ""
    assert "used before" in give(house, asked(wanted()))
    assert len(on_sheet(house)) == 1


def test_numbers_grow_through_a_clock_set_back_and_a_restored_store(house: House) -> None:
    """They follow the clock, and never fall behind the last one."""
    for step in (0, 0, -HOUR, HOUR):
        house.now += step
        assert (
            give(house, asked(wanted(OrderKind.LOCK_PIN, at=house.now, why=f"{len(on_sheet(house))}"))) == ""
        )
    numbers = [order.number for order, _ in on_sheet(house)]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == START
    assert ordering.next_number(0, house.now + HOUR) > numbers[-1]


def test_a_newer_mode_takes_the_older_off_the_sheet(house: House) -> None:
    """A door that was away does not obey a lockdown that was lifted meanwhile; other orders stay."""
    report(house, status())
    give(house, asked(wanted(OrderKind.LOCKDOWN)))
    give(house, asked(wanted(OrderKind.LOCK_PIN)))
    give(house, asked(wanted(OrderKind.NORMAL)))
    assert [order.kind for order, _ in on_sheet(house)] == [OrderKind.LOCK_PIN, OrderKind.NORMAL]
    house.now += 3 * MINUTE
    give(house, asked(wanted(OrderKind.LOCKDOWN, at=house.now)))
    assert [order.kind for order, _ in on_sheet(house)] == [OrderKind.LOCK_PIN, OrderKind.LOCKDOWN]


def test_a_sheet_stays_within_its_bound(house: House) -> None:
    """The oldest orders go first."""
    keys, sheet = house.keys(), OrderSheet(1, SITE, HERE, ())
    for number in range(1, MOST_ORDERS + 9):
        order = ordering.order_of(wanted(OrderKind.LOCK_PIN), number, START)
        sheet = ordering.sheet_with(sheet, order, keys.online, START)
    numbers = [ordering.read_order(one).number for one in sheet.orders]
    assert numbers == list(range(9, MOST_ORDERS + 9))


def test_a_session_counts_where_the_officers_say_so(house: House) -> None:
    """Their policy alone makes a session enough, and a policy without keys for orders gives none."""
    with house.signer() as signer:
        charter = charter_of(signer)
    weak = replace(charter, policy=replace(charter.policy, approval=Approval.SESSION))
    request = ordering.authorise_order(weak, asked(wanted(), Proof(Scheme.SESSION, "", "")), status(), ())
    assert request == wanted()
    keys = house.keys()
    old = replace(charter.policy, lockdown_keys=())
    assert ordering.key_for(old, OrderKind.LOCKDOWN, keys.order, keys.online) is keys.order
    with pytest.raises(NotWarranted, match="names no key"):
        ordering.key_for(replace(old, order_keys=()), OrderKind.LOCKDOWN, keys.order, keys.online)


def charter_of(signer: Signer) -> Charter:
    """Give what the officers and the enroller signed."""
    found = signer._charter  # noqa: SLF001 - the signer verified it a moment ago
    assert found is not None
    return found[1]


def test_a_damaged_store_still_locks_down_and_opens_nothing(house: House) -> None:
    """Taking away needs no sound store; what opens waits for the auditor."""
    house.enrol(request_of(ControllerId("pengendali-2"), DoorId("ruang-arsip")))
    report(house, status())
    assert give(house, asked(wanted(OrderKind.LOCKDOWN))) == ""
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        connection.execute(update(tables.authority).values(body=b"{}"))
    assert "restore the registry store" in give(house, asked(wanted()))
    assert give(house, asked(wanted(OrderKind.LOCKDOWN, why="lagi"))) == ""


def test_a_request_that_cannot_be_read_takes_nothing() -> None:
    """What waits for no inspection is only what surely takes away."""
    assert ordering.takes(asked(wanted(OrderKind.LOCKDOWN)))
    assert not ordering.takes(asked(wanted()))
    assert not ordering.takes(OrderWarrant(1, "{", None))


def test_events_name_the_order_they_answer() -> None:
    """Obeyed or refused, an order is known by its number; any other event answers none."""
    key_of = "ab" * 32
    obeyed = Ordered(DOOR, OrderKind.RELEASE, 9, key_of, KABID)
    assert answered(obeyed) == (9, "")
    assert answered(Refused(name_of(9, key_of), "x")) == (9, "x")
    assert answered(Refused("order", "x")) is None
    assert answered(Started("akses", "test")) is None
