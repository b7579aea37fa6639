"""A review as it runs: rows from the doors' numbers, silence that suspends, decisions at every door."""

from sqlalchemy import update

from card_registry.instant import DAY
from card_registry.words import CardStatus, CaseId, DoorId
from review.access import Refused
from review.campaign import Change, Item, Outcome, Recommendation, Scope
from review.case import CaseState
from review.people import Role
from review.store import campaigns, grants, inbox, papers, removals
from review.store.campaigns import Kept
from review.store.cards import CardRow
from review.store.removals import RemovalKind
from review.store.transaction import reading, writing
from review.tables_campaign import campaign_item
from review.workflow.beginning import begin_alone
from review.workflow.campaign_minutes import OpenRisk, leave_open, take_back_card
from review.workflow.campaign_opening import open_review
from review.workflow.campaign_rows import answer_row, decide_row
from review.workflow.campaign_silence import hush
from review.workflow.reminding import remind
from tests.review.removals import follow, say, standing_right, step, walk, withdrawn
from tests.review.world import World

DEADLINE = 7 * DAY
"""From the day of the campaign to the last day for answers: five working days."""


def opened(world: World) -> str:
    """Give a campaign's case as the clock begins it."""
    office = world.office
    with writing(office.store) as connection:
        return begin_alone(connection, office, office.procedure("P1"), ("2026-T4", "dimulai.")).id


def asked(world: World) -> str:
    """Give a campaign whose units were asked."""
    case = opened(world)
    walk(world, case, ("operator", "selesai"), ("kabid", "selesai"))
    return case


def row_of(world: World, case: str) -> Kept:
    """Give a campaign's only row."""
    with reading(world.office.store) as connection:
        (row,) = campaigns.rows(connection, case)
    return row


def answered(world: World, case: str, outcome: Outcome, login: str = "pemohon") -> Item | Refused:
    """Answer the only row."""
    place = (case, row_of(world, case).id)
    return answer_row(world.office, world.person(login), place, outcome, "masih diperlukan")


def decided(
    world: World, case: str, outcome: Outcome, change: Change | None = None, login: str = "kabid"
) -> Item | Refused:
    """Decide the only row."""
    place = (case, row_of(world, case).id)
    return decide_row(world.office, world.person(login), place, (outcome, "sesuai tugas"), change)


def states(world: World) -> list[str]:
    """Give how every right stands, the oldest first."""
    with reading(world.office.store) as connection:
        return [one.told(world.clock()) for one in reversed(grants.listed(connection))]


def test_a_campaign_begins_with_a_row_for_each_right(granted: World) -> None:
    """The snapshot has what the doors and the card say of every living right, and what the rules advise."""
    row = row_of(granted, opened(granted))
    assert (row.position, row.item.unit, row.item.rows) == (1, "Dinas Contoh", ())
    assert [card.status for card in row.evidence.cards] == [CardStatus.ACTIVE]
    assert row.evidence.last is None
    assert row.item.advice.recommendation is Recommendation.CHECK, "the unit has no server"


def test_units_answer_once_they_were_asked(granted: World) -> None:
    """Before the forms went out nobody answers; then the unit's people are told, with the last day."""
    case = opened(granted)
    early = answered(granted, case, Outcome.KEEP)
    assert isinstance(early, Refused)
    assert "belum disampaikan" in early.why
    walk(granted, case, ("operator", "selesai"), ("kabid", "selesai"))
    with reading(granted.office.store) as connection:
        told = inbox.messages(connection, granted.person("pemohon").id)
        assert "1 hak akses Dinas Contoh menunggu jawaban Anda sampai 27 November 2026" in told[0].text
    assert isinstance(answered(granted, case, Outcome.KEEP), Item)
    assert row_of(granted, case).item.rows[-1].outcome is Outcome.KEEP


def test_a_removed_right_leaves_every_door_before_the_step_is_done(granted: World) -> None:
    """The case waits in step 6 until the doors have confirmed the version without the right."""
    case = asked(granted)
    answered(granted, case, Outcome.REMOVE)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"))
    assert isinstance(say(granted, case, "kabid", "lengkap"), Refused), "one row is not decided"
    assert isinstance(decided(granted, case, Outcome.REMOVE), Item)
    walk(granted, case, ("kabid", "lengkap"), ("operator", "selesai"))
    given, _ = standing_right(granted)
    assert [id for _, id in withdrawn(granted)] == [given.terms.id]
    assert step(granted, case) == ("6", CaseState.WAITING)
    follow(granted)
    assert step(granted, case) == ("7", CaseState.RUNNING)
    assert states(granted) == ["dicabut"]


def test_silence_suspends_at_the_deadline_and_removes_after_the_grace(granted: World) -> None:
    """Nothing happens on the last day; then the right is suspended once, and later taken away for good."""
    case, begun = asked(granted), granted.clock.now
    granted.clock.now = begun + DEADLINE
    assert hush(granted.office) == 0
    granted.clock.now = begun + DEADLINE + DAY
    assert hush(granted.office) == 1
    assert hush(granted.office) == 0
    assert row_of(granted, case).item.outcome() is Outcome.SUSPEND
    assert states(granted) == ["beku"]
    granted.clock.now = begun + 2 * DEADLINE + DAY
    assert hush(granted.office) == 1
    assert hush(granted.office) == 0
    assert states(granted) == ["dicabut"]


def test_a_late_answer_gives_the_right_back_by_a_signed_grant(granted: World) -> None:
    """What silence suspended and the judge keeps comes back with the signature under "lengkap"."""
    case = asked(granted)
    granted.clock.now += DEADLINE + DAY
    hush(granted.office)
    follow(granted)
    answered(granted, case, Outcome.KEEP)
    decided(granted, case, Outcome.KEEP)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    old, new = standing_right(granted)[0], granted
    with reading(new.office.store) as connection:
        back = grants.listed(connection, case=case)[0]
    assert (back.terms.doors, back.terms.ends) == (old.terms.doors, old.terms.ends)
    assert states(granted) == ["dicabut", "diajukan"], "what was suspended came back under another name"
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    assert step(granted, case) == ("7", CaseState.RUNNING)


def test_a_right_that_silence_removed_comes_back_before_the_decision(granted: World) -> None:
    """Even after the second term: what is decided to stay stands at the doors when the minutes say so."""
    case = asked(granted)
    granted.clock.now += 2 * DEADLINE + DAY
    hush(granted.office)
    follow(granted)
    assert states(granted) == ["dicabut"]
    answered(granted, case, Outcome.KEEP)
    decided(granted, case, Outcome.KEEP)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    with reading(granted.office.store) as connection:
        (kept,) = grants.all_active(connection, granted.clock())
        (gone,) = removals.of_case(connection, CaseId(case))
    assert (kept.case, gone.restored) == (case, kept.terms.id)


def test_a_row_of_kabid_is_the_heads_and_nothing_is_given_by_it(granted: World) -> None:
    """The head decides it; nobody signs a right of their own, so a change or a return is asked for anew."""
    case = asked(granted)
    row = row_of(granted, case)
    with writing(granted.office.store) as connection:
        mine = update(campaign_item).where(campaign_item.c.id == row.id)
        connection.execute(mine.values(judge=Role.KADIS.value))
    refused = decided(granted, case, Outcome.KEEP)
    assert isinstance(refused, Refused)
    assert "Kepala Dinas" in refused.why
    given, _ = standing_right(granted)
    shorter = Change(given.terms.doors, given.terms.schedule, given.terms.ends - DAY)
    changed = decided(granted, case, Outcome.CHANGE, shorter, login="kadis")
    assert isinstance(changed, Refused)
    assert "permohonan akses baru" in changed.why
    granted.clock.now += DEADLINE + DAY
    hush(granted.office)
    assert isinstance(decided(granted, case, Outcome.KEEP, login="kadis"), Refused)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "sesuai"))
    assert isinstance(decided(granted, case, Outcome.REMOVE, login="kadis"), Item)
    walk(granted, case, ("kadis", "disahkan"))
    assert states(granted) == ["dicabut"]


def test_silence_looks_at_running_campaigns_only(granted: World) -> None:
    """One whose units were not asked, or that is over, is left alone."""
    opened(granted)
    granted.clock.now += 3 * DEADLINE
    assert hush(granted.office) == 0
    with reading(granted.office.store) as connection:
        assert campaigns.asked(connection) == ()


def test_a_narrowed_right_replaces_the_old_one(granted: World) -> None:
    """A change that narrows is signed with step 5, and the old right is withdrawn in step 6."""
    case = asked(granted)
    given, _ = standing_right(granted)
    wider = Change(given.terms.doors, given.terms.schedule, given.terms.ends + DAY)
    refused = decided(granted, case, Outcome.CHANGE, wider)
    assert isinstance(refused, Refused)
    assert "melampaui" in refused.why
    shorter = Change((DoorId("ruang-server"),), given.terms.schedule, given.terms.ends - 30 * DAY)
    assert isinstance(decided(granted, case, Outcome.CHANGE, shorter), Item)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    with reading(granted.office.store) as connection:
        (kept,) = grants.all_active(connection, granted.clock())
    assert kept.terms.ends == shorter.ends
    assert [id for _, id in withdrawn(granted)] == [given.terms.id]


def test_what_was_carried_out_only_grows_stricter(granted: World) -> None:
    """After "lengkap" a kept right can still be taken away, at once; a removed one is asked for anew."""
    case = asked(granted)
    decided(granted, case, Outcome.KEEP)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    assert isinstance(answered(granted, case, Outcome.KEEP), Refused)
    assert isinstance(decided(granted, case, Outcome.REMOVE), Item)
    assert states(granted) == ["dicabut"]
    late = decided(granted, case, Outcome.KEEP)
    assert isinstance(late, Refused)
    assert "permohonan akses baru" in late.why
    with reading(granted.office.store) as connection:
        assert grants.listed(connection)[0].removed is RemovalKind.REMOVED


def carried_out(world: World, outcome: Outcome) -> str:
    """Give a campaign whose decision waits for the doors."""
    case = asked(world)
    decided(world, case, outcome)
    walk(world, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(world, case, ("operator", "selesai"))
    return case


def minutes(world: World, case: str) -> dict[str, str]:
    """Give what the minutes say."""
    with reading(world.office.store) as connection:
        filled = papers.sheets(connection, CaseId(case), "F18")
    assert filled is not None
    return {name: " ".join(texts) for name, texts in filled.values.items()}


def test_a_review_ends_with_its_cards_collected_and_its_minutes_signed(granted: World) -> None:
    """Every card whose holder lost the right comes back one by one; the head's signature locks the rows."""
    case = carried_out(granted, Outcome.REMOVE)
    follow(granted)
    _, card = standing_right(granted)
    early = say(granted, case, "operator")
    assert isinstance(early, Refused)
    assert card.number in early.why
    operator = granted.person("operator")
    assert isinstance(take_back_card(granted.office, operator, (case, card.id), "hilang"), CardRow)
    assert isinstance(take_back_card(granted.office, operator, (case, card.id), "hilang"), Refused)
    assert standing_right(granted)[1].status is CardStatus.LOST
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "sesuai"))
    assert minutes(granted, case)["dicabut"] == "1"
    assert minutes(granted, case)["penerapan"].startswith("1 dari 1 pencabutan")
    assert "risiko" not in minutes(granted, case)
    walk(granted, case, ("kadis", "disahkan"), ("operator", "selesai"))
    assert step(granted, case)[1] is CaseState.CLOSED
    assert row_of(granted, case).item.is_ratified()


def test_a_door_out_of_reach_is_an_open_risk_in_the_minutes(granted: World) -> None:
    """The operator lets the review go on with a reason; the minutes name what no door confirmed yet."""
    case = carried_out(granted, Outcome.REMOVE)
    kabid, operator = granted.person("kabid"), granted.person("operator")
    assert isinstance(leave_open(granted.office, kabid, case, "gardu padam"), Refused)
    assert isinstance(leave_open(granted.office, operator, case, "  "), Refused)
    risk = leave_open(granted.office, operator, case, "gardu padam")
    assert isinstance(risk, OpenRisk)
    assert risk.unconfirmed == 1
    assert isinstance(leave_open(granted.office, operator, case, "gardu padam"), Refused)
    _, card = standing_right(granted)
    take_back_card(granted.office, operator, (case, card.id), "baik")
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"))
    assert "gardu padam" in minutes(granted, case)["risiko"]
    assert minutes(granted, case)["penerapan"].startswith("0 dari 1")


def test_minutes_sent_back_ratify_nothing(granted: World) -> None:
    """The head who returns the minutes locks no row."""
    case = carried_out(granted, Outcome.KEEP)
    follow(granted)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "sesuai"))
    walk(granted, case, ("kadis", "dikembalikan"))
    assert not row_of(granted, case).item.is_ratified()


def test_units_are_reminded_before_and_after_and_the_head_at_the_end(granted: World) -> None:
    """Three and one working days before and one after, each once; afterwards the head hears of it."""
    asked(granted)
    heard: dict[str, list[str]] = {"pemohon": [], "kadis": []}
    for days in range(12):
        granted.clock.now += DAY if days else 0
        remind(granted.office)
        remind(granted.office)
    with reading(granted.office.store) as connection:
        for login, texts in heard.items():
            told = inbox.messages(connection, granted.person(login).id)
            texts += [
                one.text for one in reversed(told) if "review RVW" in one.text or "Review RVW" in one.text
            ]
    assert [text[:14] for text in heard["pemohon"]] == ["Pengingat H-3:", "Pengingat H-1:", "Batas jawaban "]
    assert len(heard["kadis"]) == 1
    assert "1 hak akses dari 1 unit kerja tidak dijawab" in heard["kadis"][0]


def test_a_review_is_opened_for_an_event_by_those_who_may(granted: World) -> None:
    """A unit, a door or a holder is reviewed out of turn, with the reason; nothing without any right."""
    admin, office = granted.person("admin"), granted.office
    unit = Scope(unit="Dinas Contoh")
    for person, scope, why, said in (
        (granted.person("operator"), unit, "mutasi", "tidak berwenang"),
        (admin, unit, " ", "Sebutkan peristiwa"),
        (admin, Scope(), "mutasi", "Pilih unit kerja"),
        (admin, Scope(unit="Dinas Lain"), "mutasi", "Tidak ada hak"),
        (admin, Scope(door="gudang"), "mutasi", "Tidak ada hak"),
    ):
        refused = open_review(office, person, scope, why)
        assert isinstance(refused, Refused)
        assert said in refused.why
    case = open_review(office, admin, unit, "mutasi pegawai")
    assert not isinstance(case, Refused)
    assert row_of(granted, case).item.unit == "Dinas Contoh"
    with reading(office.store) as connection:
        held = campaigns.find(connection, case)
    assert held is not None
    assert held.span.months() == ("2026-08", "2026-12")
