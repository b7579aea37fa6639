"""Numbers and days in words (terbilang): how minutes of a handover write amounts and dates.

Pure.
"""

from datetime import date

from review.indonesian import DAYS, MONTHS

ONES = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)
SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1_000, "ribu"))
MOST = 10**15
"""Numbers from here on are refused; no office counts so far."""


def spelled(number: int) -> str:
    """Write a number in words: ``2026`` is *dua ribu dua puluh enam*.

    Raises:
        ValueError: The number is not below a thousand trillion.
    """
    if abs(number) >= MOST:
        message = f"{number} is too large to be written in words"
        raise ValueError(message)
    return f"minus {_spelled(-number)}" if number < 0 else _spelled(number)


def _spelled(number: int) -> str:
    for scale, name in SCALES:
        if number >= scale:
            count, rest = divmod(number, scale)
            head = "seribu" if (scale, count) == (1_000, 1) else f"{_spelled(count)} {name}"
            return f"{head} {_spelled(rest)}" if rest else head
    return _below_thousand(number)


def _below_thousand(number: int) -> str:
    if number < len(ONES):
        return ONES[number]
    if number < 20:  # noqa: PLR2004 - belasan end here
        return f"{ONES[number - 10]} belas"
    unit, name = (100, "ratus") if number >= 100 else (10, "puluh")  # noqa: PLR2004 - hundreds begin here
    count, rest = divmod(number, unit)
    head = "seratus" if (unit, count) == (100, 1) else f"{ONES[count]} {name}"
    return f"{head} {_below_thousand(rest)}" if rest else head


def counted(number: int, unit: str) -> str:
    """Write an amount as minutes do: ``2 (dua) unit``."""
    return f"{number} ({spelled(number)}) {unit}".strip()


def day_in_words(day: date) -> str:
    """Write a day as minutes begin: *Jumat tanggal dua puluh bulan November tahun dua ribu …*."""
    name = DAYS[day.weekday()]
    return f"{name} tanggal {spelled(day.day)} bulan {MONTHS[day.month - 1]} tahun {spelled(day.year)}"
