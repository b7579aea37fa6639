"""A device that was stolen, or that nobody trusts any more, is cut off: in one transaction, or not at all.

Its keys are revoked in the signed directory (the hub takes nothing from it, the signer binds no card of a
desk), its shards are emptied and its waiting orders dropped, its certificates are revoked and its invitations
void; who had a PIN at its doors needs a new one, because their hashes are in the thief's hands. Run again, it
changes nothing more.

What it cannot do: the device itself decides by what it knows until that has grown too old for its policy.
"""

from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Engine, delete

from card_registry import canonical
from card_registry.authority import store
from card_registry.authority.devices import certificates, kept
from card_registry.authority.keys import SignerKeys
from card_registry.authority.officers.ground import require_keys
from card_registry.authority.pins.change import VERSION, PinChange
from card_registry.authority.pins.keeping import shown_to
from card_registry.authority.turn import Turn
from card_registry.authority.warrant import Charter
from card_registry.certificate import Authority
from card_registry.errors import OperatorMistaken
from card_registry.orders import OrderSheet
from card_registry.statements import ControllerEntry, Directory
from card_registry.stores import registry as tables
from card_registry.trust.publish import Edition, SigningKeys
from card_registry.trust.slots import DIRECTORY, Role, orders_slot
from card_registry.trust.verify import read_charter
from card_registry.words import ControllerId, ControllerStatus, PersonId


@dataclass(frozen=True, slots=True)
class Severed:
    """What the authority log keeps of it: which device, in which epoch, by whom."""

    v: int
    controller: ControllerId
    epoch: int
    by: PersonId


@dataclass(frozen=True, slots=True)
class CutOff:
    """What was taken from a device: certificates, and the PINs that its holders must choose anew."""

    entry: ControllerEntry
    publication: int
    certificates: int
    pins: int


def cut_off(
    registry: Engine,
    keys: tuple[SignerKeys, Ed25519PrivateKey],
    authority: Authority | None,
    who: tuple[ControllerId, PersonId],
    scratch: Path,
    now: int,
) -> CutOff:
    """Cut a controller or desk off.

    Args:
        registry: The store, founded.
        keys: The signer's keys, and the enroller's.
        authority: Signs the list of revoked certificates; without it the access list alone shuts it out.
        who: The device, and the person who does it (for the authority log).
        scratch: A folder in RAM.
        now: Server clock, milliseconds.

    Raises:
        OperatorMistaken: No such device was ever enrolled.
        SenderLied: The registry's own documents do not verify.
    """
    (signer, enroller), (controller, by) = keys, who
    with registry.begin() as connection:
        number = store.lock(connection)
        charter = Charter(*read_charter(store.SlotRows(connection), signer.root, scratch))
        require_keys(store.SlotRows(connection), signer, enroller)
        known = _known(charter.directory, controller)
        entry = replace(known, status=ControllerStatus.REVOKED)
        charter = replace(charter, directory=_with(charter.directory, entry))
        store.set_controller(connection, entry, store.pseudonym_keys(connection)[entry.id])
        signing = SigningKeys(signer.grants, signer.online, enroller)
        edition = Edition(store.SlotRows(connection), signing, number + 1, now)
        edition.put(Role.DOORS, DIRECTORY, canonical.encode(charter.directory))
        store.publish(connection, edition.close(), edition.number, now)
        pins = shown_to(connection, controller) if entry.doors else ()
        turn = Turn(connection, signer, charter, (edition.number, now))
        for row in pins:
            turn.pin(PinChange(VERSION, row.holder, None, by), None)
        if known.status is not ControllerStatus.REVOKED:
            done = Severed(VERSION, controller, entry.epoch, by)
            turn.device(f"{controller}/{edition.number}", "cut-off", canonical.encode(done))
        turn.tend()
        turn.publish()
        count = _forget(connection, authority, charter, controller, now)
    return CutOff(entry, number + 2, count, len(pins))


def _forget(
    connection: Connection, authority: Authority | None, charter: Charter, controller: ControllerId, now: int
) -> int:
    """Drop what waits for it, and take back what it shows at the broker; give how many certificates."""
    kept.close_invitations(connection, controller)
    connection.execute(delete(tables.site).where(tables.site.c.name == kept.bundle_name(controller)))
    name = orders_slot(controller)
    if name in store.SlotRows(connection):
        blank = OrderSheet(1, charter.policy.site, controller, ())
        kept.put(connection, {name: canonical.encode(blank)})
    if authority is None:
        return 0
    return certificates.take_back(connection, authority, controller, now)


def _known(directory: Directory, controller: ControllerId) -> ControllerEntry:
    for one in directory.controllers:
        if one.id == controller:
            return one
    known = ", ".join(one.id for one in directory.controllers) or "none"
    raise OperatorMistaken(f"no {controller} was ever enrolled here; enrolled are: {known}")


def _with(directory: Directory, entry: ControllerEntry) -> Directory:
    return replace(
        directory,
        controllers=tuple(entry if one.id == entry.id else one for one in directory.controllers),
    )
