"""A site of before 2026-11-21 moves to more shards, and to the roles as they are called now.

The first beat of an updated signer does it. What was decided, and in which order programs are updated, is in
``card_registry.trust``.

Pure.
"""

from card_registry import canonical
from card_registry.authority.rows import ShardDraft, plan_of
from card_registry.authority.warrant import Charter
from card_registry.registry import SHARDS
from card_registry.trust.publish import Edition
from card_registry.trust.slots import grants_role, meta_slot, plan_slot
from card_registry.words import ControllerId


def spread_older(edition: Edition, charter: Charter) -> dict[tuple[ControllerId, int], ShardDraft]:
    """Give each controller that has none its role and its plan; give its former shards, to be written empty.

    Every holder must then be shown anew.
    """
    emptied: dict[tuple[ControllerId, int], ShardDraft] = {}
    for entry in charter.directory.controllers:
        role = grants_role(entry.id)
        if edition.read(meta_slot(role)) is None:
            edition.delegate(entry.id)
            edition.put(role, plan_slot(entry.id), canonical.encode(plan_of(entry, charter.policy)))
            emptied |= {(entry.id, number): {} for number in range(SHARDS)}
    return emptied
