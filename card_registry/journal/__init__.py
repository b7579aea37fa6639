"""A controller's journal: facts as exact bytes, a Merkle tree over them, signed heads, an offline verifier.

The tree is RFC 6962's; heads are C2SP signed-note checkpoints; an event is the canonical JSON that was
hashed and is never re-encoded. This package decides what a valid journal is. Writing it durably is the
door's work, storing it at the server the hub's.
"""
