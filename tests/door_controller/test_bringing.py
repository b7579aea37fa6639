"""The registry brought by hand: the same verification as from the network, and a sentence for the person."""

import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.journal.event import Versions
from card_registry.signing import Purpose, seal
from card_registry.statements import Status
from card_registry.trust import parcel
from card_registry.trust.slots import file_name
from card_registry.words import Staleness
from door_controller import enrol
from door_controller.command import door
from tests.door_controller.site import CONTROLLER, SITE, TOML, Site, rule
from tests.door_controller.test_adopter import Post

STATUS = "outbox/status"


@pytest.fixture
def site() -> Site:
    """Give a site with one card."""
    made = Site()
    made.admit(b"1" * 32)
    return made


@pytest.fixture
def home(tmp_path: Path, site: Site) -> Path:
    """Give an enrolled controller's folder, which no bridge ever filled."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "site.toml").write_text(TOML.format(socket="pins.sock", port="reader"))
    enrol.init(folder, folder / "state", SITE, CONTROLLER, (rule(),))
    enrol.accept(folder / "state", SITE, CONTROLLER, canonical.encode(site.bundle()))
    return folder


def carried(site: Site, stick: Path) -> Path:
    """Export the controller's part."""
    parcel.write(parcel.own_slots(site.slots, CONTROLLER), stick)
    return stick


def brought(home: Path, stick: Path) -> Result:
    """Run the command at the door."""
    return CliRunner().invoke(door, ["import", "--dir", str(home), str(stick)])


@pytest.mark.parametrize("name", ["stick", "stick.zip"])
def test_what_is_genuine_is_laid_before_the_door(home: Path, site: Site, tmp_path: Path, name: str) -> None:
    """Folder or zip: the door's own adopter takes it up as if its bridge had brought it."""
    told = brought(home, carried(site, tmp_path / name))
    assert told.exit_code == 0, told.output
    assert f"publication {site.number} is genuine" in told.output

    post = Post(home / "state", site)
    shutil.rmtree(post.slots)
    shutil.copytree(home / "slots", post.slots)
    post.adopter.look()
    assert post.known() == 1
    post.journal.close()


def test_what_is_not_genuine_leaves_everything_as_it_was(home: Path, site: Site, tmp_path: Path) -> None:
    """An edited part, another site's, half a stick, no stick: a sentence, and no file is written."""
    stick = carried(site, tmp_path / "stick")
    part = stick / file_name("deny/list")
    part.write_bytes(part.read_bytes() + b" ")
    assert "deny/list" in brought(home, stick).output
    part.unlink()
    assert brought(home, stick).exit_code == 1
    assert brought(home, carried(Site(), tmp_path / "foreign")).exit_code == 1
    (tmp_path / "bad.zip").write_bytes(b"PK")
    assert "cannot be read as a parcel" in brought(home, tmp_path / "bad.zip").output
    (tmp_path / "empty").mkdir()
    assert "no part of the registry" in brought(home, tmp_path / "empty").output
    assert not list((home / "slots").glob("*"))


def test_a_stick_older_than_what_decides_is_refused_at_once(home: Path, site: Site, tmp_path: Path) -> None:
    """The person hears it before anything is written; the door would refuse it anyway."""
    held = Versions(1, site.number + 1, 1, 1)
    said = Status(1, SITE, CONTROLLER, 1, 1, "00", 1, Staleness.FRESH, held, 0, 0, ())
    key = enrol.load(home / "state").log_key
    (home / "outbox").mkdir()
    (home / STATUS).write_bytes(seal(Purpose.STATUS, said, key))
    told = brought(home, carried(site, tmp_path / "stick"))
    assert told.exit_code == 1
    assert f"the door decides by {site.number + 1}" in told.output


def test_a_parcel_has_bounds(tmp_path: Path) -> None:
    """Too many files, or one too long, are refused before they are read."""
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as file:
        for number in range(parcel.FILES + 1):
            file.writestr(f"meta.a{number}", b"")
    with zipfile.ZipFile(tmp_path / "long.zip", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("meta.deny", bytes(canonical.LIMIT + 1))
    for name in ("many.zip", "long.zip"):
        with pytest.raises(Malformed):
            parcel.read(tmp_path / name)
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(parcel.FILES + 1):
        (folder / f"meta.a{number}").touch()
    with pytest.raises(Malformed):
        parcel.read(folder)


def test_the_journal_is_taken_along_and_its_receipt_brought_back(
    home: Path, site: Site, tmp_path: Path
) -> None:
    """The outbox's batches are copied as they are; a receipt on the stick is laid where the door looks."""
    stick = carried(site, tmp_path / "stick")
    assert "holds no batch" in CliRunner().invoke(door, ["export", "--dir", str(home), str(stick)]).output
    (home / "outbox").mkdir()
    (home / "outbox" / "batch-000001-000000000000").write_bytes(b"rows")
    (home / "outbox" / "status").write_bytes(b"no batch")
    told = CliRunner().invoke(door, ["export", "--dir", str(home), str(stick)])
    assert told.exit_code == 0, told.output
    assert (stick / "batch-000001-000000000000").read_bytes() == b"rows"
    assert not (stick / "status").exists()

    (home / "outbox" / "status").unlink()
    (stick / "ack").write_bytes(b"receipt")
    assert brought(home, stick).exit_code == 0
    assert (home / "slots" / "ack").read_bytes() == b"receipt"
