"""The topic table, and the three things rendered from it, must say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card_registry.errors import OperatorMistaken
from card_registry.trust.slots import AUTHORITY, grants_role, meta_slot, slots_for
from card_registry.words import ControllerId, SiteId
from mqtt_bridge.topics import (
    HUB,
    TABLE,
    AckOf,
    Act,
    Allowed,
    CmdOf,
    LogOf,
    Party,
    Refused,
    SlotOf,
    StatusOf,
    ack_topic,
    acl,
    cmd_topic,
    locate,
    log_topic,
    may,
    require_controllers,
    slot_topic,
    status_topic,
    subscriptions,
    travels,
)

SITE = SiteId("contoh")
ONE, TWO = ControllerId("pengendali-1"), ControllerId("pengendali-2")
BOTH = (ONE, TWO)
OWN = meta_slot(grants_role(ONE))


def allowed(identity: str, act: Act, topic: str) -> bool:
    """Tell whether the table allows it."""
    return isinstance(may(SITE, BOTH, identity, act, topic), Allowed)


def test_every_slot_a_controller_needs_travels_to_it_and_to_no_other() -> None:
    """The table and the registry's own list of needed slots agree."""
    for name in ("root/1", "root/12", AUTHORITY, *slots_for(ONE)):
        topic = slot_topic(SITE, name)
        assert travels(name)
        assert allowed(HUB, Act.PUBLISH, topic)
        assert allowed(ONE, Act.RECEIVE, topic)
        assert allowed(TWO, Act.RECEIVE, topic) == (ONE not in name and name != OWN)
        assert not allowed(ONE, Act.PUBLISH, topic)


@pytest.mark.parametrize("name", ["site/people", "doors/directory", "meta/doors", "d/pengendali-1", "x"])
def test_slots_no_controller_decides_from_do_not_travel(name: str) -> None:
    """Who approves and who else is enrolled stays at the server."""
    assert not travels(name)
    assert not allowed(ONE, Act.RECEIVE, slot_topic(SITE, name))


def test_streams_belong_to_one_controller() -> None:
    """A controller writes its own log and status and reads its own receipts and orders, nobody else's."""
    for make, writes in ((log_topic, True), (status_topic, True), (ack_topic, False), (cmd_topic, False)):
        mine, other = make(SITE, ONE), make(SITE, TWO)
        assert allowed(ONE, Act.PUBLISH, mine) == writes
        assert allowed(ONE, Act.RECEIVE, mine) != writes
        assert allowed(HUB, Act.PUBLISH, mine) != writes
        for act in Act:
            assert not allowed(ONE, act, other)


def test_subscriptions_are_word_for_word() -> None:
    """A filter wider than one's own is refused, even where each message would be filtered later."""
    for identity in (HUB, ONE):
        for wanted, _ in subscriptions(SITE, identity):
            assert allowed(identity, Act.SUBSCRIBE, wanted)
    for wanted in ("#", "+", f"akses/{SITE}/#", f"akses/{SITE}/ack/+", f"akses/{SITE}/reg/d/+/+", "$SYS/#"):
        assert not allowed(ONE, Act.SUBSCRIBE, wanted)


def test_nobody_else_is_a_party() -> None:
    """An identity that is neither the hub nor a listed controller may do nothing, and is told so."""
    for identity in ("broker", "pengendali-3", "", "HUB"):
        verdict = may(SITE, BOTH, identity, Act.RECEIVE, slot_topic(SITE, "root/1"))
        assert isinstance(verdict, Refused)
        assert "not a party" in verdict.why


@given(st.text(max_size=60), st.sampled_from(Act))
def test_other_sites_and_odd_topics_are_refused(text: str, act: Act) -> None:
    """Whatever is not under this site's table is refused for everybody."""
    for identity in (HUB, ONE):
        assert not allowed(identity, act, text)
        assert not allowed(identity, act, f"akses/lain/log/{ONE}")
        assert not allowed(identity, act, f"akses/{SITE}/log/{ONE}/{text}")


def test_places_are_read_back_from_their_topics() -> None:
    """Each topic maker has its reader; anything else is no place."""
    assert locate(SITE, log_topic(SITE, ONE)) == LogOf(ONE)
    assert locate(SITE, status_topic(SITE, ONE)) == StatusOf(ONE)
    assert locate(SITE, ack_topic(SITE, ONE)) == AckOf(ONE)
    assert locate(SITE, cmd_topic(SITE, ONE)) == CmdOf(ONE)
    assert locate(SITE, slot_topic(SITE, "d/pengendali-1/0f")) == SlotOf("d/pengendali-1/0f")
    for text in (
        "",
        "akses/contoh/log/",
        "akses/contoh/log/a/b",
        "akses/contoh/cmd/a/b",
        "akses/contoh/log/-a",
    ):
        assert locate(SITE, text) is None
    assert locate(SITE, f"akses/contoh/log/{ONE}\n") is None


def test_acl_gives_each_user_own_topics() -> None:
    """The access list names each party with its own topics, and no wildcard user."""
    text = acl(SITE, BOTH)
    assert text.count("\nuser ") == 3
    assert "pattern" not in text
    block = text.split(f"user {TWO}\n")[1]
    assert f"topic write akses/contoh/log/{TWO}\n" in block
    assert f"topic read akses/contoh/reg/{meta_slot(grants_role(TWO))}\n" in block
    assert ONE not in block
    assert "topic write akses/contoh/reg/meta/+\n" in text.split("user ")[1]
    assert text.count("topic ") == len(TABLE) * 3
    assert {row.reader for row in TABLE} == set(Party)


@pytest.mark.parametrize("names", [["hub"], ["broker"], ["a", "a"], ["A"], ["a/b"]])
def test_reserved_or_odd_controller_names_are_refused(names: list[str]) -> None:
    """A controller called like the hub would get the hub's rights."""
    with pytest.raises(OperatorMistaken, match="controller"):
        require_controllers(names)
    assert require_controllers(["a", "b"]) == ("a", "b")
