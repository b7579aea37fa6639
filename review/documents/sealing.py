"""A signature inside the file: PAdES over a PDF, by a certificate file here or by a service later.

``Sealer`` is what a service such as BSrE's joins: it is given the file and the passphrase of this one
signature, keeps neither, and says whether its certificates bring the legal footer. Needs the extra ``tte``.
"""

import contextlib
import io
from dataclasses import dataclass, replace
from typing import Protocol

from cryptography.hazmat.primitives.serialization import pkcs12

from card_registry.errors import OperatorMistaken
from review.documents.copies import Copy
from review.documents.pdf import pdf
from review.drawing import Paper

FIELD = "TandaTangan"
LARGEST = 64 * 1024
"""The largest certificate file, in bytes."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a signature says about itself: in which capacity it is given, and where."""

    reason: str
    place: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The file was not signed; ``why`` is the Indonesian sentence that says what to do."""

    why: str


class Sealer(Protocol):
    """Whoever can put a signature into a PDF; ``certified``: with a certificate issued by BSrE."""

    @property
    def certified(self) -> bool:
        """Say whether the signature is one of BSrE, which alone brings the legal footer."""
        ...

    def seal(self, body: bytes, passphrase: str, occasion: Occasion) -> bytes | Rejected:
        """Sign a file with the passphrase of this one signature."""
        ...


WRONG = Rejected(
    "Frasa sandi salah, atau berkas sertifikat tidak dapat dibaca. Tidak ada yang ditandatangani."
)
TOO_LARGE = Rejected("Berkas sertifikat terlalu besar; pilih berkas .p12 atau .pfx.")


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """A PKCS#12 file of the office; what it signs is valid PAdES, and not certified by BSrE."""

    body: bytes

    @property
    def certified(self) -> bool:
        """Never: a certificate file is not BSrE's service."""
        return False

    def seal(self, body: bytes, passphrase: str, occasion: Occasion) -> bytes | Rejected:
        """Sign a file as PAdES baseline B.

        Raises:
            OperatorMistaken: The extra ``tte`` is not installed.
        """
        if len(self.body) > LARGEST:
            return TOO_LARGE
        with contextlib.suppress(ImportError):
            return _pades(self.body, body, passphrase, occasion)
        message = "signing needs the extra 'tte'; install it with pip install 'akses-ruang-server[tte]'"
        raise OperatorMistaken(message)


def _pades(certificate: bytes, body: bytes, passphrase: str, occasion: Occasion) -> bytes | Rejected:
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415 - 40 MB, on demand
    from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner  # noqa: PLC0415 - the same
    from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415 - the same

    if not _complete(certificate, passphrase):
        return WRONG
    signer = SimpleSigner.load_pkcs12_data(certificate, other_certs=[], passphrase=passphrase.encode())
    said = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason=occasion.reason or None,
        location=occasion.place or None,
    )
    signed = PdfSigner(said, signer).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(body)))
    return bytes(signed.getbuffer())


def _complete(certificate: bytes, passphrase: str) -> bool:
    """Say whether a file can be opened and has both a key and its certificate."""
    try:
        found = pkcs12.load_pkcs12(certificate, passphrase.encode())
    except ValueError:
        return False
    return found.key is not None and found.cert is not None


def sealed(copy: Copy, paper: Paper, sealer: Sealer, passphrase: str, occasion: Occasion) -> bytes | Rejected:
    """Set a copy as PDF/A and sign it; the legal footer is in the file only if BSrE's signature is, too."""
    return sealer.seal(pdf(replace(copy, certified=sealer.certified), paper), passphrase, occasion)
