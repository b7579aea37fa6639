"""How a message is written for the wire: plain text, 7 bits, every header one clean line (RFC 5322)."""

from email.message import EmailMessage
from email.policy import SMTP

from review.notices.parcel import TEXT_LIMIT, Parcel, one_line


def letter(parcel: Parcel, sender: str, sender_name: str, date: str) -> bytes:
    """Write a message as it crosses the wire; ``date`` as RFC 5322 writes it."""
    written = EmailMessage(policy=SMTP)
    name = one_line(sender_name, 80).replace("\\", "").replace('"', "")
    written["From"] = f'"{name}" <{sender}>' if name else sender
    written["To"] = parcel.address
    written["Subject"] = one_line(parcel.subject)
    written["Date"] = date
    written["Message-ID"] = parcel.reference
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(_body(parcel), charset="utf-8", cte="quoted-printable")
    written["Content-Language"] = "id"
    return written.as_bytes()


def _body(parcel: Parcel) -> str:
    greeting = f"Yth. {one_line(parcel.name, 120) or 'Bapak/Ibu'},"
    parts = [greeting, parcel.text[:TEXT_LIMIT], parcel.link]
    parts.append("Pesan ini dikirim otomatis oleh Akses Ruang Server; mohon tidak membalas surel ini.")
    return "\n\n".join(part for part in parts if part) + "\n"
