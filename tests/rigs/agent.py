"""In the guest: one JSON request a line on a virtio-serial port, one JSON answer a line.

A request is ``{"run": shell text, "seconds": limit}`` or ``{"put": path, "data": base64, "mode": mode}``; an
answer is ``{"code": exit code, "out": text}``. It runs on the guest's own Python and knows nothing of ours.
"""

import base64
import json
import os
import subprocess
import time
from pathlib import Path

PORT = "/dev/virtio-ports/rig"
Answer = dict[str, object]


def carry_out(request: dict[str, str]) -> Answer:
    """Do what a request asks."""
    if "put" in request:
        path = Path(request["put"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(request["data"]))
        path.chmod(int(request["mode"]))
        return {"code": 0, "out": ""}
    ran = subprocess.run(
        ["/bin/sh", "-c", request["run"]], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, start_new_session=True, timeout=float(request["seconds"]), check=False,
    )  # fmt: skip
    return {"code": ran.returncode, "out": ran.stdout.decode(errors="replace")}


def answer(line: bytes) -> bytes:
    """Give the answer to one line, whatever it is."""
    try:
        said = carry_out(json.loads(line))
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        said = {"code": -1, "out": repr(error)}
    return json.dumps(said).encode() + b"\n"


def serve() -> None:
    """Answer until the machine ends."""
    with open(PORT, "r+b", buffering=0) as port:  # noqa: PTH123 - a device
        port.write(json.dumps({"code": 0, "out": os.uname().release}).encode() + b"\n")
        waiting = b""
        while True:
            data = port.read(65536)
            if not data:  # the rig has not connected yet, or has gone
                time.sleep(0.05)
                continue
            waiting += data
            *lines, waiting = waiting.split(b"\n")
            for line in lines:
                whole = answer(line)
                while whole:
                    whole = whole[port.write(whole) :]


if __name__ == "__main__":
    serve()
