"""What a restored registry goes on from: above all that was proved, with nothing lost of what was denied."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.authority.recovery import (
    Floors,
    Heard,
    Restore,
    Standing,
    Waiver,
    awaited,
    recovered,
    sentence,
    suspicion,
)
from card_registry.journal.event import Versions
from card_registry.statements import ControllerEntry, Denial, Directory, Status
from card_registry.trust.newer import Newer
from card_registry.words import ControllerId, ControllerKind, ControllerStatus, SiteId, Staleness, Subject
from tests.card_registry.trust.made import SITE, token

ONE, TWO, GONE = ControllerId("satu"), ControllerId("dua"), ControllerId("hilang")
RESTORE = Restore(token("restore"), 5, 40, "an older copy")
FLOORS = Floors(1, SITE, 57, 57, 9, 3, 12, RESTORE)
STORE = Standing(40, 4, 2, 8, {"root": 1, "targets": 1, "doors": 30})


def heard(timestamp: int, newer: Newer | None = None) -> Heard:
    """Give what a controller said."""
    versions = Versions(1, timestamp, 1, 1)
    return Heard(Status(1, SITE, ONE, 1, 1, "00", 1, Staleness.FRESH, versions, 0, 0, ()), newer)


def entry(name: ControllerId, status: ControllerStatus = ControllerStatus.ACTIVE) -> ControllerEntry:
    """Give a controller's entry."""
    return ControllerEntry(name, ControllerKind.DOOR, status, 1, "ab" * 32, "ab" * 32, ())


def test_who_is_awaited_is_active_unwaived_and_unheard_or_unproved() -> None:
    """A claim beyond the store counts only with its proof; a revoked controller is not waited for."""
    directory = Directory(1, SITE, (entry(ONE), entry(TWO), entry(GONE, ControllerStatus.REVOKED)))
    assert awaited(directory, {}, (), STORE) == (ONE, TWO)
    assert awaited(directory, {ONE: heard(40)}, (TWO,), STORE) == ()
    assert awaited(directory, {ONE: heard(41)}, (TWO,), STORE) == (ONE,)
    assert awaited(directory, {ONE: heard(41, Newer(41, {}, ()))}, (TWO,), STORE) == ()


def test_what_makes_a_store_suspect() -> None:
    """No memory, a store behind it, or a proof beyond both; otherwise nothing."""
    assert "missing or damaged" in suspicion(STORE, None, 0)
    assert "57 was reached" in suspicion(STORE, FLOORS, 0)
    level = replace(FLOORS, publication=41, reached=40)
    assert suspicion(STORE, level, 41) == ""
    assert "holds publication 42" in suspicion(STORE, level, 42)


def test_other_peoples_roles_that_are_newer_at_a_door_are_named() -> None:
    """What officers or enroller signed in the lost time must be signed, or applied, again."""
    proof = Newer(57, {"targets": 2, "doors": 30, "grants": 50}, ())
    found = recovered(SITE, FLOORS, STORE, {}, {ONE: heard(57, proof)}, [TWO, ONE])
    assert (found.again, found.heard, found.waived) == (("targets",), (ONE,), (TWO,))
    assert (found.found, found.publication, found.denial, found.order, found.authority) == (40, 57, 9, 3, 12)
    assert "apply it again" in sentence(found)
    rotated = {ONE: replace(heard(40), status=replace(heard(40).status, versions=Versions(2, 40, 1, 1)))}
    assert recovered(SITE, FLOORS, STORE, {}, rotated, ()).again == ("root",)
    assert "the authority log has lost records" in sentence(found)
    assert "lost records" not in sentence(replace(found, authority=0))
    assert recovered(SITE, replace(FLOORS, authority=8), STORE, {}, {}, ()).authority == 0
    with pytest.raises(ValueError, match="no restore"):
        recovered(SITE, replace(FLOORS, restore=None), STORE, {}, {}, ())


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 12)), max_size=12),
    st.dictionaries(st.integers(0, 5), st.integers(1, 8), max_size=4),
    st.lists(st.integers(1, 99), max_size=4),
)
def test_nothing_denied_is_lost_and_no_number_is_given_twice(
    shown: list[tuple[int, int]], known: dict[int, int], numbers: list[int]
) -> None:
    """Whatever doors prove: each denial stands at its serial or above, new serials are new, floors hold."""
    serials = {(Subject.CARD, token(str(name))): serial for name, serial in known.items()}
    store = replace(STORE, denial=max(known.values(), default=0))
    denials = tuple(Denial(Subject.CARD, token(str(name)), serial) for name, serial in shown)
    said = {ControllerId(f"p{n}"): heard(n, Newer(n, {}, denials)) for n in numbers}
    found = recovered(SiteId("contoh"), FLOORS, store, serials, said, ())

    after = {**serials, **{(one.subject, one.id): one.serial for one in found.denials}}
    if numbers:
        assert all(after[one.subject, one.id] >= one.serial for one in denials)
    given_anew = [one.serial for one in found.denials]
    assert given_anew == sorted(set(given_anew))
    assert all(serial > store.denial for serial in given_anew)
    assert found.denial >= max([9, *given_anew])
    assert found.publication >= max([57, *numbers])


def test_a_waiver_names_a_restore_and_says_why() -> None:
    """Neither may be missing."""
    assert Waiver(1, SITE, token("restore"), ONE, "rusak", 1).controller == ONE
    with pytest.raises(ValueError, match="why"):
        Waiver(1, SITE, token("restore"), ONE, " ", 1)
    with pytest.raises(ValueError, match="restore"):
        Waiver(1, SITE, "x", ONE, "rusak", 1)
