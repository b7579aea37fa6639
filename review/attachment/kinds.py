"""What a file is, by its first bytes; what its name or its sender says of it does not count.

Pure.
"""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of files that are taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


MEDIA = {Kind.PDF: "application/pdf", Kind.JPEG: "image/jpeg", Kind.PNG: "image/png"}
"""The media type under which each kind is given back."""

ENDINGS = {Kind.PDF: (".pdf",), Kind.JPEG: (".jpg", ".jpeg"), Kind.PNG: (".png",)}
"""The endings of a name that agree with each kind; the first is put where none does."""

_BEGINNINGS = (
    (b"%PDF-", Kind.PDF),
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
)


def kind_of(body: bytes) -> Kind | None:
    """Give the kind of a file, None for any other."""
    return next((kind for first, kind in _BEGINNINGS if body.startswith(first)), None)
