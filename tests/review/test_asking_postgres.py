"""An auditor's questions on PostgreSQL: each is asked of the same books and answered alike."""

from review.store import cards, grants
from review.store.transaction import reading
from review.web.ask_about import TELLERS
from review.web.ask_between import approved, changed
from review.web.ask_door import DoorQuestion, who_could
from review.web.ask_finding import find
from review.web.ask_signs import SignQuestion, signs
from review.web.ask_week import read_draw, sampled
from review.web.span import days
from tests.review.test_asking_pages import entered
from tests.review.test_postgres import world
from tests.review.test_workflow import finished
from tests.review.world import NOON, World

__all__ = ["world"]


def test_every_question_is_answered_there_too(world: World) -> None:
    """The right, its card and its taps are told as on SQLite."""
    finished(world)
    entered(world, 3)
    office, week = world.office, days("2026-11-16", "2026-11-22", world.office.today(), 7)
    with reading(office.store) as connection:
        right, card = grants.listed(connection)[0], cards.listed(connection)[0]
        who = who_could(connection, office, DoorQuestion("ruang-server", NOON + 3_600_000))
        assert who.facts[0][0] == "Dapat masuk"
        assert changed(connection, office, week).tables[0].rows
        assert approved(connection, office, week, None).tables[0].rows
        assert (
            len(
                sampled(connection, office, read_draw("a", "2026-11-16", "2026-11-22", week.last))
                .tables[0]
                .rows
            )
            == 4
        )
        assert signs(connection, office, SignQuestion(week)).tables[2].rows
        assert find(connection, "krt").tables[0].rows
        things = {"orang": right.terms.holder, "kartu": card.id, "kasus": right.case, "akun": right.approver}
        for kind, id_ in things.items():
            assert TELLERS[kind](connection, office, id_) is not None
        assert TELLERS["perangkat"](connection, office, "0" * 32) is None
