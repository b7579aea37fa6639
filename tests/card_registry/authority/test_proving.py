"""Approval by passkey at the signer: listed by the officers, over exactly this, once, the counter growing."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from card_registry import canonical
from card_registry.authority import founding, store
from card_registry.authority.proving import Strength, prove
from card_registry.errors import Malformed, NotWarranted
from card_registry.signing import Purpose, digest
from card_registry.statements import Approver, GrantWarrant, Passkey, Proof, Verdict
from card_registry.stores import registry as tables
from card_registry.words import Approval, OrderKind
from tests.card_registry.authority.house import (
    APPLICANT,
    KABID,
    KABID_KEY,
    PASSKEY,
    PROCEDURE,
    SITE,
    House,
    approved,
    store_of,
    verdict,
    withdrawal,
)
from tests.card_registry.authority.test_ordering import asked, give, report, status, wanted
from tests.card_registry.soft_passkey import ORIGIN, soft_passkey
from tests.card_registry.trust.made import policy

SIGNED = digest(Purpose.VERDICT, b"{}")
POLICY = replace(policy(), console_origins=(ORIGIN,))
LISTED = (
    Approver(KABID, KABID_KEY, ("0f" * 32,)),
    Approver(KABID, "", (PROCEDURE,), (soft_passkey(2).public, PASSKEY.public)),
)


def touched(signed: Verdict, count: int = 1) -> GrantWarrant:
    """Give the warrant of a verdict that the Kabid's passkey signed."""
    body = canonical.encode(signed)
    return GrantWarrant(1, body.decode(), PASSKEY.sign(digest(Purpose.VERDICT, body), count))


def test_a_listed_passkey_proves_as_a_key_file_does() -> None:
    """Any of a person's listed passkeys is a signature, not a weak word."""
    for key in (PASSKEY, soft_passkey(2)):
        assert prove(POLICY, LISTED, key.sign(SIGNED), SIGNED, {}) is Strength.SIGNED


@pytest.mark.parametrize(
    ("proof", "changes", "sentence"),
    [
        (soft_passkey(3).sign(SIGNED), {}, "another passkey than the officers listed"),
        (PASSKEY.sign(SIGNED), {"console_origins": ()}, "names no address of the console"),
        (PASSKEY.sign(b"else"), {}, "does not count: the passkey signed something else"),
        (PASSKEY.sign(SIGNED, 7), {}, "counter did not grow"),
        (PASSKEY.sign(SIGNED, 0), {}, "counter did not grow"),
    ],
    ids=["not listed", "no address", "another digest", "same counter", "counter gone"],
)
def test_an_assertion_that_breaks_a_rule_is_refused(
    proof: Proof, changes: dict[str, tuple[str, ...]], sentence: str
) -> None:
    """Every rule has its own sentence, whatever the console says about the assertion."""
    site = replace(POLICY, console_origins=changes.get("console_origins", POLICY.console_origins))

    with pytest.raises(NotWarranted, match=sentence):
        prove(site, LISTED, proof, SIGNED, {PASSKEY.public.public: 7})


def test_an_empty_key_matches_nothing() -> None:
    """Who has passkeys alone has no key file that an empty public key could stand for."""
    with pytest.raises(NotWarranted, match="another key"):
        prove(POLICY, LISTED[1:], replace(approved(verdict()).proof, public=""), SIGNED, {})
    with pytest.raises(ValueError, match="public key"):
        Approver(KABID, "", (PROCEDURE,))


def test_passkeys_add_grants_and_open_doors_with_growing_counters(house: House) -> None:
    """Verdicts and orders share a passkey's counter: the next one must be higher, in whatever it signs."""
    first, second = house.ask(touched(verdict(), 5)), house.ask(touched(verdict("budi"), 5))
    house.work()
    assert house.outcome(first) == (True, "")
    assert not house.rows(tables.grant.c.weak)[0][0]
    assert "counter did not grow" in house.outcome(second)[1]
    report(house, status())
    for count, sentence in ((5, "counter did not grow"), (6, "")):
        request = wanted(OrderKind.RELEASE, at=house.now + count)
        signed = digest(Purpose.ORDER_REQUEST, canonical.encode(request))
        said = give(house, asked(request, PASSKEY.sign(signed, count)))
        assert (sentence in said) if sentence else said == ""
    third = house.ask(touched(verdict("cici"), 6))
    house.work()
    assert "counter did not grow" in house.outcome(third)[1]


def test_an_assertion_counts_once(house: House) -> None:
    """The same signed approval in a second warrant adds nothing, even from a key without a counter."""
    first, again = house.ask(touched(verdict(), 0)), house.ask(touched(verdict(), 0))
    house.work()
    assert house.outcome(first) == (True, "")
    assert "used before" in house.outcome(again)[1]


def test_a_counter_set_back_by_hand_is_found(house: House) -> None:
    """The counters stand under the signer's own log: an edited one stops every addition, and no removal."""
    house.ask(touched(verdict(), 5))
    house.work()
    row = tables.site.c
    with store_of(house.places.registry, "registry") as engine, engine.begin() as connection:
        name = store.count_name(PASSKEY.public.public)
        connection.execute(update(tables.site).where(row.name == name).values(value=b"1"))
    added, removed = house.ask(touched(verdict("budi"), 4)), house.ask(withdrawal())
    house.work()
    assert "counter" in house.outcome(added)[1]
    assert "changed after it was approved" in house.outcome(added)[1]
    assert house.outcome(removed) == (True, "")


@pytest.mark.parametrize(
    "address",
    [
        "http://konsol.contoh.go.id",
        "https://10.0.0.1",
        "https://konsol.contoh.go.id/",
        "https://KONSOL.id",
        "",
    ],
)
def test_only_addresses_with_passkeys_may_be_founded(address: str) -> None:
    """An address at which no browser offers passkeys is refused when the officers name it."""
    with pytest.raises(ValueError, match="browsers want a host name"):
        founding.Intent(SITE, (), "cd" * 32, "Asia/Jakarta", Approval.SIGNATURE, console_origins=(address,))
    for good in (ORIGIN, f"{ORIGIN}:8443", "http://localhost:8080"):
        founding.Intent(SITE, (), "cd" * 32, "Asia/Jakarta", Approval.SIGNATURE, console_origins=(good,))


def test_a_key_of_another_kind_is_not_listed() -> None:
    """The officers' list takes no passkey that could never count."""
    approver = Approver(APPLICANT, "", (PROCEDURE,), (Passkey("x", "00"),))
    with pytest.raises(Malformed, match="cannot be read"):
        founding.Intent(SITE, (approver,), "cd" * 32, "Asia/Jakarta", Approval.SIGNATURE)
