"""The proof taken home: the exported journals verify offline, and one changed row is found and named."""

import zipfile
from pathlib import Path

from card_registry.command.demo.layout import DOOR_CONTROLLER, Layout
from card_registry.command.demo.provision import root_digest
from card_registry.command.story.scene import Failed, Scene, akses, eventually, parsed


def bundle(layout: Layout) -> Path:
    """Give where the story writes its export."""
    return layout.data / "story" / "jurnal.zip"


def verify_export(scene: Scene) -> str:
    """The journals are exported and verified from nothing but the file and the founding root."""
    file = bundle(scene.layout)
    file.parent.mkdir(mode=0o700, exist_ok=True)
    stores = ("--ledger", scene.layout.url("ledger"), "--registry", scene.layout.url("registry"))

    def attempt() -> str | None:
        exported = akses("journal", "export", *stores, "--out", str(file))
        if exported.code != 0:
            raise Failed(f"the export failed: {exported.sentence}")
        told = akses("journal", "verify", str(file), "--root", root_digest(scene.layout), "--json")
        report = parsed(told)
        if not report["ok"]:
            raise Failed("; ".join(one["sentence"] for one in report["journals"] if not one["ok"]))
        rows = {one["controller"]: one["rows"] for one in report["journals"]}
        return ", ".join(f"{name}: {count} rows sound" for name, count in sorted(rows.items()))

    return eventually("the export", attempt)


def tamper_export(scene: Scene) -> str:
    """One row of the exported file is changed; the verification names it."""
    changed = bundle(scene.layout).with_name("jurnal-diubah.zip")
    _change_one_row(bundle(scene.layout), changed)
    told = akses("journal", "verify", str(changed), "--root", root_digest(scene.layout), "--json")
    sentences = [one["sentence"] for one in parsed(told)["journals"] if not one["ok"]]
    if told.code != 1 or not sentences:
        raise Failed("a changed row in the export was not found")
    return f"“{sentences[0]}”"


def _change_one_row(source: Path, target: Path) -> None:
    """Copy a bundle, turning the door's last refused tap into one that opened."""
    with zipfile.ZipFile(source) as genuine, zipfile.ZipFile(target, "w") as changed:
        for name in genuine.namelist():
            data = genuine.read(name)
            if name.startswith(f"rows/{DOOR_CONTROLLER}."):
                head, _, tail = data.rpartition(b'"granted":false')
                data = head + b'"granted":true' + tail if head else data
            changed.writestr(name, data)
