"""Which removals are proposed, of whom and why: the rules, the strongest first, each basis once."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from card_registry.words import HolderId, PersonId
from review.leaving import EXPLAINED, Departure, Holding, Known, Leaving, Right, Rule, basis_of, propose

TODAY = date(2026, 11, 20)
NOW = 1_000_000
WHO, ADMIN = HolderId("a" * 32), PersonId("d" * 32)
HELD = Holding(WHO, "Dinas Contoh", (Right("1" * 32, 500), Right("2" * 32, 600)), ("k" * 32,), NOW + 1)
GOES = Departure("e" * 32, WHO, Leaving.MOVED, TODAY, "SK 800/1/2026", ADMIN, 700)


def known(*departures: Departure, **emptied: frozenset[str]) -> Known:
    """Give what the office knows."""
    return Known(TODAY, NOW, departures, {name.replace("_", " "): ids for name, ids in emptied.items()})


def test_who_stays_is_left_alone() -> None:
    """A right, a card and an open account are no reason."""
    assert propose([HELD, replace(HELD, accounts={"p": True})], known()) == ()


def test_a_departure_asks_for_all_that_was_given_before() -> None:
    """In the name of whoever entered it, from its day, and for some rights alone where others came since."""
    [one] = propose([HELD], known(GOES))
    assert (one.rule, one.reason, one.rights, one.asker) == (Rule.DEPARTURE, "mutasi", (), ADMIN)
    assert (one.effective, one.urgent) == (TODAY, False)
    assert "SK 800/1/2026" in one.said
    later = replace(HELD, rights=(*HELD.rights, Right("3" * 32, 800)))
    assert propose([later], known(GOES))[0].rights == ("1" * 32, "2" * 32)
    assert propose([replace(HELD, rights=later.rights[2:])], known(GOES)) == ()


def test_only_who_has_left_the_service_is_urgent_and_only_from_that_day() -> None:
    """Before the day there is no proposal; from it on the operator suspends first."""
    gone = replace(GOES, kind=Leaving.RETIRED, effective=date(2026, 11, 1))
    [one] = propose([HELD], known(gone))
    assert (one.urgent, one.effective) == (True, TODAY)
    coming = date(2026, 12, 1)
    assert propose([HELD], known(replace(gone, effective=coming))) == ()
    [later] = propose([HELD], known(replace(GOES, effective=coming)))
    assert (later.urgent, later.effective) == (False, coming)
    assert not propose([HELD], known(replace(gone, kind=Leaving.DONE)))[0].urgent


def test_the_newest_departure_counts() -> None:
    """Somebody who moved and then retired is proposed for retiring."""
    [one] = propose([HELD], known(replace(GOES, id="f" * 32, kind=Leaving.RETIRED, made=900), GOES))
    assert one.reason == "pensiun"


def test_a_closed_account_speaks_for_its_holder() -> None:
    """One open account is enough to stay."""
    [one] = propose([replace(HELD, accounts={"p": False})], known())
    assert (one.rule, one.reason, one.asker) == (Rule.CLOSED, "berhenti", None)
    assert propose([replace(HELD, accounts={"p": False, "q": True})], known()) == ()


def test_a_unit_without_servers_needs_no_rights() -> None:
    """The spelling of the unit does not matter; a holder without rights is not proposed."""
    gone = known(dinas_contoh=frozenset({"s"}))
    assert propose([HELD], gone)[0].reason == "aset-dikembalikan"
    assert propose([replace(HELD, rights=())], gone) == ()
    assert propose([replace(HELD, unit="Dinas Lain")], gone) == ()


def test_a_card_whose_right_is_over_is_collected() -> None:
    """Not while the right runs, and not where no card is out."""
    over = replace(HELD, rights=(), until=NOW)
    [one] = propose([over], known())
    assert (one.rule, one.reason) == (Rule.OVER, "selesai-tugas")
    assert (
        propose([replace(over, cards=()), replace(over, until=NOW + 1), replace(over, until=None)], known())
        == ()
    )


def test_a_departure_counts_before_anything_else() -> None:
    """One holder is proposed once, for the strongest reason."""
    both = replace(HELD, accounts={"p": False})
    assert [one.rule for one in propose([both], known(GOES))] == [Rule.DEPARTURE]
    assert set(EXPLAINED) == set(Rule)


@given(st.lists(st.text(max_size=8), max_size=6), st.randoms())
def test_a_basis_does_not_depend_on_order(rests_on: list[str], random: object) -> None:
    """The same facts in another order are the same basis; other facts are another."""
    shuffled = list(rests_on)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    mine = basis_of(WHO, Rule.OVER, rests_on)
    assert mine == basis_of(WHO, Rule.OVER, shuffled)
    assert mine != basis_of(WHO, Rule.CLOSED, rests_on)
    assert mine != basis_of(WHO, Rule.OVER, [*rests_on, "lain"])
