"""The program at the door: hardware, readers, clock, journal and the door state machine.

Theory of operation, as numbered points that checks refer to:

1. A lock is released by two things only. A card: ``daemon.loop`` names it, asks ``card_registry.decision``,
   writes the event durably (``journal``), and hands the event's place to the machine (``door.Accepted``),
   which cannot be made without one. The exit button: it reaches the machine (``daemon.latch``) in
   gpiozero's own thread, past reader, decision and disk, and its event follows or is counted into the next
   (``daemon.diary``).
2. A release carries its end; the ``ticker`` thread, which touches no disk, ends it whatever else hangs. A
   killed process leaves a line driven, so ``safe_lock`` runs before every start and after every stop.
3. Whatever is odd is a denial: an exception while deciding, a disk that refuses, a registry that is missing.
4. The journal is one SQLite file (``store``); each row holds the exact bytes and the tree after them, so a
   later edit is found and named (``inspection``), and what is broken or contradicted by a signed receipt is
   left for a new epoch (``opening``, ``daemon.courier``). Nothing is continued upon a broken tree.
5. The bridge is not trusted. It reads the outbox (``outbox``) and writes slots, which ``adopter`` believes
   only as far as python-tuf does, from the root that enrolment pinned (``enrol``); stored slots are
   verified again at each start. The program itself has no network.
6. Time is an interval (``interval``): signatures and our own count raise its floor, an answer to something
   fresh bounds it from above.
7. A desk is the same journal, outbox and adopter behind one reader and no lock (``desk``).

Decisions:
    2026-11-20: the hub's receipt anchors the clock, because it signs a root over a salt we drew: it cannot
    be older than our row. A thief of the receipt key can then shift a door's clock, by at most what one
    signature may (48 h) and never below the floor; without it no window would ever be certain, since
    nothing else that reaches a door is fresh. An own time nonce can replace it without changing
    ``interval``.
    2026-11-20: a floor of 0 (never started before) takes its first signature whole, because 48 h from 1970
    would lock a new door out for ever.
    2026-11-20: a timestamp signed anew, with nothing else changed, is stored without an event, because 288
    such rows a day would say nothing; the status carries its version.
    2026-11-20: rows written after an older copy of the disk was restored cannot go to the hub, which has
    others at their places: they stay here for the auditor, and the alarm ``journal-forked`` says so.
    2026-11-20: the journal of an ended epoch whose row was edited is still sent up to that row.
    2026-11-21: the reserve is a preallocated file beside the journal (``disk``), shortened by a chunk when an
    urgent event finds no room; what passers-by or the network can make as they like waits (``room``).
    2026-11-21: a database that cannot be read is set aside, not repaired (``aside``): what can be read and
    only takes away is carried over, rows only as far as they prove each other, the registry never. A journal
    with fewer rows than the last status signed is an older copy and is not continued (``opening``).
    2026-11-21: damage found while running refuses every further event until the next start, because nothing
    is written upon a broken tree; the program does not restart itself for it, since exits work meanwhile.
    2026-11-21: a disk that refuses the start itself gets a journal in memory that takes no event, because a
    restart every second would leave the exit button to the wiring alone (``opening``).
"""
