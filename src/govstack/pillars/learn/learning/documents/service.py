"""Use cases of documents: read, list, put, add to, remove, and forget a person."""

from __future__ import annotations

from dataclasses import replace

from govstack.kernel import audit, clock, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.errors import TooLarge
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.documents import model, store
from govstack.pillars.learn.learning.documents.model import CONTENT_BYTES_MAX, Document, Place
from govstack.pillars.learn.learning.statements import service as statements
from govstack.pillars.learn.learning.xapi.errors import NotYours, UnknownDocument
from govstack.pillars.learn.learning.xapi.model import Party

SEAL = "course-document"


def place(
    context: Context, *, by: Caller, kind: model.Kind, activity: str = "", agent: Party | None = None,
    registration: str = "", writing: bool = False, name: str = "",
) -> Place:  # fmt: skip
    """Return where a document belongs; raises NotYours for what a launched course may not touch."""
    grant = by.grant
    if grant is not None:
        own = agent is None or agent.key == statements.learner(context, grant.learner_id).key
        here = kind == "agent" or activity == grant.activity
        registered = kind != "state" or registration == grant.registration
        theirs = writing and (kind == "activity" or name == model.LAUNCH_DATA)
        if not (own and here and registered) or theirs:
            raise NotYours
    agents = ("",) if agent is None else statements.prints(context, agent.key)
    return Place(kind, activity, agents, registration)


async def read(context: Context, *, at: Place, name: str) -> Document:
    """Return a document with its content; raises UnknownDocument."""
    async with context.database.reading(one_statement=True) as tx:
        found = await store.document(tx, at, name)
    if found is None:
        raise UnknownDocument
    return replace(found, content=context.keys.open(SEAL, found.content, bound_to=found.id))


async def names(context: Context, *, at: Place, since: str = "") -> list[str]:
    """Return the names of the documents of a place."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.names(tx, at, since=since)


async def put(
    context: Context, *, by: Caller, at: Place, name: str, content: bytes, media_type: str, if_match: str = "",
    if_none_match: str = "", adding: bool = False,
) -> str:  # fmt: skip
    """Keep a document, or add the names of a JSON object to one; return its tag. Raises Changed, MustLook."""
    model.check_json(content, media_type, whole=not adding)
    async with context.database.transaction() as tx:
        known = await store.document(tx, at, name)
        # The words about what was seen guard against lost changes; adding loses none.
        must_look = at.kind != "state" and not adding
        model.check_unchanged(
            known.etag if known else "", if_match=if_match, if_none_match=if_none_match, must_look=must_look
        )
        if adding and known is not None:
            old = context.keys.open(SEAL, known.content, bound_to=known.id)
            content = model.joined(old, known.media_type, content, media_type)
        return await keep(context, tx, by=by.actor, at=at, name=name, content=content, media_type=media_type)


async def keep(
    context: Context, tx: Transaction, *, by: Actor, at: Place, name: str, content: bytes, media_type: str
) -> str:
    """Keep a document in the transaction of whoever made it; return its tag."""
    if len(content) > CONTENT_BYTES_MAX:
        raise TooLarge(f"A document holds {CONTENT_BYTES_MAX} bytes at most.")
    id_, etag = ids.new_id(), model.etag_of(content)
    sealed = context.keys.seal(SEAL, content, bound_to=id_)
    await store.put(tx, at, name, Document(id_, media_type, etag, clock.timestamp(), sealed))
    await audit.record(tx, by=by, action="learn.document.put", subject=f"document/{id_}", detail={"kind": at.kind})
    return etag


async def remove(
    context: Context, *, by: Caller, at: Place, name: str, if_match: str = "", if_none_match: str = ""
) -> None:
    """Remove a document, or all of a place without a name; one that is not there stays away."""
    async with context.database.transaction() as tx:
        if not name:
            removed = await store.remove_all(tx, at)
        else:
            known = await store.document(tx, at, name)
            etag = known.etag if known else ""
            model.check_unchanged(etag, if_match=if_match, if_none_match=if_none_match, must_look=False)
            removed = int(await store.remove(tx, at, name))
        if removed:
            detail = {"kind": at.kind, "documents": removed}
            await audit.record(tx, by=by.actor, action="learn.document.removed", subject="document", detail=detail)


async def forget(context: Context, *, by: Actor, learner_id: str) -> int:
    """Remove the documents of somebody who was erased; return how many."""
    agents = statements.prints(context, statements.learner(context, learner_id).key)
    async with context.database.transaction() as tx:
        removed = await store.forget(tx, agents)
        if removed:
            detail = {"documents": removed, "why": "erased"}
            await audit.record(tx, by=by, action="learn.document.removed", subject="document", detail=detail)
    return removed
