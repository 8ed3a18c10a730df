"""Wire shapes of signing."""

from __future__ import annotations

import msgspec


class IssuerKeys(msgspec.Struct, frozen=True):
    """Public keys in a set (RFC 7517)."""

    keys: list[dict[str, str]]


class IssuerMetadata(msgspec.Struct, frozen=True):
    """Who issues credentials, and the keys they are checked with."""

    issuer: str
    jwks: IssuerKeys
