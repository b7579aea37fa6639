"""Which forms a step needs: what is shown beside it, and what its answer has to bring.

A table names its forms in *kelengkapan*, *output* and *mengisi*, a part of one as ``F13 bagian B``. Of these
a step's actor fills what the form's own table gives to that role and the case does not have yet; the rest,
and what is named as another paper (``F05 penitipan``), is shown, and of a form that is also named in part
only that part is filled. What the program fills by itself (the access list, the disposition sheet) has parts
that nobody fills. A part that some step names by its letter belongs to that step, which may fill it anew when
it is tried again; so may a step whose output is the form, such as a draft that was sent back.

Pure.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from review.form import Form, Part
from review.people import Role
from review.procedure import Procedure, Step

_IF_ANY = re.compile(r"\b(F\d\d) bila ada\b")
"""A form that is filled where there is something to fill it with."""

_NAMED = re.compile(r"\b(F\d\d)(?: bagian ([A-Z])\b)?")
_SHOWN = re.compile(r"\bF\d\d (?:penitipan|permohonan|bulan lalu|\(draf\))")
"""A paper of another case, or one that the program drafts: it is shown, and nobody fills it here."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One part of a form, as it is filed in a case."""

    code: str
    part: str

    @property
    def key(self) -> str:
        """Give the name under which it is filed: ``F13.B``."""
        return f"{self.code}.{self.part}"


def named(step: Step) -> tuple[tuple[str, str], ...]:
    """Give the forms a step names, in order, each with its part ("" for all of it)."""
    return _named(_texts(step))


def _texts(step: Step) -> Iterable[str]:
    return (*step.documents, *step.output, *step.fills)


def _named(texts: Iterable[str]) -> tuple[tuple[str, str], ...]:
    found = [(match[1], match[2] or "") for text in texts for match in _NAMED.finditer(text)]
    return tuple(dict.fromkeys(found))


def to_fill(step: Step, filed: Collection[str], forms: Mapping[str, Form]) -> tuple[Sheet, ...]:
    """Give what the step's actor has to fill with the answer; ``filed`` holds the keys the case has."""
    return tuple(
        sheet
        for sheet, part in _parts(step, forms)
        if sheet.key not in filed and fills(step.role, part) and sheet.code not in _optional(step)
    )


def may_fill(step: Step, filed: Collection[str], forms: Mapping[str, Form]) -> tuple[Sheet, ...]:
    """Give what may be filled besides: forms of some of the step's answers only, or "bila ada"."""
    return tuple(
        sheet
        for sheet, part in _parts(step, forms)
        if sheet.key not in filed and fills(step.role, part) and sheet.code in _optional(step)
    )


def lettered(step: Step) -> frozenset[str]:
    """Give the keys of the parts that a step names by their letter (``F13 bagian C``)."""
    return frozenset(Sheet(code, part).key for code, part in named(step) if part)


def written(step: Step, filed: Collection[str]) -> frozenset[str]:
    """Give the filed parts of forms that a step writes: those its *output* names as a whole."""
    wrote = {code for code, part in _named(step.output) if not part}
    return frozenset(key for key in filed if key.partition(".")[0] in wrote)


def elsewhere(table: Procedure, step: Step) -> frozenset[str]:
    """Give the keys of the parts that other steps name by their letter: they are filled there, not here."""
    others = (lettered(other) for other in table.steps if other.no != step.no)
    return frozenset[str]().union(*others) - lettered(step)


def fills(role: Role, part: Part) -> bool:
    """Say whether a role fills a part of a form."""
    return role in part.filled_by


def codes(filed: Iterable[str]) -> frozenset[str]:
    """Give the codes of the forms that are filed, whatever their parts: what branches ask for."""
    return frozenset(key.partition(".")[0] for key in filed)


def _parts(step: Step, forms: Mapping[str, Form]) -> Iterable[tuple[Sheet, Part]]:
    here = _named(_SHOWN.sub("", text) for text in _texts(step))
    asked = [*here, *((code, "") for branch in step.branches for code in branch.required)]
    in_part = {code for code, part in asked if part}
    seen: set[Sheet] = set()
    for code, wanted in asked:
        for part in forms[code].parts:
            sheet = Sheet(code, part.id)
            whole = not wanted and code not in in_part
            if (whole or wanted == part.id) and sheet not in seen:
                seen.add(sheet)
                yield sheet, part


def _optional(step: Step) -> frozenset[str]:
    """Name the forms that only some answers ask for, or that are filled where there is need."""
    if_any = (match[1] for text in _texts(step) for match in _IF_ANY.finditer(text))
    return frozenset((*if_any, *(code for branch in step.branches for code in branch.required)))
