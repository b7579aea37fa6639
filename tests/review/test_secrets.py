"""What guessing a secret costs an office, and many officials who sign at that cost in the same moment."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import update

from card_registry import canonical
from card_registry.authority import keyfile
from card_registry.authority.keyfile import KeyFile
from review.accounts import Accounts, Entry, enter
from review.case import Advanced
from review.people import Role
from review.store import people
from review.store.transaction import reading, writing
from review.tables import person
from tests.review.test_workflow import opened, say
from tests.review.world import NOON, PASSPHRASE, World

CROWD = 4


def test_whoever_guesses_pays_in_memory_and_time(world: World) -> None:
    """An office's accounts are sealed by Argon2id: 32 MiB for a password, 64 for a passphrase, thrice."""
    new = Entry("kadis2", "Plt. Kadis", "Diskominfo", Role.KADIS, "sandi-kadis-panjang", "frasa kadis")
    assert enter(world.office.store, Accounts((new,)), NOON, random.Random(5).randbytes) == 1
    with reading(world.office.store) as connection:
        account = people.account(connection, "kadis2")
        assert account is not None
        key = people.key(connection, account.id)
    assert account.password.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert key is not None
    file = canonical.decode(key.file, KeyFile, "the key file")
    assert (file.memory, file.passes, file.lanes) == (65_536, 3, 4)


def test_officials_who_sign_in_the_same_moment_all_sign(world: World) -> None:
    """Several key files are opened at once with all their work; none waits for another's threads for ever."""
    full, public = keyfile.make(PASSPHRASE, random.Random(6).randbytes(keyfile.ENTROPY))
    with writing(world.office.store) as connection:
        mine = person.c.id == world.person("kabid").id
        connection.execute(update(person).where(mine).values(key_file=full, key_public=public))
    found = [opened(world) for _ in range(CROWD)]
    for case in found:
        assert isinstance(say(world, case, "kadis"), Advanced)
        assert isinstance(say(world, case, "kabid", "disetujui"), Advanced)
    gate = Barrier(CROWD)

    def press(case: str) -> object:
        gate.wait(30)
        return say(world, case, "kabid", phrase=PASSPHRASE)

    with ThreadPoolExecutor(CROWD) as crowd:
        answers = [crowd.submit(press, case) for case in found]
        assert all(isinstance(one.result(60), Advanced) for one in answers)
