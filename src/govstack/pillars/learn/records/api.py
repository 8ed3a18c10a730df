"""The operations on records: the same for every kind, each with the shapes of its kind."""

from __future__ import annotations

from typing import Any

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.pillars.learn.records import schemas, service
from govstack.pillars.learn.records.errors import BadId, ChangedMeanwhile, IdTaken, Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.service import Draft

RIGHTS = "audience of the record"
WRITING = (Unfit, BadId, IdTaken, ChangedMeanwhile)


def routes_of(kind: Kind, tag: str) -> Routes:
    """Return the operations on the records of a kind."""
    routes = Routes(tags=(tag,))
    shapes, name = schemas.shapes_of(kind), _camel(kind.name)
    many, one = f"/{kind.plural}", f"/{kind.plural}/{{recordId}}"
    reading, writing = kind.reading if not kind.opens else by_policy(RIGHTS), needs(kind.write)

    async def listed(call: Call) -> Any:
        asked = call.query
        found = await service.listed(
            call.context, by=call.actor, kind=kind, words=asked.q, after=asked.after, limit=asked.limit,
            archived=asked.archived,
        )  # fmt: skip
        following = found[-1].id if len(found) == asked.limit else ""
        return shapes.listing([schemas.answer_of(shapes, record) for record in found], following)

    async def read(call: Call) -> Any:
        record = await service.read(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"])
        return schemas.answer_of(shapes, record)

    async def create(call: Call, body: Any) -> Any:
        draft = Draft(schemas.content_of(body), body.audience)
        return schemas.answer_of(shapes, await service.put(call.context, by=call.actor, kind=kind, draft=draft))

    async def put(call: Call, body: Any) -> Any:
        draft = Draft(schemas.content_of(body), body.audience, body.number)
        record_id = call.path["recordId"]
        made = await service.put(call.context, by=call.actor, kind=kind, draft=draft, record_id=record_id)
        return schemas.answer_of(shapes, made)

    async def archive(call: Call) -> Answer:
        await service.archive(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"])
        return Answer(status=204)

    async def history(call: Call) -> Any:
        found = await service.history(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"])
        return shapes.history([schemas.answer_of(shapes, record) for record in found])

    async def erase(call: Call) -> Answer:
        await service.erase(call.context, by=call.actor, kind=kind, record_id=call.path["recordId"])
        return Answer(status=204)

    routes.get(
        many, access=reading, query=schemas.ListQuery, answer=shapes.listing, operation_id=f"list{name}Records",
        summary=f"List: {kind.labels}",
    )(listed)  # fmt: skip
    routes.post(
        many, access=writing, body=shapes.given, answer=shapes.answer, status=201, operation_id=f"create{name}",
        summary=f"Write down: {kind.label}", errors=(Unfit,),
    )(create)  # fmt: skip
    routes.get(
        one, access=reading, answer=shapes.answer, operation_id=f"read{name}", summary=f"Read: {kind.label}",
        errors=(UnknownRecord,),
    )(read)  # fmt: skip
    routes.put(
        one, access=writing, body=shapes.given, answer=shapes.answer, operation_id=f"put{name}",
        summary=f"Write or change: {kind.label}", errors=WRITING,
    )(put)  # fmt: skip
    routes.delete(
        one, access=writing, status=204, operation_id=f"archive{name}", summary=f"Take out of use: {kind.label}",
        errors=(UnknownRecord,),
    )(archive)  # fmt: skip
    routes.get(
        f"{one}/history", access=writing, answer=shapes.history, operation_id=f"read{name}History",
        summary=f"Read what it said before: {kind.label}", errors=(UnknownRecord,),
    )(history)  # fmt: skip
    if kind.personal:
        routes.delete(
            f"{one}/personal", access=writing, status=204, operation_id=f"erase{name}",
            summary=f"Erase what is personal: {kind.label}", errors=(UnknownRecord,),
        )(erase)  # fmt: skip
    return routes


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))
