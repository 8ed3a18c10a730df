"""The library that readers see, the gate before it, and the figures of the cycle."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.knowledge import presenters, schemas, service
from govstack.pillars.learn.knowing.knowledge.errors import NotProposed, SecondPersonNeeded
from govstack.pillars.learn.knowing.knowledge.model import ITEM, SECTION, Edition, Way, in_other_cycle
from govstack.pillars.learn.papers import presenters as papers
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of knowledge",))
LIBRARY = "library"
READERS = by_policy("audience of the edition")
WORKING = needs(FACILITATE)
ONE = "/knowledge-items/{recordId}/publishing"
PAGE_EDITIONS = 50


@routes.page("/library", access=READERS, query=schemas.LibraryQuery, operation_id="libraryPage")
async def library(call: Call) -> Page:
    """List what was published for the reader."""
    words, asked = Words(call.language), call.query
    found = await service.library(call.context, by=call.actor, after=asked.after, limit=PAGE_EDITIONS)
    terms = await vocabularies.terms(call.context, vocabularies=["knowledge-type", "language"])
    more = {"after": found[-1].item_id} if len(found) == PAGE_EDITIONS else {}
    values = {
        "rows": presenters.rows(found, terms, words),
        "first": "/library" if asked.after else "",
        "next": f"/library?{urlencode(more)}" if more else "",
    }
    return framed(call, LIBRARY, "library.html", values)


@routes.page("/library/{recordId}", access=READERS, query=schemas.EditionQuery, operation_id="editionPage")
async def read(call: Call) -> Page:
    """Show what was published of an item."""
    words = Words(call.language)
    found, all_of_them = await service.edition(
        call.context, by=call.actor, item_id=call.path["recordId"], number=call.query.edition
    )
    await service.use(call.context, by=call.actor, item_id=found.item_id, way=Way.VIEW, address=call.client_address)
    values = {
        "edition": found,
        "written_in": found.content["language"],
        "name": found.content["name"],
        "summary": found.content["summary"],
        "body": presenters.markdown(found.content.get("body", "")),
        "journal": presenters.journal(found, words),
        "facts": await _facts(call, found),
        "editions": all_of_them,
        "newest": all_of_them[0].edition == found.edition,
    }
    return framed(call, LIBRARY, "library_item.html", values)


@routes.page("/library/{recordId}/file", access=READERS, query=schemas.FileQuery, operation_id="editionFilePage")
async def file(call: Call) -> Answer:
    """Hand out what was published of an item as a file."""
    words, asked = Words(call.language), call.query
    found, _all = await service.edition(
        call.context, by=call.actor, item_id=call.path["recordId"], number=asked.edition
    )
    kind = schemas.paper_of(asked)
    if kind is not None:
        body = papers.drawn(presenters.paper(found, await _facts(call, found), words), kind)
        media_type = kind.media_type
    elif asked.format == "json":
        body, media_type = msgspec.json.encode(schemas.shown(found)), "application/json; charset=utf-8"
    else:
        body, media_type = presenters.plain(found, words).encode(), "text/markdown; charset=utf-8"
    await service.use(call.context, by=call.actor, item_id=found.item_id, way=Way.DOWNLOAD, address=call.client_address)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.item_id}.{asked.format}"', "Cache-Control": "no-store"
    }  # fmt: skip
    return Answer(body=body, media_type=media_type, headers=headers)


@routes.page(ONE, access=WORKING, operation_id="publishingPage")
async def gate(call: Call) -> Page:
    """Show where an item stands at the gate."""
    return await _gate(call, {})


@routes.form(f"{ONE}/propose", access=WORKING, operation_id="proposeKnowledgeForm")
async def propose(call: Call) -> Redirect:
    """Propose what an item says now to be published."""
    try:
        await service.propose(call.context, by=call.actor, item_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    return Redirect(_here(call), notice=_("It is proposed. Somebody who did not write it can publish it now."))


@routes.form(f"{ONE}/publish", access=WORKING, operation_id="publishKnowledgeForm")
async def publish(call: Call) -> Page | Redirect:
    """Publish what is proposed."""
    try:
        await service.publish(call.context, by=call.actor, item_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    except (NotProposed, SecondPersonNeeded) as problem:
        return await _gate(call, {"": problem.title})
    return Redirect(_here(call), notice=_("It was published."))


@routes.form(f"{ONE}/withdraw", access=WORKING, operation_id="withdrawKnowledgeForm")
async def withdraw(call: Call) -> Page | Redirect:
    """Withdraw what was published."""
    reason = call.form.get("reason", "").strip()
    if not reason or len(reason) > schemas.REASON_CHARACTERS_MAX:
        return await _gate(call, {"reason": _("Say in a few words why it is withdrawn.")})
    try:
        await service.withdraw(call.context, by=call.actor, item_id=call.path["recordId"], reason=reason)
    except UnknownRecord as error:
        raise NotFound from error
    return Redirect(_here(call), notice=_("It was withdrawn. What was published is kept, and nobody reads it."))


@routes.page("/knowledge-figures", access=WORKING, query=schemas.CycleQuery, operation_id="knowledgeFiguresPage")
async def figures(call: Call) -> Page:
    """Show what the cycle comes to."""
    words, cycle = Words(call.language), call.query.cycle
    found = await service.figures(call.context, by=call.actor)
    name = "knowledge-stage" if cycle == "text" else "knowledge-stage-figure"
    terms = await vocabularies.terms(call.context, vocabularies=["knowledge-stage", name])
    stages = {
        one: [(term.code, presenters.label(terms, one, term.code, call.language)) for term in terms[one]]
        for one in terms
    }
    stock = found.stock if cycle == "text" else in_other_cycle(found.stock, await service.matches(call.context))
    titles = await records.titles(call.context, record_ids=[one.item_id for one in found.unused])
    values = {
        "cycle": cycle,
        "stock": presenters.stock_chart(stock, stages[name], words),
        "flow": presenters.flow_chart(found, stages["knowledge-stage"], words) if found.flow else None,
        "found": found,
        "uses": [(words(text), found.uses.get(way, 0)) for way, text in presenters.WAYS.items()],
        "unused": [
            [
                {"text": titles[one.item_id][1], "href": f"/knowledge-items/{one.item_id}"},
                presenters.label(terms, "knowledge-stage", one.stage, call.language),
                {"moment": one.since},
            ]
            for one in found.unused
        ],
    }
    return framed(call, SECTION, "knowledge_figures.html", values)


async def _facts(call: Call, found: Edition) -> list[tuple[str, str]]:
    terms = await vocabularies.terms(call.context, vocabularies=ITEM.vocabularies)
    named = [found.content["owner"], *found.content.get("contributors", ())]
    names = await people.people(call.context, person_ids=named)
    return presenters.facts(found, terms, names, Words(call.language))


def _here(call: Call) -> str:
    return f"/knowledge-items/{call.path['recordId']}/publishing"


async def _gate(call: Call, errors: dict[str, str]) -> Page:
    try:
        found = await service.standing(call.context, by=call.actor, item_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    words = Words(call.language)
    values = {
        "standing": found,
        "item": found.item,
        "own": call.actor.id in found.writers,
        "readers": {str(one): words(text) for one, text in presenters.READERS.items()},
        "uses": [(words(text), found.uses.get(way, 0)) for way, text in presenters.WAYS.items()],
        "form": call.form,
        "errors": errors,
        "maximum": schemas.REASON_CHARACTERS_MAX,
    }
    return framed(call, SECTION, "knowledge_publishing.html", values)
