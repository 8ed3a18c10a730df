"""Use cases of wordings: write one, take it out of use, see how it reads, and send by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from govstack.blocks.messaging.intake import service as intake
from govstack.blocks.messaging.intake.model import Channel, Entry, Kind, Submission
from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.errors import UnknownSender
from govstack.blocks.messaging.senders.model import Sender
from govstack.blocks.messaging.wording import store
from govstack.blocks.messaging.wording.errors import UnknownWording, ValuesInvalid, WordingChanged, WordingInvalid
from govstack.blocks.messaging.wording.model import (
    SHOWN_MAX,
    VERSIONS_MAX,
    WORDINGS_MAX,
    Draft,
    Said,
    Wording,
    faults,
    name_fault,
    say,
    value_faults,
)
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

WRITE = "messaging:write"


async def desk_of(context: Context, *, by: Actor) -> str:
    """Return the sender whose wordings somebody may write, "" for those of all; raises NotAdministrator.

    Administrators of messaging write for all. Others who hold the scope write for the sender of the office and
    application that the identity provider says they work at.
    """
    if by.kind == "system" or by.may(senders.ADMINISTER):
        return ""
    senders.require(by, WRITE)
    office = f"{by.attributes.get('member', '')}/{by.attributes.get('application', '')}"
    found = await senders.of_application(context, by=by, application=f"{context.settings.text('INSTANCE')}/{office}")
    return found.id


async def put(context: Context, *, by: Actor, sender_id: str, name: str, draft: Draft) -> tuple[Wording, bool]:
    """Write the next version of a wording; return it, and whether there is a new one: the same draft makes none.

    Raises WordingInvalid and WordingChanged.
    """
    await refuse_others(context, by=by, sender_id=sender_id)
    found = faults(draft) | ({"name": fault} if (fault := name_fault(name)) else {})
    if found:
        raise WordingInvalid(fields=found)
    if sender_id not in await senders.names(context, sender_ids={sender_id}):
        raise UnknownSender
    async with context.database.transaction() as tx:
        known = await store.latest(tx, sender_id=sender_id, name=name)
        if known is not None and known.says(draft):
            return known, False
        if known is None and await store.names(tx, sender_id) >= WORDINGS_MAX:
            raise WordingInvalid(fields={"name": f"is beyond the {WORDINGS_MAX} wordings that a sender can have"})
        version = known.version + 1 if known else 1
        made = Wording(
            draft.fallback, draft.fields, draft.texts, sender_id=sender_id, name=name, version=version,
            created_by=by.id, created_at=clock.timestamp(),
        )  # fmt: skip
        if version > VERSIONS_MAX or not await store.add(tx, made):
            raise WordingChanged
        detail = {"version": version, "languages": sorted(draft.texts)}
        await audit.record(tx, by=by, action="messaging.wording.written", subject=f"{sender_id}/{name}", detail=detail)
        return made, True


async def retire(context: Context, *, by: Actor, sender_id: str, name: str) -> None:
    """Take a wording out of use; its versions stay on record. Repeating it changes nothing."""
    await refuse_others(context, by=by, sender_id=sender_id)
    async with context.database.transaction() as tx:
        known = await store.latest(tx, sender_id=sender_id, name=name)
        if known is None:
            raise UnknownWording
        if known.retired:
            return
        gone = replace(known, version=known.version + 1, retired=True, created_by=by.id, created_at=clock.timestamp())
        if not await store.add(tx, gone):
            raise WordingChanged
        await audit.record(tx, by=by, action="messaging.wording.retired", subject=f"{sender_id}/{name}")


async def wordings(context: Context, *, by: Actor, sender_id: str = "", before: int = 0) -> list[Wording]:
    """Return wordings in use, of one sender or, for those who may see them, of all."""
    await _refuse_other_reader(context, by, sender_id)
    async with context.database.reading(one_statement=True) as tx:
        return await store.wordings(tx, sender_id=sender_id, before=before, limit=SHOWN_MAX)


async def wording(context: Context, *, by: Actor, sender_id: str, name: str) -> Wording:
    """Return a wording that is in use; raises UnknownWording."""
    await _refuse_other_reader(context, by, sender_id)
    async with context.database.reading(one_statement=True) as tx:
        found = await store.latest(tx, sender_id=sender_id, name=name)
    if found is None or found.retired:
        raise UnknownWording
    return found


async def preview(
    context: Context, *, by: Actor, sender_id: str, name: str, language: str, values: Mapping[str, str]
) -> Said:
    """Return how a wording reads with values, as it would be sent; raises UnknownWording and ValuesInvalid."""
    found = await wording(context, by=by, sender_id=sender_id, name=name)
    if wrong := value_faults(found, values):
        raise ValuesInvalid(fields=wrong)
    return say(found, language, values)


async def send(
    context: Context,
    *,
    by: Actor,
    sender: Sender,
    name: str,
    language: str,
    values: Mapping[str, str],
    entry: Entry,
    callback: str = "",
    channel: Channel = Channel.EMAIL,
) -> tuple[str, Said]:
    """Send somebody a wording in their language; return the request's id and what was said. A text has no title.

    Raises UnknownWording, ValuesInvalid, and what `intake.accept` refuses.
    """
    said = await preview(context, by=by, sender_id=sender.id, name=name, language=language, values=values)
    title = "" if channel is Channel.SMS else said.title
    submission = Submission(Kind.SINGLE, [entry], title, said.content, {}, callback, channel=channel)
    return await intake.accept(context, by=by, sender=sender, submission=submission), said


async def refuse_others(context: Context, *, by: Actor, sender_id: str) -> None:
    """Refuse whoever may not write for a sender: the sender itself may, and those who work at its desk."""
    if by.kind == "application" and by.id == senders.actor_id(sender_id):
        return
    if await desk_of(context, by=by) not in {"", sender_id}:
        raise UnknownWording


async def _refuse_other_reader(context: Context, by: Actor, sender_id: str) -> None:
    if not by.may(senders.READ):
        await refuse_others(context, by=by, sender_id=sender_id)
