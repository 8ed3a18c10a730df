"""Use cases of the playbook: bring the pages of the product, and read them by version and language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from govstack.kernel import audit, clock, crypto, ids
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.kernel.errors import Forbidden
from govstack.pillars.learn.knowing.playbook import store
from govstack.pillars.learn.knowing.playbook.errors import TooManyTickets, UnknownPage, UnknownStep, UnknownTicket
from govstack.pillars.learn.knowing.playbook.model import (
    ACTIVITIES_MAX,
    ACTIVITY,
    AGAIN,
    CHECKLIST,
    DONE,
    PAGE,
    PAGES_MAX,
    TICK,
    TICKETS_WAITING_MAX,
    Book,
    Reading,
    Steps,
    Ticket,
    TicketState,
    book,
    order,
)
from govstack.pillars.learn.knowing.playbook.store import Kept
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Audience, Content, Kind, Record
from govstack.pillars.learn.records.service import Draft

SEEDS = Path(__file__).parents[2] / "seeds" / "playbook.yaml"
SEAL = "playbook-ticket"
TICKETS_LISTED_MAX = 200


async def install(context: Context) -> None:
    """Bring the pages that come with the product; a country's own changes stay."""
    drafts = {
        record_id: (kind, Draft(content, Audience.PUBLIC, written_in=content.get("language", "en")))
        for kind, record_id, content in _shipped(read_yaml(SEEDS.read_text(encoding="utf-8")))
    }
    await records.bring(context, part="playbook", drafts=drafts)


def _shipped(pages: dict[str, Any]) -> Iterator[tuple[Kind, str, Content]]:
    for page_id, told in pages.items():
        content = {name: value for name, value in told.items() if name != "activities"}
        yield PAGE, page_id, content
        for position, activity in enumerate(told.get("activities", []), start=1):
            yield ACTIVITY, f"{page_id}.{position}", {"page": page_id, "position": position, **activity}


async def read_book(context: Context, *, by: Actor, version: str = "", language: str) -> Book:
    """Return the pages of a version that somebody may read."""
    return book(await _pages(context, by), version=version, language=language)


async def read_page(context: Context, *, by: Actor, version: str, page: str, language: str) -> Reading:
    """Return a page of a version with its activities; raises UnknownPage."""
    known = await _pages(context, by)
    pages = book(known, version=version, language=language).pages
    place = next((place for place, one in enumerate(pages) if one.content["page"] == page), None)
    if place is None:
        raise UnknownPage
    found = pages[place]
    activities = await records.pointing(context, by=by, kind=ACTIVITY, field="page", target_id=found.id)
    activities.sort(key=lambda one: (one.content["position"], one.id))
    same = [one.content for one in known if one.content["page"] == page]
    return Reading(
        found, activities[:ACTIVITIES_MAX], pages[place - 1] if place else None,
        pages[place + 1] if place + 1 < len(pages) else None,
        sorted({one["version"] for one in same}, key=order, reverse=True),
        sorted({one["language"] for one in same if one["version"] == found.content["version"]}),
    )  # fmt: skip


async def _pages(context: Context, by: Actor) -> list[Record]:
    found: list[Record] = []
    async for one in records.each(context, by=by, kind=PAGE):
        found.append(one)
        if len(found) == PAGES_MAX:
            break
    return found


async def steps(context: Context, *, by: Actor, checklist_id: str) -> Steps:
    """Return a checklist with its pages and what is done; raises UnknownRecord, and Forbidden for non-planners."""
    checklist = await records.read(context, by=by, kind=CHECKLIST, record_id=checklist_id)
    said = checklist.content
    found = await read_book(context, by=by, version=said["version"], language=said["language"])
    pages = []
    for one in found.pages:
        activities = await records.pointing(context, by=by, kind=ACTIVITY, field="page", target_id=one.id)
        activities.sort(key=lambda activity: (activity.content["position"], activity.id))
        pages.append((one, activities[:ACTIVITIES_MAX]))
    ticks = await records.pointing(context, by=by, kind=TICK, field="checklist", target_id=checklist_id)
    done = {one.content["activity"]: one.content.get("evidence", "") for one in ticks if one.content["state"] == DONE}
    return Steps(checklist, pages, done)


async def tick(
    context: Context, *, by: Actor, checklist_id: str, activity_id: str, done: bool, evidence: str = ""
) -> None:
    """Tick a step off, or open it again; what was said before is kept. Raises UnknownRecord, UnknownStep, Forbidden."""
    if not records.may_write(TICK, by):
        raise Forbidden
    found = await steps(context, by=by, checklist_id=checklist_id)
    if activity_id not in {one.id for _page, activities in found.pages for one in activities}:
        raise UnknownStep
    content = {
        "checklist": checklist_id, "activity": activity_id, "state": DONE if done else AGAIN, "evidence": evidence
    }  # fmt: skip
    # One record for each step of a checklist, whoever ticks it first.
    tick_id = f"tick.{crypto.digest(f'{checklist_id}/{activity_id}'.encode())}"
    await records.put(context, by=by, kind=TICK, draft=Draft(content), record_id=tick_id)


async def say(
    context: Context, *, by: Actor, version: str, page: str, language: str, name: str, email: str, text: str
) -> tuple[Ticket, str]:
    """Take in what a reader says about a page; return it, and the secret of the link by which they follow it.

    Raises UnknownPage and TooManyTickets.
    """
    found = await read_page(context, by=by, version=version, page=page, language=language)
    said, secret, now = found.page.content, ids.new_secret(), clock.timestamp()
    ticket_id = ids.new_id()
    sealed = context.keys.seal(
        SEAL, msgspec.json.encode({"name": name, "email": email, "text": text}), bound_to=ticket_id
    )
    kept = Kept(ticket_id, said["version"], page, said["language"], sealed, TicketState.NEW, "", now, now)
    async with context.database.transaction() as tx:
        if await store.waiting(tx) >= TICKETS_WAITING_MAX:
            raise TooManyTickets
        await store.add(tx, kept, secret_digest=crypto.digest(secret.encode()))
        await audit.record(tx, by=by, action="learn.playbook.ticket-added", subject=f"ticket/{ticket_id}")
    return _ticket(context, kept), secret


async def follow(context: Context, *, secret: str) -> Ticket:
    """Return what became of what a reader said, by the secret of their link; raises UnknownTicket."""
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_secret(tx, crypto.digest(secret.encode()))
    if kept is None:
        raise UnknownTicket
    return _ticket(context, kept)


async def erase(context: Context, *, by: Actor, secret: str) -> None:
    """Erase what a reader said and who they are, as they ask by their link; raises UnknownTicket."""
    ticket = await follow(context, secret=secret)
    async with context.database.transaction() as tx:
        await store.erase(tx, ticket_id=ticket.id, at=clock.timestamp())
        await audit.record(tx, by=by, action="learn.playbook.ticket-erased", subject=f"ticket/{ticket.id}")


async def tickets(
    context: Context, *, by: Actor, state: str = "", after: str = "", limit: int = TICKETS_LISTED_MAX
) -> list[Ticket]:
    """Return what readers said, in the order in which it came; Forbidden for those who do not keep the playbook."""
    _keeping(by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.listed(tx, state=state, after=after, limit=min(limit, TICKETS_LISTED_MAX))
    return [_ticket(context, one) for one in kept]


async def ticket(context: Context, *, by: Actor, ticket_id: str) -> Ticket:
    """Return one ticket; raises UnknownTicket, and Forbidden for those who do not keep the playbook."""
    _keeping(by)
    async with context.database.reading(one_statement=True) as tx:
        kept = await store.by_id(tx, ticket_id)
    if kept is None:
        raise UnknownTicket
    return _ticket(context, kept)


async def answer(context: Context, *, by: Actor, ticket_id: str, state: TicketState, said: str) -> Ticket:
    """Say what becomes of a ticket; the sender sees it. Raises UnknownTicket."""
    _keeping(by)
    async with context.database.transaction() as tx:
        if not await store.answer(tx, ticket_id=ticket_id, state=state, said=said.strip(), at=clock.timestamp()):
            raise UnknownTicket
        detail = {"state": str(state)}
        subject = f"ticket/{ticket_id}"
        await audit.record(tx, by=by, action="learn.playbook.ticket-answered", subject=subject, detail=detail)
    return await ticket(context, by=by, ticket_id=ticket_id)


def _keeping(by: Actor) -> None:
    if not records.may_write(PAGE, by):
        raise Forbidden


def _ticket(context: Context, kept: Kept) -> Ticket:
    said = {"name": "", "email": "", "text": ""}
    if kept.said_sealed:
        said = msgspec.json.decode(context.keys.open(SEAL, kept.said_sealed, bound_to=kept.id))
    return Ticket(
        kept.id, kept.version, kept.page, kept.language, said["name"], said["email"], said["text"], kept.state,
        kept.answer, kept.created_at, kept.changed_at,
    )  # fmt: skip
