"""Tokens of people's programs: made on the page, shown once, good for one role, ended by time or by hand."""

import re
from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from card_registry.instant import DAY
from review.people import Capacity, Role
from review.store import audit, people, sessions, tokens
from review.store.transaction import reading, writing
from review.web.app import create_app
from review.web.console import Console
from review.workflow.tokens import Made, make
from tests.review.browser import Visitor
from tests.review.world import PASSWORDS, World

As = Callable[[str], Visitor]


@pytest.fixture(name="client")
def _client(console: Console) -> Iterator[TestClient]:
    """Give a client without cookies."""
    with TestClient(create_app(console), follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


def asked(role: str, **other: str) -> dict[str, str]:
    """Give what the form of a token says."""
    return {"nama": "Skrip malam", "peran": role, "sampai": "2026-12-31", "sandi": PASSWORDS[role], **other}


def made(world: World, login: str) -> Made:
    """Make a token for a person in their own role."""
    done = make(world.office, world.person(login), asked(login))
    assert isinstance(done, Made), done
    return done


def bearer(secret: str) -> dict[str, str]:
    """Give the header that carries a token."""
    return {"Authorization": f"Bearer {secret}"}


def visitor(client: TestClient, world: World, login: str) -> Visitor:
    """Give a browser with a session."""
    with writing(world.office.store) as connection:
        sessions.begin(connection, f"sesi-{login}", world.person(login).id, world.clock())
    client.cookies.set("akses_sesi", f"sesi-{login}", domain="testserver.local")
    return Visitor(client)


def test_a_token_is_shown_once_and_kept_as_its_digest(client: TestClient, world: World) -> None:
    """The page gives the secret when it is made; neither the page nor the store has it afterwards."""
    me = visitor(client, world, "operator")
    me.see("/token")
    page = me.send("/token", asked("operator"))
    secret = re.findall(r">(akses_[\w-]+)<", page.text)[0]
    assert secret not in me.see("/token").text
    with world.office.store.connect() as connection:
        dump = str(connection.exec_driver_sql("SELECT * FROM api_token").all())
    assert secret not in dump
    assert "Skrip malam" in dump
    client.cookies.clear()
    assert client.get("/api/v1/doors", headers=bearer(secret)).status_code == 200


def test_what_is_wrong_with_a_token_is_said_at_its_field(client: TestClient, world: World) -> None:
    """A role not held, a day too late, no name, a wrong password: a sentence each, and nothing is made."""
    me = visitor(client, world, "operator")
    me.see("/token")
    wrong = {"nama": " ", "peran": "kadis", "sampai": "2028-01-01"}
    page = me.send("/token", asked("operator", **wrong))
    assert page.status_code == 422
    assert page.text.count('role="alert"') == 3
    again = me.send("/token", asked("operator", sandi="bukan"))
    assert "Kata sandi salah." in again.text
    assert 'value="Skrip malam"' in again.text
    with reading(world.office.store) as connection:
        assert tokens.listed(connection) == ()


def test_guessing_the_password_of_an_open_page_costs_time(world: World) -> None:
    """From the fifth failure on even the right password waits."""
    operator = world.person("operator")
    for _ in range(5):
        make(world.office, operator, asked("operator", sandi="bukan"))
    said = make(world.office, operator, asked("operator"))
    assert not isinstance(said, Made)
    assert "Terlalu banyak percobaan" in said.faults["sandi"]
    world.clock.now += 60_000
    assert isinstance(make(world.office, operator, asked("operator")), Made)


def test_a_token_acts_in_its_one_role(client: TestClient, world: World) -> None:
    """Another role of the same person is not carried along, and a role that ended takes its token with it."""
    now, applicant = world.clock(), world.person("pemohon")
    with writing(world.office.store) as connection:
        people.delegate(connection, applicant.id, Role.OPERATOR, Capacity.DAILY, (now, now + DAY))
    own = made(world, "pemohon").secret
    assert client.get("/api/v1/doors", headers=bearer(own)).status_code == 403
    other = make(world.office, world.person("pemohon"), asked("pemohon", peran="operator"))
    assert isinstance(other, Made)
    assert client.get("/api/v1/doors", headers=bearer(other.secret)).status_code == 200
    world.clock.now += 2 * DAY
    gone = client.get("/api/v1/doors", headers=bearer(other.secret))
    assert (gone.status_code, gone.headers["www-authenticate"]) == (401, "Bearer")


def test_a_token_ends_with_its_last_day(client: TestClient, world: World) -> None:
    """It opens until midnight at the site, and not a millisecond longer."""
    token = made(world, "operator")
    world.clock.now = token.token.ends - 1
    assert client.get("/api/v1/doors", headers=bearer(token.secret)).status_code == 200
    world.clock.now += 1
    over = client.get("/api/v1/doors", headers=bearer(token.secret))
    assert over.status_code == 401
    assert "sudah berakhir" in over.json()["error"]


def test_a_revoked_token_opens_nothing(client: TestClient, world: World) -> None:
    """Its owner and an administrator may revoke it; nobody else may."""
    first, second = made(world, "operator"), made(world, "operator")
    for login, token, status in (("kadis", first, 403), ("operator", first, 303), ("admin", second, 303)):
        me = visitor(client, world, login)
        me.see("/token")
        assert me.send(f"/token/{token.token.id}/cabut").status_code == status
    client.cookies.clear()
    for token in (first, second):
        assert client.get("/api/v1/doors", headers=bearer(token.secret)).status_code == 401
    with reading(world.office.store) as connection:
        acts = [one.act for one in audit.newest(connection)]
    assert acts.count("token.cabut") == acts.count("token.buat") == 2


def test_the_last_use_is_noted_to_the_minute(client: TestClient, world: World) -> None:
    """One write a minute at most, however often it is used."""
    token = made(world, "operator")
    for _ in range(3):
        client.get("/api/v1/doors", headers=bearer(token.secret))
        world.clock.now += 1
    with reading(world.office.store) as connection:
        seen = tokens.listed(connection)[0].seen
    assert seen == token.token.made


@pytest.mark.parametrize(
    "header", ["Bearer x", "Bearer " + "x" * 5_000, "Basic eDp5", "Bearer", "Bearer a b"]
)
def test_a_foreign_token_opens_nothing(client: TestClient, header: str) -> None:
    """Neither a strange token nor another scheme is let in."""
    assert client.get("/api/v1/doors", headers={"Authorization": header}).status_code == 401


def test_only_so_many_tokens_are_in_force(world: World) -> None:
    """The twenty-first is refused until one is revoked."""
    operator, now = world.person("operator"), world.clock()
    with writing(world.office.store) as connection:
        for number in range(20):
            new = tokens.Token(f"{number:032x}", operator.id, Role.OPERATOR, "x", now, now + DAY)
            tokens.add(connection, new, f"rahasia-{number}")
    said = make(world.office, operator, asked("operator"))
    assert not isinstance(said, Made)
    assert "Paling banyak 20 token" in said.faults[""]
