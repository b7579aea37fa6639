"""A reader's health is reported when it changes, and silence is noticed from outside its thread."""

import threading

from card_registry.words import ReaderId
from door_controller.readers import ReaderEvent, ReaderFault, ReaderRestored, Trouble
from door_controller.readers.supervision import SILENCE_SECONDS, Supervision, watch

READER = ReaderId("masuk")


def test_each_change_once() -> None:
    """Restored, broken, restored: three reports, however often each is said."""
    events: list[ReaderEvent] = []
    health = Supervision(READER, events.append)
    for _ in range(3):
        health.restored()
    for trouble in (Trouble.BROKEN, Trouble.UNREACHABLE, Trouble.SILENT):
        health.fault(trouble)
    health.restored()

    assert [type(event) for event in events] == [ReaderRestored, ReaderFault, ReaderRestored]
    assert isinstance(events[1], ReaderFault)
    assert events[1].why is Trouble.BROKEN


def test_a_reader_that_never_opened_is_a_fault() -> None:
    """The first report may be a fault."""
    events: list[ReaderEvent] = []
    Supervision(READER, events.append).fault(Trouble.UNREACHABLE)

    assert isinstance(events[0], ReaderFault)


def test_silence_is_noticed_before_the_alarm_is_due() -> None:
    """A thread that stops beating is reported and its port given up; the limit is well within 8 s."""
    events: list[ReaderEvent] = []
    health = Supervision(READER, events.append)
    stop, given_up = threading.Event(), threading.Event()
    watchdog = threading.Thread(target=watch, args=(health, given_up.set, stop, 0.2))
    watchdog.start()
    noticed = given_up.wait(8)
    stop.set()
    watchdog.join()

    assert noticed
    assert SILENCE_SECONDS < 8
    assert [event.why for event in events if isinstance(event, ReaderFault)] == [Trouble.SILENT]
