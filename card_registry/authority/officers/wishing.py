"""What the drafting commands were given, read into a wish: cards, lists, schedules, and the site as it is.

Lists and policy are read from JSON laid out as anybody likes, and strictly: an unknown field is refused.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.founding import Intent, policy_of, schedules
from card_registry.authority.officers.cards import read_key_card, read_signer_card
from card_registry.authority.officers.drafting import Wish
from card_registry.authority.officers.ground import Ground, ground_slots, read_ground
from card_registry.durable import read_plain
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.schedule import Schedule, Window
from card_registry.statements import Approver, People, Policy
from card_registry.stores.engine import open_store
from card_registry.trust.ceremony import Seats
from card_registry.words import Approval, SiteId

T = TypeVar("T")
Given = Mapping[str, object]
HOUR_MINUTES = 60


def read_site(url: str) -> tuple[dict[str, bytes], Ground]:
    """Read what officers and enroller signed from the registry store.

    Raises:
        OperatorMistaken: The registry is not founded.
        SenderLied: What is stored does not verify.
    """
    engine = open_store(url, "registry", read_only=True)
    try:
        with engine.connect() as connection:
            store.require_founded(connection)
            slots = ground_slots(store.SlotRows(connection))
    finally:
        engine.dispose()
    return slots, read_ground(slots)


def founding_of(officers: Sequence[Path], given: Given) -> tuple[Seats, tuple[People, Policy]]:
    """Give the seats, people and policy of a founding.

    Raises:
        Malformed: A file is not what it must be.
        ValueError: A site id, key, zone or number of digits of another shape.
    """
    signer = read_signer_card(read_plain(_path(given, "signer_card")))
    cards = [read_key_card(read_plain(file)) for file in officers]
    if len({card.label for card in cards}) != len(cards):
        raise OperatorMistaken("two officers carry the same label; let one make a key with another")
    intent = Intent(
        SiteId(str(given["site"])),
        read_json(_path(given, "people"), tuple[Approver, ...], "the list of approvers"),
        str(given["receipt_key"]),
        str(given["zone"]),
        Approval(str(given["approval"])),
        int(str(given["pin_digits"])),
        tuple(str(address) for address in _several(given, "console_origin")),
    )
    schedules(intent.zone)
    enroller = read_key_card(read_plain(_path(given, "enroller"))).public
    seats = Seats({card.label: card.public for card in cards}, enroller, signer.grants, signer.online)
    policy = policy_of(intent, signer.order, signer.online, signer.authority)
    return seats, (People(1, intent.site, intent.approvers), policy)


def change_of(ground: Ground, given: Given) -> Wish:
    """Give the wish for other people, policy or schedules.

    Raises:
        Malformed: A file is not what it must be.
        OperatorMistaken: Somebody or something is to go that is not there.
    """
    people, policy = _people(ground.people, given), ground.policy
    if (file := given["policy"]) is not None:
        policy = read_json(Path(str(file)), Policy, "the policy")
    named = dict(policy.schedules)
    for name in _several(given, "without_schedule"):
        if named.pop(str(name), None) is None:
            raise OperatorMistaken(f"there is no schedule {name}; there are: {', '.join(named)}")
    for name, file in _pairs(given, "schedules"):
        named[name] = read_schedule(Path(file), policy.zone)
    policy = replace(policy, schedules=dict(sorted(named.items())))
    return Wish(
        people=people if people != ground.people else None,
        policy=policy if policy != ground.policy else None,
    )


def rotation_of(given: Given) -> Wish:
    """Give the wish for other keys.

    Raises:
        Malformed: A card is not one.
        OperatorMistaken: An officer is not given as LABEL=CARD.
    """
    officers = {}
    for text in _several(given, "officers"):
        label, sign, file = str(text).partition("=")
        if not sign or not Path(file).is_file():
            raise OperatorMistaken(
                f"give an officer as LABEL=CARD, the label of who leaves and a file; not {text}"
            )
        officers[label] = read_key_card(read_plain(Path(file)))
    enroller, signer, receipt = given["enroller"], given["signer_card"], given["receipt_key"]
    return Wish(
        officers=officers,
        enroller=read_key_card(read_plain(Path(str(enroller)))).public if enroller else None,
        signer=read_signer_card(read_plain(Path(str(signer)))) if signer else None,
        receipt=str(receipt) if receipt else None,
        clock=bool(given["reset_clock"]),
        denials=bool(given["reset_denials"]),
    )


def read_json(path: Path, kind: type[T], what: str) -> T:
    """Read a value from JSON in any layout, and only of its kind.

    Raises:
        Malformed: It is not JSON, or holds more or other than its kind.
    """
    try:
        value = json.loads(read_plain(path))
    except ValueError as error:
        message = f"{what} in {path.name} is not JSON: {error}"
        raise Malformed(message) from error
    return canonical.decode(canonical.encode(value), kind, f"{what} in {path.name}")


def read_schedule(path: Path, zone: str) -> Schedule:
    """Read a schedule from TOML: ``[[window]]`` with days, from and to, and a list ``holidays``.

    Raises:
        Malformed: It is not TOML, or not a schedule.
    """
    try:
        table = tomllib.loads(read_plain(path).decode())
        windows = tuple(
            Window(tuple(one["days"]), _minutes(one["from"]), _minutes(one["to"]))
            for one in table.pop("window")
        )
        holidays = tuple(str(one) for one in table.pop("holidays", ()))
        found = Schedule(str(table.pop("zone", zone)), windows, holidays)
    except (ValueError, KeyError, TypeError) as error:
        message = f"{path.name} is no schedule ({error}); write [[window]] with days, from and to"
        raise Malformed(message) from error
    if table:
        raise Malformed(f"{path.name} says {', '.join(table)}, which is no part of a schedule")
    return found


def _people(people: People, given: Given) -> People:
    listed = list(people.approvers)
    if (file := given["people"]) is not None:
        listed = list(read_json(Path(str(file)), tuple[Approver, ...], "the list of approvers"))
    for person in _several(given, "without"):
        staying = [one for one in listed if one.person != person]
        if len(staying) == len(listed):
            raise OperatorMistaken(f"no approver is called {person}; see: akses registry charter people")
        listed = staying
    for file in _several(given, "approvers"):
        added = read_json(Path(str(file)), Approver, "the approver")
        listed = [*(one for one in listed if one.person != added.person), added]
    return replace(people, approvers=tuple(listed))


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * HOUR_MINUTES + int(minutes)


def _several(given: Given, name: str) -> Sequence[str]:
    found = given[name]
    return found if isinstance(found, tuple) else ()


def _pairs(given: Given, name: str) -> Sequence[tuple[str, str]]:
    found = given[name]
    return found if isinstance(found, tuple) else ()


def _path(given: Given, name: str) -> Path:
    return Path(str(given[name]))
