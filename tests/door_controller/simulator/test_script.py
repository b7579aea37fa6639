"""A script is read exactly or refused with its line; nothing it says is guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import OperatorMistaken
from card_registry.instant import DAY, HOUR, MINUTE, SECOND
from card_registry.words import DoorId, Mode, OrderKind, ReaderId, Reason
from door_controller.simulator.script.actions import JUMP_SECONDS
from door_controller.simulator.script.parse import BEGINS, MOST_BYTES, MOST_CARDS, MOST_STEPS, parse
from door_controller.simulator.script.when import LONGEST, lasting, read_when
from door_controller.simulator.script.words import (
    Action,
    After,
    Denying,
    ExpectAlarm,
    ExpectAnswer,
    ExpectLeaf,
    ExpectLock,
    ExpectMode,
    Filling,
    Input,
    Jumping,
    Keying,
    Known,
    Linking,
    Lock,
    Moving,
    Next,
    Ordering,
    Plug,
    Plugging,
    Power,
    Powering,
    Right,
    Room,
    Setting,
    Since,
    Syncing,
    Tapping,
)

MASUK, KIRI = ReaderId("masuk"), DoorId("kiri")
LINES: list[tuple[str, Action]] = [
    ("tap budi masuk", Tapping("budi", MASUK)),
    ("flash budi masuk", Tapping("budi", MASUK, proves=False)),
    ("key masuk 12*34#", Keying(MASUK, "12*34#")),
    ("key masuk 12# # the last is a comment", Keying(MASUK, "12#")),
    ("contact open", Moving(Input.CONTACT, active=True)),
    ("contact kiri closed", Moving(Input.CONTACT, active=False, door=KIRI)),
    ("rex press", Moving(Input.REX, active=True)),
    ("rex kiri release", Moving(Input.REX, active=False, door=KIRI)),
    ("bolt jam", Moving(Input.BOLT, active=True)),
    ("tamper closed", Moving(Input.TAMPER, active=False)),
    ("cabinet open", Moving(Input.CABINET, active=True)),
    ("fire on", Moving(Input.FIRE, active=True)),
    ("mains lost", Moving(Input.MAINS, active=True)),
    ("power cut", Powering(Power.CUT)),
    ("power on", Powering(Power.ON)),
    ("program kill", Powering(Power.KILL)),
    ("clock jump -90", Jumping(-90 * SECOND)),
    ("clock jump +5", Jumping(5 * SECOND)),
    ("clock lost", Syncing(synced=False)),
    ("clock synced", Syncing(synced=True)),
    ("reader masuk unplug", Plugging(MASUK, Plug.UNPLUG)),
    ("disk full", Filling(Room.FULL)),
    ("link down", Linking(up=False)),
    ("link up", Linking(up=True)),
    ("deny budi", Denying("budi")),
    ("order lockdown", Ordering(OrderKind.LOCKDOWN)),
    ("order free kiri", Ordering(OrderKind.FREE, KIRI)),
    ("order unlock-pin budi", Ordering(OrderKind.UNLOCK_PIN, None, "budi")),
    ("order reset-passback kiri budi", Ordering(OrderKind.RESET_PASSBACK, KIRI, "budi")),
    ("order reset-passback", Ordering(OrderKind.RESET_PASSBACK)),
    ("expect lock released", ExpectLock(Lock.RELEASED)),
    ("expect leaf held", ExpectLeaf("held")),
    ("expect mode free", ExpectMode(Mode.FREE)),
    ("expect answer no-grant", ExpectAnswer(Reason.NO_GRANT)),
    ("expect alarm door-forced", ExpectAlarm("door-forced", stands=True)),
    ("expect quiet door-forced", ExpectAlarm("door-forced", stands=False)),
]


@pytest.mark.parametrize(("line", "action"), LINES)
def test_every_word(line: str, action: Action) -> None:
    """Each line of the format is read as what it says."""
    (step,) = parse(f"card budi standing\n{line}").steps

    assert step.action == action
    assert (step.when, step.line) == (After(0), 2)


def test_heads() -> None:
    """What stands before the first step says when it begins, who is known and how the door is set."""
    heads = ["# pagi", "begin 2026-11-23T07:00", "card siti office # sore tidak", "", "door release_ms 3000"]
    script = parse("\n".join([*heads, "door pin always"]))

    assert script.begins == BEGINS + 7 * HOUR
    assert script.cards == (Known("siti", Right.OFFICE),)
    assert script.settings == (Setting("release_ms", "3000"), Setting("pin", '"always"'))


@pytest.mark.parametrize(
    ("word", "when"),
    [
        ("90s", Since(90 * SECOND)),
        ("+1h30m", After(90 * MINUTE)),
        ("2.5s", Since(2_500)),
        ("0.25s250ms", Since(500)),
        ("@16:30", Next(16 * HOUR + 30 * MINUTE)),
        ("@00:00:09", Next(9 * SECOND)),
        ("tap", None),
        ("12", None),
        ("-2s", None),
        ("٣s", None),
    ],
)
def test_times(word: str, when: object) -> None:
    """A time is counted from the beginning, from the step before, or by the wall clock."""
    assert read_when(word) == when


@given(st.integers(0, LONGEST // SECOND), st.integers(0, 999))
def test_durations_add_up(seconds: int, ms: int) -> None:
    """A duration in parts is the sum of its parts, to the millisecond."""
    if seconds * SECOND + ms <= LONGEST:
        assert lasting(f"{seconds}s{ms}ms") == lasting(f"{seconds}.{ms:03}s") == seconds * SECOND + ms


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("dance", "is no word of a script"),
        ("5s", "needs something that happens"),
        ("tap budi masuk", "no card is called 'budi'"),
        ("deny budi", "no card is called 'budi'"),
        ("order lock-pin budi", "no card is called 'budi'"),
        ("tap budi", "say: tap CARD READER"),
        ("tap budi Masuk!", "a reader's name"),
        ("key masuk 12a", "keys 0 to 9"),
        ("key masuk", "say: key"),
        ("contact ajar", r"say: contact \[DOOR\] open\|closed"),
        ("fire kiri on", r"say: fire on\|off"),
        ("contact a b open", "say: contact"),
        ("contact LEFT open", "a door's name"),
        ("power kill", "say: power"),
        ("program cut", "say: program kill"),
        ("clock jump soon", "say: clock"),
        (f"clock jump {JUMP_SECONDS + 1}", "ten years"),
        ("disk half", "a disk's room is one of"),
        ("link sideways", "say: link"),
        ("order", "say: order KIND"),
        ("order dance", "an order is one of"),
        ("order unlock-pin", "say: order unlock-pin"),
        ("order free a b", "say: order free"),
        ("expect peace now", "expect lock, leaf"),
        ("expect leaf 9", "names no leaf"),
        ("expect lock ajar", "a lock is one of"),
        ("expect lock", "say: expect"),
        ("begin yesterday", "begin needs a date"),
        ("begin 1999-01-01 00:00", "between 2020 and 2090"),
        ("card Budi standing", "a card's name"),
        ("card budi king", "a card's right is one of"),
        ("card budi", "say: card NAME RIGHT"),
        ("card a none\ncard a none", "is there already"),
        ('door release_ms "3"', "a door's key"),
        ("door [x] 3", "a door's key"),
        ("fire on\ncard a none", "must come before the first step"),
        ("401d fire on", "longer than the 400 days"),
        ("@24:00 fire on", "no clock shows"),
    ],
)  # fmt: skip
def test_refused_with_its_line(text: str, complaint: str) -> None:
    """What is no script is refused with the number of the line and what it should say."""
    with pytest.raises(OperatorMistaken, match=complaint) as refused:
        parse(f"# first\n{text}")

    assert str(refused.value).startswith("line ")


def test_bounds() -> None:
    """A script has a largest size, and a largest number of cards and steps."""
    with pytest.raises(OperatorMistaken, match="characters"):
        parse("#" * (MOST_BYTES + 1))
    with pytest.raises(OperatorMistaken, match="cards"):
        parse("\n".join(f"card a{number} none" for number in range(MOST_CARDS + 1)))
    with pytest.raises(OperatorMistaken, match="steps"):
        parse("fire on\n" * (MOST_STEPS + 1))


@given(st.text(max_size=200) | st.lists(st.sampled_from([line for line, _ in LINES])).map("\n".join))
def test_hostile_text(text: str) -> None:
    """Whatever the text, it is a script or a refusal that names a line."""
    try:
        said = f"line {len(parse(text).steps)}"
    except OperatorMistaken as refused:
        said = str(refused)

    assert said.startswith("line ")


def test_longest() -> None:
    """The longest script holds a year and its margins."""
    assert LONGEST > 366 * DAY
