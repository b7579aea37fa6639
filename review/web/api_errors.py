"""What ``/api/v1`` answers when it says no: one sentence, and a sentence for each faulty place of the body.

A place is written as a path (``attempt``, ``fields.barang.0.nomor_seri``); what was sent is never repeated.

Status: 400 for what is no JSON, 401 for nobody, 403 for who may not, 404 for what is not there, 409 for what
the case or the office does not allow now, 413 for too much, 422 for what can be corrected and sent again.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from review.access import Refused
from review.form import Faulty
from review.web.visitor import NotFound

UNREADABLE = "Permintaan tidak dapat dibaca."
NO_JSON = "Isi permintaan bukan JSON."
NO_OBJECT = "Kirim isi permintaan sebagai objek JSON dengan Content-Type: application/json."
FAULTY = "Ada isian yang perlu diperbaiki."
UNPRINTABLE = "Memuat karakter yang tidak dapat dicetak."

SENTENCES = {
    "missing": "Wajib diisi.",
    "extra_forbidden": "Tidak dikenal.",
    "unexpected_keyword_argument": "Tidak dikenal.",
    "string_type": "Harus berupa teks.",
    "string_too_long": "Terlalu panjang.",
    "int_type": "Harus berupa bilangan bulat.",
    "int_parsing": "Harus berupa bilangan bulat.",
    "int_from_float": "Harus berupa bilangan bulat.",
    "int_parsing_size": "Bilangan terlalu besar.",
    "finite_number": "Harus berupa bilangan bulat.",
    "greater_than_equal": "Bilangan terlalu kecil.",
    "less_than_equal": "Bilangan terlalu besar.",
    "bool_type": "Harus true atau false.",
    "bool_parsing": "Harus true atau false.",
    "enum": "Pilihan tidak dikenal.",
    "dict_type": "Harus berupa objek.",
    "mapping_type": "Harus berupa objek.",
    "tuple_type": "Harus berupa larik.",
    "dataclass_type": NO_OBJECT,
}
"""What is said of each kind of fault that the reader of a body finds."""

UNKNOWN = "Tidak dapat dibaca."


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """Why nothing was done; ``faults`` has a sentence for each place that can be corrected."""

    error: str
    faults: Mapping[str, str] = field(default_factory=dict)


class Problem(Exception):
    """The request is answered with no: its status, its sentence, its faults by place."""

    def __init__(self, status: int, sentence: str, faults: Mapping[str, str] | None = None) -> None:
        """Say no."""
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.faults = faults or {}


def faulty(found: Faulty) -> Problem:
    """Say which fields of a form are to be corrected."""
    places = {f"fields.{name}" if name else "fields": said for name, said in found.faults.items()}
    return Problem(422, FAULTY, places)


def at(place: str, refused: Refused) -> Problem:
    """Say what is wrong with one place of the body."""
    return Problem(422, refused.why, {place: refused.why})


def answer(_request: Request, error: Exception) -> JSONResponse:
    """Answer a problem.

    Raises:
        TypeError: It is another error.
    """
    if not isinstance(error, Problem):
        raise TypeError
    said: dict[str, object] = {"error": error.sentence}
    return JSONResponse({**said, "faults": dict(error.faults)} if error.faults else said, error.status)


def unreadable(error: RequestValidationError) -> JSONResponse:
    """Answer what cannot be read as the document says."""
    found = error.errors()
    if any(one["type"] == "json_invalid" for one in found):
        return JSONResponse({"error": NO_JSON}, 400)
    faults: dict[str, str] = {}
    for one in found:
        faults.setdefault(_place(one["loc"]), SENTENCES.get(one["type"], UNKNOWN))
    if "" in faults:
        return JSONResponse({"error": NO_OBJECT}, 422)
    return JSONResponse({"error": UNREADABLE, "faults": faults}, 422)


def _place(location: Iterable[object]) -> str:
    """Write a place as a path, without where it was sent and how it was tried to be read."""
    _, *inside = location
    parts = [str(one)[:80] for one in inside]
    if parts[:1] == ["fields"]:
        parts = parts[:2]
    return "".join(sign for sign in ".".join(parts) if sign.isprintable())


def plain(request: Request) -> None:
    """Refuse an address that holds what no one can print; nothing is found under such an id.

    Raises:
        Problem: A filter holds such a text.
        NotFound: An id does.
    """
    if not all(_clean(str(value)) for value in request.path_params.values()):
        raise NotFound
    for name, value in request.query_params.items():
        if not _clean(value):
            raise Problem(422, UNPRINTABLE, {name if _clean(name) else "": UNPRINTABLE})


async def readable(request: Request) -> None:
    """Refuse a body that holds a text no one can print: half a character, or a control character.

    Raises:
        Problem: Such a text is in it.
    """
    found = next(_unprintable(await request.json(), ""), None) if await request.body() else None
    if found is not None:
        raise Problem(422, UNPRINTABLE, {found or "body": UNPRINTABLE})


def _unprintable(value: object, place: str) -> Iterator[str]:
    match value:
        case dict():
            for name, inside in value.items():
                if not _clean(name):
                    yield place
                yield from _unprintable(inside, f"{place}.{name}" if place else name)
        case list():
            for inside in value:
                yield from _unprintable(inside, place)
        case str() if not _clean(value):
            yield place
        case _:
            pass


def _clean(text: str) -> bool:
    return not any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\r\n\t" for sign in text)
