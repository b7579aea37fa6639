"""Which changes are covered: every rule of the authority, broken once."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.authority.warrant import (
    Binding,
    BoundCredential,
    Charter,
    HeldGrant,
    Truth,
    authorise_binding,
    authorise_grant,
    authorise_withdrawal,
    digest_of,
    has_grant_for,
)
from card_registry.errors import NotWarranted
from card_registry.instant import DAY
from card_registry.statements import (
    Approver,
    ControllerEntry,
    Denial,
    Directory,
    GrantWarrant,
    People,
    Proof,
    Scheme,
)
from card_registry.words import (
    Approval,
    ControllerKind,
    ControllerStatus,
    DoorId,
    PersonId,
    SiteId,
    Subject,
)
from tests.card_registry.authority.house import (
    APPLICANT,
    HERE,
    KABID,
    KABID_KEY,
    OPERATOR,
    PROCEDURE,
    SITE,
    START,
    approved,
    bound,
    by_session,
    request_of,
    terms,
    verdict,
    withdrawal,
)
from tests.card_registry.trust.made import policy, token

DOORS = request_of(HERE, DoorId("ruang-server")).doors


def entry(status: ControllerStatus = ControllerStatus.ACTIVE) -> ControllerEntry:
    """Give the controller's directory entry."""
    return ControllerEntry(HERE, ControllerKind.DOOR, status, 1, "ab" * 32, "cd" * 32, DOORS)


def charter(approval: Approval = Approval.SIGNATURE, **changes: object) -> Charter:
    """Give what officers and enroller signed."""
    approvers = (
        Approver(KABID, KABID_KEY, ("0f" * 32,)),
        Approver(KABID, KABID_KEY, (PROCEDURE,)),
        Approver(APPLICANT, KABID_KEY, (PROCEDURE,)),
        Approver(PersonId("kadis"), "ee" * 32, (PROCEDURE,)),
    )
    whole = Charter(People(1, SITE, approvers), policy(approval=approval), Directory(1, SITE, (entry(),)))
    return replace(whole, **changes)  # type: ignore[arg-type] # by name


TRUTH = Truth(charter(), serial=9)
WARRANT = approved(verdict())
HELD = authorise_grant(TRUTH, WARRANT, START)


def known(name: str = "ani") -> BoundCredential:
    """Give one person's credential as it is in the registry."""
    event = bound(name)
    return BoundCredential(
        event.digest,
        event.card,
        event.holder,
        event.kind,
        event.tier,
        event.case,
        event.maker,
        "meja-1/1/1",
    )


def test_a_signed_verdict_adds_exactly_its_grant() -> None:
    """The grant is the one that was signed, with the people it stands on."""
    body = canonical.encode(WARRANT)

    assert (
        HeldGrant(terms(), weak=False, case=verdict().case, applicant=APPLICANT, approver=KABID, warrant=body)
        == HELD
    )


def test_a_session_adds_a_weak_grant_where_the_officers_allow_it() -> None:
    """The weaker approval is marked for ever."""
    truth = replace(TRUTH, charter=charter(Approval.SESSION))

    assert authorise_grant(truth, by_session(verdict()), START).weak
    assert not authorise_grant(truth, WARRANT, START).weak


def test_a_grant_may_lift_a_denial_that_exists() -> None:
    """A restoring approval signs the serial it lifts."""
    restored = verdict(grant=terms(clears=9))

    assert authorise_grant(TRUTH, approved(restored, lifts=9), START).terms.clears == 9


def forged_proof(**changes: str) -> GrantWarrant:
    """Give the warrant with another proof."""
    return replace(WARRANT, proof=replace(WARRANT.proof, **changes))  # type: ignore[arg-type] # by name


def moved() -> GrantWarrant:
    """Give another grant under the signature of this one."""
    return replace(WARRANT, verdict=canonical.encode(verdict("mallory")).decode())


GRANTS: list[tuple[str, GrantWarrant | Callable[[], GrantWarrant], Truth, int, str]] = [
    ("not-json", replace(WARRANT, verdict="{"), TRUTH, START, "cannot be read"),
    ("surrogate", replace(WARRANT, verdict="\ud800"), TRUTH, START, "cannot be read"),
    ("spaces", replace(WARRANT, verdict=WARRANT.verdict + " "), TRUTH, START, "canonical form"),
    ("version", replace(WARRANT, v=2), TRUTH, START, "another version"),
    ("verdict-version", approved(verdict(v=2)), TRUTH, START, "another version"),
    ("site", approved(verdict(site=SiteId("lain"))), TRUTH, START, "is for site lain, this is contoh"),
    ("stranger", approved(verdict(approver=OPERATOR)), TRUTH, START, "not on the list that the officers"),
    ("procedure", approved(verdict(procedure="aa" * 32)), TRUTH, START, "may not approve under this"),
    ("no-signature", forged_proof(signature="00" * 64), TRUTH, START, "signature is not the approver's"),
    ("not-hex", forged_proof(signature="zz"), TRUTH, START, "signature is not the approver's"),
    ("other-grant", moved(), TRUTH, START, "signature is not the approver's"),
    (
        "other-key",
        approved(verdict(approver=PersonId("kadis"))),
        TRUTH,
        START,
        "another key than the officers",
    ),
    ("session", by_session(verdict()), TRUTH, START, "a session alone is not enough"),
    ("passkey", forged_proof(scheme=Scheme.PASSKEY), TRUTH, START, "another passkey than the"),
    ("twice", WARRANT, replace(TRUTH, used={digest_of(WARRANT)}), START, "was used before"),
    ("same-id", WARRANT, replace(TRUTH, grants=(HELD,)), START, "with this id exists already"),
    ("own", approved(verdict(approver=APPLICANT)), TRUTH, START, "applicant and approver are the same"),
    (
        "maker",
        approved(verdict(applicant=OPERATOR)),
        replace(TRUTH, credentials=(known("budi"), known())),
        START,
        "made this holder's card",
    ),
    ("ended", WARRANT, TRUTH, START + 300 * DAY, "has ended before"),
    ("lifts-unsigned", replace(WARRANT, lifts=9), TRUTH, START, "lifts another denial than was signed"),
    ("lifts-future", approved(verdict(grant=terms(clears=10)), 10), TRUTH, START, "does not exist"),
    (
        "lifts-two",
        approved(verdict(grant=terms(clears=9)), 9),
        replace(TRUTH, holder_denied=4),
        START,
        "would lift the holder's own denial 4 beside the later one",
    ),
    ("schedule", approved(verdict(grant=terms(schedule="malam"))), TRUTH, START, "schedule 'malam' is not"),
    ("door", approved(verdict(grant=terms(doors=(DoorId("gudang"),)))), TRUTH, START, "has the door gudang"),
    (
        "revoked-controller",
        WARRANT,
        replace(TRUTH, charter=charter(directory=Directory(1, SITE, (entry(ControllerStatus.REVOKED),)))),
        START,
        "has the door ruang-server",
    ),
]


@pytest.mark.parametrize(
    ("warrant", "truth", "now", "sentence"),
    [pytest.param(*rest, id=name) for name, *rest in GRANTS],
)
def test_a_grant_that_breaks_a_rule_is_refused(
    warrant: GrantWarrant, truth: Truth, now: int, sentence: str
) -> None:
    """Every rule has its own sentence."""
    with pytest.raises(NotWarranted, match=sentence):
        authorise_grant(truth, warrant, now)


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_no_changed_bit_of_a_verdict_is_accepted(place: int, bit: int) -> None:
    """Whatever bit of the signed text changes, nothing is granted."""
    text = bytearray(WARRANT.verdict.encode())
    text[place % len(text)] ^= 1 << bit
    changed = replace(WARRANT, verdict=text.decode(errors="replace"))

    with pytest.raises(NotWarranted):
        authorise_grant(TRUTH, changed, START)


def test_taking_away_needs_no_signature() -> None:
    """A withdrawal becomes a denial with the next serial."""
    denial = authorise_withdrawal(TRUTH, withdrawal())

    assert denial == Denial(Subject.CARD, token("card of ani"), 10)
    with pytest.raises(NotWarranted, match="has version 2"):
        authorise_withdrawal(TRUTH, replace(withdrawal(), v=2))


BOUND = replace(TRUTH, grants=(HELD,))


def test_a_bound_card_becomes_a_credential() -> None:
    """A desk's event of a granted case gives its credential."""
    assert authorise_binding(BOUND, Binding(bound(), "meja-1/1/1")) == known()
    assert has_grant_for(BOUND, bound())
    assert not has_grant_for(TRUTH, bound())


BINDINGS = [
    ("digest", {"digest": "ab"}, BOUND, "credential digest must be"),
    ("card", {"card": "KRT-1"}, BOUND, "card id must be"),
    ("holder", {"holder": "ani"}, BOUND, "holder id must be"),
    ("no-grant", {}, TRUTH, "no approved grant of case"),
    ("other-holder", {"holder": token("budi")}, BOUND, "no approved grant of case"),
    ("maker-applied", {"maker": APPLICANT}, BOUND, "made by its applicant or approver"),
    ("maker-approved", {"maker": KABID}, BOUND, "made by its applicant or approver"),
    ("again", {}, replace(BOUND, credentials=(known(),)), "bound to a card already"),
    (
        "others-card",
        {"card": token("card of budi")},
        replace(BOUND, credentials=(known("budi"),)),
        "belongs to another holder",
    ),
]


@pytest.mark.parametrize(
    ("changes", "truth", "sentence"), [pytest.param(*rest, id=name) for name, *rest in BINDINGS]
)
def test_a_binding_that_breaks_a_rule_is_refused(
    changes: dict[str, Any], truth: Truth, sentence: str
) -> None:
    """Every rule has its own sentence."""
    with pytest.raises(NotWarranted, match=sentence):
        authorise_binding(truth, Binding(replace(bound(), **changes), "meja-1/1/1"))


def test_a_second_credential_of_the_same_card_is_welcome() -> None:
    """One card may carry two credentials of one holder."""
    truth = replace(BOUND, credentials=(known(),))
    second = bound(digest=hashlib.sha256(b"second").hexdigest())

    assert authorise_binding(truth, Binding(second, "meja-1/1/2")).card == known().card


def test_a_proof_says_who_signed() -> None:
    """The proof of a key file carries the approver's public key and nothing of a passkey."""
    assert WARRANT.proof == Proof(Scheme.KEY_FILE, KABID_KEY, WARRANT.proof.signature)
