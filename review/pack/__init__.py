"""The evidence pack of a review: one frozen value, printed, tabulated, exported, and checked again anywhere.

``value`` is what a pack says, ``tables`` says it in tables, from which both the paper (``printing``) and the
workbook (``book``) are made, so that no two of them can tell different numbers. ``proof`` holds what the
authority and the doors signed about it, ``files`` is the file that is taken home, ``checking`` judges one.
Where the value comes from is ``workflow.packing``'s.

Decisions:

* 2026-11-21: a pack is made by itself when the review ends, so that the list afterwards is that of the end,
  and stays once every removal is at every door. It can be made before that too; then it says itself that the
  review is running, and a later one is another version.
* 2026-11-21: the list *before* is the rights under review as the campaign found them; the list *after* is
  every right in the campaign's scope when the pack is made. Each row of either says what became of it, so an
  auditor can go from one list to the other without anything else, and ``checking`` does.
* 2026-11-21: the hash of the JSON stands on the paper, which is numbered, coded and can be signed; the hashes
  of all files stand in the pack's manifest and at the console. A signature on the paper so covers the
  numbers.
* 2026-11-21: what the doors and the authority signed is proven offline from the officers' first root, as a
  journal's proof file is. It is a file of its own beside the numbers, because programs want it and people do
  not.
"""
