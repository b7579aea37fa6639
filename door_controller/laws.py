"""What must hold after every step of the door machine, whatever came before: DESIGN §5 as complaints.

A witness sees only what goes in and what comes out, and keeps its own books: until when something may
release, which way the relay was driven last, which alarms stand, which accepted places are unsettled. Each
law holds the machine's word against these books and against the state it shows, and answers a breach with
one sentence. Tests, the simulator and the bench run a witness beside every step; the daemon does not.

Pure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from card_registry.journal.event import Alarmed, DoorChanged, Exited
from card_registry.words import Mode, Reason
from door_controller import door as machine
from door_controller.door import DoorState, Effect, Input, LockState, State, due

_SHUT = frozenset({State.CLOSED, State.AJAR})
_CALM = frozenset({State.CLOSED, State.OPEN})


@dataclass(frozen=True, slots=True)
class Turn:
    """One step: the door before, the input and its moment (milliseconds), the door after, the effects."""

    before: DoorState
    input: Input
    now: int
    after: DoorState
    effects: tuple[Effect, ...]

    @property
    def releases(self) -> bool:
        """Whether this input may release, and must: a committed grant or mode FREE, or a fresh press."""
        match self.input:
            case machine.Accepted() | machine.Moded(mode=Mode.FREE):
                return True
            case machine.Rex(pressed):
                return pressed and not self.before.pressed
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Books:
    """What a witness knows of one door, from inputs and effects alone; a door starts locked and silent."""

    card_end: int | None = None
    exit_end: int | None = None
    freed_by: tuple[int, int] | None = None
    relay: bool = False
    pressed: bool = False
    alarms: frozenset[str] = frozenset()
    waiting: tuple[tuple[int, int], ...] = ()
    wrong: tuple[str, ...] = field(default=(), compare=False)

    @property
    def released(self) -> bool:
        """Whether anything may keep the lock released."""
        return self.card_end is not None or self.exit_end is not None or self.freed_by is not None


def watch(books: Books, turn: Turn) -> Books:
    """Take a step into the books; ``wrong`` of what is given names each law that this step broke."""
    books = _enter(_pass(books, turn), turn)
    wrong: list[str] = []
    books = _carry_out(books, turn, wrong)
    wrong += [said for law in LAWS if (said := law(books, turn)) is not None]
    return replace(books, wrong=tuple(wrong)) if wrong or books.wrong else books


def _pass(books: Books, turn: Turn) -> Books:
    """End what is over; a leaf that closed may have ended the card's release where the door says so."""
    card_end, exit_end = books.card_end, books.exit_end
    over = card_end is not None and turn.now >= card_end
    if over or (card_end is not None and turn.after.card_end is None and _closed(turn)):
        card_end = None
    if exit_end is not None and turn.now >= exit_end:
        exit_end = None
    if card_end == books.card_end and exit_end == books.exit_end:
        return books
    return replace(books, card_end=card_end, exit_end=exit_end)


def _closed(turn: Turn) -> bool:
    """Say whether the leaf closed in this step, at a door that re-locks on closing."""
    return turn.before.timing.relock_on_close and any(
        isinstance(effect, machine.Note)
        and isinstance(effect.body, DoorChanged)
        and effect.body.state == State.CLOSED
        for effect in turn.effects
    )


def _enter(books: Books, turn: Turn) -> Books:
    """Write down what the input itself means for releases."""
    now, timing = turn.now, turn.before.timing
    match turn.input:
        case machine.Accepted(epoch, seq):
            return replace(books, card_end=now + timing.release_ms, waiting=(*books.waiting, (epoch, seq)))
        case machine.Rex(pressed) if pressed != books.pressed:
            longest = max(timing.release_ms, timing.rex_stuck_ms) if pressed else timing.release_ms
            ended = books.exit_end is None and not pressed
            return replace(books, pressed=pressed, exit_end=None if ended else now + longest)
        case machine.Moded(Mode.FREE, epoch, seq):
            return replace(books, freed_by=(epoch, seq))
        case machine.Moded(Mode.LOCKDOWN):
            return replace(books, freed_by=None, card_end=None)
        case machine.Moded(Mode.NORMAL):
            return replace(books, freed_by=None)
        case machine.Broken():
            return replace(books, freed_by=None, card_end=None, exit_end=None)
        case _:
            return books


def _carry_out(books: Books, turn: Turn, wrong: list[str]) -> Books:
    """Carry the effects out on paper, complaining of those that cannot follow each other."""
    if not turn.effects:
        return books
    relay, alarms, waiting = books.relay, books.alarms, books.waiting
    for effect in turn.effects:
        match effect:
            case machine.Release():
                relay = True
            case machine.Lock():
                relay = False
            case machine.Note(Alarmed(alarm, _, raised)):
                if raised == (alarm in alarms):
                    wrong.append(f"alarm {alarm} was {'raised' if raised else 'cleared'} twice")
                alarms = alarms | {alarm} if raised else alarms - {alarm}
            case machine.Used(epoch, seq) | machine.Unused(epoch, seq):
                if waiting[:1] != ((epoch, seq),):
                    wrong.append(f"place {epoch}/{seq} was settled twice, out of turn, or never accepted")
                waiting = waiting[1:]
            case _:
                pass
    same = relay == books.relay and alarms is books.alarms and waiting is books.waiting
    return books if same else replace(books, relay=relay, alarms=alarms, waiting=waiting)


def _only_these_release(_: Books, turn: Turn) -> str | None:
    """Releases come from a committed grant, a fresh press or mode FREE, and then first and undisturbed."""
    released = [effect for effect in turn.effects if isinstance(effect, machine.Release)]
    if not turn.releases:
        return f"{turn.input} released" if released else None
    if len(released) != 1 or not isinstance(turn.effects[0], machine.Release):
        return f"{turn.input} did not release first and once"
    return None


def _no_release_outlives_its_end(books: Books, turn: Turn) -> str | None:
    """Relay, state and books agree: what is over is locked, and what runs is cut by nothing unlawful."""
    if books.relay == turn.after.released == books.released:
        return None
    return f"released by the books {books.released}, by the state {turn.after.released}, relay {books.relay}"


def _the_lock_follows(books: Books, turn: Turn) -> str | None:
    """A timed release has its end among the moments that are due."""
    moment = due(turn.after)
    if moment is not None and moment <= turn.now:
        return f"due at {moment} was left undone at {turn.now}"
    for end in (books.card_end, books.exit_end):
        if end is not None and (moment is None or moment > end):
            return f"a release ends at {end} and nothing is due before {moment}"
    return None


def _nothing_is_overdue(_: Books, turn: Turn) -> str | None:
    """No level that stood long enough is doubted, no lock waited for too long, no open leaf unwarned."""
    now, after, timing = turn.now, turn.after, turn.after.timing
    for name, level in (("contact", after.leaf), ("cover", after.cover)):
        if level.seen != level.believed and now >= level.since + timing.debounce_ms:
            return f"the {name} has shown {level.seen} since {level.since} and is not believed at {now}"
    if after.follow_at is not None and now >= after.follow_at:
        return f"the lock should have followed at {after.follow_at}, and is {after.lock} at {now}"
    if after.mode is Mode.FREE or after.state not in (State.OPEN, State.WARNED):
        return None
    open_for = now - max(after.opened_at, after.until)
    calm = timing.held_ms - (timing.warn_ms if after.state is State.OPEN else 0)
    return None if open_for < max(0, calm) else f"the leaf is {after.state} after {open_for} ms"


def _only_due_time_tells(_: Books, turn: Turn) -> str | None:
    """Nothing but a tick at ``due`` changes before ``due``, and a tick at ``due`` does."""
    if not isinstance(turn.input, machine.Tick):
        return None
    moment = due(turn.before)
    idle = turn.after == turn.before and not turn.effects
    if idle != (moment is None or turn.now < moment):
        return f"a tick at {turn.now} changed {'nothing' if idle else 'something'}, due was {moment}"
    return None


def _modes_are_explained(books: Books, turn: Turn) -> str | None:
    """Modes come from committed events; a failure ends FREE alone; FREE knows no forced and no held door."""
    before, after = turn.before, turn.after
    match turn.input:
        case machine.Moded(mode):
            due_mode = mode
        case machine.Broken() if before.mode is Mode.FREE:
            due_mode = Mode.NORMAL
        case _:
            due_mode = before.mode
    if after.mode is not due_mode or after.freed_by != books.freed_by:
        return f"mode {after.mode} by {after.freed_by} where {due_mode} by {books.freed_by} was due"
    if after.mode is Mode.FREE and after.state not in _CALM:
        return f"the leaf is {after.state} in mode FREE"
    return None


def _alarms_are_told(books: Books, turn: Turn) -> str | None:
    """What was raised and not cleared is what stands."""
    stands = machine.alarms_of(turn.after)
    if len(stands) == len(books.alarms) and books.alarms.issuperset(stands):
        return None
    return f"told {sorted(books.alarms)}, standing {sorted(stands)}"


def _the_accepted_are_settled(books: Books, turn: Turn) -> str | None:
    """Nobody accepted is forgotten: while a place is unsettled a moment comes that settles it."""
    if not books.waiting and not turn.after.pending:
        return None
    if books.waiting != turn.after.pending:
        return f"unsettled by the books {books.waiting}, by the state {turn.after.pending}"
    if turn.after.contact is not False or due(turn.after) is None:
        return f"{books.waiting} can be settled, and were not"
    return None


def _the_reader_is_answered(_: Books, turn: Turn) -> str | None:
    """A card gets one light, with its reason; nothing else lights up."""
    match turn.input:
        case machine.Accepted():
            answers = [Reason.GRANTED]
        case machine.TurnedAway(reason) | machine.Awaiting(reason):
            answers = [reason]
        case _:
            answers = []
    told = [effect.reason for effect in turn.effects if isinstance(effect, machine.Signal)]
    return None if told == answers else f"{turn.input} was answered by {told}"


def _exits_are_noted(_: Books, turn: Turn) -> str | None:
    """A fresh press is written down once."""
    noted = sum(
        isinstance(effect, machine.Note) and isinstance(effect.body, Exited) for effect in turn.effects
    )
    due_notes = int(isinstance(turn.input, machine.Rex) and turn.releases)
    return None if noted == due_notes else f"{noted} exits were noted for {turn.input}"


def _the_leaf_is_as_seen(_: Books, turn: Turn) -> str | None:
    """The leaf's state agrees with what is believed of its contact."""
    after = turn.after
    if (after.contact is True) == (after.state in _SHUT):
        return f"the leaf is {after.state} and its contact shows {after.contact}"
    return None


def _the_lock_is_as_proved(_: Books, turn: Turn) -> str | None:
    """The lock is as it was told unless its feedback denies it; a denial that lasts has its moment."""
    after = turn.after
    told = LockState.RELEASED if after.released else LockState.LOCKED
    failed = LockState.RELEASE_FAILED if after.released else LockState.LOCK_FAILED
    denied = after.bolt is not None and after.bolt == after.released
    if denied and not after.released and after.contact:
        denied = False
    fits = (
        (after.lock is failed) != (after.state is State.AJAR or after.follow_at is not None)
        if denied
        else after.lock is told and after.follow_at is None and after.state is not State.AJAR
    )
    if fits and after.lock in (told, failed):
        return None
    return f"the lock is {after.lock}, the leaf {after.state}, told {told}, feedback {after.bolt}"


LAWS: tuple[Callable[[Books, Turn], str | None], ...] = (
    _only_these_release,
    _no_release_outlives_its_end,
    _the_lock_follows,
    _nothing_is_overdue,
    _only_due_time_tells,
    _modes_are_explained,
    _alarms_are_told,
    _the_accepted_are_settled,
    _the_reader_is_answered,
    _exits_are_noted,
    _the_leaf_is_as_seen,
    _the_lock_is_as_proved,
)
"""Each law gives None, or one sentence about the step that broke it."""
