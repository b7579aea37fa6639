"""The page of door events: who opened which door when, and what explains it."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from review.access import Permission
from review.store import cards, cases
from review.store.transaction import reading
from review.web.console import Here
from review.web.happenings import MOST, ONLY_WORDS, Asked, Only, answer
from review.web.screen import page
from review.web.span import days
from review.web.visitor import Me, plain

WEEK = 7

Text = Annotated[str, Query(max_length=40)]


def events_page(  # noqa: PLR0913, PLR0917 - one parameter for each filter of the address
    console: Here,
    me: Me,
    dari: Text = "",
    sampai: Text = "",
    hanya: Text = "",
    pintu: Text = "",
    pemegang: Text = "",
    kartu: Text = "",
    kasus: Text = "",
    nama: Text = "",
    sebelum: Text = "",
) -> Response:
    """Show the events of some days, the latest first."""
    me.require(Permission.READ_DOORS)
    office = console.office
    only = Only(hanya) if hanya in set(Only) else Only.ALL
    before = int(sebelum) if sebelum.isascii() and sebelum.isdigit() and len(sebelum) < 16 else 0  # noqa: PLR2004 - digits
    pintu, pemegang, kartu, kasus, nama = map(plain, (pintu, pemegang, kartu, kasus, nama))
    asked = Asked(days(dari, sampai, office.today(), WEEK), only, pintu, pemegang, kartu, kasus, before, nama)
    with reading(office.store) as connection:
        found = answer(connection, office, asked)
        numbers = cases.numbers(connection, {kasus} if kasus else ())
        plastic = cards.find(connection, kartu) if kartu else None
    name = next((row.event.holder_name for row in found.rows if pemegang), "")
    about = [
        words
        for given, words in (
            (kasus, f"permohonan {numbers.get(kasus, 'yang tidak dikenal')}"),
            (kartu, f"kartu {plastic.number if plastic else 'yang tidak dikenal'}"),
            (pemegang, f"pemegang {name or 'yang dipilih'}"),
        )
        if given
    ]
    return page(
        console,
        "peristiwa.html",
        me,
        doors=office.doors,
        only_words=ONLY_WORDS,
        most=MOST,
        asked=asked,
        found=found,
        about=about,
        may_cards=me.holds(Permission.READ_CARDS),
        may_export=me.holds(Permission.EXPORT),
    )
