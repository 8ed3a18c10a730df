"""The operations on records: the same for every kind, each with the shapes of its kind."""

from __future__ import annotations

from typing import Any

from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.records import schemas, service
from govstack.pillars.learn.records.errors import ChangedMeanwhile, IdTaken, Unfit, UnknownRecord
from govstack.pillars.learn.records.model import Kind
from govstack.pillars.learn.records.service import Draft

WRITING = (Unfit, BadId, IdTaken, ChangedMeanwhile)


class Operations:
    """The operations on the records of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind, self.shapes = kind, schemas.shapes_of(kind)
        self.routes = Routes(tags=(kind.labels,))
        self._declare_reading()
        self._declare_writing()

    def _declare_reading(self) -> None:
        kind, shapes, name = self.kind, self.shapes, _camel(self.kind.name)
        one, reading = f"/{kind.plural}/{{recordId}}", schemas.access_to(kind)
        self.routes.get(
            f"/{kind.plural}", access=reading, query=schemas.ListQuery, answer=shapes.listing,
            operation_id=f"list{name}Records", summary=f"List: {kind.labels}",
        )(self.list)  # fmt: skip
        self.routes.get(
            one, access=reading, answer=shapes.answer, operation_id=f"read{name}", summary=f"Read: {kind.label}",
            errors=(UnknownRecord,),
        )(self.read)  # fmt: skip
        self.routes.get(
            f"{one}/history", access=needs(kind.write), answer=shapes.history, operation_id=f"read{name}History",
            summary=f"Read what it said before: {kind.label}", errors=(UnknownRecord,),
        )(self.history)  # fmt: skip

    def _declare_writing(self) -> None:
        kind, shapes, name = self.kind, self.shapes, _camel(self.kind.name)
        one, writing = f"/{kind.plural}/{{recordId}}", needs(self.kind.write)
        self.routes.post(
            f"/{kind.plural}", access=writing, body=shapes.given, answer=shapes.answer, status=201,
            operation_id=f"create{name}", summary=f"Write down: {kind.label}", errors=(Unfit,),
        )(self.create)  # fmt: skip
        self.routes.put(
            one, access=writing, body=shapes.given, answer=shapes.answer, operation_id=f"put{name}",
            summary=f"Write or change: {kind.label}", errors=WRITING,
        )(self.put)  # fmt: skip
        self.routes.delete(
            one, access=writing, status=204, operation_id=f"archive{name}", summary=f"Take out of use: {kind.label}",
            errors=(UnknownRecord,),
        )(self.archive)  # fmt: skip
        if kind.personal:
            self.routes.get(
                f"{one}/personal", access=writing, answer=shapes.history, operation_id=f"takeOut{name}",
                summary=f"Take out all that is known of the person: {kind.label}", errors=(UnknownRecord,),
            )(self.take_out)  # fmt: skip
            self.routes.delete(
                f"{one}/personal", access=writing, status=204, operation_id=f"erase{name}",
                summary=f"Erase what is personal: {kind.label}", errors=(UnknownRecord,),
            )(self.erase)  # fmt: skip

    async def list(self, call: Call) -> Any:
        """List records in the order of their ids."""
        asked = call.query
        found = await service.listed(
            call.context, by=call.actor, kind=self.kind, words=asked.q, after=asked.after, limit=asked.limit,
            archived=asked.archived,
        )  # fmt: skip
        following = found[-1].id if len(found) == asked.limit else ""
        return self.shapes.listing([schemas.answer_of(self.shapes, record) for record in found], following)

    async def read(self, call: Call) -> Any:
        """Read a record."""
        record = await service.read(call.context, by=call.actor, kind=self.kind, record_id=call.path["recordId"])
        return schemas.answer_of(self.shapes, record)

    async def create(self, call: Call, body: Any) -> Any:
        """Write a record down under an id of ours."""
        draft = Draft(schemas.content_of(body), body.audience, written_in=body.written_in)
        made = await service.put(call.context, by=call.actor, kind=self.kind, draft=draft)
        return schemas.answer_of(self.shapes, made)

    async def put(self, call: Call, body: Any) -> Any:
        """Write a record under an id of the caller's, or change it."""
        draft, record_id = (
            Draft(schemas.content_of(body), body.audience, body.number, written_in=body.written_in),
            call.path["recordId"],
        )
        made = await service.put(call.context, by=call.actor, kind=self.kind, draft=draft, record_id=record_id)
        return schemas.answer_of(self.shapes, made)

    async def archive(self, call: Call) -> Answer:
        """Take a record out of use."""
        await service.archive(call.context, by=call.actor, kind=self.kind, record_id=call.path["recordId"])
        return Answer(status=204)

    async def history(self, call: Call) -> Any:
        """Read what a record said, the newest first."""
        record_id = call.path["recordId"]
        found = await service.history(call.context, by=call.actor, kind=self.kind, record_id=record_id)
        return self.shapes.history([schemas.answer_of(self.shapes, record) for record in found])

    async def take_out(self, call: Call) -> Any:
        """Take out what a record says and said of a person, the newest first; that it was taken out is written down."""
        record_id = call.path["recordId"]
        found = await service.taken_out(call.context, by=call.actor, kind=self.kind, record_id=record_id, file="json")
        return self.shapes.history([schemas.answer_of(self.shapes, record) for record in found])

    async def erase(self, call: Call) -> Answer:
        """Erase what is personal in a record and in all it said before."""
        await service.erase(call.context, by=call.actor, kind=self.kind, record_id=call.path["recordId"])
        return Answer(status=204)


def _camel(name: str) -> str:
    return "".join(part.title() for part in name.split("-"))
