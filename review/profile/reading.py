"""Reading a profile's file strictly: what is not known is refused, and every fault is named.

Pure.
"""

import tomllib

import msgspec

from card_registry.errors import OperatorMistaken
from review.profile.faults import own_faults
from review.profile.values import Profile


def read(text: str, what: str) -> Profile:
    """Read a profile named ``what`` and check all that it says of itself.

    Raises:
        OperatorMistaken: Not TOML, an unknown key, or a value that cannot be used; all faults are named.
    """
    try:
        profile = msgspec.convert(tomllib.loads(text), Profile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        message = f"profile {what} cannot be read: {error}"
        raise OperatorMistaken(message) from error
    found = tuple(own_faults(profile))
    if found:
        message = f"profile {what} cannot be used: {'; '.join(found)}"
        raise OperatorMistaken(message)
    return profile
