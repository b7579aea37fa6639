"""A journal brought to the server by hand is believed as far as its controller signed it, and receipted."""

from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result

from card_registry.journal.batch import batch_name, encode_batch
from card_registry.signing import Purpose, public_hex, unseal
from card_registry.statements import Receipt
from mqtt_bridge.command import bridge
from mqtt_bridge.ledger import Ledger, open_ledger
from tests.mqtt_bridge.site import DOOR, SITE, Pen, Site


def carry(site: Site, stick: Path, root: str = "") -> Result:
    """Run the command."""
    words = (
        *("carry", "--site", SITE, "--ledger", site.ledger, "--registry", site.registry),
        *("--receipt-key-dir", site.folder / "hub", "--passphrase-file", site.passphrase),
        *("--root", root or site.root, stick),
    )
    return CliRunner().invoke(bridge, [str(word) for word in words])


def test_rows_are_stored_once_and_receipted(tmp_path: Path) -> None:
    """Two trips, the second with rows of the first: every row once, and a receipt for the door each time."""
    site = Site(tmp_path)
    stick, pen = tmp_path / "stick", Pen(site)
    stick.mkdir()
    assert "holds no batch" in carry(site, stick).output
    for count in (3, 2):
        batch = pen.batch(count)
        (stick / batch_name(batch.epoch, batch.start)).write_bytes(encode_batch(batch))
        told = carry(site, stick)
        assert told.exit_code == 0, told.output
        assert f"{count} rows stored" in told.output
        receipt = unseal(
            Purpose.RECEIPT, (stick / "ack").read_bytes(), Receipt, [public_hex(site.receipt_key)]
        )
        assert (receipt.controller, receipt.next) == (DOOR, len(pen.rows))
    assert site.rows() == pen.rows


def test_what_is_not_the_controllers_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """Another root, and rows that a stranger changed, store nothing."""
    site = Site(tmp_path)
    stick, pen = tmp_path / "stick", Pen(site)
    stick.mkdir()
    batch = pen.batch(3)
    (stick / batch_name(1, 0)).write_bytes(encode_batch(batch))
    assert "does not verify from that root" in carry(site, stick, "ab" * 32).output
    (stick / batch_name(1, 0)).write_bytes(encode_batch(replace(batch, rows=(b"{}", *batch.rows[1:]))))
    changed = carry(site, stick)
    assert changed.exit_code == 1
    assert "refused: " in changed.output
    engine = open_ledger(site.ledger)
    assert Ledger(engine, SITE, site.receipt_key).replies() == ()
    engine.dispose()
