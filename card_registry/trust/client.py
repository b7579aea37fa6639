"""python-tuf's client, without the HTTP client that it always imports.

2026-11-21: ``tuf.ngclient`` loads urllib3 whoever fetches for it. A door fetches from files and has no
network, so an empty module stands in for ``tuf.ngclient.urllib3_fetcher``: 3 MiB and 40 ms less at every
start, and nothing in the door process that could open a connection. Who wants that fetcher loads it before.
"""

import sys
from types import ModuleType

_FETCHER = "tuf.ngclient.urllib3_fetcher"


class Urllib3Fetcher:
    """What python-tuf imports by name and, given a fetcher of ours, never makes."""


def _without_http() -> None:
    absent = ModuleType(_FETCHER, Urllib3Fetcher.__doc__)
    vars(absent)["Urllib3Fetcher"] = Urllib3Fetcher
    sys.modules.setdefault(_FETCHER, absent)


_without_http()

from tuf.ngclient import FetcherInterface, Updater  # noqa: E402 - only after its HTTP client is kept out

__all__ = ("FetcherInterface", "Updater")
