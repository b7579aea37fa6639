"""What lies beside a case's forms, as its page shows it: who attached what, and what the reader may do."""

from dataclasses import dataclass

from sqlalchemy import Connection

from review.access import Refused
from review.attachment import MOST
from review.people import Person
from review.store import attachments, people
from review.store.attachments import Attached
from review.store.cases import CaseFile
from review.workflow.attaching import attachable, may_take_away

STEPS = ("B", "kB", "MB")


@dataclass(frozen=True, slots=True)
class Row:
    """One attachment, by whom, and whether the reader may take it away."""

    one: Attached
    by: str
    removable: bool
    remover: str

    @property
    def size(self) -> str:
        """Give the size for people."""
        return size_text(self.one.size)


@dataclass(frozen=True, slots=True)
class Attachments:
    """A case's attachments; ``why_not`` is empty where the reader may attach.

    ``fault`` is the sentence about what was just sent, ``caption`` what was typed with it.
    """

    case: str
    rows: tuple[Row, ...]
    why_not: str
    fault: str = ""
    caption: str = ""

    @property
    def count(self) -> int:
        """Count the files that are there."""
        return sum(row.one.removed is None for row in self.rows)

    @property
    def full(self) -> bool:
        """Say whether no further file is taken."""
        return self.count >= MOST


def of_case(
    connection: Connection, person: Person, file: CaseFile, fault: str = "", caption: str = ""
) -> Attachments:
    """Give a case's attachments for somebody who may read the case."""
    names = people.names(connection)
    rows = tuple(
        Row(one, names.get(one.person, "–"), may_take_away(one, person), names.get(one.remover or "", "–"))
        for one in attachments.of_case(connection, file.case.id)
    )
    refused = attachable(file, person)
    return Attachments(
        file.case.id, rows, refused.why if isinstance(refused, Refused) else "", fault, caption
    )


def size_text(size: int) -> str:
    """Write a number of bytes for people: ``1,2 MB``."""
    amount, step = float(size), 0
    while amount >= 1000 and step < len(STEPS) - 1:  # noqa: PLR2004 - decimal units, as file managers show
        amount, step = amount / 1000, step + 1
    text = f"{amount:.0f}" if step < 2 else f"{amount:.1f}"  # noqa: PLR2004 - tenths of megabytes alone
    return f"{text.replace('.', ',')} {STEPS[step]}"
