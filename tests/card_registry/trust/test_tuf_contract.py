"""What we use of python-tuf beyond its documented interface, so that an upgrade cannot change it unseen."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.exceptions import FormatError
from securesystemslib.formats import encode_canonical
from tuf.api.exceptions import ExpiredMetadataError
from tuf.api.metadata import Metadata
from tuf.api.serialization import json as tuf_json
from tuf.ngclient import Updater

from card_registry.trust.client import canonical_text
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


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_our_canonical_text_is_the_librarys(value: object) -> None:
    """Whatever is signed, our faster text of it is the very text that securesystemslib signs."""
    assert canonical_text(value) == encode_canonical(value)  # type: ignore[arg-type] # any JSON


def test_what_is_no_json_is_refused_as_by_the_library() -> None:
    """What has no canonical form is refused, and tuples and half characters are as the library has them."""
    with pytest.raises(FormatError):
        canonical_text({"a": object()})
    assert canonical_text(("a", 1)) == encode_canonical(("a", 1))
    assert canonical_text("\ud800") == encode_canonical("\ud800")


def test_the_library_signs_our_text(made: Made) -> None:
    """python-tuf writes what it verifies by our function."""
    assert tuf_json.encode_canonical is canonical_text
    signed = Metadata.from_bytes(made.slots["meta/snapshot"])
    assert signed.signed_bytes == (encode_canonical(signed.signed.to_dict()) or "").encode()
