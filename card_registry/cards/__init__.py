"""Card protocols as machines without I/O: what to say to a card, and what its answers prove.

They decide whether a card proved a credential. How an APDU reaches the card is left to
``door_controller.readers``, what the credential opens to ``card_registry.decision``.

Decisions:
    2026-11-20: a protocol is a generator that yields command APDUs and is sent the answers, because the
    conversation then reads from top to bottom and any transport can drive it.
    2026-11-20: a proof is one of three values and never a truth value, because "no applet" (try the next
    protocol) and "the proof failed" (raise an eyebrow) are different facts that both look false.

Pure.
"""
