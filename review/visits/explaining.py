"""Why a door opened for somebody: a right, a visit, an order, an emergency on record, or nothing we know.

``sop.md`` §6: a door event is explained when it maps to a standing right and its case, or to a pass and its
parent case and step. What is not goes to the monthly check (P10).

Pure.
"""

from dataclasses import dataclass

from card_registry.words import CaseId, GrantKind
from review.visits.visit import Visit


@dataclass(frozen=True, slots=True)
class Entry:
    """One opening of a door: when (milliseconds), by which grant of which case and kind.

    ``case`` is None where the office knows no such grant; a forced door has neither, nor has one that an
    order opened (``ordered``) or had set free.
    """

    at: int
    door: str | None
    case: CaseId | None = None
    kind: GrantKind | None = None
    forced: bool = False
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class ByRight:
    """A standing right, given by this case."""

    case: CaseId


@dataclass(frozen=True, slots=True)
class ByVisit:
    """A visit: its own case, and the case and step that it belongs to."""

    case: CaseId
    parent: CaseId
    step: str


@dataclass(frozen=True, slots=True)
class ByEmergency:
    """An emergency on record."""

    case: CaseId


@dataclass(frozen=True, slots=True)
class ByOrder:
    """A signed order that opened the door or set it free, by its id."""

    order: str


@dataclass(frozen=True, slots=True)
class Unexplained:
    """Nothing explains it; ``why`` is the Indonesian sentence."""

    why: str


Explained = ByRight | ByVisit | ByEmergency | ByOrder | Unexplained


def explain(
    entry: Entry, visit: Visit | None, emergency: CaseId | None, order: str | None = None
) -> Explained:
    """Say what explains an opening.

    Args:
        entry: The opening.
        visit: The visit whose case gave the grant, if it was one.
        emergency: The emergency on record that covers the door at that time.
        order: The order that opened the door or set it free, if one was obeyed.
    """
    if entry.ordered:
        return ByOrder(order) if order is not None else Unexplained(NO_ORDER)
    if entry.forced or entry.case is None or entry.kind is GrantKind.DARURAT:
        return ByEmergency(emergency) if emergency is not None else Unexplained(_why(entry))
    if visit is None or visit.case is None:
        return ByRight(entry.case)
    if visit.closed is not None and entry.at >= visit.closed:
        return Unexplained("Masuk dengan izin kunjungan yang sudah ditutup.")
    return ByVisit(visit.case, visit.parent, visit.parent_step)


NO_ORDER = "Pintu dibuka dengan perintah yang tidak tercatat pada kantor ini."


def _why(entry: Entry) -> str:
    if entry.forced:
        return "Pintu dibuka paksa tanpa catatan keadaan darurat."
    if entry.case is None:
        return "Pintu dibuka oleh izin yang tidak dikenal."
    return "Kartu darurat digunakan tanpa catatan akses darurat."
