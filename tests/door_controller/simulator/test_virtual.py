"""A door under virtual time: the same seed gives the same bytes; each degraded mode is played."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from card_registry.errors import OperatorMistaken
from door_controller.simulator.command import simulate
from door_controller.simulator.script.parse import parse
from door_controller.simulator.virtual.play import play
from door_controller.simulator.virtual.transcript import Line, What
from door_controller.simulator.virtual.year import DAYS, live

HEAD = """\
begin 2026-11-23 09:00
card budi standing
card siti office
card tamu visit
card kadis override
card gawat emergency
card lama ended
card kosong none
card asing stranger
"""

ROWS = {
    "a tap, from light to lock": """
        1s tap budi masuk
           expect answer granted
           expect lock released
        +1s contact open
        +2s contact closed
        +1h expect lock locked
           expect quiet door-held
    """,
    "who may not enter": """
        1s  tap asing masuk
            expect answer unknown-credential
        +3s tap lama masuk
            expect answer ended
        +3s tap kosong masuk
            expect answer no-grant
        +3s flash budi masuk
            expect answer proof-failed
        +3s tap tamu masuk
            expect answer escort-required
        @20:00 tap siti masuk
            expect answer outside-schedule
            expect lock locked
    """,
    "visitor first, then the escort": """
        1s  tap tamu masuk
        +5s tap budi masuk
            expect answer granted
            expect lock released
    """,
    "server or broker down": """
        1s  link down
        3h  tap budi masuk
            expect answer granted
            expect quiet registry-stale
    """,
    "registry stale, then fresh again": """
        1s  link down
        2d  expect alarm registry-stale
            tap budi masuk
            expect answer granted
        +1s link up
        +1m expect quiet registry-stale
    """,
    "a card taken away while the office is out of reach": """
        1s  link down
        +1s deny budi
        +1s tap budi masuk
            expect answer granted
        +1m link up
        +1s tap budi masuk
            expect answer card-denied
        +1s power cut
        +1m power on
        +1m tap budi masuk
            expect answer card-denied
    """,
    "clock uncertain": """
        1s  clock lost
        +1s clock jump -86400
        +2s tap budi masuk
            expect answer granted
        +20m expect alarm clock-unsynchronised
        +1s clock synced
        +1m expect quiet clock-unsynchronised
    """,
    "reader silent or unplugged": """
        1s  reader masuk unplug
        +8s expect alarm reader-failed
            tap budi masuk
            expect lock locked
        +1s reader masuk plug
        +8s expect quiet reader-failed
        +1s reader masuk hang
        +8s expect alarm reader-failed
    """,
    "disk filling": """
        1s  disk filling
        +2s expect alarm disk-filling
            tap budi masuk
            expect answer granted
        +9s disk free
        +2s expect quiet disk-filling
    """,
    "only the reserve": """
        1s  disk reserve
        +2s tap budi masuk
            expect answer granted
            expect lock released
        +9s expect alarm disk-reserve
        +1s disk free
        +9s expect quiet disk-reserve
    """,
    "disk full: cards denied, exit free": """
        1s  disk full
        +1s tap budi masuk
        +5s tap budi masuk
        +5s tap budi masuk
        +5s tap budi masuk
        +5s tap budi masuk
        +9s tap budi masuk
            expect lock locked
        +1s rex press
            expect lock released
        +1s rex release
        +9s expect lock locked
            disk free
        +9s tap budi masuk
            expect answer granted
    """,
    "exit button stuck": """
        1s   rex press
             expect lock released
        +40s expect alarm rex-stuck
             expect lock locked
        +1s  rex release
        +1s  expect quiet rex-stuck
        +1s  rex press
             expect lock released
    """,
    "lock not following": """
        1s  bolt jam
        +1s tap budi masuk
        +4s expect alarm release-failed
        +9s bolt free
        +3s expect quiet release-failed
    """,
    "lock failed": """
        1s  tap budi masuk
        +1s bolt jam
        +9s expect lock locked
            expect alarm lock-failed
    """,
    "forced and held": """
        1s   contact open
        +1s  expect alarm door-forced
             contact closed
        +1s  expect quiet door-forced
             tap budi masuk
        +1s  contact open
        +40s expect alarm door-held
             contact closed
        +1s  expect quiet door-held
    """,
    "mains, fire, cabinet and tamper": """
        1s  mains lost
            fire on
            cabinet open
            tamper open
        +5s expect alarm mains-lost
            expect alarm fire
            expect alarm cabinet-open
            expect alarm door-tamper
            expect lock locked
            mains back
            fire off
            cabinet closed
            tamper closed
        +9s expect quiet mains-lost
            expect quiet fire
    """,
    "lockdown, offline and through a reboot": """
        1s  order lockdown
            expect mode lockdown
        +1s link down
        +1s power cut
            expect lock locked
        +1m power on
        +1m expect mode lockdown
            tap budi masuk
            expect answer lockdown
        +1s rex press
            expect lock released
        +1s rex release
        +9s tap kadis masuk
            expect answer granted
    """,
    "free ends with the program": """
        1s  order free
            expect lock released
        +9s program kill
        +500ms expect lock locked
        +9s expect mode normal
    """,
    "power cut while released": """
        1s  tap budi masuk
            expect lock released
        +1s power cut
            expect lock locked
        +9s power on
            expect lock locked
        +1m expect lock locked
            tap budi masuk
            expect answer granted
    """,
}


def lines_of(text: str, folder: Path, seed: int = 1) -> list[Line]:
    """Play a script and give its transcript."""
    told: list[Line] = []
    folder.mkdir(exist_ok=True)
    play(parse(HEAD + text), seed, folder, told.append)
    return told


@pytest.mark.parametrize("row", ROWS)
def test_each_degraded_row(row: str, tmp_path: Path) -> None:
    """The door does what the table of degraded modes says, and no law is broken on the way."""
    told = lines_of(ROWS[row], tmp_path)

    assert [str(line) for line in told if line.failed] == []


def test_pin(tmp_path: Path) -> None:
    """A door that always asks for a PIN releases for the right one, and not before it."""
    settings_ = "door pin always\n"
    told = lines_of(
        settings_
        + """
        1s tap budi masuk
           expect lock locked
        +1s key tombol 286194#
        +1s expect lock released
        +20s tap budi masuk
        +1s key tombol 111111#
        +1s expect answer pin-wrong
            expect lock locked
        """,
        tmp_path,
    )

    assert [str(line) for line in told if line.failed] == []


ACTIONS = [
    "tap budi masuk", "tap asing keluar", "flash siti masuk", "contact open", "contact closed", "rex press",
    "rex release", "bolt jam", "bolt free", "power cut", "power on", "program kill", "clock jump 7200",
    "clock lost", "reader masuk unplug", "disk full", "disk reserve", "disk free", "link down", "link up",
    "deny budi", "order lockdown", "order free", "order normal", "order release", "key tombol 12#",
]  # fmt: skip
STEPS = st.lists(st.tuples(st.integers(0, 40_000), st.sampled_from(ACTIONS)), max_size=25)


@settings(max_examples=15, deadline=None)
@given(steps=STEPS, seed=st.integers(0, 5))
def test_the_same_seed_gives_the_same_bytes(
    steps: list[tuple[int, str]], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever happens, a play is told twice alike, to the journal's root, and no law breaks."""
    text = "\n".join(f"+{ms}ms {action}" for ms, action in steps)
    first, second = (
        [str(line) for line in lines_of(text, tmp_path_factory.mktemp("play"), seed)] for _ in range(2)
    )

    assert first == second
    assert not [line for line in first if "FAILED" in line]


def test_another_seed_is_another_journal(tmp_path: Path) -> None:
    """Ids and salts come from the seed, so another seed has another root."""
    roots = {lines_of("1s tap budi masuk", tmp_path / str(seed), seed)[-1].text for seed in (1, 2)}

    assert len(roots) == 2


def test_a_broken_expectation_is_told(tmp_path: Path) -> None:
    """What is not as expected is said with how it is, and the play goes on."""
    told = lines_of(
        "1s expect lock released\nexpect leaf open\nexpect mode free\nexpect alarm fire", tmp_path
    )

    assert [line.text for line in told if line.failed] == [
        "1s expect lock released; it is locked",
        "expect leaf open; it is closed",
        "expect mode free; it is normal",
        "expect alarm fire; standing: none",
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2s fire on\n1s fire off", "line 11: time goes back"),
        ("tap budi samping", "line 10: there is no reader 'samping'"),
        ("contact kiri open", "line 10: there is no door 'kiri'"),
        ("door release_ms 100\nfire on", "release_ms"),
        ("door colour 3\nfire on", "colour"),
    ],
)
def test_what_cannot_be_played_is_refused(text: str, complaint: str, tmp_path: Path) -> None:
    """A step that names what is not there is refused with its line."""
    with pytest.raises(OperatorMistaken, match=complaint):
        lines_of(text, tmp_path)


def test_two_weeks(tmp_path: Path) -> None:
    """Two weeks of an office's door break no law."""
    summary = live(3, 14, tmp_path)

    assert summary.complaints == []
    assert summary.rows > 500


def test_the_same_days_again(tmp_path: Path) -> None:
    """The same seed lives through the same days, to the journal's root."""
    folders = (tmp_path / "a", tmp_path / "b")
    for folder in folders:
        folder.mkdir()
    first, second = (live(4, 2, folder) for folder in folders)

    assert (first.root, first.alarms, first.done) == (second.root, second.alarms, second.done)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_year(seed: int, tmp_path: Path) -> None:
    """A year of an office's door, with all that can break in it, breaks no law."""
    summary = live(seed, DAYS, tmp_path)

    assert summary.complaints == []
    assert {
        "reader-failed",
        "registry-stale",
        "disk-full",
        "rex-stuck",
        "door-forced",
    } <= summary.alarms.keys()


def test_the_command(tmp_path: Path) -> None:
    """The command prints lines or JSON, and its exit code says whether all was as expected."""
    script = tmp_path / "pagi.txt"
    script.write_text(HEAD + "1s tap budi masuk\nexpect lock released\n")
    good = CliRunner().invoke(simulate, ["--script", str(script), "--json"])
    script.write_text(HEAD + "1s expect lock released\n")
    bad = CliRunner().invoke(simulate, ["--script", str(script)])
    form = CliRunner().invoke(simulate, ["--form"])

    assert good.exit_code == 0
    assert [json.loads(line)["what"] for line in good.output.splitlines()][-1] == What.END
    assert (bad.exit_code, "FAILED" in bad.output) == (1, True)
    assert "tap CARD READER" in form.output
    assert CliRunner().invoke(simulate, ["--form", "--year"]).exit_code == 2


def test_a_line_says_when(tmp_path: Path) -> None:
    """A line begins with the time since the beginning."""
    told = lines_of("1d2h3m4s5ms fire on", tmp_path)

    assert str(replace(told[-1], at=93_784_005)).startswith("  1d 02:03:04.005  end")
