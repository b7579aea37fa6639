"""nfcpy, imported so that it starts no program, redirects no warning and writes no log.

It decides what nfcpy may do to the process; what it is used for is left to ``port`` and ``pn532``, which take
``nfc`` from here and from nowhere else.

Decisions:
    2026-11-20: while nfcpy is imported nobody finds a C library by name, because its LLCP module (unused
    here) asks for OpenSSL 1.0 and Python then runs ldconfig, gcc and ld, in the process that holds the lock.
    2026-11-20: nfcpy's loggers are silenced as a whole, because at their finest level they write UIDs; and
    the process's warnings are given back, which nfcpy takes for its log when it is imported.
"""

import ctypes.util
import logging


def _find_nothing(name: str) -> str | None:
    del name
    return None


_found_before = ctypes.util.find_library
ctypes.util.find_library = _find_nothing
try:
    import nfc
    import nfc.clf.pn532
    import nfc.tag.tt4
finally:
    ctypes.util.find_library = _found_before

logging.captureWarnings(capture=False)
logging.getLogger("nfc").setLevel(logging.CRITICAL + 1)

__all__ = ["nfc"]
