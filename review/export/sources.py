"""From what somebody wants to a table that can be read: its title, its columns, where its rows come from."""

from functools import partial
from typing import assert_never

from review.access import Refused
from review.export import access_list, case_list, door_events, trail, unexplained
from review.export.table import Source, turns_of
from review.export.wanted import AccessWanted, CasesWanted, EventsWanted, TrailWanted, Which, told
from review.office import Office
from review.store.transaction import reading

Tabular = EventsWanted | AccessWanted | CasesWanted | TrailWanted

AT_ONCE = 1_000


def source_of(office: Office, wanted: Tabular) -> Source | Refused:
    """Give the table of what is wanted, nothing of an unbounded one read yet, or why there is none."""
    signs, zone = {str(sign.id): sign.label for sign in office.doors}, office.zone()
    facts = told(wanted, signs, zone)
    match wanted:
        case EventsWanted():
            doubted = wanted.which is Which.UNEXPLAINED
            over = unexplained.refusal(office.store, wanted) if doubted else None
            if over is not None:
                return over
            module = unexplained if doubted else door_events
            return Source(
                "Peristiwa pintu",
                facts,
                door_events.COLUMNS,
                partial(module.turns, office.store, wanted, signs),
                partial(module.count, office.store, wanted),
            )
        case AccessWanted():
            return _access(office, wanted, facts)
        case CasesWanted():
            titles = {id_: table.title for id_, table in office.procedures.items()}
            return Source(
                "Daftar permohonan",
                facts,
                case_list.COLUMNS,
                partial(case_list.turns, office.store, wanted, titles, zone),
                partial(case_list.count, office.store, wanted),
            )
        case TrailWanted():
            return Source(
                "Jejak audit",
                facts,
                trail.COLUMNS,
                partial(trail.turns, office.store, wanted, zone),
                partial(trail.count, office.store, wanted),
            )
        case _:
            assert_never(wanted)


def _access(office: Office, wanted: AccessWanted, facts: tuple[tuple[str, str], ...]) -> Source:
    with reading(office.store) as connection:
        rows = access_list.rows(connection, office, wanted)
    return Source(
        "Daftar akses",
        facts,
        access_list.COLUMNS,
        partial(turns_of, rows, AT_ONCE),
        lambda most: min(len(rows), most + 1),
    )
