"""What a store's refusal is called: in words to act on, for each way in which databases refuse."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, InvalidRequestError, SQLAlchemyError

from card_registry.stores.trouble import trouble


class ServerError(Exception):
    """What a PostgreSQL driver raises: the server's code, or none when there is no server."""

    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("a value that nobody may read")
        self.sqlstate = sqlstate


def of(cause: Exception) -> str:
    """Give the words for a driver's own error."""
    return trouble(DBAPIError("INSERT", {}, cause))


def refused(url: str, *statements: str) -> SQLAlchemyError:
    """Give what a real database answers to the last of these statements."""
    engine = create_engine(url)

    def ask() -> None:
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    try:
        with pytest.raises(SQLAlchemyError) as caught:
            ask()
    finally:
        engine.dispose()
    return caught.value


def test_a_full_disk_and_a_read_only_file_are_told_apart(tmp_path: Path) -> None:
    """SQLite's own codes, as SQLite gives them."""
    full = refused(
        f"sqlite:///{tmp_path}/a", "PRAGMA max_page_count=2", "CREATE TABLE t (x)", "CREATE TABLE u (x)"
    )
    assert trouble(full) == "the disk is full; make room"
    barred = refused(f"sqlite:///{tmp_path}/a", "PRAGMA query_only=ON", "CREATE TABLE v (x)")
    assert "read-only" in trouble(barred)
    assert "cannot be opened" in trouble(refused(f"sqlite:///{tmp_path}/none/a", "SELECT 1"))
    (tmp_path / "b").write_bytes(b"nonsense" * 1000)
    assert "is no database" in trouble(refused(f"sqlite:///{tmp_path}/b", "SELECT * FROM t"))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("53100", "lacks room"),
        ("25006", "is it a standby?"),
        ("28P01", "does not let this program in"),
        ("57P01", "being stopped or started"),
        ("08006", "cannot be reached"),
    ],
)
def test_a_server_is_named_by_its_code(state: str, words: str) -> None:
    """The class of PostgreSQL's SQLSTATE decides."""
    assert words in of(ServerError(state))


def test_what_is_not_known_is_named_by_its_class_and_never_by_its_text() -> None:
    """A driver's text may quote a value; only its class is said."""
    for said in (of(ServerError("42P01")), of(ServerError(None)), of(sqlite3.OperationalError("a value"))):
        assert said.startswith("it answered ")
        assert "value" not in said
    assert trouble(InvalidRequestError("a value")) == "it answered InvalidRequestError"
    ServerError.__module__ = "psycopg.errors"
    assert "cannot be reached" in of(ServerError(None))
