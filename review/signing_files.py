"""Signing the kept PDF of an issued document, and keeping what was signed."""

import time

from sqlalchemy import Engine

from card_registry.errors import OperatorMistaken
from review.documents.codes import typed
from review.documents.sealing import Occasion, Rejected, Sealer
from review.store import issued
from review.store.issued import FileKind
from review.store.transaction import reading, writing


def sign_kept(store: Engine, text: str, sealer: Sealer, passphrase: str, occasion: Occasion) -> bytes:
    """Sign the newest PDF of a document and keep the signed file beside it.

    Raises:
        OperatorMistaken: The code is unknown, no PDF was made yet, or the sealer refuses.
    """
    code = typed(text)
    with reading(store) as connection:
        kept = () if code is None else issued.files(connection, code)
        known = code is not None and issued.find(connection, code) is not None
    if code is None or not known:
        message = f"document {text[:20]} is not known; type the code at the foot of the paper"
        raise OperatorMistaken(message)
    made = [one for one in kept if one.kind is FileKind.PDF]
    if not made:
        message = f"document {code} has no PDF yet; open its PDF in the console once, then sign"
        raise OperatorMistaken(message)
    body = sealer.seal(made[0].body, passphrase, occasion)
    if isinstance(body, Rejected):
        message = f"{code} was not signed: wrong passphrase, or no PKCS#12 file with key and certificate"
        raise OperatorMistaken(message)
    with writing(store) as connection:
        issued.keep(connection, code, FileKind.SIGNED, body, time.time_ns() // 1_000_000)
    return body
