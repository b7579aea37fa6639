"""NIP: the eighteen digits by which the state numbers its employees.

``YYYYMMDD`` of birth, ``YYYYMM`` of appointment (for PPPK the month is 21), one digit for sex, three of a
running number (BKN regulation 22/2007 and the PPPK numbering of 2019). Only its form is judged: whose it is,
nobody can tell from it. Who has none is never asked for one.

Pure.
"""

import re
from datetime import date

_SHAPE = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{4})(\d{2})([12])(\d{3})")
PPPK = 21
"""What stands in the place of the month in the number of a contracted employee."""

YOUNGEST = 15
"""Nobody is appointed below this age, in years."""


def fault(text: str, today: date) -> str:
    """Say in Indonesian what is wrong with a NIP; empty when nothing is. Blanks between digits may stand."""
    found = _SHAPE.fullmatch("".join(text.split()))
    if found is None:
        return "NIP terdiri atas 18 angka, dan angka ke-15 adalah 1 atau 2."
    year, month, day, appointed, since, _, serial = map(int, found.groups())
    try:
        born = date(year, month, day)
    except ValueError:
        return "Delapan angka pertama NIP bukan tanggal lahir yang benar."
    if not 1 <= since <= 12 and since != PPPK:  # noqa: PLR2004 - months of a year
        return "Angka ke-13 dan ke-14 NIP harus bulan pengangkatan (01–12), atau 21 untuk PPPK."
    if not born.year + YOUNGEST <= appointed <= today.year:
        return "Tahun pengangkatan pada NIP tidak sesuai dengan tahun lahir atau belum tiba."
    return "" if serial else "Tiga angka terakhir NIP tidak boleh 000."


def tidy(text: str) -> str:
    """Give a NIP as it is kept: its digits alone."""
    return "".join(text.split())
