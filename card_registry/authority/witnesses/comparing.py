"""The authority log compared with what doors and desks saw of it.

Each controller's journal holds the heads it saw (``witnessed``). Whoever rewrites the registry store, with
the signer's keys in hand, cannot rewrite those rows as well: they stand under the controllers' own keys. Here
the log is hashed anew from its records, and each row's root is looked up at its size. That the rows
themselves are genuine is for ``akses journal verify`` to say, from a proof file.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Engine, select

from card_registry.authority import store
from card_registry.errors import Malformed
from card_registry.journal.event import Witnessed, decode_body, decode_event
from card_registry.journal.note import authority_origin
from card_registry.journal.tree import Frontier, leaf
from card_registry.stores import ledger
from card_registry.stores import registry as tables
from card_registry.stores.engine import open_store
from card_registry.words import ControllerId, SiteId

MARK = b'"kind":"witnessed"'
PAGE = 2_000


class Finding(StrEnum):
    """What a row of a witness says of the log as it is now."""

    AGREES = "agrees"
    CHANGED = "changed"
    CUT = "cut"


SAID = {
    Finding.AGREES: "as the log is now",
    Finding.CHANGED: "and the log has other records now: one of them was changed; call the auditor",
    Finding.CUT: "and the log has fewer now: records were removed or a backup restored; call the auditor",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """One row in which a controller says what it saw: ``size`` records under ``root`` (hex)."""

    controller: ControllerId
    epoch: int
    seq: int
    size: int
    root: str


def compare(leaves: Iterable[bytes], seen: Iterable[Seen]) -> tuple[tuple[Seen, Finding], ...]:
    """Judge each row of a witness by the log's leaves, in the order of size; the log is walked once."""
    judged, waiting = [], sorted(seen, key=lambda one: one.size, reverse=True)
    frontier, hashes = Frontier(), iter(leaves)
    while waiting:
        while waiting and waiting[-1].size == frontier.size:
            one = waiting.pop()
            agrees = one.root == frontier.root().hex()
            judged.append((one, Finding.AGREES if agrees else Finding.CHANGED))
        following = next(hashes, None)
        if following is None:
            break
        frontier = frontier.append(following)
    return (*judged, *((one, Finding.CUT) for one in reversed(waiting)))


def read(registry_url: str, ledger_url: str) -> tuple[tuple[Seen, Finding], ...]:
    """Judge every row of a witness in the ledger by the log in the registry store.

    Raises:
        OperatorMistaken: A store is not there, or was never founded.
    """
    registry, rows = (
        open_store(url, name, read_only=True)
        for url, name in ((registry_url, "registry"), (ledger_url, "ledger"))
    )
    try:
        with registry.connect() as connection:
            store.require_founded(connection)
            site = store.site_of(connection)
            record = tables.authority.c
            bodies = connection.scalars(select(record.body).order_by(record.seq)).all()
        return compare((leaf(bytes(body)) for body in bodies), _seen(rows, site))
    finally:
        registry.dispose()
        rows.dispose()


def _seen(engine: Engine, site: SiteId) -> Iterator[Seen]:
    row, name = ledger.event.c, authority_origin(site)
    query = select(row.controller, row.epoch, row.seq, row.body)
    with engine.connect().execution_options(yield_per=PAGE) as connection:
        for controller, epoch, seq, body in connection.execute(query):
            if MARK not in bytes(body):
                continue
            try:
                said = decode_body(decode_event(bytes(body)))
            except Malformed:
                continue  # no controller of ours wrote it; the proof file's checker says so
            if isinstance(said, Witnessed) and said.origin == name:
                yield Seen(ControllerId(controller), epoch, seq, said.size, said.root)


def lines(judged: Iterable[tuple[Seen, Finding]]) -> Iterator[str]:
    """Say it: each contradiction, and for each controller the newest head that agrees."""
    newest: dict[ControllerId, Seen] = {}
    for one, finding in judged:
        place = f"{one.controller} row {one.epoch}/{one.seq}"
        if finding is Finding.AGREES:
            newest[one.controller] = one
        else:
            yield f"{place} saw {one.size} records, {SAID[finding]}"
    for controller, one in sorted(newest.items()):
        yield f"{controller} saw {one.size} records in row {one.epoch}/{one.seq}, {SAID[Finding.AGREES]}"
