"""A NetBox on the wire: its REST answers for a few lists, paged and guarded by a token, over real HTTP."""

import http.server
import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "nbt_pEmBaCa.rahasia-pembaca"
PAGE = 2
"""How many records a page has, so that every list of a test has several."""

Record = dict[str, Any]


@dataclass(slots=True)
class NetBox:
    """What it holds by path, what it was asked, and what it is told to answer instead."""

    lists: Mapping[str, list[Record]]
    asked: list[tuple[str, str]] = field(default_factory=list)
    instead: dict[str, tuple[int, str]] = field(default_factory=dict)
    next_host: str = ""
    address: str = ""

    def answer(self, target: str, authorization: str) -> tuple[int, str]:
        """Answer one request as NetBox does: status, and body as JSON."""
        parts = urlsplit(target)
        path, query = parts.path.removeprefix("/api/").strip("/"), parse_qs(parts.query)
        self.asked.append((path, authorization))
        if path in self.instead:
            return self.instead[path]
        if authorization != f"Bearer {TOKEN}":
            return 403, json.dumps({"detail": "Invalid token"})
        if path not in self.lists:
            return 404, json.dumps({"detail": "Not found."})
        found = [one for one in self.lists[path] if _fits(one, query)]
        start, limit = int(query.get("offset", ["0"])[0]), int(query.get("limit", [str(PAGE)])[0])
        limit = min(limit or PAGE, PAGE)
        after = start + limit
        base = f"{self.next_host or self.address}/api/{path}/"
        more = f"{base}?limit={limit}&offset={after}" if after < len(found) else None
        page = {"count": len(found), "next": more, "previous": None, "results": found[start:after]}
        return 200, json.dumps(page)


def _fits(one: Record, query: Mapping[str, list[str]]) -> bool:
    """Filter as NetBox does, by site and slug alone; of a second page everything was filtered before."""
    if "slug" in query and one.get("slug") not in query["slug"]:
        return False
    site = one.get("site") or (one.get("device") or {}).get("site") or {"slug": "utama"}
    return "site" not in query or site.get("slug", "utama") in query["site"]


@contextmanager
def running(lists: Mapping[str, list[Record]], trust: ssl.SSLContext | None = None) -> Iterator[NetBox]:
    """Run a NetBox on this machine for as long as the block lasts, behind TLS where ``trust`` is given."""
    box = NetBox(lists)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = box.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            if status in {301, 302}:
                self.send_header("Location", body)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if trust is not None:
        server.socket = trust.wrap_socket(server.socket, server_side=True)
    box.address = f"http{'' if trust is None else 's'}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def chosen(value: str) -> Record:
    """Give a value of a list, with its label."""
    return {"value": value, "label": value.capitalize()}


def brief(id: int, name: str, kind: str = "") -> Record:
    """Give how one record names another."""
    return {"id": id, "url": f"/api/{kind}/{id}/", "display": name, "name": name}


SITE = {**brief(1, "Ruang Server", "dcim/sites"), "slug": "utama"}


def room() -> dict[str, list[Record]]:
    """Give a small room: one rack, two servers of two owners with all they hold, a strip, a planned one."""
    rack = brief(5, "Rak A", "dcim/racks")
    kinds = {"R640": (1, 2, True), "Strip": (2, 0, True), "Panel": (3, 1, False)}

    def device(id: int, name: str, kind: str, position: float | None, **more: object) -> Record:
        base = {
            **brief(id, name, "dcim/devices"),
            "device_type": {"id": kinds[kind][0], "model": kind, "slug": kind.casefold()},
            "site": SITE,
            "serial": f"NB-{id}",
            "asset_tag": None,
            "tenant": brief(3, "Bappeda", "tenancy/tenants"),
            "platform": None,
            "rack": rack,
            "position": position,
            "face": chosen("front"),
            "status": chosen("active"),
            "custom_fields": {"garansi": None},
            "local_context_data": None,
            "tags": [],
            "primary_ip4": None,
        }
        return {**base, **more}

    def on(id: int, name: str) -> Record:
        return {"device": {**brief(id, name, "dcim/devices"), "site": SITE}}

    return {
        "dcim/sites": [SITE],
        "dcim/racks": [
            {**rack, "site": SITE, "location": brief(2, "Lantai 1"), "u_height": 12, "desc_units": False}
        ],
        "dcim/device-types": [
            {
                "id": id,
                "url": f"/api/dcim/device-types/{id}/",
                "model": kind,
                "manufacturer": brief(9, "Contoh"),
                "u_height": float(height),
                "is_full_depth": deep,
            }
            for kind, (id, height, deep) in kinds.items()
        ],
        "dcim/devices": [
            device(11, "surat", "R640", 1.0, asset_tag="A-11", platform=brief(4, "Debian 13")),
            device(12, "situs", "R640", 3.0, status=chosen("failed")),
            device(13, "rencana", "R640", 5.0, status=chosen("planned")),
            device(14, "strip", "Strip", None, serial=""),
            device(15, "panel", "Panel", 3.0, face=chosen("rear")),
            device(16, "tanpa nomor", "R640", 7.0, serial=" "),
            device(17, "tanpa pemilik", "R640", 9.0, tenant=None),
            device(18, "di gudang", "R640", None, rack=None),
            device(19, "di antara", "R640", 10.5),
        ],
        "dcim/power-feeds": [
            {
                "id": number,
                "rack": whose,
                "voltage": 220,
                "amperage": 16,
                "max_utilization": 80,
                "phase": chosen("single-phase"),
                "status": chosen(status),
                "type": chosen(kind),
                "site": SITE,
            }
            for number, whose, status, kind in (
                (1, rack, "active", "primary"),
                (2, rack, "active", "redundant"),
                (3, rack, "offline", "primary"),
                (4, None, "active", "primary"),
            )
        ],
        "dcim/power-outlets": [{"id": n, "name": f"o{n}", **on(14, "strip")} for n in range(1, 9)],
        "dcim/power-ports": [
            {"id": 1, "name": "psu1", "allocated_draw": 150, "maximum_draw": 400, **on(11, "surat")},
            {"id": 2, "name": "psu2", "allocated_draw": None, "maximum_draw": 200, **on(11, "surat")},
            {"id": 3, "name": "psu1", "allocated_draw": None, "maximum_draw": None, **on(12, "situs")},
        ],
        "dcim/interfaces": [
            {
                "id": 1,
                "name": "eno1",
                "connected_endpoints": [
                    {"id": 9, "name": "7", "device": brief(20, "sw1"), "url": "/api/dcim/interfaces/9/"}
                ],
                "connected_endpoints_type": "dcim.interface",
                **on(11, "surat"),
            },
            {"id": 2, "name": "eno2", "connected_endpoints": None, **on(11, "surat")},
        ],
        "ipam/ip-addresses": [
            {
                "id": number,
                "address": address,
                "family": chosen("4"),
                "assigned_object_type": kind,
                "assigned_object_id": number,
                "assigned_object": {"id": number, "url": f"/api/{kind}/{number}/", **bearer},
            }
            for number, address, kind, bearer in (
                (1, "203.0.113.7/24", "dcim.interface", on(11, "surat")),
                (2, "10.0.0.7/24", "dcim.interface", on(11, "surat")),
                (3, "203.0.113.9/24", "virtualization.vminterface", {"virtual_machine": brief(1, "vm")}),
            )
        ],
    }
