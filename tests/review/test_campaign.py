"""A review's pure part: evidence is judged by named rules, rows by who may, silence by its limits."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import DAY
from card_registry.statements import GrantTerms
from card_registry.words import CardStatus, DoorId, GrantId, GrantKind, HolderId, PersonId, Tier
from review.access import Refused
from review.campaign import (
    EVERYTHING,
    RULES,
    Advice,
    Change,
    Evidence,
    Item,
    Limits,
    Outcome,
    Phase,
    Recommendation,
    RuleName,
    Said,
    Scope,
    Silenced,
    Span,
    Spared,
    Thresholds,
    advise,
    answer,
    decide,
    ended,
    months_before,
    narrows,
    needs_no_reason,
    quarter_before,
    ratify,
    silence,
    tally,
)
from review.campaign.evidence import HeldCard
from review.campaign.item import REASON_LIMIT, silenced
from review.campaign.standards import NUMBERS, Standards, advised, read, values
from review.people import Capacity, Person, Role
from review.workdays import Calendar
from tests.review.world import NOON

CARD = HeldCard("KRT-00001", CardStatus.ACTIVE, Tier.PUBLIC_KEY)
CLONABLE = replace(CARD, tier=Tier.CLONABLE)
KNOWN = Thresholds()
GOOD = Evidence(NOON, NOON - 200 * DAY, NOON + 100 * DAY, 40, 1, 2, NOON - DAY, (CARD,), servers=1)
ADVICE = Advice(Recommendation.KEEP, (), "")


def person(number: int, unit: str, *roles: Role) -> Person:
    """Give an invented person."""
    return Person(PersonId(f"{number:032x}"), f"Pejabat {number}", unit, frozenset(roles))


TERMS = GrantTerms(
    GrantId("a" * 32),
    HolderId("b" * 32),
    (DoorId("utama"), DoorId("gudang")),
    None,
    NOON,
    NOON + 100 * DAY,
    GrantKind.TETAP,
)
NARROWER = Change((DoorId("utama"),), None, NOON + 100 * DAY)

APPLICANT = person(1, "Dinas Contoh", Role.PEMOHON)
KABID = person(2, "Diskominfo", Role.KABID)
KADIS = person(3, "Diskominfo", Role.KADIS)
OPERATOR = person(4, "Diskominfo", Role.OPERATOR)


def item(
    number: int = 1, *, advised: Recommendation = Recommendation.KEEP, operator: bool = False, own: str = ""
) -> Item:
    """Give a row of the applicant's unit."""
    return Item(
        GrantId(f"{number:032x}"),
        HolderId(f"{number:032x}"),
        "Dinas Contoh",
        frozenset({PersonId(own)} if own else ()),
        Role.KABID,
        operator,
        replace(ADVICE, recommendation=advised),
    )


def refused(given: Item | Refused) -> str:
    """Give the sentence of a refusal."""
    assert isinstance(given, Refused)
    return given.why


def taken(given: Item | Refused) -> Item:
    """Give the row after what was said."""
    assert isinstance(given, Item)
    return given


@pytest.mark.parametrize(
    ("evidence", "rules", "recommendation"),
    [
        (GOOD, (), Recommendation.KEEP),
        (replace(GOOD, last=NOON - 90 * DAY), (RuleName.UNUSED,), Recommendation.REMOVE),
        (replace(GOOD, last=NOON - 90 * DAY + 1), (), Recommendation.KEEP),
        (
            replace(GOOD, last=None, entries=0, outside_hours=0),
            (RuleName.NEVER_USED,),
            Recommendation.REMOVE,
        ),
        (
            replace(GOOD, last=None, entries=0, outside_hours=0, begins=NOON - 29 * DAY, cards=()),
            (),
            Recommendation.KEEP,
        ),
        (replace(GOOD, cards=()), (RuleName.NO_CARD,), Recommendation.CHECK),
        (
            replace(GOOD, cards=(CARD, replace(CARD, status=CardStatus.LOST))),
            (RuleName.CARD_LOST,),
            Recommendation.CHECK,
        ),
        (
            replace(GOOD, cards=(replace(CARD, tier=Tier.CLONABLE),)),
            (RuleName.WEAK_CARD,),
            Recommendation.CHECK,
        ),
        (replace(GOOD, outside_hours=12), (RuleName.OUTSIDE_HOURS,), Recommendation.CHECK),
        (replace(GOOD, outside_hours=11), (), Recommendation.KEEP),
        (replace(GOOD, entries=4, outside_hours=4), (), Recommendation.KEEP),
        (replace(GOOD, denials=20), (RuleName.DENIED,), Recommendation.CHECK),
        (replace(GOOD, denials=4, entries=4, outside_hours=0), (), Recommendation.KEEP),
        (replace(GOOD, servers=0), (RuleName.NO_SERVER,), Recommendation.CHECK),
        (replace(GOOD, servers=None), (), Recommendation.KEEP),
        (
            replace(GOOD, last=NOON - 200 * DAY, servers=0),
            (RuleName.UNUSED, RuleName.NO_SERVER),
            Recommendation.REMOVE,
        ),
    ],
)
def test_each_rule_speaks_at_its_threshold_and_not_before(
    evidence: Evidence, rules: tuple[RuleName, ...], recommendation: Recommendation
) -> None:
    """A rule speaks from its number on; the strictest finding is the advice, and its numbers are said."""
    advice = advise(evidence, KNOWN)
    assert tuple(one.rule for one in advice.findings) == rules
    assert advice.recommendation is recommendation
    assert all(one.sentence in advice.summary for one in advice.findings)
    assert advice.summary


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        (GOOD, "Dipakai masuk 40 kali, terakhir 1 hari yang lalu."),
        (replace(GOOD, last=NOON - 1), "Dipakai masuk 40 kali, terakhir kurang dari sehari yang lalu."),
        (replace(GOOD, begins=NOON + DAY, entries=0, outside_hours=0, last=None), "Hak ini masih baru."),
        (replace(GOOD, entries=0, outside_hours=0), "Terakhir dipakai 1 hari yang lalu."),
    ],
)
def test_what_speaks_for_a_right_is_said_too(evidence: Evidence, said: str) -> None:
    """Advice to keep a right rests on numbers as well."""
    assert advise(evidence, KNOWN).summary == said


def test_every_rule_is_explained_with_the_office_s_numbers() -> None:
    """The page that explains a rule names the thresholds in force."""
    tuned = Thresholds(unused=61, young=13, outside_percent=17, denied_percent=19, least=7)
    explained = " ".join(rule.explained(tuned) for rule in RULES.values())
    assert set(RULES) == set(RuleName)
    assert all(str(number) in explained for number in (61, 13, 17, 19, 7))


@pytest.mark.parametrize(
    "wrong",
    [
        {"unused": 0, "young": 0},
        {"young": 91},
        {"outside_percent": 0},
        {"denied_percent": 101},
        {"least": 0},
    ],
)
def test_thresholds_that_always_or_never_speak_are_refused(wrong: dict[str, int]) -> None:
    """A rule cannot be tuned into nonsense."""
    with pytest.raises(ValueError, match="thresholds"):
        Thresholds(**wrong)


@pytest.mark.parametrize(("outside", "denials"), [(41, 0), (0, -1), (-1, 0)])
def test_evidence_that_cannot_be_is_refused(outside: int, denials: int) -> None:
    """Counts that contradict each other are a fault of whoever counted."""
    with pytest.raises(ValueError, match="outside office hours"):
        replace(GOOD, outside_hours=outside, denials=denials)


def test_nobody_answers_or_decides_on_their_own_row() -> None:
    """The holder's own account is refused whatever its roles are."""
    mine = item(own=KABID.id)
    own_unit = replace(item(own=APPLICANT.id), unit=APPLICANT.unit)
    assert "hak akses Anda sendiri" in refused(decide(mine, KABID, Outcome.KEEP, "", 1))
    assert "hak akses Anda sendiri" in refused(answer(own_unit, APPLICANT, Outcome.KEEP, "", 1))


def test_a_unit_answers_for_its_own_people_only() -> None:
    """Somebody else's unit is refused; an operator records what came on paper, and decides nothing."""
    other = person(9, "Dinas Lain", Role.PEMOHON)
    assert "dijawab oleh Dinas Contoh" in refused(answer(item(), other, Outcome.KEEP, "", 1))
    assert taken(answer(item(), APPLICANT, Outcome.KEEP, "", 1)).rows[-1].role is Role.PEMOHON
    assert taken(answer(item(), OPERATOR, Outcome.KEEP, "", 1)).rows[-1].role is Role.OPERATOR
    assert "diputus oleh Kepala Bidang" in refused(decide(item(), OPERATOR, Outcome.KEEP, "", 1))
    assert "Unit kerja menjawab" in refused(answer(item(), APPLICANT, Outcome.SUSPEND, "x", 1))


def test_whoever_answered_does_not_decide() -> None:
    """One person cannot be the unit and the judge of a right."""
    both = person(5, "Dinas Contoh", Role.KABID)
    answered = taken(answer(item(), both, Outcome.KEEP, "", 1))
    assert "Pemisahan tugas" in refused(decide(answered, both, Outcome.KEEP, "", 2))
    assert isinstance(decide(answered, KABID, Outcome.KEEP, "", 2), Item)


@pytest.mark.parametrize(
    ("advised", "answered", "outcome", "why"),
    [
        (Recommendation.REMOVE, None, Outcome.KEEP, "rekomendasinya cabut"),
        (Recommendation.CHECK, None, Outcome.KEEP, "rekomendasinya periksa"),
        (Recommendation.KEEP, None, Outcome.REMOVE, "rekomendasinya pertahankan"),
        (Recommendation.REMOVE, Outcome.KEEP, Outcome.REMOVE, "unit kerja menjawab dipertahankan"),
        (Recommendation.KEEP, None, Outcome.CHANGE, "hak ini diubah"),
        (Recommendation.KEEP, None, Outcome.KEEP, ""),
        (Recommendation.REMOVE, Outcome.REMOVE, Outcome.REMOVE, ""),
    ],
)
def test_a_reason_is_required_against_advice_and_answer(
    advised: Recommendation, answered: Outcome | None, outcome: Outcome, why: str
) -> None:
    """Who decides otherwise than was advised or answered says why."""
    row = item(advised=advised)
    if answered is not None:
        row = taken(answer(row, APPLICANT, answered, "karena", 1))
    change = NARROWER if outcome is Outcome.CHANGE else None
    said = decide(row, KABID, outcome, "  ", 2, change)
    assert (refused(said) if why else "") == (f"Alasan diperlukan karena {why}." if why else "")
    assert taken(decide(row, KABID, outcome, "karena", 2, change)).outcome() is outcome
    assert "paling panjang" in refused(decide(row, KABID, outcome, "x" * (REASON_LIMIT + 1), 2, change))


@pytest.mark.parametrize(
    ("terms", "change", "wrong"),
    [
        (TERMS, NARROWER, ""),
        (TERMS, replace(NARROWER, doors=TERMS.doors, schedule="jam-kerja"), ""),
        (TERMS, replace(NARROWER, doors=TERMS.doors, ends=NOON + DAY), ""),
        (TERMS, replace(NARROWER, doors=()), "pintu"),
        (TERMS, replace(NARROWER, doors=(DoorId("lain"),)), "pintu"),
        (TERMS, replace(NARROWER, ends=TERMS.ends + 1), "masa berlaku"),
        (TERMS, replace(NARROWER, ends=TERMS.begins), "masa berlaku"),
        (replace(TERMS, schedule="jam-kerja"), NARROWER, "jadwal"),
        (TERMS, replace(NARROWER, doors=TERMS.doors[::-1]), "tidak ada yang diubah"),
    ],
)
def test_a_change_only_narrows(terms: GrantTerms, change: Change, wrong: str) -> None:
    """Fewer doors, a schedule or an earlier end; what would give more, or the same, is refused."""
    said = narrows(terms, change)
    assert wrong in said
    assert bool(said) == bool(wrong)


def test_a_change_says_what_it_changes_to() -> None:
    """Neither a change without terms nor terms without a change is taken."""
    for outcome, change in ((Outcome.CHANGE, None), (Outcome.KEEP, NARROWER)):
        assert "hanya untuk hak yang diubah" in refused(decide(item(), KABID, outcome, "x", 1, change))


def test_a_decision_is_reversible_until_it_is_ratified() -> None:
    """The newest decision counts, the earlier ones stay readable, and nothing follows a ratification."""
    once = taken(decide(item(), KABID, Outcome.REMOVE, "tidak perlu", 1))
    twice = taken(decide(once, KABID, Outcome.KEEP, "", 2))
    assert [row.outcome for row in twice.rows] == [Outcome.REMOVE, Outcome.KEEP]
    assert twice.outcome() is Outcome.KEEP
    locked = taken(ratify(twice, KADIS, 3))
    for said in (
        answer(locked, APPLICANT, Outcome.KEEP, "", 4),
        decide(locked, KABID, Outcome.KEEP, "", 4),
        ratify(locked, KADIS, 4),
    ):
        assert "telah disahkan" in refused(said)


def test_only_the_head_ratifies_and_only_what_was_decided() -> None:
    """An undecided row cannot be ratified, nor a decided one by anybody else."""
    assert "belum diputus" in refused(ratify(item(), KADIS, 1))
    assert "Kepala Dinas" in refused(ratify(item(), KABID, 1))


def test_silence_suspends_then_removes_and_an_answer_ends_it() -> None:
    """A row without an answer is suspended, later removed; an answered or decided one is left alone."""
    rows = (
        item(1),
        taken(answer(item(2), APPLICANT, Outcome.KEEP, "", 1)),
        taken(decide(item(3), KABID, Outcome.KEEP, "", 1)),
    )
    assert silence(rows, Phase.WAITING, {}) == ()
    (first,) = silence(rows, Phase.SUSPENDING, {})
    assert first == Silenced(rows[0], Outcome.SUSPEND)
    suspended = silenced(rows[0], Outcome.SUSPEND, 2)
    assert silence((suspended, *rows[1:]), Phase.SUSPENDING, {}) == ()
    assert silence((suspended, *rows[1:]), Phase.REMOVING, {}) == (Silenced(suspended, Outcome.REMOVE),)
    assert silence((taken(decide(suspended, KABID, Outcome.SUSPEND, "x", 3)),), Phase.REMOVING, {}) == ()


def test_silence_has_its_days() -> None:
    """Units may answer on the last day; removal comes after five more working days."""
    calendar, last = Calendar("Asia/Jakarta"), date(2026, 11, 20)
    days = {day: Phase.of(last, last + timedelta(days=day), calendar) for day in range(9)}
    assert days[0] is Phase.WAITING
    assert {days[day] for day in range(1, 8)} == {Phase.SUSPENDING}
    assert days[8] is Phase.REMOVING


@given(
    st.lists(st.tuples(st.integers(1, 5), st.booleans(), st.sampled_from([*Outcome, None])), max_size=12),
    st.frozensets(st.integers(4, 7)),
    st.integers(0, 4),
    st.sampled_from(list(Phase)),
)
def test_silence_never_leaves_fewer_operators_than_needed(
    rows: list[tuple[int, bool, Outcome | None]], others: frozenset[int], least: int, phase: Phase
) -> None:
    """Whoever is silent, as many operators can enter as are needed, or as many as could before."""
    items = []
    for number, (holder, operator, outcome) in enumerate(rows, 1):
        row = replace(item(number, operator=operator), holder=HolderId(f"{holder:032x}"))
        items.append(row if outcome is None else silenced(row, outcome, 1))

    def entering(those: list[Item]) -> Counter[HolderId]:
        kept = {None, Outcome.KEEP, Outcome.CHANGE}
        here = Counter(one.holder for one in those if one.operator and one.outcome() in kept)
        return here + Counter(HolderId(f"{other:032x}") for other in others)

    found = silence(items, phase, entering(items), least)
    gone = {one.item.grant: one.outcome for one in found if isinstance(one, Silenced)}
    after = [silenced(one, gone[one.grant], 2) if one.grant in gone else one for one in items]
    assert len(entering(after)) >= min(least, len(entering(items)))
    assert all(one.item.operator for one in found if isinstance(one, Spared))


def test_the_sums_add_up() -> None:
    """Each row is counted once by outcome and advice, and what goes against the advice is named."""
    rows = (
        taken(ratify(taken(decide(item(1), KABID, Outcome.KEEP, "", 1)), KADIS, 2)),
        taken(decide(item(2, advised=Recommendation.REMOVE), KABID, Outcome.KEEP, "perlu", 1)),
        taken(decide(item(3), KABID, Outcome.REMOVE, "pindah", 1)),
        taken(answer(item(4, advised=Recommendation.CHECK), APPLICANT, Outcome.KEEP, "perlu", 1)),
    )
    sums = tally(rows)
    assert (sums.rows, sums.answered, sums.open, sums.ratified, sums.against_advice) == (4, 1, 1, 1, 2)
    assert sum(sums.outcomes.values()) + sums.open == sums.rows
    assert sum(sums.advised.values()) == sums.rows
    assert sums.outcomes[Outcome.KEEP] == 2


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_campaign_looks_back_on_the_whole_quarter_before(day: date) -> None:
    """The quarter is over on that day, and the next one has not ended."""
    span = quarter_before(day)
    assert span.ends <= day < span.ends + timedelta(days=92)
    assert 90 <= (span.ends - span.begins).days <= 92
    assert quarter_before(span.ends) == span
    assert span.months() == (f"{span.begins:%Y-%m}", f"{span.ends:%Y-%m}")


def test_a_span_is_known_in_milliseconds_at_the_site() -> None:
    """A quarter begins at the site's midnight."""
    span = quarter_before(date(2027, 1, 4))
    assert span.name == "Triwulan IV 2026"
    assert span.moments("Asia/Jakarta") == (1_790_787_600_000, 1_798_736_400_000)
    assert Span("x", date(2026, 12, 5), date(2026, 12, 6)).months() == ("2026-12", "2027-01")


def test_an_extra_review_looks_back_on_whole_months_until_today() -> None:
    """Three months and the days of this one, over the turn of a year as well."""
    span = months_before(date(2027, 1, 4))
    assert (span.begins, span.ends) == (date(2026, 10, 1), date(2027, 1, 5))
    assert span.months() == ("2026-10", "2027-02")


def test_a_scope_takes_what_it_names() -> None:
    """A unit in any spelling of its capitals, a door, a holder; visits and emergencies never."""
    assert Scope("dinas contoh", "utama", TERMS.holder).takes(TERMS, "Dinas Contoh")
    for scope in (Scope("Dinas Lain"), Scope(door="lain"), Scope(holder="c" * 32)):
        assert not scope.takes(TERMS, "Dinas Contoh")
    assert EVERYTHING.takes(TERMS, "")
    assert not EVERYTHING.takes(replace(TERMS, kind=GrantKind.KUNJUNGAN, escort=True), "")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ""),
        ({"unused": 60, "grace": 3, "operators": 1}, ""),
        ({"unused": 731}, "isi 1 sampai 730"),
        ({"operators": 0}, "isi 1 sampai 20"),
        ({"young": 91}, "tidak boleh lebih"),
    ],
)
def test_an_office_s_numbers_are_held_to_their_bounds(given: dict[str, int], wrong: str) -> None:
    """What is not named stays as shipped; a number that makes no sense is refused with a sentence."""
    known = read(given)
    if wrong:
        assert isinstance(known, Refused)
        assert wrong in known.why
    else:
        assert isinstance(known, Standards)
        assert values(known) == {**values(Standards()), **given}
        assert set(values(known)) == set(NUMBERS)


@pytest.mark.parametrize("wrong", [{"grace": 0}, {"operators": 0}])
def test_limits_that_spare_nobody_are_refused(wrong: dict[str, int]) -> None:
    """Silence always leaves a day and somebody who can enter."""
    with pytest.raises(ValueError, match="at least one"):
        Limits(**wrong)


def test_numbers_are_tried_on_evidence() -> None:
    """How many rights would be advised what, before the numbers count."""
    seen = (GOOD, replace(GOOD, last=NOON - 40 * DAY))
    assert advised(seen, KNOWN)[Recommendation.REMOVE] == 0
    assert advised(seen, Thresholds(unused=40))[Recommendation.REMOVE] == 1


def test_a_right_that_ended_elsewhere_is_answered_and_decided_by_nobody() -> None:
    """Its row says so, counts as removed and not as a decision against the advice."""
    gone = ended(item(), "dicabut melalui PHS-2026-001", 1)
    assert "sudah berakhir" in refused(answer(gone, APPLICANT, Outcome.KEEP, "", 2))
    assert "sudah berakhir" in refused(decide(gone, KABID, Outcome.KEEP, "", 2))
    assert silence((gone,), Phase.SUSPENDING, {}) == ()
    sums = tally((gone,))
    assert (sums.outcomes[Outcome.REMOVE], sums.ended, sums.against_advice, sums.open) == (1, 1, 0, 0)
    assert isinstance(ratify(gone, KADIS, 3), Item)


def test_a_word_needs_no_reason_where_it_goes_along() -> None:
    """With the advice, and for a judge with the answer too; a change always has one."""
    row = taken(answer(item(), APPLICANT, Outcome.REMOVE, "pindah", 1))
    assert needs_no_reason(row, Said.ANSWER, Outcome.KEEP)
    assert not needs_no_reason(row, Said.DECISION, Outcome.KEEP)
    assert not needs_no_reason(item(), Said.ANSWER, Outcome.CHANGE)


def test_a_decision_says_in_which_capacity_it_was_made() -> None:
    """A Plh. is told apart from whom they stand in for."""
    plh = replace(OPERATOR, roles=frozenset({Role.KABID}), capacities={Role.KABID: Capacity.DAILY})
    assert taken(decide(item(), plh, Outcome.KEEP, "", 1)).rows[-1].capacity is Capacity.DAILY
    assert taken(decide(item(), KABID, Outcome.KEEP, "", 1)).rows[-1].capacity is Capacity.OWN


def test_a_span_without_a_day_is_refused() -> None:
    """A review looks back on something."""
    with pytest.raises(ValueError, match="at least one day"):
        Span("x", date(2026, 1, 1), date(2026, 1, 1))


def test_the_newest_word_of_a_kind_is_found() -> None:
    """What was said is found by its kind, the newest first."""
    row = taken(
        answer(taken(answer(item(), APPLICANT, Outcome.KEEP, "", 1)), APPLICANT, Outcome.REMOVE, "x", 2)
    )
    newest = row.newest(Said.ANSWER)
    assert newest is not None
    assert newest.at == 2
    assert row.newest(Said.DECISION) is None
