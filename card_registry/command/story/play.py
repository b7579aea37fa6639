"""Plays the story: the acts in order, each with its time, until one fails; and reports."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click

from card_registry.command.demo.layout import Layout
from card_registry.command.demo.secrets import phrase, recall
from card_registry.command.demo.table import look
from card_registry.command.story import acts, attacks, orders, proof
from card_registry.command.story.browser import Unexpected, Unsure
from card_registry.command.story.scene import Failed, Scene
from card_registry.errors import OperatorMistaken


@dataclass(frozen=True, slots=True)
class Act:
    """One act that was played."""

    act: str
    ok: bool
    seconds: float
    detail: str


ACTS: tuple[tuple[str, Callable[[Scene], str]], ...] = (
    ("a unit asks for access (S1.A)", acts.ask_access),
    ("the applicant answers Kadis' step: refused", attacks.not_their_step),
    ("Kadis disposes", acts.dispose),
    ("Kabid verifies", acts.verify),
    ("Kabid approves and signs the verdict", acts.approve),
    ("Kabid verifies an own request: refused", attacks.duties_apart),
    ("verdicts forged in the database: refused", attacks.forge),
    ("the operator makes the card at the desk", acts.make_card),
    ("the signed registry reaches the door", acts.reach_door),
    ("a tap at the door releases the relay", acts.open_door),
    ("the event arrives at the server, verified", acts.event_arrived),
    ("a grant edited in a slot at the door: refused", attacks.edit_slot),
    ("the operator locks the door down", orders.lock_down),
    ("the card is refused for the lockdown", orders.locked_out),
    ("the exit button works in lockdown", orders.let_out),
    ("Kabid signs the end of the lockdown", orders.back_to_normal),
    ("the card opens again", orders.opens_again),
    ("the lockdown is replayed: refused", orders.replay),
    ("the applicant is told, the case is closed", acts.tell),
    ("the card is revoked", acts.revoke),
    ("the next tap is denied", acts.denied),
    ("the exported log verifies offline", proof.verify_export),
    ("a row changed in the export: found", proof.tamper_export),
    ("a row edited in the server's ledger: found", proof.edit_ledger),
    ("a row edited in the door's journal: found", proof.edit_door),
)


def play(layout: Layout, *, as_json: bool) -> int:
    """Play the story against the demo that runs on this data; give the exit code.

    Raises:
        OperatorMistaken: None runs there.
    """
    table = look(layout.running)
    if table is None:
        raise OperatorMistaken(f"no demo runs on {layout.data}; start one with ./akses demo")
    played: list[Act] = []
    with Scene(layout, recall(layout.secrets), table.address, phrase(2)) as scene:
        for name, perform in ACTS:
            played.append(_played(scene, name, perform))
            if not as_json:
                click.echo(line(played[-1]))
            if not played[-1].ok:
                break
    ok = all(act.ok for act in played)
    if as_json:
        click.echo(json.dumps({"ok": ok, "acts": [asdict(act) for act in played]}, ensure_ascii=False))
    return 0 if ok else 1


def _played(scene: Scene, name: str, perform: Callable[[Scene], str]) -> Act:
    began = time.monotonic()
    try:
        detail, ok = perform(scene), True
    except (Failed, Unexpected, Unsure) as error:
        detail, ok = str(error), False
    return Act(name, ok, round(time.monotonic() - began, 3), detail)


def line(act: Act) -> str:
    """Give an act as a line for people."""
    return f"{'ok  ' if act.ok else 'FAIL'} {act.seconds:6.2f} s  {act.act}\n               {act.detail}"
