"""A whole controller under virtual time: the daemon's own parts, in one thread, and a made-up world.

``hours`` is the clocks, ``wiring`` the door in its frame, ``storage`` the disk, ``office`` the site that
signs, ``program`` the daemon's parts put together anew at each start, ``house`` all of it moved by a script's
actions, ``play`` a script, ``transcript`` what came of it, ``year`` a year of it.

Nothing waits: time is a number that is set to the next moment at which anything is due. So a poll that finds
nothing new is left out (an edge is always seen here; that missed ones are found is the ticker's own test),
and what takes threads in the daemon is done in turn. The order of a tap, the machine and the journal are the
real ones.

Decisions:
    2026-11-21: the journal is real SQLite in a real folder, preferably in RAM, because a journal that is only
    a list would prove nothing of the one that ships. Power cuts lose what is in memory and never a committed
    row; a disk that loses writes is the power rig's work.
    2026-11-21: all chance is drawn from the seed: ids, keys, salts, pseudonym keys, boot ids. The journal's
    root is therefore the same for the same script and seed, and the transcript's last line names it.
"""
