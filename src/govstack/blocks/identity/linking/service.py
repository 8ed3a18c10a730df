"""Use cases of linked authorisation, for the browser that shows a code and for the wallet that reads it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from govstack.blocks.identity.authorising import service as authorising
from govstack.blocks.identity.binding import service as binding
from govstack.blocks.identity.binding.model import CHALLENGES_MAX, INDIVIDUAL_CHARACTERS_MAX
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.clients.model import Client
from govstack.blocks.identity.factors import service as factors
from govstack.blocks.identity.factors.model import Challenge
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.levels import service as levels
from govstack.blocks.identity.linking import model, store
from govstack.blocks.identity.linking.errors import (
    AUTH_FAILED,
    INVALID_CHALLENGES,
    INVALID_CLIENT_ID,
    INVALID_IDENTIFIER,
    INVALID_LINK_CODE,
    INVALID_TRANSACTION,
    INVALID_TRANSACTION_ID,
    LINK_CODE_FAILED,
    RESPONSE_TIMEOUT,
)
from govstack.blocks.identity.linking.model import Link, Permission
from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Status
from govstack.blocks.identity.transactions import service as transactions
from govstack.blocks.identity.transactions.errors import TransactionOver
from govstack.blocks.identity.transactions.model import Stage, Transaction
from govstack.kernel import audit, clock, ids, log
from govstack.kernel.actor import ANONYMOUS, Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import digest

PURPOSE = "linked-authorization"
CODE_BYTES = 16
WAITING = "identity.linking.waiting"
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Code:
    """A link code for a browser to show."""

    transaction_id: str
    text: str
    expires_at: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a wallet shows its person: who asks for what, and how one may prove to be there."""

    linked_id: str
    client: Client
    transaction: Transaction
    factors: list[list[str]]


@dataclass(frozen=True, slots=True)
class Finished:
    """Where the browser goes on, and with what; the secret opens its session at the provider."""

    code: str
    redirect_uri: str
    state: str
    nonce: str
    session_secret: str = ""


async def new_code(context: Context, *, transaction_id: str) -> Code:
    """Make a link code for a sign-in under way; raises Refused (IDN-D16)."""
    transaction = await _transaction(context, transaction_id)
    if model.is_over(transaction):
        raise Refused(INVALID_TRANSACTION_ID, "This sign-in was finished. Begin a new one.")
    if transaction.stage is not Stage.CREATED and not transaction.reusable:
        raise Refused(INVALID_TRANSACTION, "The person of this sign-in is known already.")
    now, text = clock.now(), ids.new_secret(CODE_BYTES)
    ends = min(clock.timestamp(now + timedelta(seconds=model.LINK_SECONDS)), transaction.expires_at)
    async with context.database.transaction() as tx:
        if await store.live(tx, transaction_id=transaction.id, now=clock.timestamp(now)) >= model.LIVE_CODES_MAX:
            raise Refused(LINK_CODE_FAILED, "There are too many codes for this sign-in. Wait until one has ended.")
        await store.add(
            tx, link_id=ids.new_id(), transaction_id=transaction.id, code_print=_code_print(context, text),
            expires_at=ends,
        )  # fmt: skip
    return Code(transaction.id, text, ends)


async def status(context: Context, *, transaction_id: str, code: str) -> Link:
    """Return how a link stands; raises Refused for what is unknown, the sign-in first (IDN-D18)."""
    transaction = await _transaction(context, transaction_id)
    link = await _by_code(context, code)
    if link.transaction_id != transaction.id:
        raise _unknown_code()
    return link


async def wait_until_linked(context: Context, *, transaction_id: str, code: str) -> Link:
    """Return how a link stands as soon as a wallet has linked, or after the longest wait as it stands then."""

    async def look() -> Link | None:
        link = await status(context, transaction_id=transaction_id, code=code)
        return link if link.linked_at else None

    return await _wait(context, look) or await status(context, transaction_id=transaction_id, code=code)


async def wait_for_code(context: Context, *, transaction_id: str, code: str) -> Finished:
    """Return an authorisation code as soon as the person has confirmed in the wallet; raises Refused (IDN-D23)."""
    await finishing(context, transaction_id=transaction_id, code=code)

    async def look() -> Finished | None:
        return await finish(context, transaction_id=transaction_id, code=code)

    finished = await _wait(context, look)
    if finished is None:
        raise Refused(RESPONSE_TIMEOUT, "The person has not confirmed in the wallet yet. Ask again.")
    return finished


async def finishing(context: Context, *, transaction_id: str, code: str) -> tuple[Link, Transaction]:
    """Return a link and its sign-in; raises Refused for a code, then for a sign-in, then for a pair (IDN-D23)."""
    link = await _by_code(context, code)
    transaction = await _transaction(context, transaction_id)
    if model.is_over(transaction):
        raise Refused(INVALID_TRANSACTION_ID, "This sign-in was finished. Begin a new one.")
    if link.transaction_id != transaction.id:
        raise _unknown_code()
    if link.refused_at:
        raise Refused(INVALID_TRANSACTION, "The person has refused in the wallet.")
    return link, transaction


async def finish(context: Context, *, transaction_id: str, code: str, own_browser: bool = False) -> Finished | None:
    """Bring what the wallet has confirmed into the sign-in and return its code; nothing until then.

    A session at the provider begins in the browser that began the sign-in, where the caller has seen that it is that.
    """
    link, transaction = await finishing(context, transaction_id=transaction_id, code=code)
    client = await clients.active(context, client_id=transaction.request.client_id)
    if client is None or not link.authenticated_at:
        return None
    person = await people.person(context, person_id=link.person_id)
    if person is None or person.status is not Status.ACTIVE:
        # Whoever was blocked meanwhile does not get in by what they proved before.
        raise Refused(INVALID_TRANSACTION_ID, "The person of this sign-in cannot sign in any more.")
    if transaction.asks_permission and not link.permitted_at:
        return None
    try:
        text, secret = await _go_through(context, link, transaction, own_browser=own_browser)
    except TransactionOver as error:
        raise Refused(INVALID_TRANSACTION_ID, error.detail) from error
    by, subject = Actor("person", person.subject), transaction.request.client_id
    async with context.database.transaction() as tx:
        await store.finish(tx, link_id=link.id, now=clock.timestamp())
        detail = {"acr": link.acr}
        await audit.record(tx, by=by, action="identity.person.signed-in", subject=subject, detail=detail)
    request = transaction.request
    return Finished(text, request.redirect_uri, request.state, request.nonce, secret)


async def link_wallet(context: Context, *, code: str) -> Asked:
    """Link a wallet to the sign-in of a code; the same code again gives the same id (IDN-D19)."""
    now = clock.timestamp()
    link = await _by_code(context, code)
    if link.expires_at <= now:
        raise _unknown_code()
    linked_id = context.keys.fingerprint("identity/linked", code)
    async with context.database.transaction() as tx:
        await store.link(tx, link_id=link.id, linked_print=digest(linked_id.encode()), now=now)
    return await asked(context, linked_id=linked_id)


async def asked(context: Context, *, linked_id: str) -> Asked:
    """Return who asks a linked person for what."""
    link, transaction = await _linked(context, linked_id)
    if model.is_over(transaction) or link.refused_at:
        raise Refused(INVALID_TRANSACTION, "This sign-in was finished. Begin a new one.")
    client = await clients.active(context, client_id=transaction.request.client_id)
    if client is None:
        raise Refused(INVALID_CLIENT_ID, "Who began this sign-in is no longer registered.")
    return Asked(linked_id, client, transaction, model.factors_of(_wanted(client, transaction)))


async def authenticate(
    context: Context, *, linked_id: str, individual_id: str, challenges: Sequence[Challenge]
) -> None:
    """Prove in a wallet who is there; refusals come in the published order (IDN-D21)."""
    if not individual_id.strip() or len(individual_id) > INDIVIDUAL_CHARACTERS_MAX:
        raise Refused(INVALID_IDENTIFIER, "individualId is missing.")
    if not 0 < len(challenges) <= CHALLENGES_MAX:
        raise Refused(INVALID_CHALLENGES, f"Send 1 to {CHALLENGES_MAX} challenges.")
    model.check_open(*await _linked(context, linked_id))
    async with factors.evenly(Refused):
        found = await people.find(context, identifier=individual_id)
        if found is None:
            raise _not_proven(context)
        await authenticate_person(
            context, linked_id=linked_id, person_id=found.person.id, challenges=challenges,
            one_time_id=found.identifier_id if found.one_time else "",
        )  # fmt: skip


async def authenticate_person(
    context: Context, *, linked_id: str, person_id: str, challenges: Sequence[Challenge], one_time_id: str = ""
) -> None:
    """Prove that a known person is there; an identifier that works once is used up by it."""
    link, transaction = await _linked(context, linked_id)
    model.check_open(link, transaction)
    client = await clients.active(context, client_id=transaction.request.client_id)
    person = await people.person(context, person_id=person_id)
    methods = await binding.prove_all(
        context, person_id=person_id, challenges=challenges, purpose=PURPOSE, about=linked_id
    )
    wanted = _wanted(client, transaction) if client else ()
    acr = model.reached([one.type for one in challenges], wanted)
    active = person is not None and person.status is Status.ACTIVE
    if person is not None and methods is None:
        await authorising.note_failure(context, transaction=transaction, person_id=person_id)
    if client is None or person is None or not active or methods is None or not acr:
        raise _not_proven(context)
    if await levels.falls_short(context, client_id=client.id, person=person, methods=methods):
        raise _not_proven(context)
    by = Actor("person", person.subject)
    async with context.database.transaction() as tx:
        if one_time_id and not await people.spend(tx, identifier_id=one_time_id):
            raise _not_proven(context)
        done = await store.authenticate(
            tx, link_id=link.id, person_id=person_id, acr=acr, methods=methods, now=clock.timestamp()
        )
        if not done:
            raise Refused(INVALID_TRANSACTION_ID, "The person of this sign-in is known already.")
        await audit.record(
            tx, by=by, action="identity.link.authenticated", subject=client.id, detail={"acr": acr, "link": link.id}
        )


async def permit(context: Context, *, linked_id: str, permission: Permission) -> None:
    """Keep what a person allows in a wallet, before or after they are known (IDN-D22); again changes it."""
    link, transaction = await _linked(context, linked_id)
    model.check_permission(permission, transaction)
    if link.finished_at and (link.scopes, link.claims) == (permission.scopes, permission.claims):
        return
    by, detail = (
        await _actor(context, link),
        {"link": link.id, "scopes": permission.scopes, "claims": permission.claims},
    )
    subject = transaction.request.client_id
    async with context.database.transaction() as tx:
        if not await store.permit(tx, link_id=link.id, permission=permission, now=clock.timestamp()):
            raise Refused(INVALID_TRANSACTION, "This sign-in was finished, or the person has refused.")
        await audit.record(tx, by=by, action="identity.link.permitted", subject=subject, detail=detail)


async def refuse(context: Context, *, linked_id: str) -> None:
    """End a link because the person refuses in the wallet."""
    link, transaction = await _linked(context, linked_id)
    by, subject = await _actor(context, link), transaction.request.client_id
    async with context.database.transaction() as tx:
        if await store.refuse(tx, link_id=link.id, now=clock.timestamp()):
            detail = {"link": link.id}
            await audit.record(tx, by=by, action="identity.link.refused", subject=subject, detail=detail)


async def _go_through(context: Context, link: Link, transaction: Transaction, *, own_browser: bool) -> tuple[str, str]:
    """Take a sign-in from where it is to its code, with the secret of the session that began.

    Raises TransactionOver where somebody else is signing in there.
    """
    partner = await authorising.partner_name(context, transaction=transaction)
    person = await people.person(context, person_id=link.person_id)
    if person is None:
        raise TransactionOver
    secret = ""
    async with context.database.transaction() as tx:
        if transaction.stage is Stage.CREATED:
            transaction = await transactions.authenticate(
                tx, transaction_id=transaction.id, person_id=link.person_id, acr=link.acr, methods=link.methods,
                at=link.authenticated_at,
            )  # fmt: skip
            if own_browser:
                secret = await authorising.begin_session(context, tx, transaction=transaction)
        if transaction.person_id != link.person_id and not transaction.reusable:
            raise TransactionOver
        if transaction.stage is Stage.AUTHENTICATED and transaction.asks_permission:
            transaction = await authorising.allow(
                tx, transaction=transaction, person=person, scopes=link.scopes, claims=link.claims
            )
        elif transaction.stage is Stage.AUTHENTICATED:
            scopes = transaction.request.scopes
            transaction = await transactions.permit(tx, transaction_id=transaction.id, scopes=scopes, claims=())
        text = await authorising.issue_code(context, tx, transaction=transaction, partner=partner)
    return text, secret


async def _wait(context: Context, look: Callable[[], Awaitable[Found | None]]) -> Found | None:
    """Look until there is something, for as long as a poll may last; no transaction is open meanwhile."""
    until = clock.monotonic() + model.POLL_SECONDS
    waiting = context.memory.get(WAITING, 0)
    if waiting >= model.POLLS_MAX:
        return await look()
    context.memory[WAITING] = waiting + 1
    try:
        while True:
            found = await look()
            if found is not None or clock.monotonic() >= until:
                return found
            # The wallet may be answered by another process: only the table knows.
            await asyncio.sleep(ids.jitter(model.POLL_PAUSE_SECONDS))
    finally:
        context.memory[WAITING] -= 1


async def _transaction(context: Context, transaction_id: str) -> Transaction:
    found = None
    if 0 < len(transaction_id) <= model.ID_CHARACTERS_MAX:
        found = await transactions.current(context, transaction_id=transaction_id)
    if found is None:
        raise Refused(INVALID_TRANSACTION_ID, "There is no such sign-in, or it has ended. Begin a new one.")
    return found


async def _by_code(context: Context, code: str) -> Link:
    found = None
    if 0 < len(code) <= model.ID_CHARACTERS_MAX:
        async with context.database.reading(one_statement=True) as tx:
            found = await store.by_code(tx, code_print=_code_print(context, code))
    if found is None or not found.known(clock.timestamp()):
        raise _unknown_code()
    return found


async def _linked(context: Context, linked_id: str) -> tuple[Link, Transaction]:
    link = None
    if 0 < len(linked_id) <= model.ID_CHARACTERS_MAX:
        async with context.database.reading(one_statement=True) as tx:
            link = await store.by_linked(tx, linked_print=digest(linked_id.encode()))
    if link is None:
        raise Refused(INVALID_TRANSACTION_ID, "There is no such linked sign-in, or it has ended.")
    return link, await _transaction(context, link.transaction_id)


async def _actor(context: Context, link: Link) -> Actor:
    person = await people.person(context, person_id=link.person_id) if link.person_id else None
    return Actor("person", person.subject) if person else ANONYMOUS


def _wanted(client: Client, transaction: Transaction) -> Sequence[str]:
    return transaction.request.acr_values or client.acr_values


def _code_print(context: Context, code: str) -> str:
    return context.keys.fingerprint("identity/link-code", code)


def _unknown_code() -> Refused:
    return Refused(INVALID_LINK_CODE, "The link code is unknown or has ended. Ask the browser for a new one.")


def _not_proven(context: Context) -> Refused:
    log.security(context.package, "linked-sign-in.refused", actor="anonymous", outcome="refused")
    return Refused(AUTH_FAILED, "What was sent does not prove that the person is there.")
