"""Who owns the office database and the ledger adds no right: no grant, no card, no opening, no lifted denial.

The signer works on the attacked stores; then a door verifies and adopts what was published. Taking rights
away is left to the owner of the console's store: it is on record, and safe (DESIGN §4).
"""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Table

from card_registry import canonical
from card_registry.authority import keyfile
from card_registry.journal.event import Moment, encode_event
from card_registry.journal.note import Checkpoint, origin, sign_checkpoint
from card_registry.journal.tree import Frontier, leaf
from card_registry.orders import OrderWarrant
from card_registry.signing import Purpose, digest
from card_registry.statements import GrantWarrant, Proof, Scheme, Verdict
from card_registry.words import CaseId, PersonId, TimeQuality
from tests.card_registry.authority.house import (
    DESK,
    FRASA,
    HERE,
    KABID,
    KABID_KEY,
    KEY_FILE,
    LOG_KEYS,
    PASSKEY,
    SITE,
    START,
    House,
    approved,
    bound,
    by_session,
    terms,
    verdict,
    withdrawal,
)
from tests.card_registry.authority.owned import (
    OWNED,
    Attack,
    Owner,
    Rights,
    copy_of,
    fill,
    rights,
    signing,
    tables,
    work,
)
from tests.card_registry.authority.test_ordering import asked, give, report, status, wanted
from tests.card_registry.soft_passkey import soft_passkey
from tests.card_registry.trust.made import key, token

MALLORY_FILE, MALLORY_KEY = keyfile.make(FRASA, bytes(range(100, 160)))
ASKED = asked(wanted())
SIGNERS = {"warrant", "event", "checkpoint", "status"}
"""The tables that the signer reads; all others are forged together."""


@pytest.fixture(scope="module")
def lived(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A site that has lived: two approvals, two cards, one denied, an order given, every table used."""
    house = House(Path(shutil.copytree(founded, tmp_path_factory.mktemp("lived") / "house")))
    for name in ("ani", "budi"):
        house.ask(approved(verdict(name)))
    house.journal(bound("ani"), bound("budi"))
    house.work()
    house.ask(withdrawal("budi"))
    report(house, status())
    assert give(house, ASKED) == ""
    house.journal(controller=HERE)
    fill(house)
    return house


@pytest.fixture
def owner(lived: House, tmp_path: Path) -> Owner:
    """Give the owner of that site's office database and ledger."""
    return Owner(copy_of(lived, tmp_path / "owned"))


def attacked(lived: House, owner: Owner) -> list[object]:
    """Give what doors have after the signer worked on the attacked stores, beyond what they had before."""
    keys = signing(lived.folders.signer)
    work(owner.house, keys)
    owner.house.now += 1
    return rights(owner.house).beyond(rights(lived))


SHARED = [(store, table) for store in OWNED for table in tables(store) if table.name in SIGNERS]
COLUMNS = [(store, column) for store, table in SHARED for column in table.columns]


@pytest.mark.parametrize(("store", "table"), SHARED, ids=str)
def test_no_forged_table_adds_a_right(store: str, table: Table, lived: House, owner: Owner) -> None:
    """All columns of a table lie at once, in copies of its rows and in the rows themselves."""
    for column in table.columns:
        owner.forge(store, column, forged(column))

    assert attacked(lived, owner) == []


@pytest.mark.long
@pytest.mark.parametrize(("store", "column"), COLUMNS, ids=str)
def test_no_forged_column_adds_a_right(
    store: str, column: Column[object], lived: House, owner: Owner
) -> None:
    """The same with each column alone, so that no lie hides behind another."""
    owner.forge(store, column, forged(column))

    assert attacked(lived, owner) == []


def forged(column: Column[object]) -> list[object]:
    """Give the best that could be put into a column: bodies with everything right but the signature."""
    bodies = {
        "warrant.body": [canonical.encode(one) for one in WARRANTS.values()],
        "status.body": [status("b2" * 16, key("mallory")), status("b2" * 16)],
    }
    return [*bodies.get(f"{column.table.name}.{column.name}", [])]


def test_no_other_table_matters(lived: House, owner: Owner) -> None:
    """Every column of every other table of both stores says every lie at once: the signer reads none."""
    for store in OWNED:
        for table in tables(store):
            for column in table.columns if table.name not in SIGNERS else ():
                owner.forge(store, column)

    assert attacked(lived, owner) == []


def proof_of(file: bytes, signed: Verdict, **changes: object) -> GrantWarrant:
    """Give a warrant signed by this key file, its proof then changed."""
    proof = replace(keyfile.sign_verdict(file, FRASA, signed), **changes)  # type: ignore[arg-type] # by name
    return GrantWarrant(1, canonical.encode(signed).decode(), proof)


def touched(signed: Verdict, key_number: int, **said: object) -> GrantWarrant:
    """Give a warrant signed by some passkey."""
    body = canonical.encode(signed)
    device = soft_passkey(key_number)
    proof = device.sign(digest(Purpose.VERDICT, body), 9, **said)  # type: ignore[arg-type] # by name
    return GrantWarrant(1, body.decode(), proof)


MALLORY = verdict("mallory")
ANI = approved(verdict("ani"))
BUDI_BACK = terms("budi", id=token("grant of budi again"), clears=1)
WARRANTS = {
    "a session": by_session(MALLORY),
    "the attacker's key file": proof_of(MALLORY_FILE, MALLORY),
    "the attacker's key file in the approver's name": proof_of(MALLORY_FILE, MALLORY, public=KABID_KEY),
    "an approver of the attacker's": proof_of(MALLORY_FILE, replace(MALLORY, approver=PersonId("mallory"))),
    "another approval's proof": replace(ANI, verdict=canonical.encode(MALLORY).decode()),
    "the same approval again": ANI,
    "the same approval, re-labelled as lifting": replace(ANI, lifts=1),
    "the approval of what was withdrawn, again": approved(verdict("budi")),
    "a lift that nobody signed": replace(approved(verdict("budi")), lifts=1),
    "a restoring grant by session": replace(by_session(verdict("budi", grant=BUDI_BACK)), lifts=1),
    "the attacker's passkey": touched(MALLORY, 9),
    "the approver's passkey at another page": touched(MALLORY, 1, origin="https://konsol.contoh.example"),
    "the approver's passkey in a frame": touched(MALLORY, 1, crossOrigin=True),
    "the approver's passkey, nobody touching": touched(MALLORY, 1, flags=0x04),
    "the approver's passkey over another challenge": replace(
        touched(verdict("ani"), 1), verdict=canonical.encode(MALLORY).decode()
    ),
    "another site's approval": approved(replace(MALLORY, site="lain")),  # type: ignore[arg-type]
}


def test_no_forged_warrant_adds_a_right(lived: House, owner: Owner) -> None:
    """A warrant with everything right but what only the approver can make is refused, and says why."""
    serials = {name: owner.house.ask(warrant) for name, warrant in WARRANTS.items()}

    assert attacked(lived, owner) == []
    for name, serial in serials.items():
        applied, sentence = owner.house.outcome(serial)
        assert not applied, name
        assert sentence, name


def moment() -> Moment:
    """Give a time for forged rows."""
    return Moment(START, START, START, TimeQuality.SYNC, "ab", 1)


def rows_of(owner: Owner, controller: str) -> list[bytes]:
    """Give a controller's stored rows."""
    sql = f"SELECT body FROM event WHERE controller = '{controller}' ORDER BY seq"  # noqa: S608 - our own ids
    return [bytes(body) for (body,) in owner.read("ledger", sql)]


def add_rows(owner: Owner, controller: str, bodies: list[bytes], signer: str) -> None:
    """Put rows behind a controller's, and a head over them that somebody signed."""
    known = rows_of(owner, controller)
    frontier = Frontier().extend(leaf(body) for body in (*known, *bodies))
    for seq, body in enumerate(bodies, len(known)):
        row = (controller, 1, seq, body, leaf(body))
        owner.run(
            "ledger", "INSERT INTO event (controller, epoch, seq, body, leaf) VALUES (?, ?, ?, ?, ?)", row
        )
    secret = LOG_KEYS[HERE] if signer == "door" else key(signer)
    name = origin(SITE, controller, 1)  # type: ignore[arg-type] # some controller's
    note = sign_checkpoint(Checkpoint(name, frontier.size, frontier.root()), secret)
    point = (controller, 1, frontier.size, note, START)
    owner.run("ledger", "INSERT INTO checkpoint VALUES (?, ?, ?, ?, ?)", point)


def eve(**changes: object) -> bytes:
    """Give a desk's row that binds the attacker's credential to Ani's card."""
    event = bound("ani", digest="e7" * 32, **changes)
    return encode_event(SITE, DESK, (1, 2), event, moment(), "00" * 12)


def headless(owner: Owner) -> None:
    """Add the row without any head."""
    row = (DESK, 1, 2, eve(), leaf(eve()))
    owner.run("ledger", "INSERT INTO event (controller, epoch, seq, body, leaf) VALUES (?, ?, ?, ?, ?)", row)


def replaced(owner: Owner) -> None:
    """Put the row in the place of one that the desk did sign, before the signer reads its next head."""
    owner.house.journal(bound("ani", digest="aa" * 32))
    body = eve()
    values = (body, leaf(body), DESK)
    owner.run("ledger", "UPDATE event SET body = ?, leaf = ? WHERE controller = ? AND seq = 2", values)


def moved(owner: Owner) -> None:
    """Name a genuine head of the door as the desk's."""
    add_rows(owner, HERE, [eve()], "door")
    owner.run("ledger", "UPDATE OR REPLACE event SET controller = ? WHERE controller = ?", (DESK, HERE))
    owner.run("ledger", "UPDATE OR REPLACE checkpoint SET controller = ? WHERE controller = ?", (DESK, HERE))


def opening(owner: Owner, nonce: str, proof: Proof | None, body: bytes) -> None:
    """Ask for a release under a forged status."""
    report(owner.house, body)
    request = wanted(nonce=nonce)
    warrant = OrderWarrant(1, canonical.encode(request).decode(), proof)
    owner.house.ask_bytes("order", canonical.encode(warrant))


def replay_order(owner: Owner) -> None:
    """Show the old status and the old signed request again."""
    report(owner.house, status())
    owner.house.ask_bytes("order", canonical.encode(ASKED))


def renumbered(owner: Owner) -> None:
    """Give the warrants other numbers, and one body."""
    body = canonical.encode(by_session(MALLORY))
    owner.run("office", "UPDATE warrant SET serial = 100 - serial, body = ?", [body])


def ledger_forgotten(owner: Owner) -> None:
    """Empty the ledger."""
    for table in tables("ledger"):
        owner.run("ledger", f"DELETE FROM {table.name}")  # noqa: S608 - our own tables


FRESH = "b2" * 16
OWN_STATUS = status(FRESH, key("mallory"))
SIGNED_AHEAD = keyfile.sign_order(MALLORY_FILE, FRASA, wanted(nonce=FRESH))
ATTACKS: dict[str, Attack] = {
    "a desk's row without a head": headless,
    "a desk's row under the attacker's head": lambda owner: add_rows(owner, DESK, [eve()], "mallory"),
    "a desk's row under the door's head": lambda owner: add_rows(owner, DESK, [eve()], "door"),
    "a binding in the door's own journal": lambda owner: add_rows(owner, HERE, [eve()], "door"),
    "a row in the place of a signed one": replaced,
    "the door's journal as the desk's": moved,
    "a desk nobody enrolled": lambda owner: add_rows(owner, "meja-9", [eve()], "mallory"),
    "a release without a signature": lambda owner: opening(owner, FRESH, None, status(FRESH)),
    "a release by session": lambda owner: opening(owner, FRESH, Proof(Scheme.SESSION, "", ""), status(FRESH)),
    "a release by the attacker's key": lambda owner: opening(owner, FRESH, SIGNED_AHEAD, status(FRESH)),
    "a release under the attacker's status": lambda owner: opening(owner, FRESH, SIGNED_AHEAD, OWN_STATUS),
    "a release that was given, again": replay_order,
    "every warrant under every kind": lambda owner: [
        owner.house.ask_bytes(kind, canonical.encode(body))
        for kind in ("grant", "withdraw", "order", "GRANT", "")
        for body in (*WARRANTS.values(), ASKED, wanted(), MALLORY)
    ],
    "warrants renumbered": renumbered,
    "warrants forgotten": lambda owner: owner.run("office", "DELETE FROM warrant"),
    "the ledger forgotten": ledger_forgotten,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_no_attack_adds_a_right(name: str, lived: House, owner: Owner) -> None:
    """The attacks somebody would try first, with the tools of whoever owns both databases."""
    ATTACKS[name](owner)

    assert attacked(lived, owner) == []


def test_the_same_ways_do_add_what_was_approved(lived: House, owner: Owner) -> None:
    """Approvals by key file and by passkey, a bound card and a signed order pass where forgeries did not."""
    before = rights(lived)
    owner.house.ask(approved(verdict("cici")))
    body = canonical.encode(verdict("dedi"))
    owner.house.ask(GrantWarrant(1, body.decode(), PASSKEY.sign(digest(Purpose.VERDICT, body), 1)))
    owner.house.journal(bound("cici"))
    request = wanted(nonce=FRESH)
    opening(owner, FRESH, keyfile.sign_order(KEY_FILE, FRASA, request), status(FRESH))
    work(owner.house, signing(lived.folders.signer))
    after = rights(owner.house)

    assert len(after.grants - before.grants) == 2
    assert len(after.credentials - before.credentials) == 1
    assert len(after.openings - before.openings) == 1
    assert isinstance(after, Rights)
    assert verdict().approver == KABID
    assert CaseId(token("case of cici")) == bound("cici").case


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for random attacks."""
    return tmp_path_factory.mktemp("random")


EDIT = st.tuples(
    st.sampled_from(
        [("office", "warrant"), ("ledger", "event"), ("ledger", "checkpoint"), ("ledger", "status")]
    ),
    st.integers(0, 9),
    st.integers(0, 9),
    st.integers(0, 99),
    st.integers(0, 400),
)


@settings(
    max_examples=200 if settings().max_examples >= 1000 else 6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(EDIT, min_size=1, max_size=6))
def test_no_random_edits_add_a_right(
    lived: House, playground: Path, edits: list[tuple[tuple[str, str], int, int, int, int]]
) -> None:
    """Values swapped between rows and tables, and single bits flipped, in any combination."""
    shutil.rmtree(playground / "owned", ignore_errors=True)
    owner = Owner(copy_of(lived, playground / "owned"))
    for (store, name), row, column, donor, bit in edits:
        shuffle(owner, (store, name), (row, column), donor, bit)

    assert attacked(lived, owner) == []


def shuffle(owner: Owner, place: tuple[str, str], cell: tuple[int, int], donor: int, bit: int) -> None:
    """Put a value from anywhere, with a bit flipped, into a cell; what the database refuses is left."""
    store, name = place
    table = next(table for table in tables(store) if table.name == name)
    names = [column.name for column in table.columns]
    rows = owner.read(store, f"SELECT * FROM {name}")  # noqa: S608 - our own tables
    if not rows:
        return
    row, at = rows[cell[0] % len(rows)], cell[1] % len(names)
    values = [one[at] for one in rows] + [canonical.encode(one) for one in WARRANTS.values()]
    value = values[donor % len(values)]
    if isinstance(value, bytes) and value and bit < 8 * len(value):
        value = bytes(byte ^ (1 << bit % 8) if at == bit // 8 else byte for at, byte in enumerate(value))
    keys = [column.name for column in table.primary_key]
    same = " AND ".join(f"{one} = ?" for one in keys)
    sql = f"UPDATE OR IGNORE {name} SET {names[at]} = ? WHERE {same}"  # noqa: S608 - our own tables
    owner.run(store, sql, [value, *(row[names.index(one)] for one in keys)])
