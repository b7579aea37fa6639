"""A draft that is sent back is written again at its step, and initialled again from the beginning."""

from collections.abc import Mapping

from review.access import Refused
from review.case import Advanced, Answer
from review.form import Faulty
from review.people import Role
from review.store import cases, issued
from review.store.transaction import reading
from review.workflow import documents, filling
from review.workflow.answering import Act, act
from tests.review.papers import CASE, HANDOVER, LETTER, case_at, staff, stands
from tests.review.world import World


def say(
    world: World, login: str, label: str = "selesai", note: str = "", given: Mapping[str, str] | None = None
) -> Advanced | Faulty | Refused:
    """Answer the present step as its page would."""
    world.clock.now += 1000
    with reading(world.office.store) as connection:
        file = cases.load(connection, CASE)
    assert file is not None
    verdict = Answer(file.case.step, file.case.attempt, label, note)
    typed = {name: [text] for name, text in (given or {}).items()}
    return act(world.office, world.person(login), CASE, Act(verdict, given=typed))


def offered(world: World) -> filling.Paper | None:
    """Give the form that the present step offers."""
    with reading(world.office.store) as connection:
        file = cases.load(connection, CASE)
        assert file is not None
        return filling.paper(connection, world.office, file.case)


def test_a_reply_that_is_sent_back_is_written_again(world: World) -> None:
    """Its page shows what was written; a change makes a new draft, which nobody has initialled."""
    staff(world, Role.KASI, Role.JFU)
    case_at(world, "S3.A", "7")
    assert isinstance(say(world, "jfu", given=LETTER), Advanced)
    assert isinstance(say(world, "kasi", "sesuai"), Advanced)
    say(world, "kabid", "tidak sesuai", "Alamat keliru.")
    say(world, "kasi", "tidak sesuai", "Alamat keliru.")
    assert stands(world) == "7"
    again = offered(world)
    assert again is not None
    assert not again.demanded
    assert again.ready["kepada"] == ("Kepala Dinas Kesehatan",)
    assert isinstance(say(world, "jfu", given={"kepada": "Direktur RSUD"}), Advanced)
    with reading(world.office.store) as connection:
        first, second = sorted(issued.of_case(connection, CASE), key=lambda one: one.version)
        assert not documents.signed(connection, world.office, second)
        assert len(documents.signed(connection, world.office, first)) == 1
    assert [one.number for one in (first, second)] == ["", ""]
    assert "Direktur RSUD" in str(second.sheet)
    for login, label in (("kasi", "sesuai"), ("kabid", "sesuai"), ("kadis", "selesai")):
        assert isinstance(say(world, login, label), Advanced)
    with reading(world.office.store) as connection:
        letter = issued.newest(connection, CASE, "F16")
    assert letter is not None
    assert (letter.version, letter.number) == (2, "001/SB/2026")


def test_minutes_are_drafted_by_the_office_and_signed_by_the_user(world: World) -> None:
    """S5.A: agreeing needs F05; the user's signature stands on exactly that; sending back needs none."""
    staff(world, Role.BMN)
    case_at(world, "S5.A", "11")
    assert isinstance(say(world, "bmn", "setuju"), Refused)
    minutes = HANDOVER | {"arah": "pemakaian-perangkat"}
    assert isinstance(say(world, "bmn", "setuju", given=minutes), Advanced)
    assert offered(world) is None
    assert isinstance(say(world, "pemohon"), Advanced)
    with reading(world.office.store) as connection:
        one = issued.newest(connection, CASE, "F05")
        assert one is not None
        [signed] = documents.signed(connection, world.office, one)
    assert (one.number, signed.role, signed.initial) == ("001/BAST/2026", Role.PEMOHON, False)
