"""The authority log against its witnesses: a change is found, though the head was signed anew."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from card_registry import canonical
from card_registry.authority import record, store
from card_registry.authority.command import registry
from card_registry.authority.record import Applied
from card_registry.authority.witnesses.comparing import Finding, Seen, compare
from card_registry.journal.event import Witnessed
from card_registry.journal.note import authority_origin
from card_registry.journal.tree import Frontier, Tree, leaf
from card_registry.signing import public_hex
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.trust.slots import AUTHORITY
from card_registry.witness import Kept, witness
from tests.card_registry.authority.house import DESK, HERE, SITE, House, store_of, withdrawal
from tests.card_registry.authority.test_sighting import beat


def saw(size: int, root: bytes, controller: str) -> Seen:
    """Give what a controller says."""
    return Seen(controller, 1, size, size, root.hex())  # type: ignore[arg-type] # some controller's


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 30), st.data())
def test_each_testimony_is_judged_at_its_size(sizes: list[int], length: int, data: st.DataObject) -> None:
    """A log agrees with what was seen of it; beyond a changed record, and beyond its end, it does not."""
    seen = [leaf(bytes([at])) for at in range(40)]
    changed = data.draw(st.integers(0, 39))
    now = [leaf(b"x") if at == changed else one for at, one in enumerate(seen)][:length]
    judged = compare(now, [saw(size, Tree(seen).root(size), HERE) for size in sizes])

    assert [one.size for one, _ in judged] == sorted(sizes)
    for one, finding in judged:
        expected = Finding.CHANGED if one.size > changed else Finding.AGREES
        assert finding is (Finding.CUT if one.size > length else expected)


@pytest.fixture
def seen(house: House) -> House:
    """A site whose door and desk saw the log after each of five removals."""
    kept: Kept | None = None
    for number in range(5):
        house.ask(withdrawal(f"orang {number}"))
        beat(house)
        slots = dict(house.rows(tables.slot.c.name, tables.slot.c.body))
        kept = witness(bytes(slots[AUTHORITY]), SITE, (public_hex(house.keys().authority),), kept)
        body = Witnessed(authority_origin(SITE), kept.size, kept.root)
        house.journal(body, controller=HERE)
        house.journal(body, Witnessed("akses/lain/authority", 9, kept.root), controller=DESK)
    return house


def asked(house: House) -> Result:
    """Ask the command."""
    places = ["--registry", house.places.registry, "--ledger", house.places.ledger]
    return CliRunner().invoke(registry, ["witnesses", *places])


def test_an_untouched_log_agrees_with_everybody(seen: House) -> None:
    """The newest head of each witness is named, and the exit code is 0."""
    said = asked(seen)
    assert said.exit_code == 0
    assert said.output.splitlines() == [
        "meja-1 saw 5 records in row 1/8, as the log is now",
        "pengendali-1 saw 5 records in row 1/4, as the log is now",
    ]


def rewrite(house: House, records: list[Applied]) -> None:
    """Do what a thief of the signer's keys and store can do: other records, under a head signed anew."""
    frontier = Frontier()
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        connection.execute(delete(tables.authority))
        for seq, one in enumerate(records):
            frontier, data, hashed = record.append(frontier, replace(one, seq=seq))
            store.add_record(connection, seq, data, hashed)
        head = record.head(SITE, frontier, house.keys().authority)
        store.set_values(connection, {store.HEAD: head, store.FRONTIER: frontier.dump()})


def records_of(house: House) -> list[Applied]:
    """Read the log."""
    with store_of(house.places.registry, "registry") as engine, engine.connect() as connection:
        rows = connection.scalars(select(tables.authority.c.body).order_by(tables.authority.c.seq)).all()
    return [canonical.decode(bytes(body), Applied, "a record") for body in rows]


def test_a_log_rewritten_with_the_signers_own_keys_is_found(seen: House) -> None:
    """The head is genuine, and every witness of the changed record and of those after it contradicts it."""
    records = records_of(seen)
    rewrite(seen, [*records[:2], replace(records[2], at=1), *records[3:]])
    said = asked(seen)
    assert said.exit_code == 1
    assert "pengendali-1 row 1/2 saw 3 records, and the log has other records now" in said.output
    assert "meja-1 saw 2 records in row 1/2, as the log is now" in said.output
    assert said.output.count("one of them was changed") == 6


def test_a_log_cut_short_is_found(seen: House) -> None:
    """Records taken from the end are missed by whoever saw them."""
    rewrite(seen, records_of(seen)[:4])
    said = asked(seen)
    assert said.exit_code == 1
    assert said.output.count("records were removed") == 2


def test_without_witnesses_or_stores_it_says_so(house: House, tmp_path: Path) -> None:
    """A young site has none; a missing store is a sentence; an unreadable row is left to others."""
    assert asked(house).output == "no door has seen the authority log yet\n"
    house.journal(Witnessed(authority_origin(SITE), 0, Frontier().root().hex()))
    with store_of(house.places.ledger, "ledger") as engine, engine.begin() as connection:
        connection.execute(update(ledger.event).values(body=b'{"kind":"witnessed"'))
    assert asked(house).output == "no door has seen the authority log yet\n"
    gone = replace(house.places, ledger=f"sqlite:///{tmp_path}/none.db")
    house.places = gone
    assert "does not exist yet" in asked(house).output
