"""What a draft changes, in sentences an officer can follow; worked out from what is signed and nothing else.

First everything is made again from what is said here, and compared: a draft that holds anything beyond it is
refused, so no change goes unread. Labels are what officers chose for themselves; the fingerprint beside each
is what they compare.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from tuf.api.metadata import Root, Targets

from card_registry import canonical
from card_registry.authority.officers.cards import fingerprint
from card_registry.authority.officers.drafting import require_seats
from card_registry.authority.officers.ground import Ground
from card_registry.authority.officers.statements import people_lines, policy_lines
from card_registry.errors import Malformed
from card_registry.instant import SECOND
from card_registry.trust.ceremony import doors_of, root_of, targets_of
from card_registry.trust.recovery import read_recovery

TASKS: Mapping[str, str] = {
    "enroller": "enrols controllers and desks",
    "grants": "signs the doors' cards and rights (at the signer)",
    "online": "signs denials, lockdowns and freshness (at the signer)",
}
"""What the single keys do, by the seat's field."""


def changes(old: Ground | None, new: Ground) -> tuple[str, ...]:
    """Say everything that a draft changes.

    Raises:
        Malformed: It changes something that has no words here; do not sign it.
        OperatorMistaken: Not three officers, or one key in two seats.
    """
    require_seats(new.seats)
    _require_sayable(old, new)
    said = (
        *_officers(old, new),
        *_seats(old, new),
        *people_lines(old.people if old else None, new.people),
        *policy_lines(old.policy if old else None, new.policy),
        *_ends(old, new),
        *_recovery(old, new),
    )
    if not all(line.isprintable() for line in said):
        raise Malformed("the draft holds characters that do not print; do not sign it")
    return said


def day(moment: datetime) -> str:
    """Give a moment as people read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _require_sayable(old: Ground | None, new: Ground) -> None:
    """Refuse documents that differ from what seats, statements and dates would make."""
    seats, directory = new.seats, canonical.encode(new.directory)
    before = old or new
    if old is None or new.root.version != old.root.version:
        made = root_of(seats, 0, new.root.version, read_recovery(new.root.unrecognized_fields))
        _require_same("the new root", made, new.root)
    targets = targets_of(seats, new.people, new.policy, 0, new.targets.version)
    _require_same("the officers' targets", targets, new.targets)
    if old is None or new.doors.version != old.doors.version:
        _require_same("the list of controllers", doors_of(directory, 0, new.doors.version), new.doors)
    if new.directory != before.directory or (old is None and new.directory.controllers):
        raise Malformed(
            "the draft changes the list of controllers, which is the enroller's work; do not sign"
        )
    sites = {new.people.site, new.policy.site, new.directory.site, before.policy.site}
    _require_next(old, new)
    if len(sites) != 1:
        raise Malformed(f"the draft speaks of different sites ({', '.join(sorted(sites))}); do not sign")


def _require_next(old: Ground | None, new: Ground) -> None:
    """Refuse version numbers that skip, go back, or that nobody could follow."""
    for role in ("root", "targets", "doors"):
        was = getattr(old, role).version if old else 0
        step = getattr(new, role).version - was
        if step != 1 and not (step == 0 and role != "targets" and old):
            raise Malformed(f"the draft's {role} goes from version {was} by {step}, not by one; do not sign")


def _require_same(what: str, made: Root | Targets, found: Root | Targets) -> None:
    made.expires, made.spec_version = found.expires, found.spec_version
    if made.to_dict() != found.to_dict():
        raise Malformed(f"{what} holds something this program has no words for; do not sign this draft")


def _officers(old: Ground | None, new: Ground) -> Iterator[str]:
    """Say who sits as an officer, by key."""
    before = old.seats.officers if old else {}
    was = {public: label for label, public in before.items()}
    now = {public: label for label, public in new.seats.officers.items()}
    for public, label in was.items():
        if public not in now:
            yield f"Officer {label} (key {fingerprint(public)}) signs no more."
    for public, label in now.items():
        if public not in was:
            yield f"Officer {label} signs from now on, with key {fingerprint(public)}; any two decide."
        elif was[public] != label:
            yield f"Officer {was[public]} is called {label} from now on; the key stays."


def _seats(old: Ground | None, new: Ground) -> Iterator[str]:
    for name, task in TASKS.items():
        was = getattr(old.seats, name) if old else None
        now = getattr(new.seats, name)
        if was is None:
            yield f"The {name} key, which {task}, is {fingerprint(now)}."
        elif now != was:
            yield (
                f"The {name} key, which {task}, is {fingerprint(now)} from now on; "
                f"{fingerprint(was)} counts for nothing any more."
            )


def _ends(old: Ground | None, new: Ground) -> Iterator[str]:
    """Say until when each signature holds."""
    if old is None or new.root.version != old.root.version:
        yield f"The root (who counts for what) holds until {day(new.root.expires)}."
    yield f"People, policy and delegations hold until {day(new.targets.expires)}."
    ends = day(new.doors.expires)
    if old is None:
        yield f"The list of controllers begins empty, and holds until {ends}."
    elif new.doors.version != old.doors.version:
        count = len(new.directory.controllers)
        yield f"The list of {count} controllers is signed again, unchanged, until {ends}."


def _recovery(old: Ground | None, new: Ground) -> Iterator[str]:
    said = read_recovery(new.root.unrecognized_fields)
    if said is None or (old and said == read_recovery(old.root.unrecognized_fields)):
        return
    if said.root != new.root.version:
        raise Malformed("the draft repeats a recovery under another root's number; do not sign this draft")
    if said.time is not None:
        at = day(datetime.fromtimestamp(said.time / SECOND, UTC))
        yield f"Every door that learns of this root counts its time from {at}, whatever it took for proven."
    if said.denials:
        yield (
            "Every door that learns of this root forgets all denials but those on the signer's own list: "
            "a card denied by a thief opens again, one denied by the office does not."
        )
