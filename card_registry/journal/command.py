"""``akses journal``: take the proof home, and check it anywhere.

``verify`` needs neither server nor web stack nor database, so an auditor runs it on any machine with Python.
"""

import json
import time
from pathlib import Path
from typing import assert_never

import click

from card_registry.errors import AksesError
from card_registry.journal.audit import Finding, Sound, Unsound
from card_registry.journal.bundle import Report, verify_bundle
from card_registry.words import ControllerId


@click.group()
def journal() -> None:
    """Export controllers' journals with their proofs, and verify them offline."""


@journal.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--root", help="SHA-256 of the site's first root metadata, from the founding record.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def verify(file: Path, root: str | None, *, as_json: bool) -> None:
    """Check every row and head of an exported bundle; exit 1 when anything is wrong."""
    try:
        report = verify_bundle(file, root)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(_as_object(report)) if as_json else _as_text(report, pinned=root is not None))
    if not _all_sound(report):
        raise click.exceptions.Exit(1)


@journal.command()
@click.option("--ledger", "ledger_url", required=True, help="URL of the ledger store.")
@click.option("--registry", "registry_url", required=True, help="URL of the registry store.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The zip to write.")
@click.option("--controller", help="Only this controller's journals.")
def export(ledger_url: str, registry_url: str, out: Path, controller: str | None) -> None:
    """Write a bundle that ``akses journal verify`` checks without this server."""
    from card_registry.journal.export import export_bundle
    from card_registry.stores.engine import open_store

    only = ControllerId(controller) if controller else None
    try:
        stores = (
            open_store(ledger_url, "ledger", read_only=True),
            open_store(registry_url, "registry", read_only=True),
        )
        manifest = export_bundle(stores, out, time.time_ns() // 1_000_000, only)
    except AksesError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{out}: {len(manifest.journals)} journals of {manifest.site}")


def _all_sound(report: Report) -> bool:
    return all(isinstance(finding, Sound) for finding in report.findings)


def _as_object(report: Report) -> dict[str, object]:
    return {
        "ok": _all_sound(report),
        "site": report.site,
        "root": report.root,
        "journals": [_finding_object(finding) for finding in report.findings],
    }


def _finding_object(finding: Finding) -> dict[str, object]:
    place = {"controller": finding.journal.controller, "epoch": finding.journal.epoch}
    match finding:
        case Sound():
            return {**place, "ok": True, "rows": finding.rows, "root": finding.root, "heads": finding.heads}
        case Unsound():
            return {**place, "ok": False, "proven": finding.proven, "sentence": finding.sentence}
        case _:
            assert_never(finding)


def _as_text(report: Report, *, pinned: bool) -> str:
    source = "the root you named" if pinned else "the bundle's own root; compare it with the founding record"
    lines = [f"site {report.site}, keys from root {report.root} ({source})"]
    for finding in report.findings:
        place = f"{finding.journal.controller}, epoch {finding.journal.epoch}"
        match finding:
            case Sound():
                lines.append(f"SOUND    {place}: {finding.rows} rows under {finding.heads} signed heads")
            case Unsound():
                lines.append(
                    f"UNSOUND  {place}: {finding.sentence} (the first {finding.proven} rows are proven)"
                )
            case _:
                assert_never(finding)
    return "\n".join(lines)
