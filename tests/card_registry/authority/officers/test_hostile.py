"""Drafts that somebody tampered with on their way: an officer is shown what they do, or refuses to sign."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tuf.api.metadata import Metadata, Targets

from card_registry import canonical
from card_registry.authority.officers.cards import read_key_card, read_signer_card
from card_registry.authority.officers.draft import Draft, mark_of, merge, read_draft
from card_registry.authority.officers.drafting import Wish, draft_change, draft_founding
from card_registry.authority.officers.ground import read_ground
from card_registry.authority.officers.sheet import sheet
from card_registry.authority.officers.signatures import is_complete, needs, sign
from card_registry.errors import AksesError, Forged, Malformed, OperatorMistaken
from card_registry.instant import DAY
from card_registry.signing import public_hex
from card_registry.statements import Approver, People
from card_registry.trust.ceremony import Seats, found
from card_registry.trust.publish import tuf_key
from card_registry.trust.slots import PEOPLE, POLICY, Role, meta_slot
from card_registry.words import PersonId
from tests.card_registry.trust.made import SITE, START, founding, key, policy

NOW = START + 5 * DAY
OFFICERS = founding().officers
ONLINE = public_hex(key("online"))
KEYS = {"order_keys": ("0a" * 32,), "authority_keys": ("0b" * 32,), "lockdown_keys": (ONLINE,)}
SLOTS = found(founding(), People(1, SITE, ()), policy(**KEYS), START)
GROUND = read_ground(SLOTS)
TARGETS = meta_slot(Role.TARGETS)
ROOT = "root/2"


def rotation() -> Draft:
    """Draft another officer in the place of the first."""
    card = read_key_card(canonical.encode({"v": 1, "label": "kadis", "public": public_hex(key("kadis"))}))
    return draft_change(GROUND, SLOTS, Wish(officers={"officer-1": card}), NOW, "lost")


def tampered(draft: Draft, slot: str, change: Callable[[dict[str, Any]], object]) -> Draft:
    """Change the signed part of one document, as whoever carries the file can."""
    document = json.loads(draft.after[slot])
    change(document["signed"])
    return replace(draft, after={**draft.after, slot: json.dumps(document)})


def with_own_key(document: dict[str, Any], role: str, *, named: str = "") -> None:
    """Let a thief's key sit in a role beside the others, by its own id or by somebody else's."""
    thief = tuf_key(key("thief"))
    keyid = named or thief.keyid
    document["keys"][keyid] = thief.to_dict()
    if keyid not in document["roles"][role]["keyids"]:
        document["roles"][role]["keyids"].append(keyid)


REPEATED = {"root": 1, "time": 5, "denials": True}
TAMPERED: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    (ROOT, lambda one: one["roles"]["root"].update(threshold=1), "no words"),
    (ROOT, lambda one: one["roles"]["targets"].update(threshold=1), "no words"),
    (ROOT, lambda one: one.update(consistent_snapshot=True), "no words"),
    (ROOT, lambda one: one.update({"x-more": 1}), "no words"),
    (ROOT, lambda one: one.update(version=3), "root version 3"),
    (ROOT, partial(with_own_key, role="root"), "must be 3 officers"),
    (ROOT, partial(with_own_key, role="targets"), "no words"),
    (ROOT, partial(with_own_key, role="snapshot"), "no words"),
    (ROOT, partial(with_own_key, role="timestamp"), "role timestamp has 2 keys"),
    (ROOT, partial(with_own_key, role="root", named=tuf_key(OFFICERS[1]).keyid), "no words"),
    (
        ROOT,
        lambda one: one.update({"x-recovery": REPEATED}),
        "another root's number",
    ),
    (ROOT, lambda one: one.update({"x-recovery": {"root": 2}}), "the root's x-recovery"),
    (TARGETS, lambda one: one.update(version=9), "by 8, not by one"),
    (TARGETS, lambda one: one["delegations"]["roles"][2].update(paths=["*"]), "no words"),
    (TARGETS, lambda one: one["delegations"]["roles"][0].update(terminating=False), "no words"),
    (TARGETS, lambda one: one["delegations"]["roles"].reverse(), "no words"),
    (TARGETS, lambda one: one["targets"].update({"d/x": one["targets"][PEOPLE]}), "no words"),
    (TARGETS, lambda one: one["targets"].pop(PEOPLE), "must name site/people does not"),
    (TARGETS, lambda one: one["targets"][POLICY].update(length=1), "not the one that its role names"),
]


@pytest.mark.parametrize(("slot", "change", "sentence"), TAMPERED)
def test_what_has_no_words_is_not_signed(
    slot: str, change: Callable[[dict[str, Any]], object], sentence: str
) -> None:
    """Every hidden change of root or targets is refused before it is shown."""
    with pytest.raises(AksesError, match=sentence):
        list(sheet(tampered(rotation(), slot, change), GROUND.first))


@given(st.data())
@settings(max_examples=150)
def test_a_changed_byte_is_refused_or_read(data: st.DataObject) -> None:
    """Whatever byte of the new documents changes, the draft is refused, or its mark and its words change."""
    draft = DRAFT
    slot = data.draw(st.sampled_from(sorted(draft.after)))
    text = draft.after[slot]
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii", exclude_characters=text[place]))
    changed = replace(draft, after={**draft.after, slot: text[:place] + other + text[place + 1 :]})
    try:
        lines = list(sheet(changed, GROUND.first))
    except AksesError:
        return
    assert lines == SHEET or mark_of(changed) != mark_of(draft)
    if mark_of(changed) != mark_of(draft):
        assert lines[0] != SHEET[0]


DRAFT = rotation()
SHEET = list(sheet(DRAFT, GROUND.first))


def test_a_draft_of_another_site_is_not_signed() -> None:
    """A whole consistent site of a thief's making does not begin with the root on the paper."""
    other = found(founding("other-"), People(1, SITE, ()), policy(**KEYS), START)
    draft = draft_change(read_ground(other), other, Wish(root=True), NOW, "")
    with pytest.raises(Forged, match="not the one on your paper"):
        sign(draft, OFFICERS[0], GROUND.first)


def test_a_draft_on_ground_nobody_signed_is_not_signed() -> None:
    """What it says was before must be what officers signed: a softer policy slipped under it is refused."""
    soft = canonical.encode(policy(**KEYS, ntp_trusted=True)).decode()
    with pytest.raises(Forged, match="slot site/policy is not the one"):
        needs(replace(rotation(), before={**rotation().before, POLICY: soft}))
    unsigned = Metadata[Targets].from_bytes(SLOTS[TARGETS])
    unsigned.signatures.clear()
    before = {**rotation().before, TARGETS: unsigned.to_bytes().decode()}
    with pytest.raises(Forged, match="slot meta/targets is not signed by enough"):
        needs(replace(rotation(), before=before))


@pytest.mark.parametrize(
    "slot", ["cmd/pengendali-1", "authority", "d/pengendali-1/07", "meta/timestamp", "cert/x"]
)
def test_nothing_rides_along_in_a_draft(slot: str) -> None:
    """A slot that officers do not sign is refused, wherever their signatures are counted."""
    stowed = replace(rotation(), after={**rotation().after, slot: "{}"})
    for use in (needs, lambda draft: list(sheet(draft, "")), lambda draft: sign(draft, OFFICERS[1])):
        with pytest.raises(Malformed, match="is not for officers"):
            use(stowed)
    with pytest.raises(Malformed, match="the next root is root/2"):
        needs(replace(rotation(), after={**rotation().after, "root/4": rotation().after[ROOT]}))


def test_a_missing_part_is_named() -> None:
    """A draft that lacks a part of its ground is no draft."""
    before = {name: text for name, text in rotation().before.items() if name != PEOPLE}
    with pytest.raises(Malformed, match="slot site/people is missing"):
        needs(replace(rotation(), before=before))


def test_the_old_and_the_new_officers_must_both_agree() -> None:
    """Two of the new alone, or two of whom one left alone, are not enough for the root; two who stay are."""
    newcomer = sign(sign(rotation(), key("kadis")), OFFICERS[1])
    assert not is_complete(needs(newcomer))
    assert [need.lacks for need in needs(newcomer)] == [1, 0, 0]
    leaving = sign(sign(rotation(), OFFICERS[0]), OFFICERS[1])
    assert [need.lacks for need in needs(leaving)] == [0, 1, 1]
    assert is_complete(needs(sign(sign(rotation(), OFFICERS[1]), OFFICERS[2])))


def test_a_signature_counts_for_its_own_words_only() -> None:
    """Signatures moved to another draft count for nothing there."""
    signed = sign(rotation(), OFFICERS[1])
    document = json.loads(signed.after[ROOT])
    document["signed"]["expires"] = "2099-01-01T00:00:00Z"
    moved = replace(signed, after={**signed.after, ROOT: json.dumps(document)})
    assert [need.signed for need in needs(moved)][:2] == [(), ()]


@pytest.mark.parametrize("stranger", ["online", "thief"])
def test_a_key_without_a_seat_signs_nothing(stranger: str) -> None:
    """Only officers, and the enroller for the list of controllers, have something to sign."""
    with pytest.raises(OperatorMistaken, match="has nothing to sign"):
        sign(rotation(), key(stranger))
    with pytest.raises(OperatorMistaken, match="has signed this draft already"):
        sign(sign(rotation(), OFFICERS[1]), OFFICERS[1])


def test_copies_of_different_drafts_are_not_put_together() -> None:
    """Signatures are merged for the same words only."""
    one, other = sign(rotation(), OFFICERS[1]), sign(rotation(), OFFICERS[2])
    assert is_complete(needs(merge([one, other])))
    later = draft_change(GROUND, SLOTS, Wish(root=True), NOW + DAY, "lost")
    longer = tampered(one, ROOT, lambda root: root.update(version=3))
    for foreign in (later, replace(one, why="other"), longer):
        with pytest.raises(OperatorMistaken, match="copies of different drafts"):
            merge([one, foreign])
    with pytest.raises(Malformed, match="cannot be read"):
        merge([one, replace(one, after={**one.after, ROOT: "{}"})])


def test_one_key_in_two_seats_is_refused() -> None:
    """Whoever holds the enroller's key must not be an officer; nor may there be two officers."""
    twice = read_key_card(canonical.encode({"v": 1, "label": "kadis", "public": GROUND.seats.enroller}))
    with pytest.raises(OperatorMistaken, match="one key would sit in two seats"):
        draft_change(GROUND, SLOTS, Wish(officers={"officer-1": twice}), NOW, "")
    few = Seats({"a": public_hex(OFFICERS[0]), "b": public_hex(OFFICERS[1])}, "1" * 64, "2" * 64, "3" * 64)
    with pytest.raises(OperatorMistaken, match="must be 3 officers"):
        draft_founding(few, (GROUND.people, GROUND.policy), NOW, "")
    with pytest.raises(OperatorMistaken, match="no officer is called nobody"):
        draft_change(GROUND, SLOTS, Wish(officers={"nobody": twice}), NOW, "")
    with pytest.raises(OperatorMistaken, match="nothing would change"):
        draft_change(GROUND, SLOTS, Wish(), NOW, "")


def test_an_approver_listed_twice_is_not_signed() -> None:
    """A second line with the same key could hide behind the first; it is refused."""
    person = Approver(PersonId("kabid"), "0c" * 32, ("aa" * 32,))
    listed = People(1, SITE, (person, replace(person, procedures=("bb" * 32,))))
    with pytest.raises(Malformed, match="twice"):
        list(sheet(draft_change(GROUND, SLOTS, Wish(people=listed), NOW, ""), ""))


def test_a_draft_must_not_speak_of_another_site() -> None:
    """People of one site under the policy of another are refused."""
    listed = People(1, type(SITE)("lain"), ())
    with pytest.raises(Malformed, match="different sites"):
        list(sheet(draft_change(GROUND, SLOTS, Wish(people=listed), NOW, ""), ""))


def test_a_file_that_is_no_draft_is_refused() -> None:
    """Cards and drafts are read strictly."""
    with pytest.raises(Malformed):
        read_draft(b"{}")
    with pytest.raises(Malformed):
        read_draft(canonical.encode(replace(rotation(), v=1)).replace(b'"v":1', b'"v":2'))
    with pytest.raises(Malformed):
        read_key_card(canonical.encode({"v": 1, "label": "Pak Budi", "public": "00" * 32}))
    names = ("grants", "online", "order", "authority")
    with pytest.raises(Malformed, match="four different keys"):
        read_signer_card(canonical.encode({"v": 1, **dict.fromkeys(names, "0" * 64)}))
    keys = {name: public_hex(key(name)) for name in names}
    assert read_signer_card(canonical.encode({"v": 1, **keys})).wanted() == keys


def test_what_does_not_print_is_not_signed() -> None:
    """Escape codes and letters that turn the line round are refused, in the reason and in every name."""
    with pytest.raises(ValueError, match="printed characters"):
        replace(rotation(), why="\x1b[2Kall is well")
    hidden = People(1, SITE, (Approver(PersonId("kabid\u202e"), "0c" * 32, ()),))
    with pytest.raises(Malformed, match="do not print"):
        list(sheet(draft_change(GROUND, SLOTS, Wish(people=hidden), NOW, ""), ""))
