"""A door's hardware as a process of its own: PN532 readers, cards, and the lines of a Raspberry Pi.

It ships with the product, so that an office can see and try everything without a soldering iron. It decides
what the hardware would do, how long that would take, and how it can break; it knows nothing of registries,
grants or doors. The programs under it are the real ones: nfcpy and pyserial talk to a pseudo-terminal,
gpiozero to a pin factory.

1. One PN532 for each reader (``wire`` moves the bytes, ``pn532`` is the chip, ``picc`` and ``cards`` the
   card).
2. One bank of lines (``lines``), reached by ``pins.SimulatedFactory``. The bank outlives a killed door, so a
   line that the door drove stays driven, as on a real Pi, until somebody else drives it.
3. One control socket (``control``): present a card, move a contact, break a reader, read what happened.

Decisions:
    2026-11-20: times that hardware would need are added up and waited for at the end of each frame, because
    many short sleeps would each be late by the scheduler's grain and make the link slower than it is.
    2026-11-20: assumed, not measured: the chip works 0.5 ms on a command and looks for a card every 5 ms.
    2026-11-20: two connections may not hold one line, input or output, because the kernel of a Pi refuses
    too.
"""
