"""What keeps a table from being run: the checks of the sheet (sop.md §9), each a sentence.

Pure.
"""

import re
from collections.abc import Iterable, Mapping

from review.procedure.table import Procedure, Step
from review.procedure.words import DONE, END, FORMS, Effect, StepKind

SIGNING = frozenset({Effect.GRANT_ACCESS, Effect.VISIT_APPROVE})
"""Effects that add a right: whoever answers signs it (DESIGN §4)."""

_FORM = re.compile(r"\bF\d\d\b")
_DURATION = re.compile(r"[1-9]\d{0,2} (menit|jam|hari)")


def faults(procedure: Procedure) -> tuple[str, ...]:
    """Name everything that keeps a table from being run."""
    numbers = [step.no for step in procedure.steps]
    if procedure.start not in numbers or len(set(numbers)) != len(numbers):
        return ("the start must be one of the steps, and each step number must occur once",)
    found = [fault for step in procedure.steps for fault in _step_faults(step, set(numbers))]
    return (*found, *_walk_faults(procedure), *_duty_faults(procedure))


def forms_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Give the codes of the forms that texts of a table name, in their order."""
    return tuple(code for text in texts for code in _FORM.findall(text))


def _step_faults(step: Step, numbers: set[str]) -> Iterable[str]:
    yield from _answer_faults(step, numbers)
    for other in step.apart:
        if other not in numbers:
            yield f"step {step.no} is to be apart from {other}, which is not in the table"
    if step.waits and Effect.PUBLISH not in step.effects:
        yield f"step {step.no} waits for the doors but publishes nothing"
    if step.role in step.recorders:
        yield f"step {step.no} names its own role among those who may record it"
    if _DURATION.fullmatch(step.duration) is None:
        yield f"step {step.no} has the duration {step.duration!r}; it must be in menit, jam or hari"
    needed = [code for branch in step.branches for code in branch.required]
    for code in (*forms_of((*step.documents, *step.output, *step.fills)), *needed):
        if code not in FORMS:
            yield f"step {step.no} names form {code}, which does not exist"


def _answer_faults(step: Step, numbers: set[str]) -> Iterable[str]:
    labels = [branch.label for branch in step.branches]
    if step.kind is StepKind.DECISION and (len(labels) < 2 or len(set(labels)) != len(labels)):  # noqa: PLR2004 - a decision has two ways out
        yield f"step {step.no} is a decision and needs two different answers"
    if step.kind is StepKind.PROCESS and labels != [DONE]:
        yield f"step {step.no} is no decision and must lead to one step"
    if step.rounds and step.kind is StepKind.PROCESS:
        yield f"step {step.no} is no decision and cannot limit its rounds"
    for branch in step.branches:
        if branch.to not in numbers | {END}:
            yield f"step {step.no} leads to {branch.to}, which is not in the table"


def _walk_faults(procedure: Procedure) -> Iterable[str]:
    onward = {step.no: [branch.to for branch in step.branches] for step in procedure.steps}
    backward: dict[str, list[str]] = {}
    for no, targets in onward.items():
        for target in targets:
            backward.setdefault(target, []).append(no)
    reached, ending = _closure(procedure.start, onward), _closure(END, backward)
    for no in onward:
        if no not in reached:
            yield f"step {no} cannot be reached"
        if no not in ending:
            yield f"from step {no} the case cannot end"


def _closure(origin: str, edges: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    rest = [origin]
    while rest:
        here = rest.pop()
        if here not in seen:
            seen.add(here)
            rest.extend(edges.get(here, ()))
    return seen


def _duty_faults(procedure: Procedure) -> Iterable[str]:
    """Applicant, approver and card maker are three people (DESIGN §4), or the table is refused."""
    grants = {step.no for step in procedure.steps if Effect.GRANT_ACCESS in step.effects}
    for step in procedure.steps:
        needed = {procedure.start} if step.no in grants else set[str]()
        if Effect.MAKE_CARD in step.effects:
            needed = {procedure.start} | grants
        for other in sorted(needed - set(step.apart)):
            yield f"step {step.no} must be apart (pisah_tugas) from step {other}"
        if not SIGNING.isdisjoint(step.effects) and not any(branch.signed for branch in step.branches):
            yield f"step {step.no} adds a right and no answer of it is signed (bertanda_tangan)"
