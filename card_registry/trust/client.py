"""python-tuf's client, without the HTTP client that it always imports, and with a faster canonical form.

2026-11-21: ``tuf.ngclient`` loads urllib3 whoever fetches for it. A door fetches from files and has no
network, so an empty module stands in for ``tuf.ngclient.urllib3_fetcher``: 3 MiB and 40 ms less at every
start, and nothing in the door process that could open a connection. Who wants that fetcher loads it before.

2026-11-21: more than half of verifying a site of 200 controllers was securesystemslib writing canonical JSON,
character by character, before each signature is checked. msgspec gives the same text where nothing in it is
escaped, and one value never gives another's text; where anything is, securesystemslib writes it.
"""

import sys
from types import ModuleType
from typing import Any

import msgspec
from securesystemslib.formats import encode_canonical
from tuf.api.serialization import json as tuf_json

_ENCODER = msgspec.json.Encoder(order="sorted")
_FETCHER = "tuf.ngclient.urllib3_fetcher"


class Urllib3Fetcher:
    """What python-tuf imports by name and, given a fetcher of ours, never makes."""


def _without_http() -> None:
    absent = ModuleType(_FETCHER, Urllib3Fetcher.__doc__)
    vars(absent)["Urllib3Fetcher"] = Urllib3Fetcher
    sys.modules.setdefault(_FETCHER, absent)


def canonical_text(value: Any) -> str | None:  # noqa: ANN401 - as the function it stands for
    """Give what ``encode_canonical`` gives: keys sorted, no spaces, only quotes and backslashes escaped.

    A fraction, which that refuses, is written as JSON has it; nobody signs one.

    Raises:
        FormatError: It holds what has no canonical form.
    """
    try:
        data = _ENCODER.encode(value)
    except (TypeError, ValueError):
        return encode_canonical(value)
    return encode_canonical(value) if b"\\" in data else data.decode()


_without_http()
vars(tuf_json)["encode_canonical"] = canonical_text

from tuf.ngclient import FetcherInterface, Updater  # noqa: E402 - only after its HTTP client is kept out

__all__ = ("FetcherInterface", "Updater")
