"""E-mail over SMTP: one session for a few messages, each answer of the server made into an outcome.

The session goes phase by phase (RFC 5321), because what a refusal means depends on where it comes: at the
recipient or the message it is about this message, anywhere else about us. Nothing is sent in clear to
another machine. Sentences carry the server's code and never its words, which may repeat an address.
"""

import smtplib
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate

from card_registry.errors import OperatorMistaken
from review.notices.letter import letter
from review.notices.parcel import Away, Delivered, Outcome, Parcel, Postponed, Refused
from review.notices.settings import MailSettings, Security, password

PATIENCE = 20.0
"""Seconds that the server gets for each answer."""

SESSION_LIMIT = 20
"""Messages in one session; many servers end longer ones."""

LONGEST = 6.0
"""A whole message may take this many times ``PATIENCE``; a server that drips bytes is cut off."""

CLOSING = 421
READY = 220
NO_AUTH = 504
OK = 250
TAKEN = frozenset({OK, 251, 252})
"""What a server says to a recipient it will deliver to, or pass on, or cannot tell yet."""

PERMANENT = range(500, 600)

NO_TLS = "Server surel tidak menawarkan STARTTLS; surel tidak dikirim tanpa enkripsi."
SLOW = "Server surel menjawab terlalu lambat."
BROKEN = (
    "Sambungan ke server surel terputus saat pesan dikirim; pesan dicoba lagi dengan Message-ID yang sama."
)


@dataclass(slots=True)
class SmtpChannel:
    """The way to one mail server; used by one thread."""

    settings: MailSettings
    patience: float = PATIENCE
    _open: smtplib.SMTP | None = None
    _carried: int = 0
    _cut: threading.Event = field(default_factory=threading.Event)

    @property
    def domain(self) -> str:
        """Give the sender's domain."""
        return self.settings.domain

    def send(self, parcel: Parcel) -> Outcome:
        """Deliver one message, in the open session or a new one."""
        if self._carried >= SESSION_LIMIT:
            self.rest()
        used = self._carried
        outcome = self._watched(parcel)
        # A server may end a session after a few messages; that is no reason to rest.
        return self._watched(parcel) if used and isinstance(outcome, Away) else outcome

    def rest(self) -> None:
        """Say goodbye to the server."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
        self._drop()

    def _watched(self, parcel: Parcel) -> Outcome:
        """Send, but not for longer than a whole message may take."""
        self._cut.clear()
        watch = threading.Timer(self.patience * LONGEST, self._cut_off)
        watch.daemon = True
        watch.start()
        try:
            outcome = self._send(parcel)
        finally:
            watch.cancel()
        if self._cut.is_set():
            # smtplib takes what came before the end of a connection for a whole answer.
            outcome = Away(SLOW) if isinstance(outcome, Away) else Postponed(BROKEN)
        if isinstance(outcome, Away) or self._cut.is_set():
            self._drop()
        return outcome

    def _send(self, parcel: Parcel) -> Outcome:
        try:
            server = self._session()
        except OperatorMistaken:
            return Away("Sandi server surel tidak dapat dibaca; periksa berkasnya.")
        except smtplib.SMTPNotSupportedError:
            return Away(NO_TLS)
        except smtplib.SMTPAuthenticationError as error:
            return Away(f"Server surel menolak nama pengguna atau sandi ({error.smtp_code}).")
        except ssl.SSLError as error:
            return Away(
                f"Server surel tidak dapat dipercaya ({type(error).__name__}); periksa TLS dan ca_file."
            )
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return Away(f"Server surel tidak dapat dihubungi atau dipakai ({_kind(error)}).")
        self._carried += 1
        return self._carry(server, parcel)

    def _carry(self, server: smtplib.SMTP, parcel: Parcel) -> Outcome:
        """Hand over one message in an open session."""
        written = letter(
            parcel, self.settings.sender, self.settings.sender_name, formatdate(parcel.made / 1000)
        )
        try:
            refused = _envelope(server, self.settings.sender, parcel.address)
            if refused is not None:
                return refused
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return Away(f"Sambungan ke server surel terputus ({_kind(error)}).")
        try:
            code, _ = server.data(written)
        except smtplib.SMTPDataError as error:
            return _judged(int(error.smtp_code), "isi pesan", server)
        except (smtplib.SMTPException, OSError, ValueError):
            self._drop()
            return Postponed(BROKEN)
        return Delivered() if code == OK else _judged(code, "isi pesan", server)

    def _session(self) -> smtplib.SMTP:
        """Give the open session, or begin one: TLS first, then the password.

        Raises:
            smtplib.SMTPException: The server refuses, or cannot encrypt.
            OSError: It cannot be reached, or its certificate is not good.
            OperatorMistaken: The password's file cannot be read.
        """
        if self._open is not None:
            return self._open
        ours, trust = self.settings, ssl.create_default_context(cafile=self.settings.ca_file or None)
        server: smtplib.SMTP
        if ours.tls is Security.IMPLICIT:
            server = smtplib.SMTP_SSL(local_hostname=ours.domain, timeout=self.patience, context=trust)
        else:
            server = smtplib.SMTP(local_hostname=ours.domain, timeout=self.patience)
        # Known before it is connected, so that a greeting that never ends can be cut off as well. The name
        # that the certificate must have is otherwise learnt by a constructor that also connects.
        self._open = server
        server._host = ours.server  # type: ignore[attr-defined]  # noqa: SLF001
        code, _ = server.connect(ours.server, ours.port)
        if code != READY:
            raise smtplib.SMTPConnectError(code, b"")
        server.ehlo()
        if ours.tls is Security.STARTTLS:
            code, _ = server.starttls(context=trust)
            if code != READY:
                raise smtplib.SMTPNotSupportedError
            server.ehlo()
        if ours.login and not server.has_extn("auth"):
            raise smtplib.SMTPAuthenticationError(NO_AUTH, b"")
        if ours.login:
            server.login(ours.login, password(ours))
        return server

    def _drop(self) -> None:
        """Let the connection go without a word."""
        if self._open is not None:
            with suppress(OSError):
                self._open.close()
        self._open, self._carried = None, 0

    def _cut_off(self) -> None:
        """End a connection that takes too long, from the watch's thread; the send then fails by itself."""
        open_ = self._open
        self._cut.set()
        if open_ is not None and open_.sock is not None:
            with suppress(OSError):
                open_.sock.shutdown(socket.SHUT_RDWR)


def _envelope(server: smtplib.SMTP, sender: str, address: str) -> Outcome | None:
    """Name sender and recipient; None when the server takes both."""
    code, _ = server.mail(sender)
    if code != OK:
        return Away(f"Server surel menolak alamat pengirim ({code}).")
    code, _ = server.rcpt(address)
    return None if code in TAKEN else _judged(code, "alamat penerima", server)


def _judged(code: int, what: str, server: smtplib.SMTP) -> Outcome:
    """Say what a refusal of a recipient or a message means, and clear the session for the next one."""
    if code == CLOSING or code < OK:
        return Away(f"Server surel menutup layanan atau menjawab tanpa arti ({code}).")
    with suppress(smtplib.SMTPException, OSError):
        server.rset()
    if code in PERMANENT:
        return Refused(f"Server surel menolak {what} ({code}).")
    return Postponed(f"Server surel menunda {what} ({code}).")


def _kind(error: Exception) -> str:
    code = getattr(error, "smtp_code", None)
    return str(code) if code is not None else type(error).__name__
