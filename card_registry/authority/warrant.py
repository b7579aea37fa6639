"""Whether a change of the registry is covered: by a signed verdict, by being a removal, or by a desk's event.

The console that carries warrants here is not believed. A verdict counts when an approver on the officers'
own list signed exactly this grant, for this site, once; applicant, approver and card maker are three
people. What only takes away needs no signature.

Pure.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from card_registry import canonical
from card_registry.authority.proving import Strength, prove
from card_registry.errors import Malformed, NotWarranted
from card_registry.journal.event import CredentialBound
from card_registry.signing import Purpose, digest
from card_registry.statements import (
    Approver,
    Denial,
    Directory,
    GrantTerms,
    GrantWarrant,
    People,
    Policy,
    Verdict,
    WithdrawWarrant,
)
from card_registry.words import (
    CardId,
    CaseId,
    ControllerKind,
    ControllerStatus,
    CredentialKind,
    DoorId,
    HolderId,
    PersonId,
    Tier,
    require_digest,
    require_token,
)

VERSION = 1


@dataclass(frozen=True, slots=True)
class Charter:
    """What the officers and the enroller signed: who approves, what is allowed, which doors there are."""

    people: People
    policy: Policy
    directory: Directory


@dataclass(frozen=True, slots=True)
class HeldGrant:
    """A grant in the registry, with the approval that it stands on."""

    terms: GrantTerms
    weak: bool
    case: CaseId
    applicant: PersonId
    approver: PersonId
    warrant: bytes


@dataclass(frozen=True, slots=True)
class BoundCredential:
    """A credential in the registry, with the desk's event that bound it."""

    digest: str
    card: CardId
    holder: HolderId
    kind: CredentialKind
    tier: Tier
    case: CaseId
    maker: PersonId
    source: str


@dataclass(frozen=True, slots=True)
class Truth:
    """The slice of the registry that one change is judged against.

    ``serial`` is the newest denial, ``holder_denied`` the holder's own (0: none); ``used`` holds the verdict
    digests spent; ``grants`` and ``credentials`` are those of the same holder, case, id, card or digest.
    ``counts`` holds the last counter of each passkey that counts, by its public key.
    """

    charter: Charter
    serial: int = 0
    used: Collection[str] = ()
    grants: tuple[HeldGrant, ...] = ()
    credentials: tuple[BoundCredential, ...] = ()
    holder_denied: int = 0
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Binding:
    """A desk's event, and its place (``controller/epoch/seq``) under that desk's signed head."""

    event: CredentialBound
    source: str


def authorise_grant(truth: Truth, warrant: GrantWarrant, now: int) -> HeldGrant:
    """Give the grant that an approved warrant adds; ``now`` is the server's clock in milliseconds.

    Raises:
        NotWarranted: The sentence says which rule it breaks.
    """
    verdict = read_verdict(warrant)
    _check_site(truth, verdict)
    charter, signed = truth.charter, digest(Purpose.VERDICT, canonical.encode(verdict))
    strength = prove(charter.policy, (_approver(truth, verdict),), warrant.proof, signed, truth.counts)
    if digest_of(warrant) in truth.used:
        raise NotWarranted("this approval was used before; a right needs an approval of its own")
    if any(held.terms.id == verdict.grant.id for held in truth.grants):
        raise NotWarranted("a grant with this id exists already")
    _check_duties(truth, verdict)
    _check_terms(truth, verdict.grant, warrant.lifts, now)
    body = canonical.encode(warrant)
    weak = strength is Strength.SESSION
    return HeldGrant(verdict.grant, weak, verdict.case, verdict.applicant, verdict.approver, body)


def authorise_withdrawal(truth: Truth, warrant: WithdrawWarrant) -> Denial:
    """Give the denial that takes a right away.

    Raises:
        NotWarranted: The warrant is of another version.
    """
    if warrant.v != VERSION:
        raise NotWarranted(f"the warrant has version {warrant.v}; this program reads version {VERSION}")
    return Denial(warrant.subject, warrant.id, truth.serial + 1)


def authorise_binding(truth: Truth, binding: Binding) -> BoundCredential:
    """Give the credential that a desk bound to a card, in a case whose grant is in the registry.

    Raises:
        NotWarranted: The sentence says which rule it breaks.
    """
    event = binding.event
    _check_binding_shape(event)
    cases = [held for held in truth.grants if held.case == event.case and held.terms.holder == event.holder]
    if not cases:
        raise NotWarranted(f"no approved grant of case {event.case} to this holder is in the registry")
    if any(event.maker in {held.applicant, held.approver} for held in cases):
        raise NotWarranted("the card was made by its applicant or approver; duties must be apart")
    for known in truth.credentials:
        if known.digest == event.digest:
            raise NotWarranted("this credential is bound to a card already")
        if known.card == event.card and known.holder != event.holder:
            raise NotWarranted("this card belongs to another holder")
    return BoundCredential(
        event.digest,
        event.card,
        event.holder,
        event.kind,
        event.tier,
        event.case,
        event.maker,
        binding.source,
    )


def read_verdict(warrant: GrantWarrant) -> Verdict:
    """Read what the approver signed.

    Raises:
        NotWarranted: It cannot be read, or is of another version.
    """
    try:
        verdict = canonical.decode(warrant.verdict.encode(), Verdict, "the verdict")
    except (Malformed, UnicodeEncodeError) as error:
        raise NotWarranted(f"the approval cannot be read: {error}") from error
    if warrant.v != VERSION or verdict.v != VERSION:
        raise NotWarranted(f"the approval is of another version than {VERSION}")
    return verdict


def digest_of(warrant: GrantWarrant) -> str:
    """Give the digest an approver signed (hex): what can be spent once."""
    return digest(Purpose.VERDICT, warrant.verdict.encode()).hex()


def has_grant_for(truth: Truth, event: CredentialBound) -> bool:
    """Say whether the case of a binding has its grant in the registry yet."""
    return any(held.case == event.case for held in truth.grants)


def _check_site(truth: Truth, verdict: Verdict) -> None:
    site = truth.charter.policy.site
    if verdict.site != site:
        raise NotWarranted(f"the approval is for site {verdict.site}, this is {site}")


def _approver(truth: Truth, verdict: Verdict) -> Approver:
    listed = [one for one in truth.charter.people.approvers if one.person == verdict.approver]
    if not listed:
        raise NotWarranted("the approver is not on the list that the officers signed")
    for one in listed:
        if verdict.procedure in one.procedures:
            return one
    raise NotWarranted("the approver may not approve under this procedure (or this wording of it)")


def _check_duties(truth: Truth, verdict: Verdict) -> None:
    if verdict.applicant == verdict.approver:
        raise NotWarranted("applicant and approver are the same person; duties must be apart")
    makers = {known.maker for known in truth.credentials if known.holder == verdict.grant.holder}
    if makers & {verdict.applicant, verdict.approver}:
        raise NotWarranted("applicant or approver made this holder's card; duties must be apart")


def _check_terms(truth: Truth, terms: GrantTerms, lifts: int, now: int) -> None:
    if terms.ends <= now:
        raise NotWarranted("the grant has ended before it could be published")
    if terms.clears != lifts or not 0 <= terms.clears <= truth.serial:
        raise NotWarranted("the grant lifts another denial than was signed for, or one that does not exist")
    if 0 < truth.holder_denied < terms.clears:
        raise NotWarranted(
            f"the grant would lift the holder's own denial {truth.holder_denied} beside the later one it "
            "names; an approval lifts one denial, and the holder's comes first"
        )
    if terms.schedule is not None and terms.schedule not in truth.charter.policy.schedules:
        raise NotWarranted(f"schedule {terms.schedule[:40]!r} is not one the officers signed")
    unknown = set(terms.doors) - doors_of(truth.charter.directory)
    if unknown:
        raise NotWarranted(f"no controller of this site has the door {min(unknown)}")


def doors_of(directory: Directory) -> set[DoorId]:
    """Name every door of a trusted controller."""
    return {
        rule.id
        for entry in directory.controllers
        if entry.kind is ControllerKind.DOOR and entry.status is ControllerStatus.ACTIVE
        for rule in entry.doors
    }


def _check_binding_shape(event: CredentialBound) -> None:
    try:
        require_digest(event.digest, "a credential digest")
        require_token(event.card, "a card id")
        require_token(event.holder, "a holder id")
    except ValueError as error:
        raise NotWarranted(f"the desk's event is not well formed: {error}") from error
