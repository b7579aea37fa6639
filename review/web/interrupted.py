"""A long form whose session ended while it was filled: what was typed is carried through signing in.

Only the forms of cases are carried, only from our own pages by the browser's own word, and never a passphrase
or what a passkey said. Nothing is done with what was carried: its page is shown again as it was, to be looked
at and sent by whoever has signed in.

Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

FORMS = re.compile(r"/permohonan/(baru/[^/]+|[0-9a-f]{32}/langkah)|/inventaris/bulanan/[0-9a-f]{32}/isi")
"""Where the forms of cases are sent to; each is shown again as it was when a button asks for that only."""

WHERE = "kembali"
"""The field that names the page a form belongs to."""

TYPED = "isi:"
"""What stands before the name of a carried field."""

NEVER = frozenset(
    {"csrf", "frasa", "tambah", "kredensial", "data_klien", "data_autentikator", "tanda_tangan", "izin"}
)
"""Secrets, signatures, and the button: each is asked for again."""

Fields = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a form goes, and its fields as they were typed."""

    path: str
    fields: tuple[tuple[str, str], ...]


def from_here(headers: Mapping[str, str]) -> bool:
    """Say whether the browser vouches that one of our own pages sent this; silence vouches for nothing."""
    site, here = headers.get("sec-fetch-site"), headers.get("host", "")
    if site is not None:
        return site == "same-origin"
    return headers.get("origin") in {f"http://{here}", f"https://{here}"}


def carried(path: str, fields: Fields) -> Carried | None:
    """Keep what was typed into the form of a case; None for every other page's."""
    if not FORMS.fullmatch(path):
        return None
    return Carried(path, tuple(pair for pair in _pairs(fields) if pair[0] not in NEVER))


def brought(fields: Fields) -> Carried | None:
    """Read back what a sign-in form carried; None where it carries nothing that is ours to carry."""
    typed = {name.removeprefix(TYPED): texts for name, texts in fields.items() if name.startswith(TYPED)}
    return carried("".join(fields.get(WHERE, ())), typed)


def _pairs(fields: Fields) -> Iterator[tuple[str, str]]:
    return ((name, text) for name, texts in fields.items() for text in texts)
