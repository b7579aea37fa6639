"""Who answers for the installer: a person at the terminal, or a file of answers.

A file of answers is TOML: each key the id of a step (or ``default``), each value one of the step's answers.
It is for rehearsals and tests, and a record made with it says so.
"""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import click

from card_registry.errors import OperatorMistaken
from door_controller.commissioning.plan import Answer, Step

WORDS = {
    Answer.YES: "ya",
    Answer.NO: "tidak",
    Answer.LOCKED: "terkunci",
    Answer.RELEASED: "terbuka",
    Answer.SKIP: "lewati",
}
"""The answers as they are typed."""

Tell = Callable[[str], None]


class Installer(Protocol):
    """Who is told what to do, and asked what was seen."""

    @property
    def present(self) -> bool:
        """Say whether a person is there; a file only rehearses."""

    def tell(self, step: Step, sentence: str) -> None:
        """Say what to do now."""

    def ask(self, step: Step, sentence: str) -> Answer:
        """Ask what was seen; one of the step's answers."""


class Person:
    """An installer at the terminal."""

    present = True

    def __init__(self, tell: Tell) -> None:
        """Speak through ``tell``."""
        self._tell = tell

    def tell(self, step: Step, sentence: str) -> None:
        """Say what to do now."""
        self._tell(f"[{step.id}] {sentence}")

    def ask(self, step: Step, sentence: str) -> Answer:
        """Ask until one of the step's answers is typed."""
        words = {WORDS[answer]: answer for answer in step.answers}
        said = click.prompt(f"[{step.id}] {sentence}", type=click.Choice(list(words)), err=True)
        return words[said]


class Answers:
    """A file of answers."""

    present = False

    def __init__(self, path: Path, tell: Tell) -> None:
        """Read the file.

        Raises:
            OperatorMistaken: It is not a file of answers.
        """
        self._tell = tell
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            self._answers = {str(step): Answer(word) for step, word in table.items()}
        except (OSError, ValueError) as error:
            raise OperatorMistaken(f"{path} is no file of answers: {error}") from error

    def tell(self, step: Step, sentence: str) -> None:
        """Say what to do now."""
        self._tell(f"[{step.id}] {sentence}")

    def ask(self, step: Step, sentence: str) -> Answer:
        """Give the step's answer, or the file's default where it fits, else SKIP."""
        self._tell(f"[{step.id}] {sentence}")
        wanted = self._answers.get(step.id, self._answers.get("default", Answer.SKIP))
        return wanted if wanted in step.answers else Answer.SKIP
