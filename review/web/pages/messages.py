"""The inbox, where a person reads, marks and is reached; and the outbox, for who answers for the office."""

from fastapi.responses import RedirectResponse, Response

from review.access import Permission
from review.notices.parcel import ChannelName, is_address
from review.store import audit, contacts, inbox, outbox
from review.store.transaction import reading, writing
from review.web.console import Console, Here
from review.web.screen import page
from review.web.visitor import Form, Me, Visitor

NO_ADDRESS = "Alamat surel tidak dikenal; tulis seperti nama@contoh.go.id, atau kosongkan."
LONGEST_ID = 12


def inbox_page(console: Here, me: Me) -> Response:
    """Show a person's messages and the address at which they are reached besides."""
    return _inbox(console, me, None, "")


def _inbox(console: Console, me: Visitor, typed: str | None, fault: str) -> Response:
    with reading(console.office.store) as connection:
        messages = inbox.messages(connection, me.person.id)
        known = contacts.of(connection, me.person.id).get(ChannelName.EMAIL, "")
    address, status = known if typed is None else typed, 422 if fault else 200
    values = {"messages": messages, "address": address, "fault": fault}
    return page(console, "kotak_masuk.html", me, status, **values)


def mark_read(console: Here, me: Me, form: Form) -> Response:
    """Mark one message as read, or all up to the newest that the page showed."""
    one, newest = _id(form.one("pesan")), _id(form.one("sampai"))
    now = console.office.clock()
    with writing(console.office.store) as connection:
        if one:
            inbox.read_one(connection, me.person.id, one, now)
        elif newest:
            inbox.read(connection, me.person.id, newest, now)
    return RedirectResponse("/kotak-masuk", 303)


def keep_address(console: Here, me: Me, form: Form) -> Response:
    """Keep the e-mail address at which a person is told; an empty one ends the e-mails."""
    address = form.one("alamat").strip()
    if address and not is_address(address):
        return _inbox(console, me, form.one("alamat"), NO_ADDRESS)
    now = console.office.clock()
    with writing(console.office.store) as connection:
        contacts.keep(connection, me.person.id, ChannelName.EMAIL, address, now)
        said = "ada" if address else "dihapus"
        audit.record(connection, me.person.id, "alamat.surel", f"person/{me.person.id}", now, said)
    return RedirectResponse("/kotak-masuk", 303)


def outbox_page(console: Here, me: Me) -> Response:
    """Show who was told what, when, and whether it was delivered."""
    me.require(Permission.READ_AUDIT)
    with reading(console.office.store) as connection:
        posted = outbox.newest(connection)
    return page(console, "kotak_keluar.html", me, posted=posted)


def _id(text: str) -> int:
    """Read a row's number; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
