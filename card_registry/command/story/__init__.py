"""The story: the main job played once against a running demo, by forms, cards, commands and files.

``browser`` is a person at the console, ``cards`` a hand at the reader, ``acts`` what happens and what must
be refused, ``play`` the order, the clock and the report. It decides nothing about access; it only looks
whether the system did.

2026-11-20: it runs as a process of its own beside the supervisor and uses no code of any leaf, because a
story that calls functions would pass where the running system does not.
"""
