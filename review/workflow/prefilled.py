"""What a form says before anybody types: F08 and the rows of F06 from the inventory, and more.

F13 comes from its visit, F15 from its holder, F19 from what the doors wrote.

Whoever fills the form may say otherwise where the form lets them; what a place is worth is decided again when
the answer is given (``places.check_place``).
"""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from review.case import Case
from review.form import Filled
from review.inventory import DeviceStatus, available
from review.inventory.sheets import Expected, checklist, draft, need_of, spelled
from review.office import Office
from review.procedure import Effect
from review.store import cases, emergencies, holders, inventory, papers, visits
from review.store.inventory import DRAFT
from review.store.occurrences import Question
from review.visits import suggested
from review.visits.reading import local
from review.workflow.places import days_end, form_of, found_none

COMPANION = 120_000
"""How long before an emergency's entry its first card may have waited for a second, in milliseconds."""

NO_PLACE_LEFT = (
    "Hasil pemeriksaan menyatakan tempat tidak tersedia, sehingga balasan tidak dapat menyatakan diterima."
)

SUGGESTED = frozenset({"F05", "F16"})
"""Forms that the program only drafts: what people wrote in one that was sent back stands."""

Ready = Mapping[str, Sequence[str]]
Contradictions = Mapping[tuple[str, str, str], str]


def ready(connection: Connection, office: Office, case: Case, codes: Collection[str]) -> Ready:
    """Give what the program fills of a step's form, field by field."""
    filled = None
    if "F08" in codes:
        filled = _checklist(connection, office, case)
    elif "F06" in codes and papers.sheets(connection, case.id, "F06") is None:
        draft = papers.newest(connection, case.id, DRAFT, Filled)
        filled = _brought(connection, office, case) if draft is None else _still_here(connection, draft)
    elif "F13" in codes:
        filled = _visit(connection, office, case)
    elif "F05" in codes:
        filled = _handover(connection, office, case)
    elif "F16" in codes:
        filled = _letter(connection, office, case)
    elif "F15" in codes:
        filled = _receipt(connection, office, case)
    elif "F19" in codes and not case.history:
        filled = _emergency(connection, office, case)
    return {} if filled is None else filled.values


def _still_here(connection: Connection, draft: Filled) -> Filled:
    """Leave out of a month's draft the servers that went home since: they are not there to be checked."""
    here = {option.value for option in inventory.server_options(connection)}
    rows: dict[str, dict[str, tuple[str, ...]]] = {}
    kept: dict[str, tuple[str, ...]] = {}
    for name, texts in draft.values.items():
        field, _, rest = name.partition(".")
        number, _, column = rest.partition(".")
        if field == "server" and column:
            rows.setdefault(number, {})[column] = texts
        else:
            kept[name] = texts
    standing = [row for _, row in sorted(rows.items(), key=_by_number) if set(row.get("server", ())) <= here]
    for place, row in enumerate(standing):
        kept |= {f"server.{place}.{column}": texts for column, texts in row.items()}
    return Filled(kept)


def _by_number(row: tuple[str, object]) -> int:
    return int(row[0])


def _checklist(connection: Connection, office: Office, case: Case) -> Filled | None:
    request = form_of(connection, case, "F07")
    if request is None:
        return None
    stock = inventory.load(connection, office.clock(), besides=case.id)
    found = available(stock, need_of(request))
    until = days_end(connection, office, office.clock())
    return checklist(found, stock.racks, until, "", given=found.available)


def _visit(connection: Connection, office: Office, case: Case) -> Filled | None:
    """Give what is known of a visit but its people and things, which are typed as a whole or not at all."""
    visit = visits.of_case(connection, case.id)
    parent = None if visit is None else cases.load(connection, visit.parent)
    if visit is None or parent is None:
        return None
    if visit.entered is not None:
        return Filled({"masuk": (local(visit.entered, office.zone()),)})
    known = suggested(visit.plan, parent.number, office.zone())
    return Filled(
        {name: texts for name, texts in known.items() if "." not in name}
        if not any(done.counts() for done in case.history)
        else {}
    )


def _handover(connection: Connection, office: Office, case: Case) -> Filled | None:
    """Give the handover of a server that comes: who brings what, where to; its serial is read from itself."""
    request = form_of(connection, case, "F07")
    effects = {effect for step in case.procedure.steps for effect in step.effects}
    if request is None or Effect.INVENTORY_ADD not in effects:
        return None
    stock = inventory.load(connection, office.clock())
    kept = next((one for one in stock.reservations if one.case in _origin(case)), None)
    said = {f"pihak_pertama.{name}": text for name, text in request.person("penanda_tangan").items()}
    said |= {"arah": "penitipan", "tanggal": office.today().isoformat(), "dasar": request.one("nomor")}
    said |= {"lokasi": "" if kept is None else kept.claim.place.words(stock.racks)}
    said |= {"barang.0.nama": f"Server {request.one('bentuk')}".strip(), "barang.0.merk": request.one("merk")}
    said |= {"barang.0.jumlah": "1", "barang.0.satuan": "unit"}
    return Filled({name: (text,) for name, text in said.items() if text})


def _receipt(connection: Connection, office: Office, case: Case) -> Filled | None:
    """Give whose card a receipt is about; which card, and how it came back, only who holds it can say."""
    file = cases.load(connection, case.id)
    if file is None or file.holder is None:
        return None
    said = {"nama": file.holder_name, "unit": file.holder_unit, "tanggal": office.today().isoformat()}
    said |= {"nip": holders.nips(connection).get(file.holder, "")}
    if Effect.COLLECT_CARD in case.here().effects:
        said |= {"tindakan": "dikembalikan"}
    return Filled({name: (text,) for name, text in said.items() if text})


def _letter(connection: Connection, office: Office, case: Case) -> Filled | None:
    """Give the reply that follows from what was found: to whom, whether accepted, at which address."""
    request = form_of(connection, case, "F07")
    if request is None:
        return None
    stock = inventory.load(connection, office.clock())
    kept = next((one for one in stock.reservations if one.case == case.id), None)
    said = {
        "hal": f"Balasan: {request.one('perihal')}"[:200],
        "kepada": request.one("instansi"),
        "hasil": "tidak-diterima" if found_none(case) else "diterima",
        "ip": "" if kept is None else next(iter(kept.claim.addresses), ""),
        "port": "" if found_none(case) else request.one("port"),
    }
    return Filled({name: (text,) for name, text in said.items() if text})


def contradictions(case: Case, codes: Collection[str]) -> Contradictions:
    """Give what a form may not say after what was answered before, each with its sentence."""
    if "F16" not in codes or not found_none(case):
        return {}
    return {("F16", "hasil", "diterima"): NO_PLACE_LEFT}


def _emergency(connection: Connection, office: Office, case: Case) -> Filled | None:
    """Give what the doors wrote of an emergency: from when, which doors, whose cards; None for nothing."""
    doors = emergencies.of_case(connection, case.id)
    if not doors:
        return None
    begins, names = min(one.begins for one in doors), list[str]()
    for one in doors:
        span = Question(door=one.door, since=one.begins - COMPANION, until=one.ends)
        names += [listed.holder_name for listed in emergencies.entries(connection, span)]
        names += [listed.holder_name for listed in emergencies.companions(connection, span)]
    people = enumerate(dict.fromkeys(name for name in names if name))
    return Filled(
        {
            "waktu": (local(begins, office.zone()),),
            "pintu": tuple(one.door for one in doors),
            **{f"orang.{number}.nama": (name,) for number, name in people},
        }
    )


def _brought(connection: Connection, office: Office, case: Case) -> Filled | None:
    """Draft F06 of what the case that began this one brought in; None where it brought nothing."""
    stock = inventory.load(connection, office.clock())
    came = {one.device.id for one in inventory.devices(connection) if one.case in _origin(case)}
    mine = [one for one in stock.devices if one.id in came]
    return draft(office.today(), "", mine, ()) if mine else None


def _origin(case: Case) -> tuple[str, ...]:
    return (case.id,) if case.parent is None else (case.id, case.parent[0])


def expected(connection: Connection, office: Office, case: Case, codes: Collection[str]) -> Expected | None:
    """Give what the handover of a case must agree with; None where the case moves no device."""
    effects = {effect for step in case.procedure.steps for effect in step.effects}
    if "F05" not in codes or effects.isdisjoint({Effect.INVENTORY_ADD, Effect.INVENTORY_REMOVE}):
        return None
    request = form_of(connection, case, "F07")
    stock = inventory.load(connection, office.clock())
    here = [one.serial for one in stock.devices if one.status is not DeviceStatus.RETURNED]
    asked = "" if request is None else spelled(request.one("nomor_seri"))
    return Expected(Effect.INVENTORY_ADD in effects, asked, frozenset(map(spelled, here)))
