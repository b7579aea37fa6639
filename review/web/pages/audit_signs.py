"""The page of what is unlike the rest, and the numbers by which it is judged."""

from dataclasses import fields

from fastapi.responses import RedirectResponse, Response

from review.access import Permission
from review.detect import Detector, Tuning
from review.store import audit, tuning
from review.store.transaction import reading, writing
from review.web.ask_signs import SignQuestion, numbers, signs
from review.web.console import Console, Here
from review.web.pages.audit import Text, show
from review.web.span import days
from review.web.visitor import Form, Me, Posted, Visitor

WEEK = 7
DIGITS = 5

WRONG = "Setiap ambang harus bilangan bulat dari 1, dan batas jarang dipakai 1 sampai 99 persen."


def signs_page(console: Here, me: Me, dari: Text = "", sampai: Text = "", jenis: Text = "") -> Response:
    """Show the signs of some days."""
    return _signs(
        console, me, SignQuestion(days(dari, sampai, console.office.today(), WEEK), _kind(jenis)), ""
    )


def _kind(text: str) -> Detector | None:
    return Detector(text) if text in set(Detector) else None


def _signs(console: Console, me: Visitor, asked: SignQuestion, fault: str) -> Response:
    me.require(Permission.READ_AUDIT)
    with reading(console.office.store) as connection:
        sheet = signs(connection, console.office, asked)
        tuned = tuning.in_force(connection)
    shown = numbers(tuned) if me.holds(Permission.TUNE_SIGNS) else ()
    return show(console, me, "/audit/tanda", sheet, days=asked.days, fault=fault, numbers=shown)


def tune(console: Here, me: Me, form: Form) -> Response:
    """Keep other numbers, and write down who chose them."""
    me.require(Permission.TUNE_SIGNS)
    office = console.office
    read = _read(form)
    if read is None:
        return _signs(console, me, SignQuestion(days("", "", office.today(), WEEK)), WRONG)
    with writing(office.store) as connection:
        before = tuning.in_force(connection)
        tuning.put(connection, read)
        told = [
            f"{field.name} {getattr(before, field.name)}->{getattr(read, field.name)}"
            for field in fields(read)
            if getattr(before, field.name) != getattr(read, field.name)
        ]
        audit.record(
            connection, me.person.id, "tanda.ambang", "detect/ambang", office.clock(), ", ".join(told)
        )
    return RedirectResponse("/audit/tanda", 303)


def _read(form: Posted) -> Tuning | None:
    """Read the numbers; None where one is none, or where a detector would always or never speak."""
    texts = {field.name: form.one(field.name).strip() for field in fields(Tuning)}
    if not all(text.isascii() and text.isdigit() and len(text) <= DIGITS for text in texts.values()):
        return None
    try:
        return Tuning(**{name: int(text) for name, text in texts.items()})
    except ValueError:
        return None
