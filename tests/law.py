"""The laws of the house, as functions from source text to complaints.

A law reads Python source and returns one sentence for each breach; it never imports what it judges, so it
can judge planted text as well as the real tree. `test_architecture.py` applies each to both.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]

MAY_IMPORT: Mapping[str, frozenset[str]] = {
    "card_registry": frozenset(),
    "firmware_config": frozenset({"card_registry"}),
    "door_controller": frozenset({"card_registry", "firmware_config"}),
    "mqtt_bridge": frozenset({"card_registry", "firmware_config"}),
    "review": frozenset({"card_registry"}),
}
"""Which of our packages each package may import besides itself: imports point down only."""

COMPUTES = """
abc array ast base64 binascii bisect calendar collections contextlib copy csv dataclasses datetime
decimal difflib enum fractions functools hashlib heapq hmac html io ipaddress itertools json math
operator re statistics string struct textwrap tomllib types typing unicodedata urllib.parse zoneinfo
zlib cryptography msgspec
"""
PURE_MAY_IMPORT = frozenset(COMPUTES.split())
"""What a pure module may import besides pure modules of ours: nothing that reads a clock, a disk, a network
or chance. zoneinfo reads the time zone tables, which are facts; cryptography only computes, and what it can
draw by chance is forbidden below."""

DRAWS = "now today utcnow uuid1 uuid4 urandom token_bytes token_hex generate generate_private_key"
IMPURE_CALLS = frozenset(DRAWS.split())
IMPURE_FUNCTIONS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "breakpoint"})

EMPTY = "manager managers helper helpers util utils base service services handler handlers common"
FORBIDDEN_WORDS = frozenset(EMPTY.split())

FUNCTION_LINES = 40
MODULE_LINES = 400


@dataclass(frozen=True)
class Source:
    """One Python file: its path from the checkout, with slashes, and its text."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text, self.path)

    @property
    def package(self) -> str:
        """The top-level folder."""
        return self.path.partition("/")[0]

    @property
    def module(self) -> str:
        """The dotted name."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_pure(self) -> bool:
        """Whether the docstring's last line declares the module pure."""
        return (ast.get_docstring(self.tree) or "").splitlines()[-1:] == ["Pure."]

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield the line and the absolute dotted name of everything imported, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self._absolute(node)
                yield from ((node.lineno, f"{origin}.{alias.name}") for alias in node.names)

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        above = self.path.split("/")[: -node.level]
        return ".".join([*above, node.module] if node.module else above)


def read_sources(folders: Iterable[str]) -> list[Source]:
    """Read every Python file under `folders` of this checkout."""
    return [
        Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"))
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
    ]


def imports_point_down(sources: Iterable[Source]) -> Iterator[str]:
    """Nobody imports a leaf, and the kernel imports nothing of ours."""
    for source in sources:
        allowed = MAY_IMPORT[source.package] | {source.package}
        for line, name in source.imports():
            ours = name.partition(".")[0]
            if ours in {*MAY_IMPORT, "tests"} and ours not in allowed:
                yield f"{source.path}:{line} imports {name}; {source.package} may not import {ours}"


def pure_modules_are_pure(sources: Iterable[Source]) -> Iterator[str]:
    """A pure module imports only what computes, and reads neither clock nor chance nor files."""
    known = {source.module: source for source in sources}
    for source in known.values():
        if source.is_pure:
            yield from _impure_imports(source, known)
            yield from _impure_calls(source)


def _impure_imports(source: Source, known: Mapping[str, Source]) -> Iterator[str]:
    for line, name in source.imports():
        parts = name.split(".")
        if parts[0] not in MAY_IMPORT:
            allowed = any(".".join(parts[:depth]) in PURE_MAY_IMPORT for depth in range(1, len(parts) + 1))
            if not allowed:
                yield f"{source.path}:{line} is declared pure and imports {name}"
            continue
        imported = known.get(name) or known.get(name.rpartition(".")[0])
        if imported is None or not imported.is_pure:
            yield f"{source.path}:{line} is declared pure and imports {name}, which is not"


def _impure_calls(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr=name)) if name in IMPURE_CALLS:
                yield f"{source.path}:{node.lineno} is declared pure and calls .{name}()"
            case ast.Call(func=ast.Name(id=name)) if name in IMPURE_FUNCTIONS | IMPURE_CALLS:
                yield f"{source.path}:{node.lineno} is declared pure and calls {name}()"


def functions_fit_in_the_head(sources: Iterable[Source]) -> Iterator[str]:
    """No function is longer than 40 lines, its docstring aside; Alembic's steps are lists, not logic."""
    for source in sources:
        if "history/" in source.path:
            continue
        for name, line, length in function_lengths(source):
            if length > FUNCTION_LINES:
                yield f"{source.path}:{line} {name} has {length} lines; {FUNCTION_LINES} are the limit"


def function_lengths(source: Source) -> Iterator[tuple[str, int, int]]:
    """Yield name, line and length without docstring of every function."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            described = ast.get_docstring(node) is not None and len(node.body) > 1
            begins = node.body[0].end_lineno if described else node.lineno
            yield node.name, node.lineno, (node.end_lineno or 0) - (begins or 0)


def modules_stay_small(sources: Iterable[Source]) -> Iterator[str]:
    """No module is longer than 400 lines."""
    for source in sources:
        lines = source.text.count("\n")
        if lines > MODULE_LINES:
            yield f"{source.path} has {lines} lines; split it by meaning ({MODULE_LINES} are the limit)"


def modules_say_what_they_decide(sources: Iterable[Source]) -> Iterator[str]:
    """Every module and package has a docstring."""
    return (f"{source.path} has no docstring" for source in sources if not ast.get_docstring(source.tree))


def names_are_of_the_trade(sources: Iterable[Source]) -> Iterator[str]:
    """No class or module is called Manager, Helper, Utils and the like."""
    for source in sources:
        named = [(1, source.path.rpartition("/")[2].removesuffix(".py"))]
        named += [
            (node.lineno, node.name) for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef)
        ]
        for line, name in named:
            empty = FORBIDDEN_WORDS & {
                word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
            }
            if empty:
                yield f"{source.path}:{line} the name {name} says nothing: {', '.join(sorted(empty))}"


Law = Callable[[Iterable[Source]], Iterator[str]]

LAWS: tuple[Law, ...] = (
    imports_point_down,
    pure_modules_are_pure,
    functions_fit_in_the_head,
    modules_stay_small,
    modules_say_what_they_decide,
    names_are_of_the_trade,
)
