"""A latch with a witness: each step is held against the machine's laws, each release against the journal.

It changes nothing: it looks at what went in, what came out and where the relay then is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from card_registry.journal.event import Body, Ordered, Tapped, decode_body, decode_event
from door_controller import door as machine
from door_controller import laws
from door_controller.daemon.lamp import Lamp
from door_controller.daemon.latch import Latch
from door_controller.door import DoorState, Effect, Input, Unused, Used
from door_controller.journal import Journal
from door_controller.simulator.virtual.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Witness:
    """What a witness looks at, and whom it tells what is wrong."""

    wires: Wiring
    now: Callable[[], int]
    journal: Journal
    complain: Callable[[str], None]


class Witnessed(Latch):
    """The daemon's latch on virtual wires, and a complaint for each law that is broken."""

    def __init__(
        self,
        door: DoorState,
        witness: Witness,
        note: Callable[[Body], None],
        lamp: Lamp | None,
        settled: Callable[[Used | Unused], None],
    ) -> None:
        """Start locked."""
        self._witness = witness
        self._books = laws.Books()
        super().__init__(door, witness.wires, note, witness.now, lamp, settled)

    def take(self, input: Input) -> None:
        """Take one input as the latch does, and look at what it did."""
        before, now, wires = self.door, self._witness.now(), self._witness.wires
        if isinstance(input, machine.Accepted | machine.Moded) and (input.epoch, input.seq) != (0, 0):
            self._require_row(input.epoch, input.seq)
        self._effects: tuple[Effect, ...] = ()
        super().take(input)
        self._books = laws.watch(self._books, laws.Turn(before, input, now, self.door, self._effects))
        for wrong in self._books.wrong:
            self._complain(wrong)
        if wires.driven != self.door.released:
            self._complain("the relay is not as the machine says")

    def _carry_out(self, effects: Iterable[Effect]) -> None:
        self._effects = tuple(effects)
        super()._carry_out(self._effects)

    def _require_row(self, epoch: int, seq: int) -> None:
        """Complain of a release or mode whose event is not on the disk, or explains something else."""
        rows = self._witness.journal.rows(epoch, seq, seq + 1)
        body = decode_body(decode_event(rows[0])) if rows else None
        if not (isinstance(body, Ordered) or (isinstance(body, Tapped) and body.granted)):
            self._complain(f"place {epoch}/{seq} explains no release")

    def _complain(self, wrong: str) -> None:
        self._witness.complain(f"door {self.door.id}: {wrong}")
