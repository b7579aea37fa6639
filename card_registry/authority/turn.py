"""One turn of the signer: judged changes, their rows, the changed slots and the outcomes, in one transaction.

A turn is nothing until its transaction commits: after a crash at any point the registry holds all of it or
none, and the cursor with it. What is covered was decided in ``warrant``, what doors are shown in ``rows``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import assert_never

from sqlalchemy import Connection

from card_registry import canonical
from card_registry.authority import folding, ordering, pending, record, sighting, store
from card_registry.authority.keys import SignerKeys
from card_registry.authority.pins.change import PinChange
from card_registry.authority.record import Applied, Source
from card_registry.authority.recovery import Recovered
from card_registry.authority.restoring import values_of
from card_registry.authority.rows import (
    HolderRows,
    ShardDraft,
    close_shard,
    concerned,
    credential_rows,
    grant_rows,
    open_shard,
    pin_rows,
)
from card_registry.authority.spreading import spread_older
from card_registry.authority.warrant import (
    BoundCredential,
    Charter,
    HeldGrant,
    Truth,
    authorise_binding,
    authorise_grant,
    authorise_withdrawal,
    digest_of,
    has_grant_for,
    read_verdict,
)
from card_registry.errors import NotWarranted
from card_registry.instant import MINUTE
from card_registry.journal.tree import Frontier
from card_registry.orders import OrderSheet, OrderWarrant
from card_registry.registry import SPREAD, shard_of
from card_registry.shown import PinRow, Shard
from card_registry.statements import DenyList, GrantWarrant, WarrantKind, WithdrawWarrant
from card_registry.stores import registry as tables
from card_registry.trust.publish import Edition, SigningKeys, half_over
from card_registry.trust.slots import DENY_LIST, Role, grants_role, meta_slot, orders_slot, shard_slot
from card_registry.words import CardId, ControllerId, ControllerStatus, HolderId, Subject

WAIT = MINUTE
"""How long a bound card waits for the grant of its case, from when its row reached the server."""

SENTENCE = 400

Place = tuple[ControllerId, int]
"""A controller's shard."""


class Turn:
    """The signer's transaction, begun by taking the writer's lock."""

    def __init__(
        self,
        connection: Connection,
        keys: SignerKeys,
        charter: Charter,
        place: tuple[int, int],
        damage: str = "",
    ) -> None:
        """Go on from ``place``: the last publication's number, and server time in milliseconds.

        ``damage`` says what is wrong with the store; then rights are taken away and none is added.
        """
        number, now = place
        self._connection = connection
        self._keys = keys
        self._charter = charter
        self._now = now
        self._slots = store.SlotRows(connection)
        self._edition = Edition(self._slots, SigningKeys(keys.grants, keys.online), number + 1, now)
        self._drafts: dict[Place, ShardDraft] = {}
        self._pseudonyms: dict[ControllerId, bytes] = {}
        values = store.get_values(connection, store.FOLDED, store.FRONTIER)
        self._folded = store.count_of(values.get(store.FOLDED))
        self._stopped = store.denials_up_to(connection, self._folded)
        kept = values.get(store.FRONTIER)
        self._frontier = Frontier.load(kept) if kept else Frontier()
        self._denied = self._spread = False
        self._sheets: dict[str, bytes] = {}
        self._statuses: Mapping[ControllerId, bytes] = {}
        self._damage = damage
        self.applied = 0

    def warrants(
        self, requests: Iterable[pending.Request], statuses: Mapping[ControllerId, bytes] | None = None
    ) -> None:
        """Judge warrants in their order, each once, and move the cursor behind the last.

        ``statuses`` are the controllers' newest ones, against which orders are judged.
        """
        self._statuses = statuses or {}
        listed = list(requests)
        done = store.judged(self._connection, Source.WARRANT, [one.reference for one in listed])
        for request in listed:
            if request.reference not in done:
                self._judge(request)
        reached, _ = store.get_follow(self._connection, pending.OFFICE)
        after = max([reached, *(request.serial + 1 for request in listed)])
        store.set_follow(self._connection, pending.OFFICE, after, None)

    def desk(self, rows: Iterable[pending.DeskRow]) -> None:
        """Judge a desk's rows in their order, up to one whose grant may still come."""
        for row in rows:
            reached, _ = store.get_follow(self._connection, row.source)
            if row.seq != reached:
                return
            if not self._bind(row):
                return
            store.set_follow(self._connection, row.source, row.seq + 1, row.after)

    def recover(self, found: Recovered) -> None:
        """Go on from a restore: deny again what was denied in the lost time, and sign every role anew."""
        for denial in found.denials:
            store.set_denial(self._connection, denial)
        self._denied = True
        own = [grants_role(entry.id) for entry in self._charter.directory.controllers]
        for role in (Role.DENY, Role.GRANTS, *own):
            self._edition.touch(role)
        self._edition.name_lost(found.roles)
        store.set_values(self._connection, values_of(found))
        self._record(Source.RESTORE, found.restore, Source.RESTORE, canonical.encode(found))

    def pin(self, change: PinChange, row: PinRow | None) -> None:
        """Keep or forget (None) a holder's PIN, as ``authority.pins`` decided, and show it to the doors.

        Raises:
            NotWarranted: The store is damaged, or a controller's shard has no room.
        """
        self._require_sound()
        holder = change.holder
        if row is None:
            store.clear_pin(self._connection, holder)
        else:
            store.set_pin(self._connection, row, self._now)
        self._show(holder, store.grants_where(self._connection, holder=holder), self._credentials(holder))
        reference, body = str(self._frontier.size), canonical.encode(change)
        self._record(Source.PIN, reference, change.kind, body)

    def ceremony(self, reference: str, kind: str, body: bytes) -> None:
        """Enter what the officers signed, and ``authority.officers`` published, into the authority log."""
        self._record(Source.CEREMONY, reference, kind, body)

    def device(self, reference: str, kind: str, body: bytes) -> None:
        """Enter what the enroller did to a device into the authority log."""
        self._record(Source.DEVICE, reference, kind, body)

    def tend(self) -> None:
        """Sign again what is more than half over, of the roles whose keys are here; empty a revoked door."""
        if self._damage:
            return
        self._spread_older()
        self._empty_revoked()
        if len(store.denials_after(self._connection, self._folded)) > folding.FOLD_AT:
            self._list_denials(folding.FOLD_AT)
        own = [grants_role(entry.id) for entry in self._charter.directory.controllers]
        for role in (Role.DENY, Role.GRANTS, *own):
            signed = self._edition.read(meta_slot(role))
            if signed and half_over(signed, role, self._now):
                self._edition.touch(role)

    def publish(self) -> None:
        """Write the changed slots, the timestamp last, and the log's new head."""
        if self._denied:
            self._list_denials()
        for (controller, number), draft in self._drafts.items():
            path = shard_slot(controller, number)
            if draft or path in self._slots:  # else nobody was ever in it
                body = canonical.encode(close_shard(controller, number, draft))
                self._edition.put(grants_role(controller), path, body)
        changed = {**self._sheets, **self._edition.close()}
        if self.applied:
            head = record.head(self._charter.policy.site, self._frontier, self._keys.authority)
            values = {store.FRONTIER: self._frontier.dump(), store.HEAD: head}
            store.set_values(self._connection, values)
        shown = sighting.due(self._connection, self._frontier, self._now, taking=self._denied)
        store.publish(self._connection, {**shown, **changed}, self._edition.number, self._now)

    def show_everyone(self) -> None:
        """Write every holder's rows anew at every controller."""
        self._rewrite(store.holders(self._connection))

    def _rewrite(self, holders: Iterable[HolderId]) -> None:
        for holder in holders:
            held = store.grants_where(self._connection, holder=holder)
            self._drafts.update(self._shown(holder, held, self._credentials(holder)))

    def _judge(self, request: pending.Request) -> None:
        try:
            body = request.read()
            match body:
                case GrantWarrant():
                    self._grant(body)
                    self._record(Source.WARRANT, request.reference, WarrantKind.GRANT, request.body)
                case WithdrawWarrant():
                    serial = self._withdraw(body)
                    kind = WarrantKind.WITHDRAW
                    self._record(Source.WARRANT, request.reference, kind, request.body, serial)
                case OrderWarrant():
                    number = self._order(body)
                    kind = WarrantKind.ORDER
                    self._record(Source.WARRANT, request.reference, kind, request.body, number)
                case _:
                    assert_never(body)
        except NotWarranted as refusal:
            self._outcome(Source.WARRANT, request.reference, sentence=str(refusal))

    def _require_sound(self) -> None:
        if self._damage:
            raise NotWarranted(self._damage)

    def _grant(self, warrant: GrantWarrant) -> None:
        self._require_sound()
        terms, digest = read_verdict(warrant).grant, digest_of(warrant)
        truth = Truth(
            self._charter,
            store.newest_serial(self._connection),
            {digest} if store.is_used(self._connection, digest) else (),
            store.grants_where(self._connection, id=terms.id),
            self._credentials(terms.holder),
            store.serials_of(self._connection, Subject.HOLDER, [terms.holder]).get(terms.holder, 0),
            store.counts_of(self._connection, warrant.proof),
        )
        held = authorise_grant(truth, warrant, self._now)
        others = store.grants_where(self._connection, holder=terms.holder)
        self._show(terms.holder, (*others, held), truth.credentials)
        store.add_grant(self._connection, held, digest)
        store.keep_count(self._connection, warrant.proof)

    def _withdraw(self, warrant: WithdrawWarrant) -> int:
        truth = Truth(self._charter, store.newest_serial(self._connection))
        denial = authorise_withdrawal(truth, warrant)
        store.set_denial(self._connection, denial)
        self._denied = True
        return denial.serial

    def _order(self, warrant: OrderWarrant) -> int:
        """Sign an order under the next number, which is kept with it in this transaction."""
        if not ordering.takes(warrant):
            self._require_sound()
        spent = ordering.digest_of(warrant)
        used = {spent} if store.is_used(self._connection, spent) else ()
        asked = ordering.read_request(warrant)
        status = self._statuses.get(asked.controller)
        counts = store.counts_of(self._connection, warrant.proof)
        request = ordering.authorise_order(self._charter, warrant, status, used, counts)
        key = ordering.key_for(self._charter.policy, request.kind, self._keys.order, self._keys.online)
        last = store.count_of(store.get_value(self._connection, store.ORDER_NUMBER))
        order = ordering.order_of(request, ordering.next_number(last, self._now), self._now)
        name = orders_slot(request.controller)
        body = self._sheets.get(name) or self._slots.get(name)
        blank = OrderSheet(1, request.site, request.controller, ())
        sheet = blank if body is None else canonical.decode(body, OrderSheet, f"slot {name}")
        self._sheets[name] = canonical.encode(ordering.sheet_with(sheet, order, key, self._now))
        store.set_values(self._connection, {store.ORDER_NUMBER: str(order.number).encode()})
        store.spend(self._connection, spent)
        if not ordering.takes(warrant):
            store.keep_count(self._connection, warrant.proof)
        return order.number

    def _bind(self, row: pending.DeskRow) -> bool:
        """Judge one desk row; False when it must wait."""
        try:
            binding = row.binding()
            if binding is None:
                return True
            event = binding.event
            same_card = store.credentials_where(self._connection, card=event.card)
            same_digest = store.credentials_where(self._connection, digest=event.digest)
            grants = store.grants_where(self._connection, case=event.case)
            truth = Truth(self._charter, grants=grants, credentials=(*same_card, *same_digest))
            if not has_grant_for(truth, event) and self._now - row.received < WAIT:
                return False
            self._require_sound()
            bound = authorise_binding(truth, binding)
            held = store.grants_where(self._connection, holder=event.holder)
            self._show(event.holder, held, (*self._credentials(event.holder), bound))
            store.add_credential(self._connection, bound)
            self._record(Source.BINDING, row.reference, Source.BINDING, row.body)
        except NotWarranted as refusal:
            self._outcome(Source.BINDING, row.reference, sentence=str(refusal))
        return True

    def _credentials(self, holder: HolderId) -> tuple[BoundCredential, ...]:
        return store.credentials_where(self._connection, holder=holder)

    def _show(self, holder: HolderId, held: Sequence[HeldGrant], bound: Sequence[BoundCredential]) -> None:
        """Write one holder's rows anew at every controller that serves one of the granted doors.

        Raises:
            NotWarranted: A controller's shard would outgrow its slot; nothing was changed.
        """
        shown = self._shown(holder, held, bound)
        for (controller, number), draft in shown.items():
            if len(canonical.encode(close_shard(controller, number, draft))) > canonical.LIMIT:
                why = f"{controller} has no room for more holders in shard {number:02x}"
                raise NotWarranted(f"{why}; remove ended rights")
        self._drafts.update(shown)

    def _shown(
        self, holder: HolderId, held: Sequence[HeldGrant], bound: Sequence[BoundCredential]
    ) -> dict[Place, ShardDraft]:
        self._spread_older()
        doors = [door for grant in held for door in grant.terms.doors]
        serials = store.serials_of(self._connection, Subject.CARD, [one.card for one in bound])
        denied = {CardId(card): serial for card, serial in serials.items()}
        pin = store.pin_of(self._connection, holder)
        shown: dict[Place, ShardDraft] = {}
        for entry in concerned(self._charter.directory, doors):
            place = (entry.id, shard_of(holder, SPREAD))
            grants = grant_rows(entry, held, self._stopped, self._now)
            cards = credential_rows(self._pseudonym(entry.id), bound, grants, denied, self._stopped)
            rows = HolderRows(cards, grants, pin_rows(entry, pin, grants))
            shown[place] = {**self._draft(place), holder: rows}
        return shown

    def _spread_older(self) -> None:
        """Move a site of fewer shards, once, before anything is shown in them."""
        if not self._spread:
            self._spread = True
            if emptied := spread_older(self._edition, self._charter):
                self._drafts |= emptied
                self.show_everyone()

    def _pseudonym(self, controller: ControllerId) -> bytes:
        if not self._pseudonyms:
            self._pseudonyms = store.pseudonym_keys(self._connection)
        return self._pseudonyms[controller]

    def _empty_revoked(self) -> None:
        """Show nothing to a controller that is no longer trusted: no card, no grant, no PIN."""
        for entry in self._charter.directory.controllers:
            for number in range(SPREAD if entry.status is ControllerStatus.REVOKED else 0):
                if self._draft((entry.id, number)):
                    self._drafts[entry.id, number] = {}
                else:
                    del self._drafts[entry.id, number]

    def _draft(self, place: Place) -> ShardDraft:
        if place not in self._drafts:
            path = shard_slot(*place)
            body = self._slots.get(path)
            self._drafts[place] = open_shard(canonical.decode(body, Shard, f"slot {path}")) if body else {}
        return self._drafts[place]

    def _list_denials(self, most: int = folding.MOST) -> None:
        listed = store.denials_after(self._connection, self._folded)
        if (over := folding.folded(listed, most)) and not self._damage:
            self._folded = over[-1].serial
            store.set_values(self._connection, {store.FOLDED: str(self._folded).encode()})
            self._stopped = store.denials_up_to(self._connection, self._folded)
            self._rewrite(folding.holders_of(self._connection, over))
            listed = listed[len(over) :]
        body = canonical.encode(DenyList(1, self._charter.policy.site, listed))
        self._edition.put(Role.DENY, DENY_LIST, body)

    def _record(
        self, source: Source, reference: str, kind: str, body: bytes, serial: int | None = None
    ) -> None:
        """Enter an applied change into the authority log, and its outcome."""
        site, seq = self._charter.policy.site, self._frontier.size
        row = Applied(1, site, seq, self._now, source, reference, kind, body.decode(), serial)
        self._frontier, data, hashed = record.append(self._frontier, row)
        store.add_record(self._connection, seq, data, hashed)
        self._outcome(source, reference, authority=seq, denies=serial is not None)
        self.applied += 1

    def _outcome(
        self,
        source: Source,
        reference: str,
        *,
        sentence: str = "",
        authority: int | None = None,
        denies: bool = False,
    ) -> None:
        applied = authority is not None
        values = {
            "applied": applied,
            "sentence": sentence[:SENTENCE],
            "authority": authority,
            "grants": self._edition.number if applied and not denies else None,
            "deny": self._edition.number if denies else None,
            "at": self._now,
        }
        key = {"source": source, "reference": reference}
        store.put_row(self._connection, tables.outcome, key, values)
