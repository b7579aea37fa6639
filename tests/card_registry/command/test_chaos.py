"""Chaos: what counts as a fault in the stores of a house, and a real house that has none after kills."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from card_registry.circumstances import Circumstances
from card_registry.command.bench import bench
from card_registry.command.bench_demo import running
from card_registry.command.chaos.judging import (
    Evidence,
    Row,
    Span,
    decided,
    faults_of_decisions,
    faults_of_rows,
)
from card_registry.command.chaos.run import Report, as_rows, chaos
from card_registry.command.demo.layout import Layout
from card_registry.journal.event import Body, CredentialBound, Moment, Tapped, Versions, encode_event
from card_registry.words import (
    CardId,
    CaseId,
    ControllerId,
    CredentialKind,
    DoorId,
    HolderId,
    PersonId,
    ReaderId,
    Reason,
    Side,
    SiteId,
    Tier,
    TimeQuality,
)

CARD = CardId("c" * 32)
SPAN = Span(CARD, grants=5, denied=9)
PLACES: tuple[Row, ...] = (("a", 1, 0), ("a", 1, 1), ("b", 1, 0))


def tap(
    grants: int, deny: int, reason: Reason, *, granted: bool = False, card: CardId | None = CARD
) -> Tapped:
    """Give a recorded tap."""
    return Tapped(
        DoorId("d"), ReaderId("r"), Side.IN, CredentialKind.PKOC, Tier.PUBLIC_KEY, "0" * 64, granted, reason,
        Circumstances(), Versions(1, 1, grants, deny), card,
    )  # fmt: skip


def told(*bodies: Body) -> Evidence:
    """Give stores that agree on these rows of controller ``a``."""
    at = Moment(1, 1, 1, TimeQuality.SYNC, "0" * 32, 1)
    rows: dict[Row, bytes] = {
        ("a", 1, seq): encode_event(SiteId("s"), ControllerId("a"), (1, seq), body, at, "0" * 24)
        for seq, body in enumerate(bodies)
    }
    return Evidence(rows, dict(rows), tuple(rows), {}, (), ())


def wrong(*bodies: Body, published: dict[str, int] | None = None) -> list[str]:
    """Give the faults in the decisions of these rows."""
    return list(faults_of_decisions(replace(told(*bodies), published=published or {}), [SPAN]))


def test_stores_that_agree_have_no_fault_and_each_disagreement_is_a_sentence() -> None:
    """Lost, invented, changed, skipped, doubled, unseen, refused and stale things are each named."""
    rows = dict.fromkeys(PLACES, b"x")
    sound = Evidence(rows, dict(rows), PLACES, {}, (), ())
    assert list(faults_of_rows(sound)) == []
    cases = {
        "row a 1/1 is not in the ledger": replace(sound, ledger={("a", 1, 0): b"x", ("b", 1, 0): b"x"}),
        "row b 1/0 is not in its journal": replace(sound, doors={("a", 1, 0): b"x", ("a", 1, 1): b"x"}),
        "row b 1/0 has other bytes": replace(sound, ledger=rows | {("b", 1, 0): b"y"}),
        "row a 1/1 does not follow": replace(sound, ledger={("a", 1, 1): b"x"}),
        "row a 1/0 is shown twice": replace(sound, shown=(*PLACES, PLACES[0])),
        "row a 1/1 is not shown": replace(sound, shown=(PLACES[0], PLACES[2])),
        "the hub refused: no": replace(sound, refusals=("no",)),
        "slot deny.list at the door is not": replace(sound, behind=("deny.list",)),
    }
    for sentence, found in cases.items():
        assert any(one.startswith(sentence) for one in faults_of_rows(found)), sentence
    many = {("a", 1, seq): b"x" for seq in range(9)}
    assert "and 4 more like it" in list(faults_of_rows(replace(sound, doors=many, ledger={}, shown=())))


def test_a_tap_is_wrong_where_its_own_versions_say_otherwise() -> None:
    """Opening without a right or against a withdrawal, refusing against a right, opening for a stranger."""
    assert wrong(tap(5, 1, Reason.GRANTED, granted=True), tap(5, 9, Reason.CARD_DENIED)) == []
    assert wrong(tap(4, 1, Reason.UNKNOWN_CREDENTIAL), tap(5, 1, Reason.PROOF_FAILED)) == []
    assert wrong(tap(0, 0, Reason.UNKNOWN_CREDENTIAL, card=None)) == []
    assert "without a right" in wrong(tap(5, 9, Reason.GRANTED, granted=True))[0]
    assert "without a right" in wrong(tap(4, 1, Reason.GRANTED, granted=True))[0]
    assert "against its right" in wrong(tap(5, 8, Reason.NO_GRANT))[0]
    assert "nobody knows" in wrong(tap(5, 1, Reason.GRANTED, granted=True, card=None))[0]
    other = tap(5, 1, Reason.GRANTED, granted=True, card=CardId("e" * 32))
    assert wrong(other) == []
    assert decided(told(other, tap(5, 1, Reason.GRANTED, granted=True)), [SPAN]).taps == 1


def test_a_card_opens_only_from_the_version_that_lists_its_credential() -> None:
    """The grant may be published before the card is made; until then a refusal is right."""
    bound = CredentialBound(
        CaseId("1" * 32), CARD, HolderId("2" * 32), CredentialKind.PKOC, Tier.PUBLIC_KEY, "0" * 64,
        PersonId("3" * 32),
    )  # fmt: skip
    listed = {"a/1/0": 7}
    assert wrong(bound, tap(6, 1, Reason.UNKNOWN_CREDENTIAL), published=listed) == []
    assert "against its right" in wrong(bound, tap(7, 1, Reason.UNKNOWN_CREDENTIAL), published=listed)[0]
    assert "without a right" in wrong(bound, tap(6, 1, Reason.GRANTED, granted=True), published=listed)[0]


def test_a_report_with_a_fault_misses_its_numbers() -> None:
    """What was wrong shows in the rows: a fault is never a met number."""
    assert all(row.met for row in as_rows(Report()))
    assert not all(row.met for row in as_rows(Report(faults=["row lost"])))
    assert CliRunner().invoke(bench, ["chaos", "--minutes", "0"]).exit_code == 2


def test_a_house_under_kills_loses_and_invents_nothing(tmp_path: Path) -> None:
    """Some seconds of kill -9 in a real demo house: same rows everywhere, no wrong decision, converged."""
    layout = Layout(tmp_path / "data")
    with running(layout):
        report = chaos(layout, 5, seed=4)
    assert report.faults == []
    assert sum(report.kills.values()) >= 2
    assert report.rows > 0
    assert report.given > 0


@pytest.mark.long
def test_a_house_under_kills_for_minutes(tmp_path: Path) -> None:
    """The same for three minutes."""
    layout = Layout(tmp_path / "data")
    with running(layout):
        report = chaos(layout, 180, seed=11)
    assert report.faults == [], json.dumps(report.done)
    assert sum(report.kills.values()) >= 60
