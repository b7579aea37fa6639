"""A guest: the rigs' system on its own kernel under qemu, with lines like a Raspberry Pi's.

Emulated in software (TCG), so that it needs nothing of the machine; it boots in 11 to 25 seconds and is about
ten times slower than the machine. No network: it is spoken to over a virtio port.
"""

import base64
import contextlib
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.rigs.system import HERE, which

BOOT_SECONDS = 180.0
CPUINFO = "Hardware\t: BCM2835\nRevision\t: c03115\n"
"""What a Raspberry Pi 4B says of itself, by which gpiozero knows its header."""

APPEND = "root=/dev/vda rw console=ttyS0 quiet mitigations=off panic=-1"


class Guest:
    """One running guest, on a copy of the disk that is thrown away."""

    def __init__(self, system: Path, folder: Path, *extra: str) -> None:
        """Boot ``system``; ``extra`` are words for qemu."""
        self._folder = folder
        self.console = folder / "console.log"
        disk, port = folder / "disk.qcow2", folder / "rig.sock"
        layer = ["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", str(system / "disk.qcow2"), str(disk)]
        subprocess.run([which("qemu-img"), *layer], timeout=60, check=True)
        self._errors = (folder / "qemu.log").open("wb")
        self.qemu = subprocess.Popen(
            [which("qemu-system-x86_64"), "-accel", "tcg", "-cpu", "max", "-smp", "2", "-m", "1024",
             "-nodefaults", "-no-user-config", "-display", "none", "-nic", "none",
             "-kernel", str(system / "vmlinuz"), "-initrd", str(system / "initrd.img"), "-append", APPEND,
             "-serial", f"file:{self.console}",
             "-drive", f"if=virtio,file={disk},cache=unsafe", "-device", "virtio-rng-pci",
             "-device", "virtio-serial-pci", "-chardev", f"socket,id=rig,path={port},server=on,wait=off",
             "-device", "virtserialport,chardev=rig,name=rig", *extra],
            stdin=subprocess.DEVNULL, stdout=self._errors, stderr=self._errors,
        )  # fmt: skip
        self._port = socket.socket(socket.AF_UNIX)
        self._waiting = b""
        began = time.monotonic()
        try:
            self._connect(port)
            self.kernel = str(self._answer(BOOT_SECONDS)[1])
        except (AssertionError, OSError):
            self.close()
            raise
        self.boot_seconds = time.monotonic() - began

    def _connect(self, port: Path) -> None:
        while not port.exists():
            assert self.qemu.poll() is None, (self._folder / "qemu.log").read_text()
            time.sleep(0.05)
        self._port.connect(str(port))

    def _answer(self, seconds: float) -> tuple[int, str]:
        ends = time.monotonic() + seconds
        while b"\n" not in self._waiting:
            self._port.settimeout(max(0.1, ends - time.monotonic()))
            try:
                data = self._port.recv(65536)
            except TimeoutError:
                data = b""
            assert data, f"the guest says nothing; its console ends:\n{self.said()}"
            self._waiting += data
        line, _, self._waiting = self._waiting.partition(b"\n")
        answer = json.loads(line)
        return int(answer["code"]), str(answer["out"])

    def said(self) -> str:
        """Give the end of its console."""
        return self.console.read_text(errors="replace")[-3000:] if self.console.exists() else ""

    def _ask(self, request: dict[str, object], seconds: float) -> tuple[int, str]:
        self._port.settimeout(60)
        self._port.sendall(json.dumps(request).encode() + b"\n")
        return self._answer(seconds + 10)

    def run(self, text: str, seconds: float = 120) -> tuple[int, str]:
        """Run shell text in it; give exit code and output."""
        return self._ask({"run": text, "seconds": seconds}, seconds)

    def must(self, text: str, seconds: float = 120) -> str:
        """Run shell text that has to succeed; give its output."""
        code, out = self.run(text, seconds)
        assert code == 0, f"{text}: {out}\n{self.run('journalctl -o cat -n 40 --no-pager')[1]}"
        return out

    def put(self, path: str, data: bytes, mode: int = 0o644) -> None:
        """Write one file in it."""
        code, out = self._ask(
            {"put": path, "data": base64.b64encode(data).decode(), "mode": mode}, BOOT_SECONDS
        )
        assert code == 0, out

    def close(self) -> None:
        """Cut its power."""
        self._port.close()
        self.qemu.kill()
        self.qemu.wait()
        self._errors.close()


@contextlib.contextmanager
def guest(system: Path, folder: Path, *extra: str) -> Iterator[Guest]:
    """Have a guest for the length of a ``with`` block."""
    booted = Guest(system, folder, *extra)
    try:
        yield booted
    finally:
        booted.close()


def prepare(running: Guest, payload: bytes, persist: int) -> str:
    """Put our checkout and its controller in, make the header's lines; give the folder that shows them."""
    running.put("/rig/payload.tar.gz", payload)
    running.put("/rig/cpuinfo", CPUINFO.encode())
    running.must("tar -C / -xzf /rig/payload.tar.gz && systemd-sysusers && udevadm control --reload")
    running.must("systemctl daemon-reload")
    return running.must(f"sh /rig/gpio_chip {persist}").strip().splitlines()[-1]


def script(name: str) -> bytes:
    """Give a script that runs in the guest."""
    return (HERE / name).read_bytes()
