"""Files written whole or not at all, and read without being led astray."""

import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from card_registry.durable import read_plain, sync_folder, write_whole
from card_registry.errors import Malformed


def _open_descriptors() -> int:
    """Count this process's open files."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """New bytes, the mode asked for, and nothing beside it."""
    path = tmp_path / "slot"
    write_whole(path, b"old")
    write_whole(path, b"new", mode=0o600)
    assert read_plain(path) == b"new"
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert [file.name for file in tmp_path.iterdir()] == ["slot"]


def test_a_leftover_of_a_crash_is_reused(tmp_path: Path) -> None:
    """What a killed writer left beside the name is truncated, not appended to."""
    (tmp_path / ".slot.new").write_bytes(b"half of something long")
    write_whole(tmp_path / "slot", b"x")
    assert read_plain(tmp_path / "slot") == b"x"


def test_a_link_beside_the_name_is_not_followed(tmp_path: Path) -> None:
    """Whoever plants a link where the new bytes go cannot make us write elsewhere."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / ".slot.new").symlink_to(victim)
    with pytest.raises(OSError, match="Too many levels"):
        write_whole(tmp_path / "slot", b"evil")
    assert victim.read_bytes() == b"precious"
    assert not (tmp_path / "slot").exists()


def test_a_link_at_the_name_is_replaced_not_followed(tmp_path: Path) -> None:
    """The rename takes the link's place; what it pointed at stays."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    (tmp_path / "slot").symlink_to(victim)
    write_whole(tmp_path / "slot", b"ours")
    assert victim.read_bytes() == b"precious"
    assert read_plain(tmp_path / "slot") == b"ours"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    """A write that cannot finish raises, and the old bytes stand."""
    path = tmp_path / "slot"
    write_whole(path, b"old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_whole(path, b"x" * 2_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)
    assert read_plain(path) == b"old"
    write_whole(path, b"again")
    assert read_plain(path) == b"again"


def test_what_need_not_last_is_replaced_whole_all_the_same(tmp_path: Path) -> None:
    """Without the wait for the disk, a reader still sees the old bytes or the new ones."""
    path = tmp_path / "ack"
    write_whole(path, b"old", lasting=False)
    write_whole(path, b"new", 0o600, lasting=False)
    assert read_plain(path) == b"new"
    assert [one.name for one in tmp_path.iterdir()] == ["ack"]


def test_a_folder_that_is_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    """Nothing is made where the folder is missing, and no descriptor stays open."""
    before = _open_descriptors()
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "gone" / "slot", b"x")
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "gone")
    with pytest.raises(NotADirectoryError):
        sync_folder(Path(__file__))
    assert _open_descriptors() == before


WRITER = """
import sys
from pathlib import Path
from card_registry.durable import write_whole
path, number = Path(sys.argv[1]), 0
print("siap", flush=True)
while True:
    number += 1
    write_whole(path, str(number).encode() * 20_000)
"""


def _version(path: Path) -> int:
    """Read which version stands at the name, and that it is whole."""
    try:
        data = read_plain(path)
    except FileNotFoundError:
        return 0
    one = data[: len(data) // 20_000]
    assert data == one * 20_000
    return int(one)


def test_a_killed_writer_leaves_one_version_or_the_other(tmp_path: Path) -> None:
    """Watched while it writes, and killed ten times over, the name holds one whole version."""
    path = tmp_path / "slot"
    for number in range(10):
        path.unlink(missing_ok=True)
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"siap\n"
            while _version(path) <= number:
                assert writer.poll() is None
            writer.kill()
        assert _version(path) > number


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "fifo", "socket", "device"])
def test_what_is_no_plain_file_is_refused(tmp_path: Path, kind: str) -> None:
    """Neither followed, nor waited for, nor left open."""
    path = tmp_path / "slot"
    match kind:
        case "link":
            (tmp_path / "real").write_bytes(b"x")
            path.symlink_to(tmp_path / "real")
        case "dangling":
            path.symlink_to(tmp_path / "nowhere")
        case "folder":
            path.mkdir()
        case "fifo":
            os.mkfifo(path)
        case "socket":
            os.mknod(path, stat.S_IFSOCK | 0o600)
        case _:
            path = Path("/dev/zero")
    before = _open_descriptors()
    with pytest.raises(Malformed, match="plain file"):
        read_plain(path)
    assert _open_descriptors() == before


def test_reading_is_bounded_and_exact(tmp_path: Path) -> None:
    """The limit itself is accepted, one byte more is not; a missing file is its own answer."""
    path = tmp_path / "slot"
    path.write_bytes(b"12345")
    assert read_plain(path, limit=5) == b"12345"
    with pytest.raises(Malformed, match="slot has more than the 4 bytes"):
        read_plain(path, limit=4)
    with pytest.raises(FileNotFoundError):
        read_plain(tmp_path / "gone")


def test_a_file_whose_size_says_nothing_is_bounded_too() -> None:
    """A file of /proc reports no bytes and holds many: what counts is what is read."""
    with pytest.raises(Malformed, match="more than the 16 bytes"):
        read_plain(Path("/proc/self/status"), limit=16)
