"""A session that ends while a form is filled costs nobody what was typed, and lets no stranger's form in."""

from collections.abc import Iterator

import httpx
import pytest
from starlette.testclient import TestClient

from card_registry.instant import MINUTE
from review.follow import Follower
from review.store import sessions
from review.store.transaction import writing
from review.web.app import create_app
from review.web.console import Console
from review.web.fields import PREFIX
from review.web.interrupted import Carried, brought, carried, from_here
from tests.review.browser import Visitor, refusal
from tests.review.paged import SignIn, browsers, read
from tests.review.world import PASSWORDS, World

PATH = "/permohonan/baru/S1.A"
HERE = {"sec_fetch_site": "same-origin"}
STRANGE: tuple[dict[str, str], ...] = (
    {},
    {"sec_fetch_site": "cross-site"},
    {"origin": "https://jahat.example"},
)
TYPED = {f"{PREFIX}keperluan": "Perawatan <b>rutin</b> & 'lain'", f"{PREFIX}nama_pemegang": "Pemegang"}


@pytest.fixture
def sign_in(peopled: World) -> Iterator[SignIn]:
    """Give everybody a browser."""
    with browsers(peopled) as enter:
        yield enter


def expired(world: World, desk: Visitor) -> dict[str, str | list[str]]:
    """See a form, type into it, and let the session end meanwhile."""
    form = read(desk.see(PATH)).form(PATH)
    world.clock.now += 46 * MINUTE
    return {**form.fields, **TYPED, "frasa": "rahasia saya"}


def sent_on(desk: Visitor, answer: httpx.Response, action: str, **more: str) -> httpx.Response:
    """Send the form that an answer offers, as a browser does."""
    form = read(answer).form(action)
    return desk.client.post(action, data={**form.fields, **more}, headers={"sec-fetch-site": "same-origin"})


def typed_in(answer: httpx.Response) -> dict[str, str]:
    """Give what a shown form has in the fields that were typed into."""
    fields = read(answer).form(PATH).fields
    return {name: fields[name].removeprefix("\r\n") for name in TYPED}  # a browser drops that line too


def test_what_was_typed_survives_signing_in(peopled: World, sign_in: SignIn) -> None:
    """The form comes back as it was, a wrong password in between; passphrases are never carried."""
    desk = sign_in(peopled.person("pemohon"))
    gone = desk.send(PATH, expired(peopled, desk), **HERE)
    assert gone.status_code == 401
    assert "isian Anda tidak hilang" in gone.text
    assert "rahasia saya" not in gone.text
    wrong = sent_on(desk, gone, "/masuk/lanjut", login="pemohon", password="bukan ini sandinya")
    assert (wrong.status_code, refusal(wrong)) == (403, "Nama pengguna atau kata sandi salah.")
    back = sent_on(desk, wrong, "/masuk/lanjut", login="pemohon", password=PASSWORDS["pemohon"])
    assert back.status_code == 200
    shown = sent_on(desk, back, PATH, tambah="lanjut")
    assert shown.status_code == 200
    assert typed_in(shown) == TYPED
    assert read(shown).form(PATH).fields.get("frasa", "") == ""


def test_a_form_of_an_earlier_session_is_shown_again(peopled: World, sign_in: SignIn) -> None:
    """Whoever signed in elsewhere meanwhile looks at what was typed and sends it under the new session."""
    desk = sign_in(peopled.person("pemohon"))
    form = expired(peopled, desk)
    with writing(peopled.office.store) as connection:
        sessions.begin(connection, "baru", peopled.person("pemohon").id, peopled.clock())
    desk.client.cookies.clear()
    desk.client.cookies.set("akses_sesi", "baru", domain="testserver.local")
    stale = desk.send(PATH, form, **HERE)
    assert stale.status_code == 403
    assert "rahasia saya" not in stale.text
    assert typed_in(sent_on(desk, stale, PATH, tambah="lanjut")) == TYPED


def test_a_strangers_form_is_never_offered_to_be_sent(peopled: World, sign_in: SignIn) -> None:
    """Without the browser's word that the form is ours, nothing of it is repeated."""
    desk = sign_in(peopled.person("pemohon"))
    form = expired(peopled, desk)
    for said in STRANGE:
        answer = desk.send(PATH, form, **said)
        assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    with writing(peopled.office.store) as connection:
        sessions.begin(connection, "baru", peopled.person("pemohon").id, peopled.clock())
    desk.client.cookies.clear()
    desk.client.cookies.set("akses_sesi", "baru", domain="testserver.local")
    for said in STRANGE:
        answer = desk.send(PATH, form, **said)
        assert answer.status_code == 403
        assert "Perawatan" not in answer.text


def test_two_tabs_both_keep_theirs(peopled: World) -> None:
    """A second form's sign-in page makes the first one's old; what the first carried is still there."""
    with TestClient(
        create_app(Console(peopled.office, Follower(peopled.office))), follow_redirects=False
    ) as client:
        desk = Visitor(client)
        first, second = (
            desk.send(PATH, {f"{PREFIX}keperluan": text}, **HERE) for text in ("Yang pertama", "Yang kedua")
        )
        login = {"login": "pemohon", "password": PASSWORDS["pemohon"]}
        assert "Yang kedua" in sent_on(desk, second, "/masuk/lanjut", **login).text
        again = sent_on(desk, first, "/masuk/lanjut", **login)
        assert "Isian Anda masih ada" in again.text
        assert "Yang pertama" in again.text


def test_only_forms_of_cases_are_carried() -> None:
    """Orders at a door, keys and tokens are begun anew, and an address of elsewhere is nobody's page."""
    fields = {"a": ("1", "2"), "frasa": ("x",), "tanda_tangan": ("y",), "csrf": ("z",), "tambah": ("",)}
    assert carried(PATH, fields) == Carried(PATH, (("a", "1"), ("a", "2")))
    for path in ("/pintu/d/perintah", "/kunci", "//jahat.example/x", "/api/v1/cases", f"{PATH}/x/y", ""):
        assert carried(path, fields) is None
        assert brought({"kembali": (path,), "isi:a": ("1",)}) is None
    assert brought({"kembali": (PATH,), "isi:a": ("1",), "b": ("2",)}) == Carried(PATH, (("a", "1"),))
    assert brought({"kembali": (PATH,), "isi:frasa": ("x",)}) == Carried(PATH, ())


def test_only_an_explicit_word_of_the_browser_counts() -> None:
    """No header is no word; an old browser's Origin is one."""
    assert not from_here({"host": "konsol"})
    assert not from_here({"host": "konsol", "sec-fetch-site": "same-site", "origin": "http://konsol"})
    assert from_here({"host": "konsol", "origin": "https://konsol"})
    assert from_here({"host": "konsol", "sec-fetch-site": "same-origin"})
