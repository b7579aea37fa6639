"""What may lie beside a case's forms: photos and letters as PDF, JPEG or PNG, looked at before being kept.

``kinds`` says by its content what a file is, ``png``, ``jpeg`` and ``portable`` whether its structure is
whole and holds nothing that acts, ``naming`` under which name it is kept, ``inspecting`` all of it in order.
``opening`` has libraries decode what passed, ``apart`` in a process of its own; only these are not pure.

Decisions:

* 2026-11-21: limits come before decoding: the size of the file, the pixels that its header promises, and what
  its compressed parts may grow to are bounded here before any library sees it.
* 2026-11-21: an image is decoded by typst's decoders and a PDF read by pyHanko, both in our lock already and
  written for files from strangers. Where the extra that brings one is missing, such a file is refused:
  nothing unlooked-at is kept.
* 2026-11-21: a file that is not wholly what it says is refused rather than repaired, so that what is kept,
  hashed and given back is byte for byte what was sent.
* 2026-11-21: a PDF that acts is refused wherever the action stands, also in parts that no page uses. Plain
  links may stay: letters have them, and a reader asks before following one.
* 2026-11-21: nobody can look for ID cards in a picture reliably, so the page says that they are not wanted,
  and whoever attached one (or the administrator) can take it away: the row and its hash stay, the file goes.
"""

from review.attachment.inspecting import LARGEST, MOST, Sound, Unfit, inspect
from review.attachment.kinds import MEDIA, Kind
from review.attachment.naming import clean

__all__ = ["LARGEST", "MEDIA", "MOST", "Kind", "Sound", "Unfit", "clean", "inspect"]
