"""Documents as printed: every form, words and amounts, signature blocks, QR and codes, both papers, PDF/A."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.documents import printing
from review.documents.building import Cover, Passed, build, disposition, listing
from review.documents.codes import ALPHABET, code_of, grouped, typed
from review.documents.copies import CERTIFIED, DRAFT, UNSIGNED, Copy, Mark, Signed
from review.documents.layout import Column, Facts, Grid, Letterhead, Sheet, Slot
from review.documents.pdf import pdf
from review.documents.showing import shown
from review.drawing import Paper
from review.form import Field, FieldKind, Filled, Form, leaves
from review.people import TITLES, Capacity, Role
from review.shelf import forms
from tests.review.papers import HANDOVER, LETTER, filled

HEAD = Letterhead("PEMERINTAH KABUPATEN CONTOH", "DINAS KOMUNIKASI DAN INFORMATIKA", "Jalan Contoh 1", "0355")
COVER = Cover(HEAD, "PTP-2026-0001", "Contoh", date(2026, 11, 21), TITLES)
MARK = Mark("ABCDEFGHJK", "https://akses.contoh.go.id/periksa/ABCDEFGHJK", "ab" * 32, date(2026, 11, 21))
SHELF = forms()

SAMPLES = {
    FieldKind.DAY: "2026-11-20",
    FieldKind.MOMENT: "2026-11-20T09:30",
    FieldKind.NUMBER: "1200",
    FieldKind.TICK: "ya",
    FieldKind.NIP: "198501012010012001",
}


def sample(field: Field) -> str:
    """Give a value that a plain field may have."""
    if field.kind in {FieldKind.CHOICE, FieldKind.CHOICES}:
        return field.options[0].value if field.options else "pilihan"
    return SAMPLES.get(field.kind, f"<b>isi {field.name}</b>\nbaris & kedua")


def full(form: Form) -> Filled:
    """Fill every field of a form, rows twice."""
    twice = {f"{field.name}.1.x": ["x"] for field in form.fields if field.kind is FieldKind.ROWS}
    return filled({leaf.name: sample(leaf) for leaf in leaves(form, twice)})


def text_of(page: str) -> str:
    """Give what a page says, without its markup."""
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<body")[2]).split())


@pytest.mark.parametrize("code", sorted(SHELF))
def test_every_form_is_printed_full_and_empty(code: str) -> None:
    """Full or nearly empty, each form becomes a document, and nothing typed is markup."""
    form = SHELF[code]
    sheet = build(form, full(form), COVER)
    page = printing.page(Copy(sheet, "001", MARK))
    assert "DINAS KOMUNIKASI" in text_of(page)
    assert "<b>isi" not in page
    assert "None" not in text_of(page)
    bare = build(form, filled({"tanggal": "2026-11-20"}), COVER)
    assert DRAFT in printing.page(Copy(bare))


def test_minutes_of_a_handover_say_day_and_amounts_in_words() -> None:
    """The opening writes the day out, the goods their amounts; the unit has no column of its own."""
    sheet = build(SHELF["F05"], filled(HANDOVER), COVER)
    said = text_of(printing.page(Copy(sheet, "007/BAST/2026", MARK)))
    assert "Jumat tanggal dua puluh bulan November tahun dua ribu dua puluh enam (20-11-2026)" in said
    assert "1 (satu) unit" in said
    assert "12 (dua belas) buah" in said
    assert "Satuan" not in said
    assert "Contoh, 20 November 2026" in said
    assert "Nomor: 007/BAST/2026" in said


@pytest.mark.parametrize(("direction", "first"), [("penitipan", True), ("pengembalian", False)])
def test_the_applicant_hands_over_only_what_is_left_with_the_office(direction: str, first: bool) -> None:  # noqa: FBT001
    """The place to sign of PIHAK PERTAMA is the applicant's, or else the office's."""
    one, two, known = build(SHELF["F05"], filled(HANDOVER | {"arah": direction}), COVER).slots
    assert (one.roles == (Role.PEMOHON,), two.roles == (Role.PEMOHON,)) == (first, not first)
    assert known.roles == (Role.KABID,)


def test_a_letter_has_its_parts_in_order() -> None:
    """Number, Sifat, Lampiran, Hal, Yth., text, signature, Tembusan; without a number it says so."""
    sheet = build(SHELF["F16"], filled(LETTER), COVER)
    said = text_of(printing.page(Copy(sheet, "012/SB/2026", MARK)))
    order = ["Nomor", "Sifat", "Lampiran", "Hal", "Yth. Kepala Dinas Kesehatan", "IP server"]
    places = [said.index(word) for word in [*order, "Tembusan", "Bupati", "Kode periksa"]]
    assert places == sorted(places)
    assert "(belum bernomor)" in printing.page(Copy(sheet))
    assert UNSIGNED in printing.page(Copy(sheet, "", MARK))
    assert "KONSEP" not in said
    plain = filled({key: text for key, text in LETTER.items() if key not in {"ip", "port", "tembusan"}})
    assert "Tembusan" not in printing.page(Copy(build(SHELF["F16"], plain, COVER)))


def test_a_disposition_sheet_follows_the_case() -> None:
    """Each disposition is a row: by whom, to whom, with which words, when."""
    passed = (
        Passed("Kepala Dinas", "Kepala Bidang", "Tindak lanjuti", "20 November 2026"),
        Passed("K", "", "", "x"),
    )
    sheet = disposition(SHELF["F12"], (("Surat dari", "Dinas Contoh"),), passed, COVER)
    said = text_of(printing.page(Copy(sheet, "", MARK)))
    assert "1 Kepala Dinas Kepala Bidang Tindak lanjuti 20 November 2026" in said
    assert "2 K – – x" in said


@pytest.mark.parametrize("facts", [(), (("Versi", "4"),)])
def test_a_list_without_rows_says_so(facts: tuple[tuple[str, str], ...]) -> None:
    """An empty list prints *Nihil* instead of nothing; a wide one lies on its side."""
    columns = tuple(Column(str(number)) for number in range(9))
    sheet = listing(SHELF["F02"], facts, (Grid(columns, ()),), COVER)
    assert sheet.wide
    page = printing.page(Copy(sheet), Paper.F4)
    assert 'class="f4-rebah' in page
    assert "Nihil" in page


KABID = Slot("Mengetahui", (Role.KABID,), "Kepala Bidang")


def signed(role: Role, capacity: Capacity = Capacity.OWN, **more: object) -> Signed:
    """Give a signature of the invented head of division."""
    return replace(Signed(role, capacity, "Kepala Bidang", "Pejabat", "kini"), **more)  # type: ignore[arg-type]


def copy_with(slot: Slot, *put: Signed) -> Copy:
    """Give a document with one place to sign."""
    bare = build(SHELF["F17"], filled({"layanan": "Web"}), COVER)
    values = {name: getattr(bare, name) for name in bare.__struct_fields__}
    return Copy(Sheet(**values | {"slots": (slot,)}), "", MARK, put)


def test_a_place_is_signed_by_its_own_role_alone_and_never_by_an_initial() -> None:
    """A paraf does not stand where a name is signed, nor does another role's signature."""
    [empty] = copy_with(KABID, signed(Role.KADIS), signed(Role.KABID, initial=True)).places()
    assert (empty.signed, empty.name, empty.heading()) == ("", "", ("Mengetahui", "Kepala Bidang"))
    [taken] = copy_with(KABID, signed(Role.KABID)).places()
    assert (taken.signed, taken.name) == ("Disahkan melalui sistem, kini", "Pejabat")
    [own] = copy_with(
        Slot("Paraf Kepala Bidang", (Role.KABID,), initial=True), signed(Role.KABID, initial=True)
    ).places()
    assert own.signed == "Diparaf melalui sistem, kini"


def test_a_party_named_by_the_form_keeps_its_name() -> None:
    """Who answered for the named party is said beside the name."""
    slot = Slot("PIHAK KEDUA", (Role.KABID,), "Pranata", "Orang Bernama", "Penata", "198501012010012001")
    [place] = copy_with(slot, signed(Role.KABID)).places()
    assert (place.name, place.titles) == ("Orang Bernama", ("Pranata",))
    assert "oleh Pejabat" in place.signed
    assert place.below == ("Penata", "NIP 198501012010012001")
    [bare] = copy_with(replace_title(slot), signed(Role.KABID)).places()
    assert bare.titles == ("Kepala Bidang",)


def replace_title(slot: Slot) -> Slot:
    """Give a slot whose title the form left empty."""
    return Slot(slot.caption, slot.roles, "", slot.name)


@pytest.mark.parametrize(
    ("capacity", "own", "titles"),
    [
        (Capacity.OWN, "", ("Kepala Bidang",)),
        (Capacity.DAILY, "", ("Plh. Kepala Bidang",)),
        (Capacity.ACTING, "", ("Plt. Kepala Bidang",)),
        (Capacity.FOR, "Kepala Seksi", ("a.n. Kepala Bidang", "Kepala Seksi")),
        (Capacity.FOR, "", ("a.n. Kepala Bidang",)),
    ],
)
def test_the_capacity_is_printed(capacity: Capacity, own: str, titles: tuple[str, ...]) -> None:
    """Plh. and Plt. stand before the title; who signs atas nama prints the own title below."""
    assert signed(Role.KABID, capacity, own=own).titles() == titles


def test_the_legal_footer_stands_on_a_certified_document_alone() -> None:
    """What the console recorded is no certified signature and says so."""
    copy = copy_with(KABID, signed(Role.KABID))
    assert "bukan tanda tangan elektronik tersertifikasi" in copy.footer()[0]
    assert replace(copy, certified=True).footer() == CERTIFIED
    assert copy_with(KABID).footer() == ()
    assert "BSrE" not in printing.page(copy)


@given(st.binary(min_size=8, max_size=16), st.integers(0, 9), st.sampled_from(ALPHABET))
def test_a_mistyped_code_is_noticed(chance: bytes, place: int, sign: str) -> None:
    """One wrong sign and two exchanged neighbours are refused; case, blanks and hyphens do not matter."""
    code = code_of(chance)
    assert typed(grouped(code).lower()) == code
    assert typed(f" {code[:3]} {code[3:]}. ") == code
    wrong = code[:place] + sign + code[place + 1 :]
    assert typed(wrong) == (code if wrong == code else None)
    at = min(place, 8)
    swapped = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert typed(swapped) == (code if swapped == code else None)


@pytest.mark.parametrize("text", ["", "ABCDE", "ABCDEFGHJ0", "ABCDEFGHJKL", "É" * 10, "'; DROP"])
def test_what_is_no_code_is_refused(text: str) -> None:
    """Another length or another sign is no code."""
    assert typed(text) is None


def test_the_qr_holds_the_address_and_nothing_else() -> None:
    """No name and no number leaves on the QR."""
    copy = copy_with(KABID, signed(Role.KABID))
    assert printing.qr(MARK.address) in printing.page(copy)


def test_a_page_stands_alone_or_with_the_console() -> None:
    """Alone it carries its style; from the console it has none inside, because the console allows none."""
    copy = copy_with(KABID)
    assert "<style>" in printing.page(copy, alone=True)
    assert "<style>" not in printing.page(copy)
    assert "style=" not in printing.page(copy).replace('rel="stylesheet"', "")


def test_unknown_choices_and_amounts_are_shown_as_they_are() -> None:
    """A value whose option is gone is shown itself; large amounts have dots."""
    field = Field("x", "X", FieldKind.CHOICE)
    assert shown(field, ["lama"]) == "lama"
    assert shown(Field("n", "N", FieldKind.NUMBER, unit="W"), ["1200"]) == "1.200 W"
    assert shown(field, []) == "–"


@pytest.mark.parametrize("code", ["F05", "F06", "F12", "F16"])
def test_a_document_is_set_as_pdf_a_twice_the_same(code: str) -> None:
    """PDF/A-2b by its own word, the same bytes each time; hostile text is text."""
    form = SHELF[code]
    hostile = {"isi": '#panic("x") $x$ *y* "json" \\ <z>', "catatan": "#include", "lokasi": "@x"}
    sheet = build(form, Filled({**full(form).values, **filled(hostile).values}), COVER)
    copy = Copy(sheet, "001", MARK, (signed(Role.KADIS),))
    body = pdf(copy, Paper.F4)
    assert body.startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in body
    assert pdf(copy, Paper.F4) == body
    assert b"pdfaid" not in pdf(Copy(sheet))


def test_facts_come_before_the_rows_that_follow_them() -> None:
    """A form with parts titles each; fields keep their order around people and rows."""
    sheet = build(SHELF["F13"], full(SHELF["F13"]), COVER)
    titles = [block.title for block in sheet.blocks if isinstance(block, Facts | Grid)]
    assert titles.index("Rencana") < titles.index("Personel") < titles.index("Masuk") < titles.index("Keluar")
