"""Rows chosen by what their canonical body says, by the database itself: the others are never read."""

from typing import Any

from sqlalchemy import JSON, BigInteger, Column, ColumnElement, Connection, Text, cast, func, literal

from card_registry import canonical


def says(connection: Connection, body: Column[Any], text: str) -> ColumnElement[bool]:
    """Give the condition that a body holds a text as canonical JSON writes it, wherever that may be in it."""
    written = canonical.encode(text)
    if connection.dialect.name == "postgresql":
        return func.position(literal(written).op("IN")(body)) > 0
    return func.instr(body, written) > 0


def number(connection: Connection, body: Column[Any], name: str) -> ColumnElement[int]:
    """Give the whole number that a body has under a name at its top."""
    if connection.dialect.name == "postgresql":
        return cast(cast(func.convert_from(body, "UTF8"), JSON)[name].as_string(), BigInteger)
    return func.json_extract(cast(body, Text), f"$.{name}")
