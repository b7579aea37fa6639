"""The file that passes between officers: what they signed before, and what they shall sign now.

It is material, not an instruction: whoever opens it verifies ``before`` from the digest on paper and works
out the difference. Several copies, each signed by somebody else, are merged into one.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Root, Targets

from card_registry import canonical
from card_registry.authority.officers.ground import NAMES, Ground, Slots, read_ground
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.trust.slots import root_slot, root_version
from card_registry.words import SiteId, Whole, require_slug

VERSION = 1
MOST = 4 * canonical.LIMIT
"""The largest draft, in bytes: a chain of roots, a long list of people and the directory, twice."""

LONGEST_WHY = 400


@dataclass(frozen=True, slots=True)
class Draft:
    """``before`` and ``after`` are slots as text; ``why`` the drafter's own words; ``made`` in milliseconds.

    ``before`` is empty for a founding; ``after`` holds what changes, its signatures growing.
    """

    v: Whole
    site: SiteId
    made: Whole
    why: str
    before: dict[str, str]
    after: dict[str, str]

    def __post_init__(self) -> None:
        """Refuse another version, and words nobody reads to the end."""
        require_slug(self.site, "a site id")
        if self.v != VERSION or len(self.why) > LONGEST_WHY or not self.why.isprintable():
            message = (
                f"a draft must be of version {VERSION}, its reason {LONGEST_WHY} printed characters at most"
            )
            raise ValueError(message)


def read_draft(data: bytes) -> Draft:
    """Read a draft's bytes.

    Raises:
        Malformed: They are not a draft.
    """
    return canonical.decode(data, Draft, "the draft", MOST)


def as_bytes(slots: dict[str, str]) -> dict[str, bytes]:
    """Give slots kept as text as bytes again."""
    return {name: text.encode() for name, text in slots.items()}


def as_text(slots: Slots) -> dict[str, str]:
    """Give slots as text; all that officers sign is JSON."""
    return {name: data.decode() for name, data in slots.items()}


def old_ground(draft: Draft, pinned: str = "") -> Ground | None:
    """Give what a draft stands on, verified; None for a founding.

    Raises:
        Forged, Malformed: It does not follow from the first root.
        OperatorMistaken: A founding where the site's first root is known already.
    """
    if draft.before:
        return read_ground(as_bytes(draft.before), pinned)
    if pinned:
        message = "the draft founds a site anew; yours is founded, and every door would distrust a second one"
        raise OperatorMistaken(message)
    return None


def new_ground(draft: Draft) -> Ground:
    """Give what would hold if the draft were signed and applied; its own signatures are not asked.

    Raises:
        Forged, Malformed: It is not whole, or holds what officers and enroller do not sign.
    """
    for name in draft.after:
        if name not in NAMES and root_version(name) is None:
            raise Malformed(f"the draft holds {name[:60]}, which is not for officers; do not sign it")
    return read_ground(as_bytes({**draft.before, **draft.after}), unsigned=draft.after.keys())


def root_name(draft: Draft) -> str | None:
    """Give the slot of the new root; None where the root stays.

    Raises:
        Malformed: The draft holds a root that does not follow.
    """
    known = sum(name.startswith("root/") for name in draft.before)
    drafted = [name for name in draft.after if name.startswith("root/")]
    if drafted and drafted != [root_slot(known + 1)]:
        message = f"the draft holds {', '.join(drafted)[:60]}; the next root is {root_slot(known + 1)}"
        raise Malformed(message)
    return drafted[0] if drafted else None


def mark_of(draft: Draft) -> str:
    """Give what tells one draft from another, whoever signed which copy (hex)."""
    words = {name: _unsigned(name, text) for name, text in draft.after.items()}
    return hashlib.sha256(canonical.encode(replace(draft, after=words))).hexdigest()


def merge(copies: Sequence[Draft]) -> Draft:
    """Give one draft with the signatures of all copies.

    Raises:
        OperatorMistaken: They are not copies of one draft.
    """
    first = copies[0]
    whole = dict(first.after)
    for other in copies[1:]:
        if replace(other, after={}) != replace(first, after={}) or other.after.keys() != whole.keys():
            raise OperatorMistaken("these files are copies of different drafts; give copies of one")
        for name, text in other.after.items():
            whole[name] = _merged(whole[name], text)
    return replace(first, after=whole)


def _merged(one: str, other: str) -> str:
    if one == other:
        return one
    kept, more = _metadata(one), _metadata(other)
    if kept.signed_bytes != more.signed_bytes:
        raise OperatorMistaken("these files are copies of different drafts; give copies of one")
    kept.signatures = {**more.signatures, **kept.signatures}
    return kept.to_bytes().decode()


def _metadata(text: str) -> Metadata[Root] | Metadata[Targets]:
    try:
        return Metadata.from_bytes(text.encode())
    except (RepositoryError, ValueError) as error:
        raise Malformed("a draft's document cannot be read; take the file from its drafter again") from error


def _unsigned(name: str, text: str) -> str:
    """Give a document without its signatures; what officers do not sign is what it is."""
    if not name.startswith(("root/", "meta/")):
        return text
    return _metadata(text).signed_bytes.decode()
