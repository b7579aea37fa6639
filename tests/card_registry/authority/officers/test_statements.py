"""People and policy in sentences: all that changes is said, and what has no sentence is shown as it is."""

from dataclasses import fields, replace
from typing import Any

import pytest

from card_registry.authority.officers.statements import people_lines, policy_lines
from card_registry.errors import Malformed
from card_registry.instant import DAY
from card_registry.passkey import fingerprint
from card_registry.schedule import Schedule, Window
from card_registry.statements import Approver, Passkey, People, Policy
from card_registry.words import Approval, ExpiredPolicy, PersonId
from tests.card_registry.soft_passkey import ORIGIN, soft_passkey
from tests.card_registry.trust.made import SITE, policy

KEYS = {
    name: (digit * 64,)
    for name, digit in zip(("order_keys", "authority_keys", "lockdown_keys"), "abc", strict=True)
}
POLICY = policy(**KEYS)
KABID = Approver(PersonId("kabid"), "d" * 64, ("e" * 64,))
PEOPLE = People(1, SITE, (KABID,))
KEY_MARK = fingerprint(soft_passkey().public)
PAGI = Schedule("Asia/Jakarta", (Window((0,), 420, 1440),), ("2026-08-17",))

CHANGES: list[tuple[dict[str, Any], list[str]]] = [
    ({"approval": Approval.SESSION}, ["WEAK: a right is added on a console session alone"]),
    ({"grace": DAY // 2}, ["Doors go on for 0.5 days"]),
    ({"expired": ExpiredPolicy.DENY}, ["After that time no card opens."]),
    ({"expired": ExpiredPolicy.EMERGENCY_ONLY}, ["After that time only emergency cards open."]),
    ({"ntp_trusted": True}, ["Doors believe unsigned network time"]),
    ({"zone": "Asia/Makassar"}, ['Policy zone is "Asia/Makassar" (it was "Asia/Jakarta").']),
    ({"pin_digits": 4}, ["Policy pin_digits is 4 (it was 6)."]),
    ({"v": 2}, ["Policy v is 2 (it was 1)."]),
    ({"console_origins": (ORIGIN,)}, [f"Passkeys count from now on at the console's address {ORIGIN}."]),
    (
        {"receipt_keys": ("f" * 64,)},
        ["Key ffffffff", "Key 00000000 00000000 00000000 00000000 counts no more"],
    ),
    (
        {"schedules": {"pagi": PAGI}},
        ["Schedule jam-kerja is gone", "pagi is Mon 07:00–24:00 (Asia/Jakarta); holidays: 2026-08-17"],
    ),
]


@pytest.mark.parametrize(("changed", "sentences"), CHANGES)
def test_each_change_of_policy_is_said(changed: dict[str, Any], sentences: list[str]) -> None:
    """One change gives its sentences and no other."""
    said = list(policy_lines(POLICY, replace(POLICY, **changed)))
    assert len(said) == len(sentences)
    for line, sentence in zip(said, sentences, strict=True):
        assert sentence in line


def test_no_field_of_the_policy_changes_unsaid() -> None:
    """A founding says every field but the format's version; the same policy again says nothing."""
    assert list(policy_lines(POLICY, POLICY)) == []
    said = " ".join(policy_lines(None, POLICY))
    worded = {"v", "site", "approval", "grace", "expired", "ntp_trusted", "schedules", *KEYS, "receipt_keys"}
    worded.add("console_origins")
    for one in fields(Policy):
        assert one.name in worded or f"Policy {one.name} is " in said


def test_keys_in_another_order_are_said() -> None:
    """The signer signs with the first; who comes first is a change."""
    two = replace(POLICY, order_keys=("a" * 64, "b" * 64))
    (said,) = policy_lines(two, replace(two, order_keys=("b" * 64, "a" * 64)))
    assert said == "The keys for orders to doors stand in another order: the first is the signer's own."


@pytest.mark.parametrize(
    ("keys", "sentence"), [((), "names no key for the hub's receipts"), (("xyz",), "64 lower-case")]
)
def test_a_policy_without_good_keys_is_not_signed(keys: tuple[str, ...], sentence: str) -> None:
    """Each purpose needs a key, and each key must be one."""
    with pytest.raises(Malformed, match=sentence):
        list(policy_lines(POLICY, replace(POLICY, receipt_keys=keys)))
    assert len(list(policy_lines(POLICY, replace(POLICY, lockdown_keys=())))) == 1


def test_an_address_of_the_console_comes_and_goes() -> None:
    """Where passkeys count no more is said; an address at which none could count is not signed."""
    one, two = (replace(POLICY, console_origins=(ORIGIN, *more)) for more in ((), ("https://lain.go.id",)))
    for before, after, count in (
        (one, two, "from now on at the console's address"),
        (two, one, "no more at"),
    ):
        (said,) = policy_lines(before, after)
        assert count in said
        assert "https://lain.go.id" in said
    gone, none = policy_lines(replace(POLICY, console_origins=(ORIGIN,)), POLICY)
    assert gone == f"Passkeys count no more at {ORIGIN}."
    assert none == "No address of the console is named: no passkey counts."
    with pytest.raises(Malformed, match="do not sign this draft"):
        list(policy_lines(POLICY, replace(POLICY, console_origins=("http://10.0.0.1",))))


def test_people_come_go_and_change() -> None:
    """Another key is another line; other procedures are a change; whoever stays is not mentioned."""
    other = replace(KABID, person=PersonId("kadis"), public="1" * 64)
    more = replace(KABID, procedures=("e" * 64, "2" * 64))
    assert list(people_lines(PEOPLE, PEOPLE)) == []
    (came,) = people_lines(PEOPLE, replace(PEOPLE, approvers=(KABID, other)))
    assert came.startswith("Approver kadis approves from now on: key 11111111")
    (changed,) = people_lines(PEOPLE, replace(PEOPLE, approvers=(more,)))
    assert changed.startswith("Approver kabid changes: key dddddddd")
    assert "2 procedures" in changed
    touched = replace(KABID, person=PersonId("kadis"), public="", passkeys=(soft_passkey().public,))
    (added,) = people_lines(PEOPLE, replace(PEOPLE, approvers=(KABID, touched)))
    assert added.startswith(f"Approver kadis approves from now on: passkey {KEY_MARK}, 1 procedures")
    left, _ = people_lines(replace(PEOPLE, approvers=(touched,)), PEOPLE)
    assert "kadis with passkeys approves no more" in left
    odd = replace(touched, passkeys=(Passkey("x", "00"),))
    with pytest.raises(Malformed, match="passkey's public key"):
        list(people_lines(PEOPLE, replace(PEOPLE, approvers=(KABID, odd))))
    gone, new = people_lines(PEOPLE, replace(PEOPLE, approvers=(replace(KABID, public="3" * 64),)))
    assert "approves no more" in gone
    assert "approves from now on: key 33333333" in new
    assert list(people_lines(PEOPLE, replace(PEOPLE, v=2))) == ["Policy people.v is 2 (it was 1)."]
