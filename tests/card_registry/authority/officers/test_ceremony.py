"""The officers' ceremony as they live it: files that pass between three folders which never meet."""

from tests.card_registry.authority.officers.chancery import Chancery
from tests.card_registry.trust.made import token


def test_officers_who_never_met_found_a_site(chancery: Chancery) -> None:
    """Two officers and the enroller sign alone; the site stands, and a door adopts its first card."""
    assert chancery.door().cards() == {token("card of ani")}
