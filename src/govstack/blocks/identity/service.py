"""Use cases of the issuer: register, sign in, grant tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey

from govstack.blocks.identity import model, store
from govstack.blocks.identity.errors import InvalidClient, InvalidGrant, InvalidRequest, WrongCode
from govstack.blocks.identity.model import AuthorisationRequest, Client, Person
from govstack.kernel import audit, clock, ids, log
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import equal, private_jwk
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest, Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.settings import PREFIX, SettingsError

MACHINE_AUDIENCE = "govstack"
TOKENS = "tokens"
BOOTSTRAP_SETTING = "IDENTITY_CLIENTS"


class BootstrapClient(msgspec.Struct):
    """A client given by the settings: it exists as soon as the process has started."""

    secret: str
    application: str = ""
    scopes: str = ""
    redirect_uris: tuple[str, ...] = ()


async def start(context: Context) -> None:
    """Enter the clients that the settings give; raises SettingsError when they are unsafe."""
    given = context.settings.text(BOOTSTRAP_SETTING)
    clients = msgspec.json.decode(given or "{}", type=dict[str, BootstrapClient])
    for client_id, client in clients.items():
        try:
            await register_client(
                context,
                by=SYSTEM,
                client_id=client_id,
                secret=client.secret,
                application=client.application,
                scopes=client.scopes,
                redirect_uris=client.redirect_uris,
            )
        except BadRequest as error:
            raise SettingsError(f"{PREFIX}{BOOTSTRAP_SETTING}, client {client_id}: {error.detail}") from error


async def register_client(
    context: Context,
    *,
    by: Actor,
    client_id: str,
    secret: str,
    application: str = "",
    scopes: str = "",
    redirect_uris: tuple[str, ...] = (),
) -> Client:
    """Add or replace a client; raises BadRequest for an address that would not be safe to return to."""
    if not all(model.safe_redirect(uri) for uri in redirect_uris):
        raise BadRequest("An address to return to must be absolute and without fragment or credentials.")
    made = Client(client_id, model.hashed(secret), application, scopes, redirect_uris)
    async with context.database.transaction() as tx:
        before = await store.client(tx, client_id=client_id)
        if before == made:
            return made
        await store.put_client(tx, made, now=clock.timestamp())
        await audit.record(tx, by=by, action="identity.client.registered", subject=client_id, detail={"scopes": scopes})
    return made


async def register_person(context: Context, *, by: Actor, person: Person) -> Person:
    """Add or replace somebody who can sign in."""
    async with context.database.transaction() as tx:
        if await store.person(tx, person_id=person.id) == person:
            return person
        await store.put_person(tx, person, now=clock.timestamp())
        await audit.record(
            tx, by=by, action="identity.person.registered", subject=person.id, detail={"roles": person.roles}
        )
    return person


async def begin_sign_in(context: Context, *, request: AuthorisationRequest, method: str) -> str:
    """Check what a relying party asks and return the id of a new sign-in."""
    async with context.database.transaction() as tx:
        client = await store.client(tx, client_id=request.client_id)
        if client is None:
            raise InvalidRequest(_("The client is not registered."))
        model.check_request(request, client, method=method)
        sign_in_id = ids.new_secret(24)
        now = clock.now()
        await store.SQL.forget_sign_ins(tx, before=clock.timestamp(now))
        await store.SQL.begin_sign_in(
            tx,
            id=sign_in_id,
            request=msgspec.json.encode(request).decode(),
            expires_at=clock.timestamp(now + timedelta(seconds=model.SIGN_IN_SECONDS)),
        )
    return sign_in_id


async def people_to_choose(context: Context) -> list[Person]:
    """Return the invented people the sandbox offers; no other profile offers anybody."""
    if context.settings.profile != "sandbox":
        return []
    async with context.database.reading() as tx:
        return await store.listed_people(tx)


async def name_person(context: Context, *, sign_in_id: str, person_id: str) -> str:
    """Note who says to be there and return the one-time code, which the sandbox shows on the page.

    Only the sandbox can: sending the code to the person is the work of the messaging block.
    """
    if context.settings.profile != "sandbox":
        raise Forbidden(_("People sign in at the country's identity provider. Ask the administrator to connect it."))
    one_time_code = ids.new_digits(model.ONE_TIME_CODE_DIGITS)
    async with context.database.transaction() as tx:
        await _under_way(tx, sign_in_id)
        if await store.person(tx, person_id=person_id) is None:
            raise BadRequest(_("Nobody is registered under this name. Go back and choose one of the people."))
        hashed = context.keys.fingerprint("one-time-code", f"{sign_in_id}|{one_time_code}")
        await store.SQL.name_person(tx, id=sign_in_id, person_id=person_id, one_time_code_hash=hashed)
    return one_time_code


async def finish_sign_in(context: Context, *, sign_in_id: str, one_time_code: str) -> tuple[AuthorisationRequest, str]:
    """Check the one-time code; returns what was asked and an authorisation code for it."""
    if not await _code_fits(context, sign_in_id, one_time_code):
        log.security(context.package, "sign-in.wrong-code", actor="anonymous", outcome="refused")
        raise WrongCode
    now, authorisation_code = clock.now(), ids.new_secret(32)
    async with context.database.transaction() as tx:
        request, person_id, _, _ = await _under_way(tx, sign_in_id)
        await store.SQL.end_sign_in(tx, id=sign_in_id)
        await store.SQL.forget_codes(tx, before=clock.timestamp(now - timedelta(days=1)))
        await store.SQL.keep_code(
            tx,
            code_hash=model.hashed(authorisation_code),
            client_id=request.client_id,
            person_id=person_id,
            redirect_uri=request.redirect_uri,
            nonce=request.nonce,
            challenge=request.challenge,
            expires_at=clock.timestamp(now + timedelta(seconds=model.CODE_SECONDS)),
        )
        person = await store.person(tx, person_id=person_id)
        by = Actor("person", person_id, person.name if person else "")
        await audit.record(tx, by=by, action="identity.person.signed-in", subject=request.client_id)
    return request, authorisation_code


async def grant_to_machine(context: Context, *, client_id: str, secret: str, scope: str) -> tuple[str, str]:
    """Return an access token for an application and the scopes it holds (RFC 6749 section 4.4)."""
    client = await _proven(context, client_id, secret)
    scopes = model.granted_scopes(client, scope)
    claims = {"client_id": client.id, "scope": scopes, "application": client.application}
    return _token(context, client.id, MACHINE_AUDIENCE, model.MACHINE_TOKEN_SECONDS, claims), scopes


async def grant_to_person(
    context: Context, *, client_id: str, secret: str, code: str, redirect_uri: str, verifier: str
) -> tuple[str, str]:
    """Exchange an authorisation code; returns an ID token and an access token (OpenID Connect Core 3.1.3)."""
    client = await _proven(context, client_id, secret)
    now = clock.timestamp()
    async with context.database.transaction() as tx:
        kept = await store.code(tx, code_hash=model.hashed(code))
        if kept is None:
            raise InvalidGrant("The code is not known.")
        model.check_code(kept, client=client, redirect_uri=redirect_uri, verifier=verifier, now=now)
        if not await store.SQL.use_code(tx, code_hash=model.hashed(code), used_at=now):
            raise InvalidGrant("The code has been used.")
        person = await store.person(tx, person_id=kept.person_id)
    if person is None:
        raise InvalidGrant("The person is no longer registered.")
    attributes = model.claimed_attributes(person)
    shared = {"name": person.name, "roles": person.roles, "scope": person.scopes, "attributes": attributes}
    id_token = _token(context, person.id, client.id, model.ID_TOKEN_SECONDS, {**shared, "nonce": kept.nonce})
    return id_token, _token(context, person.id, MACHINE_AUDIENCE, model.MACHINE_TOKEN_SECONDS, shared)


def published_keys(context: Context) -> list[dict[str, str]]:
    """Return the public keys that tokens can be checked with."""
    return context.keys.public_keys(TOKENS)


async def _proven(context: Context, client_id: str, secret: str) -> Client:
    async with context.database.reading(one_statement=True) as tx:
        client = await store.client(tx, client_id=client_id)
    if client is None or not model.secret_fits(client, secret):
        log.security(context.package, "client.refused", actor=client_id[:100], outcome="refused")
        refusal = InvalidClient(headers={"WWW-Authenticate": "Basic"})
        refusal.logged = True
        raise refusal
    return client


async def _under_way(tx: Transaction, sign_in_id: str) -> tuple[AuthorisationRequest, str, str, str]:
    found = await store.sign_in(tx, sign_in_id=sign_in_id)
    if found is None or found[3] < clock.timestamp():
        raise BadRequest(_("This sign-in has expired. Go back to the page you came from and start again."))
    return found


async def _code_fits(context: Context, sign_in_id: str, one_time_code: str) -> bool:
    """Count the attempt in its own transaction, so that a refusal does not undo the count."""
    async with context.database.transaction() as tx:
        _, person_id, hashed, _ = await _under_way(tx, sign_in_id)
        attempts = await store.SQL.count_attempt(tx, id=sign_in_id)
        if attempts["attempts"] > model.ONE_TIME_CODE_ATTEMPTS_MAX:
            await store.SQL.end_sign_in(tx, id=sign_in_id)
    given = context.keys.fingerprint("one-time-code", f"{sign_in_id}|{one_time_code.strip()}")
    return (
        bool(person_id and hashed) and attempts["attempts"] <= model.ONE_TIME_CODE_ATTEMPTS_MAX and equal(given, hashed)
    )


_jwks: dict[str, ECKey] = {}


def _token(context: Context, subject: str, audience: str, seconds: int, claims: Mapping[str, object]) -> str:
    key = context.keys.signing_key(TOKENS)
    jwk = _jwks.get(key.kid)
    if jwk is None:
        jwk = _jwks[key.kid] = private_jwk(key)
    now = int(clock.now().timestamp())
    content = {
        "iss": context.public_url,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + seconds,
        "jti": ids.new_id(),
        **{name: value for name, value in claims.items() if value},
    }
    return jwt.encode({"alg": "ES256", "kid": key.kid}, content, jwk, algorithms=["ES256"])
