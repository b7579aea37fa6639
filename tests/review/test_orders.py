"""Orders at the office: who may give which, what is signed, and how the door's answer finds its order."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from card_registry import canonical
from card_registry.authority.ordering import LIVES, TAKING_LIVES
from card_registry.authority.record import Applied, Source
from card_registry.journal.event import Exited, Ordered, Refused
from card_registry.orders import TAKING, OrderRequest, OrderWarrant, name_of
from card_registry.signing import Purpose, digest, verify
from card_registry.statements import Scheme, WarrantKind
from card_registry.stores import registry as registry_tables
from card_registry.words import Approval, DoorId, HolderId, OrderKind, Reason
from review.access import Refused as Denied
from review.accounts import Accounts, Entry, approvers, enter
from review.follow import Follower
from review.people import Role
from review.shelf import shipped
from review.store import audit, explained, occurrences, orders
from review.store.orders import CLOCKS, DoorOrder, OrderState
from review.store.transaction import reading
from review.tables import warrant
from review.visits import ByOrder, Unexplained
from review.workflow.orders import HEARD, PATIENCE, Wish, consider, give, offered, track
from tests.review.visitors import entering
from tests.review.world import NOON, PASSPHRASE, World

DOOR = DoorId("ruang-server")
KEY = "ab" * 32
NUMBER = 1_795_161_600_123


def wish(kind: OrderKind = OrderKind.RELEASE, **changes: object) -> Wish:
    """Give a plain wish."""
    return replace(Wish(DOOR, kind, "Ada gangguan."), **changes)  # type: ignore[arg-type] # by name


def given(world: World, login: str, wanted: Wish, phrase: str = PASSPHRASE) -> DoorOrder:
    """Give an order that must be taken."""
    order = give(world.office, world.person(login), wanted, phrase)
    assert isinstance(order, DoorOrder), order
    return order


def refused(world: World, login: str, wanted: Wish, phrase: str = PASSPHRASE) -> str:
    """Give the sentence of an order that must be refused, which leaves no warrant."""
    order = give(world.office, world.person(login), wanted, phrase)
    assert isinstance(order, Denied)
    with reading(world.office.store) as connection:
        assert connection.scalar(select(func.count()).select_from(warrant)) == 0
    return order.why


def sign(world: World, order: DoorOrder, sentence: str = "", number: int = NUMBER) -> None:
    """Let the authority decide, and number the order in its log."""
    with world.outside.registry.begin() as connection:
        row = Applied(
            1, world.office.site, order.warrant, 1, Source.WARRANT, "1", WarrantKind.ORDER, "{}", number
        )
        connection.execute(
            registry_tables.authority.insert().values(
                seq=order.warrant, body=canonical.encode(row), leaf=b"x" * 32
            )
        )
        connection.execute(
            registry_tables.outcome.insert().values(
                source="warrant",
                reference=str(order.warrant),
                applied=not sentence,
                sentence=sentence,
                authority=None if sentence else order.warrant,
                grants=None,
                deny=None,
                at=1,
            )
        )


def now(world: World, order: DoorOrder) -> DoorOrder:
    """Follow once and read the order again."""
    track(world.office)
    with reading(world.office.store) as connection:
        found = orders.find(connection, order.id)
    assert found is not None
    return found


def obeyed(order: DoorOrder, number: int = NUMBER) -> Ordered:
    """Give the door's row that it obeyed."""
    return Ordered(order.door, order.kind, number, KEY, order.person, order.holder)


@pytest.mark.parametrize(
    ("login", "kinds"),
    [
        ("operator", TAKING),
        ("admin", TAKING),
        ("kabid", frozenset(OrderKind)),
        ("kadis", frozenset(OrderKind)),
        ("auditor", frozenset()),
        ("pemohon", frozenset()),
    ],
)
def test_who_may_give_which(login: str, kinds: frozenset[OrderKind], world: World) -> None:
    """Operators and administrators take away; approvers also open and relax; nobody else orders a door."""
    person = world.person(login)
    assert set(offered(person)) == kinds
    for kind in set(OrderKind) - kinds:
        assert "tidak berwenang" in refused(world, login, wish(kind))


def test_a_lockdown_needs_no_signature_and_no_word_from_the_door(world: World) -> None:
    """It is put before the signer even when the controller is silent."""
    world.clock.now += 10 * HEARD
    order = given(world, "operator", wish(OrderKind.LOCKDOWN), "")
    with reading(world.office.store) as connection:
        row = connection.execute(select(warrant)).one()
        acts = [entry.act for entry in audit.newest(connection)]
    body = canonical.decode(bytes(row.body), OrderWarrant, "a warrant")
    request = canonical.decode(body.request.encode(), OrderRequest, "a request")
    assert (row.kind, body.proof, request.nonce) == ("order", None, None)
    assert (request.door, request.kind, request.by) == (DOOR, OrderKind.LOCKDOWN, order.person)
    assert "Ada gangguan" not in body.request
    assert "perintah.lockdown" in acts


def test_what_opens_is_signed_for_the_newest_status(world: World) -> None:
    """The approver's key signs exactly this request, with the nonce the door showed last."""
    given(world, "kabid", wish())
    with reading(world.office.store) as connection:
        body = canonical.decode(
            bytes(connection.execute(select(warrant.c.body)).scalar_one()), OrderWarrant, "a warrant"
        )
    assert body.proof is not None
    assert body.proof.scheme is Scheme.KEY_FILE
    signed = digest(Purpose.ORDER_REQUEST, body.request.encode())
    verify(body.proof.public, bytes.fromhex(body.proof.signature), signed, "the request")
    request = canonical.decode(body.request.encode(), OrderRequest, "a request")
    assert request.nonce == "00" * 16


@pytest.mark.parametrize(
    ("wanted", "phrase", "sentence"),
    [
        (wish(door=DoorId("gudang")), PASSPHRASE, "tidak dikenal"),
        (wish(why="  "), PASSPHRASE, "Alasan"),
        (wish(why="x" * 501), PASSPHRASE, "Alasan"),
        (wish(OrderKind.UNLOCK_PIN), PASSPHRASE, "Pilih pemegang"),
        (wish(OrderKind.UNLOCK_PIN, holder=HolderId("77" * 16)), PASSPHRASE, "tidak memiliki izin"),
        (wish(), "", "harus diisi"),
        (wish(), "frasa yang salah", "salah"),
    ],
)
def test_what_is_missing_or_wrong_has_its_sentence(
    wanted: Wish, phrase: str, sentence: str, world: World
) -> None:
    """Nothing is put before the signer."""
    assert sentence in refused(world, "kabid", wanted, phrase)


def test_a_silent_door_is_not_ordered_to_open(world: World) -> None:
    """Its nonce is over; an approver without a key needs the officers' leave."""
    assert "kunci tanda tangan" in refused(world, "kadis", wish())
    world.clock.now += HEARD + 1
    assert "tidak terdengar" in refused(world, "kabid", wish())
    world.clock.now -= HEARD + 1
    world.outside.found(Approval.SESSION)
    assert given(world, "kadis", wish()).state is OrderState.ASKED


def test_guessing_passphrases_costs_time(world: World) -> None:
    """The pause is shared with verdicts."""
    for _ in range(5):
        refused(world, "kabid", wish(), "salah sekali")
    assert "Terlalu banyak" in refused(world, "kabid", wish())


def test_the_doors_own_row_is_the_answer(world: World) -> None:
    """Asked, numbered by the authority, obeyed; rows of other orders and before it do not count."""
    world.outside.happen(Exited(DOOR))
    first, second = given(world, "kabid", wish()), given(world, "kabid", wish(OrderKind.FREE))
    assert now(world, first).state is OrderState.ASKED
    sign(world, first)
    assert (now(world, first).state, now(world, first).number) == (OrderState.SENT, NUMBER)
    world.outside.happen(obeyed(second, NUMBER + 1), Refused("order", "an order is not signed"))
    assert now(world, first).state is OrderState.SENT
    world.outside.happen(obeyed(first), Refused(name_of(NUMBER, KEY), "its number is not above"))
    found = now(world, first)
    assert (found.state, found.ended) == (OrderState.OBEYED, world.clock())
    assert now(world, first) == found
    assert now(world, second).state is OrderState.ASKED


def test_an_opening_by_order_is_explained_by_it(world: World) -> None:
    """A release by its own order, entries through a free door by what freed it; after NORMAL by nothing."""
    free_tap = replace(entering(None), granted=True, reason=Reason.GRANTED_FREE)
    said: list[list[object]] = []
    steps = (None, OrderKind.RELEASE, OrderKind.FREE, OrderKind.NORMAL)
    asked: dict[OrderKind | None, str] = {}
    for number, kind in enumerate(steps):
        if kind is not None:
            order = given(world, "kabid", wish(kind))
            sign(world, order, number=NUMBER + number)
            world.outside.happen(obeyed(order, NUMBER + number))
            assert now(world, order).state is OrderState.OBEYED
            asked[kind] = order.id
        world.outside.happen(free_tap)
        Follower(world.office).once()
        with reading(world.office.store) as connection:
            rows = occurrences.newest(connection, limit=2)
            said.append([explained.explained(connection, one) for one in rows])
        world.clock.now += 1_000
    before, released, freed, over = said
    assert isinstance(before[0], Unexplained)
    assert released[1] == ByOrder(asked[OrderKind.RELEASE])
    assert freed[0] == ByOrder(asked[OrderKind.FREE])
    assert isinstance(over[0], Unexplained)
    with reading(world.office.store) as connection:
        assert orders.behind(connection, DOOR, NOON - CLOCKS - 1, OrderKind.RELEASE) is None


def test_refusals_say_who_refused(world: World) -> None:
    """The authority's sentence, or the door's."""
    first, second = given(world, "kabid", wish()), given(world, "kabid", wish(OrderKind.FREE))
    sign(world, first, "the request does not quote the newest status")
    sign(world, second)
    world.outside.happen(Refused(name_of(NUMBER, KEY), "the nonce it quotes was used"))
    assert now(world, first).sentence == "Ditolak otoritas: the request does not quote the newest status"
    found = now(world, second)
    assert (found.state, found.sentence) == (
        OrderState.REFUSED,
        "Ditolak pintu: the nonce it quotes was used",
    )


@pytest.mark.parametrize("kind", [OrderKind.RELEASE, OrderKind.LOCKDOWN])
def test_an_order_nobody_answered_is_over(kind: OrderKind, world: World) -> None:
    """After its own time and a little patience it is said to have no effect any more."""
    order = given(world, "kabid", wish(kind))
    lives = TAKING_LIVES if kind in TAKING else LIVES
    world.clock.now += lives + PATIENCE
    assert now(world, order).state is OrderState.ASKED
    world.clock.now += 1
    assert now(world, order).state is OrderState.LAPSED


def test_consider_names_the_door(world: World) -> None:
    """A wish without fault is answered by the door it is for."""
    answer = consider(world.office, world.person("operator"), wish(OrderKind.LOCKDOWN))
    assert not isinstance(answer, Denied)
    assert answer.label == "Ruang Server"


def test_kadis_is_listed_to_order_doors(world: World) -> None:
    """A key is listed with the tables it approves under, and a Kadis' even without one."""
    enter(
        world.office.store,
        Accounts(
            (Entry("kadis2", "Plt. Kadis", "Diskominfo", Role.KADIS, "sandi-kadis-panjang", "frasa kadis"),)
        ),
        world.clock(),
        world.office.entropy,
    )
    listed = {one.person: one.procedures for one in approvers(world.office.store, shipped(), world.clock())}
    assert listed[world.person("kadis2").id] == ()
    assert listed[world.person("kabid").id] != ()
    assert set(listed) == {world.person("kadis2").id, world.person("kabid").id}
