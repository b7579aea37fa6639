"""Asking the simulator: one JSON line to its control socket, one line back."""

import json
import socket
from pathlib import Path

from card_registry.hint import short_address

PATIENCE = 8.0
"""Seconds an answer may take; a card is held before a reader for less."""

LIMIT = 256 * 1024
"""The longest answer, in bytes."""


class SimulatorAway(Exception):
    """The simulator cannot be asked, or refused; the text is the sentence to show."""


def ask(path: Path, request: dict[str, object]) -> dict[str, object]:
    """Send one request and give its answer.

    Raises:
        SimulatorAway: Nobody listens, no answer came in time, or the answer is a refusal.
    """
    try:
        data = _exchange(path, json.dumps(request).encode() + b"\n")
        answer = json.loads(data)
    except (OSError, ValueError) as error:
        message = "Simulator tidak menjawab. Pastikan proses simulator berjalan."
        raise SimulatorAway(message) from error
    if not isinstance(answer, dict) or "error" in answer:
        refusal = answer.get("error", "") if isinstance(answer, dict) else ""
        message = f"Simulator menolak: {refusal}"
        raise SimulatorAway(message)
    return answer


def _exchange(path: Path, line: bytes) -> bytes:
    with (
        short_address(path) as address,
        socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link,
    ):
        link.settimeout(PATIENCE)
        link.connect(address)
        link.sendall(line)
        answer = b""
        while not answer.endswith(b"\n"):
            part = link.recv(65536)
            if not part or len(answer) > LIMIT:
                message = "the simulator's answer is cut short"
                raise ValueError(message)
            answer += part
    return answer
