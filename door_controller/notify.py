"""Tell systemd how the program is: sd_notify(3) in a few lines, so that nothing need be installed for it.

Without systemd (``NOTIFY_SOCKET`` unset) nothing is told and nothing fails.
"""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send one state line, such as ``READY=1``, ``WATCHDOG=1`` or ``STOPPING=1``."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as telling:
        telling.settimeout(0)  # a full socket must not hold the loop that the watchdog watches
        telling.sendto(state.encode(), address.replace("@", "\0", 1) if address[0] == "@" else address)
