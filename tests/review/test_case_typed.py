"""What is sent from a form's page, read: rows closed up, nothing dropped, what was only served left out."""

from hypothesis import given
from hypothesis import strategies as st

from review.form import Leaflet
from review.shelf import forms
from review.web.casework import shown
from review.web.casework_typed import typed
from review.web.fields import PREFIX
from review.web.visitor import Posted
from review.workflow.filling import Paper


def planned() -> Paper:
    """Give the plan of a visit as a step demands it."""
    form = forms()["F13"].part("A")
    names = {one.name: one.name for one in form.fields}
    return Paper(form, (), demanded=True, leaflets=(Leaflet(form, demanded=True, names=names),))


def test_empty_rows_are_closed_up() -> None:
    """A row that was emptied is left out wherever it stood; a prefilled one does not come back."""
    paper = planned()
    sent = {
        "isian.personel.0.nama": ("",),
        "isian.personel.0.identitas": ("",),
        "isian.personel.2.nama": ("Dua",),
        "isian.personel.7.nama": ("Tiga",),
        "isian.personel.7.lain": ("x",),
        "isian.personel.²": ("y",),
        "isian.keperluan": ("Memasang",),
        "pilihan": ("selesai",),
    }
    read_ = typed(paper, Posted(sent))
    rows = {name: texts for name, texts in read_.given.items() if any(texts)}
    assert rows == {
        "personel.0.nama": ("Dua",),
        "personel.1.nama": ("Tiga",),
        "personel.7.lain": ("x",),
        "personel.²": ("y",),
        "keperluan": ("Memasang",),
    }
    assert read_.given["personel.7.nama"] == ("",)
    assert (read_.rows["personel"], read_.growing) == (3, False)


NAMES = st.one_of(
    st.sampled_from(["keperluan", "personel", "personel.", "personel.0", "personel..nama", "pintu", "²", ""]),
    st.builds(
        "personel.{}.{}".format,
        st.one_of(st.integers(-1, 12).map(str), st.sampled_from(["01", "²", "999", "1000"])),
        st.sampled_from(["nama", "instansi", "hp", "lain"]),
    ),
)


@given(sent=st.dictionaries(NAMES, st.lists(st.sampled_from(["", " ", "a", "b"]), max_size=3), max_size=12))
def test_nothing_that_was_typed_is_dropped(sent: dict[str, list[str]]) -> None:
    """Whatever is sent, each text comes out once and can be shown again; rows keep their order."""
    paper = planned()
    posted = Posted({f"{PREFIX}{name}": tuple(texts) for name, texts in sent.items()})
    kept = typed(paper, posted)
    before = sorted(text for texts in sent.values() for text in texts if text.strip())
    assert sorted(text for texts in kept.given.values() for text in texts if text.strip()) == before
    page = shown(paper, kept, dict.fromkeys(sent, "Salah."))
    assert len(page.faults) == len(sent)
    rows = [name for name in sent if name in {f"personel.{n}.nama" for n in range(10)}]
    order = [sent[name] for name in sorted(rows) if any(text.strip() for text in sent[name])]
    after = [kept.given.get(f"personel.{n}.nama", ()) for n in range(13)]
    assert [list(texts) for texts in after if any(text.strip() for text in texts)][: len(order)] == order


def test_an_offered_form_left_as_served_is_not_filed() -> None:
    """What the program wrote into a form is no answer; begun by hand, the whole form is asked for."""
    form = forms()["F10"]
    names = {one.name: one.name for one in form.fields}
    leaflet = Leaflet(form, demanded=False, names=names)
    paper = Paper(form, (), demanded=False, leaflets=(leaflet,), ready={"tujuan": ["Gudang"]})
    served = {"isian.tujuan": ("Gudang",), "isian.perangkat.0.nama": ("",)}
    assert not typed(paper, Posted(served)).given
    changed = typed(paper, Posted({**served, "isian.tujuan": ("Bengkel",)}))
    assert changed.given["tujuan"] == ("Bengkel",)
