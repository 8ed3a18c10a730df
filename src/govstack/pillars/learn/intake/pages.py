"""The page of a file of rows: how far it is, what became of its rows, and how to stop it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.intake import presenters, schemas, service
from govstack.pillars.learn.intake.errors import NotBeingRead
from govstack.pillars.learn.intake.model import Intake, State
from govstack.pillars.learn.intake.service import Room
from govstack.web.answers import Page, Redirect

ONE = "/files/{fileId}"
REFRESH_SECONDS = 10
SENDERS = by_policy("those who may send such files")
FOLLOWERS = by_policy("those who may send such files, and the training unit")


def routes_of(rooms: Mapping[str, Room]) -> Routes:
    """Return the pages of the files of these rooms, by their names."""
    routes = Routes(tags=("pages of files",))

    async def listed(call: Call) -> Page:
        """Show the training unit which files are being read, so that it can stop any of them."""
        found = await service.being_read(call.context)
        values = {"rows": presenters.rows(found, Words(call.language))}
        return framed(call, "desk", "files_being_read.html", values)

    async def show(call: Call) -> Page:
        """Show how far a file is; the page renews itself until it is done."""
        words, one = Words(call.language), await _followed(call)
        sends = call.actor.may(one.scope)
        # Refused rows may name people: they are for those who may send such files.
        found = await service.first_refusals(call.context, intake_id=one.id) if sends else []
        room = rooms[one.room]
        values = {**presenters.shown(one, found, words), "back": room.page(one.about) if sends else "/files"}
        page = framed(call, room.section(one.about), "file.html", values)
        return replace(page, headers={"Refresh": str(REFRESH_SECONDS)}) if one.state is State.READING else page

    async def refused(call: Call) -> Answer:
        """Hand out the rows that were refused, to be put right and sent again."""
        one = await _file(call)
        return schemas.refusals_file(one.id, service.refusals(call.context, intake_id=one.id))

    async def cancel(call: Call) -> Redirect:
        """Stop taking a file in."""
        one = await _followed(call)
        try:
            await service.cancel(call.context, by=call.actor, intake_id=one.id)
        except NotBeingRead as problem:
            return Redirect(f"/files/{one.id}", notice=problem.detail)
        return Redirect(f"/files/{one.id}", notice=_("The file is not read on. What was taken in stays."))

    routes.page("/files", access=needs(PLAN), operation_id="filesBeingReadPage")(listed)
    routes.page(ONE, access=FOLLOWERS, operation_id="filePage")(show)
    routes.page(ONE + "/refused", access=SENDERS, operation_id="refusedRowsFile")(refused)
    routes.form(ONE + "/cancel", access=FOLLOWERS, operation_id="cancelFileForm")(cancel)
    return routes


async def _followed(call: Call) -> Intake:
    return await service.followed(call.context, by=call.actor, intake_id=call.path["fileId"])


async def _file(call: Call) -> Intake:
    return await service.found(call.context, by=call.actor, intake_id=call.path["fileId"])
