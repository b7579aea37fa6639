"""Pictures for people who would rather look: what the doors wrote and how long the steps took, as SVG.

``values`` is a picture as numbers, ``words`` its table. ``drawing`` draws it: ``plot`` by matplotlib (extra
``pictures``), ``svg`` makes it fit for a page. ``traffic``, ``steps`` and ``reach`` choose what is shown of
which numbers, ``album`` puts it together. What is read from the stores is ``store.figures``' and
``store.step_times``', pages and documents are ``workflow.reporting``'s and ``web.pages.reports``'.

Decisions:

* 2026-11-21: a document keeps a picture's numbers, not its drawing: the hash then stands over what is said,
  and a server without matplotlib prints the same document with its tables and a sentence.
* 2026-11-21: every picture has its table beside it, made from the same value, because a picture alone can be
  neither checked nor read aloud.
* 2026-11-21: matplotlib writes styles into its SVG, which the console's policy forbids; they become
  attributes (``svg``), and only elements and attributes known there are passed on.
* 2026-11-21: pictures are of whole months, quarters and years, because by right and by unit the sums are kept
  by month; days of one month stand in its picture.

Pure.
"""

from review.pictures.values import Bars, Chart, Heat, Picture, Series, Spell, Spells
from review.pictures.words import Listing, listing

__all__ = ["Bars", "Chart", "Heat", "Listing", "Picture", "Series", "Spell", "Spells", "listing"]
