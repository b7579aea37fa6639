"""A mail server on a real socket: speaks SMTP with STARTTLS and AUTH, and misbehaves when told to."""

import base64
import email
import email.policy
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HANG_UP = "hang up"
STALL = "stall"
DRIP = "drip"
TAKE_AND_HANG_UP = "take and hang up"


@dataclass(frozen=True, slots=True)
class Mail:
    """One message the server answered for: its envelope, and what was in it."""

    sender: str
    recipient: str
    data: bytes

    def read(self) -> EmailMessage:
        """Read it as a mail program does."""
        return email.message_from_bytes(self.data, policy=email.policy.default)


@dataclass(slots=True)
class MailServer:
    """One server; ``answers`` holds what it says to a verb (``.``: the end of a message) in place of yes."""

    port: int = 0
    trust: ssl.SSLContext | None = None
    implicit: bool = False
    login: tuple[str, str] | None = None
    most: int = 1_000
    answers: dict[str, str] = field(default_factory=dict)
    box: list[Mail] = field(default_factory=list)
    lines: list[tuple[bool, str]] = field(default_factory=list)
    sessions: int = 0
    released: threading.Event = field(default_factory=threading.Event)
    arrived: threading.Event = field(default_factory=threading.Event)

    def serve(self, client: socket.socket) -> None:
        """Serve one connection to its end."""
        self.sessions += 1
        session = Session(self, client, secure=self.implicit)
        with suppress(OSError, ssl.SSLError, EOFError, UnicodeDecodeError):
            if self.implicit and self.trust:
                session.client = self.trust.wrap_socket(client, server_side=True)
            session.run()
        for one in (session.client, client):
            with suppress(OSError):
                one.close()


@dataclass(slots=True)
class Session:
    """One connection to the server."""

    server: MailServer
    client: socket.socket
    secure: bool
    rest: bytes = b""
    sender: str = ""
    recipient: str = ""
    taken: int = 0

    def run(self) -> None:
        """Speak until the client or a misbehaviour ends it."""
        self.say(self.server.answers.get("greeting", "220 surat.contoh ESMTP"))
        while True:
            line = self.line().decode("ascii")
            self.server.lines.append((self.secure, line))
            verb = line.partition(" ")[0].upper().partition(":")[0]
            told = self.server.answers.get(verb)
            if told:
                self.say(told)
            elif verb == "QUIT":
                self.say("221 selamat jalan")
                return
            else:
                self.obey(verb, line)

    def obey(self, verb: str, line: str) -> None:
        """Do what an honest server does."""
        match verb:
            case "EHLO":
                offers = ["surat.contoh"]
                offers += ["STARTTLS"] if self.server.trust and not self.secure else []
                offers += ["AUTH PLAIN"] if self.server.login else []
                for place, offer in enumerate(offers):
                    self.say(f"250{' ' if place == len(offers) - 1 else '-'}{offer}")
            case "STARTTLS":
                self.say("220 mulai")
                assert self.server.trust is not None
                self.client = self.server.trust.wrap_socket(self.client, server_side=True)
                self.secure = True
            case "AUTH":
                typed = base64.b64decode(line.split()[2]).decode().split("\0")[1:]
                self.say("235 baik" if tuple(typed) == self.server.login else "535 5.7.8 salah")
            case "MAIL" if self.sender:
                self.say("503 sudah ada pengirim")
            case "RSET":
                self.sender = ""
                self.say("250 baik")
            case "MAIL":
                self.sender = line[line.index("<") + 1 : line.index(">")]
                self.say("421 cukup" if self.taken >= self.server.most else "250 baik")
            case "RCPT":
                self.recipient = line[line.index("<") + 1 : line.index(">")]
                self.say("250 baik")
            case "DATA":
                self.say("354 silakan")
                self.take()
            case _:
                self.say("250 baik")

    def take(self) -> None:
        """Read a message to its dot, and answer for it or not."""
        body = b""
        while (line := self.line()) != b".":
            body += line.removeprefix(b".") + b"\r\n"
        told = self.server.answers.get(".", "250 diterima")
        if told in {"250 diterima", TAKE_AND_HANG_UP}:
            self.server.box.append(Mail(self.sender, self.recipient, body))
            self.taken += 1
            self.server.arrived.set()
        self.sender = ""
        self.say(HANG_UP if told == TAKE_AND_HANG_UP else told)

    def line(self) -> bytes:
        """Read one line."""
        while b"\r\n" not in self.rest:
            more = self.client.recv(65536)
            if not more:
                raise EOFError
            self.rest += more
        line, _, self.rest = self.rest.partition(b"\r\n")
        return line

    def say(self, text: str) -> None:
        """Say one line, or do what the misbehaviour is called."""
        match text:
            case "hang up":
                raise EOFError
            case "stall":
                self.server.released.wait(30)
                raise EOFError
            case "drip":
                self.client.sendall(b"250")
                while not self.server.released.wait(0.02):
                    self.client.sendall(b" ")
                raise EOFError
            case _:
                self.client.sendall(f"{text}\r\n".encode())


@contextmanager
def mail_server(server: MailServer | None = None) -> Iterator[MailServer]:
    """Run a server on a free port of this machine; its connections end with it."""
    server = server or MailServer()
    listening = socket.create_server(("127.0.0.1", 0))
    server.port = listening.getsockname()[1]
    threads: list[threading.Thread] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                client.settimeout(30)
                thread = threading.Thread(target=server.serve, args=(client,))
                threads.append(thread)
                thread.start()

    door = threading.Thread(target=accept)
    door.start()
    try:
        yield server
    finally:
        server.released.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for thread in (door, *threads):
            thread.join(5)


def closed_port() -> int:
    """Give a port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as briefly:
        return int(briefly.getsockname()[1])


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """Make a certificate for this machine's name; give the server's side and the file to trust it by."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "surat.pem", folder / "surat.key"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(public, private)
    return trust, public
