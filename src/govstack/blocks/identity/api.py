"""The issuer's endpoints: discovery, keys, tokens, and registration by administrators."""

from __future__ import annotations

import base64
import binascii
from urllib.parse import unquote

from govstack.blocks.identity import model, service
from govstack.blocks.identity.errors import InvalidClient, InvalidGrant, UnsupportedGrant, oauth_body
from govstack.blocks.identity.schemas import (
    ClientAnswer,
    ClientBody,
    KeySet,
    Metadata,
    OAuthError,
    PersonBody,
    TokenAnswer,
    TokenRequest,
)
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call, Routes, needs, public

routes = Routes(tags=("tokens",))
KEYS_CACHED = {"Cache-Control": "public, max-age=60"}


@routes.get("/.well-known/openid-configuration", access=public(), answer=Metadata, operation_id="discovery")
async def discovery(call: Call) -> Answer:
    """Return the provider's metadata."""
    here = call.context.public_url
    value = Metadata(
        issuer=here,
        authorization_endpoint=f"{here}/authorize",
        token_endpoint=f"{here}/token",
        jwks_uri=f"{here}/.well-known/jwks.json",
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "client_credentials"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["ES256"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported=["S256"],
        scopes_supported=["openid", "profile"],
    )
    return Answer(value=value, headers=KEYS_CACHED)


@routes.get("/.well-known/jwks.json", access=public(), answer=KeySet, operation_id="keys")
async def keys(call: Call) -> Answer:
    """Return the public keys that tokens can be checked with."""
    return Answer(value=KeySet(keys=service.published_keys(call.context)), headers=KEYS_CACHED)


@routes.post(
    "/token",
    access=public(),
    body=TokenRequest,
    answer=TokenAnswer,
    answers={401: OAuthError},
    body_types=("application/x-www-form-urlencoded",),
    errors=(InvalidClient, InvalidGrant),
    error_body=oauth_body,
    operation_id="token",
)
async def token(call: Call, body: TokenRequest) -> TokenAnswer:
    """Grant a token to an application that proves itself, or for an authorisation code."""
    client_id, secret = _client(call, body)
    if body.grant_type == "client_credentials":
        access, scopes = await service.grant_to_machine(
            call.context, client_id=client_id, secret=secret, scope=body.scope
        )
        return TokenAnswer(access, "Bearer", model.MACHINE_TOKEN_SECONDS, scope=scopes)
    if body.grant_type == "authorization_code":
        id_token, access = await service.grant_to_person(
            call.context,
            client_id=client_id,
            secret=secret,
            code=body.code,
            redirect_uri=body.redirect_uri,
            verifier=body.code_verifier,
        )
        return TokenAnswer(access, "Bearer", model.MACHINE_TOKEN_SECONDS, id_token=id_token)
    raise UnsupportedGrant


@routes.put("/api/v1/clients", access=needs("identity:administer"), body=ClientBody, answer=ClientAnswer)
async def put_client(call: Call, body: ClientBody) -> ClientAnswer:
    """Register or replace a client."""
    made = await service.register_client(
        call.context,
        by=call.actor,
        client_id=body.client_id,
        secret=body.secret,
        application=body.application,
        scopes=body.scopes,
        redirect_uris=body.redirect_uris,
    )
    return ClientAnswer(made.id, made.application, made.scopes, made.redirect_uris)


@routes.put("/api/v1/people", access=needs("identity:administer"), body=PersonBody, answer=PersonBody)
async def put_person(call: Call, body: PersonBody) -> PersonBody:
    """Register or replace somebody who can sign in."""
    person = model.Person(
        body.id, body.name, body.roles, body.scopes, body.attributes, listed=body.listed, position=body.position
    )
    await service.register_person(call.context, by=call.actor, person=person)
    return body


def _client(call: Call, body: TokenRequest) -> tuple[str, str]:
    """Return who asks, from Authorization (RFC 6749 section 2.3.1) or from the body; both at once are refused."""
    scheme, _, encoded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return body.client_id, body.client_secret
    if body.client_secret:
        raise BadRequest("Send the client's secret once: in Authorization or in the body.")
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidClient from error
    return unquote(client_id), unquote(secret)
