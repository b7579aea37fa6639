"""The signed registry: a TUF repository in slots, made by officers and signer, verified at every reader.

``slots`` names the parts; ``verify`` decides with python-tuf whether a set of slots may be believed;
``adoption`` decides what a door keeps of it; ``publish`` and ``ceremony`` make and sign the parts. Who may
change what is decided in ``card_registry.authority``, how slots travel in ``mqtt_bridge``.

A door imports ``slots``, ``verify`` and ``adoption`` only; none of them loads SQLAlchemy.

Decisions:

* 2026-11-20: snapshot and timestamp name their parts by length and SHA-256, not by version alone, because
  two genuine documents of one version (a ceremony run twice, a role served under another's name) must not
  pass for each other. It costs 90 bytes a role.
* 2026-11-21: the snapshot names a controller's own role by version alone, because it is published with
  every revocation: 30 KB with 200 controllers became 9. What the digest kept out, other things do: another
  controller's role lists no plan for this one and is refused whatever its version; two documents of one
  version would need one number published twice, and a publication's number is kept in the transaction that
  publishes it and taken beyond every door's floor before a restored server publishes again. Shards are still
  named by digest in the role, and every other role by digest in the snapshot.
  Each denial that is still listed adds 70 bytes to the next revocation.
* 2026-11-21: slots are packed on their way (``packing``), because what is equal in signed metadata packs
  well: a revocation at a site of 200 controllers is 2.5 KB with few denials listed and 7 with 200, after
  which the beat folds all but the newest into the shards (``authority.folding``).
* 2026-11-21: a shard that nobody was ever in is not made, and one that is not in the controller's signed role
  is empty: its absence is signed like its contents. A role without the plan is refused, so that nobody else's
  role reads as an empty site.
* 2026-11-21: a site of before this date has sixteen shards and roles called ``grants-<controller>``. An
  updated door verifies what it stored of it and decides by it; update the doors first, then the signer, which
  at its next beat publishes the plan of 256 shards and every row again under the new role. The snapshot goes
  on naming the former roles, which python-tuf demands, until the officers rotate the online key.
* 2026-11-20: every role signed in one publication carries the same version, the publication's number, because
  then "this door has version n or later" answers for every role whether a change has arrived.
* 2026-11-20: targets are checked with ``TargetFile.verify_length_and_hashes`` in memory instead of being
  downloaded by the Updater, because that writes a file for each.
* 2026-11-20: each refused set of slots is either *incomplete* (the rest may still come: the broker hands
  out retained messages in any order) or somebody's fault; a door should not raise an alarm for the former
  at once.
"""
