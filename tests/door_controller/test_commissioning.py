"""The commissioning walk: everything wired is looked at, what was found is signed, nothing else passes."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from card_registry import canonical
from card_registry.errors import Forged, OperatorMistaken
from card_registry.journal.event import Commissioned, Started
from card_registry.signing import public_hex
from card_registry.words import CredentialKind
from door_controller import enrol
from door_controller.commissioning import record as records
from door_controller.commissioning import walk
from door_controller.commissioning.asking import Answers, Installer
from door_controller.commissioning.plan import Answer, Kind, Step, plan
from door_controller.commissioning.record import Record
from door_controller.commissioning.verdict import (
    LEAST_FREE,
    SLOWEST_MS,
    Broke,
    Clocked,
    Moved,
    Observed,
    Result,
    Said,
    Showed,
    Stayed,
    Verdict,
    Watched,
    Wrote,
    judge,
    passed,
)
from firmware_config.model import FailMode, parse
from tests.door_controller.process import AKSES, CONTACT, RELAY, REX, House, house
from tests.door_controller.site import TOML

STEP = Step("ruang-server/x", Kind.INPUT, "ruang-server")
MORE = TOML.replace(
    "[[reader]]",
    """feedback = 23
tamper = 24
green = 5

[cabinet]
fire = 6
mains = 12
tamper = 13

[[reader]]""",
    1,
)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[House]:
    """A house whose door program is not running."""
    with house(tmp_path) as made:
        yield made


class Hand:
    """An installer who does what is asked, in the simulator, and saw everything as it should be."""

    present = True

    def __init__(self, home: House, **said: Answer) -> None:
        """Answer ``said`` for the step of that name (underscores for hyphens)."""
        self.home, self.said, self.told = home, said, list[str]()
        self.card = home.client.new_card("uji").id

    def tell(self, step: Step, sentence: str) -> None:
        """Move what the sentence asks for."""
        self.told.append(step.id)
        match step.id.rpartition("/")[2], step.says.index(sentence):
            case "contact", 0:
                self.home.client.set(CONTACT, 0)
            case "contact", _:
                self.home.client.set(CONTACT, 1)
            case "rex", 0:
                self.home.client.set(REX, 0)
            case "rex", _:
                self.home.client.set(REX, 1)
            case _:
                self.home.client.present(self.card, "masuk", 1_500)

    def ask(self, step: Step, sentence: str) -> Answer:
        """Give the answer of an installer who saw what should be."""
        del sentence
        name = step.id.rpartition("/")[2].replace("-", "_")
        return self.said.get(name, Answer.LOCKED if Answer.LOCKED in step.answers else Answer.YES)


def walked(home: House, installer: Installer) -> Record:
    """Walk the house."""
    return walk.commission(home.home, installer, patience=5)


def test_a_sound_controller_passes_and_the_journal_names_the_record(home: House) -> None:
    """Every step is taken, the record is signed, its digest stands in the journal, and it reads back."""
    hand = Hand(home)
    found = walked(home, hand)
    shown, data = walk.show(home.home)

    assert [result for result in found.results if result.verdict is Verdict.FAILED] == []
    assert found.passed
    assert shown == found
    assert [result.step for result in found.results] == [
        step.id for step in plan(parse((home.home / "site.toml").read_text()))
    ]
    assert home.of(Commissioned) == [Commissioned(records.digest(data), passed=True)]
    assert list(records.lines(shown))[-1] == "Hasil: LULUS"
    assert [body.program for body in home.events() if isinstance(body, Started)] == [walk.PROGRAM]
    assert home.relay() == 0


def test_the_relay_moves_once_and_only_on_request(home: House) -> None:
    """Setting up the lines, again and again, never pulses it; the one pulse is the one that was asked for."""
    walked(home, Hand(home, relay=Answer.SKIP))
    still = [change.level for change in home.client.history(RELAY).changes]
    walked(home, Hand(home))
    moved = [change.level for change in home.client.history(RELAY).changes][len(still) :]

    assert 1 not in still
    assert moved.count(1) == 1
    assert home.relay() == 0


def test_what_is_skipped_or_wrong_does_not_pass(home: House) -> None:
    """A lock that lets go without power where fail-secure is declared, and an exit that is not free."""
    found = walked(home, Hand(home, fail_mode=Answer.RELEASED, exit=Answer.NO, boot=Answer.SKIP))
    verdicts = {result.step.rpartition("/")[2]: result.verdict for result in found.results}

    assert not found.passed
    assert (verdicts["fail-mode"], verdicts["exit"]) == (Verdict.FAILED, Verdict.FAILED)
    assert verdicts["boot"] is Verdict.SKIPPED
    assert home.of(Commissioned)[0] == Commissioned(
        records.digest((home.home / "state" / walk.NAME).read_bytes()), passed=False
    )


def test_it_refuses_while_the_door_program_runs(home: House) -> None:
    """The pins are held: the sentence says what to stop, and nothing is recorded."""
    home.open()
    with pytest.raises(OperatorMistaken, match="systemctl stop akses-door"):
        walked(home, Hand(home))
    assert home.of(Commissioned) == []


def test_a_record_counts_only_as_long_as_nothing_changed(home: House) -> None:
    """Edited, made elsewhere, or followed by another wiring: it is not shown as this controller's."""
    with pytest.raises(OperatorMistaken, match="never commissioned"):
        walk.show(home.home)
    walked(home, Hand(home, relay=Answer.SKIP))
    path = home.home / "state" / walk.NAME
    genuine = path.read_bytes()
    path.write_bytes(genuine.replace(b"skipped", b"passedd"))
    with pytest.raises(Forged):
        walk.show(home.home)
    key = enrol.load(home.home / "state").log_key
    elsewhere = replace(records.read(genuine, (public_hex(key),)), passed=True)
    path.write_bytes(records.sign(elsewhere, key)[0])
    with pytest.raises(OperatorMistaken, match="does not name this record"):
        walk.show(home.home)
    path.write_bytes(genuine)
    site = home.home / "site.toml"
    site.write_text(site.read_text() + "\n")
    with pytest.raises(OperatorMistaken, match="changed after the walk"):
        walk.show(home.home)


def test_a_rehearsal_says_so_and_commissions_nothing(home: House) -> None:
    """Answers from a file walk the same way; neither journal nor record calls the controller commissioned."""
    answers = home.folder / "answers.toml"
    answers.write_text('default = "yes"\n"ruang-server/fail-mode" = "locked"\n')
    command = (*AKSES, "door", "check", "--dir", str(home.home))
    run = subprocess.run(
        [*command, "--answers", str(answers), "--patience", "0.2"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    shown = subprocess.run(
        [*command, "--show", "--json"], capture_output=True, text=True, timeout=60, check=False
    )

    assert run.returncode == 1, run.stderr
    assert "ruang-server/fail-mode: fail-secure as declared" in run.stdout
    assert "GAGAL     reader/masuk" in run.stdout
    assert "Latihan" in run.stdout
    record = canonical.decode(shown.stdout.strip().encode(), Record, "the record")
    assert record.rehearsed
    assert "\n".join(records.lines(record)) in run.stdout
    assert [body.passed for body in home.of(Commissioned) if isinstance(body, Commissioned)] == [False]


@pytest.mark.parametrize("text", ["this is no TOML", 'default = "perhaps"', 'default = ["yes"]'])
def test_a_file_of_answers_is_read_strictly(tmp_path: Path, text: str) -> None:
    """A word that is no answer is refused, not taken for one."""
    path = tmp_path / "answers.toml"
    path.write_text(text)
    with pytest.raises(OperatorMistaken, match="no file of answers"):
        Answers(path, print)


def test_an_answer_that_does_not_fit_is_no_answer(tmp_path: Path) -> None:
    """'yes' says nothing about what the lock does without power."""
    path = tmp_path / "answers.toml"
    path.write_text('default = "yes"')
    step = Step("a/fail-mode", Kind.FAIL_MODE, "a", ("?",), (Answer.LOCKED, Answer.RELEASED, Answer.SKIP))
    assert Answers(path, print).ask(step, "?") is Answer.SKIP


def test_everything_wired_has_its_step() -> None:
    """Inputs, lights, cabinet and keypad are walked where the site file names them, and only there."""
    wired = [step.id for step in plan(parse(MORE.format(socket="s", port="p")))]
    bare = [step.id for step in plan(parse(TOML.format(socket="s", port="p")))]

    assert set(wired) - set(bare) == {
        "cabinet/fire", "cabinet/mains", "cabinet/tamper", "ruang-server/tamper", "ruang-server/lights",
    }  # fmt: skip
    assert bare == [
        "controller/clock", "controller/disk", "ruang-server/contact", "ruang-server/rex",
        "ruang-server/relay", "ruang-server/restart", "ruang-server/boot", "ruang-server/exit",
        "ruang-server/fail-mode", "reader/masuk",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("observed", "verdict"),
    [
        (Clocked(synchronised=True), Verdict.PASSED),
        (Clocked(synchronised=False), Verdict.NOTED),
        (Wrote(SLOWEST_MS, LEAST_FREE), Verdict.PASSED),
        (Wrote(SLOWEST_MS + 1, LEAST_FREE), Verdict.FAILED),
        (Wrote(1, LEAST_FREE - 1), Verdict.FAILED),
        (Watched(rested=True, came=True, went=True), Verdict.PASSED),
        (Watched(rested=False, came=True, went=True), Verdict.FAILED),
        (Watched(rested=True, came=False, went=False), Verdict.FAILED),
        (Watched(rested=True, came=True, went=False), Verdict.FAILED),
        (Moved(None, None, Answer.YES), Verdict.PASSED),
        (Moved(let_go=True, locked=True, answer=Answer.YES), Verdict.PASSED),
        (Moved(let_go=True, locked=True, answer=Answer.NO), Verdict.FAILED),
        (Moved(let_go=False, locked=True, answer=Answer.YES), Verdict.FAILED),
        (Moved(let_go=True, locked=False, answer=Answer.YES), Verdict.FAILED),
        (Moved(let_go=True, locked=True, answer=Answer.SKIP), Verdict.SKIPPED),
        (Stayed(locked=None, answer=Answer.YES), Verdict.PASSED),
        (Stayed(locked=True, answer=Answer.NO), Verdict.FAILED),
        (Stayed(locked=False, answer=Answer.YES), Verdict.FAILED),
        (Said(Answer.YES), Verdict.PASSED),
        (Said(Answer.NO), Verdict.FAILED),
        (Said(Answer.SKIP), Verdict.SKIPPED),
        (Showed(works=False), Verdict.FAILED),
        (Showed(works=True), Verdict.FAILED),
        (Showed(works=True, key=True), Verdict.PASSED),
        (Showed(works=True, kind=CredentialKind.PKOC, proven=True), Verdict.PASSED),
        (Showed(works=True, kind=CredentialKind.UID), Verdict.PASSED),
        (Broke("the disk is gone"), Verdict.FAILED),
    ],
)
def test_what_counts(observed: Observed, verdict: Verdict) -> None:
    """Each thing seen, judged."""
    assert judge(STEP, observed).verdict is verdict


@pytest.mark.parametrize(
    ("answer", "declared", "verdict"),
    [
        (Answer.LOCKED, FailMode.SECURE, Verdict.PASSED),
        (Answer.RELEASED, FailMode.SAFE, Verdict.PASSED),
        (Answer.LOCKED, FailMode.SAFE, Verdict.FAILED),
        (Answer.RELEASED, FailMode.SECURE, Verdict.FAILED),
        (Answer.YES, FailMode.SAFE, Verdict.FAILED),
        (Answer.SKIP, FailMode.SAFE, Verdict.SKIPPED),
    ],
)
def test_what_the_lock_does_without_power(answer: Answer, declared: FailMode, verdict: Verdict) -> None:
    """Compared with what the site file declares, both ways."""
    assert judge(STEP, Said(answer), declared).verdict is verdict


def test_nothing_walked_is_nothing_passed() -> None:
    """One failure or omission is enough; an empty walk is no walk."""
    good, noted = (Result("a", Kind.CLOCK, "a", verdict, "") for verdict in (Verdict.PASSED, Verdict.NOTED))
    bad = replace(good, verdict=Verdict.SKIPPED)

    assert passed((good, noted))
    assert not passed((good, bad))
    assert not passed(())
