"""An office's profile with the SOP files edited beside it: read from a folder or the shelf, put in force.

A folder holds ``profil.toml`` and, where the office has edited tables, SOP files in ``prosedur/``; a table of
these files replaces the shipped one of its id. Putting a profile in force keeps all of it in the office store
with the very tables; nothing of it is read from files afterwards.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, Engine

from card_registry.durable import read_plain, write_whole
from card_registry.errors import AksesError, OperatorMistaken
from review.in_force import tables_in_force
from review.people import SYSTEM
from review.procedure import Procedure, fingerprint, parse_all
from review.profile import Profile, completed, read
from review.shelf import procedure_files, profile_files, shipped
from review.store import audit, cases, profiles
from review.store.transaction import reading, writing

FILE, FOLDER = "profil.toml", "prosedur"
MOST_FILES = 50
"""How many SOP files a profile may have."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A profile's file and the SOP files edited with it, by name."""

    text: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What putting a profile in force changed: ids of tables; ``signed`` are those approvers sign anew.

    ``missed`` are dropped tables that running cases would still begin: their step is refused until then.
    """

    profile: Profile
    added: tuple[str, ...]
    changed: tuple[str, ...]
    dropped: tuple[str, ...]
    signed: tuple[str, ...]
    missed: tuple[str, ...]


def bundle_of(source: str) -> Bundle:
    """Give a shipped profile by its id, or the one in a folder.

    Raises:
        OperatorMistaken: There is neither, or a file cannot be read.
    """
    known = profile_files()
    if source in known:
        return Bundle(known[source], {})
    folder = Path(source)
    if not (folder / FILE).is_file():
        message = f"{source} is no shipped profile ({', '.join(known)}) and no folder with a {FILE}"
        raise OperatorMistaken(message)
    names = sorted((folder / FOLDER).glob("*.toml"))
    if len(names) > MOST_FILES:
        message = f"{folder / FOLDER} has {len(names)} SOP files; at most {MOST_FILES} are read"
        raise OperatorMistaken(message)
    return Bundle(_text(folder / FILE), {path.name: _text(path) for path in names})


def _text(path: Path) -> str:
    try:
        return read_plain(path).decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path.name} is no UTF-8 text; save it as UTF-8"
        raise OperatorMistaken(message) from error


def bundle_in_force(store: Engine) -> Bundle:
    """Give the profile in force as it was put.

    Raises:
        OperatorMistaken: The office never chose one.
    """
    with reading(store) as connection:
        kept = profiles.kept_now(connection)
    if kept is None:
        message = (
            "this office has no profile in force; all shipped tables are. Copy a shipped profile instead"
        )
        raise OperatorMistaken(message)
    return Bundle(kept.text, kept.files)


def opened(bundle: Bundle, what: str) -> tuple[Profile, Mapping[str, Procedure]]:
    """Read a profile named ``what`` and give it with the tables as they would be in force.

    Raises:
        OperatorMistaken: The profile or one of its SOP files cannot be used; all faults are named.
    """
    wrong, edited = [], dict[str, Procedure]()
    for name, text in bundle.files.items():
        try:
            tables = parse_all(text, name)
        except AksesError as error:
            wrong.append(str(error))
            continue
        wrong += [
            f"{table.id} stands in two files, again in {name}" for table in tables if table.id in edited
        ]
        edited |= {table.id: table for table in tables}
    if wrong:
        raise OperatorMistaken("; ".join(wrong))
    profile = read(bundle.text, what)
    return profile, completed(profile, {**shipped(), **edited})


def copy_to(bundle: Bundle, what: str, folder: Path) -> tuple[Path, ...]:
    """Write a profile into an empty folder, with the SOP files of the tables it has in force; give the files.

    Raises:
        OperatorMistaken: The folder holds something, or cannot be written.
    """
    _, tables = opened(bundle, what)
    texts = {**_needed(procedure_files(), tables, set(_ids(bundle.files))), **bundle.files}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            message = f"{folder} is not empty; name a new folder"
            raise OperatorMistaken(message)
        (folder / FOLDER).mkdir()
        paths = {folder / FILE: bundle.text, **{folder / FOLDER / name: text for name, text in texts.items()}}
        for path, text in paths.items():
            write_whole(path, text.encode())
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise OperatorMistaken(message) from error
    return tuple(paths)


def _ids(files: Mapping[str, str]) -> Iterable[str]:
    return (table.id for name, text in files.items() for table in parse_all(text, name))


def _needed(files: Mapping[str, str], tables: Mapping[str, Procedure], edited: set[str]) -> Mapping[str, str]:
    """Give the shipped files that hold a table in force which the office has not edited yet."""
    wanted = set(tables) - edited
    return {name: text for name, text in files.items() if wanted & {one.id for one in parse_all(text, name)}}


def use(store: Engine, bundle: Bundle, what: str, now: int) -> Change:
    """Put a profile in force: new cases begin with its tables, running ones keep theirs.

    Raises:
        OperatorMistaken: It cannot be used; nothing was changed.
    """
    profile, tables = opened(bundle, what)
    with writing(store) as connection:
        before = tables_in_force(connection)
        kept = profiles.kept_now(connection)
        if (
            kept is None
            or (kept.text, dict(kept.files)) != (bundle.text, dict(bundle.files))
            or (_marks(before) != _marks(tables))
        ):
            profiles.put(connection, (profile, bundle.text), bundle.files, tables, (SYSTEM, now))
            audit.record(
                connection, SYSTEM, "profil.berlakukan", f"profil/{profile.id}", now, str(len(tables))
            )
        begun = {id for table in cases.pinned(connection) for id in _begins(table)}
    return _change(profile, before, tables, tuple(sorted(begun - set(tables))))


def _begins(table: Procedure) -> Iterable[str]:
    return (id for step in table.steps for id in (*step.starts, *step.monthly))


def outdated(connection: Connection) -> tuple[str, ...]:
    """Name the tables in force that this program would make otherwise: an upgrade changes none by itself."""
    kept = profiles.kept_now(connection)
    if kept is None:
        return ()
    fresh = _fresh(kept.text, tuple(kept.files.items()))
    return tuple(id for id, mark in kept.tables.items() if fresh.get(id) != mark)


@lru_cache(maxsize=2)
def _fresh(text: str, files: tuple[tuple[str, str], ...]) -> Mapping[str, str]:
    """Give the tables of a profile as this program makes them; none where it cannot be used any more."""
    try:
        return _marks(opened(Bundle(text, dict(files)), "in force")[1])
    except AksesError:
        return {}


def _marks(tables: Mapping[str, Procedure]) -> Mapping[str, str]:
    return {id: fingerprint(table) for id, table in tables.items()}


def _change(
    profile: Profile,
    before: Mapping[str, Procedure],
    after: Mapping[str, Procedure],
    missed: tuple[str, ...],
) -> Change:
    was, now = _marks(before), _marks(after)
    fresh = [id for id in now if was.get(id) != now[id]]
    return Change(
        profile,
        tuple(id for id in fresh if id not in was),
        tuple(id for id in fresh if id in was),
        tuple(id for id in was if id not in now),
        tuple(id for id in fresh if any(one.signed for step in after[id].steps for one in step.branches)),
        missed,
    )
