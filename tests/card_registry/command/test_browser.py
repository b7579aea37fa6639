"""The story's browser against a real small server: forms as served, cookies kept, absence is no refusal."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from card_registry.command.demo.folder import free_port
from card_registry.command.story.browser import Browser, Page, Reader, Unexpected, Unsure

PAGE = """<!doctype html><main data-case="c1" data-step="3" data-state="berjalan">
<p class="refusal" role="alert">Pemisahan tugas: <b>orang lain</b>.</p>
<form method="post" action="/permohonan/c1/langkah">
<input type="hidden" name="csrf" value="t&amp;1"><input name="catatan" value="">
<textarea name="catatan2">satu
dua</textarea>
<select name="jenis"><option value="a">A</option><option value="b" selected>B</option></select>
<input type="checkbox" name="setuju" value="ya"><input type="checkbox" name="sudah" value="ya" checked>
<button name="pilihan" value="disetujui">Setujui</button><button name="pilihan" value="ditolak">Tolak</button>
</form><a href="/kartu/9">Kartu</a></main>"""


class Console(BaseHTTPRequestHandler):
    """A server that shows one page, and answers a form with what it was sent."""

    def do_GET(self) -> None:
        """Answer by path."""
        if self.path == "/broken":
            self._answer(503, "nanti")
        elif self.path == "/hilang":
            self.connection.close()
        else:
            self._answer(200, PAGE)

    def do_POST(self) -> None:
        """Give back the form's body and the cookie it came with."""
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if self.path == "/hilang":
            self.connection.close()
            return
        self._answer(403, f"<p class='refusal'>{self.headers.get('cookie')} {body}</p>")

    def _answer(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Set-Cookie", "sesi=abc; Path=/; HttpOnly")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing."""


@pytest.fixture
def address() -> Iterator[str]:
    """Give the address of a running small console."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Console) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def test_reads_a_page_as_a_browser_does() -> None:
    """Marks, refusal, links and each field's served value are read, entities and all."""
    page = Page(200, "http://127.0.0.1/permohonan/c1", PAGE)
    Reader(page).feed(PAGE)
    assert page.marks == {"case": "c1", "step": "3", "state": "berjalan"}
    assert page.refusal == "Pemisahan tugas: orang lain ."
    assert page.links == ["http://127.0.0.1/kartu/9"]
    form = page.form("/langkah")
    assert form.action == "http://127.0.0.1/permohonan/c1/langkah"
    assert form.fields == {
        "csrf": "t&1",
        "catatan": "",
        "catatan2": "satu\ndua",
        "jenis": "b",
        "sudah": "ya",
    }
    assert form.choices["pilihan"] == ["disetujui", "ditolak"]
    assert not page.offers("/cabut")
    with pytest.raises(Unexpected, match="offers no form to …/cabut"):
        page.form("/cabut")


def test_sends_every_served_field_with_the_cookie(address: str) -> None:
    """A form goes back with its hidden token, what was typed over it, and the session's cookie."""
    with Browser(address) as browser:
        answer = browser.send(browser.open("/").form("/langkah"), {"pilihan": "disetujui", "catatan": "baik"})
    assert answer.status == 403
    sent = "csrf=t%261&catatan=baik&catatan2=satu%0Adua&jenis=b&sudah=ya&pilihan=disetujui"
    assert answer.refusal == f"sesi=abc {sent}"


def test_a_console_that_is_away_is_not_a_refusal(address: str) -> None:
    """A broken connection or a 503 while sending leaves it unsure whether the form arrived."""
    with Browser(address) as browser:
        form = browser.open("/").form("/langkah")
        form.action = f"{address}hilang"
        with pytest.raises(Unsure):
            browser.send(form, {})
        with pytest.raises(Unsure):
            browser.json("/broken")
    with (
        Browser(f"http://127.0.0.1:{free_port()}/") as nobody,
        pytest.raises(Unexpected, match="did not answer for 0 s"),
    ):
        nobody.open("/", within=0.3)


def test_waits_for_a_console_that_is_started_again() -> None:
    """A page is asked for again until the console is back."""
    port = free_port()

    def late() -> None:
        with ThreadingHTTPServer(("127.0.0.1", port), Console) as server:
            server.handle_request()

    with Browser(f"http://127.0.0.1:{port}/") as browser:
        timer = threading.Timer(0.3, late)
        timer.start()
        assert browser.open("/", within=10).marks["case"] == "c1"
        timer.join()
