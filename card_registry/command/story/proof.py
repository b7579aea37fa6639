"""The proof taken home: the exported journals verify offline, and one changed row is found and named."""

import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.demo.provision import root_digest
from card_registry.command.story.scene import Failed, Scene, akses, parsed


def bundle(layout: Layout) -> Path:
    """Give where the story writes its export."""
    return workplace(layout) / "jurnal.zip"


def verify_export(scene: Scene) -> str:
    """The journals are exported and verified from nothing but the file and the founding root."""
    shutil.rmtree(workplace(scene.layout), ignore_errors=True)
    workplace(scene.layout).mkdir(mode=0o700)
    export(scene.layout, scene.layout.url("ledger"), bundle(scene.layout))
    journals, _ = judge(scene.layout, bundle(scene.layout))
    unsound = [one["sentence"] for one in journals if not one["ok"]]
    if unsound:
        raise Failed("; ".join(unsound))
    rows = {one["controller"]: one["rows"] for one in journals}
    return ", ".join(f"{name}: {count} rows sound" for name, count in sorted(rows.items()))


def export(layout: Layout, ledger: str, file: Path) -> None:
    """Export a ledger's journals into a file.

    Raises:
        Failed: The command refused.
    """
    stores = ("--ledger", ledger, "--registry", layout.url("registry"))
    exported = akses("journal", "export", *stores, "--out", str(file))
    if exported.code != 0:
        raise Failed(f"the export failed: {exported.sentence}")


def judge(layout: Layout, file: Path) -> tuple[list[dict[str, Any]], int]:
    """Have an export verified, offline; give what was found of each journal, and the exit code."""
    told = akses("journal", "verify", str(file), "--root", root_digest(layout), "--json")
    return list(parsed(told)[0]["journals"]), told.code


def _require_found(layout: Layout, file: Path, what: str) -> str:
    journals, code = judge(layout, file)
    sentences = [one["sentence"] for one in journals if not one["ok"]]
    if code != 1 or not sentences:
        raise Failed(f"{what} was not found")
    return f"“{sentences[0]}”"


def tamper_export(scene: Scene) -> str:
    """One row of the exported file is changed; the verification names it."""
    changed = bundle(scene.layout).with_name("jurnal-diubah.zip")
    _change_one_row(bundle(scene.layout), changed)
    return _require_found(scene.layout, changed, "a changed row in the export")


def edit_ledger(scene: Scene) -> str:
    """A row is edited in (a copy of) the server's own database: the export of it is found out."""
    copy, file = workplace(scene.layout) / "ledger.db", bundle(scene.layout).with_name("jurnal-ledger.zip")
    _copy_store(scene.layout.store("ledger"), copy)
    _opened(copy, "event", "controller = ?", (DOOR_CONTROLLER,))
    export(scene.layout, f"sqlite:///{copy}", file)
    return _require_found(scene.layout, file, "an edited row in the ledger")


def edit_door(scene: Scene) -> str:
    """A row is edited in (a copy of) the door's own journal: the door's own check names it."""
    source, folder = scene.layout.controller(DOOR_CONTROLLER), workplace(scene.layout) / DOOR_CONTROLLER
    (folder / "state").mkdir(mode=0o700, parents=True)
    for name in ("site.toml", "state/log.pem", "state/seal.pem", "state/enrolment.json"):
        shutil.copy2(source / name, folder / name)
    _copy_store(source / "state" / "door.db", folder / "state" / "door.db")
    _opened(folder / "state" / "door.db", "row", "?", (1,))
    told = akses("door", "verify", "--dir", str(folder))
    if told.code != 1:
        raise Failed(f"an edited row in the door's journal was not found: {told.sentence}")
    return f"“{told.sentence}”"


def _copy_store(source: Path, target: Path) -> None:
    """Copy a live SQLite file as it is at one moment."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def _opened(store: Path, table: str, where: str, values: tuple[object, ...]) -> None:
    """Turn a store's refused taps into ones that opened."""
    turn = "UPDATE {} SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE {}"
    with closing(sqlite3.connect(store)) as copy, copy:
        copy.execute(turn.format(table, where), ('"granted":false', '"granted":true', *values))


def workplace(layout: Layout) -> Path:
    """Give the folder of the story's own files."""
    return layout.data / "story"


def _change_one_row(source: Path, target: Path) -> None:
    """Copy a bundle, turning the door's last refused tap into one that opened."""
    with zipfile.ZipFile(source) as genuine, zipfile.ZipFile(target, "w") as changed:
        for name in genuine.namelist():
            data = genuine.read(name)
            if name.startswith(f"rows/{DOOR_CONTROLLER}."):
                head, _, tail = data.rpartition(b'"granted":false')
                data = head + b'"granted":true' + tail if head else data
            changed.writestr(name, data)
