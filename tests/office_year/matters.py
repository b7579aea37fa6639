"""What the people of the year write on forms: one matter is what a case, and those it begins, is about."""

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from review.inventory import Device, DeviceStatus
from review.procedure import END
from review.store import cards, inventory
from review.store.cases import CaseFile
from review.store.transaction import reading
from review.workflow.cards import GONE
from review.workflow.filling import Paper
from tests.office_year.town import Town

Texts = Mapping[str, str | tuple[str, ...]]


@dataclass(slots=True)
class Matter:
    """What a case is about: who asks, for what; which answers are given where, and how many days late.

    ``answers`` and ``late`` go by procedure and step (``S1.A 3``); an answer is given once, then the first
    of the table; lateness is in working days.
    """

    procedure: str
    applicant: str
    facts: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    late: dict[str, int] = field(default_factory=dict)
    case: str = ""


def fill(
    town: Town, matter: Matter, file: CaseFile | None, paper: Paper | None, wanted: Collection[str] = ()
) -> dict[str, list[str]]:
    """Fill the form of a step by what the matter is; an optional one where the answer wants it."""
    if paper is None:
        return {}
    scene = Writing(town, matter, file, paper)
    parts = {sheet.part for sheet in paper.sheets}
    written: dict[str, str | tuple[str, ...]] = {}
    for code in dict.fromkeys(sheet.code for sheet in paper.sheets):
        if paper.demanded or code in wanted:
            written |= WRITERS[code](scene, parts)
    return {name: list(text) if isinstance(text, tuple) else [text] for name, text in written.items() if text}


@dataclass(frozen=True, slots=True)
class Writing:
    """Who writes what: the town, the matter, the case as it stands (None before it is opened), the form."""

    town: Town
    matter: Matter
    file: CaseFile | None
    paper: Paper

    def fact(self, name: str, otherwise: str = "") -> str:
        """Give a fact of the matter."""
        return self.matter.facts.get(name, otherwise)

    @property
    def day(self) -> str:
        """Give today, as forms write it."""
        return self.town.today.isoformat()

    def clock(self, hour: int, minute: int = 0) -> str:
        """Give a time of today, as forms write it."""
        return f"{self.day}T{hour:02}:{minute:02}"

    @property
    def minute(self) -> str:
        """Give the present minute, as forms write it."""
        return stamp(self.town.now)

    @property
    def applicant(self) -> tuple[str, str]:
        """Give the applicant's name and unit."""
        person = self.town.person(self.matter.applicant)
        return person.name, person.unit

    def device(self) -> Device | None:
        """Give the device in the room that the matter is about."""
        serial = self.fact("serial")
        return next((one for one in standing(self.town) if one.serial == serial), None)


def stamp(moment: datetime) -> str:
    """Write a local time as forms do."""
    return f"{moment:%Y-%m-%dT%H:%M}"


def standing(town: Town) -> tuple[Device, ...]:
    """Give the devices that are in the room."""
    with reading(town.store) as connection:
        found = inventory.load(connection, town.hours.true)
    return tuple(one for one in found.devices if one.status is not DeviceStatus.RETURNED)


def person(prefix: str, name: str, unit: str) -> dict[str, str | tuple[str, ...]]:
    """Write a block of a person."""
    return {f"{prefix}.nama": name, f"{prefix}.unit": unit}


def _f01(w: Writing, _parts: set[str]) -> Texts:
    days = int(w.fact("hari", "300"))
    because = w.fact("karena")
    device = {"nama": "Server", "nomor_seri": because, "jumlah": "1"} if because else {}
    return {
        **{f"perangkat.0.{name}": text for name, text in device.items()},
        "nama_pemegang": w.fact("pemegang"),
        "unit": w.fact("unit"),
        "jenis_akses": w.fact("jenis", "tetap"),
        "pintu": tuple(w.fact("pintu", "ruang-server").split()),
        "jadwal": w.fact("jadwal", "24-jam"),
        "mulai": w.day,
        "sampai": (w.town.today + timedelta(days=days)).isoformat(),
        "keperluan": "Memelihara server",
        "pernyataan": "ya",
    }


def _f04(w: Writing, _parts: set[str]) -> Texts:
    return {
        **person("pengaju", *w.applicant),
        "hubungan": "atasan",
        "pemegang": w.fact("holder"),
        "kartu": w.fact("card"),
        "alasan": w.fact("alasan", "mutasi"),
        "sifat": w.fact("sifat", "biasa"),
        "tgl_efektif": w.day,
        "keadaan_kartu": w.fact("keadaan", "belum"),
    }


def _f05(w: Writing, _parts: set[str]) -> Texts:
    name, unit = w.applicant
    way = {"P3": "pengembalian", "P4": "pengambilan", "S5.A": "pemakaian-perangkat"}
    return {
        "arah": way.get("" if w.file is None else w.file.case.procedure.id, "penitipan"),
        "tanggal": w.day,
        "tempat": "Ruang Server",
        **person("pihak_pertama", name, unit),
        **person("pihak_kedua", "Petugas Penerima", unit if w.matter.procedure == "S5.A" else "Diskominfo"),
        "barang.0.nama": "Server rak",
        "barang.0.nomor_seri": w.fact("serial"),
        "barang.0.jumlah": "1",
        "barang.0.kondisi": "baik",
    }


def _f06(w: Writing, _parts: set[str]) -> Texts:
    """Read every device at its place, or the one that the matter is about."""
    with reading(w.town.store) as connection:
        racks = inventory.load(connection, w.town.hours.true).racks
    mine = w.device()
    found = standing(w.town) if w.matter.procedure == "P6" or mine is None else (mine,)
    written: dict[str, str | tuple[str, ...]] = {
        "bulan": f"{w.town.today:%Y-%m}",
        "lokasi": "Ruang Server",
        "petugas": "Tim Teknis",
    }
    drafted = {
        texts[0]: int(name.split(".")[1])
        for name, texts in w.paper.ready.items()
        if name.startswith("server.") and name.endswith(".server")
    }
    fresh = itertools.count(len(drafted))
    for one in found:
        number = drafted.pop(one.id) if one.id in drafted else next(fresh)
        written |= {
            f"server.{number}.server": one.id,
            f"server.{number}.hasil": "sesuai",
            f"server.{number}.nomor_seri": one.serial,
            f"server.{number}.posisi": one.claim.place.words(racks),
            f"server.{number}.kondisi": "baik",
            f"server.{number}.status": one.status.value,
        }
    for number in drafted.values():  # what left the room since the sheet was drafted
        written |= {f"server.{number}.hasil": "tidak-ada", f"server.{number}.kondisi": "baik"}
    return written


def _f07(w: Writing, _parts: set[str]) -> Texts:
    name, unit = w.applicant
    return {
        "nomor": f"005/{w.fact('serial')}/2026",
        "tanggal": w.day,
        "perihal": "Permohonan server",
        **person("penanda_tangan", name, unit),
        "instansi": unit,
        "jenis": "layanan-elektronik",
        "layanan": f"Layanan {w.fact('serial')}",
        **person("contact_person", f"Narahubung {unit}", unit),
        "merk": "Server Contoh",
        "nomor_seri": w.fact("serial"),
        "bentuk": "rack",
        "tinggi_u": w.fact("tinggi", "2"),
        "daya_w": "300",
        "psu": "1",
        "ip_publik": "1",
        "bandwidth_mbps": "10",
        "kabel": "1",
        "lama": "1-tahun",
    }


def _f09(w: Writing, _parts: set[str]) -> Texts:
    device = w.device()
    day = w.town.today + timedelta(days=1)
    return {
        "server": "" if device is None else device.id,
        "kondisi": "Baik",
        "perangkat.0.nama": "Disk",
        "perangkat.0.nomor_seri": f"DSK-{w.fact('serial')}",
        "perangkat.0.jumlah": "1",
        "jenis": "preventif",
        "pelaksana": "CV Perawatan",
        "personel.0.nama": "Teknisi Vendor",
        "personel.0.instansi": "CV Perawatan",
        "personel.0.identitas": "ktp",
        "mulai": stamp(datetime.combine(day, time(9))),
        "selesai": stamp(datetime.combine(day + timedelta(days=4), time(15))),
        "layanan": "Layanan daring",
        "cadangan": "ya",
    }


def _f10(w: Writing, _parts: set[str]) -> Texts:
    device = w.device()
    return {
        "perangkat.0.nama": "Disk rusak",
        "perangkat.0.nomor_seri": f"DSK-LAMA-{w.fact('serial')}",
        "perangkat.0.jumlah": "1",
        "server": "" if device is None else device.id,
        "alasan": "diganti",
        "media": "dihapus",
        "tujuan": "Gudang barang",
        **person("pembawa", "Pengurus Barang", "Diskominfo"),
        "keluar": w.minute,
    }


def _f11(w: Writing, _parts: set[str]) -> Texts:
    return {
        "uraian": "Penggantian disk",
        "mulai": w.clock(7, 30),
        "selesai": w.minute,
        "hasil": "Server berjalan",
        "diganti": "tidak",
        "kondisi": "Baik",
    }


def _f13(w: Writing, parts: set[str]) -> Texts:
    written: dict[str, str | tuple[str, ...]] = {}
    for part, write in (("A", _plan), ("B", _arrival), ("C", _leaving)):
        if part in parts:
            written |= write(w)
    return written


def _plan(w: Writing) -> Texts:
    unit = w.applicant[1]
    first, last = w.town.visiting_days()
    brought = {
        "perangkat.0.nama": "Laptop",
        "perangkat.0.nomor_seri": f"LPT-{w.matter.applicant}",
    }
    if w.fact("barang") == "masuk":
        brought |= {"perangkat.1.nama": "Server rak", "perangkat.1.nomor_seri": w.fact("serial")}
    return {
        "induk": w.fact("induk"),
        "keperluan": "Kunjungan kerja",
        "pintu": ("ruang-server",),
        "mulai": stamp(datetime.combine(first, time(8))),
        "selesai": stamp(datetime.combine(last, time(16))),
        "personel.0.nama": f"Tamu {unit}",
        "personel.0.instansi": unit,
        "personel.0.identitas": "ktp",
        **brought,
        "pendamping": w.town.person(w.fact("pendamping", "teknisi")).id,
    }


def _arrival(w: Writing) -> Texts:
    assert w.file is not None
    refused = w.fact("tanpa-kartu") == "ya"
    return {
        "kartu_tamu": w.town.guest_card(w.file.case.id),
        "lapor": w.minute,
        "identitas": "" if refused else "ya",
        "tata_tertib": "" if refused else "ya",
    }


def _leaving(w: Writing) -> Texts:
    gone = {
        "perangkat_keluar.0.nama": "Laptop",
        "perangkat_keluar.0.nomor_seri": f"LPT-{w.matter.applicant}",
    }
    if w.fact("barang") == "keluar":
        gone |= {"perangkat_keluar.1.nama": "Server rak", "perangkat_keluar.1.nomor_seri": w.fact("serial")}
    back = {"kartu_kembali": w.fact("kartu-kembali", "ya")}
    entered = {} if "masuk" in w.paper.ready else {"masuk": w.minute}
    return {**entered, "keluar": w.minute, **gone, **back}


def _f14(_w: Writing, _parts: set[str]) -> Texts:
    return {"kebutuhan": "Satu server aplikasi", "analisa": "sesuai", "posisi": "Rak A"}


def _f15(w: Writing, _parts: set[str]) -> Texts:
    return {
        "nama": w.fact("pemegang", "Pemegang"),
        "unit": w.fact("unit", "Diskominfo"),
        "kartu": w.fact("card") or _returned(w),
        "tindakan": "diganti" if w.matter.procedure == "P8" else "dikembalikan",
        "tanggal": w.day,
        "kondisi": w.fact("kondisi", "baik"),
    }


def _returned(w: Writing) -> str:
    """Give the card that whoever loses a right brings back, if there is one left."""
    holder = None if w.file is None else w.file.holder
    with reading(w.town.store) as connection:
        mine = () if holder is None else cards.of_holder(connection, holder)
    return next((card.id for card in mine if card.status not in GONE), "")


def _f16(w: Writing, _parts: set[str]) -> Texts:
    answer = w.fact("balasan", "diterima")
    isi = "Permohonan Saudara dapat diterima." if answer == "diterima" else "Tempat telah penuh."
    return {"hal": "Balasan permohonan", "kepada": w.applicant[1], "hasil": answer, "isi": isi}


def _f17(w: Writing, _parts: set[str]) -> Texts:
    ends = stamp(w.town.now + timedelta(days=5))
    return {
        "layanan": "Layanan daring",
        "mulai": w.minute,
        "selesai": ends,
        "dampak": "Layanan berhenti sementara",
        **person("contact_person", *w.applicant),
    }


def _f19(w: Writing, parts: set[str]) -> Texts:
    written: dict[str, str | tuple[str, ...]] = {}
    if "A" in parts:
        written |= {
            "waktu": w.fact("waktu"),
            "pintu": (w.fact("pintu", "ruang-server"),),
            "orang.0.nama": "Operator Satu",
            "orang.1.nama": "Petugas Keamanan",
            "alasan": "Asap pada panel listrik",
        }
    if "B" in parts:
        written["tindakan"] = "Pintu dibuka, panel dimatikan"
    if "C" in parts:
        written["penilaian"] = "Wajar"
    return written


def _f08(_w: Writing, _parts: set[str]) -> Texts:
    """Leave the checklist as the program fills it."""
    return {}


WRITERS: Mapping[str, Callable[[Writing, set[str]], Texts]] = {
    "F01": _f01, "F04": _f04, "F05": _f05, "F06": _f06, "F07": _f07, "F08": _f08, "F09": _f09, "F10": _f10,
    "F11": _f11, "F13": _f13, "F14": _f14, "F15": _f15, "F16": _f16, "F17": _f17, "F19": _f19,
}  # fmt: skip
"""Who writes which form."""


def is_over(file: CaseFile) -> bool:
    """Say whether a case is over."""
    return file.case.step == END
