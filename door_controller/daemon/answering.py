"""The order of a tap: proof, decision, journal, lock.

For each card presented: name it, ask ``decide``, write the event durably, and only then let the latch have
``Accepted`` with the event's place. Anything odd on the way, of whatever kind, is a denial: an exception is
FAULT, a disk that refuses JOURNAL_REFUSED. Denials are written after the light, repeats of one counted; only
one that a PIN was given for is written before it, because the try must count before anybody is answered.

Taps that wait for company (``company``) are asked again after each grant at their door, so visitor and
escort, or two persons, may come in either order; each of them is a decision and an event of its own.
"""

import logging
from dataclasses import dataclass, replace
from typing import assert_never

from card_registry.circumstances import Circumstances
from card_registry.decision import Denied, Flag, Granted, Tap, decide
from card_registry.errors import StoreBroken
from card_registry.journal.event import Alarmed, Moment, Tapped
from card_registry.rule import DoorRule
from card_registry.words import CredentialKind, DoorId, HolderId, PinResult, Reason, Side, Tier
from door_controller import company, repeats
from door_controller import door as machine
from door_controller.company import Company
from door_controller.daemon.means import Eye, Means
from door_controller.daemon.pads import Pads
from door_controller.daemon.passages import Passages
from door_controller.journal import Beside, Place, all_of
from door_controller.pin.checker import PinChecked
from door_controller.readers import Keyed, Presented, Proven, Unproven
from door_controller.standing import Standing

_LOG = logging.getLogger(__name__)

WAITING = frozenset({Reason.SECOND_PERSON, Reason.ESCORT_REQUIRED})
"""Denials that company may still turn into a grant."""

COUNTED = frozenset({PinResult.RIGHT, PinResult.WRONG, PinResult.DURESS})
"""PIN results that change how many wrong tries are kept; their events are never held back."""

_NOBODY = Company()


@dataclass(frozen=True, slots=True)
class Judged:
    """One tap, what the PIN pad said of it, the answer, and the event that tells of it.

    ``retried``: it waited for company and is asked again, so its PIN has counted already.
    """

    tap: Tap
    pin: PinResult
    answer: Granted | Denied
    tapped: Tapped
    at: Moment
    retried: bool = False


class Answering:
    """One controller's answers to cards and PINs, in the deciding thread."""

    def __init__(self, means: Means, passages: Passages, pads: Pads) -> None:
        """Answer with ``means``; who is inside is kept by ``passages``, who is typing by ``pads``."""
        self._means, self._passages, self._pads = means, passages, pads
        self._repeats: repeats.Repeats = {}
        self._companies: dict[DoorId, Company] = {}

    def present(self, event: Presented) -> None:
        """Answer a card; never raises."""
        eye = self._means.eyes.get(event.reader)
        if eye is None or eye.door not in self._means.latches:
            _LOG.error("reader %s serves no door; its card was ignored", event.reader)
            return
        try:
            tap = self._tap(event, eye)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            _LOG.error("reader %s: naming a card failed (%s); denied", event.reader, type(error).__name__)
            unnamed = Tap(
                eye.door, event.reader, eye.side, CredentialKind.UID, Tier.CLONABLE, proven=False, match=None,
                credential="",
            )  # fmt: skip
            self._finish(self._faulted(unnamed))
            return
        self._ask(tap, PinResult.NOT_ASKED)

    def key(self, event: Keyed) -> None:
        """Take a key of a keypad."""
        eye = self._means.eyes.get(event.reader)
        registry = self._means.standing().registry
        if eye is None or registry is None:
            return
        given_up = self._pads.type(eye.door, event.key, registry.pins, self._means.clock.mono())
        if given_up is not None:
            self._conclude(given_up, PinResult.NOT_ASKED)

    def checked(self, event: PinChecked) -> None:
        """Answer the tap whose PIN was checked."""
        found = self._pads.answered(event.token)
        if found is None:
            return
        tap, holder = found
        try:
            result = self._means.tries.judge(holder, event.result)
        except StoreBroken as error:
            _LOG.error("the wrong tries of a PIN cannot be read (%s); denied", type(error).__name__)
            result = PinResult.LOCKED
        self._ask(tap, result)

    def pass_time(self, now: int) -> None:
        """End what time ends: counted denials, and dialogues nobody finished."""
        for tap in self._pads.over(now):
            self._conclude(tap, PinResult.NOT_ASKED)
        if self._repeats:
            self._repeats, counted = repeats.over(self._repeats, now)
            for tapped in counted:
                self._means.diary.note(tapped, self._means.clock.moment())

    def due(self) -> int | None:
        """Give the next moment (boot milliseconds) at which time alone gives something to do."""
        dues = (repeats.due(self._repeats), self._pads.due())
        return min((due for due in dues if due is not None), default=None)

    def _ask(self, tap: Tap, pin: PinResult) -> None:
        """Answer a tap, or ask for the PIN that is missing."""
        judged = self._judge(tap, pin)
        holder = judged.tapped.holder
        if judged.tapped.reason is not Reason.PIN_REQUIRED or holder is None:
            self._finish(judged)
        elif self._may_type(holder):
            self._open(tap, holder)
        else:
            self._conclude(tap, PinResult.LOCKED)

    def _conclude(self, tap: Tap, pin: PinResult) -> None:
        """Answer a tap for good, a missing PIN included."""
        self._finish(self._judge(tap, pin))

    def _may_type(self, holder: HolderId) -> bool:
        try:
            return not self._means.tries.locked(holder)
        except StoreBroken:
            return False

    def _open(self, tap: Tap, holder: HolderId) -> None:
        """Wait for the PIN; a tap that waited here before is answered without one."""
        registry = self._means.standing().registry
        digits = 0 if registry is None else registry.policy.pin_digits
        given_up = self._pads.open(tap, holder, digits, self._means.clock.mono())
        if given_up is not None:
            self._conclude(given_up, PinResult.NOT_ASKED)
        self._means.latches[tap.door].take(machine.Awaiting(Reason.PIN_REQUIRED))

    def _judge(self, tap: Tap, pin: PinResult) -> Judged:
        """Decide; a decision that fails is FAULT."""
        try:
            return self._decide(tap, pin)
        except Exception as error:  # noqa: BLE001 - whatever it is, the answer is no
            _LOG.error("reader %s: deciding failed (%s); denied", tap.reader, type(error).__name__)
            return self._faulted(tap, pin)

    def _decide(self, tap: Tap, pin: PinResult) -> Judged:
        standing = self._means.standing()
        instant, at = self._means.clock.now()
        circumstances = self._circumstances(tap, standing, pin, at)
        answer = decide(standing.registry, tap, circumstances, instant)
        return Judged(tap, pin, answer, _event(tap, answer, circumstances, standing), at)

    def _circumstances(self, tap: Tap, standing: Standing, pin: PinResult, at: Moment) -> Circumstances:
        """Give what else is true; of other people only what a rule of this door can ask about."""
        mode = self._means.latches[tap.door].mode
        registry = standing.registry
        rule = None if registry is None else registry.doors.get(tap.door)
        row = None if registry is None or tap.match is None else registry.credentials.get(tap.match)
        if rule is None or row is None:
            return Circumstances(mode, standing.staleness, pin)
        here = self._companies.get(tap.door, _NOBODY)
        inside, entered = self._passages.of(rule, row.holder, at.wall)
        before = company.before_of(here, row.holder, at.mono)
        others = company.others_of(here, row.holder, at.mono)
        barred = self._interlocked(rule) if rule.interlock else None
        return Circumstances(mode, standing.staleness, pin, inside, before, others, entered, barred)

    def _interlocked(self, rule: DoorRule) -> DoorId | None:
        """Name the door that is not shut and locked, of those that must be."""
        latches = self._means.latches
        return next(
            (door for door in rule.interlock if door not in latches or not latches[door].secured), None
        )

    def _finish(self, judged: Judged) -> None:
        match judged.answer:
            case Granted():
                self._admit(judged)
            case Denied():
                self._turn_away(judged)
            case _:
                assert_never(judged.answer)

    def _admit(self, judged: Judged) -> None:
        """Write the grant down; only what is written opens."""
        tapped, at = judged.tapped, judged.at
        entry = self._passages.prepare(tapped, self._rule(tapped.door), at)
        place = self._write(judged, entry.beside)
        if place is None:
            return
        # If power fails here, the journal says "granted" and the door stayed locked: the safe side.
        self._means.latches[tapped.door].take(machine.Accepted(place.epoch, place.seq))
        self._passages.granted(entry, place, tapped)
        self._remember(judged)
        if Flag.EMERGENCY in tapped.flags:
            self._means.note(
                Alarmed("emergency-used", tapped.door, raised=True, detail=f"card {tapped.card}")
            )
        self._ask_waiting(tapped, at)

    def _turn_away(self, judged: Judged) -> None:
        """Say no: with the light first, unless a try of a PIN has to count before."""
        tapped, at = judged.tapped, judged.at
        if judged.pin in COUNTED and self._write(judged, None) is None:
            return
        latch = self._means.latches[tapped.door]
        waits = tapped.reason in WAITING
        latch.take(machine.Awaiting(tapped.reason) if waits else machine.TurnedAway(tapped.reason))
        self._remember(judged)
        if judged.pin not in COUNTED:
            self._note_denial(tapped, at)
        elif (
            judged.pin is PinResult.WRONG and tapped.holder is not None and not self._may_type(tapped.holder)
        ):
            self._means.note(Alarmed("pin-locked", tapped.holder, raised=True))

    def _write(self, judged: Judged, beside: Beside | None) -> Place | None:
        """Commit a tap's event with what belongs to it; a disk that refuses is an answer too."""
        tapped, at = judged.tapped, judged.at
        try:
            return self._means.journal.append(tapped, at, all_of(beside, self._tries(judged)))
        except Exception as error:  # noqa: BLE001 - whatever kept the event from the disk keeps the door locked
            if not isinstance(error, StoreBroken):
                _LOG.error("door %s: an unforeseen %s at the journal", tapped.door, type(error).__name__)
            self._means.latches[tapped.door].take(machine.TurnedAway(Reason.JOURNAL_REFUSED))
            refused = replace(tapped, granted=False, reason=Reason.JOURNAL_REFUSED, grant=None)
            self._note_denial(refused, at)
            return None

    def _tries(self, judged: Judged) -> Beside | None:
        """Give the write that counts or forgets wrong tries."""
        holder = judged.tapped.holder
        if holder is None or judged.retried:
            return None
        match judged.pin:
            case PinResult.WRONG:
                return self._means.tries.wrong(holder)
            case PinResult.RIGHT | PinResult.DURESS:
                return self._means.tries.right(holder)
            case PinResult.NOT_ASKED | PinResult.LOCKED:
                return None
            case _:
                assert_never(judged.pin)

    def _remember(self, judged: Judged) -> None:
        """Remember who tapped here, for company and escort."""
        door, at = judged.tap.door, judged.at.mono
        here = self._companies.get(door, _NOBODY)
        self._companies[door] = company.took(here, judged.tap, judged.answer, at, judged.pin)

    def _ask_waiting(self, tapped: Tapped, at: Moment) -> None:
        """Ask again for those who wait for company; each grant ends one wait, so this ends."""
        rule = self._rule(tapped.door)
        if rule is None or tapped.holder is None or tapped.side is not Side.IN:
            return
        here = self._companies.get(tapped.door, _NOBODY)
        for known in company.retry(here, tapped.holder, at.mono, rule):
            judged = replace(self._judge(known.tap, known.pin), retried=True)
            if isinstance(judged.answer, Granted):
                self._admit(judged)
                return

    def _rule(self, door: DoorId) -> DoorRule | None:
        registry = self._means.standing().registry
        return None if registry is None else registry.doors.get(door)

    def _tap(self, event: Presented, eye: Eye) -> Tap:
        door, side, registry = eye.door, eye.side, self._means.standing().registry
        names = self._means.names
        match event.proof:
            case Proven(kind, tier, digest):
                match_ = names.match(digest)
                known = registry is not None and match_ in registry.credentials
                credential = match_ if known else names.unknown(digest)
                return Tap(
                    door, event.reader, side, kind, tier, proven=True, match=match_, credential=credential
                )
            case Unproven(kind, pseudonym):
                return Tap(
                    door,
                    event.reader,
                    side,
                    kind,
                    Tier.CLONABLE,
                    proven=False,
                    match=None,
                    credential=pseudonym,
                )
            case _:
                assert_never(event.proof)

    def _faulted(self, tap: Tap, pin: PinResult = PinResult.NOT_ASKED) -> Judged:
        """Give the answer to a tap whose deciding failed; it names nobody."""
        unnamed = replace(
            tap, kind=CredentialKind.UID, tier=Tier.CLONABLE, proven=False, match=None, credential=""
        )
        answer = Denied(Reason.FAULT)
        event = _event(unnamed, answer, Circumstances(), self._means.standing())
        return Judged(unnamed, pin, answer, event, self._means.clock.moment())

    def _note_denial(self, tapped: Tapped, at: Moment) -> None:
        self._repeats, now_written = repeats.take(self._repeats, tapped, at.mono)
        if now_written is not None:
            self._means.diary.note(now_written, at)


def _event(tap: Tap, answer: Granted | Denied, circumstances: Circumstances, standing: Standing) -> Tapped:
    match answer:
        case Granted(card, holder, grant, reason, flags):
            granted = True
        case Denied(reason, card, holder):
            granted, grant, flags = False, None, ()
        case _:
            assert_never(answer)
    return Tapped(
        tap.door, tap.reader, tap.side, tap.kind, tap.tier, tap.credential, granted, reason,
        circumstances, standing.versions, card, holder, grant, flags,
    )  # fmt: skip
