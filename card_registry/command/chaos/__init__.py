"""Chaos: a real demo house at work while its programs are killed -9 at random, and what must be true after.

``run`` is the order of it, ``killing`` kills, ``office`` gives cards and takes them away, ``hand`` holds
cards to the door, ``evidence`` reads the stores, ``judging`` says what is wrong with what was read. It uses
commands, HTTP, the simulator and files, never the code of a leaf, so it can only pass where the house does.

2026-11-21: the simulator and the supervisor are not killed: one is the wall and the cards, the other what
systemd is on a real machine.
2026-11-21: a wrong decision is found by the versions a door's own row names against the versions in which
the signer said it carried the grant and the withdrawal; what the relay's line did is counted beside it.
"""
