"""What an OpenAPI document says, held against what a server does: the keywords that ours uses, strictly.

A keyword that is not known here fails, so that the document cannot say more than is checked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from fastapi import FastAPI
from httpx import Response as Reply
from starlette.testclient import TestClient

from review.web.api_routes import ABOUT, install

SAID = {"title", "description", "default", "format"}
"""What a schema says to people alone."""

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "object": dict,
    "array": list,
    "boolean": bool,
    "null": type(None),
}


@dataclass(frozen=True, slots=True)
class Described:
    """An OpenAPI document, to hold answers against."""

    document: Mapping[str, Any]

    def operations(self) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
        """Give every operation with its method and path."""
        for path, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield method.upper(), path, operation

    def operation(self, method: str, path: str) -> Mapping[str, Any] | None:
        """Give the operation that a request is, None when there is none."""
        asked = path.partition("?")[0].split("/")
        for kind, template, operation in self.operations():
            parts = template.split("/")
            same = len(parts) == len(asked) and all(
                part == there or (part.startswith("{") and there)
                for part, there in zip(parts, asked, strict=True)
            )
            if same and kind == method:
                found: Mapping[str, Any] = operation
                return found
        return None

    def faults(self, schema: Mapping[str, Any], value: object, place: str = "$") -> Iterator[str]:
        """Say where a value is not as a schema says."""
        unknown = set(schema) - SAID - KEYWORDS
        assert not unknown, f"the document uses {unknown}, which nothing here checks"
        if "$ref" in schema:
            yield from self.faults(self.resolve(schema["$ref"]), value, place)
        elif "anyOf" in schema:
            tried = [list(self.faults(one, value, place)) for one in schema["anyOf"]]
            if all(tried):
                yield f"{place} is none of what it may be: {tried[0]}"
        elif "enum" in schema and value not in schema["enum"]:
            yield f"{place} is {value!r}, which is not among {schema['enum']}"
        else:
            yield from self._by_type(schema, value, place)

    def _by_type(self, schema: Mapping[str, Any], value: object, place: str) -> Iterator[str]:
        kind = schema.get("type")
        if kind in {"integer", "number"}:
            if isinstance(value, bool) or not isinstance(value, int):
                yield f"{place} is no {kind}"
        elif kind is not None and not isinstance(value, TYPES[kind]):
            yield f"{place} is no {kind}"
        elif isinstance(value, dict):
            yield from self._in_object(schema, value, place)
        elif isinstance(value, list):
            for number, one in enumerate(value):
                yield from self.faults(schema.get("items", {}), one, f"{place}[{number}]")

    def _in_object(self, schema: Mapping[str, Any], value: Mapping[str, object], place: str) -> Iterator[str]:
        known, others = schema.get("properties", {}), schema.get("additionalProperties", False)
        yield from (f"{place}.{name} is missing" for name in schema.get("required", ()) if name not in value)
        for name, one in value.items():
            if name in known:
                yield from self.faults(known[name], one, f"{place}.{name}")
            elif others is False:
                yield f"{place}.{name} is not in the document"
            elif others is not True:
                yield from self.faults(others, one, f"{place}.{name}")

    def resolve(self, reference: str) -> Mapping[str, Any]:
        """Give the schema that a reference names."""
        found: Any = self.document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        schema: Mapping[str, Any] = found
        return schema

    def expect(self, method: str, path: str, reply: Reply) -> None:
        """Hold an answer against the document: its status, its kind, its content."""
        operation = self.operation(method, path)
        assert operation is not None, f"{method} {path} is not in the document"
        told = operation["responses"].get(str(reply.status_code))
        assert told is not None, f"{method} {path} answered {reply.status_code}: {reply.text[:300]}"
        kind = reply.headers["content-type"].partition(";")[0]
        assert kind in told["content"], f"{method} {path} answered {kind}"
        if kind == "application/json":
            wrong = list(self.faults(told["content"][kind]["schema"], reply.json()))
            assert not wrong, f"{method} {path}: {wrong[:5]}"


KEYWORDS = {"$ref", "anyOf", "enum", "type", "properties", "required", "items", "additionalProperties"}
KEYWORDS |= {"maxLength", "minLength", "minimum", "maximum"}


@cache
def written() -> Described:
    """Give what the table of endpoints says by itself."""
    app = FastAPI(title="Akses Ruang Server", description=ABOUT, version="1")
    install(app)
    return Described(app.openapi())


def described(client: TestClient) -> Described:
    """Give what the server's own document says."""
    return Described(client.get("/api/v1/openapi.json").json())
