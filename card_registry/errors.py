"""What can go wrong in the kernel, on one page, by whose fault it is.

A "no" that people meet every day is a value (``Denied``, ``Refused``). These exceptions are for someone
having lied, something being broken, or an operator being mistaken.

Pure.
"""


class AksesError(Exception):
    """Any failure of ours; its text says what happened, to which thing, and what to do next."""


class SenderLied(AksesError):
    """The bytes we were given are not what an honest sender makes."""


class Malformed(SenderLied):
    """A document is not of its format."""


class Incomplete(Malformed):
    """A part is missing, cut off or of another moment than the rest; the rest may still come."""


class Forged(SenderLied):
    """A signature is missing, wrong, or by a key that may not make it."""


class RolledBack(SenderLied):
    """A document is genuine and older than one already accepted."""


class Expired(SenderLied):
    """A document is genuine and its time is over."""


class Forked(SenderLied):
    """Two signed histories of one journal contradict each other."""


class NotWarranted(SenderLied):
    """A change of the registry is not covered by an approved, signed, unused warrant."""


class StoreBroken(AksesError):
    """A store on this machine is damaged, of an unknown version, or cannot be written."""


class KeysReplaced(AksesError):
    """The officers let another key sign than the one at hand; its holder must load the new one."""


class OperatorMistaken(AksesError):
    """What was asked for cannot be done as asked; the text says what would work."""
