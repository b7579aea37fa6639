"""Effects that tell people something: in their inbox on the console, and by e-mail where they have one.

Decisions:
    2026-11-21: a notification goes to the applicant, to the contact person whom the case's forms name by
    e-mail, and to whoever does the next step, because the sheet's sentences name now the one, now the other.
    2026-11-21: an announcement (F17) concerns the applicant's unit, the unit that owns the named server,
    everybody who has a step in the procedure, the contact persons on the forms, and the site's own lists
    (``announce_to``).
"""

from collections.abc import Callable, Iterable, Mapping

from sqlalchemy import func, select

from review.access import Refused
from review.case import standing
from review.form import Filled
from review.indonesian import local_text
from review.people import Person, Role
from review.procedure import END, Effect
from review.store import desks, inbox, inventory, outbox, papers, people
from review.store.outbox import Letter
from review.tables import case_file, procedure_version
from review.workflow.scene import Scene

MOST_ADDRESSES = 40
"""The most addresses without a person that one effect writes to."""


def tell_applicant(scene: Scene, text: str) -> None:
    """Tell the applicant of the case."""
    case = scene.advanced.case
    inbox.tell(scene.connection, Letter(case.id, text, scene.now), case.applicant or scene.person)


def notify(scene: Scene) -> None:
    """Tell how the request stands: the applicant, the contact person, and whoever acts next."""
    text = _status(scene)
    tell_applicant(scene, text)
    _write_to(scene, text, _contacts(scene))
    case = scene.advanced.case
    if case.step == END or case.here().role is Role.PEMOHON:
        return
    turn = Letter(case.id, f"Langkah {case.step} menunggu Anda: {case.here().activity}", scene.now)
    for person in people.everyone(scene.connection, scene.now):
        if case.here().role in person.roles and not isinstance(standing(case, person), Refused):
            inbox.tell(scene.connection, turn, person.id)


def _status(scene: Scene) -> str:
    """Say how the request stands: by its card, or by its decision and the words of this step."""
    case, done = scene.advanced.case, scene.advanced.done
    said = case.procedure.step(done.step).activity.strip(" .")
    decision = ""
    for row in reversed([done for done in case.history if done.counts()]):
        step = case.procedure.step(row.step)
        if {Effect.MAKE_CARD, Effect.REPLACE_CARD} & set(step.effects) and row.behalf is not None:
            ready = [job.label for job in desks.of_case(scene.connection, case.id)]
            if ready:
                return f"Permohonan Anda disetujui. Kartu {ready[0]} siap digunakan."
        if Effect.DECIDE_CASE in step.effects:
            decision = f"Status permohonan Anda: {row.answer}. {row.note}".strip()
            break
    grants = any(Effect.GRANT_ACCESS in step.effects for step in case.procedure.steps)
    if grants and decision:
        return decision
    return " ".join(part for part in (decision, f"{said}.", done.note) if part)


def queue(scene: Scene) -> None:
    """Tell the applicant and the contact person that the case waits, and at which place of the queue."""
    case, done = scene.advanced.case, scene.advanced.done
    said = case.procedure.step(done.step).activity.strip(" .")
    place = f"Permohonan Anda menunggu pada urutan ke-{_place(scene)} dalam antrean."
    text = " ".join(part for part in (f"{said}.", done.note, place) if part)
    tell_applicant(scene, text)
    _write_to(scene, text, _contacts(scene))


def _place(scene: Scene) -> int:
    """Give the case's place among those of its procedure that queue at the same step, the oldest first."""
    case, row = scene.advanced.case, case_file.c
    mine = scene.connection.execute(select(row.made, row.number).where(row.id == case.id)).one()
    before = (row.made < mine.made) | ((row.made == mine.made) & (row.number < mine.number))
    query = (
        select(func.count())
        .select_from(case_file)
        .join(procedure_version, procedure_version.c.fingerprint == row.fingerprint)
        .where(procedure_version.c.procedure == case.procedure.id, row.step == case.step, row.queued, before)
    )
    return 1 + (scene.connection.scalar(query) or 0)


def announce(scene: Scene) -> Refused | None:
    """Send the announcement of a stopped service (F17) to everybody concerned."""
    case = scene.advanced.case
    filled = papers.sheets(scene.connection, case.id, "F17")
    if filled is None:
        return Refused("Isi terlebih dahulu F17 (Pengumuman Penghentian Layanan Sementara).")
    kept = inventory.find(scene.connection, filled.one("server"))
    text = announcement(filled, kept.device.name if kept else filled.one("server"))
    letter = Letter(case.id, text, scene.now)
    for person in _concerned(scene):
        inbox.tell(scene.connection, letter, person.id)
    _write_to(scene, text, (*_contacts(scene), *scene.office.announce))
    return None


def announcement(filled: Filled, server: str = "") -> str:
    """Write F17 as a message; ``server`` is what the inventory calls the server it names."""
    contact = ", ".join(
        part for part in (filled.one("contact_person.nama"), filled.one("contact_person.hp")) if part
    )
    lines = (
        ("", f"Penghentian sementara layanan {filled.one('layanan')}"),
        ("Server", server),
        ("Mulai", local_text(filled.one("mulai"))),
        ("Selesai", local_text(filled.one("selesai"))),
        ("Dampak", filled.one("dampak")),
        ("Narahubung", contact),
    )
    return "\n".join(f"{name}: {words}" if name else words for name, words in lines if words)


def _concerned(scene: Scene) -> Iterable[Person]:
    """Give the people of the office whom a stopped service concerns."""
    case = scene.advanced.case
    roles = {step.role for step in case.procedure.steps} - {Role.PEMOHON}
    everybody = people.everyone(scene.connection, scene.now)
    units = {one.unit for one in everybody if one.id == case.applicant} | _owners(scene)
    acted = {done.actor() for done in case.history}
    for person in everybody:
        if person.unit in units or person.id in acted or not roles.isdisjoint(person.roles):
            yield person


def _owners(scene: Scene) -> set[str]:
    """Give the unit whose server the announcement names, as the inventory has it."""
    filled = papers.sheets(scene.connection, scene.advanced.case.id, "F17")
    kept = inventory.find(scene.connection, filled.one("server")) if filled else None
    return set() if kept is None else {kept.device.owner}


def _contacts(scene: Scene) -> tuple[str, ...]:
    """Give the e-mail addresses of the contact persons on the forms of the case and of its parent."""
    case = scene.advanced.case
    found: dict[str, None] = {}
    for id in (case.id, *([case.parent[0]] if case.parent else [])):
        for key in sorted(papers.filed(scene.connection, id)):
            if "." not in key:
                continue
            part = papers.newest(scene.connection, id, key, Filled)
            found.update(dict.fromkeys(part.values.get("contact_person.surel", ()) if part else ()))
    return tuple(found)


def _write_to(scene: Scene, text: str, addresses: Iterable[str]) -> None:
    """Write to people known by an address only, once each, and not where this act has just written."""
    case = scene.advanced.case
    known = outbox.written(scene.connection, case.id, scene.now)
    fresh = [one for one in dict.fromkeys(addresses) if one not in known]
    for address in fresh[:MOST_ADDRESSES]:
        outbox.post_to(scene.connection, Letter(case.id, text, scene.now), address)


WORK: Mapping[Effect, Callable[[Scene], Refused | None]] = {
    Effect.NOTIFY: notify,
    Effect.QUEUE_CASE: queue,
    Effect.ANNOUNCE: announce,
}
"""What each of these effects does."""
