"""Each key, stolen: what the officers do, what the thief's copy is worth afterwards, that work goes on."""

import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from card_registry import canonical
from card_registry.authority import integrity, store
from card_registry.authority.keys import load_key
from card_registry.authority.warrant import Charter
from card_registry.errors import Forged, KeysReplaced, StoreBroken
from card_registry.journal.note import Checkpoint, authority_origin, sign_checkpoint
from card_registry.signing import Purpose, public_hex, seal, unseal
from card_registry.statements import Directory, Receipt
from card_registry.trust.denials import read_denials
from card_registry.trust.slots import DIRECTORY, FIRST_ROOT, POLICY, Role, needed
from card_registry.trust.verify import read_charter, read_directory_offline
from card_registry.words import ControllerId
from tests.card_registry.authority.house import HERE, PASSPHRASE, SITE, request_of, store_of
from tests.card_registry.authority.officers.chancery import Chancery
from tests.card_registry.authority.officers.thief import (
    forged_card,
    forged_denial,
    forged_role,
    forged_shard,
    republished,
)
from tests.card_registry.trust.made import Door, Made, key, token

Stolen = dict[str, Ed25519PrivateKey]


def new_officer(chancery: Chancery) -> tuple[object, ...]:
    """Let a new officer take the place of the Kadis, whose key was stolen."""
    chancery.keygen("wakil-kadis")
    return ("rotate", "--officer", f"kadis={chancery.card('wakil-kadis')}")


def new_enroller(chancery: Chancery) -> tuple[object, ...]:
    """Let somebody else enrol from now on."""
    chancery.keygen("admin")
    return ("rotate", "--enroller", chancery.card("admin"))


def new_receipt(_chancery: Chancery) -> tuple[object, ...]:
    """Let the hub sign receipts with another key."""
    return ("rotate", "--receipt-key", public_hex(key("receipts anew")))


def new_signer_key(*names: str) -> Callable[[Chancery], tuple[object, ...]]:
    """Let the signer sign with other keys."""
    return lambda chancery: ("rotate", *chancery.replace_signer_keys(*names))


def officer_is_worthless(chancery: Chancery, door: Door, stolen: Stolen) -> None:
    """The stolen officer's key and one more do not make two, though the online key be the thief's too."""
    slots = chancery.house.slots()
    policy = {POLICY: canonical.encode(replace(_charter(chancery).policy, grace=1))}
    forged = forged_role(slots, Role.TARGETS, policy, stolen["kadis"], stolen["kabid-ti"])
    with pytest.raises(Forged, match="slot meta/targets is not signed by enough"):
        door.verify(republished(forged, stolen["online"]))


def enroller_is_worthless(chancery: Chancery, _door: Door, stolen: Stolen) -> None:
    """No reader takes a directory that the stolen key signed; it enrols nobody, and the new one does."""
    slots = _all(chancery)
    body = canonical.encode(Directory(1, SITE, ()))
    forged = forged_role(slots, Role.DOORS, {DIRECTORY: body}, stolen["enroller"])
    with pytest.raises(Forged, match="slot meta/doors is not signed"):
        read_directory_offline(
            _files(republished(forged, stolen["online"])), chancery.digest(), chancery.folder
        )
    newcomer = request_of(ControllerId("meja-9"))
    with pytest.raises(KeysReplaced, match="another enroller"):
        chancery.house.enrol(newcomer)
    shutil.copy(chancery.key("admin"), chancery.house.folders.officers / "enroller.pem")
    assert chancery.house.enrol(newcomer).floors.root == 1


def grants_is_worthless(chancery: Chancery, door: Door, stolen: Stolen) -> None:
    """The door takes no shard that the stolen key signed, though the online key were the thief's as well."""
    forged = forged_shard(chancery.house.slots(), stolen["grants"])
    with pytest.raises(Forged, match="is not signed by enough"):
        door.verify(republished(forged, stolen["online"]))


def online_is_worthless(chancery: Chancery, door: Door, stolen: Stolen) -> None:
    """The door takes neither news nor denials that the stolen key signed."""
    slots = chancery.house.slots()
    with pytest.raises(Forged, match="slot meta/timestamp is not signed"):
        door.verify(republished(slots, stolen["online"]))
    with pytest.raises(Forged, match="slot meta/deny is missing, or not signed"):
        read_denials(forged_denial(slots, stolen["online"], "ani", 9), door.trusted, door.root)


def order_is_worthless(_chancery: Chancery, door: Door, stolen: Stolen) -> None:
    """The door's policy no longer names the key that sealed orders."""
    assert door.trusted.registry is not None
    policy = door.trusted.registry.policy
    assert public_hex(stolen["order"]) not in (*policy.order_keys, *policy.lockdown_keys)


def authority_is_worthless(chancery: Chancery, _door: Door, stolen: Stolen) -> None:
    """A head of the authority log by the stolen key is found out, and adds nothing."""
    with store_of(chancery.store, "registry") as engine, engine.begin() as connection:
        kept = store.get_value(connection, store.HEAD)
        head = Checkpoint(authority_origin(SITE), 1, bytes(32))
        store.set_values(connection, {store.HEAD: sign_checkpoint(head, stolen["authority"])})
        with pytest.raises(StoreBroken, match="not signed by the site's authority key"):
            integrity.check(connection, _charter(chancery), chancery.house.keys().root, chancery.folder)
        store.set_values(connection, {store.HEAD: kept or b""})


def receipt_is_worthless(_chancery: Chancery, door: Door, stolen: Stolen) -> None:
    """The door believes no receipt of the stolen key, and those of the new one."""
    assert door.trusted.registry is not None
    keys = door.trusted.registry.policy.receipt_keys
    receipt = Receipt(1, SITE, HERE, 1, 5, "00" * 32, 1)
    with pytest.raises(Forged, match="which may not sign it"):
        unseal(Purpose.RECEIPT, seal(Purpose.RECEIPT, receipt, stolen["receipt"]), Receipt, keys)
    assert (
        unseal(Purpose.RECEIPT, seal(Purpose.RECEIPT, receipt, key("receipts anew")), Receipt, keys)
        == receipt
    )


Cure = Callable[[Chancery], tuple[object, ...]]
Check = Callable[[Chancery, Door, Stolen], None]
REST = ("kabid-ti", "sekretaris")
CASES: dict[str, tuple[Cure, tuple[str, ...], Check]] = {
    "officer": (new_officer, REST, officer_is_worthless),
    "enroller": (new_enroller, (*REST, "admin"), enroller_is_worthless),
    "grants": (new_signer_key("grants"), REST, grants_is_worthless),
    "online": (new_signer_key("online"), REST, online_is_worthless),
    "order": (new_signer_key("order"), REST, order_is_worthless),
    "authority": (new_signer_key("authority"), REST, authority_is_worthless),
    "receipt": (new_receipt, REST, receipt_is_worthless),
}


@pytest.mark.parametrize("name", CASES)
def test_a_stolen_key_is_replaced(name: str, chancery: Chancery) -> None:
    """A door with a history adopts the rotation, the stolen key is worthless, and the signer goes on."""
    cure, signers, worthless = CASES[name]
    stolen, door = steal(chancery), chancery.door()

    chancery.hold(*cure(chancery), signers=signers)

    door.learn(chancery.house.slots())
    assert door.cards() == {token("card of ani")}
    worthless(chancery, door, stolen)
    chancery.admit("budi")
    door.learn(chancery.house.slots())
    assert door.cards() == {token("card of ani"), token("card of budi")}


def test_everything_on_the_signers_machine_is_replaced_at_once(chancery: Chancery) -> None:
    """A stolen signer costs one draft; its four keys are worthless, and its folder has the new ones."""
    stolen, door = steal(chancery), chancery.door()
    names = ("grants", "online", "order", "authority")

    chancery.hold("rotate", *chancery.replace_signer_keys(*names))

    door.learn(chancery.house.slots())
    for name in names:
        CASES[name][2](chancery, door, stolen)
    assert not list(chancery.signer.glob("*.next.pem"))
    chancery.admit("budi")
    door.learn(chancery.house.slots())


def test_what_a_thief_slipped_into_the_shards_is_thrown_away(chancery: Chancery) -> None:
    """A card that stolen keys signed, at the door and in the store alike, is gone with the keys."""
    stolen, door = steal(chancery), chancery.door()
    forged = republished(forged_card(_all(chancery), stolen["grants"], Made()), stolen["online"])
    door.learn({name: body for name, body in forged.items() if needed(name, HERE)})
    assert door.cards() == {token("card of ani"), token("card of mallory")}
    with store_of(chancery.store, "registry") as engine, engine.begin() as connection:
        store.publish(connection, forged, store.number_of(connection), chancery.house.now)

    chancery.hold("rotate", *chancery.replace_signer_keys("grants", "online"))

    door.learn(chancery.house.slots())
    assert door.cards() == {token("card of ani")}


def steal(chancery: Chancery) -> Stolen:
    """Copy every key there is; each test uses those it is about."""
    people = {name: load_key(chancery.key(name), PASSPHRASE) for name in ("kadis", "kabid-ti", "enroller")}
    keys = chancery.house.keys()
    signer = {name: getattr(keys, name) for name in ("grants", "online", "order", "authority")}
    return {**people, **signer, "receipt": key("receipts")}


def _charter(chancery: Chancery) -> Charter:
    with store_of(chancery.store, "registry") as engine, engine.connect() as connection:
        slots, root = store.SlotRows(connection), chancery.house.slots()[FIRST_ROOT]
        return Charter(*read_charter(slots, root, chancery.folder))


def _all(chancery: Chancery) -> dict[str, bytes]:
    with store_of(chancery.store, "registry") as engine, engine.connect() as connection:
        return dict(store.SlotRows(connection))


def _files(slots: dict[str, bytes]) -> dict[str, bytes]:
    return {name.replace("/", "."): body for name, body in slots.items()}
