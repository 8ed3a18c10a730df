"""Tokens, claims, published keys and the provider's metadata."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote

from govstack.blocks.identity.clients.model import (
    ACR_VALUES,
    AUTHORISATION_CODE,
    CLAIMS,
    CLIENT_CREDENTIALS,
    PRIVATE_KEY_JWT,
    SCOPE_CLAIMS,
    SECRET_METHODS,
)
from govstack.blocks.identity.keys.model import ALGORITHM
from govstack.blocks.identity.tokens import model, service
from govstack.blocks.identity.tokens.errors import (
    INVALID_ASSERTION,
    INVALID_ASSERTION_TYPE,
    INVALID_INPUT,
    INVALID_REDIRECT_URI,
    INVALID_REQUEST,
    UNSUPPORTED_GRANT,
    InvalidToken,
    TokenRefused,
    token_body,
)
from govstack.blocks.identity.tokens.schemas import Metadata, OAuthError, PublishedKeys, TokenAnswer, TokenRequest
from govstack.kernel import i18n
from govstack.kernel.routing import Answer, Call, Routes, public

routes = Routes(tags=("tokens",))
FORM = "application/x-www-form-urlencoded"
KEYS_CACHED = {"Cache-Control": "public, max-age=60"}
NEVER_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@routes.get("/.well-known/openid-configuration", access=public(), answer=Metadata, operation_id="discovery")
async def discovery(call: Call) -> Answer:
    """Return what the provider offers and where."""
    here = call.context.public_url
    # The published document names these values alone; published clients are told of no others (IDN-D32).
    published = call.context.settings.profile == "conformance"
    methods = (PRIVATE_KEY_JWT,) if published else (PRIVATE_KEY_JWT, *SECRET_METHODS)
    algorithms = model.ASSERTION_ALGORITHMS[:1] if published else model.ASSERTION_ALGORITHMS
    value = Metadata(
        issuer=here,
        authorization_endpoint=f"{here}/authorize",
        token_endpoint=f"{here}/oauth/token",
        userinfo_endpoint=f"{here}/oidc/userinfo",
        jwks_uri=f"{here}/.well-known/jwks.json",
        registration_endpoint=f"{here}/client-mgmt/oidc-client",
        end_session_endpoint=f"{here}/oidc/logout",
        pushed_authorization_request_endpoint=f"{here}/oauth/par",
        scopes_supported=("openid",) if published else ("openid", *SCOPE_CLAIMS),
        response_types_supported=("code",),
        response_modes_supported=("query",),
        grant_types_supported=(AUTHORISATION_CODE, CLIENT_CREDENTIALS),
        subject_types_supported=("pairwise", "public"),
        acr_values_supported=ACR_VALUES,
        id_token_signing_alg_values_supported=(ALGORITHM,),
        userinfo_signing_alg_values_supported=(ALGORITHM,),
        userinfo_encryption_alg_values_supported=(service.ENCRYPTION["alg"],),
        userinfo_encryption_enc_values_supported=(service.ENCRYPTION["enc"],),
        token_endpoint_auth_methods_supported=methods,
        token_endpoint_auth_signing_alg_values_supported=tuple(algorithms),
        code_challenge_methods_supported=("S256",),
        display_values_supported=("page",),
        claim_types_supported=("normal",),
        claims_supported=CLAIMS,
        claims_locales_supported=tuple(i18n.LANGUAGES),
        ui_locales_supported=tuple(i18n.LANGUAGES),
    )
    return Answer(value=value, headers=KEYS_CACHED)


@routes.get("/.well-known/jwks.json", access=public(), answer=PublishedKeys, operation_id="keys")
async def keys(call: Call) -> Answer:
    """Return the keys that tokens are checked with; published clients are shown RSA keys alone (IDN-D32)."""
    published = call.context.settings.profile == "conformance"
    found = await service.published_keys(call.context, rsa_alone=published)
    return Answer(value=PublishedKeys(keys=tuple(found)), headers=KEYS_CACHED)


@routes.post(
    "/oauth/token",
    access=public(),
    body=TokenRequest,
    answer=TokenAnswer,
    answers={401: OAuthError},
    body_types=(FORM,),
    error_body=token_body,
    operation_id="token",
    headers=NEVER_KEPT,
)
async def token(call: Call, body: TokenRequest) -> Answer:
    """Return tokens for an authorisation code, or to an application that proves itself."""
    if call.content_type.partition(";")[0].strip().lower() != FORM:
        raise TokenRefused(INVALID_REQUEST, "Send the request as a form.")
    proof = _proof(call, body)
    if not proof.secret and body.grant_type != CLIENT_CREDENTIALS:
        _check_published(call, body)
    if body.grant_type not in {AUTHORISATION_CODE, CLIENT_CREDENTIALS}:
        raise TokenRefused(UNSUPPORTED_GRANT, f"Use grant_type {AUTHORISATION_CODE} or {CLIENT_CREDENTIALS}.")
    here = call.context.public_url
    client = await service.proved(call.context, proof, audiences=(f"{here}/oauth/token", here))
    if body.grant_type not in client.grant_types:
        raise TokenRefused(UNSUPPORTED_GRANT, "This client is not registered for this grant.")
    if body.grant_type == CLIENT_CREDENTIALS:
        granted = await service.grant_to_application(call.context, client=client, scope=body.scope)
    else:
        granted = await service.grant_for_code(
            call.context, client=client, code=body.code, redirect_uri=body.redirect_uri, verifier=body.code_verifier
        )
    value = TokenAnswer(granted.access_token, "Bearer", granted.seconds, granted.id_token, granted.scope)
    return Answer(value=value, headers=NEVER_KEPT)


@routes.get(
    "/oidc/userinfo",
    access=public(),
    answers={200: str, 401: OAuthError},
    answer_type="application/jwt",
    error_body=token_body,
    operation_id="userinfo",
)
async def userinfo(call: Call) -> Answer:
    """Return what the person allowed the relying party to know, signed and then encrypted to its key."""
    return await _told(call)


@routes.post(
    "/oidc/userinfo",
    access=public(),
    answers={200: str, 401: OAuthError},
    answer_type="application/jwt",
    error_body=token_body,
    operation_id="userinfoPosted",
)
async def userinfo_posted(call: Call) -> Answer:
    """Return the same to a client that asks by POST (OpenID Connect Core 5.3.1)."""
    return await _told(call)


async def _told(call: Call) -> Answer:
    grant_id = call.actor.attributes.get("grant", "")
    if not call.actor.signed_in or not grant_id:
        raise InvalidToken(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
    body = await service.claims(call.context, grant_id=grant_id)
    return Answer(body=body.encode(), media_type="application/jwt", headers=NEVER_KEPT)


def _proof(call: Call, body: TokenRequest) -> service.Proof:
    """Return how the client says who it is, in one way; two at once are refused (RFC 6749 section 2.3)."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        if body.client_secret and body.client_assertion:
            raise TokenRefused(INVALID_REQUEST, "Prove the client in one way: by an assertion or by a secret.")
        client_id = body.client_id or model.claimed_client(body.client_assertion)
        return service.Proof(client_id, body.client_secret, body.client_assertion)
    if body.client_secret or body.client_assertion:
        raise TokenRefused(INVALID_REQUEST, "Send what proves the client once: in Authorization or in the body.")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise TokenRefused(INVALID_REQUEST, "Authorization is not in the form of Basic.") from error
    return service.Proof(unquote(client_id), unquote(secret))


def _check_published(call: Call, body: TokenRequest) -> None:
    """Look at a relying party's request in the published order (IDN-D26)."""
    if not any(value.strip() for value in call.form.values()):
        raise TokenRefused(INVALID_INPUT, "All fields of the request are empty.")
    if not body.redirect_uri:
        raise TokenRefused(INVALID_REDIRECT_URI, "Send the redirect_uri that the sign-in began with.")
    if body.client_assertion_type != model.ASSERTION_TYPE:
        raise TokenRefused(INVALID_ASSERTION_TYPE, f"client_assertion_type is {model.ASSERTION_TYPE}.")
    if not body.client_assertion:
        raise TokenRefused(INVALID_ASSERTION, "Send a client assertion.")
