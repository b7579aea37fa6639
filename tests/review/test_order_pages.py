"""The order pages through HTTP: chosen, read, signed, followed; and what is refused on the way."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from card_registry.journal.event import Ordered
from card_registry.words import OrderKind
from review.store import orders, sessions
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.web.orders import WILL
from tests.review.browser import Visitor, refusal
from tests.review.test_orders import KEY, NUMBER, sign
from tests.review.world import PASSPHRASE, World

PAGE = "/pintu/ruang-server/perintah"


@pytest.fixture
def client(console: Console) -> Iterator[TestClient]:
    """Give one browser."""
    with TestClient(create_app(console), follow_redirects=False) as opened:
        yield opened


def visitor(client: TestClient, world: World, login: str) -> Visitor:
    """Sign somebody in."""
    token = f"sesi-{login}"
    with writing(world.office.store) as connection:
        sessions.begin(connection, token, world.person(login).id, world.clock())
    client.cookies.set("akses_sesi", token, domain="testserver.local")
    return Visitor(client)


def fields(kind: str, **more: str) -> dict[str, str]:
    """Give a filled form."""
    return {"perintah": kind, "alasan": "Ada <gangguan>.", "pemegang": "", **more}


def test_an_order_from_the_doors_page_to_its_answer(
    client: TestClient, console: Console, world: World
) -> None:
    """Kabid chooses, reads what will happen, signs; the page waits until the door has said that it obeyed."""
    kabid = visitor(client, world, "kabid")
    assert f'href="{PAGE}"' in kabid.see("/pintu").text
    chosen = kabid.see(PAGE).text
    assert all(sentence in chosen for sentence in WILL.values())
    told = kabid.send(f"{PAGE}/tinjau", fields("release"))
    assert (told.status_code, WILL[OrderKind.RELEASE] in told.text) == (200, True)
    assert "Frasa sandi tanda tangan" in told.text
    assert "Ada &lt;gangguan&gt;." in told.text
    wrong = kabid.send(PAGE, fields("release", frasa="bukan frasa"))
    assert (wrong.status_code, "salah" in refusal(wrong)) == (403, True)
    sent = kabid.send(PAGE, fields("release", frasa=PASSPHRASE))
    assert sent.status_code == 303
    path = sent.headers["location"]
    assert "Menunggu otoritas" in kabid.see(path).text
    with reading(world.office.store) as connection:
        (order,) = orders.newest(connection)
    sign(world, order)
    console.follower.once()
    assert "Pintu belum menjawab" in kabid.see(path).text
    world.outside.happen(Ordered(order.door, order.kind, NUMBER, KEY, order.person))
    console.follower.once()
    page = kabid.see(path).text
    assert "Pintu telah mematuhi perintah ini" in page
    assert "refresh" not in page
    assert 'class="tag dipatuhi"' in kabid.see("/pintu/kini").text


def test_an_operator_locks_down_without_a_passphrase(client: TestClient, world: World) -> None:
    """The page offers what takes away and nothing else, and asks for no signature."""
    operator = visitor(client, world, "operator")
    page = operator.see(PAGE).text
    assert 'value="lockdown"' in page
    assert 'value="release"' not in page
    told = operator.send(f"{PAGE}/tinjau", fields("lockdown"))
    assert "frasa" not in told.text
    assert operator.send(PAGE, fields("lockdown")).status_code == 303
    forced = operator.send(PAGE, fields("release"))
    assert (forced.status_code, "tidak berwenang" in refusal(forced)) == (403, True)


def test_others_may_watch_and_order_nothing(client: TestClient, world: World) -> None:
    """An auditor reads what was ordered; an applicant sees neither doors nor orders."""
    auditor = visitor(client, world, "auditor")
    assert PAGE not in auditor.see("/pintu").text
    assert auditor.see(PAGE).status_code == 403
    assert auditor.see("/perintah/" + "0" * 32).status_code == 404
    applicant = visitor(client, world, "pemohon")
    assert applicant.see(PAGE).status_code == 403
    assert applicant.see("/perintah/" + "0" * 32).status_code == 403


def test_odd_forms_are_refused_with_a_sentence(client: TestClient, world: World) -> None:
    """No choice, an unknown order, an unknown door, no reason, no token."""
    kabid = visitor(client, world, "kabid")
    kabid.see(PAGE)
    for kind in ("", "explode"):
        for path in (PAGE, f"{PAGE}/tinjau"):
            answer = kabid.send(path, fields(kind))
            assert (answer.status_code, refusal(answer)) == (422, "Pilih salah satu perintah.")
    assert kabid.send(f"{PAGE}/tinjau", {"perintah": "lockdown"}).status_code == 403
    assert kabid.see("/pintu/gudang/perintah").status_code == 404
    assert kabid.send("/pintu/gudang/perintah", fields("lockdown")).status_code == 404
    kabid.token = "0" * 64
    assert kabid.send(PAGE, fields("lockdown")).status_code == 403
    with reading(world.office.store) as connection:
        assert orders.newest(connection) == ()
