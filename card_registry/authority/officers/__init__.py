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
* 2026-11-21: of several order or authority keys in the policy the first is the signer's own. Old keys are not
  kept beside new ones: a rotation is for a key that may be stolen, and doors that were away ask again.
* 2026-11-21: times and denials that a thief drove up are lowered by a field of the root
  (``card_registry.trust.recovery``), because only officers may lower either, doors walk every root anyway,
  and a field that names its own root is obeyed once.
* 2026-11-21: a draft that was applied is kept with the registry's backups. The old keys are gone once it is
  applied, so a store restored from before it can only go on by taking the same draft again.
* 2026-11-21: one-machine sites stay as they were (``founding``), and say what they give up; replacing all
  three officers and the enroller in one draft ends it, signed by two of the old and two of the new.
"""
