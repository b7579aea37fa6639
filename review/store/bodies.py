"""Rows chosen by a word of their canonical body, by the database itself: the others are never read."""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, func, literal

from card_registry import canonical


def says(connection: Connection, body: Column[Any], text: str) -> ColumnElement[bool]:
    """Give the condition that a body holds a text as canonical JSON writes it, wherever that may be in it."""
    written = canonical.encode(text)
    if connection.dialect.name == "postgresql":
        return func.position(literal(written).op("IN")(body)) > 0
    return func.instr(body, written) > 0
