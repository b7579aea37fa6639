"""What a statement refuses to be made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry import canonical
from card_registry.errors import Malformed
from card_registry.shown import Plan
from card_registry.statements import MAX_VALIDITY, Approver, ControllerEntry, GrantTerms, WithdrawWarrant
from card_registry.words import (
    ControllerId,
    ControllerKind,
    ControllerStatus,
    DoorId,
    GrantId,
    GrantKind,
    HolderId,
    PersonId,
    Subject,
)

ID = "1" * 32
DIGEST = "2" * 64


def _terms(
    id: str = ID, holder: str = ID, doors: tuple[str, ...] = ("ruang-server",), begins: int = 0, ends: int = 1
) -> GrantTerms:
    """Make one grant."""
    named = tuple(DoorId(door) for door in doors)
    return GrantTerms(GrantId(id), HolderId(holder), named, None, begins, ends, GrantKind.TETAP)


def test_a_grant_needs_ids_doors_and_time() -> None:
    """Each missing part is named."""
    with pytest.raises(ValueError, match="a grant id must be"):
        _terms(id="1")
    with pytest.raises(ValueError, match="a holder id must be"):
        _terms(holder="budi")
    with pytest.raises(ValueError, match="a door id must be"):
        _terms(doors=("Ruang",))
    for doors in ((), ("a", "a")):
        with pytest.raises(ValueError, match="at least one door, each once"):
            _terms(doors=doors)


@given(st.integers(-MAX_VALIDITY, MAX_VALIDITY), st.integers(-10, MAX_VALIDITY + 10))
def test_a_grant_runs_forward_and_twelve_months_at_most(begins: int, length: int) -> None:
    """The bound is exact at both ends."""
    if 0 < length <= MAX_VALIDITY:
        assert _terms(begins=begins, ends=begins + length).ends == begins + length
    else:
        with pytest.raises(ValueError, match="within twelve months"):
            _terms(begins=begins, ends=begins + length)


def test_ids_and_keys_of_another_shape_are_refused() -> None:
    """Withdrawals, approvers and controllers."""
    with pytest.raises(ValueError, match="the id to withdraw"):
        WithdrawWarrant(1, Subject.CARD, "x", None, PersonId("admin"), "hilang")
    assert WithdrawWarrant(1, Subject.CARD, ID, None, PersonId("admin"), "hilang").id == ID
    with pytest.raises(ValueError, match="an approver's public key"):
        Approver(PersonId("kabid"), "x", ())
    assert Approver(PersonId("kabid"), DIGEST, ()).public == DIGEST


@pytest.mark.parametrize(
    ("id", "log_key", "seal_key", "sentence"),
    [
        ("A", DIGEST, DIGEST, "a controller id"),
        ("a", "x", DIGEST, "a log key"),
        ("a", DIGEST, "x", "a seal key"),
    ],
)
def test_a_controller_entry_is_checked(id: str, log_key: str, seal_key: str, sentence: str) -> None:
    """Each key and the id by its own name."""
    kind, status = ControllerKind.DOOR, ControllerStatus.ACTIVE
    with pytest.raises(ValueError, match=sentence):
        ControllerEntry(ControllerId(id), kind, status, 1, log_key, seal_key, ())
    assert ControllerEntry(ControllerId("a"), kind, status, 1, DIGEST, DIGEST, ()).epoch == 1


def test_a_check_that_fails_while_reading_is_malformed() -> None:
    """What arrives from outside is refused by the same sentence, as the sender's fault."""
    good = canonical.encode(_terms())
    assert canonical.decode(good, GrantTerms, "a grant") == _terms()
    with pytest.raises(Malformed, match="within twelve months"):
        canonical.decode(good.replace(b'"ends":1', b'"ends":0'), GrantTerms, "a grant")
    schedule = b'{"holidays":[],"windows":[],"zone":"Asia/Jakarta"}'
    plan = b'{"controller":"a","doors":[],"schedules":{"x":' + schedule + b'},"v":1}'
    with pytest.raises(Malformed, match="1 to 32 windows"):
        canonical.decode(plan, Plan, "a plan")
