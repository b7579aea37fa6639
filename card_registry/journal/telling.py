"""How an audit's report reads: text for the auditor, one object for a program.

What was found is ``reading``'s, what it means ``meaning``'s.
"""

import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from hashlib import file_digest
from pathlib import Path

from card_registry.journal.audit import Finding
from card_registry.journal.meaning import MEANINGS, Grade, grade, sentence
from card_registry.journal.reading import AUTHORITY, Journal, Report
from card_registry.schedule import zone_of

WIDTH = 100
_INDENT = " " * 11


def as_text(report: Report, file: Path, *, pinned: bool, brief: bool = False) -> str:
    """Give a report as a page: what was checked, each journal, and what all of it proves."""
    with file.open("rb") as data:
        digest = file_digest(data, "sha256").hexdigest()
    source = "the root you named" if pinned else "THE FILE'S OWN ROOT: compare it with the founding record"
    lines = [
        f"file       {file.name}, SHA-256 {digest}",
        f"site       {report.site}",
        f"keys from  {report.root}",
        f"{_INDENT}({source})",
        "",
    ]
    zone = _zone(report.zone)
    for journal in report.journals:
        lines.extend(_journal(journal, zone))
    if report.remarks:
        lines.extend(["", "in the whole file", *map(_finding, report.remarks)])
    if not brief:
        lines.extend(_meanings(report))
    return "\n".join([*lines, "", *_conclusion(report, pinned=pinned)])


def as_object(report: Report) -> dict[str, object]:
    """Give a report as plain values for JSON; ``authority`` is the signer's own log."""
    logs = [(_place(journal), _object(journal)) for journal in report.journals]
    return {
        "ok": report.is_sound,
        "site": report.site,
        "root": report.root,
        "journals": [{**place, **told} for place, told in logs if place],
        "authority": next((told for place, told in logs if not place), None),
        "remarks": [_finding_object(finding) for finding in report.remarks],
    }


def _zone(name: str) -> tzinfo:
    try:
        return zone_of(name)
    except ValueError:
        return UTC


def _place(journal: Journal) -> dict[str, object]:
    """Name a controller's journal; the signer's own has no place among them."""
    if journal.name == AUTHORITY:
        return {}
    controller, _, epoch = journal.name.partition(".")
    return {"controller": controller, "epoch": int(epoch)}


def _object(journal: Journal) -> dict[str, object]:
    faults = [sentence(finding) for finding in journal.findings if grade(finding) is Grade.FAULT]
    return {
        "ok": journal.is_sound,
        "rows": journal.size,
        "proven": journal.proven,
        "withheld": journal.withheld,
        "heads": journal.heads,
        "root": journal.root,
        "began": journal.began,
        "ended": journal.ended,
        "sentence": "; ".join(faults),
        "findings": [_finding_object(finding) for finding in journal.findings],
    }


def _finding_object(finding: Finding) -> dict[str, object]:
    return {
        "what": finding.what,
        "grade": grade(finding).value,
        "first": finding.first,
        "last": finding.last,
        "why": finding.why,
        "sentence": sentence(finding),
    }


def _journal(journal: Journal, zone: tzinfo) -> Iterator[str]:
    where = _place(journal)
    name = f"{where['controller']}, epoch {where['epoch']}" if where else "the signer's log of changes"
    verdict = "SOUND" if journal.is_sound else "NOT SOUND"
    yield f"{verdict:<10} {name}: {_extent(journal)}"
    if where and journal.began is not None and journal.ended is not None:
        yield f"{_INDENT}shown from {_time(journal.began, zone)} to {_time(journal.ended, zone)}"
    yield from map(_finding, journal.findings)


def _extent(journal: Journal) -> str:
    hidden = f", {journal.withheld} of them withheld" if journal.withheld else ""
    if journal.is_sound:
        heads = counted(journal.heads, "signed head")
        return f"{counted(journal.size, 'row')}, all proven{hidden}, under {heads}"
    if journal.proven:
        return f"proven up to row {journal.proven - 1}, nothing after"
    return "nothing is proven"


def counted(count: int, thing: str) -> str:
    """Give a number with its noun."""
    return f"{count} {thing}" if count == 1 else f"{count:,} {thing}s".replace(",", " ")


def _time(at: int, zone: tzinfo) -> str:
    try:
        return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M:%S %Z}"
    except (ValueError, OverflowError, OSError):
        return f"{at} ms"


def _finding(finding: Finding) -> str:
    return _wrapped(f"{grade(finding).upper():<7} {finding.what}: {sentence(finding)}", 8)


def _meanings(report: Report) -> Iterator[str]:
    """Explain each kind of finding once, faults first."""
    everything = [one for journal in report.journals for one in journal.findings] + list(report.remarks)
    for what in (what for what in MEANINGS if what in {finding.what for finding in everything}):
        yield ""
        yield what
        yield _wrapped(f"can mean: {MEANINGS[what].can}.")
        yield _wrapped(f"does not show: {MEANINGS[what].cannot}.")


def _wrapped(text: str, deeper: int = 0) -> str:
    inner = _INDENT + " " * deeper
    return textwrap.fill(text, WIDTH, initial_indent=_INDENT, subsequent_indent=inner, break_long_words=False)


def _conclusion(report: Report, *, pinned: bool) -> Iterator[str]:
    """Say what the whole proves, and what no such file can."""
    if report.is_sound:
        yield "SOUND. Every row shown is, byte for byte and in this order, what its controller signed."
    else:
        faults = sum(grade(one) is Grade.FAULT for journal in report.journals for one in journal.findings)
        faults += sum(grade(one) is Grade.FAULT for one in report.remarks)
        yield f"NOT SOUND: {counted(faults, 'fault')}. What is proven above stands all the same."
    if not pinned:
        yield "This holds only if the root above is the site's: give the founding record's with --root."
    yield "No file can show that its end is the newest: keep the heads (--keep FILE), and give them next time"
    yield "(--checkpoint FILE). Nor can it show what a controller never wrote."
