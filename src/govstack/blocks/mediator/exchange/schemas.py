"""What providers read about the mediator's tokens."""

from __future__ import annotations

import msgspec


class PublicKey(msgspec.Struct, frozen=True):
    """A public key (RFC 7517)."""

    kty: str
    crv: str
    x: str
    y: str
    kid: str
    use: str
    alg: str


class KeySet(msgspec.Struct, frozen=True):
    """The keys that sign the mediator's tokens, the present one first."""

    keys: list[PublicKey]

    @classmethod
    def of(cls, keys: list[dict[str, str]]) -> KeySet:
        """Return keys as they are published."""
        return msgspec.convert({"keys": keys}, cls)


class IssuerMetadata(msgspec.Struct, frozen=True):
    """Who signs, and with which keys."""

    issuer: str
    jwks_uri: str
