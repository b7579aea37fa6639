"""The reader's thread with nfcpy's driver and pyserial, against the simulated chip and every kind of card."""

import contextlib
import os
import pty
import queue
import random
import secrets
import select
import threading
import time
import tty
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from card_registry.cards.pkoc import credential_digest
from card_registry.words import CredentialKind, Tier
from door_controller.readers import (
    Doubt,
    Presented,
    Proof,
    Proven,
    ReaderFault,
    ReaderRestored,
    Trouble,
    Unproven,
)
from door_controller.readers.pn532 import CARD_SECONDS, Pn532Settings
from door_controller.simulator.frame import ACK, Command, FrameBuffer, wrap
from door_controller.simulator.picc import Picc, Spoken, UidCard
from door_controller.simulator.pkoc_card import PkocCard
from door_controller.simulator.pn532 import Answer, Chip
from door_controller.simulator.wire import VirtualReader
from door_controller.simulator.words import Fault
from tests.door_controller.readers.eye import READER, Eye, looking

UID = bytes.fromhex("04A1B2C3D4E5F6")
OTHER_UID = bytes.fromhex("04C0FFEE123456")
KEY = generate_private_key(SECP256R1())


@pytest.fixture
def virtual(tmp_path: Path) -> Generator[VirtualReader]:
    """An unpaced virtual reader."""
    reader = VirtualReader(tmp_path / "reader-masuk", paced=False)
    yield reader
    reader.close()


@pytest.fixture
def eye(virtual: VirtualReader, tmp_path: Path) -> Generator[Eye]:
    """A reader thread that has opened it."""
    del virtual
    with looking(tmp_path / "reader-masuk") as found:
        assert isinstance(found.next(), ReaderRestored)
        yield found


def honest(seconds: float = 0.0) -> tuple[Picc, Proven]:
    """An honest card, and what it proves."""
    card = PkocCard(KEY, seconds)
    return Picc(UID, card), Proven(CredentialKind.PKOC, Tier.PUBLIC_KEY, credential_digest(card.public_key))


class Bent(PkocCard):
    """A PKOC application whose answers are bent before they leave."""

    def __init__(self, bend: Callable[[bytes, bytes], bytes]) -> None:
        super().__init__(KEY)
        self._bend = bend

    def answer(self, apdu: bytes) -> Spoken:
        """Answer, bent."""
        return Spoken(self._bend(apdu, super().answer(apdu).data))


def test_an_honest_card(virtual: VirtualReader, eye: Eye) -> None:
    """It is proved, reported with its reader, and its UID is not even asked to be named."""
    card, proven = honest()
    before = time.monotonic_ns()
    virtual.present(card)
    event = eye.next()

    assert isinstance(event, Presented)
    assert (event.reader, event.proof) == (READER, proven)
    assert before <= event.at <= time.monotonic_ns()
    assert eye.uids == []


@pytest.mark.parametrize("fsci", [0, 2, 5, 8])
def test_cards_with_small_frames(virtual: VirtualReader, eye: Eye, fsci: int) -> None:
    """A card that takes 16 bytes at a time is served in chained blocks."""
    _, proven = honest()
    virtual.present(Picc(UID, PkocCard(KEY), fsci=fsci))

    assert eye.proof() == proven


def test_a_card_that_signs_slowly(virtual: VirtualReader, eye: Eye) -> None:
    """A card that asks for time gets it."""
    card, proven = honest(0.4)
    virtual.present(card)

    assert eye.proof() == proven


def test_a_phone(virtual: VirtualReader, eye: Eye) -> None:
    """A phone says SAK 60 and a random UID, and is as good as a card."""
    card, proven = honest()
    card.sak, card.uid = 0x60, b"\x08" + secrets.token_bytes(3)
    virtual.present(card)

    assert eye.proof() == proven


def test_once_for_each_presentation(virtual: VirtualReader, eye: Eye) -> None:
    """Held for long it is one tap; taken away and brought back it is another."""
    card, proven = honest()
    virtual.present(card)
    assert eye.proof() == proven
    with pytest.raises(queue.Empty):
        eye.next(0.6)
    virtual.remove()
    time.sleep(0.5)  # the hand that takes it away for half a second is part of the story
    virtual.present(card)

    assert eye.proof() == proven


def test_two_cards_in_quick_succession(virtual: VirtualReader, eye: Eye) -> None:
    """Another card needs no pause."""
    card, proven = honest()
    virtual.present(card)
    assert eye.proof() == proven
    virtual.present(UidCard(b"\x0a\x0b\x0c\x0d"))

    assert isinstance(eye.proof(), Unproven)


@pytest.mark.parametrize(
    "card", [UidCard(UID), UidCard(b"\x0a\x0b\x0c\x0d"), Picc(UID, Bent(lambda _, __: b"\x6a\x82"))]
)
def test_a_card_without_our_protocol(virtual: VirtualReader, eye: Eye, card: UidCard | Picc) -> None:
    """Even with an enrolled card's UID it proves nothing; that UID goes into the pseudonym and no further."""
    virtual.present(card)

    assert eye.proof() == Unproven(CredentialKind.UID, "nama-1", Doubt.NO_PROTOCOL)
    assert eye.uids == [card.uid]


def test_a_replayed_answer(virtual: VirtualReader, eye: Eye) -> None:
    """A card that plays back what the genuine one once answered is refused by its signature."""
    recorded: list[bytes] = []

    def record(apdu: bytes, answer: bytes) -> bytes:
        if apdu[:4] == bytes.fromhex("80800001"):
            recorded.append(answer)
            return recorded[0]
        return answer

    _, proven = honest()
    card = Picc(UID, Bent(record))
    virtual.present(card)
    assert eye.proof() == proven
    virtual.present(UidCard(b"\x0a\x0b\x0c\x0d"))
    eye.proof()
    virtual.present(card)

    assert eye.proof() == Unproven(CredentialKind.PKOC, "nama-2", Doubt.SIGNATURE)
    assert len(recorded) == 2


@pytest.mark.parametrize(
    ("bend", "doubt"),
    [
        (lambda _, answer: answer.replace(b"\x5c\x04\x01\x01\x01\x00", b"\x5c\x02\x02\x00"), Doubt.VERSION),
        (lambda _, answer: answer[:-3] + b"\x00\x90\x00" if len(answer) > 99 else answer, Doubt.SIGNATURE),
        (lambda _, answer: b"\x5a\x41" + bytes(65) + answer[67:] if len(answer) > 99 else answer, Doubt.KEY),
        (lambda _, answer: b"\x69\x85" if len(answer) > 99 else answer, Doubt.STATUS),
        (lambda _, answer: answer[:-9] + b"\x90\x00" if len(answer) > 99 else answer, Doubt.MALFORMED),
    ],
)
def test_a_card_that_speaks_pkoc_and_proves_nothing(
    virtual: VirtualReader, eye: Eye, bend: Callable[[bytes, bytes], bytes], doubt: Doubt
) -> None:
    """Each way to fail is reported by its name."""
    virtual.present(Picc(UID, Bent(bend)))

    assert eye.proof() == Unproven(CredentialKind.PKOC, "nama-1", doubt)


class Waiting(Picc):
    """A card that asks for more time, without end."""

    def frame(self, data: bytes) -> Spoken | None:
        """Activate, then ask for the shortest extension for ever."""
        return super().frame(data) if data[:1] == b"\xe0" else Spoken(b"\xf2\x01")


def test_endless_waiting_is_bounded(virtual: VirtualReader, eye: Eye) -> None:
    """A card that asks for time for ever has its two seconds; the reader does not break for it."""
    began = time.monotonic()
    virtual.present(Waiting(UID, PkocCard(KEY)))
    proof = eye.proof()
    took = time.monotonic() - began
    card, proven = honest()
    card.uid = bytes(7)
    virtual.present(card)

    assert proof == Unproven(CredentialKind.UID, "nama-1", Doubt.TOO_SLOW)
    assert CARD_SECONDS <= took < CARD_SECONDS + 1
    assert eye.proof() == proven


class Torn(Picc):
    """A card that falls silent at a frame."""

    def __init__(self, after: int) -> None:
        super().__init__(UID, PkocCard(KEY))
        self.left = after

    def frame(self, data: bytes) -> Spoken | None:
        """Answer while it lasts."""
        self.left -= 1
        return super().frame(data) if self.left >= 0 else None


def test_a_badly_held_card_is_asked_again(virtual: VirtualReader, eye: Eye) -> None:
    """A conversation that breaks once is begun again, without a report in between."""
    _, proven = honest()

    class Shaky(Torn):
        def reset(self) -> None:
            super().reset()
            self.left = 1 if not hasattr(self, "left") or self.left == 2 else 99

    card = Shaky(2)
    virtual.present(card)

    assert eye.proof() == proven


def test_a_card_that_never_holds_still(virtual: VirtualReader, eye: Eye) -> None:
    """After half a second of broken conversations it is reported as such."""
    virtual.present(Torn(1))

    assert eye.proof() == Unproven(CredentialKind.UID, "nama-1", Doubt.LINK)


class Hostile(Picc):
    """A card that answers at random: activation, blocks, everything."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(chance.randbytes(chance.choice([4, 7, 10])), PkocCard(KEY))
        self.sak = chance.choice([0x20, 0x28, 0x60, 0x20])
        self.atqa = chance.choice([b"\x03\x44", chance.randbytes(2)])
        self._chance = chance

    def frame(self, data: bytes) -> Spoken | None:
        """Answer something, mostly wrong."""
        chance = self._chance.random()
        if data[:1] == b"\xe0" and chance < 0.6:
            super().frame(data)
            return Spoken(self._chance.randbytes(self._chance.randrange(8)))
        if chance < 0.25:
            return Spoken(self._chance.randbytes(self._chance.randrange(40)))
        if chance < 0.4:
            block = self._chance.choice(b"\x02\x03\x12\x13\xa2\xa3\xf2\xc2")
            return Spoken(bytes([block]) + self._chance.randbytes(self._chance.randrange(3)))
        return super().frame(data)


SOME = 5
"""On a starved machine the simulated chip may be late once or twice; that is no card's doing."""


def meet_hostile_cards(folder: Path, seed: int) -> Proof:
    """Show one reader fifty hostile cards, each reported once, then an honest one."""
    virtual = VirtualReader(folder / f"reader-{seed}", paced=False)
    try:
        with looking(folder / f"reader-{seed}", retry_seconds=0) as eye:
            chance = random.Random(seed)
            for number in range(50):
                card = Hostile(chance)
                card.uid = number.to_bytes(2) + card.uid[2:]
                virtual.present(card)
                eye.proof()
            virtual.present(honest()[0])
            proof = eye.proof()
            assert eye.faults < SOME
            return proof
    finally:
        virtual.close()


def test_no_card_kills_the_reader(tmp_path: Path) -> None:
    """Hundreds of hostile cards later, four readers still prove an honest one."""
    with ThreadPoolExecutor(4) as pool:
        proofs = list(pool.map(lambda seed: meet_hostile_cards(tmp_path, seed), range(4)))

    assert proofs == [honest()[1]] * 4


class Chatter:
    """A chip that works until told to chatter: from then on it acknowledges without end and never answers."""

    def __init__(self, link: Path) -> None:
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        link.symlink_to(os.ttyname(self._slave))
        self._stop, self.chatters = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self) -> None:
        """End."""
        self._stop.set()
        self._thread.join()
        os.close(self._master)
        os.close(self._slave)

    def _run(self) -> None:
        chip, frames = Chip(), FrameBuffer()
        os.set_blocking(self._master, False)
        while not self._stop.is_set():
            with contextlib.suppress(BlockingIOError):
                if self.chatters.is_set():
                    os.write(self._master, ACK)
            if not select.select([self._master], [], [], 0.005)[0]:
                continue
            for frame in frames.feed(os.read(self._master, 4096)):
                if isinstance(frame, Command) and not self.chatters.is_set():
                    answer = chip.execute(frame.code, frame.data)
                    data = answer.data if isinstance(answer, Answer) else b"\x00"
                    os.write(self._master, ACK + wrap(frame.code, data))


def test_a_chip_that_never_finishes_a_command(tmp_path: Path) -> None:
    """A driver would read acknowledgements for ever; the watchdog gets the thread out in time."""
    chip = Chatter(tmp_path / "reader-masuk")
    try:
        with looking(tmp_path / "reader-masuk") as eye:
            assert isinstance(eye.next(), ReaderRestored)
            began = time.monotonic()
            chip.chatters.set()
            fault = eye.next(9)
            took = time.monotonic() - began
            chip.chatters.clear()
            restored = eye.next(9)
    finally:
        chip.close()

    assert isinstance(fault, ReaderFault)
    assert fault.why is Trouble.SILENT
    assert took < 8
    assert isinstance(restored, ReaderRestored)


@pytest.mark.parametrize("fault", [Fault.DEAD, Fault.GARBLE])
def test_a_chip_that_breaks_and_recovers(virtual: VirtualReader, eye: Eye, fault: Fault) -> None:
    """Silence and garbage are faults within the 8 s of an alarm; a mended chip is found again."""
    began = time.monotonic()
    virtual.break_down(fault)
    event = eye.next()
    assert isinstance(event, ReaderFault)
    assert event.why is Trouble.BROKEN
    assert time.monotonic() - began < 8
    virtual.break_down(Fault.NONE)
    assert isinstance(eye.next(), ReaderRestored)
    card, proven = honest()
    virtual.present(card)

    assert eye.proof() == proven


def test_a_pulled_cable(virtual: VirtualReader, eye: Eye) -> None:
    """Pulled, it is a fault at once; put back on another terminal, it is found under the same name."""
    virtual.break_down(Fault.UNPLUG)
    assert isinstance(eye.next(), ReaderFault)
    virtual.break_down(Fault.REPLUG)
    assert isinstance(eye.next(), ReaderRestored)
    card, proven = honest()
    virtual.present(card)

    assert eye.proof() == proven


def test_pulled_with_a_card_on_it(virtual: VirtualReader, eye: Eye) -> None:
    """The cable goes while a card is thinking: a fault, and no presentation out of nothing."""
    card, proven = honest(0.6)
    virtual.present(card)
    time.sleep(0.1)  # let the conversation begin
    virtual.break_down(Fault.UNPLUG)
    assert isinstance(eye.next(), ReaderFault)
    virtual.break_down(Fault.REPLUG)
    assert isinstance(eye.next(), ReaderRestored)

    assert eye.proof() == proven


def test_no_reader_at_all(tmp_path: Path) -> None:
    """A port that is not there is a fault; when it appears, it is opened."""
    with looking(tmp_path / "reader-masuk") as eye:
        event = eye.next()
        assert isinstance(event, ReaderFault)
        assert event.why is Trouble.UNREACHABLE
        virtual = VirtualReader(tmp_path / "reader-masuk", paced=False)
        try:
            assert isinstance(eye.next(), ReaderRestored)
        finally:
            virtual.close()


def test_something_that_is_no_port(tmp_path: Path) -> None:
    """A plain file under the reader's name is refused, again and again, and harms nobody."""
    (tmp_path / "reader-masuk").write_text("bukan port")
    with looking(tmp_path / "reader-masuk") as eye:
        event = eye.next()

    assert isinstance(event, ReaderFault)
    assert event.why is Trouble.UNREACHABLE


def test_a_working_speed_of_115200(virtual: VirtualReader, tmp_path: Path) -> None:
    """A Pi's mini-UART cannot do more, and need not."""
    with looking(tmp_path / "reader-masuk", 115200) as eye:
        assert isinstance(eye.next(), ReaderRestored)
        card, proven = honest()
        virtual.present(card)

        assert eye.proof() == proven


def test_what_a_card_said_is_in_no_log(
    virtual: VirtualReader, eye: Eye, caplog: pytest.LogCaptureFixture
) -> None:
    """Even with every logger at its finest, neither a UID nor a proof shows."""
    caplog.set_level(1)
    card, proven = honest()
    card.uid = OTHER_UID
    virtual.present(UidCard(UID))
    eye.proof()
    virtual.present(card)
    assert eye.proof() == proven
    virtual.present(Torn(1))
    eye.proof()
    said = [UID, OTHER_UID, PkocCard(KEY).public_key]

    assert not any(text.hex() in caplog.text.lower() for text in said)
    assert not any(str(list(text))[1:-1] in caplog.text for text in said)
    assert [record for record in caplog.records if record.name.startswith("nfc")] == []


def test_closed_before_it_was_started(tmp_path: Path) -> None:
    """A reader that was made and never started may be closed like any other."""
    Eye(str(tmp_path / "reader-masuk")).reader.close()


def test_closed_while_a_card_thinks(tmp_path: Path, virtual: VirtualReader) -> None:
    """Closing does not wait for a slow card's whole time, and leaves the chip to be found again."""
    with looking(tmp_path / "reader-masuk") as first:
        assert isinstance(first.next(), ReaderRestored)
        virtual.present(honest(1.5)[0])
        began = time.monotonic()
    assert time.monotonic() - began < 3
    card, proven = honest()
    virtual.present(card)
    with looking(tmp_path / "reader-masuk") as second:
        assert second.proof() == proven


def test_an_identifier_of_the_wrong_length() -> None:
    """It is refused where it is set, not when the first card comes."""
    with pytest.raises(ValueError, match="32 bytes"):
        Pn532Settings(READER, "/dev/null", bytes(16))
