"""`akses review case`: read cases and act on them at a console, with a token."""

from review.shell.command import acting, enclosing, reading
from review.shell.command.asker import FILE, ID, Asker, Asking, case_id, zone
from review.shell.command.group import case

__all__ = ["FILE", "ID", "Asker", "Asking", "acting", "case", "case_id", "enclosing", "reading", "zone"]
