"""The courier: takes what is due from the outbox, hands it to its channel, and writes down what came of it.

It claims a message in one transaction, sends it holding none, and marks it in another, so that a kill at any
moment loses nothing and repeats at most the one message that was on the wire.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from card_registry.instant import MINUTE
from review.notices.parcel import Away, Channel, ChannelName, Delivered, Outcome, Postponed, Refused
from review.office import Office
from review.store import outbox
from review.store.transaction import reading, writing

ROUND = 10.0
"""Seconds between two looks at the outbox."""

LONGEST_REST = 15 * MINUTE
"""How long a channel that cannot be used rests at most; it begins with one minute and doubles."""

LOG = logging.getLogger("review.courier")


@dataclass(slots=True)
class Resting:
    """How often in a row a channel could not be used, and until when it rests."""

    failures: int = 0
    until: int = 0
    why: str = ""


@dataclass(slots=True)
class Courier:
    """What delivers the office's messages; ``console`` is what their links begin with.

    ``per_minute`` is the most that one round sends of a channel for each minute since the last.
    """

    office: Office
    channels: Mapping[ChannelName, Channel]
    console: str = ""
    per_minute: int = 30
    _resting: dict[ChannelName, Resting] = field(default_factory=dict)
    _sent: dict[ChannelName, list[int]] = field(default_factory=dict)

    def once(self) -> int:
        """Deliver what is due through every channel that can be used; give how many were tried."""
        tried = sum(self._round(name, channel) for name, channel in self.channels.items())
        self._expire()
        return tried

    def _expire(self) -> None:
        """Give up what nothing could deliver in time; without a channel that is every message."""
        now = self.office.clock()
        with reading(self.office.store) as connection:
            old = outbox.has_expired(connection, now)
        if old:
            with writing(self.office.store) as connection:
                outbox.expire(connection, now)

    def _round(self, name: ChannelName, channel: Channel) -> int:
        now, tried = self.office.clock(), 0
        resting = self._resting.setdefault(name, Resting())
        if now < resting.until:
            return 0
        with reading(self.office.store) as connection:
            ids = outbox.due(connection, name, now, self._allowed(name, now))
        for id in ids:
            outcome = self._deliver(channel, id, resting)
            if outcome is None:
                continue
            tried += 1
            self._sent[name].append(now)
            if isinstance(outcome, Away):
                break
        if ids:
            channel.rest()
        return tried

    def _allowed(self, name: ChannelName, now: int) -> int:
        """Give how many messages may still be tried in this minute."""
        self._sent[name] = [at for at in self._sent.get(name, []) if at > now - MINUTE]
        return max(0, self.per_minute - len(self._sent[name]))

    def _deliver(self, channel: Channel, id: int, resting: Resting) -> Outcome | None:
        """Claim, send and mark one message; None when it is not to be tried any more."""
        with writing(self.office.store) as connection:
            parcel = outbox.claim(connection, id, channel.domain, self.console, self.office.clock())
        if parcel is None:
            return None
        # If the console dies between here and the mark, the message is sent once more, under the same id.
        outcome = channel.send(parcel)
        self._mark(id, outcome, resting)
        return outcome

    def _mark(self, id: int, outcome: Outcome, resting: Resting) -> None:
        now = self.office.clock()
        if isinstance(outcome, Away):
            self._lie_down(resting, outcome.why, now)
        elif resting.failures:
            LOG.info("messages leave the console again")
            resting.failures, resting.until, resting.why = 0, 0, ""
        with writing(self.office.store) as connection:
            match outcome:
                case Delivered():
                    outbox.sent(connection, id, now)
                case Postponed(why):
                    outbox.postpone(connection, id, now, why)
                case Refused(why):
                    outbox.give_up(connection, id, now, why)
                case Away(why):
                    outbox.rest(connection, id, resting.until, why)
                case _:
                    assert_never(outcome)

    @staticmethod
    def _lie_down(resting: Resting, why: str, now: int) -> None:
        if why != resting.why:
            LOG.warning("messages do not leave the console now: %s", why)
        resting.why = why
        resting.until = now + min(LONGEST_REST, MINUTE << min(resting.failures, 10))
        resting.failures += 1
