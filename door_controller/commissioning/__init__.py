"""The commissioning walk: an installer goes through one controller, and signs for what was found.

``plan`` says what has to be looked at, from the site file; ``verdict`` what counts as passed; ``record`` what
is signed. ``hands`` moves the hardware, ``walk`` leads through the plan, ``command`` speaks with the
installer. A walk needs the pins, so it refuses while the door program holds them, and that program cannot
start while a walk goes on.

Decisions:
    2026-11-21: the record is signed with the controller's log key and its digest stands in the journal, so
    that who holds the journal can say when a controller was last walked and with what result, and a record
    made elsewhere, or edited, is found out. It names no person: who walked is the case's business.
    2026-11-21: what was skipped has not passed. A kernel clock that nothing keeps in step is noted and fails
    nothing: a site without NTP is a site of ours (DESIGN §4, time).
    2026-11-21: what no program can see is asked of the installer and recorded as asked: whether the exit is
    free without us, what the lock does without power, and whether it stayed still while the machine booted
    and the lines were set up again. Where the lock reports itself, its own word is demanded as well.
"""
