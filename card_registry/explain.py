"""The same decision again, years later: from the event that recorded it and the registry of that day.

Audit and console ask here, so their answer cannot drift from the door's: both call ``decision.decide``. Which
registry decided is named by the event's ``versions``; finding it is the caller's work. Indonesian labels are
in ``labels``.

Pure.
"""

from typing import assert_never

from card_registry.decision import Denied, Flag, Granted, Tap, decide
from card_registry.instant import Instant
from card_registry.journal.event import Moment, Tapped
from card_registry.registry import Registry
from card_registry.words import Reason

SENTENCES: dict[Reason, str] = {
    Reason.GRANTED: "a grant covers this card, this door and this moment",
    Reason.GRANTED_FREE: "the door was set free, so it stood open for everyone",
    Reason.NO_REGISTRY: "the door had no signed registry that knows it",
    Reason.REGISTRY_EXPIRED: "the registry was older than the site allows",
    Reason.PROOF_FAILED: "the card did not prove that it is the one it claims to be",
    Reason.UNKNOWN_CREDENTIAL: "the registry of this door does not list what the card proved",
    Reason.TIER_TOO_WEAK: "the card's proof was weaker than its enrolment or this door demands",
    Reason.CARD_DENIED: "the card was withdrawn and no later approval clears that",
    Reason.HOLDER_DENIED: "the holder's access was withdrawn and no later approval clears that",
    Reason.GRANT_DENIED: "the grant was withdrawn and no later approval clears that",
    Reason.NO_GRANT: "the holder had no grant for this door",
    Reason.NOT_YET: "the grant had not begun",
    Reason.ENDED: "the grant was over",
    Reason.OUTSIDE_SCHEDULE: "the grant's schedule was closed",
    Reason.CLOCK_UNCERTAIN: "the clock could not tell, and the door's policy then refuses such a grant",
    Reason.LOCKDOWN: "the door was locked down and the grant is no override",
    Reason.ESCORT_REQUIRED: "the grant needs an escort, and none was let in just before",
    Reason.PIN_WRONG: "the PIN was wrong",
    Reason.PIN_REQUIRED: "the door asks for a PIN after the card, and none was given yet",
    Reason.PIN_LOCKED: "the PIN was locked after too many wrong tries, until an operator unlocks it",
    Reason.SECOND_PERSON: "two persons must come together, and no other with a right of their own was there",
    Reason.ANTI_PASSBACK: "the holder was let in before and had not left",
    Reason.INTERLOCK: "a door that must be shut and locked first was not",
    Reason.GRANTED_EXIT: "the reader is on the way out, which is free to every card that is not withdrawn",
    Reason.JOURNAL_REFUSED: "the door could not write the event down, so it did not open",
    Reason.FAULT: "the controller failed while it decided, so it did not open",
}


def replay(registry: Registry | None, tapped: Tapped, at: Moment) -> Granted | Denied:
    """Decide a recorded tap again, with the registry of that day (None if the door had none).

    A tap answered JOURNAL_REFUSED is answered here as it would have been, had the journal taken it.
    """
    proven = tapped.reason is not Reason.PROOF_FAILED and Flag.UNPROVEN not in tapped.flags
    match = None if registry is None else _match_of(registry, tapped)
    tap = Tap(
        tapped.door, tapped.reader, tapped.side, tapped.kind, tapped.tier, proven, match, tapped.credential
    )
    return decide(registry, tap, tapped.circumstances, Instant(at.lo, at.hi, at.quality))


def explain(answer: Granted | Denied) -> str:
    """Say in one English sentence why the door answered so."""
    match answer:
        case Granted():
            flags = f" (flags: {', '.join(answer.flags)})" if answer.flags else ""
            return f"Granted: {SENTENCES[answer.reason]}{flags}."
        case Denied():
            return f"Denied: {SENTENCES[answer.reason]}."
        case _:
            assert_never(answer)


def _match_of(registry: Registry, tapped: Tapped) -> str | None:
    """Find the row that the tap met: by what was shown, else by the card that the door named."""
    if tapped.credential in registry.credentials:
        return tapped.credential
    for row in registry.credentials.values():
        if row.card == tapped.card and row.kind is tapped.kind:
            return row.match
    return None
