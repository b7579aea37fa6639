"""The site's certificates: who may talk to whom, shown by real handshakes."""

import socket
import ssl
import stat
import threading
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from card_registry.certifying import CA_FILE, CA_KEY_FILE, open_authority
from card_registry.durable import write_whole
from card_registry.errors import OperatorMistaken, StoreBroken
from mqtt_bridge.keys import RECEIPT_FILE, make_receipt_key, read_passphrase, receipt_key, store_key
from mqtt_bridge.tls import client_context, issue, server_context
from tests.mqtt_bridge.site import PASSPHRASE


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Found an authority with a broker, a hub and a controller; beside it a foreign one."""
    folder = tmp_path_factory.mktemp("tls")
    for name in ("site", "foreign"):
        for identity in ("broker", "hub", "a"):
            issue(folder / name, identity, folder / name / identity, PASSPHRASE, ["akses.kantor", "10.0.0.5"])
    return folder


def greet(server: ssl.SSLContext, client: ssl.SSLContext, host: str = "127.0.0.1") -> str:
    """Shake hands and give what the server heard of the client: its common name, or why it refused."""
    near, far = socket.socketpair()
    heard: list[str] = []

    def serve() -> None:
        try:
            with server.wrap_socket(near, server_side=True) as channel:
                certificate = channel.getpeercert() or {}
                heard.append(f"{channel.version()} {certificate['subject'][0][0][1]}")
        except (ssl.SSLError, OSError) as error:
            heard.append(str(error))
            near.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with client.wrap_socket(far, server_hostname=host) as channel:
            channel.recv(1)
    except (ssl.SSLError, OSError) as error:
        far.close()
        thread.join()
        return heard[0] if heard and "alert" not in heard[0].lower() else str(error)
    thread.join()
    return heard[0]


def test_parties_of_one_site_meet_over_tls_1_3(tls: Path) -> None:
    """The broker learns the client's identity from its certificate."""
    server = server_context(tls / "site" / "broker")
    for host in ("127.0.0.1", "localhost", "akses.kantor", "10.0.0.5"):
        assert greet(server, client_context(tls / "site" / "a"), host) == "TLSv1.3 a"


def test_strangers_do_not_meet(tls: Path) -> None:
    """No certificate, a foreign one, an older TLS, another host, a client posing as the broker: refused."""
    server = server_context(tls / "site" / "broker")
    bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    bare.load_verify_locations(tls / "site" / "ca.pem")
    assert "peer did not return a certificate" in greet(server, bare)
    trusting = client_context(tls / "foreign" / "a")
    trusting.load_verify_locations(tls / "site" / "ca.pem")
    assert "verify failed" in greet(server, trusting)
    assert "verify failed" in greet(
        server_context(tls / "foreign" / "broker"), client_context(tls / "site" / "a")
    )
    assert "verify failed" in greet(server, client_context(tls / "site" / "a"), "elsewhere")
    assert "verify failed" in greet(server_context(tls / "site" / "hub"), client_context(tls / "site" / "a"))
    old = client_context(tls / "site" / "a")
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    assert "protocol" in greet(server, old).lower()


def test_keys_are_private_and_p256(tls: Path) -> None:
    """Key files are 0600, the authority's key is encrypted, every key is on P-256."""
    for path in (tls / "site").rglob("*key.pem"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"ENCRYPTED" in (tls / "site" / CA_KEY_FILE).read_bytes()
    for path in (tls / "site").rglob("cert.pem"):
        public = x509.load_pem_x509_certificate(path.read_bytes()).public_key()
        assert isinstance(public, EllipticCurvePublicKey)
        assert isinstance(public.curve, SECP256R1)


def test_wrong_passphrase_and_odd_identity_are_refused(tls: Path, tmp_path: Path) -> None:
    """The authority signs nothing without its passphrase, and nothing for a name that is no identity."""
    with pytest.raises(OperatorMistaken, match="passphrase"):
        issue(tls / "site", "b", tmp_path, b"salah")
    with pytest.raises(OperatorMistaken, match="identity"):
        issue(tls / "site", "../b", tmp_path, PASSPHRASE)
    assert list(tmp_path.iterdir()) == []


def test_damaged_authority_is_refused_with_a_sentence(tls: Path, tmp_path: Path) -> None:
    """A certificate that is none, or of another key, is not used."""
    for name in (CA_FILE, CA_KEY_FILE):
        (tmp_path / name).write_bytes((tls / "site" / name).read_bytes())
    (tmp_path / CA_FILE).write_bytes((tls / "foreign" / CA_FILE).read_bytes())
    with pytest.raises(StoreBroken, match="not the key of"):
        open_authority(tmp_path, PASSPHRASE)
    (tmp_path / CA_FILE).write_bytes(b"junk")
    with pytest.raises(StoreBroken, match="not a certificate"):
        open_authority(tmp_path, PASSPHRASE)
    (tmp_path / CA_FILE).unlink()
    open_authority(tmp_path, PASSPHRASE)
    with pytest.raises(OperatorMistaken, match="akses bridge ca"):
        client_context(tmp_path)


def test_passphrase_file_is_one_private_line(tmp_path: Path) -> None:
    """A missing, empty or open file is refused."""
    file = tmp_path / "p"
    with pytest.raises(OperatorMistaken, match="cannot be read"):
        read_passphrase(file)
    write_whole(file, b"rahasia\n", 0o600)
    assert read_passphrase(file) == b"rahasia"
    file.chmod(0o644)
    with pytest.raises(OperatorMistaken, match="owner only"):
        read_passphrase(file)
    write_whole(file, b"\n", 0o600)
    with pytest.raises(OperatorMistaken, match="one line"):
        read_passphrase(file)


def test_receipt_key_is_made_once(tmp_path: Path) -> None:
    """The hub's key stays the same key, and another kind of key in its place is refused."""
    with pytest.raises(OperatorMistaken, match="make it first"):
        receipt_key(tmp_path, PASSPHRASE)
    made = make_receipt_key(tmp_path / "hub", PASSPHRASE).public_key()
    assert make_receipt_key(tmp_path / "hub", PASSPHRASE).public_key() == made
    authority = open_authority(tmp_path / "tls", PASSPHRASE)
    store_key(tmp_path / "hub" / RECEIPT_FILE, authority.key, PASSPHRASE)
    with pytest.raises(StoreBroken, match="Ed25519"):
        receipt_key(tmp_path / "hub", PASSPHRASE)
