"""Print the coverage settings that measure the pure modules, all of them and nothing else.

Branch coverage of what decides has to be 100 %; what only carries things to and from it is proved by the
scenarios instead. A pure module that no test imports counts as uncovered.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.law import MAY_IMPORT, read_sources

HEADER = """[run]
branch = true
data_file = {data}
source_dirs =
{packages}
omit =
{shells}

[report]
exclude_also =
    assert_never\\(
    if TYPE_CHECKING:
    raise AssertionError
"""


def settings(data: str) -> str:
    """Return coverage's settings, keeping what it measures in the file `data`."""
    packages = "\n".join(f"    {package}" for package in MAY_IMPORT)
    shells = "\n".join(f"    {source.path}" for source in read_sources(MAY_IMPORT) if not source.is_pure)
    return HEADER.format(data=data, packages=packages, shells=shells)


if __name__ == "__main__":
    print(settings(sys.argv[1]))
