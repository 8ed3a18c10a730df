"""Pages of instruments: look at one, take it out, and write its next version."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.pillars.learn.frame.model import ADMINISTER, PLAN
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.needs.instruments import presenters, schemas, service
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument
from govstack.pillars.learn.needs.instruments.model import DOCUMENT_BYTES_MAX
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of assessments",))
ONE = "/instruments/{instrumentId}"
PAGE_INSTRUMENTS = 100


@routes.page("/instruments", access=needs(PLAN), query=schemas.ListQuery, operation_id="instrumentsPage")
async def instruments(call: Call) -> Page:
    """List instruments."""
    found = await service.listed(call.context, after=call.query.after, limit=PAGE_INSTRUMENTS)
    values = {
        "rows": presenters.rows(found, Words(call.language)), "may_write": call.actor.may(ADMINISTER),
        "first": "/instruments" if call.query.after else "",
        "next": f"/instruments?after={found[-1].id}" if len(found) == PAGE_INSTRUMENTS else "",
    }  # fmt: skip
    return framed(call, "instruments", "instruments.html", values)


@routes.page(ONE, access=needs(PLAN), query=schemas.VersionQuery, operation_id="instrumentPage")
async def instrument(call: Call) -> Page:
    """Show a version of an instrument."""
    one_id = call.path["instrumentId"]
    found = await service.instrument(call.context, instrument_id=one_id, version=call.query.version)
    versions = await service.versions(call.context, instrument_id=one_id)
    rated = await service.rateable(call.context, instrument=found)
    names = {item: in_language(competency.titles, call.language) for item, (competency, _scale) in rated.items()}
    values = {
        **presenters.shown(found, Words(call.language), names), "id": one_id, "version": found.version,
        "versions": [
            ({"text": str(number), "href": f"/instruments/{one_id}?version={number}"}, {"moment": at})
            for number, at in versions
        ],
        "may_write": call.actor.may(ADMINISTER),
    }  # fmt: skip
    return framed(call, "instruments", "instrument.html", values)


@routes.page(ONE + "/file", access=needs(PLAN), query=schemas.VersionQuery, operation_id="instrumentFile")
async def file(call: Call) -> Answer:
    """Hand out a version as a JSON document."""
    found = await service.instrument(call.context, instrument_id=call.path["instrumentId"], version=call.query.version)
    headers = {"Content-Disposition": f'attachment; filename="{found.id}-{found.version}.json"'}
    body = presenters.text(found).encode()
    return Answer(body=body, media_type="application/json; charset=utf-8", headers=headers)


@routes.page(ONE + "/next", access=needs(ADMINISTER), operation_id="nextInstrumentPage")
async def ask_next(call: Call) -> Page:
    """Show the newest version as text to be changed."""
    found = await service.instrument(call.context, instrument_id=call.path["instrumentId"])
    return _asked(call, f"/instruments/{found.id}/next", presenters.text(found), {})


@routes.form(
    ONE + "/next", access=needs(ADMINISTER), body_bytes_max=2 * DOCUMENT_BYTES_MAX, operation_id="nextInstrumentForm"
)  # fmt: skip
async def write_next(call: Call) -> Page | Redirect:
    """Write the next version."""
    return await _written(call, call.path["instrumentId"], f"/instruments/{call.path['instrumentId']}/next")


@routes.page("/new-instrument", access=needs(ADMINISTER), operation_id="newInstrumentPage")
async def ask_new(call: Call) -> Page:
    """Ask for a new instrument."""
    return _asked(call, "/new-instrument", "", {})


@routes.form(
    "/new-instrument", access=needs(ADMINISTER), body_bytes_max=2 * DOCUMENT_BYTES_MAX, operation_id="newInstrumentForm"
)  # fmt: skip
async def write_new(call: Call) -> Page | Redirect:
    """Write the first version of a new instrument."""
    return await _written(call, "", "/new-instrument")


async def _written(call: Call, instrument_id: str, here: str) -> Page | Redirect:
    words = Words(call.language)
    upload = call.files.get("file")
    given = upload.content.decode(errors="replace") if upload and upload.name else call.form.get("document", "")
    if not given.strip():
        return _asked(call, here, given, {"document": words(_("Enter the document or choose a file"))})
    try:
        found = service.read(given)
        made = await service.write(
            call.context, by=call.actor, instrument_id=instrument_id or found.id, instrument=found
        )
    except FaultyInstrument as problem:
        faults = [(place, words.said(text)) for place, text in problem.fields.items()]
        return _asked(call, here, given, {"document": words.said(problem.title)}, faults)
    except BadRequest as problem:
        return _asked(call, here, given, {"document": words.said(problem.detail)})
    return Redirect(f"/instruments/{made.id}", notice=words(_("Version {number} is kept."), number=str(made.version)))


def _asked(
    call: Call, here: str, document: str, errors: dict[str, str], faults: list[tuple[str, str]] | None = None
) -> Page:  # fmt: skip
    values = {"here": here, "document": document, "errors": errors, "faults": faults or []}
    return framed(call, "instruments", "instrument_write.html", values)
