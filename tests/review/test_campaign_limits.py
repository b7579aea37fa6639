"""A review's limits: who decides as a Plh., operators who stay, rights that end elsewhere, late silence."""

from card_registry.instant import DAY
from review.access import Refused
from review.campaign import Item, Outcome, Said, Scope
from review.case import CaseState
from review.people import Capacity, Role
from review.store import audit, campaigns, grants, inbox
from review.store.delegations import Delegation
from review.store.transaction import reading, writing
from review.web.review_query import Asked
from review.web.reviewbook import view_of
from review.workflow import delegating
from review.workflow.beginning import begin_alone
from review.workflow.campaign_minutes import take_back_card, to_collect
from review.workflow.campaign_opening import open_review
from review.workflow.campaign_rows import Word, decide_rows
from review.workflow.campaign_silence import hush
from review.workflow.campaign_summary import summary
from review.workflow.campaign_tuning import tune
from review.workflow.delegating import Wanted
from tests.review.removals import f04, follow, open_removal, say, standing_right, step, walk
from tests.review.reviewing import begun_with, enter_rights, rows_of
from tests.review.test_campaigning import (
    DEADLINE,
    answered,
    asked,
    carried_out,
    decided,
    minutes,
    row_of,
    states,
)
from tests.review.world import World

OPERATORS = (("Petugas Operator", "Diskominfo"), ("Petugas Operator Dua", "Diskominfo"))
REST = (("operator", "selesai"), ("operator", "selesai"), ("kabid", "sesuai"))


def close(world: World, case: str) -> None:
    """Take a campaign that was decided to its end."""
    walk(world, case, ("operator", "selesai"))
    follow(world)
    walk(world, case, *REST, ("kadis", "disahkan"), ("operator", "selesai"))
    assert step(world, case)[1] is CaseState.CLOSED


def test_a_plh_decides_in_the_kabid_s_place_as_long_as_the_delegation_runs(granted: World) -> None:
    """The row and the minutes say that it was a Plh.; on the day after the last one nobody's word counts."""
    case = asked(granted)
    plh, kabid = granted.person("operator2"), granted.person("kabid")
    wanted = Wanted(plh.id, "kabid", "plh", kabid.id, "2026-11-20", "2026-11-22", "800/12/2026")
    assert isinstance(delegating.delegate(granted.office, kabid, wanted), Delegation)
    assert isinstance(decided(granted, case, Outcome.REMOVE, login="operator2"), Item)
    row = row_of(granted, case).item.rows[-1]
    assert (row.role, row.capacity, row.person) == (Role.KABID, Capacity.DAILY, plh.id)
    granted.clock.now += 3 * DAY
    late = decided(granted, case, Outcome.KEEP, login="operator2")
    assert isinstance(late, Refused)
    assert "diputus oleh Kepala Bidang" in late.why
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    assert "(Plh. Kepala Bidang) 1 butir" in judges(granted, case)


def judges(world: World, case: str) -> str:
    """Give what the minutes would say of who decided."""
    with reading(world.office.store) as connection:
        held = campaigns.find(connection, case)
        assert held is not None
        return summary(connection, world.office, held, ())["pejabat"][0]


def test_whoever_answered_for_the_unit_decides_nothing_as_a_plh(granted: World) -> None:
    """An operator who recorded a unit's answer stays out of the decision when the Kabid is away."""
    case = asked(granted)
    answered(granted, case, Outcome.REMOVE, login="operator2")
    plh, kabid = granted.person("operator2"), granted.person("kabid")
    wanted = Wanted(plh.id, "kabid", "plh", kabid.id, "2026-11-20", "2026-11-22", "800/12/2026")
    assert isinstance(delegating.delegate(granted.office, kabid, wanted), Delegation)
    refused = decided(granted, case, Outcome.REMOVE, login="operator2")
    assert isinstance(refused, Refused)
    assert "Pemisahan tugas" in refused.why


def test_silence_spares_operators_whom_the_office_needs(granted: World) -> None:
    """With two needed and two there, neither loses access; the judge has to decide them."""
    case = begun_with(granted, *OPERATORS)
    granted.clock.now += DEADLINE + DAY
    assert hush(granted.office) == 1, "only the right of nobody's operator"
    rows = rows_of(granted, case)
    assert [rows[name].item.outcome() for name, _ in OPERATORS] == [None, None]
    with reading(granted.office.store) as connection:
        view = view_of(connection, granted.office, granted.person("kabid"), case, Asked())
    assert view is not None
    assert view.late
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"))
    refused = say(granted, case, "kabid", "lengkap")
    assert isinstance(refused, Refused)
    assert "Masih ada 2 butir" in refused.why


def test_operators_outside_a_review_keep_the_room_too(granted: World) -> None:
    """A review of one operator alone suspends them when another, whom it does not look at, can enter."""
    assert not isinstance(
        tune(granted.office, granted.person("admin"), {"operators": 1, "grace": 2}), Refused
    )
    enter_rights(granted, *OPERATORS)
    case = open_review(granted.office, granted.person("admin"), Scope(), "insiden", OPERATORS[0][0])
    assert not isinstance(case, Refused)
    walk(granted, case, ("operator2", "selesai"), ("kabid", "selesai"))
    granted.clock.now += DEADLINE + DAY
    assert hush(granted.office) == 1
    assert row_of(granted, case).item.outcome() is Outcome.SUSPEND
    granted.clock.now += 4 * DAY
    assert hush(granted.office) == 1, "two working days of grace, as tuned"
    assert row_of(granted, case).item.outcome() is Outcome.REMOVE
    with reading(granted.office.store) as connection:
        told = inbox.messages(connection, granted.person("kadis").id)
    assert any("1 hak akses dicabut karena tetap tidak dijawab" in one.text for one in told)


def test_taking_a_needed_operator_s_right_asks_for_a_reason(granted: World) -> None:
    """Even with the advice: the sentence says how many would be left."""
    case = begun_with(granted, *OPERATORS)
    row = rows_of(granted, case)[OPERATORS[0][0]]
    kabid = granted.person("kabid")
    refused = decide_rows(granted.office, kabid, case, (Word(row.id, Outcome.REMOVE),))
    assert "tinggal 1 operator" in str(refused)
    assert isinstance(
        decide_rows(granted.office, kabid, case, (Word(row.id, Outcome.REMOVE, "pelanggaran"),)), tuple
    )


def test_a_right_removed_elsewhere_is_noted_and_decided_by_nobody(granted: World) -> None:
    """A removal under P2 while the review runs ends the row, with the number of its case."""
    case = asked(granted)
    given, card = standing_right(granted)
    removal = open_removal(granted, "biasa", f04(given))
    walk(granted, removal, ("kadis", "selesai"), ("kabid", "sesuai"), ("kabid", "selesai"))
    walk(granted, removal, ("operator", "selesai"))
    follow(granted)
    granted.clock.now += DEADLINE + DAY
    assert hush(granted.office) == 1
    item = row_of(granted, case).item
    assert item.rows[-1].said is Said.ENDED
    assert item.rows[-1].reason.startswith("dicabut melalui ")
    refused = decided(granted, case, Outcome.KEEP)
    assert isinstance(refused, Refused)
    assert "sudah berakhir" in refused.why
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    assert card.number


def test_a_right_whose_time_ran_out_is_noted_with_the_decision(granted: World) -> None:
    """Its last day passes while nobody has answered: "lengkap" notes it and goes on."""
    case = asked(granted)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"))
    granted.clock.now = standing_right(granted)[0].terms.ends
    walk(granted, case, ("kabid", "lengkap"))
    assert row_of(granted, case).item.rows[-1].reason == "masa berlakunya habis"


def test_what_silence_suspended_goes_after_its_term_though_the_review_is_over(granted: World) -> None:
    """The locked row keeps its word, the right does not stay suspended for ever, and it is written down."""
    case = asked(granted)
    granted.clock.now += DEADLINE + DAY
    assert hush(granted.office) == 1
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    close(granted, case)
    assert "dicabut sesudah 4 Desember 2026" in minutes(granted, case)["pejabat"]
    assert hush(granted.office) == 0
    assert states(granted) == ["beku"]
    granted.clock.now += DEADLINE
    assert hush(granted.office) == 1
    assert hush(granted.office) == 0
    assert states(granted) == ["dicabut"]
    assert row_of(granted, case).item.outcome() is Outcome.SUSPEND
    with reading(granted.office.store) as connection:
        assert any("sesudah diputus" in one.detail for one in audit.of(connection, f"case/{case}"))


def test_silence_goes_on_between_decision_and_ratification(granted: World) -> None:
    """A row not locked yet says so itself."""
    case = asked(granted)
    granted.clock.now += DEADLINE + DAY
    hush(granted.office)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    granted.clock.now += DEADLINE
    assert hush(granted.office) == 1
    assert row_of(granted, case).item.outcome() is Outcome.REMOVE
    assert states(granted) == ["dicabut"]


def test_what_a_review_left_suspended_stands_on_the_next_one(granted: World) -> None:
    """It is taken away or left so; nobody gives it back there."""
    case = carried_out(granted, Outcome.SUSPEND)
    follow(granted)
    walk(granted, case, *REST, ("kadis", "disahkan"), ("operator", "selesai"))
    office = granted.office
    with writing(office.store) as connection:
        again = begin_alone(connection, office, office.procedure("P1"), ("2027-T1", "dimulai.")).id
    walk(granted, again, ("operator", "selesai"), ("kabid", "selesai"))
    refused = decided(granted, again, Outcome.KEEP)
    assert isinstance(refused, Refused)
    assert "dibekukan oleh review sebelumnya" in refused.why
    assert isinstance(decided(granted, again, Outcome.REMOVE), Item)
    walk(granted, again, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, again, ("operator", "selesai"))
    assert states(granted) == ["dicabut"]
    with reading(office.store) as connection:
        assert grants.all_active(connection, granted.clock()) == ()


def test_the_minutes_say_what_was_looked_at_and_what_became_of_it(granted: World) -> None:
    """Event, scope, snapshot, sums, thresholds, and each right that was not simply kept as advised."""
    office, admin = granted.office, granted.person("admin")
    enter_rights(granted, ("Sari Contoh", "Dinas Contoh"), ("Dewi Lain", "Dinas Lain"))
    case = open_review(office, admin, Scope(unit="dinas contoh", door="ruang-server"), "mutasi pegawai")
    assert not isinstance(case, Refused)
    walk(granted, case, ("operator", "selesai"), ("kabid", "selesai"))
    words = [Word(one.id, Outcome.REMOVE, "pindah tugas") for one in rows_of(granted, case).values()]
    decide_rows(office, granted.person("kabid"), case, words)
    walk(granted, case, ("operator", "selesai"), ("operator", "selesai"), ("kabid", "lengkap"))
    walk(granted, case, ("operator", "selesai"))
    follow(granted)
    while isinstance(say(granted, case, "operator"), Refused):
        _take_cards(granted, case)
    walk(granted, case, ("operator", "selesai"))
    told = minutes(granted, case)
    assert (told["dasar"], told["lingkup"]) == ("mutasi pegawai", "dinas contoh, Ruang Server")
    assert told["potret"].startswith("20 November 2026, 15.00 WIB")
    assert (told["jumlah"], told["dicabut"], told["dipertahankan"]) == ("2", "2", "0")
    assert told["kartu"] == "1 kartu: baik 1."
    assert told["pejabat"] == "Pejabat Kabid (Kepala Bidang) 2 butir"
    assert "Operator yang paling sedikit harus tetap dapat masuk: 2" in told["ambang"]
    assert {told["hak.0.nama"], told["hak.1.nama"]} == {"Sari Contoh", "Pemegang Contoh"}
    assert told["hak.0.alasan"] == "pindah tugas"


def _take_cards(world: World, case: str) -> None:
    with reading(world.office.store) as connection:
        held = campaigns.find(connection, case)
        assert held is not None
        left = to_collect(connection, held.case, world.clock())
    for card in left:
        take_back_card(world.office, world.person("operator"), (case, card.id), "baik")
