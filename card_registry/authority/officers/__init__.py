"""The officers' ceremony as files: a change is drafted, read in plain words, signed, applied.

``draft`` is the file that passes between officers: the slots they signed before, and those they shall sign
now. ``drafting`` makes one from a wish; ``wording`` says what changes, from the two sets of slots and never
from words that came with the file; ``signatures`` adds and counts signatures; ``applying`` publishes a
finished draft in one transaction. ``expiry`` watches what ends when. The officers never need to meet, and
their machines never need a network.

Decisions:

* 2026-11-21: a draft carries the whole chain it stands on, from the first root, because an officer's machine
  knows nothing but the digest on paper and must not believe the machine that drafted.
* 2026-11-21: root and targets are drafted, signed and applied together, because a root that names other
  officers leaves the old targets without enough signatures, and doors between the two would stand still.
* 2026-11-21: a draft whose difference cannot be said in words is refused, not shown in part: what an officer
  does not read, nobody may have changed.
* 2026-11-21: what a thief of the grants key could have put into shards is thrown away by writing every shard
  anew from the tables, which are recomputed from the authority log before; a people change re-signs nothing
  but targets, snapshot and timestamp.
* 2026-11-21: a draft that has gone stale (the site changed meanwhile) is refused and drafted again, because
  merging two wishes is a third wish that nobody signed.
"""
