"""What an effect acts on: the answer just accepted, inside its transaction, and what was signed with it."""

from dataclasses import dataclass

from sqlalchemy import Connection

from card_registry.statements import Proof, Verdict
from card_registry.words import HolderId, PersonId
from review.case import Advanced
from review.office import Office


@dataclass(frozen=True, slots=True)
class Signed:
    """A verdict and its approver's proof, made before the transaction."""

    verdict: Verdict
    proof: Proof


@dataclass(frozen=True, slots=True)
class Scene:
    """What an effect acts on: the answer just accepted, whose it is, whose access it is about."""

    connection: Connection
    office: Office
    advanced: Advanced
    person: PersonId
    holder: HolderId | None
    now: int
    signed: tuple[Signed, ...] = ()

    def held(self) -> HolderId:
        """Give the holder whose access the case is about.

        Raises:
            ValueError: The case is about nobody's access; its table should not cause this effect.
        """
        if self.holder is None:
            message = f"case {self.advanced.case.id} is about nobody's access"
            raise ValueError(message)
        return self.holder
