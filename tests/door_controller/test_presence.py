"""The muster: who is inside, counted so that nobody is left behind, through every end of a movement."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from card_registry.circumstances import Circumstances
from card_registry.errors import StoreBroken
from card_registry.journal.event import Moment, Tapped, Versions
from card_registry.rule import DoorRule
from card_registry.words import (
    CardId,
    Clockless,
    CredentialKind,
    DoorId,
    HolderId,
    ReaderId,
    Reason,
    Side,
    Tier,
    TimeQuality,
)
from door_controller.command import door
from door_controller.journal import Journal
from door_controller.muster import NOBODY, muster_lines
from door_controller.presence import (
    Inside,
    Muster,
    area_of,
    astray,
    counted,
    entered,
    entered_ago,
    everybody,
    forgive,
    inside_of,
    left,
    placed,
    settle,
    strays,
)
from door_controller.presence_store import load, read_store, write_of
from tests.door_controller.site import CONTROLLER, SITE

AREA = "server"
HOST, GUEST = HolderId("a" * 32), HolderId("b" * 32)
CARDS = {HOST: CardId("c" * 32), GUEST: CardId("d" * 32)}
RULE = DoorRule(DoorId("ruang-server"), Tier.PUBLIC_KEY, Clockless.DENY)


def _tapped(holder: HolderId | None, side: Side) -> Tapped:
    """Write the event of a granted tap."""
    card = None if holder is None else CARDS[holder]
    return Tapped(
        RULE.id, ReaderId("masuk"), side, CredentialKind.PKOC, Tier.PUBLIC_KEY, "f" * 64, granted=True,
        reason=Reason.GRANTED, circumstances=Circumstances(), versions=Versions(), card=card, holder=holder,
    )  # fmt: skip


def _goes_in(muster: Muster, holder: HolderId, seq: int, escort: HolderId | None = None) -> Muster:
    """Grant a way in, whose event is committed at ``seq``; the wall clock shows ``seq`` seconds."""
    return placed(entered(muster, _tapped(holder, Side.IN), AREA, seq * 1_000, escort), 1, seq)


def _goes_out(muster: Muster, holder: HolderId, seq: int) -> Muster:
    """Grant a way out, whose event is committed at ``seq``."""
    return placed(left(muster, _tapped(holder, Side.OUT), AREA), 1, seq)


def _both() -> Muster:
    """Give a host and a guest inside."""
    muster = _goes_in(_goes_in(Muster(), HOST, 1), GUEST, 2, HOST)
    return settle(settle(muster, 1, 1, used=True), 1, 2, used=True)


def test_an_entry_counts_from_its_grant_and_is_undone_when_nobody_passed() -> None:
    """Inside at once; outside again when the leaf never opened."""
    muster = _goes_in(Muster(), HOST, 1)
    assert inside_of(muster, AREA, HOST) == Inside(HOST, CARDS[HOST], AREA, 1_000)
    assert inside_of(settle(muster, 1, 1, used=False), AREA, HOST) is None
    assert inside_of(settle(muster, 1, 1, used=True), AREA, HOST) is not None
    assert inside_of(muster, "gudang", HOST) is None


def test_a_way_out_counts_only_when_the_door_was_opened() -> None:
    """Leaving is still inside; unused, the holder stays; used, they are gone."""
    muster = _goes_out(_both(), HOST, 3)
    host = inside_of(muster, AREA, HOST)
    assert host is not None
    assert host.leaving
    stayed = inside_of(settle(muster, 1, 3, used=False), AREA, HOST)
    assert stayed is not None
    assert not stayed.leaving
    assert inside_of(settle(muster, 1, 3, used=True), AREA, HOST) is None


def test_an_unused_second_entry_gives_the_first_one_back() -> None:
    """Who entered again without leaving, and then did not pass, is inside since the first time."""
    again = settle(_goes_in(_both(), HOST, 5), 1, 5, used=False)
    assert inside_of(again, AREA, HOST) == inside_of(_both(), AREA, HOST)


def test_whoever_goes_out_and_in_again_is_inside() -> None:
    """Two movements under way are settled in their order, whatever the first one was."""
    muster = _goes_in(_goes_out(_both(), HOST, 3), HOST, 4)
    muster = settle(settle(muster, 1, 3, used=True), 1, 4, used=True)
    assert inside_of(muster, AREA, HOST) == Inside(HOST, CARDS[HOST], AREA, 4_000)


def test_what_names_nobody_moves_nobody() -> None:
    """A tap without a holder, and an end that no movement waits for, change nothing."""
    assert entered(Muster(), _tapped(None, Side.IN), AREA, 0, None) == Muster()
    assert left(Muster(), _tapped(None, Side.OUT), AREA) == Muster()
    assert settle(_both(), 1, 99, used=True) == _both()
    assert everybody(_goes_out(Muster(), HOST, 1)) == {}


def test_the_place_of_a_movement_is_its_own() -> None:
    """A later movement's place does not move an earlier one's."""
    muster = _goes_in(_goes_in(Muster(), HOST, 1), GUEST, 2)
    assert [move.place for move in muster.moves] == [(1, 1), (1, 2)]


def test_an_operator_forgives_entries_and_the_muster_keeps_them() -> None:
    """Forgiven, the holder may enter again, and is still somebody to look for."""
    muster = _goes_out(_goes_in(_both(), GUEST, 4), GUEST, 5)
    one = forgive(muster, AREA, HOST)
    assert entered_ago(inside_of(one, AREA, HOST), 5_000) is None
    assert entered_ago(inside_of(one, AREA, GUEST), 5_000) == 1_000
    everyone = forgive(muster, AREA, None)
    assert entered_ago(inside_of(everyone, AREA, GUEST), 5_000) is None
    assert set(everybody(everyone)) == set(everybody(muster))
    assert forgive(muster, "gudang", None) == muster


def test_the_age_of_an_entry_is_never_negative() -> None:
    """A clock that went back makes an entry new, not future; who is outside has none."""
    assert entered_ago(inside_of(_both(), AREA, HOST), 500) == 0
    assert entered_ago(None, 500) is None


def test_a_guest_is_astray_once_the_host_has_gone() -> None:
    """Not while the host is only leaving, and not when the guest is leaving as well."""
    leaving = _goes_out(_both(), HOST, 3)
    assert astray(leaving, AREA, HOST) == ()
    gone = settle(leaving, 1, 3, used=True)
    assert [one.holder for one in astray(gone, AREA, HOST)] == [GUEST]
    assert astray(gone, "gudang", HOST) == ()
    assert strays(gone) == astray(gone, AREA, HOST)
    assert strays(leaving) == ()
    following = _goes_out(gone, GUEST, 4)
    assert strays(following) == astray(following, AREA, HOST) == ()
    assert strays(settle(following, 1, 4, used=False)) == strays(gone)


def test_only_areas_with_a_way_out_are_counted() -> None:
    """Where everybody leaves by the button alone, nobody could ever be outside again."""
    other = replace(RULE, id=DoorId("gudang"), area="belakang")
    assert area_of(RULE) == "ruang-server"
    assert counted([(RULE, Side.IN), (RULE, Side.OUT), (other, Side.IN)]) == {"ruang-server"}
    assert counted([(other, Side.OUT)]) == {"belakang"}


movements = st.tuples(st.sampled_from([HOST, GUEST]), st.sampled_from(Side), st.booleans())


@given(st.lists(movements, max_size=20), st.integers(0, 4))
def test_the_muster_agrees_with_who_really_passed(story: list[tuple[HolderId, Side, bool]], lag: int) -> None:
    """Settled in order, however late, the muster is who passed; until then it names nobody too few."""
    muster, inside, waiting = Muster(), set[HolderId](), list[tuple[int, HolderId, Side, bool]]()

    def end() -> None:
        nonlocal muster
        seq, holder, side, used = waiting.pop(0)
        muster = settle(muster, 1, seq, used=used)
        if used:
            inside.discard(holder) if side is Side.OUT else inside.add(holder)

    for seq, (holder, side, used) in enumerate(story):
        muster = _goes_in(muster, holder, seq) if side is Side.IN else _goes_out(muster, holder, seq)
        waiting.append((seq, holder, side, used))
        while len(waiting) > lag:
            end()
        assert {one.holder for one in everybody(muster).values()} >= inside
    while waiting:
        end()
    assert {one.holder for one in everybody(muster).values()} == inside


AT = Moment(1, 1, 1, TimeQuality.SYNC, "boot", 1)


def _journal(folder: Path) -> Journal:
    """Open a controller's journal."""
    (folder / "state").mkdir(exist_ok=True)
    return Journal(folder / "state" / "door.db", SITE, CONTROLLER)


def test_the_muster_survives_a_restart(tmp_path: Path) -> None:
    """What was written with each event is read back; whoever was leaving is still inside."""
    steps = [
        Muster(),
        _both(),
        _goes_out(_both(), HOST, 3),
        forgive(_goes_out(_both(), HOST, 3), AREA, GUEST),
    ]
    with _journal(tmp_path) as journal:
        for before, after in pairwise(steps):
            journal.append(_tapped(HOST, Side.IN), AT, write_of(before, after))
        assert write_of(steps[-1], steps[-1]) is None
    with _journal(tmp_path) as journal:
        found = load(journal)
        assert found == Muster(dict(everybody(forgive(_both(), AREA, GUEST))))
        written = write_of(steps[-1], settle(steps[-1], 1, 3, used=True))
        assert written is not None
        journal.keep(written)
        assert set(load(journal).settled) == {(AREA, GUEST)}


def test_a_refused_event_moves_nobody(tmp_path: Path) -> None:
    """Row and event are one transaction: when the disk takes neither, the store says the old truth."""
    with _journal(tmp_path) as journal:
        written = write_of(Muster(), _both())

        def refuse(store: object) -> None:
            assert written is not None
            written(store)  # type: ignore[arg-type] # the journal's own connection
            raise StoreBroken("penuh")

        with pytest.raises(StoreBroken):
            journal.append(_tapped(HOST, Side.IN), AT, refuse)
        assert load(journal) == Muster()


SITE_FILE = """
site = "contoh"
controller = "pengendali-1"
kind = "desk"

[[reader]]
id = "meja"
driver = "pn532"
port = "meja"
"""


def test_the_muster_is_shown_while_the_door_runs_and_after(tmp_path: Path) -> None:
    """By area, with times, escorts and what is under way; as JSON; a sentence where nothing was written."""
    (tmp_path / "site.toml").write_text(SITE_FILE)
    ask = ["muster", "--dir", str(tmp_path)]
    assert "has written nothing yet" in CliRunner().invoke(door, ask).output
    with _journal(tmp_path) as journal:
        assert CliRunner().invoke(door, ask).output == f"{NOBODY}\n"
        written = write_of(Muster(), _goes_out(forgive(_both(), AREA, HOST), GUEST, 3))
        assert written is not None
        journal.keep(written)
        shown = CliRunner().invoke(door, ask)
        assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert lines[0] == f"{AREA}: 2"
    assert lines[1].endswith(", entry forgiven")
    assert lines[2].endswith(f", with escort {HOST}, leaving")
    assert f"{GUEST} (card {CARDS[GUEST]}) since 1970-01-01" in lines[2]
    after = CliRunner().invoke(door, [*ask, "--json"])
    assert after.exit_code == 0, after.output
    assert f'"escort":"{HOST}"' in after.output
    assert list(muster_lines([])) == [NOBODY]


def test_a_store_that_is_none_is_said_so(tmp_path: Path) -> None:
    """A file that is no store of ours is a sentence, not a traceback."""
    path = tmp_path / "door.db"
    path.write_bytes(b"bukan basis data" * 100)
    with pytest.raises(StoreBroken, match="who is inside cannot be read"):
        read_store(path)
