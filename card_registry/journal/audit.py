"""Checks a proof file without the server that made it: the whole checker, to be read in ten minutes.

It needs Python and ``cryptography`` and nothing of ours: copied anywhere, ``python audit.py FILE ROOT``
works. Of the file nothing is believed but what follows from ROOT, the SHA-256 of the site's first root. The
format is README's page "The proof file". Memory does not grow with the rows. What more the rows tell (clocks,
epochs, witnesses) is added by ``reading``; what each finding can and cannot mean, by ``meaning``.
"""

import base64
import heapq
import io
import json
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LIMIT = 256 * 1024  # bytes of one document, or of one line
ROW = re.compile(  # a row's envelope, in the one order of its canonical form; whole numbers are below 2**53
    rb'\{"at":\{"boot":"([^"]*)","hi":(?:-?\d{1,16}|null),"lo":(-?\d{1,16}),"mono":(-?\d{1,16}),'
    rb'"quality":"([a-z]+)","wall":(-?\d{1,16})\},"body":\{.*\},"commit":(?:null|"[^"]*"),'
    rb'"controller":"([a-z0-9-]+)","epoch":(\d{1,16}),"kind":"([a-z-]+)","salt":"[0-9a-f]*",'
    rb'"seq":(\d{1,16}),"site":"([a-z0-9-]+)","v":1\}\n'
)
WITHHELD = re.compile(rb"(\d|[1-4]\d) ([0-9a-f]{64})\n")  # the root over 2**n rows that are not shown
JOURNAL = re.compile(r"rows/(([a-z0-9-]+)\.([1-9]\d{0,15})|authority)\.jsonl")
Json = Any
Look = Callable[["Log", re.Match[bytes]], None]


class Wrong(Exception):
    """The file is none of ours, or its keys do not follow from the root."""


class Head(NamedTuple):
    """Somebody's word for the root over the first ``size`` rows; without a ``note``, a proven row's word."""

    size: int
    root: bytes
    note: bytes
    source: str


class Finding(NamedTuple):
    """What is wrong (a word of ``meaning``), at which rows, and who says so."""

    what: str
    first: int
    last: int
    why: str


NOBODY = Head(0, b"", b"", "")


def verifies(public: str, signature: bytes, text: bytes) -> bool:
    """Say whether an Ed25519 signature is this key's (hex) over this text."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def signed(data: bytes, above: Json, role: Json, kind: str) -> Json:
    """Give what a TUF document states, where enough of the role's keys, listed by ``above``, signed it."""
    document, good = json.loads(data), set()
    text = json.dumps(document["signed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    for one in (one for one in document["signatures"] if one["keyid"] in role["keyids"]):
        public = above["keys"][one["keyid"]]["keyval"]["public"]
        good |= {public} if verifies(public, bytes.fromhex(one["sig"]), text) else set()
    if len(good) < max(role["threshold"], 1) or document["signed"]["_type"] != kind:
        raise Wrong(f"a {kind} document has {len(good)} good signatures of {role['threshold']}")
    return document["signed"]


def trust_of(proof: zipfile.ZipFile) -> dict[str, bytes]:
    """Give the documents that lead from the root to the keys, by name."""
    names = proof.namelist()
    if len(set(names)) < len(names) or json.loads(proof.open("proof.json").read(LIMIT))["v"] != 1:
        raise Wrong("it holds two files of one name, or is of a later version than this checker")
    return {name[6:]: proof.open(name).read(LIMIT + 1) for name in names if name.startswith("trust/")}


def follow(trust: Mapping[str, bytes], pinned: str) -> tuple[Json, Json]:
    """Give directory and policy: by the first root, later roots, officers' targets, enroller's targets."""
    if sha256(trust["root.1"]).hexdigest() != pinned:
        raise Wrong("its first root is not the one that was named")
    root, version = json.loads(trust["root.1"])["signed"], 1
    while data := trust.get(f"root.{version}"):
        for above in (root, json.loads(data)["signed"]):  # signed by the officers before, and by its own
            root = signed(data, above, above["roles"]["root"], "root")
        if root["version"] != version:
            raise Wrong(f"root {version} says it is root {root['version']}")
        version += 1
    targets = signed(trust["meta.targets"], root, root["roles"]["targets"], "targets")
    given = targets["delegations"]["roles"]
    doors = next(role for role in given if role["name"] == "doors" and "doors/*" in role["paths"])
    enrolled = signed(trust["meta.doors"], targets["delegations"], doors, "targets")
    for by, path in ((enrolled, "doors/directory"), (targets, "site/policy")):
        if by["targets"][path]["hashes"]["sha256"] != sha256(trust[path.replace("/", ".")]).hexdigest():
            raise Wrong(f"{path} is not the one that was signed")
    return json.loads(trust["doors.directory"]), json.loads(trust["site.policy"])


def keys_of(name: str, directory: Json, policy: Json) -> list[str]:
    """Give the public keys (hex) that may sign a journal: the device's at that epoch, or the signer's."""
    if name == "authority":
        return list(policy["authority_keys"])
    controller, epoch = name.split(".")
    entries = [one for one in directory["controllers"] if one["id"] == controller]
    known = [(key["epoch"], key["log_key"]) for one in entries for key in (*one.get("former", ()), one)]
    return [key for since, key in sorted(known) if since <= int(epoch)][-1:]


def read_heads(lines: BinaryIO, source: str) -> Iterator[Head]:
    """Read signed heads, one after another: five lines each (C2SP tlog-checkpoint)."""
    while note := b"".join(lines.readline(1024) for _ in range(5)):
        _, size, root, *_ = [*note.split(b"\n"), b"", b""]
        yield Head(int(size) if size.isdigit() else -1, unbase64(root), note, source)


def unbase64(text: bytes) -> bytes:
    """Decode base64; what is none decodes to nothing, which no signature covers."""
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


class Log:
    """One journal while it is read: its tree so far, and how much of it is proven."""

    def __init__(self, name: str, site: str, keys: list[str]) -> None:
        self.name, self.keys, self.origin = name, keys, f"akses/{site}/{name.replace('.', '/')}"
        self.place = tuple(part.encode() for part in (*name.split("."), site))
        self.tree: list[bytes] = []
        self.findings: list[Finding] = []
        self.size = self.proven = self.withheld = self.heads = 0
        self.note, self.doubt, self.missing = b"", (0, NOBODY), NOBODY

    def say(self, what: str, first: int, last: int, why: str = "") -> bool:
        """Keep a finding; the False it gives ends the reading of this journal."""
        self.findings.append(Finding(what, first, last, why))
        return False

    def grow(self, level: int, node: bytes) -> None:
        """Append the root over the next 2**level rows (RFC 6962: a node is SHA-256 of 1, left, right)."""
        place = self.size >> level
        self.size += 1 << level
        while place & 1:
            node = sha256(b"\1" + self.tree.pop() + node).digest()
            place >>= 1
        self.tree.append(node)

    def root(self) -> bytes:
        """Give the root over all rows so far."""
        *left, root = self.tree or [sha256(b"").digest()]
        for node in reversed(left):
            root = sha256(b"\1" + node + root).digest()
        return root

    def is_genuine(self, head: Head) -> bool:
        """Say whether this journal's key signed a head, in the one form it can be written in."""
        text = f"{self.origin}\n{head.size}\n{base64.b64encode(head.root).decode()}\n"
        stamp = unbase64(head.note.rpartition(b" ")[2])
        note = f"{text}\n— {self.origin} {base64.b64encode(stamp).decode()}\n".encode()
        name = f"{self.origin}\n\1".encode()
        named = {sha256(name + bytes.fromhex(key)).digest()[:4]: key for key in self.keys}
        return note == head.note and verifies(named.get(stamp[:4], ""), stamp[4:], text.encode())

    def judge(self, head: Head) -> None:
        """Compare a head with the rows before it; whether rows or key are to blame, later heads tell."""
        if head.size > self.size:
            self.missing = head
        elif head.size < self.size:
            self.say("not-comparable", head.size, head.size, head.source)
        elif head.root != self.root():
            self.doubt = self.doubt if self.doubt[1].size else (self.proven, head)
        elif head.note:
            self.proven, self.note, self.heads = head.size, head.note, self.heads + 1
        if 0 < self.doubt[1].size <= self.proven:
            self.say("forked", 0, self.doubt[1].size - 1, self.doubt[1].source)
            self.doubt = (0, NOBODY)

    def take(self, line: bytes, rows: BinaryIO, look: Look) -> bool:
        """Add a line to the tree: a row in its place, or the root over rows withheld."""
        if found := ROW.fullmatch(line):
            if int(found[9]) != self.size or found.group(6, 7, 10) != self.place:
                return self.misplaced(found, rows)
            look(self, found)
            self.grow(0, sha256(b"\0" + line[:-1]).digest())
            return True
        hidden = WITHHELD.fullmatch(line)
        if hidden is None or self.size % (1 << int(hidden[1])):
            return self.say("not-a-row", self.size, self.size)
        self.withheld += 1 << int(hidden[1])
        self.grow(int(hidden[1]), bytes.fromhex(hidden[2].decode()))
        return True

    def misplaced(self, found: re.Match[bytes], rows: BinaryIO) -> bool:
        """Name what happened where a row says it belongs elsewhere, from the two lines after it."""
        here, says = self.size, int(found[9])
        if found.group(6, 7, 10) != self.place:
            return self.say("foreign-row", here, here, b"/".join(found.group(10, 6, 7, 9)).decode())
        after = [int(row[9]) if (row := ROW.fullmatch(rows.readline(LIMIT))) else None for _ in range(2)]
        crossed = says == here + 1 and after[0] == here and after[1] in {here + 2, None}
        if crossed or after[0] == here + 1:
            return self.say("swapped", min(here, says), max(here, says))
        if says < here or after[0] == here:
            return self.say("inserted", min(here, says), here)
        return self.say("deleted", here, says - 1)

    def walk(self, rows: BinaryIO, heads: Iterator[Head], look: Look) -> None:
        """Read the rows up to each head and judge it; then say what is not as it was signed."""
        going = True
        for head in heads:
            if head.note and not self.is_genuine(head):
                self.say("head-not-genuine", head.size, head.size, head.source)
                continue
            while going and self.size < head.size and (line := rows.readline(LIMIT)):
                going = self.take(line, rows, look)
            if going:
                self.judge(head)
        while going and (line := rows.readline(LIMIT)):
            going = self.take(line, rows, look)
        if self.doubt[1].size:
            self.say("edited", self.doubt[0], self.doubt[1].size - 1, self.doubt[1].source)
        if self.missing.size:
            self.say("truncated", self.size, self.missing.size - 1, self.missing.source)
        elif going and self.size > self.proven and not self.doubt[1].size:
            self.say("unsigned", self.proven, self.size - 1)


def check(file: Path, pinned: str, told: Mapping[str, list[Head]], look: Look) -> Iterator[Log]:
    """Check every journal of a proof file: a controller's newest epoch first, the signer's own log last.

    ``told`` are heads known from elsewhere, by origin (the caller may add to it between journals); ``look``
    is shown every row.

    Raises:
        Wrong: The file is none of ours, or its keys do not follow from ``pinned``.
    """
    try:
        with zipfile.ZipFile(file) as proof:
            directory, policy = follow(trust_of(proof), pinned)
            found = [one for one in map(JOURNAL.fullmatch, proof.namelist()) if one]
            for one in sorted(found, key=lambda m: (m[2] is None, m[2] or "", -int(m[3] or 0))):
                log = Log(one[1], directory["site"], keys_of(one[1], directory, policy))
                known = sorted(told.get(log.origin, ()), key=lambda head: head.size)
                with proof.open(f"heads/{one[1]}.txt") as notes, proof.open(one[0]) as rows:
                    heads = read_heads(io.BufferedReader(cast("io.RawIOBase", notes)), "")
                    if log.keys:
                        buffered = io.BufferedReader(cast("io.RawIOBase", rows), LIMIT)
                        log.walk(buffered, heapq.merge(heads, known, key=lambda head: head.size), look)
                    else:
                        log.say("foreign-device", 0, 0)
                yield log
    except Wrong:
        raise
    except Exception as error:
        raise Wrong(f"it is not a whole proof file: {error!r}") from error


if __name__ == "__main__":
    for each in check(Path(sys.argv[1]), sys.argv[2], {}, lambda _log, _row: None):
        verdict = each.findings or "sound"
        sys.stdout.write(f"{each.origin}: {each.proven} rows proven of {each.size}; {verdict}\n")
