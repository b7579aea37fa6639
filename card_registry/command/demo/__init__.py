"""The demo: the whole system as separate processes on one machine, for somebody who sees it first.

It decides how a data folder is claimed, set up and given back, and keeps the table of programs running;
what the programs do is theirs. ``layout`` names the paths, ``secrets`` makes the passwords, ``folder`` claims
the data, ``provision`` sets it up by commands, ``programs`` is the table, ``child`` and ``supervise`` keep it
running, ``table`` tells others what runs, ``run`` is the order of it all.

2026-11-20: the supervisor has one thread and ties every process to itself with PR_SET_PDEATHSIG, because a
Ctrl-C, a crash and a kill -9 must all leave nothing running.
2026-11-20: officers' and approvers' keys lie in the demo's folder; a real site keeps them with their people.
2026-11-20: what it prints is English with the console's Indonesian labels: its reader types commands.
"""

from card_registry.command.demo.command import demo

__all__ = ["demo"]
