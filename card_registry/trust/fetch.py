"""Slots as python-tuf sees them: a repository it fetches from, and its refusals said in our words.

Whether metadata is genuine is python-tuf's decision; here it is only told what an absent slot is, and asked
which slot it was reading when it refused.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import unquote

from tuf.api import exceptions
from tuf.api.serialization import DeserializationError

from card_registry.errors import Expired, Forged, Incomplete, Malformed, RolledBack, SenderLied
from card_registry.trust.client import FetcherInterface
from card_registry.trust.slots import is_grants_role, meta_slot, root_slot

BASE = "slot:meta/"
"""Stands where python-tuf expects the URL of a metadata folder."""

_ABSENT = 404
_ROOT = re.compile(r"([0-9]+)\.root")
_EXPIRED = re.compile(r"(?:New |Final )?([a-z0-9-]+)(?:\.json)? is expired")


class SlotFetcher(FetcherInterface):
    """Serves metadata from slots, and remembers which slot was asked for last."""

    def __init__(self, slots: Mapping[str, bytes]) -> None:
        """Serve ``slots``, by slot name."""
        self._slots = slots
        self.last = "meta/timestamp"

    def _fetch(self, url: str) -> Iterator[bytes]:
        yield self.read(url)

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Give a slot's bytes without the temporary file that a download would need."""
        data = self.read(url)
        if len(data) > max_length:
            message = f"{len(data)} bytes exceed the {max_length} that are signed for or allowed"
            raise exceptions.DownloadLengthMismatchError(message)
        return data

    def read(self, url: str) -> bytes:
        """Give a slot's bytes.

        Raises:
            DownloadHTTPError: Status 404, the slot is absent; after the newest root that is the honest end.
        """
        role = unquote(url.removeprefix(BASE)).removesuffix(".json")
        version = _ROOT.fullmatch(role)
        name = root_slot(int(version[1])) if version else meta_slot(role)
        data = self._slots.get(name)
        if data is None:
            if version is None:
                self.last = name
            message = f"slot {name} is missing"
            raise exceptions.DownloadHTTPError(message, _ABSENT)
        self.last = name
        return data


@contextmanager
def refusals(fetcher: SlotFetcher) -> Iterator[None]:
    """Say python-tuf's refusals in our words: by whose fault, naming the slot."""
    try:
        yield
    except exceptions.RepositoryError as error:
        raise _refusal(f"slot {fetcher.last}", error) from error
    except exceptions.DownloadHTTPError as error:
        message = f"slot {fetcher.last} is missing; the rest of the set may still come"
        raise Incomplete(message) from error
    except exceptions.DownloadError as error:
        message = f"slot {fetcher.last} is not the one the signed set names: {error}"
        raise Incomplete(message) from error


def _refusal(slot: str, error: exceptions.RepositoryError) -> SenderLied:
    match error:
        case exceptions.ExpiredMetadataError():
            expired = _EXPIRED.match(str(error))
            name = f"slot {meta_slot(expired[1])}" if expired else slot
            return Expired(f"{name} is refused, its signed time is over")
        case exceptions.UnsignedMetadataError():
            return Forged(f"{slot} is not signed by enough of the keys that may sign it: {error}")
        case exceptions.BadVersionNumberError() if is_grants_role(slot.rpartition("/")[2]):
            return Incomplete(f"{slot} is not the one the signed set names: {error}")
        case exceptions.BadVersionNumberError():
            return RolledBack(f"{slot} is older than what was already accepted: {error}")
        case exceptions.LengthOrHashMismatchError():
            return Incomplete(
                f"{slot} is not the one the signed set names: it is damaged, swapped, or of another moment"
            )
        case DeserializationError():
            return Malformed(f"{slot} cannot be read as signed metadata; it is damaged or cut off")
        case _:
            return Malformed(f"{slot} is refused: {error}")
