"""Form F01: hostile input gets a sentence per field, and a faultless one becomes exact terms."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.instant import DAY, HOUR
from card_registry.statements import MAX_VALIDITY
from card_registry.words import GrantId, GrantKind, HolderId
from review.form import Faulty, Filled, Option, check, offered
from review.request import SCHEDULES, AccessRequest, faults, request_of, terms
from review.shelf import forms
from tests.review.world import F01

DOORS = (Option("ruang-server", "Ruang Server"), Option("gudang", "Gudang"))
FORM = offered(forms()["F01"], {"pintu": DOORS, "jadwal": SCHEDULES})
TODAY = date(2026, 11, 20)


def asked(**changes: list[str]) -> AccessRequest | Faulty:
    """Fill F01 with these changes."""
    filled = check(FORM, {**F01, **changes}, TODAY)
    return filled if isinstance(filled, Faulty) else read(filled)


def read(filled: Filled) -> AccessRequest | Faulty:
    """Give what a faultless form asks for, or the sentences about its dates."""
    found = faults(filled, TODAY)
    return Faulty(found) if found else request_of(filled)


@pytest.mark.parametrize(
    ("field", "values", "said"),
    [
        ("nama_pemegang", [], "Wajib diisi."),
        ("nama_pemegang", ["   "], "Wajib diisi."),
        ("nama_pemegang", ["a", "b"], "lebih dari satu kali"),
        ("nama_pemegang", ["x" * 121], "Paling panjang 120"),
        ("nama_pemegang", ["a\x00b"], "tidak dapat dicetak"),
        ("nama_pemegang", ["a\nb"], "tidak dapat dicetak"),
        ("keperluan", ["a\x1bb"], "tidak dapat dicetak"),
        ("jenis_akses", ["darurat"], "Pilihan tidak dikenal."),
        ("pintu", ["gudang", "brankas"], "Pilihan tidak dikenal."),
        ("pintu", ["gudang", "gudang"], "lebih dari satu kali"),
        ("jadwal", ["malam"], "Pilihan tidak dikenal."),
        ("mulai", ["20-11-2026"], "Tanggal tidak dikenal"),
        ("mulai", ["20261120"], "Tanggal tidak dikenal"),
        ("mulai", ["2026-11-19"], "sebelum hari ini"),
        ("mulai", ["9999-12-31"], "Paling lambat"),
        ("sampai", ["2026-11-19"], "sebelum tanggal mulai"),
        ("sampai", ["2027-11-21"], "Paling lama 12 bulan"),
        ("pernyataan", [], "Harus dicentang."),
        ("pernyataan", ["tidak"], "Harus dicentang."),
    ],
)
def test_a_fault_has_its_sentence(field: str, values: list[str], said: str) -> None:
    """The faulty field, and no other reason, is named."""
    answer = asked(**{field: values})
    assert isinstance(answer, Faulty)
    assert said in answer.faults[field]


def test_an_unknown_field_is_refused() -> None:
    """A form carries its own fields only."""
    answer = asked(hak=["semua"])
    assert isinstance(answer, Faulty)
    assert "tidak dikenal" in answer.faults[""]


def test_a_request_becomes_the_exact_grant() -> None:
    """Midnights of the site bound the right; a visit needs its escort."""
    request = asked(keperluan=["baris satu\r\nbaris dua"], pintu=["ruang-server", "gudang"])
    assert isinstance(request, AccessRequest)
    assert request.purpose == "baris satu\nbaris dua"
    grant = terms(request, GrantId("a" * 32), HolderId("b" * 32), "Asia/Jakarta")
    assert grant.begins == 1_795_107_600_000
    assert (grant.begins + 7 * HOUR) % DAY == 0
    assert (grant.ends - grant.begins) % DAY == 0
    assert (grant.doors, grant.schedule, grant.escort) == (("gudang", "ruang-server"), None, False)
    visit = asked(jenis_akses=["kunjungan"], jadwal=["jam-kerja"])
    assert isinstance(visit, AccessRequest)
    guided = terms(visit, GrantId("a" * 32), HolderId("b" * 32), "Asia/Jakarta")
    assert (guided.kind, guided.escort, guided.schedule) == (GrantKind.KUNJUNGAN, True, "jam-kerja")


@given(st.integers(0, 366), st.integers(0, 400), st.sampled_from(["Asia/Jakarta", "Europe/Berlin", "UTC"]))
def test_any_accepted_request_gives_valid_terms(start: int, length: int, zone: str) -> None:
    """No date that passes the form is refused by the kernel, in any time zone."""
    begins = date.fromordinal(TODAY.toordinal() + start)
    ends = date.fromordinal(begins.toordinal() + length)
    request = asked(mulai=[begins.isoformat()], sampai=[ends.isoformat()])
    if isinstance(request, Faulty):
        assert length >= 366
        return
    grant = terms(request, GrantId("a" * 32), HolderId("b" * 32), zone)
    assert 0 < grant.ends - grant.begins <= MAX_VALIDITY


@given(st.dictionaries(st.sampled_from([*F01, "lain", ""]), st.lists(st.text(max_size=30), max_size=3)))
def test_hostile_values_never_break_the_checker(given_: dict[str, list[str]]) -> None:
    """Whatever is sent, the answer is a filled form or sentences."""
    answer = check(FORM, given_, TODAY)
    assert isinstance(answer, Filled | Faulty)
    if isinstance(answer, Filled):
        assert isinstance(read(answer), AccessRequest | Faulty)
