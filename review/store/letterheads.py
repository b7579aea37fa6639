"""The office's letterhead, the town it writes from, and its number templates, as kept among the settings.

Where the office has set nothing, its profile in force says who it is, or else the SOP's identity block.
"""

import hashlib
from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from card_registry.errors import OperatorMistaken
from review.documents.layout import Letterhead
from review.numbering import Template
from review.procedure import FORMS, Identity
from review.profile import Head
from review.store import numbers, profiles
from review.tables import setting

SETTINGS = ("kop.instansi", "kop.unit", "kop.alamat", "kop.kontak", "kop.tempat")
"""The settings of a letterhead: government, office, address, telephone and e-mail, the town of its dates."""

TEMPLATES = {
    "F05": "{urut:03}/BAST/{tahun}",
    "F11": "{urut:03}/BAP/{tahun}",
    "F16": "{urut:03}/SB/{tahun}",
    "F17": "{urut:03}/PGM/{tahun}",
    "F18": "{urut:03}/BA-RVW/{tahun}",
    "F19": "{urut:03}/BA-DRT/{tahun}",
}
"""How documents are numbered until the office sets ``nomor.F05`` and so on; other forms bear no number."""

LONGEST = 200
"""The longest value of a setting, in characters."""

_AREAS = ("pemerintah", "kabupaten", "kota", "provinsi")


def _settings(connection: Connection, prefix: str) -> Mapping[str, str]:
    query = select(setting.c.name, setting.c.value).where(setting.c.name.startswith(prefix, autoescape=True))
    return {row.name: row.value for row in connection.execute(query)}


def keep(connection: Connection, name: str, value: str) -> None:
    """Keep one setting of a letterhead, or the number template of a form (``nomor.F16``).

    Raises:
        OperatorMistaken: There is no such setting, or its value cannot be used.
    """
    form = name.removeprefix("nomor.")
    if name not in SETTINGS and (form == name or form not in FORMS):
        message = f"{name[:40]} is no setting of documents; there are {', '.join(SETTINGS)} and nomor.F05"
        raise OperatorMistaken(message)
    if not 0 < len(value.strip()) <= LONGEST or not value.isprintable():
        message = f"{name} needs one line of at most {LONGEST} characters"
        raise OperatorMistaken(message)
    if form != name:
        _require_template(value)
    connection.execute(delete(setting).where(setting.c.name == name))
    connection.execute(insert(setting).values(name=name, value=value.strip()))


def _require_template(text: str) -> None:
    try:
        runs = Template(text).runs()
    except ValueError as error:
        raise OperatorMistaken(str(error)) from error
    if not runs:
        message = f"the template {text!r} gives a whole period one number; add {{urut}}"
        raise OperatorMistaken(message)


def letterhead(connection: Connection, identity: Identity) -> Letterhead:
    """Give the letterhead of the office."""
    known, head = _settings(connection, "kop."), _head(connection, identity)
    agency = known.get("kop.instansi") or head.agency or "PEMERINTAH DAERAH"
    unit = known.get("kop.unit") or head.unit or "DINAS KOMUNIKASI DAN INFORMATIKA"
    address = known.get("kop.alamat", head.address)
    return Letterhead(agency.upper(), unit.upper(), address, known.get("kop.kontak", head.contact))


def _head(connection: Connection, identity: Identity) -> Head:
    """Give the letterhead of the profile in force, or what the SOP says of its office."""
    profile = profiles.in_force(connection)
    return Head(identity.agency, identity.unit, "") if profile is None else profile.head


def town(connection: Connection, identity: Identity) -> str:
    """Give the town that dates are written from; empty when nothing says it."""
    known, head = _settings(connection, "kop."), _head(connection, identity)
    named = known.get("kop.instansi") or head.agency
    plain = " ".join(word for word in named.split() if word.casefold() not in _AREAS)
    return known.get("kop.tempat") or head.town or plain


def templates(connection: Connection) -> Mapping[str, str]:
    """Give how each form's documents are numbered now, by form."""
    known = _settings(connection, "nomor.")
    found = {form: known.get(f"nomor.{form}") or _numbered(connection, form) for form in FORMS}
    return {form: text for form, text in found.items() if text}


def take_number(connection: Connection, form: str, day: date) -> str:
    """Take the next number of a form's series; empty for forms that bear none."""
    text = _settings(connection, "nomor.").get(f"nomor.{form}") or _numbered(connection, form)
    if not text:
        return ""
    template = Template(text)
    series = hashlib.sha256(template.counter(day).encode()).hexdigest()[:32]
    return template.number(day, numbers.take(connection, f"nomor-{series}"))


def _numbered(connection: Connection, form: str) -> str:
    """Give the template of a form's numbers in the profile in force, or else the usual one."""
    profile = profiles.in_force(connection)
    usual = TEMPLATES.get(form, "")
    if profile is None:
        return usual
    return profile.numbers.filled(profile.numbers.documents.get(form, usual))
