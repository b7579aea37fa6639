"""Work that the console does by the clock: one thread for each kind, which outlives every error."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.exc import SQLAlchemyError

from card_registry.errors import AksesError
from card_registry.stores.trouble import trouble

LOG = logging.getLogger("review.rounds")


@dataclass(slots=True)
class Rounds:
    """A thread that does one thing again and again, ``pause`` seconds after it ended.

    ``wake`` makes it do so at once. An error ends one round only; the log says its kind once.
    """

    name: str
    act: Callable[[], object]
    pause: float
    _wake: threading.Event = field(default_factory=threading.Event)
    _stopping: bool = False
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Go round until stopped."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Begin the next round now."""
        self._wake.set()

    def stop(self) -> None:
        """End the thread; what it was writing is committed or undone."""
        self._stopping = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(3)

    def _run(self) -> None:
        said = ""
        while not self._stopping:
            self._wake.clear()
            why = self._try()
            if why and why != said:
                LOG.warning("%s cannot do its work now: %s", self.name, why)
            elif said and not why:
                LOG.info("%s works again", self.name)
            said = why
            if not self._stopping:
                self._wake.wait(self.pause)

    def _try(self) -> str:
        """Do one round; give what was wrong, empty when nothing was."""
        try:
            self.act()
        except SQLAlchemyError as error:
            return trouble(error)
        except (AksesError, ValueError, OSError) as error:
            return type(error).__name__
        return ""
