"""What is known of a device beside its place: the rest of form F06, as texts.

Pure.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """The columns of form F06 that take no place; all texts, empty where nothing is known."""

    kode_aset: str = ""
    contact_person: str = ""
    hp: str = ""
    merk: str = ""
    kode_bmd: str = ""
    spesifikasi: str = ""
    os: str = ""
    layanan: str = ""
    domain: str = ""
    port_akses: str = ""
    kabel: str = ""
    bast: str = ""
    garansi: str = ""
    kondisi: str = ""
    catatan: str = ""
