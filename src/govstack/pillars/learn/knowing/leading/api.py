"""The operations on what belongs to a community: its facilitators write, its members read."""

from __future__ import annotations

from typing import Any

from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.knowing.communities.errors import (
    CommunityClosed,
    LeadersOnly,
    MembersOnly,
    UnknownCommunity,
)
from govstack.pillars.learn.knowing.leading import service
from govstack.pillars.learn.knowing.leading.model import WRITTEN, Led
from govstack.pillars.learn.records import schemas
from govstack.pillars.learn.records.errors import ChangedMeanwhile, Unfit, UnknownRecord
from govstack.pillars.learn.records.service import Draft

routes = Routes(tags=("Communities",))
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
WRITING = (UnknownCommunity, LeadersOnly, CommunityClosed, Unfit)


class Operations:
    """The operations on one kind of record as it belongs to communities."""

    def __init__(self, led: Led) -> None:
        self.led, self.shapes = led, schemas.shapes_of(led.kind)
        kind, shapes, reading = led.kind, self.shapes, MEMBERS if led.for_all else LEADERS
        name = "".join(part.title() for part in kind.name.split("-"))
        many = f"/communities/{{recordId}}/{kind.plural}"
        one, unseen = f"{many}/{{writtenId}}", (UnknownCommunity, MembersOnly if led.for_all else LeadersOnly)
        routes.get(
            many, access=reading, answer=shapes.listing, operation_id=f"list{name}OfCommunity",
            summary=f"List of a community: {kind.labels}", errors=unseen,
        )(self.list)  # fmt: skip
        routes.get(
            one, access=reading, answer=shapes.answer, operation_id=f"read{name}OfCommunity",
            summary=f"Read of a community: {kind.label}", errors=(*unseen, UnknownRecord),
        )(self.read)  # fmt: skip
        routes.post(
            many, access=LEADERS, body=shapes.given, answer=shapes.answer, status=201,
            operation_id=f"create{name}OfCommunity", summary=f"Write down for a community: {kind.label}",
            errors=WRITING,
        )(self.create)  # fmt: skip
        routes.put(
            one, access=LEADERS, body=shapes.given, answer=shapes.answer, operation_id=f"change{name}OfCommunity",
            summary=f"Change for a community: {kind.label}", errors=(*WRITING, UnknownRecord, BadId, ChangedMeanwhile),
        )(self.change)  # fmt: skip

    async def list(self, call: Call) -> Any:
        """List what belongs to a community."""
        found = await service.listed(call.context, by=call.actor, led=self.led, community_id=call.path["recordId"])
        return self.shapes.listing([schemas.answer_of(self.shapes, record) for record in found], "")

    async def read(self, call: Call) -> Any:
        """Read something of a community."""
        _room, record = await service.read(
            call.context, by=call.actor, led=self.led, community_id=call.path["recordId"],
            record_id=call.path["writtenId"],
        )  # fmt: skip
        return schemas.answer_of(self.shapes, record)

    async def create(self, call: Call, body: Any) -> Any:
        """Write something down for a community, under an id of ours."""
        return await self._write(call, body, "")

    async def change(self, call: Call, body: Any) -> Any:
        """Change something of a community."""
        return await self._write(call, body, call.path["writtenId"])

    async def _write(self, call: Call, body: Any, record_id: str) -> Any:
        draft = Draft(schemas.content_of(body), body.audience, body.number, written_in=body.written_in)
        made = await service.write(
            call.context, by=call.actor, led=self.led, community_id=call.path["recordId"], draft=draft,
            record_id=record_id,
        )  # fmt: skip
        return schemas.answer_of(self.shapes, made)


for one in WRITTEN:
    Operations(one)
