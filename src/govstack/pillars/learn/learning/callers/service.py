"""Use cases of callers: find out who speaks, and the credentials of launched courses."""

from __future__ import annotations

import base64
import binascii

from govstack.kernel import clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import Unauthenticated
from govstack.pillars.learn.frame.model import STATEMENTS
from govstack.pillars.learn.learning.callers import store
from govstack.pillars.learn.learning.callers.model import Caller, Grant
from govstack.pillars.learn.learning.xapi.errors import NotYours


async def caller(context: Context, *, by: Actor, authorization: str) -> Caller:
    """Return who speaks: a system with the right to, or a launched course; raises Unauthenticated, NotYours."""
    if by.may(STATEMENTS):
        return Caller(by)
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "basic" or not secret:
        raise NotYours if by.signed_in else Unauthenticated(headers={"WWW-Authenticate": "Bearer"})
    async with context.database.reading(one_statement=True) as tx:
        grant = await store.grant(tx, hash=_hash(secret.strip()), now=clock.timestamp())
    if grant is None:
        raise Unauthenticated(headers={"WWW-Authenticate": "Basic"})
    return Caller(Actor("application", f"launch:{grant.session_id}"), grant)


async def grant(tx: Transaction, *, granted: Grant) -> str:
    """Make the credential of a launched course, in the transaction that hands it out; only its hash is kept."""
    secret = base64.b64encode(f"{ids.new_id()}:{ids.new_secret()}".encode()).decode()
    await store.end_expired(tx, now=clock.timestamp())
    await store.add_grant(tx, granted, hash=_hash(secret))
    return secret


async def end_grant(tx: Transaction, *, session_id: str) -> None:
    """End the credential of a session, in the transaction that ends the session."""
    await store.end_session(tx, session_id=session_id)


async def end_grants_of(tx: Transaction, *, learner_id: str) -> None:
    """End every credential of a learner, in the transaction that forgets them."""
    await store.end_learner(tx, learner_id=learner_id)


def _hash(secret: str) -> str:
    try:
        return crypto.digest(base64.b64decode(secret, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Unauthenticated(headers={"WWW-Authenticate": "Basic"}) from error
