"""A line can follow another, as a lock's feedback follows its relay, and be jammed."""

from pathlib import Path

from tests.door_controller.simulator.running import running, until

RELAY, FEEDBACK = 17, 23


def test_a_bolt_follows_and_jams(tmp_path: Path) -> None:
    """The feedback shows the relay's other level soon after it moved; jammed, it stands."""
    with running(tmp_path) as simulator, simulator.client() as client:

        def level() -> int:
            return client.lines()[FEEDBACK].level

        client.follow(FEEDBACK, RELAY, 20, inverted=True)
        assert level() == 1
        client.set(RELAY, 1)
        until(lambda: level() == 0, "the bolt follows")
        client.follow(FEEDBACK, None)
        client.set(RELAY, 0)
        client.follow(FEEDBACK + 1, RELAY, 20)
        client.set(RELAY, 1)
        until(lambda: client.lines()[FEEDBACK + 1].level == 1, "the other bolt follows")

        assert level() == 0
