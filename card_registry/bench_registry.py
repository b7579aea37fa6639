"""The registry's measured numbers: what a revocation costs, a start, and a first synchronisation.

Each stands beside what the same bytes cost bare in the same run: the signatures, the digests, the JSON. The
controllers are simulated: as many memories as there are controllers, in as many processes as there are cores,
without a network between. How rows are found and printed is decided in ``command.bench``.
"""

import gc
import hashlib
import multiprocessing
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry.bench_site import NOW, Invented, card_of
from card_registry.command.bench_row import Row
from card_registry.instant import Instant
from card_registry.shown import Shard
from card_registry.trust.adoption import Trusted, adopt
from card_registry.trust.packing import pack
from card_registry.trust.slots import shard_number
from card_registry.trust.verify import read_trust, reverify
from card_registry.words import ControllerId, TimeQuality

CONTROLLERS = 200
CARDS, MOST_CARDS, SITE_CARDS = 10_000, 20_000, 100_000
"""A usual controller's cards, the most a controller should have, and the most of a site."""

_RAM = Path("/dev/shm")  # noqa: S108 - a private folder is made in it
KILOBYTES = 10.0
BOOT_MS, GRANT_MS, REVOKE_MS, ALL_MS, COLD_MS = 150.0, 50.0, 25.0, 1000.0, 3000.0
"""What each may take; a start shares 0.6 s with everything else that the door does (DESIGN §10)."""

ROUNDS = 5
REVOCATIONS = 30
SIGNATURES = 8
"""How many signatures a controller checks for one revocation: old and new timestamp, snapshot and deny role,
targets and root; its grants roles again."""

Slots = Mapping[str, bytes]
T = TypeVar("T")


@dataclass
class Simulated:
    """One controller's memory: what its bridge would hold, and what it adopted."""

    site_root: bytes
    controller: ControllerId
    scratch: Path
    folder: dict[str, bytes]
    trusted: Trusted = field(default_factory=Trusted)

    def learn(self, changed: Slots) -> None:
        """Let some slots arrive, verify and adopt."""
        self.folder.update(changed)
        now = Instant(NOW, NOW, TimeQuality.SYNC)
        root, controller = self.site_root, self.controller
        verified = read_trust(self.folder, self.trusted, root, controller, now, self.scratch)
        self.trusted = adopt(self.trusted, verified, controller)


def rows(
    controllers: int = CONTROLLERS, cards: int = CARDS, most: int = MOST_CARDS, whole: int = SITE_CARDS
) -> Iterator[Row]:
    """Measure revocations at one and at all controllers, a grant, starts, and a whole site's first sync."""
    with tempfile.TemporaryDirectory(dir=_ram()) as folder, collecting_nothing():
        scratch = Path(folder)
        site = Invented(controllers, cards)
        yield from _published(site)
        yield from _adopted(site, cards, scratch)
        yield _everywhere(site, scratch)
        yield _boot(site, cards, scratch)
        yield _boot(Invented(1, most), most, scratch)
        yield _cold(most, whole // most, scratch)


def _published(site: Invented) -> Iterator[Row]:
    """Measure what is published for a revocation, in bytes and in the time to sign it."""
    spent, changed = _best(lambda: site.deny(card_of(0)))
    size = sum(len(pack(body)) for body in changed.values()) / 1000
    least = len(zlib.compress(b"".join(changed.values()), 9)) / 1000
    many = len(site.controllers)
    name, target = f"revocation published, {many} controllers (limit: compressed)", f"≤ {KILOBYTES:.0f} KB"
    yield Row(name, "registry", size, "KB", target, least, size / least, size <= KILOBYTES)
    key, body = Ed25519PrivateKey.generate(), bytes(300)
    bare, _ = _best(lambda: [key.sign(body) for _ in range(3)])
    name = f"revocation signed, {many} controllers (limit: three signatures)"
    yield _milliseconds(name, spent, REVOKE_MS, bare)


def _adopted(site: Invented, cards: int, scratch: Path) -> Iterator[Row]:
    """Measure one controller's adoption of revocations, and of a grant."""
    one = _controller(site, site.controllers[0], scratch)
    one.learn({})
    spent = sorted(_timed(one.learn, site.deny(card_of(number))) for number in range(REVOCATIONS))
    bare = _signatures(SIGNATURES)
    for name, value in (("p50", spent[len(spent) // 2]), ("p95", spent[len(spent) * 95 // 100])):
        what = f"revocation adopted, 1 of {len(site.controllers)}, {cards} cards, {name}"
        yield _milliseconds(f"{what} (limit: {SIGNATURES} signatures)", value, REVOKE_MS, bare)
    counts = range(cards + 1, cards + 1 + ROUNDS)
    granted = min(_timed(one.learn, site.fill(one.controller, count)) for count in counts)
    what = f"grant adopted, {cards} cards (limit: {SIGNATURES} signatures)"
    yield _milliseconds(what, granted, GRANT_MS, bare)


def _everywhere(site: Invented, scratch: Path) -> Row:
    """Measure one revocation from signing it to the last controller's adoption."""
    cores = os.cpu_count() or 1
    shares = [site.controllers[core::cores] for core in range(cores)]
    with _workers([[_controller(site, one, scratch) for one in share] for share in shares]) as ends:
        spent = min(_round(site, ends, number) for number in range(ROUNDS))
    many = len(site.controllers)
    bare = _signatures(SIGNATURES) * many / cores
    name = f"revocation signed → adopted by the last of {many}, {cores} cores (limit: signatures)"
    return _milliseconds(name, spent, ALL_MS, bare)


def _round(site: Invented, ends: Sequence[Connection], number: int) -> float:
    """Give the milliseconds of one revocation at every controller."""
    begun = time.perf_counter()
    changed = site.deny(card_of(REVOCATIONS + number))
    for end in ends:
        end.send(changed)
    for end in ends:
        end.recv()
    return (time.perf_counter() - begun) * 1000


@contextmanager
def _workers(shares: Sequence[Sequence[Simulated]]) -> Iterator[Sequence[Connection]]:
    """Give each share of controllers a process of its own, which has adopted everything so far."""
    context = multiprocessing.get_context("fork")
    pipes = [context.Pipe() for _ in shares]
    pairs = zip(shares, pipes, strict=True)
    processes = [context.Process(target=_serve, args=(share, theirs)) for share, (_, theirs) in pairs]
    for process in processes:
        process.start()
    ends = [ours for ours, _ in pipes]
    try:
        for end in ends:
            end.recv()
        yield ends
    finally:
        for end, process in zip(ends, processes, strict=True):
            end.send(None)
            process.join()


def _serve(share: Sequence[Simulated], end: Connection) -> None:
    """Adopt what comes at every controller of a share, until nothing comes."""
    for one in share:
        one.learn({})
    end.send(len(share))
    while (changed := end.recv()) is not None:
        for one in share:
            one.learn(changed)
        end.send(len(share))


def _boot(site: Invented, cards: int, scratch: Path) -> Row:
    """Measure what a start does with the registry: verify what is stored, and put it together."""
    controller = site.controllers[0]
    stored = site.folder(controller)

    def start() -> Trusted:
        return adopt(Trusted(), reverify(stored, site.root, controller, scratch), controller)

    spent, _ = _best(start)
    bare, _ = _best(lambda: _read_bare(stored, controller))
    name = f"registry verified at a start, {cards} cards (limit: digests, JSON)"
    return _milliseconds(name, spent, BOOT_MS * max(1, cards / CARDS), bare)


def _cold(cards: int, controllers: int, scratch: Path) -> Row:
    """Measure the first synchronisation of every controller of a full site, one after the other."""
    site = Invented(controllers, cards)
    for controller in site.controllers[1:]:
        site.fill(controller, cards)
    ours = bare = size = 0.0
    for controller in site.controllers:
        one = _controller(site, controller, scratch)
        ours += _timed(one.learn, {})
        bare += _timed(lambda folder: _read_bare(folder, controller), one.folder)  # noqa: B023 - called at once
        size += sum(map(len, one.folder.values())) / 1e6
    name = f"cold sync, {controllers} × {cards} cards, {size:.0f} MB (limit: digests, JSON)"
    return _milliseconds(name, ours, COLD_MS, bare)


def _controller(site: Invented, controller: ControllerId, scratch: Path) -> Simulated:
    return Simulated(site.root, controller, scratch, site.folder(controller))


def _read_bare(slots: Slots, controller: ControllerId) -> None:
    """Digest every slot and read every shard, believing all of it."""
    decoder = msgspec.json.Decoder(Shard)
    for name, data in slots.items():
        hashlib.sha256(data).digest()
        if shard_number(name, controller) is not None:
            decoder.decode(data)


def _signatures(count: int) -> float:
    """Give the milliseconds of checking so many signatures."""
    key, body = Ed25519PrivateKey.generate(), bytes(300)
    public, signature = key.public_key(), key.sign(body)
    spent, _ = _best(lambda: [public.verify(signature, body) for _ in range(count)])
    return spent


def _best(work: Callable[[], T]) -> tuple[float, T]:
    """Give the least of some rounds in milliseconds, and what the last one gave."""
    spent = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        result = work()
        spent.append((time.perf_counter() - begun) * 1000)
    return min(spent), result


def _timed(work: Callable[[Slots], object], slots: Slots) -> float:
    begun = time.perf_counter()
    work(slots)
    return (time.perf_counter() - begun) * 1000


def _milliseconds(name: str, value: float, most: float, bare: float) -> Row:
    return Row(name, "registry", value, "ms", f"≤ {most:.0f} ms", bare, value / bare, value <= most)


@contextmanager
def collecting_nothing() -> Iterator[None]:
    """Measure as the door works: it collects no garbage while a registry is put together."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _ram() -> str | None:
    """Give the folder in RAM that a door has; None where there is none."""
    return str(_RAM) if _RAM.is_dir() else None
