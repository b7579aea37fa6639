"""What a proof file tells beyond its signatures: clocks, epochs that follow one another, witnesses, absences.

It shows ``audit`` the heads that are known from elsewhere, and adds findings of its own; it can take none
away. Heads known from elsewhere are checkpoints that the auditor kept, what a controller's next epoch says of
the one before, and what a controller witnessed of the signer's own log. A row's word counts only once it is
proven.
"""

import io
import json
import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from re import Match

from card_registry.errors import Malformed
from card_registry.journal import audit
from card_registry.journal.audit import Finding, Head, Json, Log, Wrong
from card_registry.journal.meaning import Grade, grade

AUTHORITY = "authority"
DRIFT = 2_000
"""How far two readings of a clock may differ and still agree, in milliseconds."""

DROPPED = "dropped.json"
"""What a proof file says of rows dropped by rule, by journal."""

_UNREADABLE = (
    *(KeyError, ValueError, TypeError, AttributeError, RecursionError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, EOFError),
)
"""What a claim in another form, or in a damaged part of the file, may raise."""

_NOTE = re.compile(rb"akses/[!-~]+\n\d+\n[!-~]+\n\n\xe2\x80\x94 [!-~]+ [!-~]+\n")
_CLAIMING = {b"started", b"witnessed", b"pruned"}


@dataclass(frozen=True, slots=True)
class Journal:
    """One journal as it was found: ``size`` rows, of which ``proven`` from the first on, and ``withheld``.

    ``note`` is the newest genuine head that its rows reach; ``began`` and ``ended`` are the wall times of the
    first and last row shown, in milliseconds, None where none is shown.
    """

    name: str
    origin: str
    size: int
    proven: int
    withheld: int
    heads: int
    root: str
    note: bytes
    began: int | None
    ended: int | None
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every row is proven."""
        return not any(grade(finding) is Grade.FAULT for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, all of it from ``root`` (SHA-256, hex); ``remarks`` are about no one journal."""

    site: str
    root: str
    zone: str
    journals: tuple[Journal, ...]
    remarks: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether every row of every journal is proven."""
        return all(journal.is_sound for journal in self.journals) and not any(
            grade(finding) is Grade.FAULT for finding in self.remarks
        )


def read_proof(file: Path, root: str | None = None, kept: Sequence[bytes] = ()) -> Report:
    """Check a proof file and say all it tells.

    Args:
        file: The zip.
        root: SHA-256 of the site's first root (hex); the file's own when None, which then proves no more than
            that the file agrees with itself.
        kept: Files of checkpoints kept from earlier, each with one or more.

    Raises:
        Malformed: The file is none of ours, its keys do not follow from the root, or nothing was kept.
    """
    reading = _Reading()
    for checkpoints in kept:
        reading.keep(checkpoints)
    try:
        pinned = "".join(root.lower().split()) if root else _own_root(file)
        for log in audit.check(file, pinned, reading.told, reading.look):
            reading.done(log)
        with zipfile.ZipFile(file) as proof:
            directory, policy = audit.follow(audit.trust_of(proof), pinned)
            reading.drop(proof)
    except Wrong as error:
        raise Malformed(f"{file.name} proves nothing: {error}") from error
    found, remarks = tuple(reading.journals(directory)), tuple(reading.remarks(directory))
    return Report(directory["site"], pinned, policy["zone"], found, remarks)


def _own_root(file: Path) -> str:
    try:
        with zipfile.ZipFile(file) as proof:
            return sha256(proof.open("trust/root.1").read(audit.LIMIT)).hexdigest()
    except Exception as error:
        raise Wrong(f"it is not a whole proof file: {error!r}") from error


@dataclass(slots=True)
class _Clock:
    """The times of one journal's rows, in order."""

    last: tuple[bytes, int, int, bytes] | None = None
    began: int | None = None
    first: int = 0
    seen: dict[str, list[int]] = field(default_factory=dict)
    """For each kind of anomaly: first row, last row, how often."""

    def tick(self, seq: int, row: Match[bytes]) -> None:
        """Compare a row's time with the one before."""
        boot, quality = row[1], row[4]
        mono, wall = int(row[3]), int(row[5])
        if quality == b"floor":
            self._note("time-not-vouched", seq)
        if self.last is None:
            self.began, self.first = wall, seq
        else:
            was_boot, was_mono, was_wall, was_quality = self.last
            if wall < was_wall - DRIFT:
                self._note("clock-went-back", seq)
            if boot == was_boot:
                if mono < was_mono - DRIFT:
                    self._note("count-went-back", seq)
                apart = (wall - was_wall) - (mono - was_mono)
                if apart > DRIFT and was_quality != b"floor":
                    self._note("clock-jumped", seq)
        self.last = (boot, mono, wall, quality)

    def _note(self, what: str, seq: int) -> None:
        known = self.seen.setdefault(what, [seq, seq, 0])
        known[1:] = [seq, known[2] + 1]

    def findings(self) -> list[Finding]:
        """Give one remark for each kind of anomaly."""
        return [
            Finding(what, first, last, f"{count} times" if count > 1 else "")
            for what, (first, last, count) in self.seen.items()
        ]


class _Reading:
    """The hooks of one check, and what they gathered."""

    def __init__(self) -> None:
        self.told: defaultdict[str, list[Head]] = defaultdict(list)
        self._begins: dict[str, Json] = {}
        self._late: list[Finding] = []
        self._pruned: dict[str, Finding] = {}
        self._dropped: dict[str, Finding] = {}
        self._done: dict[str, _Done] = {}
        self._clock = _Clock()
        self._claims: list[tuple[int, Json]] = []

    def keep(self, checkpoints: bytes) -> None:
        """Take checkpoints that the auditor kept, on paper's terms: other line ends and space do not matter.

        Raises:
            Malformed: There is none.
        """
        found = _NOTE.findall(checkpoints.replace(b"\r\n", b"\n") + b"\n")
        if not found:
            raise Malformed("a file of kept checkpoints holds none; give one that --keep wrote")
        for note in found:
            for head in audit.read_heads(io.BytesIO(note), "the checkpoint you kept"):
                self.told[note.partition(b"\n")[0].decode()].append(head)

    def drop(self, proof: zipfile.ZipFile) -> None:
        """Take what the file says of rows dropped by rule; what it says in another form is no remark."""
        logs = {done.log.name: done.log for done in self._done.values()}
        with suppress(*_UNREADABLE):
            for name, claim in json.loads(proof.open(DROPPED).read(audit.LIMIT)).items():
                log, rows = logs[name], int(claim["rows"])
                first, last = int(claim["first"]), int(claim["last"])
                if 0 <= first <= last < log.size and 0 < rows <= log.withheld:
                    decisions = f"{int(claim['since'])} to {int(claim['until'])}"
                    why = f"{rows} of them, by the office's decisions {decisions}"
                    self._dropped[log.origin] = Finding("dropped", first, last, why)

    def look(self, log: Log, row: Match[bytes]) -> None:
        """See one row in its place."""
        self._clock.tick(log.size, row)
        if row[8] in _CLAIMING:
            with suppress(ValueError, RecursionError):
                self._claims.append((log.size, json.loads(row[0])["body"]))

    def done(self, log: Log) -> None:
        """Take what the proven rows of a journal say of other journals, before those are read."""
        began = None
        for seq, body in self._claims:
            said_by = f"row {seq} of {log.name}"
            if seq >= log.proven:
                break
            journal = log.origin.rpartition("/")[0]
            if isinstance(before := body.get("before"), int):
                self._pruned[f"{journal}/{body.get('epoch')}"] = Finding("pruned", 0, before - 1, said_by)
            elif isinstance(origin := body.get("origin"), str):
                self._tell(origin, _position(body), said_by)
            elif seq == 0:
                began = _Began(_position(body.get("previous")), _position(body.get("receipt")))
                for position in filter(None, (began.receipt or began.previous,)):
                    self._tell(f"{journal}/{position.epoch}", position, said_by)
        self._done[log.origin] = _Done(log, self._clock, began)
        self._clock, self._claims = _Clock(), []

    def _tell(self, origin: str, position: "_Position | None", said_by: str) -> None:
        if position is None or position.size <= 0:
            return
        if origin in self._done:
            self._late.append(Finding("not-comparable", position.size, position.size, said_by))
        else:
            self.told[origin].append(Head(position.size, position.root, b"", said_by))

    def journals(self, directory: Json) -> Iterator[Journal]:
        """Give what was found of each journal, with what is known only now."""
        revoked = {one["id"] for one in directory["controllers"] if one["status"] == "revoked"}
        for done in sorted(self._done.values(), key=_by_name):
            log, clock = done.log, done.clock
            findings = [*log.findings, *self._links(done), *clock.findings()]
            if clock.first:
                findings.append(Finding("late-start", 0, clock.first - 1, ""))
            findings.extend(told[log.origin] for told in (self._pruned, self._dropped) if log.origin in told)
            if log.name.partition(".")[0] in revoked:
                findings.append(Finding("revoked", 0, 0, ""))
            yield Journal(
                log.name,
                log.origin,
                log.size,
                log.proven,
                log.withheld,
                log.heads,
                log.root().hex(),
                log.note,
                clock.began,
                clock.last[2] if clock.last else None,
                tuple(findings),
            )

    def _links(self, done: "_Done") -> Iterator[Finding]:
        """Compare where an epoch ends with what the next one says, and see that it names the one before."""
        log = done.log
        if log.name == AUTHORITY:
            return
        controller, _, epoch = log.name.partition(".")
        if int(epoch) > 1 and log.proven and not (done.began and done.began.previous):
            yield Finding("unlinked", 0, 0, "")
        for later in self._done.values():
            if later.began is None or later.log.name.partition(".")[0] != controller:
                continue
            previous = later.began.previous
            if previous and str(previous.epoch) == epoch:
                if later.began.receipt:
                    yield Finding("told-twice", 0, previous.size - 1, later.log.name)
                elif previous.size < log.size:
                    yield Finding("set-back", previous.size, log.size - 1, later.log.name)

    def remarks(self, directory: Json) -> Iterator[Finding]:
        """Say what is not in the file."""
        yield from self._late
        for origin in self.told.keys() - self._done.keys():
            for head in self.told[origin]:
                chain = not head.note and not origin.endswith(f"/{AUTHORITY}")
                what = "missing-epoch" if chain else "no-journal"
                yield Finding(what, 0, head.size - 1, f"{head.source} ({origin})")
        shown = {done.log.name.partition(".")[0] for done in self._done.values()}
        for one in directory["controllers"]:
            if one["id"] not in shown:
                yield Finding("absent", 0, 0, one["id"])


@dataclass(frozen=True, slots=True)
class _Position:
    """A place in a journal, as a row names it; ``epoch`` is 0 for the signer's own log."""

    epoch: int
    size: int
    root: bytes


def _position(said: Json) -> _Position | None:
    """Read a place; None where a row names none, or in a form of another time."""
    try:
        epoch, size, root = said.get("epoch", 0), said["size"], bytes.fromhex(said["root"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return _Position(epoch, size, root) if isinstance(size, int) else None


@dataclass(frozen=True, slots=True)
class _Began:
    """What an epoch's first row says: where the one before ended, and the receipt that contradicted it."""

    previous: _Position | None
    receipt: _Position | None


@dataclass(frozen=True, slots=True)
class _Done:
    """A journal that was read, its times, and what its first row says where that is proven."""

    log: Log
    clock: _Clock
    began: _Began | None


def _by_name(done: _Done) -> tuple[bool, str, int]:
    """Order journals for people: by controller and epoch, the signer's own log last."""
    controller, _, epoch = done.log.name.partition(".")
    return (not epoch, controller, int(epoch or 0))
