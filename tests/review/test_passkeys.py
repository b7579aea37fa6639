"""Passkeys at the console: registered with a real browser, signed by the officers, then used to approve."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select
from starlette.testclient import TestClient

from card_registry import canonical
from card_registry.authority.ordering import LIVES
from card_registry.authority.proving import Strength, prove
from card_registry.authority.warrant import Charter, Truth, authorise_grant
from card_registry.errors import OperatorMistaken
from card_registry.instant import MINUTE
from card_registry.orders import OrderRequest, OrderWarrant
from card_registry.passkey import challenge_of, fingerprint
from card_registry.statements import Approver, GrantWarrant, Passkey, People, Scheme
from card_registry.stores.office import warrant
from card_registry.words import Approval, OrderKind
from review import outside
from review.access import Refused
from review.accounts import approvers
from review.case import Advanced, Answer
from review.serving import listen
from review.setting_up import list_approvers
from review.store import passkeys, sessions
from review.store.orders import DoorOrder
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow import approval, touching
from review.workflow.answering import answer
from review.workflow.approval import Hand
from review.workflow.orders import Dated, challenge, draft, give
from review.workflow.touching import Touch
from tests.card_registry.chromium import authenticator, chromium
from tests.card_registry.soft_passkey import ORIGIN, SoftPasskey, soft_passkey
from tests.review.browser import Visitor, refusal
from tests.review.test_orders import wish
from tests.review.test_workflow import file_of, opened, say
from tests.review.world import PASSPHRASE, SITE, World

HOST = ORIGIN.removeprefix("https://")
DEVICE = soft_passkey()


def to_sign(world: World) -> str:
    """Bring a case to the step that the Kabid signs."""
    case = opened(world)
    for login, label in (("kadis", "selesai"), ("kabid", "disetujui")):
        assert isinstance(say(world, case, login, label), Advanced)
    return case


def touch(world: World, case: str, device: SoftPasskey = DEVICE, host: str = HOST) -> Touch:
    """Do what the page and its script do: sign the offered challenge."""
    asked = approval.offer(world.office, file_of(world, case), world.person("kabid"), host)
    assert asked is not None
    assert asked.keys == (DEVICE.public.id,)
    return touch_of(device, asked.challenge, asked.grant)


def touch_of(device: SoftPasskey, challenge: str, grant: str = "") -> Touch:
    """Let a passkey sign a challenge."""
    proof = device.sign(b"", challenge=challenge)
    return Touch(
        device.public.id,
        proof.client_data or "",
        proof.authenticator_data or "",
        proof.signature,
        grant,
    )


def sign_by(world: World, case: str, hand: Hand) -> Advanced | Refused:
    """Answer the present step with this in hand."""
    now = file_of(world, case).case
    verdict = Answer(now.step, now.attempt, "selesai", "")
    return answer(world.office, world.person("kabid"), case, verdict, hand)


def warrants(world: World) -> list[GrantWarrant]:
    """Give what waits for the signer."""
    with reading(world.office.store) as connection:
        bodies = connection.scalars(select(warrant.c.body)).all()
    return [canonical.decode(bytes(body), GrantWarrant, "a warrant") for body in bodies]


def judged(world: World, asked: GrantWarrant) -> bool:
    """Judge a warrant as the signer does, from what the officers published; say whether it is weak."""
    people, policy = outside.people(world.office.registry), outside.policy(world.office.registry)
    directory = outside.directory(world.office.registry)
    assert people is not None
    assert policy is not None
    assert directory is not None
    site = replace(policy, schedules={})
    return authorise_grant(Truth(Charter(people, site, directory)), asked, world.clock()).weak


@pytest.fixture
def listed(world: World) -> World:
    """Give a site whose officers listed the Kabid's passkey, and name the console's address."""
    world.outside.found(Approval.SIGNATURE, ORIGIN)
    tables = next(iter(approvers(world.office.store, world.office.procedures, world.clock()))).procedures
    kabid = Approver(world.person("kabid").id, "", tables, (DEVICE.public,))
    world.outside.slot("site/people", canonical.encode(People(1, SITE, (kabid,))))
    return world


def test_a_touch_signs_the_very_grant(listed: World) -> None:
    """The signed verdict passes the signer's own judgement, and is no weak one."""
    case = to_sign(listed)
    assert isinstance(sign_by(listed, case, Hand(touch=touch(listed, case))), Advanced)
    (asked,) = warrants(listed)
    assert asked.proof.scheme is Scheme.PASSKEY
    assert not judged(listed, asked)


def test_a_touch_for_something_else_is_refused(listed: World) -> None:
    """Another grant id, another case's touch, another key, no id: a sentence, and nothing is written."""
    case, other = to_sign(listed), to_sign(listed)
    good = touch(listed, case)
    tries = {
        replace(good, grant="00" * 16): "tidak sah untuk halaman ini",
        touch(listed, other): "tidak sah untuk halaman ini",
        replace(good, grant="bukan id"): "sudah usang",
        replace(good, key="lain"): "belum dimuat dalam daftar",
        replace(good, signature="00"): "tidak sah untuk halaman ini",
    }
    for tried, sentence in tries.items():
        refused = sign_by(listed, case, Hand(touch=tried))
        assert isinstance(refused, Refused)
        assert sentence in refused.why
    assert warrants(listed) == []


def test_a_passkey_is_offered_only_where_it_counts(listed: World) -> None:
    """Another address of the console, another person, an unlisted key: the page asks for a passphrase."""
    file = file_of(listed, to_sign(listed))
    assert approval.offer(listed.office, file, listed.person("kabid"), "127.0.0.1:8080") is None
    assert approval.offer(listed.office, file, listed.person("kadis"), HOST) is None
    listed.outside.slot("site/people", canonical.encode(People(1, SITE, ())))
    assert approval.offer(listed.office, file, listed.person("kabid"), HOST) is None


def test_an_order_is_signed_for_the_doors_present_status(listed: World) -> None:
    """A touch counts for a moment, for the status it quotes and for one order; otherwise it is refused."""
    kabid = listed.person("kabid")
    request = draft(listed.office, kabid, wish())
    assert isinstance(request, OrderRequest)
    good = Dated(touch_of(DEVICE, challenge_of(challenge(request))), request.at, request.nonce or "")
    listed.clock.now += MINUTE
    for tried, sentence in (
        (replace(good, at=request.at - LIVES), "Kabar pintu telah berubah"),
        (replace(good, at=listed.clock.now + 1), "Kabar pintu telah berubah"),
        (replace(good, nonce="11" * 16), "Kabar pintu telah berubah"),
        (replace(good, at=request.at + 1), "tidak sah untuk halaman ini"),
    ):
        refused = give(listed.office, kabid, wish(), dated=tried)
        assert isinstance(refused, Refused)
        assert sentence in refused.why
    other = give(listed.office, kabid, wish(OrderKind.FREE), dated=good)
    assert isinstance(other, Refused)
    assert isinstance(give(listed.office, kabid, wish(), dated=good), DoorOrder)
    operator = draft(listed.office, listed.person("operator"), wish())
    assert isinstance(operator, Refused)


def register(
    world: World,
    label: str = "Laptop kantor",
    device: SoftPasskey = DEVICE,
    login: str = "kabid",
    **said: str,
) -> object:
    """Register a passkey as the page does."""
    person = world.person(login)
    challenge = challenge_of(touching.challenge(world.office, person))
    given = replace(touch_of(device, challenge), **said)
    return touching.register(world.office, person, device.public.public, label, given)


def test_a_registered_passkey_waits_for_the_officers(listed: World, tmp_path: Path) -> None:
    """It is in the list written for them, beside the key file, and does not count by itself."""
    listed.outside.slot("site/people", canonical.encode(People(1, SITE, ())))
    kept = register(listed)
    assert isinstance(kept, passkeys.Registered)
    assert len(fingerprint(kept.key).split()) == 4
    with pytest.raises(OperatorMistaken, match="never set up"):
        list_approvers(listed.office.store.url.render_as_string(), tmp_path / "people.json")
    (one,) = approvers(listed.office.store, listed.office.procedures, listed.clock())
    assert one.passkeys == (DEVICE.public,)
    assert one.public
    assert touching.listed(listed.office, listed.person("kabid").id) == ()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"label": " "}, "Nama perangkat harus diisi"),
        ({"label": "x" * 61}, "Nama perangkat harus diisi"),
        ({"key": ""}, "Nama perangkat harus diisi"),
        ({"login": "operator"}, "tidak berwenang menandatangani persetujuan"),
        ({"signature": "00"}, "tidak sah untuk halaman ini"),
        ({"device": SoftPasskey(soft_passkey(2).key)}, "tidak sah"),
    ],
    ids=["blank", "long", "no id", "operator", "signature", "another's"],
)
def test_a_registration_that_proves_nothing_is_refused(
    listed: World, arguments: dict[str, str], sentence: str
) -> None:
    """Who may not sign, what has no name, and a key that did not sign are refused by a sentence."""
    if "device" in arguments:
        challenge = challenge_of(touching.challenge(listed.office, listed.person("kadis")))
        given = touch_of(DEVICE, challenge)
        done: object = touching.register(
            listed.office, listed.person("kabid"), DEVICE.public.public, "x", given
        )
    else:
        done = register(listed, **arguments)  # type: ignore[arg-type] # by name
    assert isinstance(done, Refused)
    assert sentence in done.why


def test_keys_of_another_kind_twice_or_too_many_are_refused(listed: World) -> None:
    """A page cannot fill the list, and no key is entered that could never count."""
    good = touch_of(DEVICE, challenge_of(touching.challenge(listed.office, listed.person("kabid"))))
    odd = touching.register(listed.office, listed.person("kabid"), "00", "x", good)
    assert isinstance(odd, Refused)
    assert "Jenis kunci" in odd.why
    for number in range(1, touching.MOST + 1):
        assert not isinstance(register(listed, device=soft_passkey(number)), Refused)
    again, beyond = register(listed), register(listed, device=soft_passkey(99))
    assert isinstance(again, Refused)
    assert "sudah terdaftar" in again.why
    assert isinstance(beyond, Refused)
    assert "Paling banyak" in beyond.why


def test_without_an_address_no_passkey_is_taken(world: World) -> None:
    """Where the officers' policy names no address, the console says what is missing."""
    refused = register(world)
    assert isinstance(refused, Refused)
    assert "belum menyebut alamat konsol" in refused.why


@pytest.fixture
def served(console: Console, world: World) -> Iterator[str]:
    """Serve the console on localhost, which the officers named; give its address."""
    with listen("127.0.0.1", 0) as taken:
        address = f"http://localhost:{taken.getsockname()[1]}"
        world.outside.found(Approval.SIGNATURE, address)
        config = uvicorn.Config(create_app(console), log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: server.run(sockets=[taken]))
        thread.start()
        yield address
        server.should_exit = True
        thread.join()


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    """Give a real Chromium."""
    with chromium() as running:
        yield running


@pytest.fixture
def signed_in(world: World, served: str) -> Callable[[BrowserContext], Page]:
    """Give a page of the Kabid's."""

    def begin(context: BrowserContext) -> Page:
        token = f"sesi-{id(context)}"
        with writing(world.office.store) as connection:
            sessions.begin(connection, token, world.person("kabid").id, world.clock())
        context.add_cookies([{"name": "akses_sesi", "value": token, "url": served}])
        return context.new_page()

    return begin


def publish(world: World) -> tuple[Passkey, ...]:
    """Do what the officers do: sign the list of approvers that the office wrote."""
    listed = approvers(world.office.store, world.office.procedures, world.clock())
    world.outside.slot("site/people", canonical.encode(People(1, SITE, listed)))
    return listed[0].passkeys


def test_from_registration_to_approval_in_a_real_browser(
    world: World, served: str, browser: BrowserContext, signed_in: Callable[[BrowserContext], Page]
) -> None:
    """A passkey is made, the officers sign it, a touch approves; without JavaScript a passphrase does."""
    page = signed_in(browser)
    device = authenticator(page)
    page.goto(f"{served}/kunci")
    page.get_by_label("Nama perangkat").fill("Laptop kantor")
    page.get_by_role("button", name="Daftarkan perangkat ini").click()
    page.get_by_text("Menunggu petugas kunci").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="penyetuju.json").click()
    mine = canonical.decode(waiting.value.path().read_bytes(), Approver, "the file for the officers")
    assert fingerprint(mine.passkeys[0]) in page.inner_text("main")
    assert publish(world) == mine.passkeys
    page.reload()
    assert page.get_by_text("Berlaku", exact=True).count() == 1
    case = to_sign(world)
    page.goto(f"{served}/permohonan/{case}")
    device.verifies(verified=False)
    page.get_by_role("button", name="Tanda tangani").click()
    page.get_by_text("tidak ada yang dikirim").wait_for()
    assert warrants(world) == []
    device.verifies(verified=True)
    page.get_by_role("button", name="Tanda tangani").click()
    page.wait_for_selector("main:not([data-step='4'])")
    (asked,) = warrants(world)
    assert asked.proof.scheme is Scheme.PASSKEY
    assert not judged(world, asked)
    again = to_sign(world)
    approve_without_javascript(browser, signed_in, f"{served}/permohonan/{again}")
    assert [one.proof.scheme for one in warrants(world)] == [Scheme.PASSKEY, Scheme.KEY_FILE]
    release_by_touch(world, page, f"{served}/pintu/ruang-server/perintah")


def release_by_touch(world: World, page: Page, address: str) -> None:
    """Release the door once: the challenge is drawn when the button is pressed, and the touch signs it."""
    page.goto(address)
    page.check("input[value=release]")
    page.get_by_label("Alasan").fill("Ada gangguan.")
    page.get_by_role("button", name="Tinjau perintah").click()
    page.get_by_role("button", name="Kirim perintah").click()
    page.wait_for_url(re.compile("/perintah/[0-9a-f]{32}$"))
    with reading(world.office.store) as connection:
        body = connection.scalar(select(warrant.c.body).order_by(warrant.c.serial.desc()))
    asked = canonical.decode(bytes(body or b""), OrderWarrant, "a warrant")
    request = canonical.decode(asked.request.encode(), OrderRequest, "a request")
    people, policy = outside.people(world.office.registry), outside.policy(world.office.registry)
    assert people is not None
    assert policy is not None
    assert asked.proof is not None
    assert prove(policy, people.approvers, asked.proof, challenge(request), {}) is Strength.SIGNED


def approve_without_javascript(
    running: BrowserContext, signed_in: Callable[[BrowserContext], Page], address: str
) -> None:
    """Approve by the passphrase in a browser that runs no script."""
    assert running.browser is not None
    context = running.browser.new_context(java_script_enabled=False)
    page = signed_in(context)
    page.goto(address)
    page.get_by_label("Frasa sandi tanda tangan").fill(PASSPHRASE)
    page.get_by_role("button", name="Tanda tangani").click()
    page.wait_for_selector("main:not([data-step='4'])")
    context.close()


@pytest.fixture
def client(console: Console) -> Iterator[TestClient]:
    """Give a browser at the address that the officers named."""
    with TestClient(create_app(console), follow_redirects=False, base_url=ORIGIN) as opened:
        yield opened


def visit(client: TestClient, world: World, login: str) -> Visitor:
    """Sign somebody in."""
    with writing(world.office.store) as connection:
        sessions.begin(connection, f"sesi-{login}", world.person(login).id, world.clock())
    client.cookies.set("akses_sesi", f"sesi-{login}", domain=f"{HOST}")
    return Visitor(client)


def filled(proof: Touch, **more: str) -> dict[str, str]:
    """Give the fields that the page's script fills."""
    parts = {"data_klien": proof.client_data, "data_autentikator": proof.authenticator_data}
    return {"kredensial": proof.key, "tanda_tangan": proof.signature, **parts, **more}


def test_the_page_of_keys_says_what_is_missing(listed: World, client: TestClient) -> None:
    """No passkey sent, one that counts already, a page at another address, people who do not sign."""
    assert visit(client, listed, "operator").see("/kunci").status_code == 403
    kabid = visit(client, listed, "kabid")
    assert "Daftarkan perangkat ini" in kabid.see("/kunci").text
    assert "memerlukan JavaScript" in refusal(kabid.send("/kunci", {"nama": "x"}))
    challenge_ = challenge_of(touching.challenge(listed.office, listed.person("kabid")))
    good = filled(touch_of(DEVICE, challenge_), publik=DEVICE.public.public)
    assert "Nama perangkat" in refusal(kabid.send("/kunci", {**good, "nama": ""}))
    assert kabid.send("/kunci", {**good, "nama": "Laptop"}).status_code == 303
    page = kabid.see("/kunci").text
    assert fingerprint(DEVICE.public) in page
    assert "Menunggu petugas kunci" not in page
    listed.outside.found(Approval.SIGNATURE, "https://konsol.lain.example")
    assert "alamat konsol yang resmi" in kabid.see("/kunci").text
    listed.outside.found()
    assert "belum menyebut alamat konsol" in kabid.see("/kunci").text


def test_nobody_without_a_key_has_an_entry_for_the_officers(listed: World, client: TestClient) -> None:
    """The Kadis has no key yet, and so no file; the Kabid's names the key file."""
    assert visit(client, listed, "kadis").see("/kunci/penyetuju.json").status_code == 404
    given = visit(client, listed, "kabid").see("/kunci/penyetuju.json")
    assert canonical.decode(given.content, Approver, "the entry").person == listed.person("kabid").id


def test_a_touch_travels_through_the_form(listed: World, client: TestClient) -> None:
    """The page offers the challenge, the form brings the touch back, and a refused order says why."""
    case = to_sign(listed)
    kabid = visit(client, listed, "kabid")
    page = kabid.see(f"/permohonan/{case}").text
    asked, grant = (re.findall(rf'{name}="([^"]+)"', page)[0] for name in ("data-tantangan", 'izin" value'))
    answer_ = {"step": "4", "attempt": "1", "pilihan": "selesai", "catatan": "", "izin": grant}
    touched = filled(touch_of(DEVICE, asked), **answer_)
    assert kabid.send(f"/permohonan/{case}/langkah", touched).status_code == 303
    assert len(warrants(listed)) == 1
    kabid.see("/pintu/ruang-server/perintah")
    order: dict[str, str | list[str]] = {"perintah": "release", "alasan": "Uji."}
    fresh = kabid.send("/pintu/ruang-server/perintah/tantangan", order).json()
    touched = filled(touch_of(DEVICE, fresh["tantangan"]), pada=fresh["pada"], nonce=fresh["nonce"])
    given = {**order, **touched}
    assert kabid.send("/pintu/ruang-server/perintah", {**given, "nonce": "x"}).status_code == 403
    assert kabid.send("/pintu/ruang-server/perintah", given).status_code == 303
    refused = kabid.send("/pintu/ruang-server/perintah/tantangan", {**order, "alasan": ""})
    assert (refused.status_code, "Alasan" in refused.json()["error"]) == (403, True)
