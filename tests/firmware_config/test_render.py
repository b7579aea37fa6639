"""What a site means for its machine, byte by byte; and the command that checks, shows and renders it."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from card_registry.errors import OperatorMistaken
from firmware_config.command import config
from firmware_config.files import SITE_LIMIT, load
from firmware_config.model import SiteFile, anchored, parse
from firmware_config.render import render
from tests.firmware_config.test_model import DESK, EXAMPLE, LEAST

GOLDEN = Path(__file__).parents[1] / "golden" / "render"

TWO_DOORS = """
site = "contoh"
controller = "pengendali-2"
kind = "door"
[folders]
state = "/srv/akses 100%/state"
[gpio]
factory = "lgpio"
[[door]]
id = "gudang"
name = "Gudang"
fail_mode = "safe"
[door.pins]
relay = 5
relay_released = "low"
[[door]]
id = "ruang-server"
name = "Ruang Server"
fail_mode = "secure"
[door.pins]
relay = 17
relay_released = "high"
contact = 27
contact_pull = "none"
rex = 22
rex_pull = "down"
[[reader]]
id = "gudang"
door = "gudang"
driver = "pn532"
port = "/dev/ttyAMA0"
[[reader]]
id = "masuk"
door = "ruang-server"
driver = "pn532"
port = "/dev/ttyUSB0"
"""

SITES = {
    "example": anchored(parse(EXAMPLE.read_text()), "/var/lib/akses-door"),
    "two-doors": anchored(parse(TWO_DOORS), "/var/lib/akses-door"),
    "desk": anchored(parse(DESK), "/srv/meja-1"),
}


@pytest.mark.parametrize("name", SITES)
def test_the_rendered_files_are_the_golden_ones(name: str) -> None:
    """Byte for byte; set AKSES_GOLDEN=write to write them anew and read the difference in git."""
    folder = GOLDEN / name
    texts = {path.strip("/").replace("/", "+"): text for path, text in render(SITES[name]).items()}
    if os.environ.get("AKSES_GOLDEN") == "write":
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (folder / file).write_text(text)
    assert {path.name: path.read_text() for path in folder.iterdir()} == texts


def test_a_boot_sets_every_relay_to_locked() -> None:
    """Whatever level releases, the firmware drives the other one before any program runs."""
    text = render(SITES["two-doors"])["/boot/firmware/akses.txt"]
    assert "gpio=5=op,dh\n" in text
    assert "gpio=17=op,dl\n" in text


def test_a_file_is_loaded_with_its_own_folder(tmp_path: Path) -> None:
    """Folders come back absolute, beside the file."""
    file = tmp_path / "site.toml"
    file.write_text(LEAST)
    site = load(file)
    assert isinstance(site, SiteFile)
    assert site.folders.state == str(tmp_path / "state")


def test_what_cannot_be_read_is_one_sentence_with_the_file_s_name(tmp_path: Path) -> None:
    """Missing, a folder, a link, not UTF-8, too long, or unsound: each says which file."""
    file = tmp_path / "site.toml"
    with pytest.raises(OperatorMistaken, match=r"site\.toml cannot be read: No such file"):
        load(file)
    with pytest.raises(OperatorMistaken, match="not a plain file"):
        load(tmp_path)
    file.write_bytes(b"\xff")
    with pytest.raises(OperatorMistaken, match=r"site\.toml: 'utf-8'"):
        load(file)
    file.write_bytes(b"#" * (SITE_LIMIT + 1))
    with pytest.raises(OperatorMistaken, match="more than the 65536 bytes"):
        load(file)
    file.write_text(LEAST.replace("17", "1"))
    with pytest.raises(OperatorMistaken, match=r"site\.toml: a line must be"):
        load(file)
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    with pytest.raises(OperatorMistaken, match="cannot be read as a plain file"):
        load(link)


def test_the_command_checks_shows_and_renders(tmp_path: Path) -> None:
    """Exit code 0 and the facts; 1 and one sentence for an unsound file; 2 for wrong use."""
    file = tmp_path / "site.toml"
    file.write_text(LEAST)
    run = CliRunner().invoke
    checked = run(config, ["check", str(file)])
    assert (checked.exit_code, checked.output) == (
        0,
        f"{file}: sound; door pengendali-1 of site contoh, 1 door(s), 1 reader(s)\n",
    )
    shown = json.loads(run(config, ["show", str(file)]).output)
    assert shown["folders"]["state"] == str(tmp_path / "state")
    texts = json.loads(run(config, ["render", "--json", str(file)]).output)
    assert texts == render(load(file))
    printed = run(config, ["render", str(file)]).output
    assert all(f"==> {path}\n{text}" in printed for path, text in texts.items())
    file.write_text(LEAST.replace("17", "99"))
    refused = run(config, ["check", str(file)])
    assert refused.exit_code == 1
    assert refused.output.startswith(f"Error: site file {file}: a line must be 2 to 27")
    assert run(config, ["check"]).exit_code == 2
