"""What we use of python-tuf beyond its documented interface, so that an upgrade cannot change it unseen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tuf.api.exceptions import ExpiredMetadataError
from tuf.ngclient import Updater

from card_registry.trust.fetch import BASE, SlotFetcher
from tests.card_registry.trust.made import Made


@pytest.mark.parametrize(("year", "refused"), [(1970, False), (2100, True)])
def test_the_reference_time_decides_what_has_expired(
    year: int, made: Made, tmp_path: Path, *, refused: bool
) -> None:
    """The private reference time is there, and it alone decides."""
    updater = Updater(str(tmp_path), BASE, fetcher=SlotFetcher(made.slots), bootstrap=made.root)
    assert isinstance(updater._trusted_set.reference_time, datetime)  # noqa: SLF001 - the contract under test
    updater._trusted_set.reference_time = datetime(year, 1, 1, tzinfo=UTC)  # noqa: SLF001 - the contract under test
    if refused:
        with pytest.raises(ExpiredMetadataError):
            updater.refresh()
    else:
        updater.refresh()


def test_the_cache_is_where_we_read_it(made: Made, tmp_path: Path) -> None:
    """After a refresh the folder holds exactly the verified bytes under the names we read."""
    updater = Updater(str(tmp_path), BASE, fetcher=SlotFetcher(made.slots), bootstrap=made.root)
    updater._trusted_set.reference_time = datetime(1970, 1, 1, tzinfo=UTC)  # noqa: SLF001 - the contract under test
    updater.refresh()

    for role in ("timestamp", "snapshot", "targets"):
        assert (tmp_path / f"{role}.json").read_bytes() == made.slots[f"meta/{role}"]
    assert (tmp_path / "root.json").read_bytes() == made.root
    assert (tmp_path / "root_history" / "1.root.json").read_bytes() == made.root


def test_the_fetcher_serves_what_the_library_could_ask(made: Made) -> None:
    """The plain fetch, which our verification does not use, gives the same bytes."""
    assert b"".join(SlotFetcher(made.slots).fetch(f"{BASE}timestamp.json")) == made.slots["meta/timestamp"]
