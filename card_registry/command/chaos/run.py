"""One chaos from the first start to the verdict, and its numbers as rows of ``akses bench``.

The order: start a house of its own, let office and hand work while the killer kills, stop all three, wait
until the house has settled, then read every store and judge; last, cards are held to the door once more.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from sqlite3 import Error as StoreError
from threading import Event, Thread

from card_registry.command.bench_demo import PROCESSES, running
from card_registry.command.bench_row import Row
from card_registry.command.chaos import judging
from card_registry.command.chaos.evidence import gather
from card_registry.command.chaos.hand import Hand
from card_registry.command.chaos.killing import Killer, wait_ready
from card_registry.command.chaos.office import Office
from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.demo.secrets import phrase, recall
from card_registry.command.demo.table import look
from card_registry.command.story import acts, hand
from card_registry.command.story.browser import Unexpected, Unsure
from card_registry.command.story.proof import bundle, export, judge, workplace
from card_registry.command.story.scene import Failed, Scene, akses

SETTLED = 60.0
"""Seconds within which everything must have come together after the last kill."""

WORKING = 180.0
"""Seconds in which what office and hand have begun must be finished."""


class NotProved(Exception):
    """Chaos found faults; the text holds them."""


@dataclass(slots=True)
class Report:
    """What was done to the house and what was wrong afterwards."""

    kills: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    given: int = 0
    taken: int = 0
    rows: int = 0
    judged: int = 0
    settled: float = 0.0
    faults: list[str] = field(default_factory=list)


def rows(minutes: float = 1.0) -> Iterator[Row]:
    """Let chaos reign for some minutes in a house of its own, and give what came of it.

    Raises:
        NotProved: Something was lost, doubled, changed, decided wrongly, or did not come together.
    """
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder) / "data")
        with running(layout):
            report = chaos(layout, minutes * 60, random.randrange(2**32))  # noqa: S311 - chance, not a secret
    yield from as_rows(report)
    if report.faults:
        raise NotProved("; ".join(report.faults))


def as_rows(report: Report) -> Iterator[Row]:
    """Give a report as rows of the bench."""
    kills = ", ".join(f"{name} {count}" for name, count in sorted(report.kills.items()))
    cards = f"{report.given} cards given, {report.taken} taken away"
    sound = not report.faults
    yield _row(f"chaos: kills -9 ({kills})", sum(report.kills.values()), "kills", "as many as time allows")
    yield _row(
        "chaos: rows, the same bytes at the doors and in the ledger", report.rows, "rows", "all", met=sound
    )
    yield _row(f"chaos: taps judged ({cards})", report.judged, "taps", "none wrong", met=sound)
    late = report.settled > SETTLED
    yield _row(
        "chaos: all converged after the last kill", report.settled, "s", f"≤ {SETTLED:.0f} s", met=not late
    )


def _row(name: str, value: float, unit: str, target: str, *, met: bool = True) -> Row:
    return Row(name, "chaos", value, unit, target, None, None, met)


def chaos(layout: Layout, seconds: float, seed: int) -> Report:
    """Torment the running house for some seconds and judge it; ``seed`` orders chance."""
    table = look(layout.running)
    address = table.address if table is not None else ""
    chances = [random.Random(seed + number) for number in range(3)]  # noqa: S311 - chance, not a secret
    with Scene(layout, recall(layout.secrets), address, phrase(2)) as scene:
        office = Office(scene, chances[0])
        taps, killer = Hand(scene, office, chances[1]), Killer(layout, chances[2])
        before = hand.relay_changes(scene)
        report = Report()
        _work(seconds, (office.work, taps.work, killer.work), report.faults)
        report.kills, report.done = dict(killer.kills), dict(taps.done)
        report.given = len(office.lives)
        report.taken = sum(life.denied is not None for life in office.lives)
        _settle(layout, report)
        _judge(layout, office, report)
        _count_openings(scene, before, report)
        if not report.faults:
            _hold_once_more(scene, office, report)
    return report


def _work(seconds: float, works: tuple[Callable[[Event], None], ...], faults: list[str]) -> None:
    """Let everybody work for some seconds, and then finish what is begun; the killer ends with the time."""
    stop = Event()

    def guarded(work: Callable[[Event], None]) -> None:
        try:
            work(stop)
        except Exception as error:  # noqa: BLE001 - work that ended early must not look like peace
            faults.append(f"{type(error).__name__}: {error}")
            stop.set()

    threads = [Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join(WORKING)
    if any(thread.is_alive() for thread in threads):
        faults.append(f"what was begun was not finished within {WORKING:.0f} s")


def _settle(layout: Layout, report: Report) -> None:
    """Wait until every program is ready and every row is everywhere it belongs."""
    began = time.monotonic()
    if wait_ready(layout, PROCESSES, SETTLED) is None:
        report.faults.append(f"not every program was ready {SETTLED:.0f} s after the last kill")
        return
    while time.monotonic() - began < SETTLED:
        with suppress(StoreError, OSError):
            if not list(judging.faults_of_rows(gather(layout))):
                break
        time.sleep(0.2)
    report.settled = time.monotonic() - began


def _judge(layout: Layout, office: Office, report: Report) -> None:
    found = gather(layout)
    spans = [judging.Span(life.card, life.grants, life.denied) for life in office.lives]
    report.faults += judging.faults_of_rows(found)
    report.faults += judging.faults_of_decisions(found, spans)
    decided = judging.decided(found, spans)
    report.rows, report.judged = len(found.ledger), decided.taps
    report.done["granted"], report.done["known"] = decided.granted, decided.taps
    _prove(layout, report)


def _prove(layout: Layout, report: Report) -> None:
    """Have the journals verified by the commands an auditor uses: exported, and at the door."""
    workplace(layout).mkdir(mode=0o700, exist_ok=True)
    try:
        export(layout, layout.url("ledger"), bundle(layout))
        journals, _ = judge(layout, bundle(layout))
        report.faults += [str(one["sentence"]) for one in journals if not one["ok"]]
    except Failed as error:
        report.faults.append(str(error))
    told = akses("door", "verify", "--dir", str(layout.controller(DOOR_CONTROLLER)))
    if told.code != 0:
        report.faults.append(f"akses door verify: {told.sentence}")


def _count_openings(scene: Scene, before: int, report: Report) -> None:
    """Hold what the lock's line did against what may have released it: each release needs a cause."""
    released = (hand.relay_changes(scene) - before + 1) // 2
    causes = report.done["granted"] + report.done.get("button", 0)
    if released > causes:
        report.faults.append(f"the lock was released {released} times, and there were {causes} causes")


def _hold_once_more(scene: Scene, office: Office, report: Report) -> None:
    """A card that has a right opens, one that was taken away does not."""
    for life in office.lives:
        one = replace(scene, card=life.card, case=life.case, virtual=life.virtual)
        try:
            (acts.denied if life.denied is not None else acts.open_door)(one)
        except (Failed, Unexpected, Unsure) as error:
            report.faults.append(f"card {life.card[:8]}… afterwards: {error}")
