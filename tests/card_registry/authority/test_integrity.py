"""A registry store edited by hand: the signer names what was changed, adds nothing, and still takes away."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from card_registry import canonical
from card_registry.stores import registry as tables
from tests.card_registry.authority.house import (
    House,
    approved,
    bound,
    store_of,
    terms,
    verdict,
    withdrawal,
)
from tests.card_registry.trust.made import token

Edit = Callable[[Connection], object]


def longer_grant(connection: Connection) -> None:
    """Let a grant run a day longer than was signed for."""
    body = canonical.encode(replace(terms(), ends=terms().ends + 86_400_000))
    connection.execute(update(tables.grant).values(body=body))


def invented_grant(connection: Connection) -> None:
    """Copy a grant under another id."""
    row = connection.execute(select(tables.grant)).mappings().first()
    connection.execute(insert(tables.grant).values({**(row or {}), "id": token("invented")}))


def edited_record(connection: Connection) -> None:
    """Change a record of the authority log to fit."""
    record = tables.authority.c
    body = bytes(connection.scalar(select(record.body).where(record.seq == 0)) or b"")
    changed = body.replace(b'"at":', b'"at":1')
    connection.execute(update(tables.authority).where(record.seq == 0).values(body=changed))


def edited_shard(connection: Connection) -> None:
    """Let a shard name another door."""
    slot = tables.slot.c
    rows = connection.execute(select(slot.name, slot.body).where(slot.name.like("d/pengendali-1/%")))
    for name, body in rows.all():
        changed = bytes(body).replace(b"ruang-server", b"ruang-arsip1")
        connection.execute(update(tables.slot).where(slot.name == name).values(body=changed))


EDITS: dict[str, tuple[Edit, str]] = {
    "longer grant": (longer_grant, "was changed after it was approved"),
    "invented grant": (invented_grant, "stands on no record"),
    "removed grant": (
        lambda connection: connection.execute(delete(tables.grant)),
        "removed from the registry",
    ),
    "strengthened grant": (
        lambda connection: connection.execute(update(tables.grant).values(clears=9)),
        "was changed after it was approved",
    ),
    "stolen card": (
        lambda connection: connection.execute(update(tables.credential).values(holder=token("eve"))),
        "credential",
    ),
    "forgotten denial": (lambda connection: connection.execute(delete(tables.denial)), "denial card"),
    "unreadable denial": (
        lambda connection: connection.execute(update(tables.denial).values(subject="kunci")),
        "denial kunci",
    ),
    "edited record": (edited_record, "do not hash to its signed head"),
    "removed record": (
        lambda connection: connection.execute(delete(tables.authority).where(tables.authority.c.seq == 1)),
        "record 1 of the authority log is missing",
    ),
    "removed head": (
        lambda connection: connection.execute(
            delete(tables.site).where(tables.site.c.name == "authority-head")
        ),
        "no signed head",
    ),
    "edited shard": (edited_shard, "slot d/pengendali-1/"),
}


@pytest.mark.parametrize("name", EDITS)
def test_nothing_is_added_upon_an_edited_store(
    name: str, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """The next approval is refused by a sentence that names the edit; the next removal is applied."""
    edit, sentence = EDITS[name]
    house.ask(approved(verdict()))
    house.journal(bound())
    house.work()
    house.ask(withdrawal())
    house.work()
    with house.signer() as running:
        with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
            edit(connection)
        added, removed = house.ask(approved(verdict("budi"))), house.ask(withdrawal("budi"))
        while running.round():
            pass

    applied, said = house.outcome(added)
    assert not applied
    assert sentence in said
    assert "restore the registry store from a backup" in said
    assert house.outcome(removed) == (True, "")
    assert sentence in caplog.text


def test_an_untouched_store_is_sound(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """Grants, cards and denials made by the signer itself never count as edited, whatever their number."""
    for name in ("ani", "budi", "cici"):
        house.ask(approved(verdict(name)))
        house.journal(bound(name)) if name == "ani" else None
        house.work()
        house.ask(withdrawal(name))
        house.work()
    house.ask(approved(verdict("dedi")))
    house.work()

    assert caplog.text == ""
    assert all(applied for (applied,) in house.rows(tables.outcome.c.applied))
