"""Secrets and certificates are renewed while people work: what was made before is still understood."""

from __future__ import annotations

import os
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from govstack.host.server import Certificate
from govstack.kernel.crypto import Keyring, SealBroken, verify
from govstack.kernel.settings import load
from tests.kernel.test_server import certificate

FIRST, SECOND, THIRD = (f"master-secret-number-{n}-of-these-tests-0123456789" for n in (1, 2, 3))


@pytest.mark.requirement("X013", "CFR-security-10")
def test_after_two_rotations_what_was_sealed_and_signed_at_first_is_still_understood() -> None:
    first = Keyring(FIRST, package="sample")
    third = Keyring(THIRD, package="sample", previous=f"{SECOND}\n{FIRST}\n")
    key = first.signing_key("tokens")
    published = {jwk["kid"]: jwk for jwk in third.public_keys("tokens")}

    assert third.open("notes", first.seal("notes", b"from the beginning")) == b"from the beginning"
    assert verify(published[key.kid], key.sign(b"said"), b"said")
    assert third.signing_key("tokens").kid != key.kid


@pytest.mark.requirement("X013", "CFR-security-10")
def test_what_is_made_after_a_rotation_is_closed_to_the_secret_before() -> None:
    rotated = Keyring(SECOND, package="sample", previous=FIRST)

    with pytest.raises(SealBroken):
        Keyring(FIRST, package="sample").open("notes", rotated.seal("notes", b"new"))


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Return the files of a certificate and its key."""
    pem, key = certificate(tmp_path, "first")
    return pem.rename(tmp_path / "tls.crt"), key.rename(tmp_path / "tls.key")


@pytest.fixture
def held(pair: tuple[Path, Path]) -> Certificate:
    """Return the certificate as a process holds it."""
    return Certificate(load({}).changed(TLS_CERTIFICATE=str(pair[0]), TLS_KEY=str(pair[1])))


@pytest.fixture
def shown(held: Certificate) -> Callable[[], bytes]:
    """Return what a client is shown that connects now."""

    def show() -> bytes:
        ours, theirs = socket.socketpair()
        server = threading.Thread(target=lambda: held.context.wrap_socket(ours, server_side=True).close())
        server.start()
        client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
        with client.wrap_socket(theirs) as connection:
            found = connection.getpeercert(binary_form=True)
        server.join()
        return found or b""

    return show


def renew(pair: tuple[Path, Path], folder: Path, *, broken: bool = False) -> None:
    """Put another certificate in place, as a renewal does."""
    pem, key = certificate(folder, "second")
    pair[0].write_bytes(pem.read_bytes())
    pair[1].write_bytes(b"half a key" if broken else key.read_bytes())
    later = pair[0].stat().st_mtime + 10
    os.utime(pair[0], (later, later))


@pytest.mark.requirement("X013", "CFR-security-10")
def test_a_renewed_certificate_is_taken_up_while_the_process_serves(
    held: Certificate, shown: Callable[[], bytes], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    before, unchanged = shown(), held.refresh()
    renew(pair, tmp_path)
    changed, after = held.refresh(), shown()

    assert (unchanged, changed) == (False, True)
    assert after == ssl.PEM_cert_to_DER_cert(pair[0].read_text("utf-8"))
    assert after != before


def test_a_renewal_that_cannot_be_used_leaves_the_certificate_before_in_place(
    held: Certificate, shown: Callable[[], bytes], pair: tuple[Path, Path], tmp_path: Path
) -> None:
    before = shown()
    renew(pair, tmp_path, broken=True)

    assert not held.refresh()
    assert shown() == before
