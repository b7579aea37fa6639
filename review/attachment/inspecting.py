"""Whether a file may be attached: its size, its kind, its structure; what it is and its hash where it may.

Pure.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from review.attachment import jpeg, png, portable
from review.attachment.kinds import Kind, kind_of

LARGEST = 5 * 1024 * 1024
"""The largest file, in bytes."""

MOST = 20
"""The most files of one case."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A file whose structure is whole: its kind and its SHA-256 (hex)."""

    kind: Kind
    sha256: str


@dataclass(frozen=True, slots=True)
class Unfit:
    """A file that is not taken; ``why`` is the Indonesian sentence that says what to do."""

    why: str


_FAULTS: Mapping[Kind, Callable[[bytes], str]] = {
    Kind.PDF: portable.fault,
    Kind.JPEG: jpeg.fault,
    Kind.PNG: png.fault,
}


def inspect(body: bytes) -> Sound | Unfit:
    """Look at a file before it is decoded or kept."""
    if not body:
        return Unfit("Pilih berkas yang akan dilampirkan; berkas ini kosong.")
    if len(body) > LARGEST:
        return Unfit("Berkas terlalu besar. Ukuran paling besar 5 MB.")
    kind = kind_of(body)
    if kind is None:
        return Unfit("Jenis berkas tidak diterima. Yang diterima: PDF, JPEG, dan PNG.")
    wrong = _FAULTS[kind](body)
    return Unfit(wrong) if wrong else Sound(kind, hashlib.sha256(body).hexdigest())
