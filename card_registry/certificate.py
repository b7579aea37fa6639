"""The site's TLS certificates as documents: what the authority says of a party's key, and what it takes back.

A certificate's common name is the party's identity; nothing else in it means anything (``mqtt_bridge.tls``).
Only P-256 keys. A renewed certificate speaks of the same key, so that a device replaces one file, which is
atomic; a key that somebody may have copied is not renewed but cut off.

2026-11-21: broker and hub are certified for as long as the authority, because their keys lie on the server
beside the authority's own: a shorter life would protect nothing and end every link of the site on one day.

Pure.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from card_registry.errors import Forged, Malformed
from card_registry.instant import DAY
from card_registry.words import require_point

BROKER, HUB = "broker", "hub"
"""The server's own identities; only the broker's certificate is a server's."""

LIFE = 365 * DAY
"""How long a device's certificate holds, in milliseconds; it is renewed when half of that is over."""

AUTHORITY_LIFE = 3650 * DAY
SKEW = DAY
"""Certificates begin a day early: a controller's clock may be behind the server's."""

SERIAL = 16
"""How many random bytes make a serial."""

CRL_SLOT = "tls/crl"
"""The list of revoked certificates among the registry's slots; no topic carries it."""

LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True)
class Authority:
    """The site's certificate authority: its key and what it says of itself."""

    key: EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> str:
        """Give its own certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM).decode()


@dataclass(frozen=True, slots=True)
class Holding:
    """What a certificate says: whose key, under which serial (hex), and its time in milliseconds."""

    identity: str
    public: str
    serial: str
    begins: int
    ends: int

    def half_over(self, now: int) -> bool:
        """Say whether more than half of its time is over."""
        return self.ends - now < (self.ends - self.begins) / 2


def certificate_slot(controller: str) -> str:
    """Name the slot in which a controller's newest certificate lies; it is no part of TUF."""
    return f"cert/{controller}"


def point_of(key: EllipticCurvePublicKey) -> str:
    """Give a TLS key's public half as 66 hex digits."""
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint).hex()


def key_of(point: str) -> EllipticCurvePublicKey:
    """Read a TLS key's public half.

    Raises:
        Malformed: It is not a point of P-256.
    """
    try:
        require_point(point)
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), bytes.fromhex(point))
    except ValueError as error:
        message = f"the TLS key cannot be certified: {error}"
        raise Malformed(message) from error


def serial_of(drawn: bytes) -> int:
    """Make a serial of ``SERIAL`` random bytes; RFC 5280 wants it positive."""
    return int.from_bytes(drawn[:SERIAL]) >> 1 or 1


def found(key: EllipticCurvePrivateKey, serial: int, now: int, site: str = "") -> bytes:
    """Give a new authority's own certificate (PEM); ``site``, if given, stands in all that it issues.

    Only a broker of several sites looks at it: ``hub`` of one is somebody else than ``hub`` of another.
    """
    name = _named("akses site authority", site)
    builder = _blank((name, name), key.public_key(), serial, (now, now + AUTHORITY_LIFE))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(authority=True), critical=True)
    return builder.sign(key, SHA256()).public_bytes(Encoding.PEM)


def certify(
    authority: Authority, identity: str, point: str, serial: int, now: int, hosts: Iterable[str] = ()
) -> bytes:
    """Give a party's certificate (PEM); ``hosts`` are the broker's names beyond loopback.

    Raises:
        Malformed: ``point`` is not a key of P-256.
    """
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if identity == BROKER else ExtendedKeyUsageOID.CLIENT_AUTH
    sites = authority.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    site = str(sites[0].value) if sites else ""
    names = (_named(identity, site), authority.certificate.subject)
    last = _milliseconds(authority.certificate.not_valid_after_utc)
    ends = last if identity in {BROKER, HUB} else min(now + LIFE, last)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    builder = (
        _blank(names, key_of(point), serial, (now, ends))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(issuer, critical=False)
    )
    if identity == BROKER:
        builder = builder.add_extension(_alternatives(hosts), critical=False)
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.PEM)


def revoke(authority: Authority, serials: Mapping[str, int], now: int) -> bytes:
    """Give the list of revoked certificates (PEM): serial (hex) to when it was revoked (milliseconds).

    It holds as long as the authority: an overdue list would lock every party out.
    """
    builder = x509.CertificateRevocationListBuilder(
        authority.certificate.subject, _when(now), authority.certificate.not_valid_after_utc
    )
    for serial, at in sorted(serials.items()):
        one = x509.RevokedCertificateBuilder(int(serial, 16), _when(at)).build()
        builder = builder.add_revoked_certificate(one)
    number = x509.CRLNumber(now)
    return (
        builder.add_extension(number, critical=False).sign(authority.key, SHA256()).public_bytes(Encoding.PEM)
    )


def read(pem: bytes) -> Holding:
    """Read what a certificate says, without judging who signed it.

    Raises:
        Malformed: It is not a certificate of a party.
    """
    certificate = _parse(pem)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    public = certificate.public_key()
    if len(names) != 1 or not isinstance(public, EllipticCurvePublicKey):
        message = "the certificate names no party, or has another kind of key than P-256"
        raise Malformed(message)
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    serial = f"{certificate.serial_number:x}"
    return Holding(str(names[0].value), point_of(public), serial, _milliseconds(begins), _milliseconds(ends))


def accept(pem: bytes, authority: bytes, identity: str, point: str) -> Holding:
    """Read a certificate that must be the site's, for this party and this key.

    Raises:
        Malformed: It is not a certificate.
        Forged: It is another authority's, another party's or of another key.
    """
    holding = read(pem)
    try:
        _parse(pem).verify_directly_issued_by(_parse(authority))
    except (InvalidSignature, ValueError, TypeError) as error:
        message = f"the certificate for {identity} is not signed by this site's TLS authority"
        raise Forged(message) from error
    if (holding.identity, holding.public) != (identity, point):
        message = f"the certificate is for {holding.identity[:40]}, or for another key than {identity} has"
        raise Forged(message)
    return holding


def _parse(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        message = "it is not a certificate"
        raise Malformed(message) from error


def _named(common: str, site: str = "") -> x509.Name:
    of = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, site)] if site else []
    return x509.Name([*of, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _when(at: int) -> datetime:
    return datetime.fromtimestamp(at // 1000, UTC)


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _blank(
    names: tuple[x509.Name, x509.Name], public: EllipticCurvePublicKey, serial: int, time: tuple[int, int]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder(names[1], names[0], public, serial)
        .not_valid_before(_when(time[0] - SKEW))
        .not_valid_after(_when(time[1]))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _alternatives(hosts: Iterable[str]) -> x509.SubjectAlternativeName:
    found: list[x509.GeneralName] = []
    for host in dict.fromkeys((*LOOPBACK, *hosts)):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            found.append(x509.DNSName(host))
    return x509.SubjectAlternativeName(found)
