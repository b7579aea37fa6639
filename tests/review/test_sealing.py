"""Signatures inside the file: PAdES over all of it, a passphrase for each, the footer only by BSrE."""

import io
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from review.attachment import Kind, Sound, inspect, opening
from review.documents.building import build
from review.documents.command import document
from review.documents.copies import CERTIFIED, Copy
from review.documents.pdf import told
from review.documents.sealing import LARGEST, TOO_LARGE, WRONG, CertificateFile, Occasion, Rejected, sealed
from review.drawing import Paper
from tests.review.papers import LETTER, filled
from tests.review.test_printing import COVER, MARK, SHELF

PASSPHRASE = "frasa sandi sertifikat"
OCCASION = Occasion("Plh. Kepala Bidang", "Contoh")
COPY = Copy(build(SHELF["F16"], filled(LETTER), COVER), "001/SB/2026", MARK)


@dataclass(frozen=True)
class Pair:
    """A certificate, and the file that holds it with its key."""

    file: bytes
    certificate: x509.Certificate


@pytest.fixture(scope="module")
def pair() -> Pair:
    """Make a certificate of nobody."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Pejabat Contoh")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = BestAvailableEncryption(PASSPHRASE.encode())
    return Pair(pkcs12.serialize_key_and_certificates(b"x", key, made, None, secret), made)


def test_a_signed_file_is_whole_and_trusted(pair: Pair) -> None:
    """The signature is found intact over the whole file, by our certificate, as PAdES; it may be sent in."""
    body = sealed(COPY, Paper.A4, CertificateFile(pair.file), PASSPHRASE, OCCASION)
    assert isinstance(body, bytes)
    [signature] = PdfFileReader(io.BytesIO(body)).embedded_signatures
    roots = list(load_certs_from_pemder_data(pair.certificate.public_bytes(Encoding.DER)))
    found = validate_pdf_signature(signature, ValidationContext(trust_roots=roots))
    assert (found.intact, found.valid, found.trusted) == (True, True, True)
    assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert opening.fault(Kind.PDF, body) == ""
    assert isinstance(inspect(body), Sound)


@pytest.mark.parametrize("passphrase", ["", "salah"])
def test_a_wrong_passphrase_signs_nothing_and_is_not_told(
    pair: Pair, passphrase: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The refusal is a sentence; neither it nor the log holds the passphrase."""
    with caplog.at_level(logging.DEBUG):
        refused = sealed(COPY, Paper.A4, CertificateFile(pair.file), passphrase or "x", OCCASION)
    assert refused == WRONG
    assert "salah" not in caplog.text


@pytest.mark.parametrize(
    ("file", "answer"), [(b"", WRONG), (b"no file", WRONG), (b"x" * (LARGEST + 1), TOO_LARGE)]
)
def test_what_is_no_certificate_file_is_refused(file: bytes, answer: Rejected) -> None:
    """Rubbish and oversized files sign nothing."""
    assert CertificateFile(file).seal(b"%PDF", "x", OCCASION) == answer


def test_a_file_without_its_key_signs_nothing(pair: Pair) -> None:
    """A certificate alone opens, and is refused like rubbish."""
    secret = BestAvailableEncryption(PASSPHRASE.encode())
    alone = pkcs12.serialize_key_and_certificates(b"x", None, pair.certificate, None, secret)
    assert CertificateFile(alone).seal(b"%PDF", PASSPHRASE, OCCASION) == WRONG


@dataclass
class Service:
    """A stand-in of a signing service, which keeps what it was given for the test."""

    certified: bool
    given: bytes = b""

    def seal(self, body: bytes, passphrase: str, occasion: Occasion) -> bytes | Rejected:
        """Sign as the service would, or refuse."""
        self.given = body
        return body + b"signed" if passphrase == PASSPHRASE else Rejected(occasion.reason)


def test_the_legal_footer_is_in_a_file_of_bsre_alone() -> None:
    """A certified service gets a file with the footer; any other one without; a refusal leaves no file."""
    plain, certified = Service(certified=False), Service(certified=True)
    assert isinstance(sealed(COPY, Paper.A4, plain, PASSPHRASE, OCCASION), bytes)
    assert isinstance(sealed(COPY, Paper.A4, certified, PASSPHRASE, OCCASION), bytes)
    assert plain.given != certified.given
    assert CERTIFIED[1] not in told(COPY, Paper.A4)
    assert isinstance(sealed(COPY, Paper.A4, certified, "salah", OCCASION), Rejected)


def test_the_command_asks_the_passphrase_and_says_what_is_wrong(tmp_path: Path, pair: Pair) -> None:
    """The passphrase is prompted for, never an argument; an unknown code signs nothing and leaves no file."""
    file, out = tmp_path / "sertifikat.p12", tmp_path / "out.pdf"
    file.write_bytes(pair.file)
    store = f"sqlite:///{tmp_path}/office.db"
    asked = ["sign", "ABCDEFGHJK", "--office", store, "--certificate", str(file), "--out", str(out)]
    done = CliRunner().invoke(document, asked, input=f"{PASSPHRASE}\n")
    assert done.exit_code == 1
    assert "is not known" in done.output
    assert PASSPHRASE not in done.output
    assert not out.exists()
