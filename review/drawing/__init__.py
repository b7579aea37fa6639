"""An SOP table drawn as an official SOP AP page: identity block, flowchart with its five symbols, mutu baku.

``measure`` wraps text, ``layout`` decides where each row and page begins, ``shapes`` draws the five symbols,
``flow`` the arrows between them, ``sheet`` puts a page together as SVG. All lengths are millimetres on paper.

The rules are those of PermenPANRB 35/2012: capsule for the first and the last activity, box for an activity,
diamond for a decision, arrow, and the pentagon where the flow goes on over the page; one column for each
pelaksana; mutu baku in the office's own order.

Decisions:

* 2026-11-21: a page is one SVG with its text already wrapped, because screen, print and PDF then show the
  same page, and arrows know where rows end. Widths of letters come from a table, wide enough for whichever
  sans-serif the machine has, so nothing depends on a font file.
* 2026-11-21: an activity that is both decision and last is a diamond with a small capsule behind that
  answer.

Pure.
"""

from review.drawing.sheet import Paper, draw

__all__ = ["Paper", "draw"]
