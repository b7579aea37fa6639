"""E-mail on the wire: sessions with a real server, what each refusal means, and what a letter holds."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from card_registry.errors import OperatorMistaken
from review.notices.letter import letter
from review.notices.parcel import Away, Delivered, Parcel, Postponed, Refused, is_address, one_line
from review.notices.settings import MailSettings, Security, password, read_mail
from review.notices.smtp import SESSION_LIMIT, SmtpChannel
from tests.review.mail_server import (
    DRIP,
    HANG_UP,
    STALL,
    TAKE_AND_HANG_UP,
    MailServer,
    certificate,
    closed_port,
    mail_server,
)
from tests.review.world import NOON

PARCEL = Parcel(
    "<7.1795161600000@contoh.go.id>",
    "penerima@contoh.go.id",
    "Pejabat Pemohon",
    "[ARS-2026-0001] Permohonan Anda telah diterima.",
    "Permohonan Anda telah diterima.\n.\nSekian – terima kasih.",
    "https://akses.contoh.go.id/permohonan/ab",
    NOON,
)
SECRET = "sandi-surel-rahasia"


def channel(
    peer: MailServer,
    patience: float = 5.0,
    tls: Security = Security.NONE,
    ca: Path | str = "",
    secret: Path | None = None,
) -> SmtpChannel:
    """Give a channel to a server of this machine."""
    host = "127.0.0.1" if tls is Security.NONE else "localhost"
    login, kept = ("akses", str(secret)) if secret else ("", "")
    settings = MailSettings(host, "akses@contoh.go.id", peer.port, tls, login, kept, str(ca))
    return SmtpChannel(settings, patience)


def test_a_letter_arrives_as_it_was_written() -> None:
    """Envelope, headers and text are what the parcel says; lines that are a dot survive; it ends politely."""
    with mail_server() as server:
        way = channel(server)
        assert way.send(PARCEL) == Delivered()
        way.rest()
    mail = server.box[0]
    read = mail.read()
    assert (mail.sender, mail.recipient) == ("akses@contoh.go.id", PARCEL.address)
    assert (read["Message-ID"], read["Subject"]) == (PARCEL.reference, PARCEL.subject)
    assert read["To"] == PARCEL.address
    assert read["Auto-Submitted"] == "auto-generated"
    assert mail.data.isascii()
    text = read.get_content().replace("\r\n", "\n")
    assert text.startswith(
        "Yth. Pejabat Pemohon,\n\nPermohonan Anda telah diterima.\n.\nSekian – terima kasih.\n"
    )
    assert PARCEL.link in text
    assert server.lines[-1] == (False, "quit")


@pytest.mark.parametrize("implicit", [False, True])
def test_the_password_crosses_the_wire_only_inside_tls(tmp_path: Path, *, implicit: bool) -> None:
    """TLS comes before AUTH and MAIL, the certificate is checked, and several letters share a session."""
    trust, ca = certificate(tmp_path)
    kept = tmp_path / "sandi"
    kept.write_text(f"{SECRET}\n")
    kept.chmod(0o600)
    with mail_server(MailServer(trust=trust, implicit=implicit, login=("akses", SECRET))) as server:
        tls = Security.IMPLICIT if implicit else Security.STARTTLS
        way = channel(server, tls=tls, ca=ca, secret=kept)
        assert [way.send(PARCEL), way.send(PARCEL)] == [Delivered(), Delivered()]
        way.rest()
    assert (server.sessions, len(server.box)) == (1, 2)
    assert all(secure for secure, line in server.lines if line.startswith(("AUTH", "MAIL", "RCPT", "DATA")))


def test_a_server_that_cannot_be_trusted_gets_nothing(tmp_path: Path) -> None:
    """No STARTTLS, a stranger's certificate, a broken handshake: away, and nothing private was said."""
    trust, _ = certificate(tmp_path)
    for made in (
        MailServer(),
        MailServer(trust=trust),
        MailServer(trust=trust, answers={"STARTTLS": "220 x"}),
    ):
        with mail_server(made) as server:
            way = channel(server, patience=0.3, tls=Security.STARTTLS)
            assert isinstance(way.send(PARCEL), Away)
        assert not [line for _, line in server.lines if line.startswith(("AUTH", "MAIL"))]
        assert server.box == []


def test_a_wrong_password_rests_the_channel_and_is_said_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The sentence has the server's code; no log line and no sentence has the password."""
    kept = tmp_path / "sandi"
    kept.write_text(SECRET)
    kept.chmod(0o600)
    with caplog.at_level(logging.DEBUG), mail_server(MailServer(login=("akses", "lain"))) as server:
        outcome = channel(server, secret=kept).send(PARCEL)
        kept.unlink()
        gone = channel(server, secret=kept).send(PARCEL)
    assert outcome == Away("Server surel menolak nama pengguna atau sandi (535).")
    assert isinstance(gone, Away)
    assert SECRET not in f"{outcome}{gone}{caplog.text}"
    with mail_server() as server:
        kept.write_text(SECRET)
        kept.chmod(0o600)
        assert isinstance(channel(server, secret=kept).send(PARCEL), Away)


@pytest.mark.parametrize(
    ("verb", "told", "kind"),
    [
        ("RCPT", "550 5.1.1 tidak dikenal", Refused),
        ("RCPT", "451 4.7.1 coba lagi nanti", Postponed),
        ("RCPT", "421 tutup", Away),
        ("RCPT", HANG_UP, Away),
        ("RCPT", "tanpa arti", Away),
        ("MAIL", "550 pengirim ditolak", Away),
        ("MAIL", "451 nanti", Away),
        ("DATA", "554 tidak", Refused),
        ("DATA", "452 penuh", Postponed),
        ("DATA", HANG_UP, Postponed),
        (".", "554 5.7.1 isi ditolak", Refused),
        (".", "452 penuh", Postponed),
        (".", "421 tutup", Away),
        (".", HANG_UP, Postponed),
        (".", TAKE_AND_HANG_UP, Postponed),
        ("EHLO", "550 tidak", Delivered),
        ("greeting", "554 tidak melayani", Away),
        ("greeting", HANG_UP, Away),
    ],
)
def test_a_refusal_means_what_its_place_means(verb: str, told: str, kind: type[object]) -> None:
    """At recipient and message it is this message's; anywhere else ours; a lost line is tried again."""
    with mail_server(MailServer(answers={verb: told})) as server:
        way = channel(server)
        outcome = way.send(PARCEL)
        way.rest()
    assert type(outcome) is kind, outcome
    assert PARCEL.address not in str(outcome)
    assert "tidak dikenal" not in str(outcome)


def test_a_refused_letter_does_not_spoil_the_next(tmp_path: Path) -> None:
    """The session is cleared and goes on with the letter after it."""
    del tmp_path
    with mail_server(MailServer(answers={"RCPT": "550 tidak"})) as server:
        way = channel(server)
        assert isinstance(way.send(PARCEL), Refused)
        server.answers.clear()
        assert way.send(PARCEL) == Delivered()
        way.rest()
    assert (server.sessions, len(server.box)) == (1, 1)


def test_a_session_ends_when_the_server_or_we_have_enough() -> None:
    """A server that takes three letters in a session gets a new session, and so does one that takes many."""
    with mail_server(MailServer(most=3)) as server:
        way = channel(server)
        assert {type(way.send(PARCEL)) for _ in range(7)} == {Delivered}
        way.rest()
        assert (server.sessions, len(server.box)) == (3, 7)
        server.most, server.sessions = 1_000, 0
        assert {type(way.send(PARCEL)) for _ in range(SESSION_LIMIT + 1)} == {Delivered}
        way.rest()
        assert server.sessions == 2


@pytest.mark.parametrize("verb", ["greeting", "MAIL", "."])
@pytest.mark.parametrize("told", [STALL, DRIP])
def test_a_server_that_stalls_or_drips_is_left(verb: str, told: str) -> None:
    """Patience is for each answer and for the whole letter; saying a byte now and then gains nothing."""
    with mail_server(MailServer(answers={verb: told})) as server:
        outcome = channel(server, patience=0.1).send(PARCEL)
    assert isinstance(outcome, (Postponed, Away) if verb == "." else Away)


def test_nobody_listening_is_a_sentence() -> None:
    """A refused connection and an unreadable list of authorities rest the channel."""
    lone = MailServer(port=closed_port())
    assert isinstance(channel(lone).send(PARCEL), Away)
    assert isinstance(channel(lone, ca="/nonexistent/ca.pem").send(PARCEL), Away)


@given(st.text(), st.text(), st.text())
@example("a\r\nBcc: lain@contoh.go.id", "b\nX: y", "\r\n.\r\nMAIL FROM:<x@y.id>\r\n")
@example('"\\', "\u2028", "\x00\udc80")
def test_no_words_become_headers_or_commands(subject: str, name: str, text: str) -> None:
    """Whatever people type stays in its place: the same headers, one subject line, seven bits."""
    text = text.encode(errors="replace").decode()
    parcel = replace(PARCEL, subject=subject, name=name, text=text)
    try:
        written = letter(parcel, "akses@contoh.go.id", name, "Fri, 20 Nov 2026 08:00:00 -0000")
    except UnicodeEncodeError:
        pytest.fail("a letter could not be written")
    head, _, body = written.partition(b"\r\n\r\n")
    assert written.isascii()
    names = [line.partition(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert sorted(names) == sorted(HEADERS)
    assert max(map(len, body.split(b"\r\n"))) < 998


HEADERS = (
    *(b"From", b"To", b"Subject", b"Date", b"Message-ID", b"Auto-Submitted", b"Content-Language"),
    *(b"Content-Type", b"Content-Transfer-Encoding", b"MIME-Version"),
)


def test_addresses_are_plain_or_refused() -> None:
    """What could be two addresses, a command or another alphabet is no address."""
    for good in ("a@b.id", "nama.lengkap+akses@kab-contoh.go.id"):
        assert is_address(good)
    for bad in (
        "",
        "a@b",
        "a@b.id\n",
        "a b@c.id",
        "a@b.id,c@d.id",
        "<a@b.id>",
        "a@b..id",
        "ä@b.id",
        "a@" + "b" * 260 + ".id",
    ):
        assert not is_address(bad)
    assert one_line(" a\r\n\tb\x00 c ", 4) == "a b"


MAIL = """
server = "smtp.contoh.go.id"
sender = "akses@contoh.go.id"
login = "akses"
password_file = "sandi"
console = "https://akses.contoh.go.id"
announce_to = ["semua@contoh.go.id"]
"""


def test_settings_are_read_with_the_password_beside_them(tmp_path: Path) -> None:
    """Files are named beside the settings; TLS is the default; the password is one line of a closed file."""
    kept = tmp_path / "sandi"
    kept.write_text(f"{SECRET}\n")
    kept.chmod(0o640)
    path = tmp_path / "surel.toml"
    path.write_text(MAIL)
    found = read_mail(path)
    assert (found.tls, found.port, found.domain) == (Security.STARTTLS, 587, "contoh.go.id")
    assert password(found) == SECRET
    for text, mode in ((SECRET, 0o644), ("dua\nbaris\n", 0o600), ("", 0o600)):
        kept.write_text(text)
        kept.chmod(mode)
        with pytest.raises(OperatorMistaken) as caught:
            read_mail(path)
        assert text == "" or text not in str(caught.value)
    kept.unlink()
    with pytest.raises(OperatorMistaken, match="cannot be read"):
        read_mail(path)


@pytest.mark.parametrize(
    "line",
    [
        'tls = "none"',
        "port = 0",
        'port = "587"',
        'server = ""',
        'server = "a b"',
        'sender = "bukan alamat"',
        'login = ""',
        'announce_to = ["x"]',
        "per_minute = 0",
        'console = "ftp://x"',
        'console = "https://x/y"',
        'sandi = "rahasia"',
        "ini bukan toml",
    ],
)
def test_wrong_settings_are_refused_with_a_sentence(tmp_path: Path, line: str) -> None:
    """Unknown keys, wrong types, no TLS to another machine, half a login, addresses that are none."""
    (tmp_path / "sandi").write_text(SECRET)
    (tmp_path / "sandi").chmod(0o600)
    path = tmp_path / "surel.toml"
    key = line.partition(" ")[0]
    path.write_text(
        "\n".join(one for one in MAIL.splitlines() if one.partition(" ")[0] != key) + f"\n{line}\n"
    )
    with pytest.raises(OperatorMistaken, match=r"surel\.toml does not say how mail is sent"):
        read_mail(path)
    with pytest.raises(OperatorMistaken):
        read_mail(tmp_path / "tidak-ada.toml")
