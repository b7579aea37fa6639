"""Every byte of everything that is signed, flipped: refused in our words, or nothing else than it was.

A short run flips a sample, the same each time; ``--long`` flips every byte twice. What comes to the very same
value in another writing is harmless (a slot that the door knows already, a stamp's unused bits).
"""

import hashlib
import random
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from card_registry import canonical, passkey
from card_registry.authority.ordering import authorise_order
from card_registry.authority.warrant import Charter, Truth, authorise_grant
from card_registry.enrolment import Bundle, EnrolRequest, open_request, seal_request
from card_registry.errors import AksesError
from card_registry.journal.batch import Batch, check_batch, decode_batch, encode_batch
from card_registry.journal.event import Versions
from card_registry.journal.note import Checkpoint, authority_origin, open_checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.orders import Order, OrderWarrant
from card_registry.signing import Purpose, public_hex, seal, unseal
from card_registry.statements import (
    Approver,
    ControllerEntry,
    Directory,
    GrantWarrant,
    People,
    Proof,
    Receipt,
    Status,
)
from card_registry.trust.adoption import Trusted
from card_registry.trust.denials import read_denials
from card_registry.trust.publish import sign
from card_registry.trust.slots import DIRECTORY, Role, needed
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerKind, ControllerStatus, OrderKind
from tests.card_registry.authority.house import (
    APPLICANT,
    KABID,
    KABID_KEY,
    LOG_KEYS,
    PROCEDURE,
    approved,
    request_of,
    verdict,
)
from tests.card_registry.authority.test_ordering import asked, status, wanted
from tests.card_registry.test_passkey import SIGNED, VECTORS, key_of, proof_of
from tests.card_registry.trust.made import (
    HERE,
    RULES,
    SITE,
    START,
    Door,
    Made,
    denial,
    founding,
    key,
    policy,
)

SAMPLE = 12
"""How many flips of each thing a short run tries."""


@dataclass(frozen=True)
class Signed:
    """Something that is signed: its bytes, and how its reader reads them."""

    name: str
    data: bytes
    read: Callable[[bytes], object]


def flips(data: bytes, name: str, *, every: bool) -> Iterator[bytes]:
    """Flip one bit of one byte, here and there or everywhere; where everywhere, then all bits of it too."""
    chance = random.Random(name)
    places = range(len(data)) if every else sorted(chance.sample(range(len(data)), min(SAMPLE, len(data))))
    for place in places:
        for mask in (1 << chance.randrange(8), 0xFF)[: 2 if every else 1]:
            flipped = bytearray(data)
            flipped[place] ^= mask
            yield bytes(flipped)


def site() -> Made:
    """Give a site whose officers signed twice, with a controller, two cards and a denial."""
    made = Made()
    root = Metadata[Root].from_bytes(made.root).signed
    root.version = 2
    made.slots["root/2"] = sign(root, *founding().officers[:2])
    entry = ControllerEntry(
        HERE, ControllerKind.DOOR, ControllerStatus.ACTIVE, 1, "ab" * 32, "cd" * 32, RULES
    )
    edition = made.edition()
    edition.put(Role.DOORS, DIRECTORY, canonical.encode(Directory(1, SITE, (entry,))))
    made.slots.update(edition.close())
    made.admit("ani")
    return made


MADE = site()
with tempfile.TemporaryDirectory() as _folder:
    _door = Door(MADE.root, Path(_folder))
    BEFORE = _door.learn(MADE.folder())
    MADE.admit("budi")
    MADE.deny(denial("ani", 1))
    AFTER = _door.learn(MADE.folder())


@pytest.mark.parametrize("memory", [Trusted(), BEFORE], ids=["new", "knowing"])
@pytest.mark.parametrize("name", sorted(name for name in MADE.slots if needed(name, HERE)))
def test_a_flipped_slot_is_refused_or_says_the_same(
    name: str, memory: Trusted, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """A door refuses it in our words, or comes to the very state it would have come to; so do its denials."""
    folder = MADE.folder()
    for flipped in flips(folder[name], name, every=pytestconfig.getoption("--long")):
        offered = {**folder, name: flipped}
        door = Door(MADE.root, tmp_path, trusted=memory)
        with suppress(AksesError):
            learned = door.learn(offered)
            assert (learned.registry, learned.serials) == (AFTER.registry, AFTER.serials)
        with suppress(AksesError):
            assert read_denials(offered, memory, MADE.root).denials == (denial("ani", 1),)


@pytest.mark.parametrize("name", sorted(name for name in MADE.slots if not name.startswith("d/")))
def test_a_flipped_slot_gives_the_server_no_other_charter(
    name: str, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """Who approves, what is allowed and whose keys count stay what officers and enroller signed."""
    honest = read_charter(MADE.slots, MADE.root, tmp_path)
    for flipped in flips(MADE.slots[name], f"server {name}", every=pytestconfig.getoption("--long")):
        with suppress(AksesError):
            assert read_charter({**MADE.slots, name: flipped}, MADE.root, tmp_path) == honest


def sealed(purpose: Purpose) -> Signed:
    """Give something sealed for a purpose."""
    body = Receipt(1, SITE, HERE, 1, 5, "ab" * 32, START)
    signer = key("somebody")
    read = [public_hex(signer)]
    data = seal(purpose, body, signer)
    return Signed(f"sealed {purpose}", data, lambda given: unseal(purpose, given, Receipt, read))


def a_status() -> Signed:
    """Give a door's status."""
    signer = LOG_KEYS[HERE]
    return Signed(
        "status", status(), lambda given: unseal(Purpose.STATUS, given, Status, [public_hex(signer)])
    )


def an_order() -> Signed:
    """Give an order as the signer seals it."""
    order = Order(1, SITE, HERE, RULES[0].id, OrderKind.RELEASE, 7, "a1" * 16, START, KABID)
    data = seal(Purpose.ORDER, order, key("order"))
    return Signed(
        "order", data, lambda given: unseal(Purpose.ORDER, given, Order, [public_hex(key("order"))])
    )


def an_enrolment() -> Signed:
    """Give a controller's own request to be enrolled."""
    request: EnrolRequest = request_of(HERE, RULES[0].id)
    return Signed("enrolment request", seal_request(request, LOG_KEYS[HERE]), open_request)


def charter() -> Charter:
    """Give what the officers signed, for requests and verdicts."""
    entry = ControllerEntry(
        HERE,
        ControllerKind.DOOR,
        ControllerStatus.ACTIVE,
        1,
        public_hex(LOG_KEYS[HERE]),
        "cd" * 32,
        RULES,
    )
    people = People(1, SITE, (Approver(KABID, KABID_KEY, (PROCEDURE,)), Approver(APPLICANT, "ee" * 32, ())))
    return Charter(people, policy(), Directory(1, SITE, (entry,)))


def an_order_request() -> Signed:
    """Give an order asked for, under the Kabid's signature."""

    def read(data: bytes) -> object:
        warrant = canonical.decode(data, OrderWarrant, "the warrant")
        return authorise_order(charter(), warrant, status(), ())

    return Signed("order request", canonical.encode(asked(wanted())), read)


def a_verdict() -> Signed:
    """Give a grant asked for, under the Kabid's verdict."""

    def read(data: bytes) -> object:
        warrant = canonical.decode(data, GrantWarrant, "the warrant")
        return replace(authorise_grant(Truth(charter()), warrant, START), warrant=b"")

    return Signed("verdict", canonical.encode(approved(verdict())), read)


def a_passkey(number: int) -> Signed:
    """Give a recorded assertion of a browser."""
    case = [case for case in VECTORS["cases"] if not case["sentence"]][number]
    listed, proof = key_of(VECTORS, case), proof_of(VECTORS, case)

    def read(data: bytes) -> object:
        given = canonical.decode(data, Proof, "the proof")
        return passkey.check(listed, given, SIGNED, (VECTORS["origin"],))

    return Signed(f"passkey {case['name']}", canonical.encode(proof), read)


def a_checkpoint(name: str) -> Signed:
    """Give a signed head."""
    data = sign_checkpoint(Checkpoint(name, 5, bytes(range(32))), key("log"))
    return Signed(
        f"checkpoint {name}", data, lambda given: open_checkpoint(given, name, public_hex(key("log")))
    )


def a_batch() -> Signed:
    """Give a batch of rows under its head."""
    rows = tuple(b'{"row":%d}' % number for number in range(3))
    frontier = Frontier().extend(map(leaf, rows))
    note = sign_checkpoint(Checkpoint(origin(SITE, HERE, 1), 3, frontier.root()), key("log"))

    def read(data: bytes) -> object:
        given = decode_batch(data)
        return check_batch(given, Frontier(), SITE, public_hex(key("log")))

    return Signed("batch", encode_batch(Batch(1, HERE, 1, 0, rows, note)), read)


THINGS = [
    *(sealed(purpose) for purpose in Purpose),
    a_status(),
    an_order(),
    an_enrolment(),
    an_order_request(),
    a_verdict(),
    *(a_passkey(number) for number in range(2)),
    a_checkpoint(origin(SITE, HERE, 1)),
    a_checkpoint(authority_origin(SITE)),
    a_batch(),
]


@pytest.mark.parametrize("thing", THINGS, ids=[thing.name for thing in THINGS])
def test_a_flipped_signed_thing_is_refused(thing: Signed, pytestconfig: pytest.Config) -> None:
    """Its reader refuses it in our words, or reads exactly what was signed."""
    honest = thing.read(thing.data)
    for flipped in flips(thing.data, thing.name, every=pytestconfig.getoption("--long")):
        with suppress(AksesError):
            assert thing.read(flipped) == honest


@pytest.mark.parametrize("purpose", list(Purpose))
def test_no_byte_of_a_seal_may_be_otherwise(purpose: Purpose) -> None:
    """A sealed document has one writing: each byte flipped is a refusal, always all of them."""
    thing = sealed(purpose)
    for flipped in flips(thing.data, thing.name, every=True):
        with pytest.raises(AksesError):
            thing.read(flipped)


def test_a_flipped_bundle_keeps_its_root_or_is_refused(pytestconfig: pytest.Config) -> None:
    """A bundle is handed over, not signed; a flip never exchanges the root that all else is verified from."""
    root = MADE.root
    digest = hashlib.sha256(root).hexdigest()
    bundle = Bundle(1, SITE, HERE, root.hex(), digest, "ab" * 32, Versions(1, 2, 3, 4), 1)
    for flipped in flips(canonical.encode(bundle), "bundle", every=pytestconfig.getoption("--long")):
        with suppress(AksesError):
            assert Bundle.read(flipped).root_bytes == root
