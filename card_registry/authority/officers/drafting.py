"""From a wish to a draft: the documents as they would be, unsigned.

Nothing is decided here but form: whether a wish is a good one, the officers read and say. Every draft signs
root's or targets' next version over the whole of what holds, so that two drafts never both fit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tuf.api.metadata import Metadata

from card_registry import canonical
from card_registry.authority.officers.cards import KeyCard, SignerCard
from card_registry.authority.officers.draft import VERSION, Draft, as_text
from card_registry.authority.officers.ground import DOORS, TARGETS, Ground, S, Slots, ground_slots
from card_registry.errors import OperatorMistaken
from card_registry.statements import Directory, People, Policy
from card_registry.trust.ceremony import OFFICERS, Seats, doors_of, root_of, targets_of
from card_registry.trust.recovery import Recovery, read_recovery
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, PEOPLE, POLICY, root_slot


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall change; what is left out stays.

    ``officers`` names, by the label of who leaves, the card of who comes. ``root`` and ``doors`` sign those
    again although nothing in them changes. ``clock`` sets every door's floor of time to the draft's;
    ``denials`` lets doors forget denials that are not on the signer's own list.
    """

    officers: Mapping[str, KeyCard] = field(default_factory=dict)
    enroller: str | None = None
    signer: SignerCard | None = None
    receipt: str | None = None
    people: People | None = None
    policy: Policy | None = None
    root: bool = False
    doors: bool = False
    clock: bool = False
    denials: bool = False


def draft_founding(seats: Seats, statements: tuple[People, Policy], now: int, why: str) -> Draft:
    """Draft a new site.

    Raises:
        OperatorMistaken: Not three officers, or one key for two seats.
    """
    people, policy = statements
    require_seats(seats)
    directory = canonical.encode(Directory(1, policy.site, ()))
    after = {
        FIRST_ROOT: unsigned(root_of(seats, now)),
        TARGETS: unsigned(targets_of(seats, people, policy, now)),
        DOORS: unsigned(doors_of(directory, now)),
        PEOPLE: canonical.encode(people),
        POLICY: canonical.encode(policy),
        DIRECTORY: directory,
    }
    return Draft(VERSION, policy.site, now, why, {}, as_text(after))


def draft_change(ground: Ground, slots: Slots, wish: Wish, now: int, why: str) -> Draft:
    """Draft a change of a founded site; ``ground`` was read from ``slots``.

    Raises:
        OperatorMistaken: The wish names nobody, changes nothing, or gives one key two seats.
    """
    seats = _seats(ground, wish)
    require_seats(seats)
    people, policy = wish.people or ground.people, _policy(ground, wish, seats)
    after = _root(ground, wish, seats, now)
    version = ground.targets.version + 1
    after[TARGETS] = unsigned(targets_of(seats, people, policy, now, version))
    for path, old, new in ((PEOPLE, ground.people, people), (POLICY, ground.policy, policy)):
        if new != old:
            after[path] = canonical.encode(new)
    if wish.doors or seats.enroller != ground.seats.enroller:
        directory = slots[DIRECTORY]
        after[DOORS] = unsigned(doors_of(directory, now, ground.doors.version + 1))
    if after.keys() == {TARGETS} and seats == ground.seats and wish == Wish():
        raise OperatorMistaken(
            "nothing would change; to sign all anew before it ends: akses registry draft renewal"
        )
    before = as_text(ground_slots(slots))
    return Draft(VERSION, ground.policy.site, now, why, before, as_text(after))


def require_seats(seats: Seats) -> None:
    """Refuse another number of officers, or one key in two seats.

    Raises:
        OperatorMistaken: The sentence says which.
    """
    if len(seats.officers) != OFFICERS:
        message = f"there must be {OFFICERS} officers with different labels, not {len(seats.officers)}"
        raise OperatorMistaken(message)
    keys = [*seats.officers.values(), seats.enroller, seats.grants, seats.online]
    if len(set(keys)) != len(keys):
        raise OperatorMistaken("one key would sit in two seats; everybody needs a key of their own")


def unsigned(signed: S) -> bytes:
    """Give a document's bytes, signed by nobody yet."""
    return Metadata(signed).to_bytes()


def _seats(ground: Ground, wish: Wish) -> Seats:
    seats = ground.seats
    unknown = wish.officers.keys() - seats.officers.keys()
    if unknown:
        known = ", ".join(seats.officers)
        message = f"no officer is called {min(unknown)}; the officers are {known}"
        raise OperatorMistaken(message)
    sitting = [
        (wish.officers[label].label, wish.officers[label].public)
        if label in wish.officers
        else (label, public)
        for label, public in seats.officers.items()
    ]
    signer = wish.signer
    return Seats(
        dict(sitting),
        wish.enroller or seats.enroller,
        signer.grants if signer else seats.grants,
        signer.online if signer else seats.online,
    )


def _policy(ground: Ground, wish: Wish, seats: Seats) -> Policy:
    """Give the policy with the keys that the seats bring along."""
    policy = wish.policy or ground.policy
    signer, old = wish.signer, ground.seats.online
    if signer is not None:
        lockdown = tuple(seats.online if key == old else key for key in policy.lockdown_keys)
        policy = replace(
            policy,
            order_keys=(signer.order,),
            authority_keys=(signer.authority,),
            lockdown_keys=lockdown,
        )
    return policy if wish.receipt is None else replace(policy, receipt_keys=(wish.receipt,))


def _root(ground: Ground, wish: Wish, seats: Seats, now: int) -> dict[str, bytes]:
    """Give the next root where one is needed, by slot name."""
    old = ground.seats
    lowers = wish.clock or wish.denials
    if not (wish.root or lowers or seats.officers != old.officers or seats.online != old.online):
        return {}
    version = ground.root.version + 1
    said = Recovery(version, now if wish.clock else None, wish.denials) if lowers else None
    kept = said or read_recovery(ground.root.unrecognized_fields)
    return {root_slot(version): unsigned(root_of(seats, now, version, kept))}
