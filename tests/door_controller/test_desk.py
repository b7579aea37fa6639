"""The desk: an approved card is bound to what it proves, once, whatever is killed in between."""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest

from card_registry import canonical
from card_registry.errors import Malformed, OperatorMistaken
from card_registry.journal.event import CredentialBound, Moment, decode_body, decode_event
from card_registry.words import CredentialKind, ReaderId, Tier, TimeQuality
from door_controller import enrol
from door_controller.desk import binding
from door_controller.desk.console import Bound, Console, Failed, Job, Unreachable, read_token
from door_controller.journal import Journal
from door_controller.readers import Doubt, Presented, Proof, Proven, Unproven
from door_controller.simulator.client import SimulatorClient
from door_controller.simulator.words import CardKind
from tests.door_controller.process import Program, start, wait_for
from tests.door_controller.site import CONTROLLER, SITE, Site, new_id

TOKEN = "meja-" + "t" * 40
AT = Moment(5, 1, None, TimeQuality.FLOOR, "b" * 32, 7)
TOML = """\
site = "contoh"
controller = "pengendali-1"
kind = "desk"

[[reader]]
id = "meja"
driver = "pn532"
port = "{port}"
"""


def a_job() -> dict[str, str]:
    """Make a job as the console gives it."""
    return {
        "id": new_id(), "case": new_id(), "card": new_id(), "holder": new_id(), "maker": "orang-1",
        "label": "K-0001",
    }  # fmt: skip


@dataclass
class Office:
    """A console that speaks only the desk API; ``deaf`` lets results be lost on the way."""

    job: dict[str, str] | None = None
    results: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    asked: int = 0
    deaf: bool = False
    answer: bytes | None = None

    def __post_init__(self) -> None:
        """Listen on an ephemeral port."""
        office = self

        class Speaker(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                office.asked += 1
                body = json.dumps({"job": office.job}).encode() if office.answer is None else office.answer
                self._say(200 if self._known() else 401, body)

            def do_POST(self) -> None:
                data = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if office.deaf:
                    self._say(503, b"")
                    return
                office.results.append((urlsplit(self.path).path, data))
                office.job = None
                self._say(200, b'{"state":"kept"}')

            def _known(self) -> bool:
                return self.headers["Authorization"] == f"Bearer {TOKEN}"

            def _say(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Speaker)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def address(self) -> str:
        """Give the console's address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def office() -> Iterator[Office]:
    """A console."""
    made = Office()
    yield made
    made.close()


@dataclass
class Table:
    """A desk's folder beside a simulator."""

    folder: Path
    office: Office

    def __post_init__(self) -> None:
        """Enrol the desk and start the simulator."""
        self.home, data = self.folder / "meja-1", self.folder / "simulator"
        self.home.mkdir()
        (self.home / "site.toml").write_text(TOML.format(port=data / "run" / "reader-meja"))
        enrol.init(self.home, self.home / "state", SITE, CONTROLLER, ())
        enrol.accept(self.home / "state", SITE, CONTROLLER, canonical.encode(Site().bundle()))
        (self.home / "token").write_text(TOKEN + "\n")
        self.simulator = start("door", "simulate", "--data", str(data), "--readers", "meja")
        self.client = SimulatorClient(data / "run" / "control.sock")
        self.desk: Program | None = None

    def open(self) -> Program:
        """Start the desk."""
        token = str(self.home / "token")
        words = ("--dir", str(self.home), "--console", self.office.address, "--token-file", token)
        self.desk = start("desk", "run", *words)
        return self.desk

    def bound(self) -> list[CredentialBound]:
        """Give what the desk bound."""
        with contextlib.closing(sqlite3.connect(self.home / "state" / "door.db")) as store:
            rows = store.execute("SELECT body FROM row ORDER BY place").fetchall()
        bodies = [decode_body(decode_event(row)) for (row,) in rows]
        return [body for body in bodies if isinstance(body, CredentialBound)]

    def close(self) -> None:
        """End everything."""
        self.client.close()
        for program in (self.desk, self.simulator):
            if program is not None:
                program.kill()


@pytest.fixture
def table(tmp_path: Path, office: Office) -> Iterator[Table]:
    """A desk that is not running yet."""
    made = Table(tmp_path, office)
    yield made
    made.close()


def test_a_card_is_bound_and_told_once_through_a_kill(table: Table, office: Office) -> None:
    """Killed between the journal and the console, the desk tells what it bound and binds nothing twice."""
    job = office.job = a_job()
    office.deaf = True
    desk = table.open()
    wait_for(lambda: office.asked > 0)
    card = table.client.new_card("satu")
    table.client.present(card.id, "meja", 1_500)
    wait_for(lambda: table.bound() != [])
    desk.kill()
    office.deaf = False
    table.open()
    wait_for(lambda: office.results != [])

    ((path, result),) = office.results
    assert path == f"/api/v1/desk/jobs/{job['id']}/result"
    (bound,) = table.bound()
    assert (bound.case, bound.card, bound.holder) == (job["case"], job["card"], job["holder"])
    assert (bound.digest, bound.maker) == (card.digest, "orang-1")
    assert result == {
        "state": "bound", "digest": card.digest, "tier": 3, "kind": "pkoc",
        "event": {"controller": "pengendali-1", "epoch": 1, "seq": 1},
    }  # fmt: skip
    assert table.desk is not None
    code, seconds = table.desk.stop()
    assert code == 0
    assert seconds < 3


def test_a_card_without_proof_is_refused_in_indonesian(table: Table, office: Office) -> None:
    """A clonable card fails the job with a sentence; nothing is written."""
    office.job = a_job()
    table.open()
    wait_for(lambda: office.asked > 0)
    card = table.client.new_card("tiruan", CardKind.UID)
    table.client.present(card.id, "meja", 1_500)
    wait_for(lambda: office.results != [])

    assert office.results[0][1] == {"state": "failed", "sentence": binding.NO_PROOF}
    assert table.bound() == []


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    """A desk's journal."""
    with Journal(tmp_path / "door.db", SITE, CONTROLLER) as opened:
        yield opened


def job_of(fields: dict[str, str]) -> Job:
    """Read a job."""
    return msgspec.convert(fields, Job)


def shown(proof: Proof) -> Presented:
    """Give a presentation."""
    return Presented(ReaderId("meja"), proof, 0)


PROVEN = Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, b"d" * 32)


def test_a_bound_job_is_answered_from_the_journal(journal: Journal) -> None:
    """The same case and card give the same answer; another holder's job does not."""
    job = job_of(a_job())
    assert binding.answered(journal, job) is None
    result = binding.bind(journal, job, shown(PROVEN), AT)

    assert isinstance(result, Bound)
    assert binding.answered(journal, job) == result
    assert binding.answered(journal, job_of(a_job() | {"card": job.card})) is None


def test_one_credential_is_one_card(journal: Journal) -> None:
    """What is bound to one card is not bound to another; the same card may be bound again for a new case."""
    job = job_of(a_job())
    binding.bind(journal, job, shown(PROVEN), AT)

    assert binding.bind(journal, job_of(a_job()), shown(PROVEN), AT) == Failed(binding.IN_USE)
    again = job_of(a_job() | {"card": job.card, "holder": job.holder})
    assert isinstance(binding.bind(journal, again, shown(PROVEN), AT), Bound)


@pytest.mark.parametrize(
    ("proof", "sentence"),
    [
        (Unproven(CredentialKind.PKOC, "e" * 64, Doubt.SIGNATURE), binding.NO_PROOF),
        (Proven(CredentialKind.DESFIRE, Tier.SHARED_KEY, b"d" * 32), binding.NOT_PKOC),
    ],
)
def test_only_a_proven_pkoc_is_bound(journal: Journal, proof: Proof, sentence: str) -> None:
    """Anything else is refused and written nowhere."""
    assert binding.bind(journal, job_of(a_job()), shown(proof), AT) == Failed(sentence)
    assert journal.head.size == 0


@pytest.mark.parametrize(
    "answer",
    [
        b"", b"[]", b'{"job":{"id":"../x"}}', b'{"job":' + b"[" * 9_000,
        json.dumps({"job": a_job() | {"card": "x"}}).encode(),
        json.dumps({"job": a_job() | {"id": "../../x"}}).encode(),
    ],
)  # fmt: skip
def test_what_is_no_job_is_refused(office: Office, answer: bytes) -> None:
    """A console that lies cannot make the desk fall or call elsewhere."""
    office.answer = answer
    with Console(office.address, TOKEN) as console, pytest.raises(Malformed):
        console.job(0)


def test_a_console_that_does_not_know_us_or_is_gone(office: Office) -> None:
    """A wrong token and a closed port are the same to the desk: try again later."""
    with Console(office.address, "wrong") as console, pytest.raises(Unreachable, match="401"):
        console.job(0)
    with Console("http://127.0.0.1:9", TOKEN) as console, pytest.raises(Unreachable):
        console.job(0)


def test_a_token_is_one_plain_line(tmp_path: Path) -> None:
    """Anything else is refused with a sentence."""
    path = tmp_path / "token"
    path.write_text(f"{TOKEN}\n")
    assert read_token(path) == TOKEN
    for text in ("", "a b", "a\nb", "é"):
        path.write_text(text)
        with pytest.raises(OperatorMistaken):
            read_token(path)
