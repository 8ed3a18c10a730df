"""The pages on which country practices are compared and adopted."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, public
from govstack.pillars.learn.frame.model import PLAN
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.showcase import presenters, schemas, service
from govstack.pillars.learn.knowing.showcase.model import COMPARED_MAX, PRACTICE, SECTION
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record
from govstack.pillars.learn.translations import service as translations
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of country practices",))
OFFERED_MAX = 200


@routes.page("/practices/compare", access=public(), query=schemas.CompareQuery, operation_id="comparePracticesPage")
async def compare(call: Call) -> Page:
    """Show practices side by side."""
    words, asked = Words(call.language), schemas.chosen(call.query)
    read = await translations.titled(
        call.context, by=call.actor, kind=PRACTICE, language=call.language, limit=OFFERED_MAX
    )
    asked = asked or [practice_id for practice_id, _title in read[:2]]
    found = await service.chosen(call.context, by=call.actor, practice_ids=asked)
    found = await translations.translated(call.context, found, kind=PRACTICE, language=call.language)
    values = {
        "known": read,
        "asked": [*(one.id for one in found), "", "", "", ""][:COMPARED_MAX],
        "names": [one.content["country"] for one in found],
        "rows": presenters.side_by_side(found, words),
    }
    return framed(call, SECTION, "practices_compare.html", values)


@routes.page("/practices/{recordId}/adopt", access=needs(PLAN), operation_id="adoptPracticePage")
async def ask(call: Call) -> Page:
    """Ask whether to begin a programme from a practice."""
    practice, words = await _practice(call), Words(call.language)
    values = {"practice": practice, "attribution": presenters.attribution(practice, words)}
    return framed(call, SECTION, "practice_adopt.html", values)


@routes.form("/practices/{recordId}/adopt", access=needs(PLAN), operation_id="adoptPracticeForm")
async def adopt(call: Call) -> Redirect:
    """Begin a programme from a practice."""
    practice, words = await _practice(call), Words(call.language)
    made = await service.adopt(
        call.context, by=call.actor, practice_id=practice.id, name=presenters.name(practice, words),
        attribution=presenters.attribution(practice, words),
    )  # fmt: skip
    return Redirect(f"/programmes/{made.id}", notice=_("A programme was begun from this practice."))


async def _practice(call: Call) -> Record:
    try:
        found = await records.read(call.context, by=call.actor, kind=PRACTICE, record_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    (shown,) = await translations.translated(call.context, [found], kind=PRACTICE, language=call.language)
    return shown
