"""A real file system of a few MiB, so that a disk is full, or read-only, as disks are.

Where nothing can be mounted the tests that need it say so; the same behaviour is then shown only by what
SQLite itself refuses (``PRAGMA max_page_count``).
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """A mounted file system that can be filled to the brim and made read-only."""

    folder: Path

    def fill(self, leave: int = 0) -> None:
        """Let another program take all room but ``leave`` bytes."""
        with (self.folder / "ballast").open("ab") as ballast:
            for block in (256 * 1024, 4096, 512):
                with contextlib.suppress(OSError):
                    while self.free() - block >= leave:
                        ballast.write(bytes(block))
                        ballast.flush()

    def drain(self) -> None:
        """Take the other program's file away."""
        (self.folder / "ballast").unlink(missing_ok=True)

    def free(self) -> int:
        """Give the free bytes."""
        seen = os.statvfs(self.folder)
        return seen.f_bavail * seen.f_frsize

    def give_up(self) -> None:
        """Turn it read-only under whoever writes, as the kernel does after an error of the medium."""
        _run("mount", "-o", "remount,abort", str(self.folder))

    def mount_again(self, how: str = "rw") -> None:
        """Mount it as the next boot would, ``rw`` or ``ro``."""
        _run("umount", "-l", str(self.folder))
        _run("mount", "-o", f"loop,noatime,{how}", str(self.folder.with_suffix(".img")), str(self.folder))

    def remount(self, how: str) -> None:
        """Make it ``rw`` or ``ro`` while nobody writes."""
        _run("mount", "-o", f"remount,{how}", str(self.folder))


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@contextlib.contextmanager
def small_disk(folder: Path, mib: int = 24, kind: str = "ext4") -> Iterator[SmallDisk]:
    """Mount a file system of ``mib`` MiB at ``folder`` for a ``with`` block, or skip by name."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4", path="/usr/sbin:/sbin:/usr/bin") is None:
        pytest.skip("a small disk needs root and mkfs.ext4, to mount a file system of its own")
    folder.mkdir(exist_ok=True)
    if kind == "tmpfs":
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mib}m", "tmpfs", str(folder)]
    else:
        image = folder.with_suffix(".img")
        with image.open("wb") as file:
            file.truncate(mib * MIB)
        _run("/usr/sbin/mkfs.ext4", "-q", "-m", "0", str(image))
        mount = ["mount", "-o", "loop,noatime", str(image), str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small disk needs a machine that mounts: {done.stderr.strip()}")
    try:
        yield SmallDisk(folder)
    finally:
        _run("umount", "-l", str(folder))
