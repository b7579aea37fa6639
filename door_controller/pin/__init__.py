"""The PIN as second factor after a card: asked for, checked, and its wrong tries kept.

It decides when a PIN is complete, what it is worth, and when no more are looked at. When one is demanded is
left to ``card_registry.decision``; light and order of a tap to ``daemon.loop``.

The order of one PIN, as the loop takes it:

1. A tap is answered PIN_REQUIRED. Where ``Tries.locked(holder)`` the loop decides again at once with LOCKED;
   otherwise it keeps the tap beside ``dialogue.opened(policy.pin_digits, now)`` of that door.
2. Each ``Keyed`` of a keypad at that door: ``dialogue.step``. Keys without an open dialogue are nobody's.
   At ``dialogue.due`` the dialogue is dropped.
3. ``Complete(pin)``: ``PinChecker.ask(token, registry.pins.get(holder), pin)``; the token is the loop's.
4. ``PinChecked(token, result)`` arrives on the loop's queue: ``Tries.judge(holder, result)``, and the kept
   tap is decided again with that as ``circumstances.pin``.
5. WRONG: ``journal.append(tapped, at, tries.wrong(holder))`` and only then the light. RIGHT and DURESS:
   ``journal.append(tapped, at, tries.right(holder))``, granted or not, and only then the light. So each
   result costs one hash pair and one commit of two writes.
6. Where ``Tries.locked(holder)`` afterwards, the alarm ``pin-locked`` about the holder.

A commit that the disk refuses is answered JOURNAL_REFUSED whatever the PIN was: a full disk must neither tell
a right PIN from a wrong one nor make tries free. For the same reason a tap with a PIN result is written from
the reserve, denied or not.

Digits live in ``Dialogue``, ``Complete`` and the checker's queue, and in nothing that is written or shown;
their ``repr`` leaves them out.

Decisions:
    2026-11-21: a dialogue lasts 15 s in all, from the tap, because a limit that each key renews would let a
    card that was left behind keep a keypad busy.
    2026-11-21: a PIN that could not be checked (no memory) gives NOT_ASKED, so that the door asks again and
    no try is lost; the log says so.
    2026-11-21: locked means that nothing is looked at, the duress PIN included; who holds the card and has
    been wrong ten times learns nothing more from this door.
"""
