"""A site of before 2026-11-21 moves to more shards, and to the roles as they are called now.

The first turn of an updated signer that adds a right, or beats, does it. What was decided, and in which order
programs are updated, is in ``card_registry.trust``.
"""

from card_registry import canonical
from card_registry.authority.rows import ShardDraft, plan_of
from card_registry.authority.warrant import Charter
from card_registry.registry import SHARDS, SPREAD
from card_registry.shown import Plan
from card_registry.trust.publish import Edition
from card_registry.trust.slots import grants_role, plan_slot
from card_registry.words import ControllerId


def spread_older(edition: Edition, charter: Charter) -> dict[tuple[ControllerId, int], ShardDraft]:
    """Give each controller of fewer shards its role and its plan.

    Returns:
        The former shards, to be written empty; every holder must then be shown anew.
    """
    emptied: dict[tuple[ControllerId, int], ShardDraft] = {}
    for entry in charter.directory.controllers:
        path = plan_slot(entry.id)
        body = edition.read(path)
        if body is not None and canonical.decode(body, Plan, f"slot {path}").count < SPREAD:
            edition.delegate(entry.id)
            edition.put(grants_role(entry.id), path, canonical.encode(plan_of(entry, charter.policy)))
            emptied |= {(entry.id, number): {} for number in range(SHARDS)}
    return emptied
