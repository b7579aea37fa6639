"""Who sits at the server's own shell: login and password, checked and counted as the console does."""

from sqlalchemy import Engine

from card_registry.errors import OperatorMistaken
from card_registry.instant import SECOND
from review import password
from review.people import Person
from review.store import audit, people, throttles
from review.store.transaction import reading, writing


def let_in(store: Engine, now: int, login: str, typed: str, undone: str) -> Person:
    """Give who it is, with the roles held now; ``undone`` says in the refusal what did not happen.

    Raises:
        OperatorMistaken: Login or password is wrong, or was wrong too often just now.
    """
    key = throttles.key_of("masuk", login)
    with reading(store) as connection:
        pause = throttles.wait(connection, key, now)
        account = people.account(connection, login)
    if pause:
        raise OperatorMistaken(f"too many wrong tries; wait {1 + pause // SECOND} seconds")
    sealed = password.NOBODY if account is None else account.password
    right = len(typed) <= password.LONGEST and password.matches(typed, sealed)
    with writing(store) as connection:
        person = None
        if account is None or not right:
            throttles.fail(connection, key, now)
        else:
            throttles.clear(connection, key)
            person = people.find(connection, account.id, now)
            audit.record(connection, account.id, "masuk.perintah", f"person/{account.id}", now)
    if person is None:
        raise OperatorMistaken(f"login or password is wrong; {undone}")
    return person
