"""What people and desks do, one function for each act: one transaction, one audit row, then the wake-ups.

Whether an act is allowed is decided by the pure modules (``access``, ``case``); a refusal changes nothing and
comes back as ``Refused`` with the sentence to show. What an act asks of the registry goes out as a Warrant in
the same transaction; if power fails before the wake-up, the signer's own poll finds it.
"""
