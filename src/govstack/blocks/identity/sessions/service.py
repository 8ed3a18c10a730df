"""Use cases of sessions: begin one, let clients take part, end it, and tell who took part (Back-Channel Logout 1.0)."""

from __future__ import annotations

from collections.abc import Iterable

from joserfc import jwt

from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import Client
from govstack.blocks.identity.keys import service as keys
from govstack.blocks.identity.keys.model import ALGORITHM
from govstack.blocks.identity.sessions import gateways, model, store
from govstack.blocks.identity.sessions.errors import NotAllowed
from govstack.blocks.identity.sessions.model import Member, Session
from govstack.blocks.identity.transactions import service as transactions
from govstack.kernel import clock, ids, jobs, log
from govstack.kernel.auth import LOGOUT_EVENT
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.destinations import Rules
from govstack.kernel.rules import SWITCH
from govstack.kernel.settings import Setting

PRIVATE = "IDENTITY_LOGOUT_PRIVATE"
SETTINGS = (
    Setting(
        PRIVATE,
        "no",
        "Whether ends of sessions are told to relying parties at private addresses and over plain HTTP",
        SWITCH,
    ),
)
TELL = "identity.session-over"
REDIRECT_FIRST, NOBODY_THERE = 300, 404


async def begin(tx: Transaction, *, session: Session) -> str:
    """Keep a new session; returns the secret that its browser shows."""
    secret = ids.new_secret()
    await store.SQL.forget(tx, before=clock.timestamp(clock.now() - model.LEFT_WITHIN))
    await store.begin(tx, session, secret=secret)
    return secret


async def session(context: Context, *, secret: str) -> Session | None:
    """Return the session that a browser shows the secret of, whether it still answers for a sign-in or not."""
    if not secret:
        return None
    async with context.database.reading(one_statement=True) as tx:
        return await store.session(tx, secret=secret)


async def join(tx: Transaction, *, session_id: str, client: Client, person_id: str, subject: str) -> str:
    """Note that a client gets tokens in a session; returns by what name the client is to know it.

    The country's own pages share one session and its name. Relying parties get a name each, so that two of them cannot
    tell by it that they have the same person before them.
    """
    now = clock.now()
    await store.SQL.forget_members(tx, before=clock.timestamp(now - model.TOLD_WITHIN))
    sid = session_id if client.own else ids.new_secret()
    made = await store.join(
        tx, Member(session_id, client.id, person_id, subject, sid), now=clock.timestamp(now)
    )  # fmt: skip
    return made.sid


async def end(context: Context, *, secret: str) -> None:
    """End the session of a browser, and ask that who takes part be told."""
    async with context.database.transaction() as tx:
        ended = await store.end(tx, secret=secret)
        if ended:
            await _end(tx, session_id=ended)


async def end_at_client(context: Context, *, client_id: str, sid: str) -> None:
    """End the session that a client knows by a name, and ask that who takes part be told."""
    async with context.database.transaction() as tx:
        known = await store.member(tx, client_id=client_id, sid=sid)
        if known is not None:
            await store.SQL.end_id(tx, id=known.session_id)
            await _end(tx, session_id=known.session_id)


async def end_of_person(tx: Transaction, *, person_id: str) -> None:
    """End all sessions of somebody inside the act that takes their rights, and ask that who takes part be told."""
    for session_id in await store.end_person(tx, person_id=person_id):
        await transactions.end_of_session(tx, session_id=session_id)
    await _ask(tx, await store.leave_person(tx, person_id=person_id))


async def tell(context: Context, *, member: Member, notice_id: str) -> None:
    """Tell a client that a session is over, unless it wants to be told no more; raises Retry and GiveUp."""
    client = await clients.active(context, client_id=member.client_id)
    if client is None or not client.backchannel_logout_uri:
        return
    token = await _logout_token(context, client, member, notice_id)
    private = context.settings.switch(PRIVATE)
    rules = None if client.own else Rules(("*",), plain=private, reach="machine" if private else "public")
    try:
        status = await gateways.tell(context, address=client.backchannel_logout_uri, token=token, rules=rules)
    except NotAllowed as error:
        raise jobs.GiveUp("The address is not allowed.") from error
    if client.own and status == NOBODY_THERE:
        # The host registers the pages of every package; of one that does not run here nobody has a session.
        log.logger(context.package).info("session.nobody-to-tell", client=client.id)
        return
    if status >= REDIRECT_FIRST:
        raise jobs.Retry(reason=f"The client answered {status}.")


async def _end(tx: Transaction, *, session_id: str) -> None:
    # First the codes: whoever is just exchanging one joins the session before, and is told with the others.
    await transactions.end_of_session(tx, session_id=session_id)
    await _ask(tx, await store.leave(tx, session_id=session_id))


async def _logout_token(context: Context, client: Client, member: Member, notice_id: str) -> str:
    """Return what tells a client that a session is over (Back-Channel Logout 1.0 section 2.4)."""
    now = int(clock.now().timestamp())
    told = {
        "iss": context.public_url,
        "sub": member.subject,
        "aud": client.id,
        "iat": now,
        "exp": now + model.LOGOUT_SECONDS,
        "jti": notice_id,
        "events": {LOGOUT_EVENT: {}},
        "sid": member.sid,
    }
    kid, key = await keys.signing_key(context)
    return jwt.encode({"alg": ALGORITHM, "kid": kid, "typ": model.LOGOUT_TYPE}, told, key, algorithms=[ALGORITHM])


async def _ask(tx: Transaction, ended: Iterable[Member]) -> None:
    """Ask that clients be told. The country's own pages share their session, so all are told that one of them had."""
    members = list(ended)
    if not members:
        return
    wanting = await clients.told_of_ends(tx)
    for member in members:
        one = wanting.get(member.client_id)
        of_the_country = one is not None and one.own
        for client in wanting.values():
            if client.id == member.client_id or (of_the_country and client.own):
                payload = {"session": member.sid, "client": client.id, "subject": member.subject}
                await jobs.enqueue(tx, TELL, payload, key=f"{client.id}/{member.sid}")
