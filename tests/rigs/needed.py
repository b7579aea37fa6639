"""What our `door` extra needs, as the running Python has it: each package's version, or each of its files.

``needed.py pins`` prints one ``name==version`` a line, ``needed.py files`` every file below site-packages.
"""

import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def packages() -> list[metadata.Distribution]:
    """Give every package that a controller needs."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["door"]]
    found: dict[str, metadata.Distribution] = {}
    while wanted:
        requirement = Requirement(wanted.pop())
        marker = requirement.marker
        if requirement.name in found or (marker is not None and not marker.evaluate({"extra": ""})):
            continue
        package = found[requirement.name] = metadata.distribution(requirement.name)
        wanted += package.requires or []
    return [found[name] for name in sorted(found)]


def lines(what: str) -> Iterator[str]:
    """Give the lines asked for."""
    for package in packages():
        if what == "pins":
            yield f"{package.name}=={package.version}"
        else:
            yield from (str(file) for file in package.files or () if _belongs(file))


def _belongs(file: metadata.PackagePath) -> bool:
    return ".." not in file.parts and file.suffix != ".pyc"


if __name__ == "__main__":
    print("\n".join(lines(sys.argv[1])))  # noqa: T201 - for a script
