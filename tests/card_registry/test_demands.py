"""What a door demands beyond a grant: whatever the registry says, no way around any of it."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from card_registry.circumstances import Before, Circumstances
from card_registry.decision import Denied, Flag, Granted, Tap, decide
from card_registry.instant import Instant
from card_registry.registry import Registry
from card_registry.words import (
    DoorId,
    GrantKind,
    Mode,
    Passback,
    PinDemand,
    PinResult,
    Reason,
    Side,
    TimeQuality,
)
from tests.card_registry.worlds import (
    DOOR,
    FIRST,
    NOON,
    OTHER,
    OTHERS_CARD,
    SECOND_CARD,
    TAPPING,
    instants,
    registries,
    states,
    taps,
)

UNDEMANDING = {
    "passback": Passback.OFF,
    "passback_s": 0,
    "persons": 1,
    "pin": PinDemand.NEVER,
    "pin_schedule": None,
}
"""A rule that asks for nothing beyond a grant."""


def _entering(registry: Registry, tap: Tap, state: Circumstances, now: Instant) -> Granted | Denied:
    """Decide a tap on the way in."""
    return decide(registry, replace(tap, side=Side.IN), state, now)


def _ruled(registry: Registry, **change: object) -> Registry:
    """Change the door's rule."""
    return replace(registry, doors={DOOR: replace(registry.doors[DOOR], **change)})  # type: ignore[arg-type] # by name


@given(registries, taps, states, instants)
def test_the_way_out_is_free_whatever_else_is_true(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """Out, the answer depends on the card and its denials alone: not on mode, time, PIN, people or rules."""
    leaving = replace(tap, side=Side.OUT)
    plain = _ruled(registry, **UNDEMANDING)
    answer = decide(registry, leaving, state, now)
    easiest = decide(
        plain, leaving, Circumstances(inside=state.inside), Instant(NOON, NOON, TimeQuality.SYNC)
    )
    assert isinstance(answer, Granted) == isinstance(easiest, Granted)
    if isinstance(answer, Granted):
        assert (answer.reason, answer.grant) == (Reason.GRANTED_EXIT, None)
        assert (Flag.NOT_INSIDE in answer.flags) == (answer.holder not in state.inside)
    else:
        assert answer == easiest


@given(registries, taps, states, instants, st.sampled_from(Side), st.sampled_from(Mode))
def test_threatened_or_not_the_door_shows_the_same(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, side: Side, mode: Mode
) -> None:
    """The PIN for threats is answered like the right one in everything but its flag."""
    shown = replace(tap, side=side)
    right = decide(registry, shown, replace(state, mode=mode, pin=PinResult.RIGHT), now)
    threatened = decide(registry, shown, replace(state, mode=mode, pin=PinResult.DURESS), now)
    if isinstance(threatened, Granted) and threatened.holder is not None:
        assert Flag.DURESS in threatened.flags
        threatened = replace(threatened, flags=tuple(one for one in threatened.flags if one != Flag.DURESS))
    assert threatened == right


@given(registries, taps, states, instants)
def test_no_pin_is_skipped(registry: Registry, tap: Tap, state: Circumstances, now: Instant) -> None:
    """Where a PIN is always asked for, only a right one opens; an emergency grant alone is asked for none."""
    asking = _ruled(registry, pin=PinDemand.ALWAYS, pin_schedule=None)
    answer = _entering(asking, tap, state, now)
    if isinstance(answer, Granted) and Flag.EMERGENCY not in answer.flags:
        assert state.pin in {PinResult.RIGHT, PinResult.DURESS}


@given(registries, taps, states, instants, st.sampled_from([PinResult.WRONG, PinResult.LOCKED]))
def test_a_wrong_or_locked_pin_never_opens(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, pin: PinResult
) -> None:
    """No grant, and no emergency, opens on a wrong PIN or one that is not looked at any more."""
    assert isinstance(_entering(registry, tap, replace(state, pin=pin), now), Denied)


@given(registries, taps, states, instants, st.integers(0, 5_000))
def test_one_holder_is_never_two_persons(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, ago: int
) -> None:
    """However often and with whichever cards one holder taps, a door for two stays shut to them alone."""
    assume(tap.match != "3" * 64)
    theirs = (Before(FIRST, TAPPING, ago), Before(SECOND_CARD, TAPPING, ago, granted=False))
    alone = replace(state, before=theirs[0], others=theirs)
    assert isinstance(_entering(_ruled(registry, persons=2), tap, alone, now), Denied)


@given(registries, taps, states, instants)
def test_two_persons_each_have_a_right_of_their_own(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """A door for two opens only beside another holder who has a grant here that needs no escort."""
    answer = _entering(_ruled(registry, persons=2), tap, state, now)
    if isinstance(answer, Granted):
        assert Flag.TWO_PERSON in answer.flags
        assert any(not grant.escort and DOOR in grant.doors for grant in registry.grants[OTHER])
        people = [one for one in (state.before, *state.others) if one is not None]
        assert any(
            one.holder == OTHER and one.ago <= registry.doors[DOOR].together_s * 1000 for one in people
        )


@given(registries, taps, states, instants)
def test_emergency_cards_open_for_two_holders_only(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """An emergency grant never opens alone, and is flagged and so alarmed whenever it opens."""
    prepared = replace(
        registry,
        grants={
            holder: tuple(replace(grant, kind=GrantKind.DARURAT) for grant in held)
            for holder, held in registry.grants.items()
        },
    )
    answer = _entering(prepared, tap, state, now)
    if isinstance(answer, Granted):
        assert {Flag.EMERGENCY, Flag.TWO_PERSON} <= set(answer.flags)
        assert any(one is not None and one.holder == OTHER for one in (state.before, *state.others))


@given(registries, taps, states, instants)
def test_a_visitor_never_lets_a_visitor_in(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """Where every grant needs an escort, nobody enters, whoever was let in just before."""
    visitors = replace(
        _ruled(registry, **UNDEMANDING),
        grants={
            holder: tuple(replace(grant, escort=True) for grant in held)
            for holder, held in registry.grants.items()
        },
    )
    after = replace(
        state,
        before=Before(OTHERS_CARD, OTHER, 1_000),
        pin=PinResult.NOT_ASKED,
        interlocked=None,
        entered=None,
    )
    assert isinstance(_entering(visitors, replace(tap, match="1" * 64), after, now), Denied)


@given(registries, taps, states, instants)
def test_a_visitor_needs_somebody_who_was_let_in(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """Taps that wait escort nobody: the visitor's own grant never opens beside them."""
    visited = {TAPPING: tuple(replace(grant, escort=True) for grant in registry.grants.get(TAPPING, ()))}
    visitor = replace(registry, grants={**registry.grants, **visited})
    waiting = None if state.before is None else replace(state.before, granted=False)
    answer = _entering(visitor, replace(tap, match="1" * 64), replace(state, before=waiting), now)
    assert isinstance(answer, Denied)


@given(registries, taps, states, instants)
def test_lockdown_opens_to_overrides_and_prepared_emergencies(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """In lockdown a grant is an override, or for emergencies where the door says so."""
    answer = _entering(registry, tap, replace(state, mode=Mode.LOCKDOWN), now)
    if isinstance(answer, Granted):
        let_in = registry.doors[DOOR].emergency_in_lockdown and Flag.EMERGENCY in answer.flags
        assert Flag.OVERRIDE in answer.flags or let_in


@given(registries, taps, states, instants, st.integers(0, 10_000_000))
def test_passback_holds_in_each_mode(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant, entered: int
) -> None:
    """Hard never opens to one inside, timed not in its time; soft and off answer as for one outside."""
    inside = replace(state, entered=entered)
    outside = _entering(registry, tap, replace(state, entered=None), now)
    hard = _entering(_ruled(registry, passback=Passback.HARD, passback_s=0), tap, inside, now)
    timed = _entering(_ruled(registry, passback=Passback.TIMED, passback_s=3600), tap, inside, now)
    assert isinstance(hard, Denied)
    assert isinstance(timed, Denied) if entered < 3_600_000 else timed == outside
    soft = _entering(_ruled(registry, passback=Passback.SOFT, passback_s=0), tap, inside, now)
    if isinstance(soft, Granted):
        assert soft.flags[-1] == Flag.PASSBACK
        soft = replace(soft, flags=soft.flags[:-1])
    assert soft == outside
    assert _entering(_ruled(registry, passback=Passback.OFF, passback_s=0), tap, inside, now) == outside


@given(registries, taps, states, instants)
def test_an_interlocked_door_lets_nobody_in(
    registry: Registry, tap: Tap, state: Circumstances, now: Instant
) -> None:
    """While another door of its interlock is not shut and locked, no card opens this one from outside."""
    barred = replace(state, interlocked=DoorId("gudang"))
    assert isinstance(_entering(registry, tap, barred, now), Denied)
