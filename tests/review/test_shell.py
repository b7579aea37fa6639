"""`akses review case`: what it prints, what it sends, and where it sends a token, at a console that runs."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import AksesError, OperatorMistaken
from review.case import CaseState
from review.command import review
from review.form import FieldKind
from review.shelf import forms
from review.shell import sheets, words
from review.shell.client import Console as Client
from review.shell.client import require_address
from review.store.transaction import writing
from review.web.api_cases import CardBody, CaseBody, CasesBody, HistoryBody, MayBody, RelatedBody
from review.web.api_forms import FieldBody, FormBody, PaperBody, PartBody, form_body
from review.web.api_steps import NameBody, StepBody
from review.web.console import Console
from tests.review.files import png
from tests.review.listening import served
from tests.review.typing_in import Run, typist
from tests.review.world import F01, PASSPHRASE, PASSWORDS, World


@pytest.fixture(name="address")
def _address(console: Console) -> Iterator[str]:
    """Serve the console on a port of its own."""
    with served(console) as address:
        yield address


@pytest.fixture(name="run")
def _run(address: str, world: World, tmp_path: Path) -> Run:
    """Give the command as one person."""
    return typist(world, address, tmp_path, "case")


@pytest.fixture(name="number")
def _number(run: Run, tmp_path: Path) -> str:
    """Open an access case and give its number."""
    lines = [f"{json.dumps(name)} = {json.dumps(texts[0])}" for name, texts in F01.items()]
    (tmp_path / "f01.toml").write_text("\n".join(lines))
    said = run("pemohon", "open", "S1.A", "--fields", str(tmp_path / "f01.toml")).output
    number = said.partition(" ")[0]
    assert said == f"{number} is open at step 2\n"
    return number


def test_a_case_is_listed_shown_and_answered(run: Run, number: str, tmp_path: Path) -> None:
    """By its number, each by whoever's turn it is, up to the signature with its passphrase."""
    assert number in run("kadis", "list", "--whose", "waiting").output
    assert number not in run("kabid", "list", "--whose", "waiting").output
    assert "you may    answer selesai" in run("kadis", "show", number).output
    assert "stands at step 3" in run("kadis", "act", number, "2", "selesai").output
    assert "needs a note" in run("kabid", "form", number).output
    run("kabid", "act", number.lower(), "3", "disetujui")
    (tmp_path / "phrase").write_text(f"{PASSPHRASE}\n")
    phrase = ("--passphrase-file", str(tmp_path / "phrase"))
    assert "stands at step 5" in run("kabid", "act", number, "4", "selesai", *phrase).output
    rows = run("auditor", "show", number).output
    assert rows.count("Pejabat Kabid") == 2


def test_another_step_than_the_present_one_is_refused(run: Run, number: str) -> None:
    """What was true when it was read may be past; the console's sentence says so, with exit code 1."""
    run("kadis", "act", number, "2", "selesai")
    assert "sudah tidak berlaku" in run("kadis", "act", number, "2", "selesai", code=1).output
    assert "Langkah 3 dikerjakan oleh" in run("kadis", "act", number, "3", "disetujui", code=1).output


def test_a_refusal_names_each_faulty_field(run: Run, tmp_path: Path) -> None:
    """The console's sentence first, then one for each place."""
    (tmp_path / "f01.toml").write_text('mulai = 2020-01-01\nunit = ""\n')
    said = run("pemohon", "open", "S1.A", "--fields", str(tmp_path / "f01.toml"), code=1).output
    assert said.startswith("Error: ")
    assert "  fields.nama_pemegang: Wajib diisi." in said


def test_a_form_is_written_filled_and_sent(run: Run, tmp_path: Path) -> None:
    """What `form` writes is what `open` reads, once its empty lines are filled; a file there is kept."""
    out = tmp_path / "isian.toml"
    said = run("pemohon", "form", "S1.A", "--out", str(out)).output
    assert "step 1  selesai: Kirim permohonan" in said
    text = out.read_text()
    for name, texts in F01.items():
        for empty in ('""', "[]"):
            text = text.replace(f'"{name}" = {empty}', f'"{name}" = {json.dumps(texts[0])}')
    out.write_text(text)
    assert "is open at step 2" in run("pemohon", "open", "S1.A", "--fields", str(out)).output
    assert "is there already" in run("pemohon", "form", "S1.A", "--out", str(out), code=1).output


def test_a_request_is_corrected_and_taken_back(run: Run, number: str) -> None:
    """By its applicant, with words."""
    run("pemohon", "correct", number, "0", "--note", "unit salah tulis")
    assert "koreksi 0" in run("pemohon", "show", number).output
    assert "may not" not in run("operator", "withdraw", number, "--why", "x", code=1).output
    assert "is over: ditarik pemohon" in run("pemohon", "withdraw", number, "--why", "tidak jadi").output


def test_files_and_documents_come_and_go(run: Run, number: str, tmp_path: Path) -> None:
    """A photo is attached and listed; a document is issued, listed by its code, and written as PDF."""
    (tmp_path / "rak.png").write_bytes(png())
    assert "rak.png is attached" in run("pemohon", "attach", number, str(tmp_path / "rak.png")).output
    assert "rak.png" in run("operator", "attach", number).output
    code = run("operator", "documents", number, "--issue", "F01").output.splitlines()[1].split()[0]
    run("operator", "print", code, "--out", str(tmp_path / "f01.pdf"))
    assert (tmp_path / "f01.pdf").read_bytes().startswith(b"%PDF")
    assert "nama_pemegang: Pemegang Contoh" in run("operator", "papers", number).output


def test_messages_are_read(run: Run, number: str) -> None:
    """New ones are marked so, until they are read."""
    first = run("pemohon", "inbox").output.splitlines()[1]
    assert " new " in first
    assert " new " not in run("pemohon", "inbox", "--read", first.split()[0]).output
    del number


def test_json_is_what_the_console_answers(run: Run, number: str) -> None:
    """For programs that read what this one prints."""
    for asked in (("show", number), ("list",), ("procedures",), ("form", "S1.A"), ("inbox",)):
        assert json.loads(run("pemohon", "--json", *asked).output)


def test_what_is_not_there_is_said(run: Run, number: str, tmp_path: Path, address: str) -> None:
    """No such case, no token, a token of nobody, no console: a sentence each, exit code 1."""
    assert "no case is numbered ARS-1" in run("operator", "show", "ARS-1", code=1).output
    (tmp_path / "empty").write_text("")
    (tmp_path / "strange").write_text("akses_x")
    tried = (("empty", address, "does not hold a token"), ("strange", address, "Token tidak dikenal."))
    for file, where, sentence in (*tried, ("strange", "http://127.0.0.1:9", "does not answer")):
        words = ["case", "--console", where, "--token-file", str(tmp_path / file), "list"]
        done = CliRunner().invoke(review, words)
        assert (done.exit_code, sentence in done.output) == (1, True), done.output
    del number


def test_a_token_is_made_without_a_browser(world: World, tmp_path: Path, address: str) -> None:
    """At the office's own machine, under the page's rules; its file is its owner's alone, and no other's."""
    world.clock.now = time.time_ns() // 1_000_000
    with writing(world.office.store) as connection:
        connection.exec_driver_sql("INSERT INTO setting (name, value) VALUES ('site', 'contoh')")
    signs = [{"id": "ruang-server", "label": "Ruang Server", "controller": "pengendali-1"}]
    (tmp_path / "doors.json").write_text(json.dumps({"doors": signs}))
    (tmp_path / "sandi").write_text(f"{PASSWORDS['operator']}\n")
    stores = [f"--{name}=sqlite:///{tmp_path}/{name}.db" for name in ("office", "ledger", "registry")]
    files = [f"--run={tmp_path}/run", f"--doors={tmp_path}/doors.json", f"--password-file={tmp_path}/sandi"]
    last = (world.office.today() + timedelta(days=30)).isoformat()

    def make(login: str, role: str, out: str, until: str = last) -> Result:
        who = [
            f"--login={login}",
            f"--role={role}",
            "--label=uji",
            f"--until={until}",
            f"--out={tmp_path}/{out}",
        ]
        return CliRunner().invoke(review, ["token", *stores, "--site=contoh", *files, *who])

    done = make("operator", "operator", "token")
    assert done.exit_code == 0, done.output
    file = tmp_path / "token"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text().strip() not in done.output
    words = ["case", "--console", address, "--token-file", str(file), "list"]
    assert CliRunner().invoke(review, words).exit_code == 0
    for login, role, out, sentence in (
        ("operator", "operator", "token", "is there already"),
        ("operator", "kadis", "lain", "--role: Pilih salah satu peran"),
        ("kadis", "kadis", "lain", "password: Kata sandi salah."),
        ("tamu", "operator", "lain", "login or password is wrong"),
    ):
        refused = make(login, role, out)
        assert (refused.exit_code, sentence in refused.output) == (1, True), refused.output
    assert "--until" in make("operator", "operator", "lain", "besok").output
    assert not (tmp_path / "lain").exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://konsol.contoh.go.id",
        "http://192.0.2.1:8080",
        "ftp://x",
        "konsol",
        "",
        "http://",
        "http://x:y",
        "https://a?b",
    ],
)
def test_a_token_is_sent_to_no_such_address(address: str) -> None:
    """Neither in the clear to another machine, nor to what is no address."""
    with pytest.raises(OperatorMistaken):
        require_address(address)


@pytest.mark.parametrize("address", ["https://konsol.contoh.go.id/", "http://localhost:1", "http://[::1]:80"])
def test_a_token_is_sent_to_these(address: str) -> None:
    """Over TLS anywhere, in the clear to this machine."""
    assert require_address(address) == address.rstrip("/")


def test_a_file_without_a_certificate_is_trusted_in_nothing(tmp_path: Path) -> None:
    """The sentence names the file."""
    (tmp_path / "ca.pem").write_text("x")
    with pytest.raises(OperatorMistaken, match=r"ca\.pem holds no certificate"):
        Client("https://konsol.contoh.go.id", "akses_x", tmp_path / "ca.pem")


def test_an_answer_of_another_server_is_a_sentence() -> None:
    """A page instead of JSON, JSON of another shape, a redirect: refused, never a traceback."""
    for status, body in ((200, b"<html>"), (200, b"{}"), (500, b"x"), (302, b""), (400, b"[]")):
        transport = httpx.MockTransport(
            lambda _, status=status, body=body: httpx.Response(status, content=body)
        )
        with Client("http://localhost", "akses_x", transport=transport) as console, pytest.raises(AksesError):
            console.get("/cases", CasesBody)


def test_a_case_is_told_with_its_family_and_its_cards() -> None:
    """Who began it, what it began, what it waits for, and what you may do."""
    child = RelatedBody("2" * 32, "SRV-2", "S2.B", "10", CaseState.RUNNING)
    parent = RelatedBody("1" * 32, "SRV-1", "S2.A", "9", CaseState.CLOSED)
    may = MayBody(False, True, (), (NameBody("a" * 32, "Petugas", "Tim Teknis"),))  # noqa: FBT003 - as the body says
    card = CardBody("c" * 32, "KRT-00001", "active", 3)
    row = HistoryBody(
        0, "1", 1, "p" * 32, "", None, "sistem", "tetap", "koreksi", "koreksi", "salah", 0, refers=0
    )
    one = CaseBody(
        id="0" * 32,
        number="SRV-3",
        state="menunggu",
        step="5",
        attempt=2,
        applicant=None,
        holder=None,
        choices=(),
        why_not="Langkah 5 menunggu.",
        waiting_for="Menunggu otoritas.",
        cards=(card,),
        grants=(),
        history=(row,),
        procedure="S2.A",
        title="PROSEDUR",
        about="Server",
        turn="Operator",
        ending=None,
        made=0,
        entered=0,
        due=None,
        late=None,
        parent=parent,
        children=(child,),
        may=may,
    )
    told = "\n".join(words.case(one, UTC))
    for said in (
        "step       5, attempt 2, Operator\n",
        "waits      Menunggu otoritas.",
        "begun by   SRV-1 step 9",
        "began      SRV-2 at step 10: berjalan",
        "card       KRT-00001 active",
        f"you may    look-again, appoint {'a' * 32} (Petugas)",
        "koreksi 0",
        "1970-01-01 00:00",
    ):
        assert said in told, said
    page = CasesBody((), 60, 2, 3)
    assert "page 2 of 3; 60 cases" in list(words.cases(page, UTC))
    nothing = StepBody("5", 1, (), "Bukan giliran Anda.", own=False, names=(), papers=())
    assert list(words.step(nothing)) == ["Bukan giliran Anda."]


def test_every_form_of_the_sheet_is_written_as_toml() -> None:
    """Whatever the form, what is written is read back, and nothing of an empty form is sent."""
    for form in forms().values():
        text = sheets.written([PaperBody(form_body(form), demanded=True)])
        assert sheets.read(text, "isian") == {}


LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(name=LINE, label=LINE, hint=LINE, value=LINE, option=LINE)
def test_no_words_break_the_written_form(name: str, label: str, hint: str, value: str, option: str) -> None:
    """Quotes, backslashes, hashes in names and values come back as they were."""
    field = FieldBody(name, label, FieldKind.TEXT, True, 120, 0, 9, hint=hint)  # noqa: FBT003 - as the form says
    paper = PaperBody(
        FormBody("F01", option, "dokumen", (PartBody("A", label, (), (field,)),)),
        demanded=True,
        ready={name: (value,)},
    )
    found = sheets.read(sheets.written([paper]), "isian")
    assert found == ({name: value} if value else {})


@pytest.mark.parametrize("text", ["a = ", "a = 1.5", "[a]\nb = 1", "a = [1]", "a = 10:00:00", "x" * 9])
def test_what_is_no_filled_form_is_refused(text: str) -> None:
    """The sentence names the file, and the field where there is one."""
    with pytest.raises(OperatorMistaken, match="isian"):
        sheets.read(text, "isian")


def test_numbers_days_and_ticks_may_stand_without_quotes() -> None:
    """As people write TOML."""
    text = 'a = 3\nb = 2026-11-20\nc = 2026-11-20T09:30:00\nd = true\ne = ["x", "y"]\nf = false\n'
    read = sheets.read(text, "isian")
    assert read == {"a": "3", "b": "2026-11-20", "c": "2026-11-20T09:30", "d": "ya", "e": ("x", "y")}
