"""Setting an office up: its store, its people, its desks. Files it writes are for their owner alone."""

import secrets
import time
from pathlib import Path

from sqlalchemy import Engine, insert, select

from card_registry import canonical
from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken
from card_registry.stores.engine import make_room, migrate, open_store
from card_registry.words import ControllerId, require_slug
from review import accounts as book
from review import office_profile
from review.in_force import InForce
from review.people import SYSTEM
from review.store import audit, desks
from review.store.transaction import reading, writing
from review.tables import setting

SITE = "site"
HISTORY = "review:history"


def now() -> int:
    """Give the server's clock in milliseconds."""
    return time.time_ns() // 1_000_000


def open_office(url: str) -> Engine:
    """Open the office store and bring it up to date.

    Raises:
        StoreBroken: It is of another program, or newer.
    """
    store = open_store(url, "office")
    make_room(store)
    migrate(store, HISTORY, "office")
    return store


def site_of(store: Engine) -> str | None:
    """Give the site this store belongs to, None before it was set up."""
    with reading(store) as connection:
        return connection.scalar(select(setting.c.value).where(setting.c.name == SITE))


def initialise(url: str, site: str, accounts: Path, people_out: Path, profile: str | None = None) -> int:
    """Make the store, enter new people, write the approvers' list; give how many people were new.

    ``profile`` names the office profile to put in force before the list is made.

    Raises:
        OperatorMistaken: The site id, the accounts file or the profile is wrong, or the store is another
            site's.
    """
    _require_site(site)
    entries = book.read(read_plain(accounts))
    bundle = None if profile is None else office_profile.bundle_of(profile)
    store = open_office(url)
    try:
        _claim(store, site)
        if bundle is not None:
            office_profile.use(store, bundle, str(profile), now())
        entered = book.enter(store, entries, now(), secrets.token_bytes)
        # If power fails here, a second run enters nobody and writes the list.
        listed = book.approvers(store, InForce(store), now())
        write_whole(people_out, canonical.encode(listed), 0o600)
    finally:
        store.dispose()
    return entered


def list_approvers(url: str, out: Path) -> int:
    """Write the approvers' list as it is now, for the officers to sign; give how many approvers it names.

    Raises:
        OperatorMistaken: The office was never set up.
    """
    store = open_office(url)
    try:
        if site_of(store) is None:
            raise OperatorMistaken("this office was never set up; run: akses review init")
        listed = book.approvers(store, InForce(store), now())
    finally:
        store.dispose()
    write_whole(out, canonical.encode(listed), 0o600)
    return len(listed)


def _require_site(site: str) -> None:
    try:
        require_slug(site, "a site id")
    except ValueError as error:
        raise OperatorMistaken(str(error)) from error


def _claim(store: Engine, site: str) -> None:
    known = site_of(store)
    if known is None:
        with writing(store) as connection:
            connection.execute(insert(setting).values(name=SITE, value=site))
    elif known != site:
        message = f"this office store belongs to site {known}, not to {site}"
        raise OperatorMistaken(message)


def admit_desk(url: str, desk: str, out: Path) -> None:
    """Give a desk a fresh token and write it to ``out``.

    Raises:
        OperatorMistaken: The desk's name is no controller id.
    """
    try:
        require_slug(desk, "a desk's controller id")
    except ValueError as error:
        raise OperatorMistaken(str(error)) from error
    token = secrets.token_urlsafe(32)
    store = open_office(url)
    try:
        with writing(store) as connection:
            desks.admit(connection, ControllerId(desk), token, now())
            audit.record(connection, SYSTEM, "meja.token", f"desk/{desk}", now())
        write_whole(out, f"{token}\n".encode(), 0o600)
    finally:
        store.dispose()
