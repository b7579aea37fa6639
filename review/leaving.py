"""Whose rights should go, and why, before anybody asks: the rules by which the program proposes removals.

A proposal is a case of its own (P2) that people decide; nothing here takes a right away. Each rests on a
*basis*, and the same basis is proposed once: what was rejected stays rejected until something new happens.

Decisions:
    2026-11-21: who leaves is entered by the office (a decree, a letter), because no program may guess it;
    what the program finds by itself are accounts closed, cards whose right is over, units without a server.
    A right asked for because of one server is proposed by the case that took the server out (``asset``).
    2026-11-21: of several reasons for one holder the first of ``Rule`` counts, and one case is proposed.
    2026-11-21: a right given after a departure was entered is not touched by it: whoever gave it knew.
    2026-11-21: a proposal is urgent, so that the operator suspends before anybody decides, only where a
    person has left the service. It is made on the day, not before: a chain begun early and delayed would let
    the right outlive the service. A transfer is proposed at once and carried out on its day.

Pure.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from card_registry.words import HolderId, PersonId
from review.indonesian import day_text


class Leaving(StrEnum):
    """How somebody goes, in the words of form F04."""

    MOVED = "mutasi"
    RETIRED = "pensiun"
    LEFT = "berhenti"
    DONE = "selesai-tugas"


WORDS: Mapping[Leaving, str] = {
    Leaving.MOVED: "Mutasi",
    Leaving.RETIRED: "Pensiun",
    Leaving.LEFT: "Berhenti",
    Leaving.DONE: "Selesai tugas",
}

OUT = frozenset({Leaving.RETIRED, Leaving.LEFT})
"""Who has left the service: their accounts are closed on the day, their rights suspended at once."""


class Rule(StrEnum):
    """The rules, the strongest first."""

    DEPARTURE = "kepergian tercatat"
    CLOSED = "akun ditutup"
    EMPTIED = "server unit habis"
    OVER = "masa berlaku berakhir"


EXPLAINED: Mapping[Rule, str] = {
    Rule.DEPARTURE: "Kantor mencatat mutasi, pensiun, pemberhentian, atau selesainya tugas pemegang, dan "
    "pemegang masih mempunyai izin yang diberikan sebelum pencatatan itu.",
    Rule.CLOSED: "Semua akun konsol pemegang sudah ditutup, tetapi izinnya masih berlaku.",
    Rule.EMPTIED: "Unit kerja pemegang pernah menempatkan server, dan tidak satu pun masih berada di ruang "
    "server.",
    Rule.OVER: "Semua izin pemegang sudah berakhir masa berlakunya, tetapi kartunya masih di tangannya.",
}


@dataclass(frozen=True, slots=True)
class Departure:
    """Somebody goes: who, how, the first day without the right, on which paper, entered by whom and when."""

    id: str
    holder: HolderId
    kind: Leaving
    effective: date
    basis: str
    person: PersonId
    made: int


@dataclass(frozen=True, slots=True)
class Right:
    """A right that nothing denies: its id, and when it was given."""

    id: str
    made: int


@dataclass(frozen=True, slots=True)
class Holding:
    """What one holder has now: living rights, and cards that are out; ``until`` is when the last right ended.

    ``accounts`` are the holder's accounts on the console, each with whether it is open.
    """

    holder: HolderId
    unit: str
    rights: tuple[Right, ...]
    cards: tuple[str, ...] = ()
    until: int | None = None
    accounts: Mapping[str, bool] | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """One removal to be proposed: whose rights (none named: all), why, from which day, how urgent.

    ``asker`` is in whose name it is asked for, None for the program's own.
    """

    holder: HolderId
    rule: Rule
    reason: str
    rights: tuple[str, ...]
    effective: date
    urgent: bool
    said: str
    basis: str
    asker: PersonId | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the office knows today: who leaves, which units have no server left.

    ``emptied`` names, by unit in one spelling, the devices that were here and are gone.
    """

    today: date
    now: int
    departures: tuple[Departure, ...] = ()
    emptied: Mapping[str, frozenset[str]] | None = None


def propose(holdings: Iterable[Holding], known: Known) -> tuple[Proposal, ...]:
    """Give what is to be proposed, at most one removal for each holder, in the order of the holders."""
    leaving: dict[HolderId, Departure] = {}
    for one in sorted(known.departures, key=lambda one: (one.made, one.id)):
        leaving[one.holder] = one
    found = (_of_one(one, leaving.get(one.holder), known) for one in holdings)
    return tuple(one for one in found if one is not None)


def _of_one(one: Holding, departure: Departure | None, known: Known) -> Proposal | None:
    asked = (
        _departed(one, departure, known),
        _closed(one, known),
        _emptied(one, known),
        _over(one, known),
    )
    return next((proposal for proposal in asked if proposal is not None), None)


def _departed(one: Holding, departure: Departure | None, known: Known) -> Proposal | None:
    if departure is None:
        return None
    before = tuple(right.id for right in one.rights if right.made <= departure.made)
    if not before:
        return None
    every, urgent = len(before) == len(one.rights), departure.kind in OUT
    if urgent and departure.effective > known.today:
        return None
    said = f"{WORDS[departure.kind]} terhitung {day_text(departure.effective)}, dasar: {departure.basis}."
    return Proposal(
        one.holder,
        Rule.DEPARTURE,
        departure.kind.value,
        () if every else before,
        max(departure.effective, known.today) if urgent else departure.effective,
        urgent,
        said,
        basis_of(one.holder, Rule.DEPARTURE, (departure.id,)),
        departure.person,
    )


def _closed(one: Holding, known: Known) -> Proposal | None:
    accounts = one.accounts or {}
    if not one.rights or not accounts or any(accounts.values()):
        return None
    said = "Akun konsol pemegang sudah ditutup, sedangkan izinnya masih berlaku."
    basis = basis_of(one.holder, Rule.CLOSED, tuple(accounts))
    return Proposal(
        one.holder, Rule.CLOSED, Leaving.LEFT.value, (), known.today, urgent=False, said=said, basis=basis
    )


def _emptied(one: Holding, known: Known) -> Proposal | None:
    devices = (known.emptied or {}).get(one.unit.casefold(), frozenset())
    if not one.rights or not devices:
        return None
    said = f"Unit kerja ini tidak lagi menempatkan server; {len(devices)} server sudah dikembalikan."
    basis = basis_of(one.holder, Rule.EMPTIED, devices)
    reason = "aset-dikembalikan"
    return Proposal(one.holder, Rule.EMPTIED, reason, (), known.today, urgent=False, said=said, basis=basis)


def _over(one: Holding, known: Known) -> Proposal | None:
    if one.rights or not one.cards or one.until is None or one.until > known.now:
        return None
    said = f"Masa berlaku semua izin sudah berakhir; {len(one.cards)} kartu masih di tangan pemegang."
    basis = basis_of(one.holder, Rule.OVER, one.cards)
    return Proposal(
        one.holder, Rule.OVER, Leaving.DONE.value, (), known.today, urgent=False, said=said, basis=basis
    )


def basis_of(holder: HolderId, rule: Rule, rests_on: Iterable[str]) -> str:
    """Give the digest (SHA-256, hex) of what a proposal rests on, in any order."""
    parts = "\0".join((holder, rule.value, *sorted(rests_on)))
    return hashlib.sha256(parts.encode()).hexdigest()
