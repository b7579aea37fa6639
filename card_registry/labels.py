"""What people read: the formal Indonesian label of every word that reaches a screen or a page.

Code, journals and signatures carry the English words; only the console and printed pages come here. A word
without a label is a defect that a test finds, never an empty cell.

Pure.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from card_registry.decision import Flag
from card_registry.instant import Certainty
from card_registry.journal.event import EventKind
from card_registry.statements import Scheme, WarrantKind
from card_registry.words import (
    Approval,
    CardStatus,
    Clockless,
    ControllerKind,
    ControllerStatus,
    CredentialKind,
    ExpiredPolicy,
    GrantKind,
    Mode,
    OrderKind,
    Passback,
    PinDemand,
    PinResult,
    Reason,
    Side,
    Staleness,
    Subject,
    Tier,
    TimeQuality,
)

REASONS: Mapping[Reason, str] = MappingProxyType(
    {
        Reason.GRANTED: "Diizinkan",
        Reason.GRANTED_FREE: "Diizinkan – pintu dalam mode bebas",
        Reason.NO_REGISTRY: "Ditolak – pintu belum memiliki registri",
        Reason.REGISTRY_EXPIRED: "Ditolak – masa berlaku registri habis",
        Reason.PROOF_FAILED: "Ditolak – keaslian kartu tidak terbukti",
        Reason.UNKNOWN_CREDENTIAL: "Ditolak – kartu tidak dikenal",
        Reason.TIER_TOO_WEAK: "Ditolak – tingkat keamanan kartu tidak mencukupi",
        Reason.CARD_DENIED: "Ditolak – kartu telah dicabut",
        Reason.HOLDER_DENIED: "Ditolak – hak akses pemegang telah dicabut",
        Reason.GRANT_DENIED: "Ditolak – izin telah dicabut",
        Reason.NO_GRANT: "Ditolak – tidak memiliki izin untuk pintu ini",
        Reason.NOT_YET: "Ditolak – izin belum berlaku",
        Reason.ENDED: "Ditolak – masa berlaku izin telah berakhir",
        Reason.OUTSIDE_SCHEDULE: "Ditolak – di luar jadwal",
        Reason.CLOCK_UNCERTAIN: "Ditolak – waktu pintu tidak pasti",
        Reason.LOCKDOWN: "Ditolak – pintu dalam mode terkunci",
        Reason.ESCORT_REQUIRED: "Ditolak – wajib didampingi petugas",
        Reason.PIN_WRONG: "Ditolak – PIN salah",
        Reason.PIN_REQUIRED: "Ditolak – PIN belum dimasukkan",
        Reason.PIN_LOCKED: "Ditolak – PIN terblokir",
        Reason.SECOND_PERSON: "Ditolak – wajib dua orang",
        Reason.ANTI_PASSBACK: "Ditolak – pemegang tercatat masih berada di dalam",
        Reason.INTERLOCK: "Ditolak – pintu pasangan belum tertutup dan terkunci",
        Reason.GRANTED_EXIT: "Diizinkan – keluar",
        Reason.JOURNAL_REFUSED: "Ditolak – peristiwa tidak dapat dicatat",
        Reason.FAULT: "Ditolak – gangguan pada pengendali",
    }
)

DOOR_STATES: Mapping[str, str] = MappingProxyType(
    {
        "closed": "Tertutup",
        "open": "Terbuka",
        "forced": "Dibuka paksa",
        "held-soon": "Hampir terlalu lama terbuka",
        "held": "Terlalu lama terbuka",
        "ajar": "Tidak tertutup rapat",
        "locked": "Terkunci",
        "released": "Kunci terbuka",
        "lock-failed": "Gagal mengunci",
        "release-failed": "Gagal membuka kunci",
        "rex-stuck": "Tombol keluar macet",
        "contact-stuck": "Kontak pintu macet",
    }
)
"""The names of ``door_controller.door``, as events and status carry them."""

_WORDS: Mapping[type[Enum], Mapping[Any, str]] = MappingProxyType(
    {
        Reason: REASONS,
        Tier: {
            Tier.CLONABLE: "Tingkat 0 – dapat digandakan",
            Tier.VOUCHED: "Tingkat 1 – dijamin pembaca",
            Tier.SHARED_KEY: "Tingkat 2 – kunci AES",
            Tier.PUBLIC_KEY: "Tingkat 3 – kunci publik",
        },
        CredentialKind: {
            CredentialKind.PKOC: "PKOC",
            CredentialKind.DESFIRE: "DESFire",
            CredentialKind.NTAG424: "NTAG 424",
            CredentialKind.OSDP: "OSDP",
            CredentialKind.UID: "Nomor kartu (UID)",
            CredentialKind.EM125: "Kartu 125 kHz",
            CredentialKind.WIEGAND: "Wiegand",
        },
        CardStatus: {
            CardStatus.BLANK: "Kosong",
            CardStatus.ACTIVE: "Aktif",
            CardStatus.SUSPENDED: "Beku",
            CardStatus.LOST: "Hilang",
            CardStatus.REVOKED: "Dicabut",
            CardStatus.EXPIRED: "Kedaluwarsa",
            CardStatus.DESTROYED: "Dimusnahkan",
        },
        GrantKind: {
            GrantKind.TETAP: "Tetap",
            GrantKind.SEMENTARA: "Sementara",
            GrantKind.KUNJUNGAN: "Kunjungan",
            GrantKind.DARURAT: "Darurat",
        },
        Subject: {Subject.CARD: "Kartu", Subject.HOLDER: "Pemegang", Subject.GRANT: "Izin"},
        Side: {Side.IN: "Masuk", Side.OUT: "Keluar"},
        Mode: {Mode.NORMAL: "Normal", Mode.LOCKDOWN: "Terkunci", Mode.FREE: "Bebas"},
        Staleness: {
            Staleness.FRESH: "Mutakhir",
            Staleness.STALE: "Perlu diperbarui",
            Staleness.EXPIRED: "Kedaluwarsa",
        },
        ExpiredPolicy: {
            ExpiredPolicy.KEEP: "Tetap berlaku",
            ExpiredPolicy.EMERGENCY_ONLY: "Hanya izin darurat",
            ExpiredPolicy.DENY: "Tolak semua",
        },
        Clockless: {
            Clockless.ALWAYS_ONLY: "Hanya izin tanpa jadwal",
            Clockless.DENY: "Tolak semua",
            Clockless.ALLOW_FLAGGED: "Izinkan dengan tanda",
        },
        TimeQuality: {
            TimeQuality.SYNC: "Tersinkron",
            TimeQuality.ANCHORED: "Bersandar pada waktu bertanda tangan",
            TimeQuality.NTP: "NTP tanpa tanda tangan",
            TimeQuality.FLOOR: "Hanya batas bawah",
        },
        PinResult: {
            PinResult.NOT_ASKED: "Tidak diminta",
            PinResult.RIGHT: "Benar",
            PinResult.WRONG: "Salah",
            PinResult.LOCKED: "Terblokir",
            PinResult.DURESS: "Di bawah paksaan",
        },
        PinDemand: {
            PinDemand.NEVER: "Tidak pernah",
            PinDemand.ALWAYS: "Selalu",
            PinDemand.SCHEDULED: "Menurut jadwal",
        },
        Passback: {
            Passback.OFF: "Tidak diterapkan",
            Passback.SOFT: "Diizinkan dengan tanda",
            Passback.HARD: "Ditolak sampai tercatat keluar",
            Passback.TIMED: "Ditolak selama jangka waktu tertentu",
        },
        OrderKind: {
            OrderKind.RELEASE: "Buka pintu satu kali",
            OrderKind.LOCKDOWN: "Kunci pintu",
            OrderKind.FREE: "Bebaskan pintu",
            OrderKind.NORMAL: "Kembalikan ke mode normal",
            OrderKind.RESET_PASSBACK: "Hapus catatan keberadaan di dalam",
            OrderKind.UNLOCK_PIN: "Buka blokir PIN",
            OrderKind.LOCK_PIN: "Blokir PIN",
        },
        Certainty: {Certainty.YES: "Ya", Certainty.NO: "Tidak", Certainty.UNCERTAIN: "Tidak pasti"},
        ControllerKind: {ControllerKind.DOOR: "Pengendali pintu", ControllerKind.DESK: "Meja kartu"},
        ControllerStatus: {ControllerStatus.ACTIVE: "Aktif", ControllerStatus.REVOKED: "Dicabut"},
        Approval: {Approval.SIGNATURE: "Tanda tangan", Approval.SESSION: "Sesi (lemah)"},
        Scheme: {
            Scheme.KEY_FILE: "Berkas kunci",
            Scheme.PASSKEY: "Kunci sandi (passkey)",
            Scheme.SESSION: "Sesi (lemah)",
        },
        WarrantKind: {
            WarrantKind.GRANT: "Pemberian hak akses",
            WarrantKind.WITHDRAW: "Pencabutan",
            WarrantKind.ORDER: "Perintah kepada pintu",
        },
        EventKind: {
            EventKind.STARTED: "Program dimulai",
            EventKind.TAPPED: "Kartu ditempelkan",
            EventKind.EXITED: "Tombol keluar ditekan",
            EventKind.DOOR_CHANGED: "Keadaan pintu berubah",
            EventKind.ADOPTED: "Registri baru berlaku",
            EventKind.REFUSED: "Kiriman ditolak",
            EventKind.ALARMED: "Alarm",
            EventKind.CREDENTIAL_BOUND: "Kartu dibuat",
            EventKind.ORDERED: "Perintah dilaksanakan",
            EventKind.MODE_CHANGED: "Mode pintu berubah",
            EventKind.UNUSED: "Izin tidak digunakan – pintu tidak dibuka",
            EventKind.COMMISSIONED: "Pemeriksaan pemasangan",
            EventKind.WITNESSED: "Menyaksikan log otoritas",
            EventKind.PRUNED: "Salinan catatan lama dihapus dari pengendali",
        },
        Flag: {
            Flag.STALE: "Registri perlu diperbarui",
            Flag.EXPIRED: "Registri kedaluwarsa",
            Flag.CLOCK_UNCERTAIN: "Waktu tidak pasti",
            Flag.WEAK: "Persetujuan tanpa tanda tangan",
            Flag.CLONABLE: "Kartu dapat digandakan",
            Flag.EMERGENCY: "Izin darurat",
            Flag.OVERRIDE: "Izin khusus saat pintu terkunci",
            Flag.ESCORTED: "Didampingi petugas",
            Flag.UNPROVEN: "Keaslian kartu tidak terbukti",
            Flag.UNKNOWN: "Kartu tidak dikenal",
            Flag.DENIED: "Kartu atau pemegang telah dicabut",
            Flag.DURESS: "Di bawah paksaan",
            Flag.TWO_PERSON: "Dua orang bersama",
            Flag.PASSBACK: "Masuk kembali tanpa tercatat keluar",
            Flag.NOT_INSIDE: "Keluar tanpa tercatat masuk",
        },
    }
)

_FLAGS: frozenset[str] = frozenset(Flag)

ALARMS: Mapping[str, str] = MappingProxyType(
    {
        "door-forced": "Pintu dibuka paksa",
        "door-held-soon": "Pintu hampir terlalu lama terbuka",
        "door-held": "Pintu terlalu lama terbuka",
        "door-ajar": "Pintu tidak tertutup rapat",
        "lock-failed": "Kunci gagal mengunci",
        "release-failed": "Kunci gagal membuka",
        "rex-stuck": "Tombol keluar macet",
        "contact-stuck": "Kontak pintu macet",
        "door-tamper": "Perangkat pintu dibongkar",
        "cabinet-open": "Kotak pengendali terbuka",
        "fire": "Sinyal kebakaran",
        "mains-lost": "Listrik utama padam",
        "undervoltage": "Tegangan pengendali terlalu rendah",
        "reader-failed": "Pembaca tidak bekerja",
        "wires-failed": "Pengawatan tidak bekerja",
        "lamp-failed": "Lampu atau buzer tidak bekerja",
        "registry-stale": "Registri perlu diperbarui",
        "authority-forked": "Log otoritas berubah atau berkurang",
        "journal-forked": "Jurnal bertentangan dengan peladen",
        "storage-older": "Penyimpanan pengendali memuat salinan lama",
        "registry-restored": "Registri dipulihkan dari salinan lama, menunggu kabar pengendali ini",
        "journal-gap": "Jurnal rusak pada satu baris",
        "journal-damaged": "Basis data jurnal rusak",
        "server-behind": "Peladen dipulihkan dari cadangan yang terlalu lama",
        "journal-lost": "Basis data jurnal hilang, jurnal baru dimulai",
        "disk-filling": "Media penyimpanan hampir penuh",
        "disk-reserve": "Media penyimpanan tinggal cadangan",
        "disk-full": "Media penyimpanan penuh",
        "clock-jumped": "Jam pengendali melompat",
        "clock-unsynchronised": "Jam pengendali tidak tersinkron",
        "mode-lost": "Mode pintu tidak dapat dipulihkan",
        "visitor-astray": "Tamu ditinggalkan pendamping",
        "emergency-used": "Kartu darurat digunakan",
        "pin-locked": "PIN terblokir",
        "duress": "Akses di bawah paksaan",
    }
)
"""Every alarm by its name; the office alone raises ``duress``, ``storage-older``, ``registry-restored``."""


def label_of(word: Enum) -> str:
    """Give the Indonesian label of a word.

    Raises:
        LookupError: The word has no label: a defect.
    """
    return _WORDS[type(word)][word]


def door_state_label(name: str) -> str:
    """Give the Indonesian label of a door state's name; a name of a newer door is shown as it is."""
    return DOOR_STATES.get(name, name)


def alarm_label(name: str) -> str:
    """Give the Indonesian label of an alarm's name; an alarm of a newer controller is shown as it is."""
    return ALARMS.get(name, name)


def flag_label(name: str) -> str:
    """Give the Indonesian label of an event's flag; a flag of a newer door is shown as it is."""
    return label_of(Flag(name)) if name in _FLAGS else name
