"""The pages on which facilitators write for their community, and on which its members read what they wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.agenda import presenters as events
from govstack.pillars.learn.knowing.agenda import service as agenda
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import CharterStep
from govstack.pillars.learn.knowing.communities.model import CHARTER, COMMUNITY, DECLINED, DRAFT, SECTION, Room
from govstack.pillars.learn.knowing.gatherings import service as gatherings
from govstack.pillars.learn.knowing.leading import service
from govstack.pillars.learn.knowing.leading.model import EVENT, OWN_CHARTER, WRITTEN, Led
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Kind, Record, title_of
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.registers import presenters, schemas
from govstack.pillars.learn.registers.pages import Forms
from govstack.web.answers import Page, Redirect

MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")


class Written(Forms):
    """The pages of one kind of record as it belongs to communities."""

    def __init__(self, led: Led, kinds: Iterable[Kind]) -> None:
        super().__init__(led.kind, kinds)
        self.led, self.left = led, led.left
        self.routes = Routes(tags=("pages of communities",))
        add, kind = self.routes, led.kind
        name = "".join(part.title() for part in kind.name.split("-"))
        many = f"/communities/{{recordId}}/{kind.plural}"
        one = f"{many}/{{writtenId}}"
        for ask, take, path, act in (
            (self.ask, self.create, f"{many}/new", "Write down"),
            (self.ask_change, self.change, f"{one}/change", "Change"),
        ):
            add.page(
                path, access=LEADERS, operation_id=f"community{name}{act.split()[0]}Page",
                summary=f"{act} for a community: {kind.label}",
            )(ask)  # fmt: skip
            add.form(
                path, access=LEADERS, operation_id=f"community{name}{act.split()[0]}Form",
                summary=f"{act} for a community: {kind.label}",
            )(take)  # fmt: skip
        if led is EVENT:
            add.page(many, access=MEMBERS, operation_id="communityGatheringsPage", summary="Events of a community")(
                self.listed
            )
        else:
            add.page(
                one, access=MEMBERS if led.for_all else LEADERS, operation_id=f"community{name}Page",
                summary=f"{kind.label} of a community",
            )(self.show)  # fmt: skip
        if led is OWN_CHARTER:
            add.form(f"{one}/submission", access=LEADERS, operation_id="submitCommunityCharterForm")(self.submit)

    async def listed(self, call: Call) -> Page:
        """List the events of a community: what is to come, and what is not any more."""
        community_id = call.path["recordId"]
        found = await service.listed(call.context, by=call.actor, led=self.led, community_id=community_id)
        room = await communities.inside(call.context, by=call.actor, community_id=community_id)
        room = await communities.spoken(call.context, room, language=call.language)
        listed = agenda.listed(found)
        left = await gatherings.left(call.context, gathering_ids=[one.id for one in listed.ahead])
        ahead, gone = events.both(Words(call.language), listed, left)
        return framed(call, SECTION, "community_gatherings.html", {"room": room, "ahead": ahead, "gone": gone})

    async def ask(self, call: Call) -> Page:
        """Ask what a new record says."""
        await communities.working(call.context, by=call.actor, community_id=call.path["recordId"], leading=True)
        return await self._form(call, {}, {}, None)

    async def create(self, call: Call) -> Page | Redirect:
        """Write a record down."""
        await communities.working(call.context, by=call.actor, community_id=call.path["recordId"], leading=True)
        return await self._write(call, None)

    async def ask_change(self, call: Call) -> Page:
        """Ask what a record says now."""
        record = await self._to_change(call)
        return await self._form(call, record.content, {}, record)

    async def change(self, call: Call) -> Page | Redirect:
        """Change a record."""
        return await self._write(call, await self._to_change(call))

    async def submit(self, call: Call) -> Page | Redirect:
        """Put a charter forward."""
        room, charter = await self._found(call)
        try:
            await communities.submit_charter(call.context, by=call.actor, charter_id=charter.id)
        except CharterStep as problem:
            return await self._show(call, room, charter, problem.title)
        return Redirect(
            self._address(call, charter.id), notice=_("The charter was put forward. Somebody else decides.")
        )

    async def show(self, call: Call) -> Page:
        """Show a record to those who may read it."""
        return await self._show(call, *await self._found(call), "")

    async def _show(self, call: Call, room: Room, record: Record, fault: str) -> Page:
        kind, words = self.kind, Words(call.language)
        (shown,) = await self._translated(call, kind, [record])
        named = await self._named(call, kind, [record])
        room = await communities.spoken(call.context, room, language=call.language)
        values = {
            "kind": kind,
            "room": room,
            "heading": presenters.heading(kind, shown, words),
            "written_in": shown.tongue(kind.title) or call.language,
            "summary": presenters.summary(kind, shown, named),
            "here": self._address(call, record.id),
            "changes": room.leads and room.live,
            "submits": kind is CHARTER and room.leads and record.content.get("state", DRAFT) in {DRAFT, DECLINED},
            "fault": fault,
        }
        return framed(call, SECTION, "community_record.html", values, status=409 if fault else 200)

    async def _found(self, call: Call) -> tuple[Room, Record]:
        try:
            return await service.read(
                call.context, by=call.actor, led=self.led, community_id=call.path["recordId"],
                record_id=call.path["writtenId"],
            )  # fmt: skip
        except UnknownRecord as error:
            raise NotFound from error

    async def _to_change(self, call: Call) -> Record:
        await communities.working(call.context, by=call.actor, community_id=call.path["recordId"], leading=True)
        return (await self._found(call))[1]

    def _address(self, call: Call, record_id: str) -> str:
        return f"/communities/{call.path['recordId']}/{self.kind.plural}/{record_id}"

    async def _put(self, call: Call, draft: Draft, record: Record | None) -> Record:
        return await service.write(
            call.context, by=call.actor, led=self.led, community_id=call.path["recordId"], draft=draft,
            record_id=record.id if record else "", new_id=schemas.made_of(call.form),
        )  # fmt: skip

    def _after(self, call: Call, record_id: str) -> str:
        return f"/gatherings/{record_id}/attendance" if self.led is EVENT else self._address(call, record_id)

    def _place(self, call: Call, record: Record | None) -> tuple[str, str]:
        community = f"/communities/{call.path['recordId']}"
        if record is None:
            return f"{community}/{self.kind.plural}/new", f"{community}/room"
        return f"{self._address(call, record.id)}/change", self._after(call, record.id)

    async def _form(
        self, call: Call, content: Mapping[str, Any], errors: Mapping[str, str], record: Record | None
    ) -> Page:
        asked = await super()._form(call, content, errors, record)
        if record:
            return asked
        room = await communities.inside(call.context, by=call.actor, community_id=call.path["recordId"], leading=True)
        room = await communities.spoken(call.context, room, language=call.language)
        return replace(asked, values={**asked.values, "heading": title_of(COMMUNITY, room.record.content)})


def routes_of(kinds: Iterable[Kind]) -> tuple[Routes, ...]:
    """Return the pages; what records may point at is of the kinds given."""
    known = tuple(kinds)
    return tuple(Written(led, known).routes for led in WRITTEN)
