"""The console's desk API, as the desk calls it: the desk dials out, and nothing dials in.

``GET /api/v1/desk/jobs?wait=20`` gives the card to be made next; ``POST …/jobs/<id>/result`` says how it
went. What the console answers is read strictly; what is none of this is a refusal, never a crash.
"""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx
import msgspec

from card_registry.durable import read_plain
from card_registry.errors import AksesError, Malformed, OperatorMistaken
from card_registry.words import CardId, CaseId, CredentialKind, HolderId, PersonId, Tier, require_token

WAIT_SECONDS = 20
ANSWER_LIMIT = 64 * 1024
TOKEN_LIMIT = 1024


class Unreachable(AksesError):
    """The console does not answer; the desk tries again."""


@dataclass(frozen=True, slots=True)
class Job:
    """A card that an approved case asks for; ``label`` is its printed number."""

    id: str
    case: CaseId
    card: CardId
    holder: HolderId
    maker: PersonId
    label: str

    def __post_init__(self) -> None:
        """Refuse ids of another shape."""
        if not self.id.isascii() or not self.id.replace("-", "").isalnum():
            raise ValueError("a job's id must be letters, digits and hyphens")
        for what, id in (("case", self.case), ("card", self.card), ("holder", self.holder)):
            require_token(id, f"a job's {what} id")


@dataclass(frozen=True, slots=True)
class _Jobs:
    job: Job | None


@dataclass(frozen=True, slots=True)
class Stands:
    """Where the event that binds stands in the desk's journal."""

    controller: str
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Bound:
    """The card is made."""

    digest: str
    tier: Tier
    kind: CredentialKind
    event: Stands
    state: str = "bound"


@dataclass(frozen=True, slots=True)
class Failed:
    """The card could not be made; the sentence is shown to the operator, in Indonesian."""

    sentence: str
    state: str = "failed"


Result = Bound | Failed


def read_token(path: Path) -> str:
    """Read the desk's token.

    Raises:
        OperatorMistaken: The file is not one line of plain characters.
    """
    text = read_plain(path, TOKEN_LIMIT).decode(errors="replace").strip()
    if not text.isascii() or not text.isprintable() or not text or " " in text:
        raise OperatorMistaken(f"{path} does not hold a desk token; make one with: akses review desk-token")
    return text


class Console:
    """One desk's way to the console."""

    def __init__(self, address: str, token: str) -> None:
        """Use the console at ``address``; nothing is sent yet."""
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(
            base_url=address, headers=headers, timeout=httpx.Timeout(5.0, read=WAIT_SECONDS + 10.0)
        )

    def job(self, wait: int = WAIT_SECONDS) -> Job | None:
        """Ask for the card to be made next, waiting up to ``wait`` seconds for one.

        Raises:
            Unreachable: The console does not answer, or not with success.
            Malformed: The answer is not of this format.
        """
        data = self._ask("GET", "/api/v1/desk/jobs", params={"wait": wait})
        try:
            return msgspec.json.decode(data, type=_Jobs).job
        except (msgspec.DecodeError, RecursionError) as error:
            raise Malformed(f"the console's answer is not a job: {error}") from error

    def tell(self, job: str, result: Result) -> None:
        """Say how a job went; saying it twice does no harm.

        Raises:
            Unreachable: The console does not answer, or not with success.
        """
        self._ask("POST", f"/api/v1/desk/jobs/{job}/result", content=msgspec.json.encode(result))

    def _ask(
        self, method: str, path: str, params: dict[str, int] | None = None, content: bytes | None = None
    ) -> bytes:
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            answer = self._client.request(method, path, params=params, content=content, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"the console does not answer: {type(error).__name__}") from error
        if not answer.is_success or len(answer.content) > ANSWER_LIMIT:
            raise Unreachable(
                f"the console answered {method} {path.rpartition('/')[2]} with {answer.status_code}"
            )
        return answer.content

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def __enter__(self) -> Self:
        """Use the console for the length of a ``with`` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Hang up."""
        self.close()
