"""Who tapped just before: what a door remembers for visitors and for two persons, and for how long."""

from hypothesis import given
from hypothesis import strategies as st

from card_registry.circumstances import Before
from card_registry.decision import Denied, Flag, Granted, Tap
from card_registry.rule import DoorRule
from card_registry.words import (
    CardId,
    Clockless,
    CredentialKind,
    DoorId,
    GrantId,
    HolderId,
    PinResult,
    ReaderId,
    Reason,
    Side,
    Tier,
)
from door_controller.company import MOST, REMEMBERED, Company, before_of, others_of, retry, took

DOOR = DoorId("ruang-server")
HOST, GUEST, THIRD = (HolderId(digit * 32) for digit in "abc")
RULE = DoorRule(DOOR, Tier.PUBLIC_KEY, Clockless.DENY, together_s=30, escort_s=10)


def _card(holder: HolderId) -> CardId:
    """Give a holder's card."""
    return CardId(holder[::-1].replace(holder[0], holder[0]))


def _tap(holder: HolderId, side: Side = Side.IN) -> Tap:
    """Present a holder's card."""
    match = holder[0] * 64
    return Tap(
        DOOR, ReaderId("masuk"), side, CredentialKind.PKOC, Tier.PUBLIC_KEY, proven=True, match=match,
        credential=match,
    )  # fmt: skip


def _granted(company: Company, holder: HolderId, now: int, *flags: str) -> Company:
    """Let a holder in."""
    answer = Granted(_card(holder), holder, GrantId("1" * 32), Reason.GRANTED, flags)
    return took(company, _tap(holder), answer, now)


def _denied(company: Company, holder: HolderId, reason: Reason, now: int) -> Company:
    """Turn a holder away, after a right PIN."""
    return took(company, _tap(holder), Denied(reason, _card(holder), holder), now, PinResult.RIGHT)


def _before(holder: HolderId, ago: int, *, granted: bool = True) -> Before:
    """Say a tap as the circumstances do."""
    return Before(_card(holder), holder, ago, granted)


def test_whoever_was_let_in_comes_before_the_next() -> None:
    """The last of the others counts, with its age; nobody comes before themselves."""
    company = _granted(_granted(Company(), THIRD, 1_000), HOST, 3_000)
    assert before_of(company, GUEST, 4_500) == _before(HOST, 1_500)
    assert before_of(company, HOST, 4_500) == _before(THIRD, 3_500)
    assert before_of(Company(), GUEST, 0) is None
    assert others_of(company, GUEST, 4_500) == ()


def test_a_visitor_does_not_hide_the_escort() -> None:
    """The second of two visitors still finds who let the first one in."""
    company = _granted(_granted(Company(), HOST, 1_000), GUEST, 2_000, Flag.ESCORTED)
    assert before_of(company, THIRD, 3_000) == _before(HOST, 2_000)
    alone = _granted(Company(), GUEST, 2_000, Flag.ESCORTED)
    assert before_of(alone, THIRD, 3_000) == _before(GUEST, 1_000)


def test_the_first_of_two_waits_and_is_asked_again() -> None:
    """Denied for want of company, a tap waits with its PIN, and the other's grant brings it back."""
    company = _denied(Company(), GUEST, Reason.SECOND_PERSON, 1_000)
    assert others_of(company, HOST, 2_000) == (_before(GUEST, 1_000, granted=False),)
    assert others_of(company, GUEST, 2_000) == ()
    assert before_of(company, HOST, 2_000) is None
    (known,) = retry(_granted(company, HOST, 2_000), HOST, 2_000, RULE)
    assert (known.tap, known.pin, known.holder) == (_tap(GUEST), PinResult.RIGHT, GUEST)
    assert retry(company, GUEST, 2_000, RULE) == ()


def test_each_wait_has_its_own_end() -> None:
    """A second person is waited for ``together_s``, an escort ``escort_s``."""
    company = _denied(Company(), GUEST, Reason.ESCORT_REQUIRED, 0)
    company = _denied(company, THIRD, Reason.SECOND_PERSON, 0)
    assert [one.holder for one in retry(company, HOST, 10_000, RULE)] == [GUEST, THIRD]
    assert [one.holder for one in retry(company, HOST, 10_001, RULE)] == [THIRD]
    assert retry(company, HOST, 30_001, RULE) == ()


def test_a_tap_that_was_let_in_waits_no_more() -> None:
    """A grant ends the wait of the same holder, and another denial ends it too."""
    waiting = _denied(Company(), GUEST, Reason.SECOND_PERSON, 0)
    assert others_of(_granted(waiting, GUEST, 1_000), HOST, 1_000) == ()
    assert others_of(_denied(waiting, GUEST, Reason.PIN_WRONG, 1_000), HOST, 1_000) == ()
    assert others_of(_denied(waiting, THIRD, Reason.PIN_WRONG, 1_000), HOST, 1_000) != ()


def test_a_denial_of_one_who_was_let_in_leaves_them_company() -> None:
    """Whoever was let in and taps again to wait is both."""
    company = _denied(_granted(Company(), HOST, 0), HOST, Reason.SECOND_PERSON, 1_000)
    assert before_of(company, GUEST, 1_000) == _before(HOST, 1_000)
    assert others_of(company, GUEST, 1_000) == (_before(HOST, 0, granted=False),)


def test_whoever_leaves_is_company_no_more() -> None:
    """A way out forgets the holder, free or by card; a free way in adds nobody, because nobody was judged."""
    company = _granted(Company(), HOST, 0)
    for reason in (Reason.GRANTED_EXIT, Reason.GRANTED_FREE):
        leaving = Granted(_card(HOST), HOST, None, reason)
        assert took(company, _tap(HOST, Side.OUT), leaving, 1_000) == Company()
    free = Granted(_card(GUEST), GUEST, None, Reason.GRANTED_FREE)
    assert took(company, _tap(GUEST), free, 1_000) == company
    unknown = Granted(None, None, None, Reason.GRANTED_FREE)
    assert took(company, _tap(GUEST, Side.OUT), unknown, 1_000) == company


def test_an_unknown_card_is_not_remembered() -> None:
    """A denial that names nobody changes nothing."""
    assert took(Company(), _tap(GUEST), Denied(Reason.UNKNOWN_CREDENTIAL), 0) == Company()
    assert took(Company(), _tap(GUEST), Denied(Reason.SECOND_PERSON), 0) == Company()


def test_memory_ends() -> None:
    """After the longest time that a rule may name, nobody is remembered."""
    company = _denied(_granted(Company(), HOST, 0), GUEST, Reason.SECOND_PERSON, 0)
    assert before_of(company, THIRD, REMEMBERED) is not None
    assert before_of(company, THIRD, REMEMBERED + 1) is None
    assert others_of(company, THIRD, REMEMBERED + 1) == ()
    assert len(_granted(company, THIRD, REMEMBERED + 1).known) == 1


holders = st.sampled_from([HolderId(f"{number:x}" * 32) for number in range(16)])
reasons = st.sampled_from([None, Reason.SECOND_PERSON, Reason.ESCORT_REQUIRED, Reason.NO_GRANT])


@given(st.lists(st.tuples(holders, reasons, st.integers(0, 60_000)), max_size=30), holders)
def test_memory_is_bounded_and_never_of_oneself(
    story: list[tuple[HolderId, Reason | None, int]], asking: HolderId
) -> None:
    """However many tap, at most eight are remembered, and nobody is their own company."""
    company, now = Company(), 0
    for holder, reason, later in story:
        now += later
        company = _granted(company, holder, now) if reason is None else _denied(company, holder, reason, now)
        assert len(company.known) <= MOST
        assert len({(one.holder, one.waits is None) for one in company.known}) == len(company.known)
        before = before_of(company, asking, now)
        others = others_of(company, asking, now)
        assert before is None or (before.granted and before.holder != asking)
        assert all(not one.granted and one.holder != asking for one in others)
        assert all(one.holder != asking for one in retry(company, asking, now, RULE))
