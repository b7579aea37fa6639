"""Who is who on the wire: the site's own certificate authority, and TLS 1.3 with certificates on both sides.

A certificate's common name is the party's identity: ``broker``, ``hub``, or a controller's id. Nothing else
in it means anything. All keys are EC P-256. What an identity may do is decided in ``topics``; that payloads
are believed for their signatures, never for the connection they came over, in ``door_end`` and ``hub_end``.
"""

import ipaddress
import os
import ssl
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from card_registry.durable import read_plain, write_whole
from card_registry.errors import OperatorMistaken, StoreBroken
from card_registry.words import require_slug
from mqtt_bridge.keys import load_key, private_folder, store_key
from mqtt_bridge.topics import BROKER

CA_FILE, CA_KEY_FILE = "ca.pem", "ca-key.pem"
CERT_FILE, KEY_FILE = "cert.pem", "key.pem"
AUTHORITY_YEARS = 10
PARTY_DAYS = 365
SKEW = timedelta(days=1)
"""Certificates begin a day early: a controller's clock may be behind the server's."""

LOOPBACK = ("127.0.0.1", "localhost")


def _named(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


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
    subject: x509.Name, issuer: x509.Name, public: EllipticCurvePublicKey, days: int
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _found_authority(folder: Path, passphrase: bytes) -> None:
    key = generate_private_key(SECP256R1())
    name = _named("akses site authority")
    certificate = (
        _blank(name, name, key.public_key(), 365 * AUTHORITY_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(key, SHA256())
    )
    store_key(folder / CA_KEY_FILE, key, passphrase)
    # If power fails here, the next call finds no certificate and founds the authority anew.
    write_whole(folder / CA_FILE, certificate.public_bytes(Encoding.PEM), 0o644)


def open_authority(folder: Path, passphrase: bytes) -> tuple[EllipticCurvePrivateKey, x509.Certificate]:
    """Open the site's authority in ``folder``, founding it the first time.

    Raises:
        OperatorMistaken: The passphrase does not open its key.
        StoreBroken: Its files are not an authority.
    """
    private_folder(folder)
    if not os.path.lexists(folder / CA_FILE):
        _found_authority(folder, passphrase)
    key = load_key(folder / CA_KEY_FILE, passphrase)
    try:
        certificate = x509.load_pem_x509_certificate(read_plain(folder / CA_FILE))
    except ValueError as error:
        message = f"{CA_FILE} in {folder.name} is not a certificate; restore it from backup"
        raise StoreBroken(message) from error
    if not isinstance(key, EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        message = f"{CA_KEY_FILE} in {folder.name} is not the key of {CA_FILE}; restore both from backup"
        raise StoreBroken(message)
    return key, certificate


def _alternatives(hosts: Iterable[str]) -> x509.SubjectAlternativeName:
    found: list[x509.GeneralName] = []
    for host in dict.fromkeys((*LOOPBACK, *hosts)):
        try:
            found.append(x509.IPAddress(ipaddress.ip_address(host)))
        except ValueError:
            found.append(x509.DNSName(host))
    return x509.SubjectAlternativeName(found)


def issue(folder: Path, identity: str, out: Path, passphrase: bytes, hosts: Iterable[str] = ()) -> None:
    """Write a party's ``ca.pem``, ``cert.pem`` and new ``key.pem`` to ``out``.

    Args:
        folder: Where the site's authority lives.
        identity: ``broker``, ``hub`` or a controller's id; only the broker's certificate is a server's.
        out: The party's own folder.
        passphrase: Opens the authority's key.
        hosts: Names or addresses of the broker beyond loopback.

    Raises:
        OperatorMistaken: The identity is not a slug, or the passphrase is wrong.
        StoreBroken: The authority is damaged.
    """
    try:
        require_slug(identity, "an identity")
    except ValueError as error:
        raise OperatorMistaken(str(error)) from error
    authority_key, authority = open_authority(folder, passphrase)
    key = generate_private_key(SECP256R1())
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if identity == BROKER else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        _blank(_named(identity), authority.subject, key.public_key(), PARTY_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False
        )
    )
    if identity == BROKER:
        builder = builder.add_extension(_alternatives(hosts), critical=False)
    certificate = builder.sign(authority_key, SHA256())
    private_folder(out)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(out / KEY_FILE, pem, 0o600)
    write_whole(out / CERT_FILE, certificate.public_bytes(Encoding.PEM), 0o644)
    write_whole(out / CA_FILE, authority.public_bytes(Encoding.PEM), 0o644)


def _loaded(context: ssl.SSLContext, folder: Path) -> ssl.SSLContext:
    """Put a party's files into a context that insists on TLS 1.3 and on the other side's certificate."""
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_verify_locations(folder / CA_FILE)
        context.load_cert_chain(folder / CERT_FILE, folder / KEY_FILE)
    except (OSError, ssl.SSLError) as error:
        message = (
            f"the TLS files in {folder} cannot be used ({error.strerror or error}); "
            "make them with `akses bridge ca`"
        )
        raise OperatorMistaken(message) from error
    return context


def client_context(folder: Path) -> ssl.SSLContext:
    """Give the TLS context of a party that connects to the broker.

    Raises:
        OperatorMistaken: A file in ``folder`` is missing or is not what its name says.
    """
    return _loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), folder)


def server_context(folder: Path) -> ssl.SSLContext:
    """Give the TLS context of the broker: a client without a certificate of the site gets nowhere.

    Raises:
        OperatorMistaken: A file in ``folder`` is missing or is not what its name says.
    """
    return _loaded(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), folder)
