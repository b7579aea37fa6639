"""Reminders of a review: to each unit that still owes answers, and to the head of office when time is up."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from review.campaign import Item, Phase
from review.indonesian import day_text
from review.notices.due import Mark, campaign_mark
from review.people import Person, Role
from review.store import campaigns, inbox, people, reminders
from review.store.cases import CaseFile
from review.store.outbox import Letter
from review.workdays import Calendar

STEP = "review"
"""Where the marks of a campaign are kept: beside its steps, once for all of them."""


def remind_units(
    connection: Connection,
    file: CaseFile,
    calendar: Calendar,
    everybody: Sequence[Person],
    today: tuple[date, int],
) -> int:
    """Say what is due about a campaign today; 0 when nothing is, or the case is none."""
    day, now = today
    held = campaigns.find(connection, file.case.id)
    if held is None or held.last is None:
        return 0
    place = (file.case.id, STEP, 0)
    mark = campaign_mark(held.last, day, calendar, reminders.said(connection, place))
    rows = [kept.item for kept in campaigns.rows(connection, file.case.id)]
    owing = Counter(one.unit.casefold() for one in rows if one.answer() is None and not one.is_ratified())
    if mark is None or not owing:
        return 0
    reminders.keep(connection, place, mark, now)
    for person in everybody:
        left = owing[person.unit.casefold()] if Role.PEMOHON in person.roles else 0
        text = _to_unit(file, held.last, mark, left) if left else ""
        if mark is Mark.ONE_AFTER and Role.KADIS in person.roles:
            text = _to_head(file, held.last, owing)
        if text:
            inbox.tell(connection, Letter(file.case.id, text, now), person.id)
    return 1


def tell_taken(connection: Connection, file: CaseFile, taken: Sequence[Item], phase: Phase, now: int) -> None:
    """Tell each unit which of its rights silence has just taken away for good, and the head how many.

    That they are suspended was said by the reminder of the same day.
    """
    if phase is not Phase.REMOVING:
        return
    lost = Counter(one.unit.casefold() for one in taken)
    for person in people.everyone(connection, now):
        mine = lost[person.unit.casefold()] if Role.PEMOHON in person.roles else 0
        count = lost.total() if Role.KADIS in person.roles else mine
        if count:
            text = (
                f"Review {file.number}: {count} hak akses dicabut karena tetap tidak dijawab. Hak itu hanya "
                "kembali dengan keputusan pada review ini atau permohonan akses baru."
            )
            inbox.tell(connection, Letter(file.case.id, text, now), person.id)


def _to_unit(file: CaseFile, last: date, mark: Mark, left: int) -> str:
    if mark is Mark.ONE_AFTER:
        return (
            f"Batas jawaban review {file.number} telah lewat ({day_text(last)}). {left} hak akses unit Anda "
            "tanpa jawaban dibekukan, lalu dicabut. Jawablah selama review masih terbuka."
        )
    return (
        f"Pengingat {mark.value}: {left} hak akses unit Anda pada review {file.number} menunggu jawaban "
        f"sampai {day_text(last)}. Hak tanpa jawaban dibekukan, lalu dicabut."
    )


def _to_head(file: CaseFile, last: date, owing: Counter[str]) -> str:
    return (
        f"Review {file.number}: {owing.total()} hak akses dari {len(owing)} unit kerja tidak dijawab sampai "
        f"{day_text(last)} dan dibekukan."
    )
