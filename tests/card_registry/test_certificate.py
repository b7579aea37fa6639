"""The site's certificates as documents: for whom, for how long, by whom, and which are taken back."""

from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from card_registry import certificate
from card_registry.certificate import (
    LIFE,
    Authority,
    accept,
    certify,
    key_of,
    point_of,
    read,
    revoke,
    serial_of,
)
from card_registry.certifying import open_authority
from card_registry.errors import Forged, Malformed
from card_registry.instant import DAY

NOW = 1_795_000_000_000
KEY = derive_private_key(7, SECP256R1())
POINT = point_of(KEY.public_key())
OTHER = point_of(derive_private_key(8, SECP256R1()).public_key())


def authority(number: int = 1) -> Authority:
    """Give the same authority for the same number."""
    key = derive_private_key(1000 + number, SECP256R1())
    return Authority(key, x509.load_pem_x509_certificate(certificate.found(key, number, NOW)))


SITE = authority()
PEM = SITE.pem.encode()


def test_a_certificate_says_whose_key_it_is_and_for_how_long() -> None:
    """A year from now, a day of it in the past; half over after half of that."""
    holding = accept(certify(SITE, "pengendali-1", POINT, 0xABC, NOW), PEM, "pengendali-1", POINT)
    assert (holding.identity, holding.public, holding.serial) == ("pengendali-1", POINT, "abc")
    assert (holding.begins, holding.ends) == (NOW - DAY, NOW + LIFE)
    assert not holding.half_over(NOW + LIFE // 2 - DAY)
    assert holding.half_over(NOW + LIFE // 2)


def test_only_the_brokers_certificate_is_a_servers() -> None:
    """It names its hosts; a device's does not, and cannot pose as the broker."""
    broker = x509.load_pem_x509_certificate(
        certify(SITE, "broker", POINT, 1, NOW, ["akses.kantor", "10.0.0.5"])
    )
    names = broker.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "akses.kantor"]
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "10.0.0.5"]
    assert broker.not_valid_after_utc == SITE.certificate.not_valid_after_utc
    device = x509.load_pem_x509_certificate(certify(SITE, "pengendali-1", POINT, 1, NOW))
    usage = device.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.CLIENT_AUTH]


@pytest.mark.parametrize(
    ("pem", "sentence"),
    [
        (certify(authority(2), "pengendali-1", POINT, 1, NOW), "not signed by this site's TLS authority"),
        (certify(SITE, "meja-1", POINT, 1, NOW), "is for meja-1, or for another key"),
        (certify(SITE, "pengendali-1", OTHER, 1, NOW), "or for another key"),
    ],
)
def test_a_strangers_certificate_is_refused(pem: bytes, sentence: str) -> None:
    """Another authority's, another party's, another key's."""
    with pytest.raises(Forged, match=sentence):
        accept(pem, PEM, "pengendali-1", POINT)


def test_what_is_no_certificate_of_a_party_is_refused() -> None:
    """Junk, a key of another kind, a point beside the curve, a name twice."""
    with pytest.raises(Malformed, match="it is not a certificate"):
        read(b"junk")
    for point in ("02" + "ff" * 32, "zz", ""):
        with pytest.raises(Malformed, match="the TLS key cannot be certified"):
            key_of(point)
    one = x509.NameAttribute(NameOID.COMMON_NAME, "a")
    blank = x509.CertificateBuilder(
        SITE.certificate.subject, x509.Name([one, one]), KEY.public_key(), 1,
        SITE.certificate.not_valid_before_utc, SITE.certificate.not_valid_after_utc,
    )  # fmt: skip
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    other_kind = x509.CertificateBuilder(
        SITE.certificate.subject, x509.Name([one]), other, 1,
        SITE.certificate.not_valid_before_utc, SITE.certificate.not_valid_after_utc,
    )  # fmt: skip
    for builder in (blank, other_kind):
        with pytest.raises(Malformed, match="names no party, or has another kind of key"):
            read(builder.sign(SITE.key, SHA256()).public_bytes(Encoding.PEM))


def test_the_list_of_revoked_ones_names_them_and_never_locks_everybody_out() -> None:
    """It is the authority's, holds each serial with its time, and holds as long as the authority."""
    listed = x509.load_pem_x509_crl(revoke(SITE, {"abc": NOW, "1f": NOW + 5_000}, NOW + 9_000))
    assert listed.is_signature_valid(SITE.key.public_key())
    assert {one.serial_number for one in listed} == {0xABC, 0x1F}
    assert listed.next_update_utc == SITE.certificate.not_valid_after_utc
    assert list(x509.load_pem_x509_crl(revoke(SITE, {}, NOW))) == []


def test_slots_have_names() -> None:
    """A controller's certificate lies under its own name, as its topic does."""
    assert certificate.certificate_slot("pengendali-1") == "cert/pengendali-1"


def test_serials_are_positive_and_short_enough() -> None:
    """RFC 5280: a positive number of at most 20 bytes."""
    assert serial_of(bytes(16)) == 1
    assert 0 < serial_of(b"\xff" * 16) < 2**127


def test_the_authority_is_founded_once(tmp_path: Path) -> None:
    """The folder keeps it; a second opening gives the same."""
    first = open_authority(tmp_path / "tls", b"frasa")
    assert open_authority(tmp_path / "tls", b"frasa").pem == first.pem
