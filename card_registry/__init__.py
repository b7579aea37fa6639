"""The kernel: words, signatures, the decision, the journal's proofs, and the authority that signs.

It decides what is true and who may; it leaves hardware to ``door_controller``, the network to ``mqtt_bridge``
and people to ``review``, and imports none of them. Theory of operation, as numbered points:

1. A value is decoded only from the one byte string it encodes to (``canonical``); what we sign ourselves is
   bound to its purpose (``signing``); everything else that travels is TUF metadata (``trust``).
2. A door opens by ``decision.decide`` over a ``registry.Registry``, a ``Tap``, the ``Circumstances`` and an
   ``Instant``; the event records all four, so the same function explains the answer years later.
3. A right exists because an approver signed its exact terms (``statements.Verdict``). The signer checks that
   signature itself (``authority``), against the officers' list and never against a database.
4. Taking away needs no signature and no fresh metadata; giving back is a new right (DESIGN §4).
5. What happened is a leaf in a Merkle tree (``journal``), whose signed heads anyone can check without us.

Modules whose docstring ends with ``Pure.`` do no I/O and take clock and randomness as arguments; a law test
keeps them so.

Decisions:
    2026-11-20: canonical JSON is enforced by re-encoding what was decoded and comparing bytes, because one
    rule then covers unknown fields, duplicate keys, field order and whitespace, on every document alike.
    2026-11-20: the ``grants`` role delegates to one role for each controller with the same key, because the
    officers then sign that delegation once, and a door still fetches the metadata of its own shards only.
    2026-11-20: what an approver signs includes the applicant's id beside the grant, because the signer must
    know that applicant, approver and card maker are three people without believing the console's database.
"""
