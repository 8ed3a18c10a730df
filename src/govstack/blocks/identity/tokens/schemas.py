"""Wire shapes of tokens, keys and the provider's metadata."""

from __future__ import annotations

from typing import Annotated

import msgspec

Word = Annotated[str, msgspec.Meta(max_length=500)]
Uri = Annotated[str, msgspec.Meta(max_length=2_000)]


class TokenRequest(msgspec.Struct, omit_defaults=True):
    """A request for a token (RFC 6749 sections 4.1.3 and 4.4.2, RFC 7523 section 2.2).

    A relying party proves itself by `client_assertion`; an application of this country by its secret, here or in
    the header Authorization.
    """

    grant_type: Word = ""
    code: Word = ""
    client_id: Word = ""
    client_assertion_type: Word = ""
    client_assertion: Annotated[str, msgspec.Meta(max_length=8_192)] = ""
    redirect_uri: Uri = ""
    code_verifier: Word = ""
    client_secret: Word = ""
    scope: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class TokenAnswer(msgspec.Struct, omit_defaults=True):
    """A grant (RFC 6749 section 5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    id_token: str = ""
    scope: str = ""


class OAuthError(msgspec.Struct):
    """A refusal (RFC 6749 section 5.2)."""

    error: str
    error_description: str


class Metadata(msgspec.Struct):
    """What the provider offers (OpenID Connect Discovery 1.0 section 3, RFC 8414, RFC 9126)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    jwks_uri: str
    registration_endpoint: str
    end_session_endpoint: str
    pushed_authorization_request_endpoint: str
    scopes_supported: tuple[str, ...]
    response_types_supported: tuple[str, ...]
    response_modes_supported: tuple[str, ...]
    grant_types_supported: tuple[str, ...]
    subject_types_supported: tuple[str, ...]
    acr_values_supported: tuple[str, ...]
    id_token_signing_alg_values_supported: tuple[str, ...]
    userinfo_signing_alg_values_supported: tuple[str, ...]
    userinfo_encryption_alg_values_supported: tuple[str, ...]
    userinfo_encryption_enc_values_supported: tuple[str, ...]
    token_endpoint_auth_methods_supported: tuple[str, ...]
    token_endpoint_auth_signing_alg_values_supported: tuple[str, ...]
    code_challenge_methods_supported: tuple[str, ...]
    display_values_supported: tuple[str, ...]
    claim_types_supported: tuple[str, ...]
    claims_supported: tuple[str, ...]
    claims_locales_supported: tuple[str, ...]
    ui_locales_supported: tuple[str, ...]
    claims_parameter_supported: bool = True
    request_uri_parameter_supported: bool = False
    authorization_response_iss_parameter_supported: bool = True
    backchannel_logout_supported: bool = True
    backchannel_logout_session_supported: bool = True


class PublishedKeys(msgspec.Struct):
    """The keys that signatures are checked with (RFC 7517)."""

    keys: tuple[dict[str, str | list[str]], ...]
