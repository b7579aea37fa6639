"""A controller's journal: facts as exact bytes, a Merkle tree over them, signed heads, an offline verifier.

The tree is RFC 6962's; heads are C2SP signed-note checkpoints; an event is the canonical JSON that was
hashed and is never re-encoded. This package decides what a valid journal is. Writing it durably is the
door's work, storing it at the server the hub's.

A proof file is checked by ``audit`` alone; ``reading``, ``meaning`` and ``telling`` put it into words;
``export``, ``selection`` and ``bundle`` make one.

Decisions:
    2026-11-21: the checker follows root, officers' targets and enroller in plain code, without snapshot and
    timestamp: those are signed by the online key, which lives at the server that an audit does not trust, and
    they bound news, while an audit is of the past. It is held against python-tuf in tests.
    2026-11-21: in place of a withheld row stands the root over it and nothing else, and any aligned span of
    2**n rows may be withheld by one root. Redaction, a period and a pruned start are then one rule.
    2026-11-21: every head in a proof file is verified, and the exporter leaves out those that lie close
    together; a checker that skips signatures would be quicker and harder to believe.
    2026-11-21: a row's envelope is read by one pattern and not parsed as JSON, which is five times as fast:
    the canonical form has one order, and what does not fit it is refused.
    2026-11-21: a genuine head that contradicts the rows means a changed row, unless a later genuine head
    agrees with them: then the key signed two histories.
"""
