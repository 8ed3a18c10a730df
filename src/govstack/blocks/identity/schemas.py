"""Wire shapes of the issuer."""

from __future__ import annotations

from typing import Annotated

import msgspec

Word = Annotated[str, msgspec.Meta(max_length=500)]
Uri = Annotated[str, msgspec.Meta(max_length=2_000)]


class TokenRequest(msgspec.Struct, omit_defaults=True):
    """A token request (RFC 6749 sections 4.1.3 and 4.4.2); client credentials may stand here or in Authorization."""

    grant_type: Word
    scope: Word = ""
    client_id: Word = ""
    client_secret: Word = ""
    code: Word = ""
    redirect_uri: Uri = ""
    code_verifier: Word = ""


class TokenAnswer(msgspec.Struct, omit_defaults=True):
    """A grant (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str = ""
    id_token: str = ""


class OAuthError(msgspec.Struct):
    """A refusal (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class Metadata(msgspec.Struct):
    """Provider metadata (OpenID Connect Discovery 1.0 section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    response_types_supported: list[str]
    grant_types_supported: list[str]
    subject_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    code_challenge_methods_supported: list[str]
    scopes_supported: list[str]


class KeySet(msgspec.Struct):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, str]]


class AuthorizeQuery(msgspec.Struct):
    """What a relying party asks in the address (OpenID Connect Core 3.1.2.1)."""

    client_id: Word = ""
    redirect_uri: Uri = ""
    response_type: Word = ""
    scope: Word = ""
    state: Word = ""
    nonce: Word = ""
    code_challenge: Word = ""
    code_challenge_method: Word = ""
    sign_in: Word = ""


class ClientBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """A client to register."""

    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    secret: Annotated[str, msgspec.Meta(min_length=32, max_length=200)]
    application: Word = ""
    scopes: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    redirect_uris: tuple[Uri, ...] = ()


class ClientAnswer(msgspec.Struct, rename="camel", omit_defaults=True):
    """A registered client, without its secret."""

    client_id: str
    application: str = ""
    scopes: str = ""
    redirect_uris: tuple[str, ...] = ()


class PersonBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """Somebody who can sign in; `listed` puts them on the sandbox's list of people to be."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    roles: Word = ""
    scopes: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    attributes: dict[str, str] = {}
    listed: bool = True
    position: int = 0
