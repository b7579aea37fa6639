"""Who has a PIN: set and cleared by an operator at the signer, shown only to doors that ask for one.

``change`` is what the authority log keeps of it (pure), ``keeping`` the transaction, ``command`` the person's
side. What a PIN is worth is decided in ``card_registry.pin``.

Decisions:
    2026-11-21: a PIN needs no warrant, because it opens nothing: it only makes the holder's own card, whose
    grant an approver signed, usable at doors that ask for more. It does need the signer's keys.
    2026-11-21: the authority log keeps a commitment to the hashes (SHA-256 over the row, whose random salt is
    nowhere else in the log), because auditors read that log and six digits behind a hash they could try.
    2026-11-21: when a controller is stolen or revoked, ``akses registry pin clear --controller`` clears every
    PIN it was shown, and those people choose new ones; its own shards are emptied at the signer's next beat.
"""
