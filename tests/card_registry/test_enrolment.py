"""The two documents of enrolment: who may ask, and what the answer promises."""

from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.enrolment import Bundle, EnrolRequest, Renewal, open_request, seal_request
from card_registry.errors import Forged, Malformed
from card_registry.journal.event import Versions
from card_registry.rule import DoorRule
from card_registry.signing import public_hex
from card_registry.words import Clockless, ControllerId, ControllerKind, DoorId, SiteId, Tier

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
RULE = DoorRule(DoorId("ruang-server"), Tier.PUBLIC_KEY, Clockless.ALWAYS_ONLY)
REQUEST = EnrolRequest(
    1,
    SiteId("contoh"),
    ControllerId("pengendali-1"),
    ControllerKind.DOOR,
    public_hex(KEY),
    "ab" * 32,
    (RULE,),
    1,
)
ROOT = b"root"
BUNDLE = Bundle(
    1,
    REQUEST.site,
    REQUEST.controller,
    ROOT.hex(),
    "4813494d137e1631bba301d5acab6e7bb7aa74ce1185d456565ef51d737677b2",
    "cd" * 32,
    Versions(),
    1,
)


def test_a_request_proves_its_own_key() -> None:
    """What the log key signed is read back."""
    assert open_request(seal_request(REQUEST, KEY)) == REQUEST


def test_a_request_in_another_keys_name_is_forged() -> None:
    """Somebody who has not the log key cannot enrol it."""
    with pytest.raises(Forged, match="is not signed by the log key it names"):
        open_request(seal_request(REQUEST, Ed25519PrivateKey.from_private_bytes(b"t" * 32)))


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"epoch": 0},
        {"site": "Contoh"},
        {"log_key": "ab"},
        {"doors": ()},
        {"doors": (RULE, RULE)},
        {"doors": tuple(replace(RULE, id=DoorId(f"pintu-{number}")) for number in range(9))},
        {"kind": ControllerKind.DESK},
        {"doors": (replace(RULE, interlock=(DoorId("gudang"),)),)},
    ],
)
def test_an_impossible_request_is_refused(change: dict[str, object]) -> None:
    """A desk has no doors, a controller one to eight, each once, that depend on no other controller's."""
    with pytest.raises(ValueError, match=r"must be|has 1 to 8 doors|interlocked with a door of another"):
        replace(REQUEST, **change)  # type: ignore[arg-type] # wrong on purpose


def test_a_desk_asks_without_doors() -> None:
    """A desk's request is whole without doors."""
    desk = replace(REQUEST, kind=ControllerKind.DESK, doors=())

    assert open_request(seal_request(desk, KEY)) == desk


def test_a_bundle_is_read_from_its_own_bytes() -> None:
    """A bundle gives the root it was made with."""
    assert Bundle.read(canonical.encode(BUNDLE)).root_bytes == ROOT


def test_a_bundle_with_another_root_is_refused() -> None:
    """The digest on paper and the root inside must agree."""
    other = canonical.encode(BUNDLE).replace(ROOT.hex().encode(), b"00ff")

    with pytest.raises(Malformed, match="the bundle's root is not the one its digest names"):
        Bundle.read(other)
    with pytest.raises(ValueError, match="must be of version 1"):
        replace(BUNDLE, v=2)


def test_a_request_for_a_certificate_has_a_shape() -> None:
    """Site, controller, epoch and TLS key; anything else is no request."""
    asked = Renewal(1, REQUEST.site, REQUEST.controller, 1, "02" + "ab" * 32)
    assert canonical.decode(canonical.encode(asked), Renewal, "it") == asked
    for wrong in ({"v": 2}, {"epoch": 0}, {"tls_key": ""}, {"controller": "A"}):
        with pytest.raises(ValueError, match="must be"):
            replace(asked, **wrong)
