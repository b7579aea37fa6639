"""The signed registry: a TUF repository in slots, made by officers and signer, verified at every reader.

``slots`` names the parts; ``verify`` decides with python-tuf whether a set of slots may be believed;
``adoption`` decides what a door keeps of it; ``publish`` and ``ceremony`` make and sign the parts. Who may
change what is decided in ``card_registry.authority``, how slots travel in ``mqtt_bridge``.

A door imports ``slots``, ``verify`` and ``adoption`` only; none of them loads SQLAlchemy.

Decisions:

* 2026-11-20: snapshot and timestamp name their parts by length and SHA-256, not by version alone, because
  two genuine documents of one version (a ceremony run twice, a role served under another's name) must not
  pass for each other. It costs 90 bytes a role.
* 2026-11-20: every role signed in one publication carries the same version, the publication's number, because
  then "this door has version n or later" answers for every role whether a change has arrived.
* 2026-11-20: targets are checked with ``TargetFile.verify_length_and_hashes`` in memory instead of being
  downloaded by the Updater, because that writes a file for each.
* 2026-11-20: each refused set of slots is either *incomplete* (the rest may still come: the broker hands
  out retained messages in any order) or somebody's fault; a door should not raise an alarm for the former
  at once.
"""
