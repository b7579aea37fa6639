"""How pages and commands speak of the kinds of data: what they are, what goes and what stays.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from review.retention.hold import HoldKind
from review.retention.rules import Kind


@dataclass(frozen=True, slots=True)
class Words:
    """A kind of data in Indonesian: its title, what a purge takes, what stays."""

    title: str
    goes: str
    stays: str


WORDS: Mapping[Kind, Words] = {
    Kind.ENTRIES: Words(
        "Peristiwa pintu",
        "Isi setiap peristiwa pintu beserta garamnya, salinannya, dan jumlah bulanan per orang.",
        "Sidik setiap baris jurnal, tanda tangan pengendali, dan jumlah harian tanpa nama: jurnal tetap "
        "dapat diperiksa.",
    ),
    Kind.CASES: Words(
        "Riwayat permohonan",
        "Catatan, isian formulir, lampiran, isi dokumen terbit, dan pesan permohonan yang sudah selesai.",
        "Nomor, langkah, jabatan, jawaban, waktu, dan semua sidik. Riwayat hak yang masih berlaku "
        "tidak dihapus.",
    ),
    Kind.VISITORS: Words(
        "Data tamu",
        "Nama, instansi, jabatan, telepon, dan keperluan tamu, beserta formulir kunjungannya.",
        "Jumlah tamu, waktu masuk dan keluar, pintu, pendamping, dan kartu tamu yang dipakai.",
    ),
    Kind.HOLDERS: Words(
        "Nama pemegang kartu",
        "Nama, unit kerja, dan NIP orang yang tidak lagi punya hak, kartu, permohonan, ataupun peristiwa.",
        "Pengenal acaknya, yang sesudah itu tidak menunjuk siapa pun.",
    ),
    Kind.MESSAGES: Words(
        "Pesan dan surat yang tidak jadi",
        "Pesan kotak masuk dan keluar, serta surat yang tidak ditandatangani sampai permohonannya selesai.",
        "Yang diberitakan tetap tercatat pada permohonannya.",
    ),
    Kind.TRACES: Words(
        "Jejak pemakaian konsol",
        "Sesi yang sudah berakhir, hitungan kata sandi yang salah, dan token yang tidak berlaku lagi.",
        "Jejak audit.",
    ),
}
"""What each rule is about."""

HOLDS: Mapping[HoldKind, str] = {
    HoldKind.HOLDER: "Pemegang kartu",
    HoldKind.CASE: "Permohonan",
    HoldKind.DOOR: "Pintu",
    HoldKind.EVERYTHING: "Semua data",
}
"""What a hold is on."""
