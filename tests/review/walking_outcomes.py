"""What a walk has done to the office, in words: rights, cards, servers, goods, letters, papers, cases."""

from collections import Counter
from collections.abc import Mapping

from card_registry.words import CaseId
from review.inventory import DeviceStatus
from review.store import books, cards, cases, grants, inventory, issued, signatures, visits
from review.store.signatures import SignatureKind
from review.store.transaction import reading
from tests.review.world import World


def outcome(world: World, case: CaseId) -> str:
    """Say what came of a case; what stands as it did before the walk is left out."""
    with reading(world.office.store) as connection:
        active = grants.all_active(connection, world.clock())
        plastic = [card for card in cards.listed(connection) if not card.holder_name.startswith("Kartu Tamu")]
        stock = [one.device for one in inventory.devices(connection)]
        goods = [item.name for item in visits.carried_out(connection, case)]
        posted = [one.direction.value for one in books.letters(connection, case)]
        papers = {f"{one.form} {one.number.partition('/')[0]}" for one in issued.of_case(connection, case)}
        names = Counter(one.kind for one in signatures.of_case(connection, case))
        shelved = books.archived(connection, case)
        below = sorted(file.case.procedure.id for file in cases.children(connection, case))
    facts = {
        "hak": [str(len(active))],
        "kartu": sorted(card.status.value for card in plastic),
        "server": sorted(f"{one.serial.upper()} {WORDS[one.status]}" for one in stock),
        "keluar": goods,
        "surat": posted,
        "dokumen": sorted(one.strip().replace(" ", ":") for one in papers),
        "paraf": [str(names[SignatureKind.INITIAL])] if SignatureKind.INITIAL in names else [],
        "ttd": [str(names[SignatureKind.FULL])] if SignatureKind.FULL in names else [],
        "arsip": [str(len(shelved))] if shelved else [],
        "anak": below,
    }
    said = [f"{name} {', '.join(words)}" for name, words in facts.items() if words]
    return "; ".join(one for one in said if one not in BEFORE)


BEFORE = {"hak 1", "kartu active", "server SN-1 ada"}
"""What the office has before a walk: one right with its card, one server."""

WORDS = {DeviceStatus.ACTIVE: "ada", DeviceStatus.RETURNED: "kembali"}

OUTCOMES: Mapping[str, str] = {
    "S1.A-disetujui": "hak 2; kartu active, active; dokumen F12",
    "S1.A-ditolak": "dokumen F12",
    "S2.A-tersedia": "server SN-1 ada, SN-2 ada; dokumen F05:001, F12; anak P7, S2.B",
    "S2.A-penuh dulu": "server SN-1 ada, SN-2 ada; dokumen F05:001, F12; anak P7, S2.B",
    "S3.A-tersedia": "surat keluar; dokumen F12, F16:001; paraf 2; ttd 1; arsip 1; anak P5",
    "S3.A-dikembalikan": "surat keluar; dokumen F12, F16:001; paraf 3; ttd 1; arsip 1; anak P5",
    "S3.A-tidak tersedia": "surat keluar; dokumen F12, F16:001; paraf 2; ttd 1; arsip 1",
    "S4.A-diganti": "keluar Disk; dokumen F11:001, F12, LAP; paraf 1; arsip 1; anak P7",
    "S4.A-dikembalikan": "dokumen F11:001, F12, LAP; paraf 2; arsip 1; anak P7",
    "S5.A-setuju": "server SN-1 ada, SN-5 ada; surat masuk; dokumen F05:001, F12, F14, LAP; ttd 2; arsip 2",
    "S5.A-dikembalikan": (
        "server SN-1 ada, SN-5 ada; surat masuk; dokumen F05:001, F12, F14, LAP; ttd 3; arsip 2"
    ),
    "P1-dipertahankan": "dokumen F18:001; paraf 1; ttd 1; arsip 1",
    "P1-dicabut": "hak 0; kartu revoked; dokumen F18:001; paraf 1; ttd 1; arsip 1",
    "P2-biasa": "hak 0; kartu revoked; dokumen F12",
    "P2-mendesak": "hak 0; kartu revoked; dokumen F12",
    "P2-biasa ditolak": "dokumen F12",
    "P2-mendesak ditolak": "dokumen F12",
    "P3-siap": "server SN-1 kembali; dokumen F05:001, F12; ttd 1; anak P7",
    "P4-dapat diambil": (
        "server SN-1 kembali; surat keluar; dokumen F05:001, F12, F16:001; paraf 2; ttd 2; arsip 1; anak P7"
    ),
    "P4-belum dapat": "surat keluar; dokumen F12, F16:001; paraf 3; ttd 1; arsip 1",
    "P6-sesuai": "dokumen F06; ttd 1; arsip 1",
    "P8-hilang": "kartu active, lost",
    "P8-hilang tidak diganti": "kartu lost",
    "P8-rusak": "kartu active, revoked",
    "P8-rusak tidak diganti": "",
    "P9-wajar": "dokumen F19:001, LAP; ttd 1; arsip 1",
    "P10-disetujui": "dokumen LAP; ttd 1; arsip 1",
}
"""What each walk leaves behind."""
