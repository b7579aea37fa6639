"""What keeps a profile from being used, each a sentence: in itself, and with the tables that it names.

Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from zoneinfo import ZoneInfo

from card_registry.words import require_slug
from review.numbering import Template
from review.people import Role
from review.procedure import FORMS, Procedure
from review.profile.values import Profile

LONGEST_LINE = 200
"""The longest line of a letterhead, in characters."""

LONGEST_TITLE = 80
LONGEST_NAME = 120
"""The longest title of a role, and the longest name of an office or a day, in characters."""

LONGEST_NUMBER = 40
"""The longest number of a case, in characters."""

LONGEST_DOCUMENT_NUMBER = 80
"""The longest number of a document, in characters."""

MANY = 9_999
"""The running number with which the length of numbers is tried."""

NEEDED: Mapping[str, str] = {
    "S1.A": "no card can be issued without an access procedure",
    "P2": "no right can be taken back without a removal procedure",
    "P7": "no visitor can be admitted without a visit procedure",
    "P9": "an emergency opens its case by itself",
}
"""The tables without which doors could not be run, and why."""


def own_faults(profile: Profile) -> Iterable[str]:
    """Name what is wrong with a profile whatever the tables are."""
    yield from _word_faults(profile)
    yield from _hour_faults(profile)
    yield from _number_faults(profile)
    days = Counter(one.date for one in profile.free)
    for day in sorted(day for day, times in days.items() if times > 1):
        yield f"{day} occurs twice among the days in libur"


def faults(profile: Profile, tables: Mapping[str, Procedure]) -> tuple[str, ...]:
    """Name what keeps a profile from being used with these tables."""
    named = (*profile.tables.own, *profile.tables.taken)
    found = [f"procedure {one} is named twice" for one, times in Counter(named).items() if times > 1]
    found += [f"procedure {one} does not exist" for one in dict.fromkeys(named) if one not in tables]
    found += [f"{one} must be in force: {why}" for one, why in NEEDED.items() if one not in named]
    for one in dict.fromkeys(named):
        if one in tables:
            found += _start_faults(tables[one], frozenset(named))
    for one, text in profile.numbers.cases.items():
        if one not in named:
            found.append(f"nomor.kasus names {one[:16]}, which is not in force")
        else:
            prefix = tables[one].prefix if one in tables else ""
            found += _template_faults(profile, f"nomor.kasus.{one}", text, (prefix, LONGEST_NUMBER))
    return tuple(found)


def _start_faults(table: Procedure, named: frozenset[str]) -> Iterable[str]:
    for step in table.steps:
        for other in (*step.starts, *step.monthly):
            if other not in named:
                yield f"{table.id} step {step.no} begins {other}, which is not in force"


def _word_faults(profile: Profile) -> Iterable[str]:
    try:
        require_slug(profile.id, "a profile's id")
    except ValueError as error:
        yield str(error)
    head = profile.head
    yield from _line_faults("nama", profile.name, LONGEST_NAME)
    yield from _line_faults("kop.instansi", head.agency, LONGEST_LINE)
    yield from _line_faults("kop.unit", head.unit, LONGEST_LINE)
    yield from _line_faults("kop.tempat", head.town, LONGEST_NAME)
    yield from _line_faults("kop.alamat", head.address or "-", LONGEST_LINE)
    yield from _line_faults("kop.kontak", head.contact or "-", LONGEST_LINE)
    yield from _line_faults("keterangan", profile.note or "-", LONGEST_LINE)
    for role, title in profile.titles.items():
        yield from _line_faults(f"jabatan.{role}", title, LONGEST_TITLE)
    if Role.SISTEM in profile.titles:
        yield "jabatan names sistem, which is the program itself"
    for one in profile.free:
        yield from _line_faults(f"libur {one.date}", one.name, LONGEST_NAME)


def _line_faults(name: str, text: str, longest: int) -> Iterable[str]:
    if not 0 < len(text.strip()) <= longest or not text.isprintable():
        yield f"{name} needs one line of at most {longest} characters"


def _hour_faults(profile: Profile) -> Iterable[str]:
    hours = profile.hours
    if hours.opens >= hours.closes or hours.opens.tzinfo or hours.closes.tzinfo:
        yield f"jam_kerja must begin before they end, not {hours.opens} to {hours.closes}"
    if not hours.days or len(set(hours.days)) != len(hours.days):
        yield "jam_kerja.hari must name each working day once, and one at least"
    try:
        ZoneInfo(hours.zone)
    except (KeyError, ValueError, OSError):
        yield f"jam_kerja.zona {hours.zone[:40]!r} is no time zone such as Asia/Jakarta"


def _number_faults(profile: Profile) -> Iterable[str]:
    numbers = profile.numbers
    for name, text in (("nomor.klas", numbers.classification), ("nomor.kode_opd", numbers.office)):
        if len(text) > 20 or not text.isprintable() or {"{", "}"} & set(text):  # noqa: PLR2004 - said
            yield f"{name} must be a code of at most 20 characters"
    for form, text in numbers.documents.items():
        if form not in FORMS:
            yield f"nomor.dokumen names form {form[:8]}, which does not exist"
        yield from _template_faults(profile, f"nomor.dokumen.{form}", text, ("", LONGEST_DOCUMENT_NUMBER))


def _template_faults(profile: Profile, name: str, text: str, bounds: tuple[str, int]) -> Iterable[str]:
    prefix, longest = bounds
    try:
        template = Template(profile.numbers.filled(text), prefix)
    except ValueError as error:
        yield f"{name}: {error}"
        return
    if not template.runs() and name.startswith("nomor.dokumen"):
        yield f"{name}: the template {text!r} gives a whole period one number; add {{urut}}"
    if len(template.number(date(2026, 8, 1), MANY)) > longest:
        yield f"{name}: its numbers would have more than {longest} characters"
