"""The closed lists of an SOP table: where a value comes from, kinds of activity, effects, waits, recurrence.

Pure.
"""

from enum import StrEnum

END = "SELESAI"
"""The target that ends a case."""

DONE = "selesai"
"""The one answer of a step that is not a decision."""

FORMS = tuple(f"F{number:02}" for number in range(1, 20))
"""The codes of the forms (sop.md §5) that a step may need or give."""


def natural(id: str) -> tuple[bool, int, str]:
    """Order the ids of tables as people count: S1.A, S2.A, S2.B … P1, P2 … P10."""
    number = "".join(sign for sign in id if sign in "0123456789")
    return not id.startswith("S"), int(number or 0), id


class Source(StrEnum):
    """Where a value of the table comes from: the document, its meaning, or our proposal."""

    DOCUMENT = "dokumen"
    IMPLIED = "tersirat"
    PROPOSED = "usulan"


class StepKind(StrEnum):
    """The only two kinds of activity an SOP knows (PermenPANRB 35/2012)."""

    PROCESS = "proses"
    DECISION = "keputusan"


class Effect(StrEnum):
    """What a step may cause: the closed list of the sheet (§8). Any other name is refused at load."""

    OPEN_CASE = "kasus.buka"
    DECIDE_CASE = "kasus.putus"
    QUEUE_CASE = "kasus.antre"
    CLOSE_CASE = "kasus.tutup"
    DISPOSE = "disposisi"
    ASSIGN = "penugasan"
    INITIAL = "paraf"
    SIGN = "tanda_tangan"
    LETTER_IN = "surat.masuk"
    LETTER_DRAFT = "surat.draf"
    LETTER_SIGN = "surat.tanda_tangan"
    LETTER_SEND = "surat.kirim"
    NOTIFY = "notifikasi.kirim"
    ANNOUNCE = "pengumuman.kirim"
    REPORT = "laporan.buat"
    ARCHIVE = "arsip"
    GRANT_ACCESS = "akses.terbitkan"
    SUSPEND_ACCESS = "akses.bekukan"
    WITHDRAW_ACCESS = "akses.cabut"
    EMERGENCY_ACCESS = "akses.darurat"
    REVIEW_OWNER = "akses.tinjau_pemilik"
    RESTORE_IF_REFUSED = "akses.pulihkan_bila_ditolak"
    MAKE_CARD = "kartu.terbitkan"
    REPLACE_CARD = "kartu.ganti"
    COLLECT_CARD = "kartu.tarik"
    PUBLISH = "registri.terbit"
    AWAIT_DOORS = "registri.tunggu_ack"
    REVIEW_BEGIN = "review.mulai"
    REVIEW_DECIDE = "review.putus"
    REVIEW_APPLY = "review.terapkan"
    PLACE_CHECK = "tempat.cek"
    PLACE_RESERVE = "tempat.pesan"
    PLACE_RELEASE = "tempat.lepas"
    VISIT_REGISTER = "kunjungan.daftar"
    VISIT_APPROVE = "kunjungan.setujui"
    VISIT_OPEN = "kunjungan.buka"
    VISIT_ADMIT = "kunjungan.masuk_diizinkan"
    VISIT_CLOSE = "kunjungan.tutup"
    ITEMS_OUT = "barang.keluar"
    HANDOVER_DRAFT = "bast.buat"
    HANDOVER_SIGN = "bast.tanda_tangan"
    INVENTORY_ADD = "inventaris.tambah"
    INVENTORY_CHANGE = "inventaris.ubah"
    INVENTORY_CHECK = "inventaris.cek"
    INVENTORY_REMOVE = "inventaris.lepas"
    INVENTORY_MONTHLY = "inventaris.bulanan"
    EVERY_MONTH = "jadwal.bulanan"
    START = "prosedur.mulai"


NAMING = (Effect.EVERY_MONTH, Effect.START)
"""The effects that name a procedure behind a colon, such as ``prosedur.mulai:S2.B``."""


class Wait(StrEnum):
    """What must be true outside before an answered step is complete."""

    REGISTRY_ACK = "registri.ack"


class Recurrence(StrEnum):
    """How often a procedure begins by itself, on the period's first working day."""

    MONTHLY = "bulanan"
    QUARTERLY = "triwulan"


class Quality(StrEnum):
    """A column of the mutu baku; offices print them in different orders."""

    DOCUMENTS = "kelengkapan"
    DURATION = "waktu"
    OUTPUT = "output"
