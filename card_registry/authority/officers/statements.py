"""People and policy in sentences: what each list says that the one before did not.

A field that this module does not know is shown by its name and its two values, so that a newer policy is read
in full by an older program's officer as well.

Pure.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields

from card_registry import canonical, passkey
from card_registry.authority.officers.cards import fingerprint
from card_registry.errors import Malformed
from card_registry.instant import DAY
from card_registry.schedule import Schedule, Window
from card_registry.statements import Approver, Passkey, People, Policy
from card_registry.words import Approval, ExpiredPolicy, require_digest

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOUR_MINUTES = 60
APPROVALS: Mapping[str, str] = {
    Approval.SIGNATURE: "A right is added only on its approver's signature.",
    Approval.SESSION: "WEAK: a right is added on a console session alone; such rights are marked weak.",
}
EXPIRED: Mapping[str, str] = {
    ExpiredPolicy.KEEP: "After that time they go on as before.",
    ExpiredPolicy.EMERGENCY_ONLY: "After that time only emergency cards open.",
    ExpiredPolicy.DENY: "After that time no card opens.",
}
KEYS: Mapping[str, str] = {
    "receipt_keys": "the hub's receipts",
    "order_keys": "orders to doors",
    "authority_keys": "the log of what the signer applied",
    "lockdown_keys": "lockdowns",
}
"""What each list of keys in the policy is for."""


def people_lines(old: People | None, new: People) -> Iterator[str]:
    """Say who may approve from now on and who no more.

    Raises:
        Malformed: The list names a key twice.
    """
    if old is not None and old.v != new.v:
        yield from _other("people.v")(old.v, new.v)
    was = _by_key(old) if old else {}
    now = _by_key(new)
    for key in was.keys() - now.keys():
        signed = f"key {fingerprint(key[1])}" if key[1] else "passkeys"
        yield (
            f"Approver {key[0]} with {signed} approves no more; "
            "rights approved before stay until a review takes them."
        )
    for key, approver in now.items():
        if was.get(key) != approver:
            yield _approver(key, was.get(key), approver)


def policy_lines(old: Policy | None, new: Policy) -> Iterator[str]:
    """Say what the policy allows from now on that it did not, and the other way round.

    Raises:
        Malformed: It names no key for something, or what is not a key.
    """
    _require_keys(new)
    for one in fields(Policy):
        before = getattr(old, one.name) if old else None
        now = getattr(new, one.name)
        if old is None or before != now:
            yield from _FIELDS.get(one.name, _other(one.name))(before, now)


def _require_keys(policy: Policy) -> None:
    for name, purpose in KEYS.items():
        keys = getattr(policy, name)
        try:
            for public in keys:
                require_digest(public, f"a key for {purpose}")
        except ValueError as error:
            raise Malformed(f"{error}; do not sign this draft") from error
        if not keys and name != "lockdown_keys":  # without one of their own, lockdowns need the order key
            raise Malformed(f"the policy names no key for {purpose}; nothing of it would be believed")


def _by_key(people: People) -> dict[tuple[str, str], Approver]:
    listed: dict[tuple[str, str], Approver] = {(one.person, one.public): one for one in people.approvers}
    if len(listed) != len(people.approvers):
        raise Malformed("the list of approvers names one person's key twice; do not sign this draft")
    return listed


def _approver(key: tuple[str, str], was: Approver | None, now: Approver) -> str:
    begins = "changes" if was else "approves from now on"
    more = {
        one.name: getattr(now, one.name) for one in fields(Approver) if one.name not in {"person", "public"}
    }
    procedures = [fingerprint(name) for name in more.pop("procedures")]
    keys = [f"key {fingerprint(key[1])}"] if key[1] else []
    keys += [f"passkey {_passkey(one)}" for one in more.pop("passkeys")]
    rest = "".join(f"; {name} {_text(value)}" for name, value in more.items() if value)
    return (
        f"Approver {key[0]} {begins}: {', '.join(keys)}, "
        f"{len(procedures)} procedures ({', '.join(procedures)}){rest}."
    )


def _passkey(key: Passkey) -> str:
    """Say a passkey as its owner's page does; one of another kind is not signed."""
    passkey.require_key(key.public)
    return passkey.fingerprint(key)


def _origins(was: tuple[str, ...] | None, now: tuple[str, ...]) -> Iterator[str]:
    for address in now:
        try:
            passkey.require_origin(address)
        except ValueError as error:
            raise Malformed(f"{error}; do not sign this draft") from error
        if address not in (was or ()):
            yield f"Passkeys count from now on at the console's address {address}."
    for address in was or ():
        if address not in now:
            yield f"Passkeys count no more at {address}."
    if not now:
        yield "No address of the console is named: no passkey counts."


def _keys(name: str) -> Callable[[tuple[str, ...] | None, tuple[str, ...]], Iterator[str]]:
    def say(was: tuple[str, ...] | None, now: tuple[str, ...]) -> Iterator[str]:
        for public in now:
            if public not in (was or ()):
                yield f"Key {fingerprint(public)} signs {KEYS[name]} from now on."
        for public in was or ():
            if public not in now:
                yield f"Key {fingerprint(public)} counts no more for {KEYS[name]}."
        if set(was or ()) == set(now):
            yield f"The keys for {KEYS[name]} stand in another order: the first is the signer's own."

    return say


def _schedules(was: dict[str, Schedule] | None, now: dict[str, Schedule]) -> Iterator[str]:
    before = was or {}
    for name in sorted(before.keys() - now.keys()):
        yield f"Schedule {name} is gone; rights that name it open nothing."
    for name, schedule in sorted(now.items()):
        if before.get(name) != schedule:
            windows = ", ".join(map(_window, schedule.windows))
            holidays = ", ".join(schedule.holidays) or "none"
            yield f"Schedule {name} is {windows} ({schedule.zone}); holidays: {holidays}."


def _window(window: Window) -> str:
    days = " ".join(DAYS[day] for day in window.days)
    begins, ends = (f"{m // HOUR_MINUTES:02}:{m % HOUR_MINUTES:02}" for m in (window.begins, window.ends))
    return f"{days} {begins}–{ends}"


def _other(name: str) -> Callable[[object, object], Iterator[str]]:
    def say(was: object, now: object) -> Iterator[str]:
        before = "" if was is None else f" (it was {_text(was)})"
        yield f"Policy {name} is {_text(now)}{before}."

    return say


def _text(value: object) -> str:
    return canonical.encode(value).decode()


_FIELDS: Mapping[str, Callable[..., Iterator[str]]] = {
    "v": lambda was, now: iter(()) if was is None else _other("v")(was, now),
    "site": lambda _was, now: iter([f"The site is called {now}, on every signature for ever."]),
    "approval": lambda _was, now: iter([APPROVALS[now]]),
    "grace": lambda _was, now: iter(
        [f"Doors go on for {now / DAY:g} days by a registry that nobody signs anew."]
    ),
    "expired": lambda _was, now: iter([EXPIRED[now]]),
    "ntp_trusted": lambda _was, now: iter(
        [f"Doors {'believe' if now else 'do not believe'} unsigned network time where they have no better."]
    ),
    "schedules": _schedules,
    "console_origins": _origins,
    **{name: _keys(name) for name in KEYS},
}
"""How each field of the policy is said; the others are shown as they are."""
