"""An invitation: for one device, once, for minutes; whatever else asks with it is refused in a sentence."""

from dataclasses import replace
from typing import Any

import pytest

from card_registry import canonical
from card_registry.enrolment import EnrolRequest, open_request, seal_request
from card_registry.errors import AksesError, Forged, Malformed, OperatorMistaken
from card_registry.invitation import LIFE, Invitation, Issued, admit, digest_of, issued, prove
from card_registry.words import ControllerId, ControllerKind, SiteId
from tests.card_registry.test_enrolment import KEY, REQUEST

NOW = 1_795_000_000_000
INVITATION = Invitation(
    1, REQUEST.site, REQUEST.controller, ControllerKind.DOOR, 3, "ab" * 32, NOW + LIFE, "5e" * 32
)
OTHER = replace(INVITATION, seed="0f" * 32)
PROVED = prove(REQUEST, INVITATION)
KNOWN = issued(INVITATION)


def test_an_invitation_is_read_from_its_own_bytes_and_hides_its_seed() -> None:
    """File and code hold the same text, with a scanner's line end; a log line would not hold the seed."""
    assert Invitation.read(canonical.encode(INVITATION) + b"\n") == INVITATION
    assert INVITATION.seed not in repr(INVITATION)
    assert INVITATION.seed not in repr(KNOWN)
    with pytest.raises(Malformed, match="the invitation"):
        Invitation.read(b"{}")
    for wrong in ({"v": 2}, {"epoch": 0}, {"root": "ab"}, {"seed": ""}, {"site": "Contoh"}):
        with pytest.raises(ValueError, match="must be"):
            replace(INVITATION, **wrong)


def test_the_request_takes_its_epoch_from_the_invitation_and_proves_it() -> None:
    """The same device and invitation give the same request again; nothing of the seed is in it."""
    assert (PROVED.epoch, PROVED.invitation) == (3, KNOWN.public)
    assert prove(PROVED, INVITATION) == PROVED
    assert INVITATION.seed.encode() not in canonical.encode(PROVED)
    admit(KNOWN, PROVED, NOW)
    admit(KNOWN, PROVED, KNOWN.ends - 1)


@pytest.mark.parametrize(
    "wrong",
    [{"controller": ControllerId("lain")}, {"site": SiteId("lain")}, {"kind": ControllerKind.DESK}],
)
def test_a_device_does_not_use_anothers_invitation(wrong: dict[str, Any]) -> None:
    """The device itself notices that it was handed the wrong one."""
    with pytest.raises(OperatorMistaken, match="use the one made for it"):
        prove(REQUEST, replace(INVITATION, **wrong))


@pytest.mark.parametrize(
    ("found", "asked", "now", "fault", "sentence"),
    [
        (KNOWN, REQUEST, NOW, OperatorMistaken, "carries no invitation; make a new one: akses registry inv"),
        (None, PROVED, NOW, OperatorMistaken, "is not one that this registry holds open"),
        (issued(OTHER), PROVED, NOW, OperatorMistaken, "is not one that this registry holds open"),
        (replace(KNOWN, controller=ControllerId("x")), PROVED, NOW, OperatorMistaken, "for the door x, not"),
        (replace(KNOWN, kind=ControllerKind.DESK), PROVED, NOW, OperatorMistaken, "is for the desk pengenda"),
        (replace(KNOWN, used=NOW), PROVED, NOW, OperatorMistaken, "was used at 2026-11-18 11:06:40 UTC"),
        (KNOWN, PROVED, KNOWN.ends, OperatorMistaken, "ended at 2026-11-18 11:21:40 UTC; make a new one"),
        (KNOWN, replace(PROVED, seal_key="cd" * 32), NOW, Forged, "does not carry a valid signature"),
        (KNOWN, replace(PROVED, tls_key="02" + "cd" * 32), NOW, Forged, "does not carry a valid signature"),
        (KNOWN, replace(PROVED, epoch=4), NOW, Forged, "does not carry a valid signature"),
        (replace(KNOWN, epoch=2), PROVED, NOW, Forged, "is not of epoch 2, which its invitation names"),
    ],
)
def test_what_an_invitation_does_not_cover(
    found: Issued | None,
    asked: EnrolRequest,
    now: int,
    fault: type[AksesError],
    sentence: str,
) -> None:
    """Used, over, another's, or under a request that was changed after it was proved: one sentence each."""
    with pytest.raises(fault, match=sentence):
        admit(found, asked, now)


def test_every_byte_of_a_request_is_signed() -> None:
    """A request that was touched anywhere on its way is refused before anybody compares words."""
    sealed = seal_request(PROVED, KEY)
    assert open_request(sealed) == PROVED
    for place in range(len(sealed)):
        touched = bytearray(sealed)
        touched[place] ^= 1
        with pytest.raises(AksesError):
            open_request(bytes(touched))


def test_requests_have_names() -> None:
    """Two requests have two digests; the registry keeps which one used an invitation up."""
    assert digest_of(PROVED) != digest_of(REQUEST)
    assert len(digest_of(PROVED)) == 64


def test_a_request_names_an_invitation_and_proves_it_or_does_neither() -> None:
    """Half of the two is refused, as is a TLS key that is no point."""
    for wrong in ({"proof": ""}, {"invitation": ""}, {"proof": "ab"}, {"tls_key": "04" + "ab" * 32}):
        with pytest.raises(ValueError, match="must"):
            replace(PROVED, **wrong)  # type: ignore[arg-type] # wrong on purpose
