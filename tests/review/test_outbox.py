"""The outbox and its courier: nothing lost, nothing twice, nothing for ever."""

import itertools
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert

from card_registry.instant import DAY, HOUR, MINUTE
from card_registry.words import CaseId
from review.notices.clockwork import clockwork
from review.notices.courier import LONGEST_REST, Courier
from review.notices.parcel import (
    LIFETIME,
    LONGEST_PAUSE,
    Away,
    ChannelName,
    Delivered,
    Outcome,
    Parcel,
    ParcelState,
    Postponed,
    Refused,
    again,
)
from review.notices.rounds import Rounds
from review.notices.settings import MailSettings, Security
from review.notices.smtp import SmtpChannel
from review.serving import Stores, open_console
from review.store import contacts, inbox, outbox
from review.store.outbox import DAILY, Letter, Posted
from review.store.transaction import reading, writing
from review.tables import setting
from tests.review.mail_server import mail_server
from tests.review.test_workflow import opened
from tests.review.world import NOON, World

ADDRESS = "pejabat@contoh.go.id"


class Killed(BaseException):
    """The console died here."""


@dataclass(slots=True)
class Way:
    """A channel that answers as told and keeps what it was given; it may kill the console after sending."""

    outcomes: list[Outcome] = field(default_factory=list)
    taken: list[Parcel] = field(default_factory=list)
    dies: bool = False
    domain: str = "contoh.go.id"

    def send(self, parcel: Parcel) -> Outcome:
        """Take one message."""
        self.taken.append(parcel)
        if self.dies:
            raise Killed
        return self.outcomes.pop(0) if self.outcomes else Delivered()

    def rest(self) -> None:
        """Do nothing."""


@dataclass(frozen=True, slots=True)
class Post:
    """An office whose applicant has an address and a case, its courier, and the way out."""

    world: World
    case: CaseId
    way: Way
    courier: Courier

    def write(self, text: str = "Kabar") -> None:
        """Tell the applicant something."""
        with writing(self.world.office.store) as connection:
            letter = Letter(self.case, text, self.world.clock())
            inbox.tell(connection, letter, self.world.person("pemohon").id)

    def rows(self) -> tuple[Posted, ...]:
        """Give the outbox, the oldest first."""
        with reading(self.world.office.store) as connection:
            return outbox.of_case(connection, self.case)[::-1]


@pytest.fixture
def post(world: World) -> Post:
    """Give an office in whose outbox nothing waits."""
    case = CaseId(opened(world))
    reach(world, "pemohon")
    way = Way()
    return Post(
        world, case, way, Courier(world.office, {ChannelName.EMAIL: way}, "https://akses.contoh.go.id")
    )


def reach(world: World, login: str, address: str = ADDRESS) -> None:
    """Give a person an address."""
    with writing(world.office.store) as connection:
        contacts.keep(connection, world.person(login).id, ChannelName.EMAIL, address, world.clock())


def test_a_message_is_written_with_its_act_and_delivered_once(post: Post) -> None:
    """Inbox and outbox hold it; the courier sends it with greeting and link, marks it, and never again."""
    post.write("Permohonan Anda telah selesai.")
    (row,) = post.rows()
    assert (row.state, row.address, row.subject) == (
        ParcelState.WAITING,
        ADDRESS,
        "[ARS-2026-0001] Permohonan Anda telah selesai.",
    )
    assert (post.courier.once(), post.courier.once()) == (1, 0)
    (parcel,) = post.way.taken
    assert parcel.name == "Pejabat Pemohon"
    assert parcel.link == f"https://akses.contoh.go.id/permohonan/{post.case}"
    (row,) = post.rows()
    assert (row.state, row.tries, row.ended, row.sentence) == (ParcelState.SENT, 1, NOON, "")


def test_what_is_rolled_back_was_never_told(post: Post) -> None:
    """A message lives and dies with the act's transaction."""
    with reading(post.world.office.store) as connection:
        inbox.tell(connection, Letter(post.case, "x", NOON), post.world.person("pemohon").id)
        connection.rollback()
    assert (post.rows(), post.courier.once()) == ((), 0)


def test_nobody_without_an_address_is_written_to(post: Post) -> None:
    """An address that was removed ends the e-mails; the inbox stays."""
    reach(post.world, "pemohon", "")
    post.write()
    assert post.rows() == ()
    with reading(post.world.office.store) as connection:
        assert inbox.messages(connection, post.world.person("pemohon").id)[0].text == "Kabar"


@pytest.mark.parametrize("sent", [False, True])
def test_a_console_killed_on_the_wire_repeats_that_one_message_only(post: Post, *, sent: bool) -> None:
    """Killed before or after the server's yes, the next courier sends it again under the same Message-ID."""
    post.write("satu")
    post.write("dua")
    if sent:
        assert post.courier.once() == 2
        post.write("tiga")
    post.way.dies = True
    with pytest.raises(Killed):
        post.courier.once()
    post.way.dies, post.way.domain = False, "lain.go.id"
    fresh = Courier(post.world.office, post.courier.channels)
    assert fresh.once() == (0 if sent else 1)
    post.world.clock.now += MINUTE
    assert fresh.once() == 1
    assert {row.state for row in post.rows()} == {ParcelState.SENT}
    ids = [parcel.reference for parcel in post.way.taken]
    assert len(ids) - len(set(ids)) == 1
    assert sorted(row.tries for row in post.rows())[-2:] == [1, 2]


def test_a_message_that_is_refused_ends_and_the_others_go_on(post: Post) -> None:
    """Its sentence is kept; nothing is tried again."""
    post.way.outcomes = [Refused("Server surel menolak alamat penerima (550).")]
    post.write("satu")
    post.write("dua")
    assert post.courier.once() == 2
    assert [(row.state, row.sentence) for row in post.rows()] == [
        (ParcelState.GIVEN_UP, "Server surel menolak alamat penerima (550)."),
        (ParcelState.SENT, ""),
    ]


def test_a_postponed_message_waits_longer_each_time_until_it_is_given_up(post: Post) -> None:
    """The pauses double; after three days the last sentence stands."""
    post.write()
    begun, tries = post.world.clock(), []
    post.way.outcomes = [Postponed("Server surel menunda alamat penerima (451).")] * 100
    while post.rows()[0].state is ParcelState.WAITING:
        if post.courier.once():
            tries.append(post.world.clock() - begun)
        post.world.clock.now += MINUTE if post.world.clock() < begun + HOUR else HOUR // 2
    pauses = [after - before for before, after in itertools.pairwise(tries)]
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert LONGEST_PAUSE <= max(pauses) < LONGEST_PAUSE + HOUR
    assert tries[-1] <= LIFETIME
    assert post.rows()[0].sentence == "Server surel menunda alamat penerima (451)."


def test_a_channel_that_is_away_rests_and_no_message_suffers(post: Post) -> None:
    """One is tried, all wait; the rests double; when it is back everything goes at once."""
    for text in ("satu", "dua", "tiga"):
        post.write(text)
    post.way.outcomes = [Away("Server surel tidak dapat dihubungi.")] * 5
    tried = []
    for _ in range(60):
        if post.courier.once():
            tried.append(post.world.clock())
        post.world.clock.now += MINUTE
    assert [after - before for before, after in itertools.pairwise(tried)] == [
        MINUTE,
        2 * MINUTE,
        4 * MINUTE,
        8 * MINUTE,
        LONGEST_REST,
    ]
    assert {row.state for row in post.rows()} == {ParcelState.SENT}
    assert post.world.clock() < NOON + HOUR + MINUTE


def test_a_round_sends_no_more_than_a_minute_allows(post: Post) -> None:
    """The rest goes a minute later."""
    post.courier.per_minute = 2
    for text in ("satu", "dua", "tiga"):
        post.write(text)
    assert (post.courier.once(), post.courier.once()) == (2, 0)
    post.world.clock.now += MINUTE
    assert post.courier.once() == 1


def test_one_address_is_not_flooded(post: Post) -> None:
    """After the day's measure messages stay in the inbox, and the outbox says so; the next day goes on."""
    for _ in range(DAILY + 2):
        post.write()
    states = [row.state for row in post.rows()]
    assert states.count(ParcelState.GIVEN_UP) == 2
    assert "hanya ada di konsol" in post.rows()[-1].sentence
    post.world.clock.now += DAY
    post.write()
    assert post.rows()[-1].state is ParcelState.WAITING


def test_old_news_is_given_up_with_or_without_a_server(post: Post) -> None:
    """A message that nothing delivered for three days ends, so that a late server sends no old news."""
    post.write()
    post.world.clock.now += LIFETIME + 1
    reminders_, courier, *_ = clockwork(post.world.office, None)
    courier.act()
    assert (post.rows()[0].state, post.rows()[0].sentence) == (ParcelState.GIVEN_UP, outbox.EXPIRED)
    assert reminders_.name == "reminders"
    post.write()
    post.world.clock.now += LIFETIME + 1
    assert (post.courier.once(), post.way.taken) == (0, [])
    assert {row.state for row in post.rows()} == {ParcelState.GIVEN_UP}


def test_the_office_writes_to_a_real_server(post: Post) -> None:
    """From act to mailbox: the courier's own thread delivers over SMTP and ends when it is told to."""
    post.write("Permohonan Anda telah selesai.")
    with mail_server() as server:
        mail = MailSettings("127.0.0.1", "akses@contoh.go.id", server.port, Security.NONE)
        courier = Courier(post.world.office, {ChannelName.EMAIL: SmtpChannel(mail)})
        delivered = courier.once()
    assert delivered == 1
    assert server.box[0].recipient == ADDRESS
    assert server.box[0].read()["Message-ID"] == f"<1.{NOON}@contoh.go.id>"
    assert post.rows()[0].state is ParcelState.SENT


def test_rounds_outlive_every_error_and_say_its_kind_once(caplog: pytest.LogCaptureFixture) -> None:
    """A round that fails is followed by the next one; the log names kinds only."""
    seen: list[int] = []
    over = threading.Event()

    def act() -> None:
        seen.append(len(seen))
        if len(seen) < 3:
            message = "rahasia"
            raise ValueError(message)
        rounds.stop()
        over.set()

    rounds = Rounds("contoh", act, 0.0)
    rounds.start()
    assert over.wait(10)
    rounds.stop()
    assert seen == [0, 1, 2]
    assert caplog.text.count("contoh cannot do its work now: ValueError") == 1
    assert "rahasia" not in caplog.text


@given(st.integers(1, 200), st.integers(0, LIFETIME))
def test_a_message_is_never_tried_after_its_time(tries: int, age: int) -> None:
    """The next try is in the future, within four hours, and within three days of its writing."""
    at = again(tries, NOON, NOON + age)
    assert at is None or NOON + age + MINUTE <= at <= min(NOON + LIFETIME, NOON + age + LONGEST_PAUSE)
    assert (at is None) == (NOON + age + min(LONGEST_PAUSE, MINUTE << min(tries - 1, 12)) > NOON + LIFETIME)


def test_a_console_does_by_the_clock_what_its_mail_file_says(world: World, tmp_path: Path) -> None:
    """The file's lists hear announcements, its links begin as it says, and its own thread delivers."""
    doors, mail = tmp_path / "pintu.json", tmp_path / "surel.toml"
    doors.write_text('{"doors": []}')
    with writing(world.office.store) as connection:
        connection.execute(insert(setting).values(name="site", value="contoh"))
    case = CaseId(opened(world))
    reach(world, "pemohon")
    stores = Stores(*(f"sqlite:///{tmp_path}/{name}.db" for name in ("office", "ledger", "registry")))
    with mail_server() as server:
        lines = ('server = "127.0.0.1"', f"port = {server.port}", 'tls = "none"', 'sender = "a@contoh.go.id"')
        mail.write_text("\n".join((*lines, 'announce_to = ["semua@contoh.go.id"]', 'console = "http://k"')))
        console = open_console(stores, "contoh", tmp_path / "run", doors, None, mail)
        with writing(console.office.store) as connection:
            inbox.tell(connection, Letter(case, "Kabar", console.office.clock()), world.person("pemohon").id)
        _, courier, *_ = console.rounds
        courier.start()
        assert server.arrived.wait(20)
        courier.stop()
    assert console.office.announce == ("semua@contoh.go.id",)
    assert f"http://k/permohonan/{case}" in server.box[0].read().get_content()
    for engine in (console.office.store, console.office.registry, console.office.ledger):
        engine.dispose()
