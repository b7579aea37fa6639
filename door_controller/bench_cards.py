"""The card's number of DESIGN §10: from a card held before the reader to the relay, through the real driver.

The simulator's link is paced as a real one and says what serial line, air and card needed at least; what is
left is our own time: nfcpy, verification, decision, the durable event and the pin.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from card_registry.command.bench_row import Row
from door_controller import bench_site
from door_controller.bench_programs import running, simulator, wait_adopted
from door_controller.simulator.client import SimulatorClient

TAPS = 20
SIGN_MS = 60
"""How long the virtual card signs; part of the floor."""

RELAY = 17
OWN_MS = 15.0
PATIENCE_SECONDS = 20.0


def rows() -> Iterator[Row]:
    """Measure our own time from presentation to relay, and print the emulated link's floor beside it."""
    with tempfile.TemporaryDirectory(prefix="akses-bench-") as folder, simulator(Path(folder)) as run:
        home = Path(folder) / "pengendali-1"
        with SimulatorClient(run / "control.sock") as hand:
            card = hand.new_card("bench", sign_ms=SIGN_MS)
            bench_site.lay_out(home, run, bytes.fromhex(card.digest))
            with running("door", "run", "--dir", str(home)):
                wait_adopted(home)
                taps = [_tap(hand, card.id) for _ in range(TAPS + 1)][1:]
    own = statistics.quantiles([seen - floor for seen, floor in taps], n=20)[-1]
    floor = statistics.median(floor for _, floor in taps)
    name = f"card present → relay, PKOC, paced link: own time beyond the floor (p95 of {TAPS})"
    target = f"≤ {OWN_MS:.0f} ms beyond the link's floor (limit: that floor, median)"
    yield Row(name, "cards", own, "ms", target, floor, own / floor, met=own <= OWN_MS)


def _tap(hand: SimulatorClient, card: str) -> tuple[float, float]:
    """Hold a card until the relay is on; give the milliseconds that took, and the floor under them."""
    before = hand.history(RELAY).count
    held = hand.present(card, "masuk")
    on = _until(lambda: _change(hand, before, 1))
    floor = hand.remove("masuk").link_ms
    _until(lambda: _change(hand, before + 1, 0))
    if held.ms is None or floor is None:
        raise RuntimeError("the simulator gave no time for the tap")
    return on - held.ms, floor


def _change(hand: SimulatorClient, since: int, level: int) -> float | None:
    """Give when the relay's line came to a level after its ``since``-th change, if it has."""
    return next((change.ms for change in hand.history(RELAY, since).changes if change.level == level), None)


def _until(look: Callable[[], float | None]) -> float:
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        if (found := look()) is not None:
            return found
        time.sleep(0.01)
    raise RuntimeError(f"the relay did not move within {PATIENCE_SECONDS:.0f} s of the tap")
