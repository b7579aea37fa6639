"""The office on PostgreSQL: a case from form to card, and the follower's projection, as on SQLite."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select

from card_registry.instant import DAY
from card_registry.words import CaseId
from review.case import Advanced, CaseState
from review.follow import Follower
from review.notices.courier import Courier
from review.notices.parcel import ChannelName, ParcelState, Postponed
from review.store import attachments, cases, issued, outbox, recurring
from review.store.attachments import Attached
from review.store.explained import unexplained
from review.store.orders import OrderState
from review.store.transaction import reading
from review.tables import occurrence
from review.visits import Window
from review.visits.listing import Tab
from review.web.casework_list import listing, query_of
from review.web.span import days
from review.web.visitbook import book
from review.workflow import documents, emergency_watch, visit_log
from review.workflow.attaching import take_away
from review.workflow.recurring import begin_due
from review.workflow.reminding import remind
from tests.review.papers import CASE, HANDOVER, answer, case_at, fill, raced_numbers
from tests.review.rooms import furnished
from tests.review.test_attaching import LETTER, attached_at_once, put
from tests.review.test_emergency_watch import ENTRY as EMERGENCY
from tests.review.test_exchange import crowd
from tests.review.test_orders import given, now, obeyed, sign, wish
from tests.review.test_outbox import Way, reach
from tests.review.test_places import race
from tests.review.test_standing import ended_rights_are_left, meet
from tests.review.test_workflow import file_of, finished, opened, say
from tests.review.visitors import ENDS, NOON_DAY, entering, inside, registered, staffed, visit_of
from tests.review.walking_postgres import postgres_world
from tests.review.world import NOON, World


@pytest.fixture
def world(tmp_path: Path, offices: str) -> Iterator[World]:
    """Give an office whose three stores are schemas of one database."""
    with postgres_world(tmp_path, offices) as world:
        yield world


def test_a_case_runs_to_its_end(world: World) -> None:
    """Every act, the desk's result, the doors' confirmation and the last steps work on this database too."""
    case = finished(world)
    assert file_of(world, case).case.step == "6"
    ended_rights_are_left(world)
    say(world, case, "operator")
    say(world, case, "pemohon")

    assert file_of(world, case).case.state is CaseState.CLOSED
    with world.office.store.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(occurrence)) == 0


def test_an_order_finds_its_answer(world: World) -> None:
    """An order is given, numbered by the authority and answered by the door, as on SQLite."""
    order = given(world, "kabid", wish())
    sign(world, order)
    world.outside.happen(obeyed(order))

    assert now(world, order).state is OrderState.OBEYED


def test_messages_and_reminders_leave_once(world: World) -> None:
    """The outbox is claimed and marked, the daily turn taken once and the queue of a mail server kept."""
    reach(world, "pemohon")
    case = opened(world)
    way = Way([Postponed("nanti")])
    courier = Courier(world.office, {ChannelName.EMAIL: way})
    assert courier.once() == 1
    world.clock.now += 5 * DAY
    assert (courier.once(), remind(world.office), remind(world.office)) == (0, 1, 0)
    assert isinstance(say(world, case, "kadis"), Advanced)
    assert isinstance(say(world, case, "kabid", "ditolak", "tidak lengkap"), Advanced)
    assert courier.once() == 1
    with world.office.store.connect() as connection:
        states = [one.state for one in outbox.of_case(connection, CaseId(case))]
    assert states == [ParcelState.SENT, ParcelState.GIVEN_UP]


def test_ten_cases_at_once_get_each_place_once(world: World) -> None:
    """The stock's lock holds on this database as on SQLite."""
    race(furnished(world))


def test_one_person_and_one_server_are_entered_once(world: World) -> None:
    """Requests for one new person, and imports of one server, all at the same moment."""
    meet(world)
    crowd(furnished(world))


def test_a_visit_is_watched_and_explained(world: World) -> None:
    """A guest's entry is noted, explained and alarmed after the window; two visits never share a card."""
    office = staffed(world)
    case = inside(office)
    visit = visit_of(office, case)
    office.outside.happen(entering(visit), entering(None))
    office.clock.now = ENDS
    Follower(office.office).once()
    found = visit_of(office, case)
    assert (found.entered, found.alarmed) == (NOON, ENDS)
    with reading(office.office.store) as connection:
        (listed,) = unexplained(connection, NOON, ENDS)
    assert listed[0].occurrence.facts.case is None
    later = {"selesai": "2026-11-20T18:00"}
    number = file_of(office, visit.parent).number
    with ThreadPoolExecutor(4) as crowd:
        made = list(crowd.map(lambda _: registered(office, number, **later), range(4)))
    assert len({visit_of(office, one).holder for one in (case, *made)}) == 5


def test_what_begins_by_itself_begins_once(world: World) -> None:
    """Several consoles at once: one case for each period, one for each emergency."""
    begin_due(world.office)
    for day, look, wanted in ((1, emergency_watch.look, 1), (11, begin_due, 2)):
        world.clock.now = NOON + day * DAY - 2 * 3_600_000
        if look is emergency_watch.look:
            world.outside.happen(EMERGENCY)
            Follower(world.office).once()
        with ThreadPoolExecutor(6) as crowd:
            made = list(crowd.map(lambda _, look=look: look(world.office), range(6)))
        assert sum(made) == wanted
    with reading(world.office.store) as connection:
        begun = sorted(file.number for file in cases.running(connection))
        assert recurring.since(connection, "P6") is not None
    assert begun == ["DRT-2026-0001", "INV-2026-12", "LOG-2026-12"]


def test_documents_are_numbered_without_gaps_and_found_by_their_hash(world: World) -> None:
    """Issued, signed and read back as on SQLite; writers at once take numbers in a row."""
    case_at(world, "P5", "4")
    fill(world, "F05.A", HANDOVER)
    answer(world, world.person("pemohon"))
    with reading(world.office.store) as connection:
        [one] = issued.of_case(connection, CASE)
        assert issued.by_hash(connection, one.sha256) == one
        assert len(documents.signed(connection, world.office, one)) == 1
    assert raced_numbers(world) == [f"{number:03}/BAST/2026" for number in range(2, 10)]


def test_files_are_attached_and_visits_listed_as_on_sqlite(world: World) -> None:
    """Of many at once one is taken; a file comes back, and is taken away; visits stand in log and lists."""
    taken, said = attached_at_once(world)
    assert (len(taken), len(said)) == (1, 3)
    case = opened(world)
    one = put(world, case)
    with reading(world.office.store) as connection:
        assert attachments.body(connection, one.id) == LETTER.body
    assert isinstance(take_away(world.office, world.person("admin"), case, one.id, "x"), Attached)
    here = staffed(world)
    registered(here)
    span = Window(NOON - DAY, NOON + DAY)
    with reading(here.office.store) as connection:
        assert attachments.body(connection, one.id) is None
        (line,) = visit_log.lines(connection, here.office, span)
        shown = book(connection, here.office, here.person("pemohon"), Tab.TODAY, days("", "", NOON_DAY, 7))
    assert line[3] == "Tamu Contoh, PT Contoh"
    assert len(shown.rows) == 1


def test_lists_of_cases_are_narrowed_as_on_sqlite(world: World) -> None:
    """By words, state and turn; what no database takes is left out of what is looked for."""
    for _ in range(3):
        opened(world)
    kadis = world.person("kadis")
    asked = {
        "cari=ars-2026-0002": 1,
        "cari=pemegang": 3,
        "cari=%": 0,
        "keadaan=selesai": 0,
        "daftar=menunggu-saya": 3,
        "prosedur=S1.A\0": 3,
        "cari=ars\0-2026": 3,
    }
    with reading(world.office.store) as connection:
        for words, total in asked.items():
            name, _, value = words.partition("=")
            assert listing(connection, world.office, kadis, query_of({name: value})).total == total, words
        assert cases.procedures(connection) == ("S1.A",)
