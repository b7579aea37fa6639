"""What counts as passed: each thing observed, judged against what the site file declares.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from card_registry.words import CredentialKind, Whole
from door_controller.commissioning.plan import Answer, Kind, Step
from firmware_config.model import FailMode

SLOWEST_MS = 500
"""A disk that takes longer for one durable write would keep a person standing before the door."""

LEAST_FREE = 256 * 1024 * 1024
"""Bytes that a controller's disk must have free when it is commissioned: years of events."""


class Verdict(StrEnum):
    """What became of a step; what is only noted does not keep a controller from passing."""

    PASSED = "passed"
    NOTED = "noted"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Clocked:
    """Whether the kernel holds the wall clock in step with something."""

    synchronised: bool


@dataclass(frozen=True, slots=True)
class Wrote:
    """The slowest of several durable writes (milliseconds), and what is free (bytes)."""

    slowest: int
    free: int


@dataclass(frozen=True, slots=True)
class Watched:
    """An input was at rest at first, came to its alarm state, and went back; it did not where False."""

    rested: bool
    came: bool
    went: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """The lock's own word while it should have moved and after (None: it reports nothing), and the answer."""

    let_go: bool | None
    locked: bool | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Stayed:
    """The lock's own word while nothing should have moved (None: it reports nothing), and the answer."""

    locked: bool | None
    answer: Answer


@dataclass(frozen=True, slots=True)
class Said:
    """What the installer answered."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class Showed:
    """What a reader reported: a credential's kind and whether it was proven; a pressed key; or nothing."""

    works: bool
    kind: CredentialKind | None = None
    proven: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Broke:
    """The step could not be done; ``why`` is our own sentence."""

    why: str


Observed = Clocked | Wrote | Watched | Moved | Stayed | Said | Showed | Broke


@dataclass(frozen=True, slots=True)
class Result:
    """One step and what became of it; ``detail`` says what was seen, in a few words of ours."""

    step: str
    kind: Kind
    about: str
    verdict: Verdict
    detail: str
    ms: Whole = 0


def judge(step: Step, observed: Observed, fail_mode: FailMode | None = None) -> Result:
    """Say what became of a step; ``fail_mode`` is what the site file declares of the door."""
    verdict, detail = _judge(observed, fail_mode)
    ms = observed.slowest if isinstance(observed, Wrote) else 0
    return Result(step.id, step.kind, step.about, verdict, detail, ms)


def passed(results: tuple[Result, ...]) -> bool:
    """Say whether a controller may be put to use: nothing failed, nothing was left out."""
    return bool(results) and all(result.verdict in (Verdict.PASSED, Verdict.NOTED) for result in results)


def _judge(observed: Observed, fail_mode: FailMode | None) -> tuple[Verdict, str]:
    match observed:
        case Clocked(synchronised):
            return (
                (Verdict.PASSED, "in step") if synchronised else (Verdict.NOTED, "nothing keeps it in step")
            )
        case Wrote(slowest, free):
            return _disk(slowest, free)
        case Watched():
            return _input(observed)
        case Moved(let_go, locked, answer):
            return _moved(let_go, locked, answer)
        case Stayed(locked, answer):
            return (Verdict.FAILED, "the lock says it let go") if locked is False else _said(answer)
        case Said(answer):
            return _said(answer) if fail_mode is None else _power(answer, fail_mode)
        case Showed():
            return _reader(observed)
        case Broke(why):
            return Verdict.FAILED, why
        case _:
            assert_never(observed)


def _disk(slowest: int, free: int) -> tuple[Verdict, str]:
    if slowest > SLOWEST_MS:
        return Verdict.FAILED, f"a durable write took over {SLOWEST_MS} ms"
    if free < LEAST_FREE:
        return Verdict.FAILED, f"less than {LEAST_FREE >> 20} MiB are free"
    return Verdict.PASSED, "writes are durable and quick"


def _input(seen: Watched) -> tuple[Verdict, str]:
    if not seen.rested:
        return Verdict.FAILED, "was not at rest to begin with"
    if not seen.came:
        return Verdict.FAILED, "never came"
    return (Verdict.PASSED, "came and went") if seen.went else (Verdict.FAILED, "came and never went")


def _moved(let_go: bool | None, locked: bool | None, answer: Answer) -> tuple[Verdict, str]:  # noqa: FBT001
    if answer is Answer.SKIP:
        return Verdict.SKIPPED, "skipped"
    if let_go is False:
        return Verdict.FAILED, "the lock did not say that it let go"
    if locked is False:
        return Verdict.FAILED, "the lock did not say that it locked again"
    return _said(answer)


def _said(answer: Answer) -> tuple[Verdict, str]:
    match answer:
        case Answer.YES:
            return Verdict.PASSED, "the installer saw it"
        case Answer.SKIP:
            return Verdict.SKIPPED, "skipped"
        case _:
            return Verdict.FAILED, "the installer saw otherwise"


def _power(answer: Answer, declared: FailMode) -> tuple[Verdict, str]:
    if answer is Answer.SKIP:
        return Verdict.SKIPPED, "skipped"
    found = FailMode.SECURE if answer is Answer.LOCKED else FailMode.SAFE
    if found is declared and answer in (Answer.LOCKED, Answer.RELEASED):
        return Verdict.PASSED, f"fail-{declared} as declared"
    return Verdict.FAILED, f"declared fail-{declared}, and without power the lock is {answer}"


def _reader(seen: Showed) -> tuple[Verdict, str]:
    if not seen.works:
        return Verdict.FAILED, "the reader does not answer"
    if seen.key:
        return Verdict.PASSED, "a key was pressed"
    if seen.kind is None:
        return Verdict.FAILED, "no card was seen"
    said = "proven" if seen.proven else "seen, nothing proven"
    return Verdict.PASSED, f"a card was {said} ({seen.kind})"
