"""`akses review …` typed by a person of an office, whose token lies in a file, at a console that runs."""

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from card_registry.instant import DAY
from review.command import review
from review.store import tokens
from review.store.transaction import writing
from tests.review.world import World

Run = Callable[..., Result]
"""Runs a command as the person of a login: ``run(login, *words, code=0)``."""


def typist(world: World, address: str, folder: Path, group: str) -> Run:
    """Give a group of commands at the console of an address, for whoever types, with a token of one day."""

    def run(login: str, *words: str, code: int = 0) -> Result:
        where = ["--console", address, "--token-file", str(_token(world, login, folder))]
        done = CliRunner().invoke(review, [group, *where, *words])
        assert done.exit_code == code, done.output
        return done

    return run


def _token(world: World, login: str, folder: Path) -> Path:
    file = folder / f"token-{login}"
    if not file.exists():
        now, person = world.clock(), world.person(login)
        (role,) = person.roles
        new = tokens.Token(world.office.token(), person.id, role, "uji", now, now + DAY)
        with writing(world.office.store) as connection:
            tokens.add(connection, new, f"akses_{login}")
        file.write_text(f"akses_{login}\n")
    return file
