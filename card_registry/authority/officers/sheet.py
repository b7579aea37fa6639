"""A draft as an officer reads it: where it comes from, what it changes, who has signed and who may.

What is shown is worked out from the draft's documents (``wording``); only the reason is the drafter's own.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from card_registry.authority.officers.cards import fingerprint
from card_registry.authority.officers.draft import Draft, mark_of, new_ground, old_ground
from card_registry.authority.officers.ground import Ground
from card_registry.authority.officers.signatures import Need, needs
from card_registry.authority.officers.wording import changes, day
from card_registry.instant import SECOND


def sheet(draft: Draft, pinned: str = "") -> Iterator[str]:
    """Give the lines; ``pinned`` is the first root's SHA-256 from paper or memory, empty when unknown.

    Raises:
        Forged, Malformed: The draft does not stand on what it says, or holds what has no words.
        OperatorMistaken: It names too few officers, or one key in two seats.
    """
    old, new = old_ground(draft, pinned), new_ground(draft)
    made = day(datetime.fromtimestamp(draft.made / SECOND, UTC))
    yield f"Draft {fingerprint(mark_of(draft))} for site {draft.site}, made {made}."
    yield f"The drafter's reason: {draft.why or 'none given'}"
    yield _stands(old, pinned)
    yield ""
    yield "If it is applied:"
    for number, line in enumerate(changes(old, new), 1):
        yield f"  {number:2}. {line}"
    yield "Nothing else changes."
    yield ""
    yield "Signatures:"
    labels = _labels(old) | _labels(new)
    for need in needs(draft, pinned):
        yield f"  {_said(need, labels)}"


def _stands(old: Ground | None, pinned: str) -> str:
    if old is None:
        return "It founds a new site. Compare every key below with its owner, by voice or on paper."
    checked = "as on your paper" if pinned else "NOT COMPARED: give --root with the digest on your paper"
    place = f"root {old.root.version}, targets {old.targets.version}"
    return f"It stands on {place}, first root {old.first} ({checked})."


def _labels(ground: Ground | None) -> dict[str, str]:
    if ground is None:
        return {}
    officers = {public: label for label, public in ground.seats.officers.items()}
    return {**officers, ground.seats.enroller: "enroller"}


def _said(need: Need, labels: dict[str, str]) -> str:
    signed = ", ".join(labels.get(one, one[:8]) for one in need.signed) or "nobody"
    begin = f"{need.what}: {len(need.signed)} of {need.threshold} ({signed})"
    if not need.lacks:
        return f"{begin}, enough"
    others = ", ".join(labels.get(one, one[:8]) for one in need.holders if one not in need.signed)
    return f"{begin}; {need.lacks} more of: {others}"
