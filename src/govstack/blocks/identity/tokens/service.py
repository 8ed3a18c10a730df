"""Use cases of tokens: prove a client, grant for a code or to an application, give claims, end grants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from joserfc import jwe, jwt
from joserfc.jwk import ECKey, Key, KeySet

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import PLATFORM_AUDIENCE, Client, granted_scopes, secret_fits, usable_key
from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.keys.model import ALGORITHM
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Person, Status
from govstack.blocks.identity.roles import service as roles
from govstack.blocks.identity.sessions import service as sessions
from govstack.blocks.identity.tokens import model, store
from govstack.blocks.identity.tokens.errors import (
    INVALID_ASSERTION,
    INVALID_GRANT,
    INVALID_TRANSACTION,
    InvalidClient,
    InvalidToken,
    NothingToEncryptTo,
    TokenRefused,
)
from govstack.blocks.identity.tokens.model import Grant, Granted
from govstack.blocks.identity.transactions import service as transactions
from govstack.blocks.identity.transactions.errors import CodeRefused
from govstack.blocks.identity.transactions.model import Transaction
from govstack.kernel import audit, clock, ids, log
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import private_jwk, signed_token
from govstack.kernel.db import Transaction as Work

# Keys of tokens that the country's own packages check; derived, so that no process has to ask for them.
TOKENS = "tokens"
ENCRYPTION = {"alg": "RSA-OAEP-256", "enc": "A256GCM"}
GRANTS_KEPT = timedelta(days=1)
# Longer than they hold, so that none counts again after a clock was a day ahead.
ASSERTIONS_KEPT = timedelta(days=2)
SUBJECT_BYTES = 24
_LOADED = "identity.tokens.loaded"


@dataclass(frozen=True, slots=True)
class Proof:
    """How a client says who it is."""

    client_id: str
    secret: str = ""
    assertion: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """Whom an ID token was made for, and about, and in which session."""

    client_id: str
    subject: str
    session: str


async def proved(context: Context, proof: Proof, *, audiences: Sequence[str]) -> Client:
    """Return the client that a proof proves, and remember its assertion so that it counts once.

    Raises TokenRefused (invalid_assertion) for a relying party, InvalidClient for an application with a secret.
    """
    client = await clients.active(context, client_id=proof.client_id)
    if client is not None and client.own and not proof.assertion:
        if secret_fits(client, proof.secret):
            return client
    elif client is not None and not client.own and proof.assertion:
        return await _asserted(context, client, proof.assertion, audiences)
    log.security(context.package, "client.refused", actor=proof.client_id[:100], outcome="refused")
    if proof.assertion:
        raise _logged(TokenRefused(INVALID_ASSERTION, "The client is unknown or does not prove itself like this."))
    raise _logged(InvalidClient(headers={"WWW-Authenticate": "Basic"}))


async def _asserted(context: Context, client: Client, assertion: str, audiences: Sequence[str]) -> Client:
    try:
        found = model.proved(client, assertion, audiences=audiences, now=clock.now().timestamp())
        async with context.database.transaction() as tx:
            fresh = await store.remember(tx, found)
            await store.SQL.forget_assertions(tx, before=clock.timestamp(clock.now() - ASSERTIONS_KEPT))
        if not fresh:
            raise TokenRefused(INVALID_ASSERTION, "The client assertion was used before. Make a new one each time.")
    except TokenRefused as refusal:
        log.security(context.package, "client.refused", actor=client.id, outcome="refused")
        raise _logged(refusal) from refusal.__cause__
    return client


async def grant_to_application(context: Context, *, client: Client, scope: str) -> Granted:
    """Return an access token for an application and the scopes it holds (RFC 6749 section 4.4)."""
    scopes = granted_scopes(client, scope)
    claims = {"client_id": client.id, "scope": scopes, "application": client.application}
    token = await _access_token(context, client.id, PLATFORM_AUDIENCE, claims)
    return Granted(token, model.ACCESS_TOKEN_SECONDS, scope=scopes)


async def grant_for_code(context: Context, *, client: Client, code: str, redirect_uri: str, verifier: str) -> Granted:
    """Exchange an authorisation code for tokens, once; a second use ends what the first one gave.

    Raises TokenRefused: invalid_transaction for relying parties, invalid_grant for the country's own packages.
    """
    refused = INVALID_GRANT if client.own else INVALID_TRANSACTION
    try:
        behind = await transactions.behind(context, code=code)
        async with context.database.transaction() as tx:
            # Held until the tokens are given, so that whoever ends this person's sessions meanwhile ends this one too.
            person = await people.held(context, tx, person_id=behind.person_id) if behind is not None else None
            done = await transactions.redeem(
                tx, code=code, client_id=client.id, redirect_uri=redirect_uri, verifier=verifier
            )
            if person is None or person.status != Status.ACTIVE:
                raise CodeRefused("The person cannot sign in any more.")
            grant = await _kept(tx, client, done, person)
            sid = await sessions.join(
                tx, session_id=done.session_id or done.id, client=client, person_id=person.id, subject=grant.subject
            )
            by = Actor("person", person.subject)
            await audit.record(tx, by=by, action="identity.token.granted", subject=client.id)
    except CodeRefused as refusal:
        if refusal.transaction_id:
            await _end_grants(context, refusal.transaction_id)
            log.security(context.package, "code.used-twice", actor=client.id, outcome="refused")
        raise TokenRefused(refused, refusal.reason) from refusal
    return await _tokens(context, client, done, person, grant, sid=sid)


async def claims(context: Context, *, grant_id: str) -> str:
    """Return what a person allowed a relying party to know: signed, then encrypted to its key.

    Raises InvalidToken when the grant has ended or the person cannot be known any more, NothingToEncryptTo when the
    relying party has no usable key.
    """
    async with context.database.reading() as tx:
        grant = await store.grant(tx, grant_id=grant_id)
    if grant is None or grant.ended_at is not None or grant.expires_at <= clock.timestamp():
        raise InvalidToken(headers=_bearer("invalid_token"))
    person = await people.person(context, person_id=grant.person_id)
    client = await clients.active(context, client_id=grant.client_id)
    if person is None or person.status != Status.ACTIVE or client is None:
        raise InvalidToken(headers=_bearer("invalid_token"))
    key = usable_key(client.public_key)
    if key is None:
        raise NothingToEncryptTo(headers=_bearer("unknown_error"))
    told = model.userinfo(person, claims=grant.claims, locales=grant.locales)
    now = int(clock.now().timestamp())
    content = {**told, "sub": grant.subject, "iss": context.public_url, "aud": client.id, "iat": now}
    kid, signing = await keys.signing_key(context)
    signed = jwt.encode({"alg": ALGORITHM, "kid": kid}, content, signing, algorithms=[ALGORITHM])
    header = {**ENCRYPTION, "cty": "JWT"}
    return jwe.encrypt_compact(header, signed, key, algorithms=list(ENCRYPTION.values()))


async def hint(context: Context, *, id_token: str) -> Hint | None:
    """Return what an ID token of this provider says, also one that has ended; nothing for any other token."""
    published_keys = {"keys": await keys.published(context)}
    try:
        known = KeySet.import_key_set(published_keys)  # type: ignore[arg-type]
        told = signed_token(id_token, known, algorithms=[ALGORITHM]).claims
    except ValueError:
        return None
    said = [told.get(name, "") for name in ("aud", "sub", "sid")]
    if told.get("iss") != context.public_url or not all(isinstance(one, str) for one in said):
        return None
    return Hint(*said)


async def is_about(context: Context, *, hint: Hint, person: Person) -> bool:
    """Tell whether an ID token is about this person."""
    client = await clients.client(context, client_id=hint.client_id)
    if client is None or client.own:
        return client is not None and person.subject == hint.subject
    async with context.database.reading(one_statement=True) as tx:
        known = await store.known_subject(tx, person_id=person.id, sector=client.relying_party_id)
    return known == hint.subject


async def end_grants(tx: Work, *, person_id: str, client_id: str) -> None:
    """End what a relying party was given about a person, inside the transaction that takes its permission away."""
    await store.SQL.end_grants_of_client(tx, person_id=person_id, client_id=client_id, now=clock.timestamp())


async def subject_of(tx: Work, *, client: Client, person: Person) -> str:
    """Return the subject that a client knows a person by: the same at each sign-in, and another for each sector."""
    if client.own:
        return person.subject
    return await subject_in(tx, person_id=person.id, sector=client.relying_party_id)


async def subject_in(tx: Work, *, person_id: str, sector: str) -> str:
    """Return the subject that a sector knows a person by, which no other sector can compute."""
    return await store.subject(tx, person_id=person_id, sector=sector, fresh=ids.new_secret(SUBJECT_BYTES))


async def published_keys(context: Context, *, rsa_alone: bool) -> list[dict[str, str | list[str]]]:
    """Return the published key set; the published document knows RSA keys alone."""
    derived: list[dict[str, str | list[str]]] = []
    if not rsa_alone:
        derived = [{**key} for key in context.keys.public_keys(TOKENS)]
    return [*await keys.published(context), *derived]


async def _kept(tx: Work, client: Client, done: Transaction, person: Person) -> Grant:
    now = clock.now()
    grant = Grant(
        id=ids.new_id(),
        transaction_id=done.id,
        client_id=client.id,
        person_id=person.id,
        subject=await subject_of(tx, client=client, person=person),
        scopes=done.permitted_scopes,
        claims=done.accepted_claims,
        locales=done.request.claims_locales,
        expires_at=clock.timestamp(now + timedelta(seconds=model.ACCESS_TOKEN_SECONDS)),
        ended_at=None,
    )
    await store.SQL.forget_grants(tx, before=clock.timestamp(now - GRANTS_KEPT))
    await store.keep_grant(tx, grant)
    return grant


async def _tokens(
    context: Context, client: Client, done: Transaction, person: Person, grant: Grant, *, sid: str
) -> Granted:
    own = model.own_claims(person, roles.scopes_of(context, person)) if client.own else {}
    audience = PLATFORM_AUDIENCE if client.own else context.public_url
    said: dict[str, object] = own or {"attributes": {"grant": grant.id}}
    access = await _access_token(context, grant.subject, audience, {**said, "client_id": client.id})
    now = int(clock.now().timestamp())
    content = {
        **own,
        "iss": context.public_url,
        "sub": grant.subject,
        "aud": client.id,
        "iat": now,
        "exp": now + model.ID_TOKEN_SECONDS,
        "auth_time": int(clock.parse(done.authenticated_at).timestamp()),
        "nonce": done.request.nonce,
        "acr": done.acr,
        "amr": list(done.methods),
        "at_hash": model.access_hash(access),
        "sid": sid,
    }
    kid, key = await keys.signing_key(context)
    filled = {name: value for name, value in content.items() if value}
    id_token = jwt.encode({"alg": ALGORITHM, "kid": kid}, filled, key, algorithms=[ALGORITHM])
    return Granted(access, model.ACCESS_TOKEN_SECONDS, id_token)


async def _access_token(context: Context, subject: str, audience: str, claims: Mapping[str, object]) -> str:
    algorithm, kid, key = await _access_key(context)
    now = int(clock.now().timestamp())
    content = {
        "iss": context.public_url,
        "sub": subject,
        "aud": audience,
        "iat": now,
        "exp": now + model.ACCESS_TOKEN_SECONDS,
        "jti": ids.new_id(),
        **{name: value for name, value in claims.items() if value},
    }
    return jwt.encode({"alg": algorithm, "kid": kid, "typ": "at+jwt"}, content, key, algorithms=[algorithm])


async def _access_key(context: Context) -> tuple[str, str, Key]:
    """Return what access tokens are signed with; where RSA keys alone are published, it is one of them."""
    if context.settings.profile == "conformance":
        return ALGORITHM, *await keys.signing_key(context)
    key = context.keys.signing_key(TOKENS)
    loaded: dict[str, ECKey] = context.memory.setdefault(_LOADED, {})
    jwk = loaded.get(key.kid)
    if jwk is None:
        jwk = loaded[key.kid] = private_jwk(key)
    return "ES256", key.kid, jwk


async def _end_grants(context: Context, transaction_id: str) -> None:
    async with context.database.transaction() as tx:
        await store.SQL.end_grants_of_transaction(tx, transaction_id=transaction_id, now=clock.timestamp())


def _bearer(error: str) -> Mapping[str, str]:
    return {"WWW-Authenticate": f'Bearer error="{error}"'}


def _logged(refusal: TokenRefused | InvalidClient) -> TokenRefused | InvalidClient:
    refusal.logged = True
    return refusal
