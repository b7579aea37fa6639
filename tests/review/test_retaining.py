"""Purging by rule: what goes, what still verifies, what a hold keeps, what the clock does."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update

from card_registry import canonical
from card_registry.circumstances import Circumstances
from card_registry.instant import DAY
from card_registry.journal.dropping import FILE, decode_order
from card_registry.journal.event import DoorChanged, Started, Tapped, Versions
from card_registry.stores.ledger import dropped, event
from card_registry.words import (
    CardId,
    CardStatus,
    CaseId,
    CredentialKind,
    DoorId,
    GrantId,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from mqtt_bridge.dropping import Dropper
from review.access import Refused
from review.case import CaseState
from review.export.wanted import EventsWanted, Subject, as_json, from_json
from review.follow import Follower
from review.form import Faulty, Filled
from review.leaving import Departure, Leaving
from review.people import SYSTEM
from review.retention import Kind, Rules
from review.store import (
    audit,
    case_chain,
    departures,
    exports,
    occurrences,
    papers,
    personal,
    retention,
    retention_people,
    visits,
)
from review.store.exports import Export
from review.store.occurrences import Question
from review.store.transaction import reading, writing
from review.tables import card, case_file, case_row, document, grant, holder, notice, session
from review.tables_retention import note_seal, paper_salt, purged
from review.visits import Guest, Plan, Visit, VisitState
from review.workflow import personal as rights
from review.workflow import retaining
from review.workflow.personal import Correction
from tests.review.conftest import STORES, opened_world
from tests.review.removals import standing_right, walk
from tests.review.world import NOON, World

YEARS = 6 * 366 * DAY
DOOR = DoorId("ruang-server")


def tap(world: World) -> Tapped:
    """Give a tap of the holder who has a right."""
    right, plastic = standing_right(world)
    return Tapped(
        DOOR, ReaderId("masuk"), Side.IN, CredentialKind.PKOC, Tier.PUBLIC_KEY, "nama", True, Reason.GRANTED,  # noqa: FBT003
        Circumstances(), Versions(), CardId(plastic.id), right.terms.holder, GrantId(right.terms.id),
    )  # fmt: skip


@pytest.fixture(scope="module")
def old_stores(tmp_path_factory: pytest.TempPathFactory, granted_stores: Path) -> Path:
    """Make the stores of an office whose one case and right are over, with some events, to be copied."""
    folder = tmp_path_factory.mktemp("old")
    for name in STORES:
        (folder / name).write_bytes((granted_stores / name).read_bytes())
    with opened_world(folder, random.Random(11).randbytes) as world:
        age(world)
        for engine in (world.office.store, world.office.registry, world.office.ledger):
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder


@pytest.fixture
def old(tmp_path: Path, old_stores: Path) -> Iterator[World]:
    """Give that office six years later."""
    for name in STORES:
        (tmp_path / name).write_bytes((old_stores / name).read_bytes())
    with opened_world(tmp_path, random.Random(12).randbytes) as world:
        world.clock.now += YEARS
        yield world


def age(world: World) -> None:
    """End the one case and right of an office, let doors tell of some taps, and let six years pass."""
    walk(world, granted_case(world), ("operator", "selesai"), ("pemohon", "selesai"))
    one = tap(world)
    world.outside.happen(Started("door", "start"), one, DoorChanged(DOOR, "open", "card"), one)
    Follower(world.office).once()
    with writing(world.office.store) as connection:
        connection.execute(update(card).values(status=CardStatus.DESTROYED.value))
    world.clock.now += YEARS


def granted_case(world: World) -> CaseId:
    """Give the case of the one right."""
    with reading(world.office.store) as connection:
        return CaseId(connection.scalars(select(grant.c.case)).one())


def purge(world: World, kind: Kind, login: str = "admin") -> tuple[retention.Recorded, ...] | Refused:
    """Purge on the word of a dry run."""
    code = retaining.preview(world.office, kind).code
    return retaining.purge(world.office, world.person(login), kind, code)


def done(world: World, kind: Kind) -> dict[str, int]:
    """Purge, and give what went."""
    made = purge(world, kind)
    assert not isinstance(made, Refused), made
    return {one.what: one.count for each in made for one in each.decision.counted}


def hub(world: World, floor_days: int = 1825) -> int:
    """Let a hub obey the paper once, and the office look."""
    gone = Dropper(world.office.ledger, world.office.run, floor_days).turn(world.clock())
    retaining.settle(world.office)
    return gone


def test_a_purge_of_entries_takes_bytes_and_keeps_leaves(old: World) -> None:
    """The hub drops taps and doors, not the start; copies are gone; leaves, digest and chain still agree."""
    office = old.office
    with reading(office.ledger) as connection:
        leaves = connection.execute(select(event.c.seq, event.c.leaf).order_by(event.c.seq)).all()
    assert done(old, Kind.ENTRIES)["peristiwa pintu"] == 3
    order = decode_order((office.run / FILE).read_bytes())
    assert [(span.first, span.last) for span in order.spans] == [(1, 3)]
    with reading(office.store) as connection:
        kept = occurrences.asked(connection, Question())
        assert retention.waiting(connection) is not None
    assert [one.occurrence.kind for one in kept] == ["started"]
    assert hub(old) == 3
    assert not (office.run / FILE).exists()
    with reading(office.ledger) as connection:
        rows = connection.execute(select(event.c.seq, event.c.leaf, event.c.body).order_by(event.c.seq)).all()
        entered = connection.execute(select(dropped.c.rows, dropped.c.link)).one()
    assert [(row.seq, row.leaf) for row in rows] == [(row.seq, row.leaf) for row in leaves]
    assert [bool(row.body) for row in rows] == [True, False, False, False]
    assert entered == (3, order.link)
    assert retaining.verify(office) == ()
    with writing(office.ledger) as connection:
        connection.execute(update(event).where(event.c.seq == 2).values(leaf=b"x" * 32))
    assert "tidak cocok" in retaining.verify(office)[0]


def test_a_record_of_an_old_file_forgets_whose_name_was_looked_for(old: World) -> None:
    """Who took what, and by which other filters, stays; a file of this year keeps its filter whole."""
    asked = EventsWanted(named="pemegang", unit="Dinas Contoh")
    with writing(old.office.store) as connection:
        for code, at in (("LAMA", NOON), ("BARU", old.clock())):
            exports.begin(connection, Export(code, SYSTEM, Subject.EVENTS, "csv", as_json(asked), at))
    done(old, Kind.ENTRIES)
    with reading(old.office.store) as connection:
        kept = {code: exports.find(connection, code) for code in ("LAMA", "BARU")}
    read = {code: from_json(Subject.EVENTS, one.asked) for code, one in kept.items() if one is not None}
    assert read == {"LAMA": EventsWanted(unit="Dinas Contoh"), "BARU": asked}


def test_a_hub_keeps_what_arrived_within_its_own_floor(old: World) -> None:
    """An office that wants rows gone sooner than the hub's floor is not obeyed, and hears of it."""
    with writing(old.office.ledger) as connection:
        connection.execute(update(event).where(event.c.seq == 1).values(month=202611))
    done(old, Kind.ENTRIES)
    assert hub(old, floor_days=36_500) == 2, "what has no month arrived before months were noted"
    assert "masih disimpan hub" in retaining.verify(old.office)[0]


def test_a_row_that_arrived_late_is_not_old(old: World) -> None:
    """A controller's clock that was years behind makes no event old."""
    with writing(old.office.ledger) as connection:
        connection.execute(update(event).values(month=203211))
    made = purge(old, Kind.ENTRIES)
    assert not isinstance(made, Refused)
    assert [one.decision.spans for one in made] in ([], [()]), "the month of arrival counts"


def test_a_purged_row_is_followed_anew_as_purged(old: World) -> None:
    """An office that must read the ledger from its beginning learns that a row is gone by rule."""
    done(old, Kind.ENTRIES)
    hub(old)
    with writing(old.office.store) as connection:
        connection.exec_driver_sql("DELETE FROM occurrence")
        connection.exec_driver_sql("DELETE FROM follow")
    Follower(old.office).once()
    with reading(old.office.store) as connection:
        told = [one.occurrence.facts.detail for one in occurrences.asked(connection, Question())]
    assert told.count("dihapus menurut aturan") == 3


def test_a_case_loses_its_texts_and_its_chain_still_verifies(old: World) -> None:
    """Notes, forms, salts and messages go; steps, answers and hashes stay; the decision names the case."""
    case, office = granted_case(old), old.office
    with reading(office.store) as connection:
        marks = connection.execute(select(document.c.id, document.c.sha256)).all()
        steps = connection.execute(select(case_row.c.step, case_row.c.answer)).all()
    went = done(old, Kind.CASES)
    assert went["permohonan"] == 1
    assert went["catatan langkah"] >= 2
    assert went["isian formulir"] > 0
    with reading(office.store) as connection:
        assert case_chain.tampered(connection) == ()
        assert connection.execute(select(document.c.id, document.c.sha256)).all() == marks
        assert connection.execute(select(case_row.c.step, case_row.c.answer)).all() == steps
        assert set(connection.scalars(select(document.c.body))) == {b""}
        assert set(connection.scalars(select(paper_salt.c.salt))) == {""}
        assert set(connection.scalars(select(note_seal.c.salt))) == {""}
        assert set(connection.scalars(select(case_row.c.note))) == {""}
        assert connection.scalar(select(func.count()).select_from(notice)) == 0
        assert papers.newest(connection, case, "F01.pemohon", Filled) is None
        recorded = retention.recorded(connection)[0]
        trail = audit.newest(connection)[0]
    assert recorded.decision.cases == (case,)
    assert (trail.act, trail.subject) == ("retensi.hapus", "purge/1")
    assert trail.detail.endswith(recorded.link)


def test_a_changed_or_unexcused_row_is_found_after_a_purge(old: World) -> None:
    """A note put back, a step changed, or texts gone without a decision: each is reported with its row."""
    case = granted_case(old)
    done(old, Kind.CASES)
    with writing(old.office.store) as connection:
        connection.execute(update(case_row).where(case_row.c.position == 1).values(note="lain"))
        assert case_chain.tampered(connection) == ((case, 1),)
        connection.execute(update(case_row).where(case_row.c.position == 1).values(note=""))
        assert case_chain.tampered(connection) == ()
        connection.execute(update(case_row).where(case_row.c.position == 2).values(answer="lain"))
        assert case_chain.tampered(connection) == ((case, 2),)
        connection.rollback()
    with writing(old.office.store) as connection:
        connection.execute(purged.delete())
        assert case_chain.tampered(connection)[0][0] == case
        assert {one[0] for one in case_chain.changed_papers(connection)} == {case}
        connection.rollback()


def test_a_changed_form_is_found(old: World) -> None:
    """A text that its salted hash is not over is named by its case, form and version."""
    with writing(old.office.store) as connection:
        assert case_chain.changed_papers(connection) == ()
        body = connection.execute(select(document.c.id, document.c.body)).first()
        assert body is not None
        connection.execute(update(document).where(document.c.id == body.id).values(body=body.body + b" "))
    assert "diubah" in retaining.verify(old.office)[0]


def test_notes_of_before_salts_rest_on_their_kept_link(old: World) -> None:
    """A row that was hashed with its note in it is purged all the same, counted apart, and still excused."""
    office = old.office
    with writing(office.store) as connection:
        place = connection.execute(
            select(case_row.c.case, case_row.c.position).where(case_row.c.note != "")
        ).first()
        assert place is not None
        same = (note_seal.c.case == place.case) & (note_seal.c.position == place.position)
        connection.execute(note_seal.delete().where(same))
    assert done(old, Kind.CASES)["catatan tanpa garam"] == 1
    with reading(office.store) as connection:
        assert case_chain.tampered(connection) == ()


def test_the_history_of_a_right_in_force_is_kept(granted: World) -> None:
    """Nothing of a case goes while its right opens doors or its card is active, however old it is."""
    case = granted_case(granted)
    walk(granted, case, ("operator", "selesai"), ("pemohon", "selesai"))
    granted.clock.now += YEARS
    assert retaining.preview(granted.office, Kind.CASES).found.total == 0
    with writing(granted.office.store) as connection:
        connection.execute(update(card).values(status=CardStatus.DESTROYED.value))
    assert retaining.preview(granted.office, Kind.CASES).found.total == 1, "the right ended by its terms"
    with writing(granted.office.store) as connection:
        connection.execute(update(case_file).values(state=CaseState.RUNNING.value))
    assert isinstance(purge(granted, Kind.CASES), Refused)


@pytest.mark.parametrize(
    ("kind", "target"),
    [("orang", "pemegang contoh"), ("permohonan", ""), ("pintu", "Ruang Server"), ("semua", "")],
)
def test_a_hold_keeps_what_it_names_until_it_is_lifted(old: World, kind: str, target: str) -> None:
    """Events and history of the person, case or door stay; a lifted hold lets them go."""
    with reading(old.office.store) as connection:
        number = connection.scalar(select(case_file.c.number)) or ""
    named = number if kind == "permohonan" else target
    held = rights.hold(old.office, old.person("kadis"), kind, named, "Perkara 12/2026")
    assert not isinstance(held, Faulty | Refused), held
    for one in (Kind.ENTRIES, Kind.CASES):
        seen = retaining.preview(old.office, one).found
        assert seen.held >= 1, one
        assert isinstance(purge(old, one), Refused) or kind in {"permohonan", "orang"}
    with reading(old.office.store) as connection:
        assert [one.occurrence.kind for one in occurrences.asked(connection, Question())].count("tapped") == 2
    assert rights.lift(old.office, old.person("kadis"), held.id) == 1
    assert rights.lift(old.office, old.person("kadis"), held.id) == 0
    assert done(old, Kind.CASES)["permohonan"] == 1


def test_who_may_not_is_refused_with_a_sentence(old: World) -> None:
    """An auditor purges and holds nothing; a target that is nothing, or no paper, is refused."""
    auditor = old.person("auditor")
    assert isinstance(purge(old, Kind.CASES, "auditor"), Refused)
    assert isinstance(rights.hold(old.office, auditor, "semua", "", "Perkara 1"), Refused)
    assert isinstance(rights.lift(old.office, auditor, "x"), Refused)
    assert isinstance(retaining.change(old.office, auditor, Rules()), Refused)
    wrong = [("orang", "Siapa"), ("permohonan", "ARS"), ("pintu", "gudang"), ("lain", "x")]
    for kind, target in wrong:
        assert isinstance(rights.hold(old.office, old.person("admin"), kind, target, "Perkara 1"), Faulty)
    assert isinstance(rights.hold(old.office, old.person("admin"), "semua", "", "  \n"), Faulty)


def test_a_dry_run_is_good_for_one_state_only(old: World) -> None:
    """What changed since the dry run makes its code worthless, and nothing goes."""
    code = retaining.preview(old.office, Kind.CASES).code
    rights.hold(old.office, old.person("admin"), "pintu", "ruang-server", "Perkara 1")
    refused = retaining.purge(old.office, old.person("admin"), Kind.CASES, code)
    assert isinstance(refused, Refused)
    with reading(old.office.store) as connection:
        assert retention.count(connection) == 0


def test_the_clock_announces_and_purges_a_week_later(old: World) -> None:
    """Nothing goes unseen; longer rules in between count; what was announced is done once, by the program."""
    office = old.office
    assert retaining.look(office) == 0
    with reading(office.store) as connection:
        told = retention.announcements(connection)
    assert {Kind.ENTRIES, Kind.CASES} <= set(told)
    old.clock.now += 6 * DAY
    assert retaining.look(office) == 0
    retaining.change(office, old.person("admin"), Rules({Kind.CASES: 120}))
    old.clock.now += 2 * DAY
    assert retaining.look(office) >= 1
    with reading(office.store) as connection:
        made = retention.recorded(connection)
        assert Kind.CASES not in {one.decision.kind for one in made}
        assert {one.decision.person for one in made} == {SYSTEM}
        assert retention.announcements(connection) == {}
        assert retention.broken(connection) is None
    hub(old)
    assert retaining.look(office) == 0


def test_a_changed_decision_breaks_the_chain(old: World) -> None:
    """A record that says something else than it said is named by its number."""
    done(old, Kind.ENTRIES)
    done(old, Kind.CASES)
    with writing(old.office.store) as connection:
        assert retention.broken(connection) is None
        first = retention.numbered(connection, 1)
        assert first is not None
        other = canonical.encode(first.decision).replace(b'"months":60', b'"months":61')
        connection.exec_driver_sql("UPDATE purge SET body = ? WHERE number = 1", (other,))
        assert retention.broken(connection) == 1
        connection.exec_driver_sql("DELETE FROM purged")
        connection.exec_driver_sql("DELETE FROM purge WHERE number = 1")
        assert retention.broken(connection) == 1
        connection.rollback()


def test_nothing_is_left_of_a_holder_but_an_id(old: World) -> None:
    """Once case and events are purged the name goes as well; ids in grants and cards mean nobody."""
    right, _ = standing_right(old)
    who = right.terms.holder
    left = Departure("d" * 32, who, Leaving.RETIRED, old.office.today(), "SK Nama Orang", SYSTEM, NOON)
    with writing(old.office.store) as connection:
        departures.add(connection, left)
    assert retaining.preview(old.office, Kind.HOLDERS).found.total == 0
    done(old, Kind.ENTRIES)
    done(old, Kind.CASES)
    assert done(old, Kind.HOLDERS) == {"pemegang": 1}
    with reading(old.office.store) as connection:
        known = personal.identity(connection, who)
        entered = departures.find(connection, left.id)
    assert known is not None
    assert (known.name, known.unit, known.nip) == ("dihapus menurut aturan", "", "")
    assert entered is not None
    assert entered.one.basis == "dihapus menurut aturan"
    assert retaining.preview(old.office, Kind.HOLDERS).found.total == 0


def test_visitors_are_forgotten_and_the_visit_stays(old: World) -> None:
    """Names, agencies and purposes go; how many came, when and through which door stays."""
    office = old.office
    guests = (Guest("Tamu Satu", "PT Contoh", phone="08"), Guest("Tamu Dua", "PT"))
    plan = Plan("Memasang server", guests, doors=(DOOR,))
    case = granted_case(old)
    gone = Visit("e" * 32, case, "1", plan, VisitState.CLOSED, entered=NOON, left=NOON + 1, closed=NOON + 2)
    with writing(office.store) as connection:
        visits.add(connection, gone, NOON)
        assert {one.kind for one in personal.search(connection, "tamu satu")} == {"tamu"}
    held = rights.hold(office, old.person("kabid"), "pintu", "ruang-server", "Perkara 3")
    assert not isinstance(held, Faulty | Refused)
    assert retaining.preview(office, Kind.VISITORS).found.held == 1
    rights.lift(office, old.person("kabid"), held.id)
    assert done(old, Kind.VISITORS) == {"kunjungan": 1, "tamu": 2}
    with reading(office.store) as connection:
        kept = visits.find(connection, gone.id)
        assert kept is not None
        assert [guest.name for guest in kept.plan.guests] == ["dihapus menurut aturan"] * 2
        assert (kept.plan.doors, kept.entered, kept.left) == ((DOOR,), NOON, NOON + 1)
        assert "Contoh" not in kept.plan.purpose + kept.plan.guests[0].agency
        assert retention_people.visits_of(connection, [case]) == []
    assert isinstance(purge(old, Kind.VISITORS), Refused)


def test_messages_and_traces_go_by_their_own_rules(old: World) -> None:
    """Old messages and ended sessions go; a hold on everything keeps them."""
    with writing(old.office.store) as connection:
        row = {"digest": "a" * 64, "person": old.person("admin").id, "made": NOON, "seen": NOON}
        connection.execute(insert(session).values(**row, ends=NOON))
    held = rights.hold(old.office, old.person("admin"), "semua", "", "Perkara 1")
    assert not isinstance(held, Faulty | Refused)
    assert isinstance(purge(old, Kind.TRACES), Refused)
    rights.lift(old.office, old.person("admin"), held.id)
    assert done(old, Kind.TRACES) == {"sesi": 1}
    assert done(old, Kind.MESSAGES)["pesan kotak masuk"] > 0


def test_a_person_is_told_everything_and_may_be_corrected(granted: World) -> None:
    """All categories come with their rows; a correction changes the name in one place and no hash."""
    granted.outside.happen(tap(granted))
    Follower(granted.office).once()
    right, _ = standing_right(granted)
    told = rights.tell(granted.office, granted.person("auditor"), right.terms.holder, "data.buka")
    assert not isinstance(told, Refused)
    copy = rights.as_copy(granted.office, told)
    found = {one.name: len(one.rows) for one in told.categories}
    assert min(found[name] for name in ("Hak akses", "Kartu", "Permohonan", "Isian formulir")) > 0
    assert found["Peristiwa pintu"] == 1
    assert b"Pemegang Contoh" in canonical.encode(copy)
    wanted = Correction("Pemegang Benar", "Dinas Contoh", "", "Surat 45/2026")
    holder_id, auditor = right.terms.holder, granted.person("auditor")
    assert isinstance(rights.correct(granted.office, auditor, holder_id, wanted), Refused)
    assert rights.correct(granted.office, granted.person("admin"), holder_id, wanted) == ("name",)
    with reading(granted.office.store) as connection:
        assert case_chain.tampered(connection) == ()
        assert connection.scalar(select(holder.c.name)) == "Pemegang Benar"
        acts = [(one.act, one.detail) for one in audit.newest(connection, 3)]
    assert ("data.perbaiki", "name; Surat 45/2026") in acts
    bad = Correction("", "x" * 200, "123", "")
    faulty = rights.correct(granted.office, granted.person("admin"), right.terms.holder, bad)
    assert isinstance(faulty, Faulty)
    assert set(faulty.faults) == {"nama", "unit", "nip", "dasar"}
    assert isinstance(rights.tell(granted.office, granted.person("admin"), "0" * 32, "data.buka"), Refused)
