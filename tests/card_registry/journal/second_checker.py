"""A second checker of proof files, written from README's page "The proof file" and from nothing else.

It imports nothing of ours and shares no idea with ours but the page: whole journals in memory, the tree by
the definition of RFC 6962 §2.1, documents by their fields. It answers sound or not, and raises on what is no
proof.
"""

import base64
import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Span = tuple[int, bytes]


def is_sound(file: Path, root: str) -> dict[str, bool]:
    """Say of each journal in a proof file whether every row of it is proven."""
    with zipfile.ZipFile(file) as proof:
        parts = {name: proof.read(name) for name in proof.namelist()}
    assert json.loads(parts["proof.json"])["v"] == 1
    directory, policy = _keys(parts, root)
    journals = [name[5:-6] for name in parts if re.fullmatch(r"rows/.*\.jsonl", name)]
    return {name: _journal(name, parts, directory, policy) for name in journals}


def _keys(parts: dict[str, bytes], root: str) -> tuple[Any, Any]:
    assert hashlib.sha256(parts["trust/root.1"]).hexdigest() == root
    numbers = sorted(int(name[11:]) for name in parts if name.startswith("trust/root."))
    assert numbers == list(range(1, len(numbers) + 1))
    roots = [json.loads(parts[f"trust/root.{number}"]) for number in numbers]
    for number, document in enumerate(roots, 1):
        before = roots[max(number - 2, 0)]["signed"]
        for officers in (before, document["signed"]):
            _require(document, officers["keys"], officers["roles"]["root"])
        assert document["signed"]["version"] == number
    newest = roots[-1]["signed"]
    targets = json.loads(parts["trust/meta.targets"])
    _require(targets, newest["keys"], newest["roles"]["targets"])
    delegations = targets["signed"]["delegations"]
    (enroller,) = (role for role in delegations["roles"] if role["name"] == "doors")
    assert "doors/*" in enroller["paths"]
    doors = json.loads(parts["trust/meta.doors"])
    _require(doors, delegations["keys"], enroller)
    return _target(doors, "doors/directory", parts), _target(targets, "site/policy", parts)


def _require(document: Any, keys: Any, role: Any) -> None:  # noqa: ANN401 - JSON
    text = json.dumps(document["signed"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    signers = set()
    for signature in document["signatures"]:
        if signature["keyid"] in role["keyids"]:
            public = keys[signature["keyid"]]["keyval"]["public"]
            if _is_by(public, bytes.fromhex(signature["sig"]), text.encode()):
                signers.add(public)
    assert len(signers) >= role["threshold"] >= 1


def _target(document: Any, path: str, parts: dict[str, bytes]) -> Any:  # noqa: ANN401 - JSON
    body = parts["trust/" + path.replace("/", ".")]
    assert hashlib.sha256(body).hexdigest() == document["signed"]["targets"][path]["hashes"]["sha256"]
    return json.loads(body)


def _is_by(public: str, signature: bytes, text: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def _journal(name: str, parts: dict[str, bytes], directory: Any, policy: Any) -> bool:  # noqa: ANN401 - JSON
    site = directory["site"]
    if name == "authority":
        keys, place = policy["authority_keys"], None
    else:
        controller, epoch = name.rsplit(".", 1)
        keys, place = _log_key(directory, controller, int(epoch)), (site, controller, int(epoch))
    spans = _spans(parts[f"rows/{name}.jsonl"], place)
    if spans is None:
        return False
    notes = parts[f"heads/{name}.txt"].decode(errors="replace").split("\n")
    heads = [_head(notes[at : at + 5], f"akses/{site}/" + name.replace(".", "/"), keys) for at in
             range(0, len(notes) - 1, 5)]  # fmt: skip
    if not heads or None in heads:
        return False
    sizes = [head[0] for head in heads if head]
    return max(sizes) == sum(size for size, _ in spans) and all(
        _root(spans, size) == root for size, root in (head for head in heads if head)
    )


def _log_key(directory: Any, controller: str, epoch: int) -> list[str]:  # noqa: ANN401 - JSON
    for entry in directory["controllers"]:
        if entry["id"] == controller:
            periods = [entry, *entry.get("former", [])]
            fitting = [one for one in periods if one["epoch"] <= epoch]
            return [max(fitting, key=lambda one: int(one["epoch"]))["log_key"]] if fitting else []
    return []


def _spans(data: bytes, place: tuple[str, str, int] | None) -> list[Span] | None:
    """Give (number of rows, hash) for each line; None where a line is not of its place."""
    spans: list[Span] = []
    at = 0
    for line in data.split(b"\n")[:-1]:
        if line.startswith(b"{"):
            row = json.loads(line)
            said = (row["site"], row["controller"], row["epoch"], row["seq"], row["v"])
            if place is None or said != (*place, at, 1):
                return None
            spans.append((1, hashlib.sha256(b"\0" + line).digest()))
        else:
            level, _, digest = line.partition(b" ")
            if at % 2 ** int(level):
                return None
            spans.append((2 ** int(level), bytes.fromhex(digest.decode())))
        at += spans[-1][0]
    return spans if data.endswith(b"\n") or not data else None


def _root(spans: list[Span], size: int) -> bytes | None:
    """Give MTH over the first ``size`` rows, by its definition; None where a span reaches over the end."""
    starts, at = {}, 0
    for length, digest in spans:
        starts[at] = (length, digest)
        at += length

    def over(start: int, end: int) -> bytes | None:
        known = starts.get(start)
        if known is not None and known[0] == end - start:
            return known[1]
        if end - start < 2:
            return None
        split = 1
        while split * 2 < end - start:
            split *= 2
        left, right = over(start, start + split), over(start + split, end)
        return hashlib.sha256(b"\1" + left + right).digest() if left and right else None

    return over(0, size)


def _head(lines: list[str], origin: str, keys: list[str]) -> tuple[int, bytes] | None:
    """Give (size, root) of one head; None where it is not signed."""
    if len(lines) != 5 or lines[0] != origin or lines[3] or not lines[4].startswith(f"— {origin} "):
        return None
    stamp = base64.b64decode(lines[4].rpartition(" ")[2])
    text = "\n".join(lines[:3]) + "\n"
    for key in keys:
        keyid = hashlib.sha256(origin.encode() + b"\n\x01" + bytes.fromhex(key)).digest()[:4]
        if stamp[:4] == keyid and _is_by(key, stamp[4:], text.encode()):
            return int(lines[1]), base64.b64decode(lines[2])
    return None
