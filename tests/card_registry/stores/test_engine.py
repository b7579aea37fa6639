"""How stores are opened: closed to others, honest about what is missing, and never by a program too old."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import OperationalError

from card_registry.errors import OperatorMistaken, StoreBroken
from card_registry.stores import registry
from card_registry.stores.engine import migrate, open_store

HISTORY = "card_registry:stores/registry_history"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Engine]:
    """Give a registry store at its newest step."""
    engine = open_store(f"sqlite:///{tmp_path}/registry.db", "registry")
    migrate(engine, HISTORY, "registry")
    yield engine
    engine.dispose()


def test_a_new_store_is_closed_to_other_users(store: Engine, tmp_path: Path) -> None:
    """The file and what SQLite puts beside it are for the writer and its group."""
    with store.begin() as connection:
        connection.execute(insert(registry.site).values(name="x", value=b"y"))
        files = list(tmp_path.iterdir())
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o640}
    assert len(files) > 1


def test_a_commit_is_on_disk_before_it_returns(store: Engine) -> None:
    """WAL with synchronous=FULL, on each connection."""
    with store.connect() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
        assert connection.scalar(text("PRAGMA synchronous")) == 2


def test_a_reader_cannot_write(store: Engine) -> None:
    """Stores have one writer; whoever opens one to read cannot change it."""
    reader = open_store(str(store.url), "registry", read_only=True)
    try:
        with reader.connect() as connection:
            assert connection.execute(select(registry.site)).all() == []
            with pytest.raises(OperationalError, match="readonly"):
                connection.execute(insert(registry.site).values(name="x", value=b"y"))
    finally:
        reader.dispose()


@pytest.mark.parametrize(
    ("url", "read_only", "sentence"),
    [
        ("sqlite:///{}/none.db", True, "does not exist yet"),
        ("sqlite:///{}/none/store.db", False, "make its folder first"),
        ("mysql://host/base", False, "cannot live in mysql"),
    ],
)
def test_what_cannot_be_opened_is_said(url: str, *, read_only: bool, sentence: str, tmp_path: Path) -> None:
    """A mistaken URL is one sentence that says what would work."""
    with pytest.raises(OperatorMistaken, match=sentence):
        open_store(url.format(tmp_path), "registry", read_only=read_only)


def test_migrating_twice_changes_nothing(store: Engine) -> None:
    """The newest step is the newest step."""
    migrate(store, HISTORY, "registry")


def test_a_store_of_a_newer_program_is_refused(store: Engine) -> None:
    """An unknown step is a sentence, not a guess."""
    with store.begin() as connection:
        connection.execute(text("UPDATE registry_version SET version_num = '9999'"))
    with pytest.raises(StoreBroken, match="cannot be brought up to date"):
        migrate(store, HISTORY, "registry")
