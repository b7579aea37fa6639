"""PINs are checked one after the other in a thread of their own, and only the result is told."""

import logging
import queue
from collections.abc import Callable
from typing import cast

import pytest

from card_registry.pin import pin_row
from card_registry.shown import PinRow
from card_registry.words import HolderId, PinResult
from door_controller.pin.checker import PinChecked, PinChecker

RIGHT, DURESS, CANARY = "73951846", "60284913", "82640197"
ROW = pin_row(HolderId("5a" * 16), RIGHT, DURESS, bytes(16))


def results(asks: Callable[[PinChecker], None], number: int) -> list[PinChecked]:
    """Let a checker work, and give what it reported."""
    reported: queue.SimpleQueue[PinChecked] = queue.SimpleQueue()
    checker = PinChecker(reported.put)
    asks(checker)
    found = [reported.get(timeout=20) for _ in range(number)]
    checker.close()
    assert reported.empty()
    return found


def test_each_ask_has_one_answer_in_order() -> None:
    """Tokens come back with their results, whoever asked and however fast."""

    def asks(checker: PinChecker) -> None:
        for token, row, typed in ((7, ROW, RIGHT), (3, ROW, DURESS), (9, ROW, CANARY), (4, None, RIGHT)):
            checker.ask(token, row, typed)

    assert results(asks, 4) == [
        PinChecked(7, PinResult.RIGHT),
        PinChecked(3, PinResult.DURESS),
        PinChecked(9, PinResult.WRONG),
        PinChecked(4, PinResult.WRONG),
    ]


def test_what_cannot_be_checked_is_asked_again_and_the_log_keeps_the_secret(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A failure inside gives NOT_ASKED, the next PIN is checked as ever, and no digit is in the log."""
    broken = cast("PinRow", CANARY)

    def asks(checker: PinChecker) -> None:
        checker.ask(1, broken, CANARY)
        checker.ask(2, ROW, RIGHT)

    with caplog.at_level(logging.DEBUG):
        found = results(asks, 2)

    assert [one.result for one in found] == [PinResult.NOT_ASKED, PinResult.RIGHT]
    assert "AttributeError" in caplog.text
    assert CANARY not in caplog.text
    assert ROW.right not in caplog.text


def test_a_checker_that_was_never_asked_closes_at_once() -> None:
    """Where no door asks for PINs there is no thread."""
    checker = PinChecker(lambda _: None)
    checker.close()

    assert checker._thread.ident is None  # noqa: SLF001 - that is what is promised
