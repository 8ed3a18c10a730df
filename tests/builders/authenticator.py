"""A device that makes and uses passkeys in software, down to CBOR and COSE, and can be told to misbehave."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from govstack.kernel.crypto import from_base64url, to_base64url

ORIGIN = "http://govstack.test"
DOMAIN = "govstack.test"
ES256, ES384 = -7, -35
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    """One authenticator with one key; change a field to let it misbehave."""

    origin: str = ORIGIN
    domain: str = DOMAIN
    count: int = 0
    algorithm: int = ES256
    flags: int = PRESENT | VERIFIED
    credential: bytes = field(default_factory=lambda: os.urandom(32))
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: str) -> str:
        """Return the answer to `navigator.credentials.create`, with an attestation of the format none."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        client = self._client("webauthn.create", asked["challenge"])
        attested = bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self._public_key()
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | ATTESTED) + attested})
        return self._answer({"clientDataJSON": to_base64url(client), "attestationObject": to_base64url(made)})

    def get(self, options: str) -> str:
        """Return the answer to `navigator.credentials.get`."""
        asked = json.loads(options)
        self.count += 1
        client, data = self._client("webauthn.get", asked["challenge"]), self._data(self.flags)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": to_base64url(client),
                "authenticatorData": to_base64url(data),
                "signature": to_base64url(signature),
                "userHandle": self.handle,
            }
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        sent = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(sent).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: self.algorithm, -1: 1, -2: x, -3: y})

    def _answer(self, response: dict[str, Any]) -> str:
        credential = to_base64url(self.credential)
        return json.dumps(
            {
                "id": credential, "rawId": credential, "type": "public-key", "clientExtensionResults": {},
                "response": response,
            }
        )  # fmt: skip


def with_challenge(answer: str, challenge: str) -> str:
    """Return an answer whose client data names another challenge, as somebody in between would write it."""
    made = json.loads(answer)
    client = json.loads(from_base64url(made["response"]["clientDataJSON"]))
    client["challenge"] = challenge
    made["response"]["clientDataJSON"] = to_base64url(json.dumps(client).encode())
    return json.dumps(made)
