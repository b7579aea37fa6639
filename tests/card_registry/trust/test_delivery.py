"""Any delivery of slots: late, doubled, dropped, swapped for older ones, with restarts between.

The office publishes, the network does what it likes, the door looks when it likes. Whatever happens, the door
decides by something that was published whole, never by a mixture, never by less than it knew; and once
everything arrives it has the newest.
"""

import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from card_registry.errors import SenderLied
from card_registry.journal.event import Versions
from card_registry.statements import Denial
from card_registry.trust.adoption import Trusted, adopt, adopt_denials
from card_registry.trust.denials import read_denials
from card_registry.trust.slots import Role, grants_role
from card_registry.trust.verify import reverify
from card_registry.words import Subject
from tests.card_registry.trust.made import HERE, Door, Made, denial, token

PEOPLE = ("ani", "budi", "tono", "wati")
FAR = settings().max_examples
"""How far the chosen profile looks."""


class Delivery(RuleBasedStateMachine):
    """An office that publishes, a network that may do anything, and a door."""

    def __init__(self) -> None:
        """Found the site."""
        super().__init__()
        self._scratch = tempfile.TemporaryDirectory()
        self.made = Made()
        self.door = Door(self.made.root, Path(self._scratch.name))
        self.folder: dict[str, bytes] = {}
        self.ever: dict[str, list[bytes]] = {}
        self.days: list[dict[str, bytes]] = []
        self.listed: dict[int, frozenset[str]] = {0: frozenset()}
        self.denied: list[Denial] = []
        self.least = Versions()
        self.kept: dict[tuple[Subject, str], int] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self._scratch.cleanup()

    @initialize()
    def begin(self) -> None:
        """Nobody is in the first publication."""
        self.note_published()

    def note_published(self) -> None:
        """Remember what was published: the bytes of each slot, and whose cards that version lists."""
        people = self.made.rows.get(HERE, [])
        self.listed[self.made.number] = frozenset(token(f"card of {name}") for name in people)
        self.days.append(self.made.folder())
        for name, data in self.days[-1].items():
            versions = self.ever.setdefault(name, [])
            if data not in versions:
                versions.append(data)

    @rule(name=st.sampled_from(PEOPLE))
    def admit_or_dismiss(self, name: str) -> None:
        """The office gives one person a card, or takes it from the list."""
        if name in self.made.rows.get(HERE, []):
            self.made.dismiss(name)
        else:
            self.made.admit(name)
        self.note_published()

    @rule(name=st.sampled_from(PEOPLE))
    def deny(self, name: str) -> None:
        """The office denies one person's card."""
        self.denied = [one for one in self.denied if one.id != denial(name, 0).id]
        self.denied.append(denial(name, self.made.number))
        self.made.deny(*self.denied)
        self.note_published()

    @rule(data=st.data())
    def forget_denials(self, data: st.DataObject) -> None:
        """A thief of the online key publishes a list without some of them, and others under lower serials."""
        named = data.draw(st.lists(st.sampled_from(PEOPLE), unique=True))
        self.made.deny(*(denial(name, 1) for name in named))
        self.note_published()

    @rule(sign_role=st.booleans())
    def beat(self, *, sign_role: bool) -> None:
        """Nothing changes, and it is signed anew."""
        edition = self.made.edition()
        if sign_role:
            edition.touch(grants_role(HERE))
            edition.touch(Role.DENY)
        self.made.slots.update(edition.close())
        self.note_published()

    @rule(data=st.data())
    def deliver_one(self, data: st.DataObject) -> None:
        """One slot comes, of today or of any day before."""
        name = data.draw(st.sampled_from(sorted(self.ever)))
        self.folder[name] = data.draw(st.sampled_from(self.ever[name]))

    @rule(data=st.data())
    def deliver_news(self, data: st.DataObject) -> None:
        """Some of today's slots come, in any order, with a look after each."""
        today = self.made.folder()
        for name in data.draw(st.lists(st.sampled_from(sorted(today)), max_size=6)):
            self.folder[name] = today[name]
            self.look()

    @rule(data=st.data())
    def deliver_a_whole_day(self, data: st.DataObject) -> None:
        """Everything of one day comes: of today, or of any before."""
        self.folder |= data.draw(st.sampled_from(self.days[::-1]))
        self.look()

    @precondition(lambda self: self.folder)
    @rule(data=st.data())
    def lose_one(self, data: st.DataObject) -> None:
        """A file is gone, or cut off."""
        name = data.draw(st.sampled_from(sorted(self.folder)))
        if data.draw(st.booleans()):
            del self.folder[name]
        else:
            self.folder[name] = self.folder[name][:-1]

    @rule()
    def look(self) -> None:
        """The door looks, as its adopter does: the whole set, or at least what it denies."""
        try:
            self.door.learn(self.folder)
        except SenderLied:
            with suppress(SenderLied):
                listed = read_denials(self.folder, self.door.trusted, self.made.root)
                self.door.trusted = adopt_denials(self.door.trusted, listed.denials)

    @precondition(lambda self: self.door.trusted.registry is not None)
    @rule()
    def restart(self) -> None:
        """The door starts again from what it stored, which verifies."""
        kept = self.door.trusted
        stored = {**kept.metadata, **kept.targets}
        verified = reverify(stored, self.made.root, HERE, self.door.scratch)
        alone = Trusted(kept.floors, kept.serials, kept.metadata, dict(kept.targets))
        self.door.trusted = adopt(alone, verified, HERE)
        assert self.door.trusted == replace(kept, signed_time=verified.signed_time)

    @invariant()
    def decides_by_what_was_published(self) -> None:
        """The cards are exactly those of one publication, the one whose version the door names."""
        trusted = self.door.trusted
        if trusted.registry is not None:
            newest = max(one for one in self.listed if one <= trusted.floors.grants)
            assert self.door.cards() == self.listed[newest]
            assert trusted.registry.versions == trusted.floors
            assert trusted.registry.serials == trusted.serials

    @invariant()
    def never_goes_back(self) -> None:
        """Versions and serials only grow, and no serial was invented."""
        floors, serials = self.door.trusted.floors, dict(self.door.trusted.serials)
        for role in ("root", "timestamp", "grants", "deny"):
            assert getattr(floors, role) >= getattr(self.least, role)
        assert all(serials.get(key, 0) >= serial for key, serial in self.kept.items())
        assert all(serial < self.made.number for serial in serials.values())
        self.least, self.kept = floors, serials

    @rule()
    def converges(self) -> None:
        """When everything has come, one look is enough."""
        self.folder |= self.made.folder()
        learned = self.door.learn(self.folder)
        fresh = Door(self.made.root, self.door.scratch).learn(self.made.folder())
        assert (learned.floors, dict(learned.targets)) == (fresh.floors, dict(fresh.targets))
        assert learned.registry == replace(fresh.registry, serials=learned.serials)  # type: ignore[type-var] # just learned


TestDelivery = Delivery.TestCase
TestDelivery.settings = settings(max_examples=FAR // 5, stateful_step_count=30)
