"""Some pictures that belong together: one report of one period.

Pure.
"""

from dataclasses import dataclass
from enum import StrEnum

from review.pictures.period import Period
from review.pictures.values import Picture


class Album(StrEnum):
    """Which report, as its address names it."""

    DOORS = "pintu"
    STEPS = "sop"
    REGISTRY = "registri"


TITLES = {
    Album.DOORS: "Laporan Lalu Lintas Pintu",
    Album.STEPS: "Laporan Kepatuhan SOP",
    Album.REGISTRY: "Laporan Penyebaran Registri",
}

LEADS = {
    Album.DOORS: (
        "Dijumlahkan dari peristiwa yang ditulis pintu. Masuk adalah tempelan yang diizinkan pada pembaca "
        "masuk; jam dan hari menurut jam lokasi."
    ),
    Album.STEPS: (
        "Waktu kerja setiap langkah, dari langkah sebelumnya sampai selesai, dibandingkan dengan kolom Waktu "
        "pada tabel SOP yang berlaku bagi permohonan itu. Hari libur dan waktu di luar jam kerja tidak "
        "dihitung. "
        "Lewat waktu: paling lama satu hari kerja; selebihnya terlambat."
    ),
    Album.REGISTRY: (
        "Waktu dari putusan di kantor sampai status bertanda tangan dari setiap pengendali menunjukkannya."
    ),
}
"""What the numbers of a report mean."""

BEHIND = "Sebagian peristiwa belum dijumlahkan; angkanya masih akan bertambah."


@dataclass(frozen=True, slots=True)
class Shown:
    """A report: which, of which period, and its pictures; ``behind``: events wait to be added up."""

    album: Album
    period: Period
    pictures: tuple[Picture, ...]
    behind: bool = False

    @property
    def title(self) -> str:
        """Give its title."""
        return TITLES[self.album]

    @property
    def lead(self) -> str:
        """Say what its numbers mean, and what they lack."""
        return f"{LEADS[self.album]} {BEHIND}" if self.behind else LEADS[self.album]
