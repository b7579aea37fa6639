"""What an officer's machine remembers beside the key: the site's first root, and how far it has read.

The digest comes from paper, once. Later drafts must stand on the same root and on nothing older than what was
read here before; that another draft was signed from the same state is said, because of two only one may live.
"""

from dataclasses import dataclass
from pathlib import Path

from card_registry import canonical
from card_registry.authority.officers.draft import Draft, mark_of
from card_registry.authority.officers.ground import Ground
from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken, RolledBack
from card_registry.words import SiteId, Whole

MODE = 0o600


@dataclass(frozen=True, slots=True)
class Pin:
    """The site and its first root's SHA-256 (hex; empty until known), and the versions last read."""

    v: Whole
    site: SiteId
    root_sha256: str
    root: Whole
    targets: Whole
    signed: tuple[str, ...] = ()
    """What was signed on top of those versions: each document's version and digest of its words."""


def pin_file(key: Path) -> Path:
    """Give the file beside a key file."""
    return key.with_suffix(".site.json")


def read_pin(key: Path) -> Pin | None:
    """Read what is remembered beside a key; None before the first draft.

    Raises:
        Malformed: The file is damaged.
    """
    try:
        data = read_plain(pin_file(key))
    except FileNotFoundError:
        return None
    return canonical.decode(data, Pin, f"{pin_file(key).name}")


def digest_to_trust(pin: Pin | None, paper: str) -> str:
    """Give the digest a draft must stand on: what is remembered, or what is read from paper now.

    Raises:
        OperatorMistaken: The two differ.
    """
    known = pin.root_sha256 if pin else ""
    if known and paper and known != paper:
        message = f"this key's site began with root {known}, and not with {paper}; check the paper"
        raise OperatorMistaken(message)
    return known or paper


def require_news(pin: Pin | None, draft: Draft, old: Ground | None) -> str:
    """Refuse a draft on older ground than was read before; give a warning, or nothing.

    Raises:
        RolledBack: The draft stands on a state that this officer knows to be over.
        OperatorMistaken: It is another site's.
    """
    if pin is None:
        return ""
    if pin.site != draft.site:
        raise OperatorMistaken(f"this key is for site {pin.site}; the draft is of {draft.site}")
    if old is None:
        return _warning(pin, (0, 0), draft)
    versions = (old.root.version, old.targets.version)
    if versions[0] < pin.root or versions[1] < pin.targets:
        raise RolledBack(
            f"the draft stands on root {versions[0]} and targets {versions[1]}; you have seen {pin.root} and "
            f"{pin.targets}. Whoever drafted it has an old registry: restored, or shown to you by a thief"
        )
    return _warning(pin, versions, draft)


def remember(key: Path, draft: Draft, old: Ground | None, mark: str) -> None:
    """Keep what was read and signed."""
    before = read_pin(key)
    root, targets = (old.root.version, old.targets.version) if old else (0, 0)
    same = before is not None and (before.root, before.targets) == (root, targets)
    signed = (*(before.signed if before and same else ()), mark)
    pin = Pin(1, draft.site, old.first if old else "", root, targets, tuple(dict.fromkeys(signed)))
    write_whole(pin_file(key), canonical.encode(pin), MODE)


def _warning(pin: Pin, versions: tuple[int, int], draft: Draft) -> str:
    others = [one for one in pin.signed if one != mark_of(draft)]
    if (pin.root, pin.targets) != versions or not others:
        return ""
    return (
        "You signed another draft from this very state before. Only one of them can be applied; make sure "
        "that every copy of the other is destroyed."
    )
