"""The docs law: README names everything that a person meets, read from the tables that make it so."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from card_registry.command.root import COMMANDS, LISTED
from card_registry.labels import ALARMS, REASONS
from card_registry.words import Clockless, Reason
from door_controller.degraded import TABLE as DEGRADED
from mqtt_bridge.topics import CONTROLLER, ROLE, TABLE, Topic
from review.access import Permission

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXAMPLE = (ROOT / "firmware_config" / "site.example.toml").read_text()

KEYS = ["officers, 2 of 3", "approver", "enroller", "grants", "order", "online", "receipt", "door, desk"]
THINGS = [
    "signing keys",
    "console's database",
    "events at the server",
    "slots at a door",
    "a door's own storage",
    "broker",
    "site file",
]


def section(title: str, text: str = README) -> str:
    """Return what stands under the heading `title`."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(text: str) -> dict[str, list[str]]:
    """Return the rows of every table in `text`, by their first cell without its backquotes."""
    cells = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"
    )
    return {row[0].strip("`"): row[1:] for row in cells}


def missing(wanted: Iterable[str], present: Iterable[str]) -> list[str]:
    """Return what is wanted and does not begin any of what is present."""
    found = list(present)
    return [name for name in wanted if not any(row.startswith(name) for row in found)]


def test_the_law_can_be_broken() -> None:
    """A row, a section or a word that is not there is missed."""
    text = "# A\n\n## B\n\n| key | x |\n|---|---|\n| `one` | 1 |\n\n## C\n\n| two | 2 |\n"

    assert rows(section("B", text)) == {"key": ["x"], "---": ["---"], "one": ["1"]}
    assert missing(["one", "two"], rows(section("B", text))) == ["two"]
    assert section("D", text) == ""


def test_the_first_screen_shows_what_it_is_and_how_to_try_it() -> None:
    """A newcomer sees the picture and the two commands without scrolling."""
    screen = README.splitlines()[:40]

    assert [line for line in screen if re.fullmatch(r"\./akses \w+", line)] == [
        "./akses demo",
        "./akses test",
    ]
    assert all(
        any(folder in line for line in screen) for folder in ("door_controller", "mqtt_bridge", "review")
    )


def shown(topic: Topic) -> str:
    """Give a topic as README writes it."""
    return topic.pattern.replace(CONTROLLER, "<controller>").replace(ROLE, "<role>")


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("What it is trusted with", KEYS + THINGS),
        ("When something is missing", [row.what for row in DEGRADED]),
        ("Who does what", [permission.value for permission in Permission]),
        ("What a door answers", [reason.value for reason in Reason]),
        ("Topics", [shown(topic) for topic in TABLE]),
        ("Commands", [f"akses {name}" for name in LISTED]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_row_is_there(title: str, wanted: list[str]) -> None:
    """Each key, stored thing, permission, reason, topic and command has its row."""
    assert missing(wanted, rows(section(title))) == []


def test_no_row_is_about_something_that_is_gone() -> None:
    """What a table of README names still exists."""
    answers = rows(section("What a door answers"))
    topics = rows(section("Topics"))

    assert set(answers) - {reason.value for reason in Reason} == {"reason", "---"}
    assert set(topics) - {shown(topic) for topic in TABLE} == {"topic", "---"}


def test_every_reason_carries_its_label() -> None:
    """README shows the words people see at the console."""
    answers = rows(section("What a door answers"))

    assert {reason: answers[reason.value][0] for reason in Reason} == dict(REASONS)


def test_every_topic_says_who_writes_it_and_whether_it_stays() -> None:
    """README's table of topics is the table in the code."""
    listed = rows(section("Topics"))

    assert {
        topic.pattern: [topic.writer.value, "yes" if topic.retained else "no", topic.carries]
        for topic in TABLE
    } == {topic.pattern: listed[shown(topic)] for topic in TABLE}


def subcommands() -> Iterator[tuple[str, str]]:
    """Yield each group that a package declares with each command it shows."""
    for name, place in PROJECT["entry-points"][COMMANDS].items():
        group = EntryPoint(name, place, COMMANDS).load()
        assert isinstance(group, click.Group)
        yield from ((name, command.name or "") for command in group.commands.values() if not command.hidden)


def test_every_subcommand_is_named() -> None:
    """README names each command of each group."""
    shown = rows(section("Commands"))

    assert [pair for pair in subcommands() if f"`{pair[1]}`" not in shown[f"akses {pair[0]}"][0]] == []


def test_every_setting_is_named() -> None:
    """README names each key of a site file, and says of no other that it is one."""
    wanted = set(re.findall(r"^(?:# )?([a-z_]+) = ", EXAMPLE, re.MULTILINE))
    settings = rows(section("A door's site file"))
    shown = {
        key for name, row in settings.items() if name != "table" for key in re.findall(r"`(\w+)`", row[0])
    }

    assert shown == wanted


def test_the_degraded_modes_are_those_of_the_code() -> None:
    """README's table is the controller's own, cell by cell, and every alarm in it has a label."""
    shown = rows(section("When something is missing"))

    for row in DEGRADED:
        alarms = ", ".join(f"`{alarm}`" for alarm in row.alarms) or "–"
        assert shown[row.what] == [row.door, row.shown, alarms, row.logged]
    assert set(shown) - {row.what for row in DEGRADED} == {"degraded", "---"}
    assert [alarm for row in DEGRADED for alarm in row.alarms if alarm not in ALARMS] == []


def test_every_clockless_policy_is_named() -> None:
    """README names what a door may do when its clock is uncertain."""
    text = section("When something is missing")

    assert [policy for policy in Clockless if policy.value not in text] == []


def test_every_dependency_is_explained() -> None:
    """README says of each direct dependency what it is for."""
    wanted = [
        *PROJECT["dependencies"],
        *(r for extra in PROJECT["optional-dependencies"].values() for r in extra),
    ]
    text = section("Dependencies")
    words = set(re.findall(r"[\w-]+", text))

    assert {Requirement(line).name for line in wanted} - words == set()
    assert [extra for extra in PROJECT["optional-dependencies"] if extra not in words] == []
