"""What people ask of five years: every page of an auditor's questions and of door events.

A question is asked as a browser asks it, but for HTTP: the page's own function, for a signed-in auditor, with
the days it has when nothing was chosen, and rendered. Whom it is about differs from round to round.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from card_registry.instant import DAY
from review.bench.books import staff
from review.bench.town import END, Held, Town, card_id, token
from review.follow import Follower
from review.office import Office
from review.people import Person, Role
from review.pictures.album import Album
from review.web.ask_door import typed_moment
from review.web.console import Console
from review.web.happenings import Only
from review.web.pages import audit, audit_signs, happenings, reports
from review.web.visitor import Visitor

WEEK_OF_LAST_YEAR = ("2025-09-01", "2025-09-07")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: what it is called, and how it is asked in a round."""

    name: str
    ask: Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Auditor:
    """Who asks: a console around the office, and the auditor at it."""

    office: Office
    town: Town

    def _here(self) -> tuple[Console, Visitor]:
        roles = frozenset({Role.AUDITOR, Role.ADMIN})
        person = Person(staff(Role.AUDITOR), "Pejabat Auditor", "Inspektorat", roles)
        return Console(self.office, Follower(self.office)), Visitor(person, "")

    def _one(self, round_: int) -> Held:
        return self.town.grants[round_ * 701 % self.town.living]

    def questions(self) -> Iterator[Question]:
        """Give every question, in the order of the pages."""
        console, me = self._here()
        yield Question("who could enter a door now", lambda n: self._door(n, END))
        yield Question("who could enter a door two years ago", lambda n: self._door(n, END - 730 * DAY))
        yield Question("find people by a word", lambda n: audit.find_page(console, me, f"contoh 0{n % 10}"))
        yield from self._about()
        yield Question("what changed in 30 days", lambda _: audit.changes_page(console, me))
        yield Question("who approved what in 30 days", lambda _: audit.approvals_page(console, me))
        yield Question("a sampled week", lambda n: audit.week_page(console, me, f"benih {n}"))
        yield Question("signs of 7 days", lambda _: audit_signs.signs_page(console, me))
        yield from self._events()

    def charts(self) -> Iterator[Question]:
        """Give a year of pictures of each report; another year in every round, for what is drawn is kept."""
        console, me = self._here()

        def year(album: Album) -> Question:
            return Question(
                f"a year of pictures, {album}",
                lambda n: reports.report_page(console, me, album, f"{2021 + n}"),
            )

        yield from map(year, Album)

    def _door(self, round_: int, at: int) -> object:
        door = self._one(round_).terms.doors[0]
        return audit.door_page(*self._here(), door, typed_moment(at, self.office.zone()))

    def _about(self) -> Iterator[Question]:
        console, me = self._here()

        def about(kind: str, id_: Callable[[int], str]) -> Question:
            return Question(
                f"everything about one {_THINGS[kind]}",
                lambda n: audit.about_page(console, me, kind, id_(n)),
            )

        yield about("orang", lambda n: self._one(n).terms.holder)
        yield about("kartu", lambda n: card_id(self._one(n).holder))
        yield about("kasus", lambda n: token("case", self._one(n).number))
        yield about("akun", lambda _: staff(Role.KABID))

    def _events(self) -> Iterator[Question]:
        console, me = self._here()
        for only, words in _EVENTS.items():
            yield Question(words, lambda _, only=only: happenings.events_page(console, me, hanya=only.value))  # type: ignore[misc]
        first, last = WEEK_OF_LAST_YEAR
        named = {"dari": "2025-10-01", "sampai": "2026-09-30"}
        yield Question(
            "events of a week last year", lambda _: happenings.events_page(console, me, first, last)
        )
        yield Question(
            "events of one person in a year",
            lambda n: happenings.events_page(console, me, **named, pemegang=self._one(n).terms.holder),
        )
        yield Question(
            "events of a name in a year",
            lambda n: happenings.events_page(console, me, **named, nama=f"contoh {self._one(n).holder:04}"),
        )
        yield Question(
            "refusals of one door in a year",
            lambda n: happenings.events_page(
                console, me, **named, pintu=self._one(n).terms.doors[0], hanya=Only.REFUSALS.value
            ),
        )


_THINGS = {"orang": "person", "kartu": "card", "kasus": "case", "akun": "account"}
_EVENTS = {
    Only.ALL: "events of 7 days",
    Only.OPENINGS: "openings of 7 days",
    Only.REFUSALS: "refusals of 7 days",
    Only.UNEXPLAINED: "unexplained openings of 7 days",
}
