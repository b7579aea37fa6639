"""The registry as plain files on a stick: a folder or one zip, as a door's slot folder holds it.

Nothing in it needs to be trusted: a door verifies what it is brought as it verifies what its bridge brings,
by signatures and floors. The files are named as in a slot folder.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

from card_registry.canonical import LIMIT
from card_registry.durable import read_plain, write_whole
from card_registry.errors import Incomplete, Malformed, OperatorMistaken
from card_registry.trust.slots import file_name, needed, slot_name
from card_registry.words import ControllerId

FILES = 1024
"""The most files in a parcel."""

TOTAL = 32 * 1024 * 1024
"""The most bytes in a parcel (DESIGN §4)."""

MODE = 0o644
TIMESTAMP = "meta/timestamp"


def own_slots(slots: Mapping[str, bytes], controller: ControllerId) -> dict[str, bytes]:
    """Choose what one controller needs, the timestamp last.

    Raises:
        OperatorMistaken: Nothing is published for such a controller.
    """
    own = {name: body for name, body in sorted(slots.items(), key=_last) if needed(name, controller)}
    if not any(name.startswith("d/") for name in own):
        raise OperatorMistaken(f"nothing is published for {controller[:40]!r}; enrol it, or check its name")
    return own


def write(slots: Mapping[str, bytes], target: Path) -> None:
    """Write slots into a folder, or into one zip when the name ends so.

    Raises:
        OSError: The stick is full or cannot be written.
    """
    if target.suffix == ".zip":
        beside = target.with_name(f".{target.name}.new")
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as file:
            for name, body in slots.items():
                file.writestr(file_name(name), body)
        beside.replace(target)
        return
    target.mkdir(parents=True, exist_ok=True)
    for name, body in slots.items():
        write_whole(target / file_name(name), body, MODE)


def read(source: Path, controller: ControllerId | None = None) -> dict[str, bytes]:
    """Read a parcel, the timestamp last; only what this controller needs, where one is named.

    Raises:
        Malformed: Too many files, too many bytes, or a file that is no plain file.
        Incomplete: There is no slot in it.
    """
    files = _from_zip(source) if source.is_file() else _from_folder(source)
    slots: dict[str, bytes] = {}
    for name, body in files.items():
        try:
            slot = slot_name(name)
        except Malformed:
            continue
        if controller is None or needed(slot, controller):
            slots[slot] = body
    if not slots:
        raise Incomplete(f"{source} holds no part of the registry for this controller")
    return dict(sorted(slots.items(), key=_last))


def _last(item: tuple[str, bytes]) -> tuple[bool, str]:
    return item[0] == TIMESTAMP, item[0]


def _from_folder(source: Path) -> dict[str, bytes]:
    names = sorted(one.name for one in source.iterdir() if not one.name.startswith("."))
    if len(names) > FILES:
        raise Malformed(f"{source} has {len(names)} files; at most {FILES} are read")
    return {name: read_plain(source / name) for name in names}


def _from_zip(source: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(source) as file:
            listed = file.infolist()
            if len(listed) > FILES or sum(one.file_size for one in listed) > TOTAL:
                raise Malformed(f"{source} holds more than {FILES} files or {TOTAL} bytes")
            if any(one.file_size > LIMIT for one in listed):
                raise Malformed(f"{source} holds a file of more than {LIMIT} bytes")
            return {one.filename: file.read(one) for one in listed}
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Malformed(f"{source} cannot be read as a parcel of the registry") from error
