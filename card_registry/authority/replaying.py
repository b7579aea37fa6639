"""``akses registry replay``: one row of the ledger, and the decision that it records, decided again.

The registry is the one published now, verified from the root that stands on paper. When it is not the one the
event names, that is said, because the answer may then differ honestly.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from card_registry.authority import store
from card_registry.decision import Denied, Granted
from card_registry.errors import OperatorMistaken
from card_registry.explain import replay
from card_registry.journal.event import Event, Tapped, decode_body, decode_event
from card_registry.stores import ledger
from card_registry.stores.engine import open_store
from card_registry.trust.adoption import Trusted, adopt
from card_registry.trust.verify import pinned_root, reverify
from card_registry.words import ControllerId


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the row says, what the rules say again, and whether by the very registry of that day."""

    recorded: Tapped
    again: Granted | Denied
    same_registry: bool

    @property
    def agrees(self) -> bool:
        """Say whether both answers are one."""
        named = (self.again.reason, self.again.card, self.again.holder)
        return named == (self.recorded.reason, self.recorded.card, self.recorded.holder)


def replay_row(
    urls: tuple[str, str], root_sha256: str, place: tuple[ControllerId, int, int], folder: Path
) -> Replayed:
    """Decide a row again; ``urls`` are of the registry and the ledger, ``place`` is controller, epoch, seq.

    Raises:
        OperatorMistaken: There is no such row, or it is no tap.
        SenderLied: The published registry is not genuine from that root.
    """
    controller = place[0]
    event, body = read_tap(urls[1], place)
    engine = open_store(urls[0], "registry")
    try:
        with engine.connect() as connection:
            slots = dict(store.SlotRows(connection))
    finally:
        engine.dispose()
    verified = reverify(slots, pinned_root(slots, root_sha256), controller, folder)
    trusted = adopt(Trusted(), verified, controller)
    return Replayed(body, replay(trusted.registry, body, event.at), verified.versions == body.versions)


def read_tap(url: str, place: tuple[ControllerId, int, int]) -> tuple[Event, Tapped]:
    """Read a recorded tap; ``url`` is of the ledger, ``place`` is controller, epoch, seq.

    Raises:
        OperatorMistaken: There is no such row, or it is no tap.
    """
    controller, epoch, seq = place
    event = decode_event(_row(url, place))
    body = decode_body(event)
    if not isinstance(body, Tapped):
        raise OperatorMistaken(f"row {epoch}/{seq} of {controller} is {event.kind}; name the row of a tap")
    return event, body


def _row(url: str, place: tuple[ControllerId, int, int]) -> bytes:
    row = ledger.event.c
    query = select(row.body).where(row.controller == place[0], row.epoch == place[1], row.seq == place[2])
    engine = open_store(url, "ledger")
    try:
        with engine.connect() as connection:
            body = connection.scalar(query)
    finally:
        engine.dispose()
    if body is None:
        raise OperatorMistaken(f"the ledger has no row {place[1]}/{place[2]} of {place[0]}; name another")
    return bytes(body)
