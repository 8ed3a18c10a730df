"""The page from which everything that one has earned is taken along, and the files of it."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.transcripts import schemas, service
from govstack.pillars.learn.learning.transcripts.model import COLUMNS, OWN_COLUMNS
from govstack.web.answers import Page

routes = Routes(tags=("pages of badges",))


@routes.page("/record", access=signed_in(), operation_id="recordPage")
async def show(call: Call) -> Page:
    """Offer everything that one has earned as files, and say what is in which of them."""
    return framed(call, "badges", "my_record.html", {"held": await service.held(call.context, by=call.actor)})


@routes.page("/record/signed", access=signed_in(), operation_id="recordSignedPage")
async def signed(call: Call) -> Answer:
    """Download the signed record."""
    name = Words(call.language)(_("Learner record"))
    return schemas.record_answer(await service.record(call.context, by=call.actor, name=name))


@routes.page("/record/file", access=signed_in(), query=schemas.FileQuery, operation_id="recordFilePage")
async def rows(call: Call) -> Answer:
    """Download everything as rows."""
    found = await service.own_rows(call.context, by=call.actor, language=call.language)
    return table_answer("badges", Format(call.query.format), OWN_COLUMNS, at_once(found))


@routes.page(
    "/badge-register/file", access=needs(ADMINISTER), query=schemas.FileQuery, operation_id="badgeRegisterFilePage"
)
async def register(call: Call) -> Answer:
    """Download the register of badges as rows."""
    found = await service.register_rows(call.context, by=call.actor, language=call.language)
    return table_answer("badges", Format(call.query.format), COLUMNS, at_once(found))
