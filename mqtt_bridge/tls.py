"""Who is who on the wire: the site's own certificate authority, and TLS 1.3 with certificates on both sides.

A certificate's common name is the party's identity: ``broker``, ``hub``, or a controller's id. Nothing else
in it means anything. All keys are EC P-256. What an identity may do is decided in ``topics``; that payloads
are believed for their signatures, never for the connection they came over, in ``door_end`` and ``hub_end``.
"""

import secrets
import ssl
import time
from collections.abc import Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from card_registry import certificate
from card_registry.certifying import CA_FILE, open_authority
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken
from card_registry.words import require_slug
from mqtt_bridge.keys import private_folder
from mqtt_bridge.topics import BROKER

CERT_FILE, KEY_FILE = "cert.pem", "key.pem"
CRL_FILE = "crl.pem"
"""Beside the parties that the broker admits: the certificates that the authority took back."""


def issue(
    folder: Path, identity: str, out: Path, passphrase: bytes, hosts: Iterable[str] = (), site: str = ""
) -> None:
    """Write a party's ``ca.pem``, ``cert.pem`` and new ``key.pem`` to ``out``.

    Args:
        folder: Where the site's authority lives.
        identity: ``broker``, ``hub`` or a controller's id; only the broker's certificate is a server's.
        out: The party's own folder.
        passphrase: Opens the authority's key.
        hosts: Names or addresses of the broker beyond loopback.
        site: Named in all certificates of an authority that is founded now, for a broker of several sites.

    Raises:
        OperatorMistaken: The identity is not a slug, or the passphrase is wrong.
        StoreBroken: The authority is damaged.
    """
    try:
        require_slug(identity, "an identity")
    except ValueError as error:
        raise OperatorMistaken(str(error)) from error
    authority = open_authority(folder, passphrase, site)
    key = generate_private_key(SECP256R1())
    serial = certificate.serial_of(secrets.token_bytes(certificate.SERIAL))
    point, now = certificate.point_of(key.public_key()), time.time_ns() // 1_000_000
    signed = certificate.certify(authority, identity, point, serial, now, hosts)
    private_folder(out)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_whole(out / KEY_FILE, pem, 0o600)
    write_whole(out / CERT_FILE, signed, 0o644)
    write_whole(out / CA_FILE, authority.pem.encode(), 0o644)
    if identity == BROKER:
        # Without a list at its start, mosquitto would never look for one.
        write_whole(out / CRL_FILE, certificate.revoke(authority, {}, now), 0o644)


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
