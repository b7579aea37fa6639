"""What ends when: alarmed in time where people must sign, signed again where the signer may."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.authority.officers.expiry import ALARMS, BY_PEOPLE, expiries, level_of
from card_registry.authority.serve import now
from card_registry.instant import DAY
from card_registry.stores.expiring import Level, noted
from card_registry.trust.publish import LIFE
from card_registry.trust.slots import Role, grants_role
from tests.card_registry.authority.house import HERE, START, House, store_of
from tests.card_registry.authority.officers.chancery import Chancery

STEPS = [
    (100, Level.FINE),
    (61, Level.FINE),
    (60, Level.SOON),
    (31, Level.SOON),
    (30, Level.NEAR),
    (8, Level.NEAR),
]
LAST = [(7, Level.URGENT), (1, Level.URGENT), (0, Level.OVER), (-3, Level.OVER)]


@pytest.mark.parametrize("role", BY_PEOPLE)
@pytest.mark.parametrize(("days", "level"), [*STEPS, *LAST])
def test_what_people_sign_is_alarmed_60_30_and_7_days_before(role: str, days: int, level: Level) -> None:
    """Root, targets and the list of controllers wait for people; so they are told thrice."""
    assert level_of(role, days * DAY) is level


@given(st.sampled_from([*Role, "d-00000000"]), st.integers(-400 * DAY, 400 * DAY), st.integers(0, 100 * DAY))
def test_an_end_never_becomes_less_near(role: str, left: int, later: int) -> None:
    """Time only makes it nearer."""
    order = list(Level)
    assert order.index(level_of(role, left)) <= order.index(level_of(role, left - later))


def test_the_signer_signs_its_own_again_and_warns_of_the_rest(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """Over ten months nothing of the signer's ends; as the officers' end comes near, it says so."""
    seen = []
    for _ in range(22):
        house.now += 14 * DAY
        house.work()
        with store_of(house.places.registry, "registry") as engine, engine.connect() as connection:
            seen.append({one.role: one.level for one in noted(connection)})
        own = [one for one in expiries(house.slots(), house.now) if one.role not in BY_PEOPLE]
        assert {one.role for one in own} >= {Role.DENY, Role.GRANTS, grants_role(HERE), Role.TIMESTAMP}
        assert all(one.level is Level.FINE for one in own)

    assert seen[0] == {}
    assert seen[-1] == {str(role): Level.SOON for role in BY_PEOPLE}
    assert "soon: targets holds for 57 days more" in caplog.text
    assert "draft renewal --doors" in caplog.text


def test_a_running_signer_warns_once_at_each_step(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """One warning for each signature and step, not one at every beat."""
    with house.signer() as signer:
        for day in (306, 307, 336, 337, 360, 366):
            house.now += (day * DAY) - (house.now - START)
            signer.round()

    said = [line for line in caplog.messages if "root" in line.split(":")[1]]
    assert [line.partition(":")[0] for line in said] == ["soon", "near", "urgent", "over"]
    assert said[-1].startswith("over: root ended 1 days ago")


def test_a_renewal_holds_for_another_year(chancery: Chancery) -> None:
    """Two officers and the enroller renew all that people sign; the door adopts it and the watch is quiet."""
    door = chancery.door()
    chancery.house.now += 340 * DAY
    late = {one.role: one.level for one in expiries(chancery.house.slots(), chancery.house.now)}
    assert late[Role.TARGETS] is Level.NEAR

    said = chancery.hold("draft", "renewal", "--doors", signers=("kadis", "sekretaris", "enroller"))

    assert "The list of 2 controllers is signed again, unchanged" in said
    assert door.learn(chancery.house.slots()).floors.root == 2
    listed = chancery.run("expiries", "--registry", chancery.store, "--json").output.splitlines()
    ends = {row["role"]: row["ends"] for row in map(json.loads, listed)}
    assert all(ends[role] > now() + LIFE[Role(role)] - DAY for role in BY_PEOPLE)
    assert [days for _, days in ALARMS] == [7 * DAY, 30 * DAY, 60 * DAY]
    text = chancery.run("expiries", "--registry", chancery.store).output
    assert "signed again by two officers: akses registry draft renewal" in text
