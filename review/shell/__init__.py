"""`akses review case`: what people do on the console's pages, from a shell.

``client`` speaks to ``/api/v1`` with a person's token, ``sheets`` writes a form to be filled with an editor
and reads it back, ``words`` says what came of it, ``command`` is the command line: how it asks, what it
reads, does and encloses; ``making`` makes a token where there is no browser.

Decisions:

* 2026-11-21: over HTTP with a token and not, as ``order`` does, with a password at the office's own store:
  whoever opens the store may write anything into it, a token may do only what its role may, from any machine,
  and what the shell can do is then exactly what any other program can do.
* 2026-11-21: an answer names its step as well as its choice. Between reading a case and answering it somebody
  else may have moved it on, and *selesai* would then be said about another step.
* 2026-11-21: a token goes over plain HTTP to this machine alone.
"""
