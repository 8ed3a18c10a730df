"""Pages that write the next version of an instrument part by part; each change is saved in the draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.drafting import model, presenters, schemas, service
from govstack.pillars.learn.needs.drafting.errors import BadEntry, DraftMoved, InstrumentThere, PartInUse
from govstack.pillars.learn.needs.drafting.model import Act, Draft
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.errors import FaultyInstrument
from govstack.pillars.learn.needs.instruments.model import (
    DOCUMENT_BYTES_MAX,
    Family,
    Instrument,
    Item,
    ItemKind,
    Scale,
    Section,
)
from govstack.pillars.learn.needs.instruments.presenters import text as document_text
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of assessments",))
ONE = "/instruments/{instrumentId}/draft"
SAVED = _("Saved in the draft.")
# Forms with many texts in many languages.
FORM_BYTES_MAX = 1 << 20
REVISION_DIGITS_MAX = 10
NEW_ROWS = 4
Asked = Callable[[dict[str, str], dict[str, str]], Page]


@routes.page("/instrument-drafts", access=needs(ADMINISTER), operation_id="instrumentDraftsPage")
async def drafts(call: Call) -> Page:
    """List drafts, those changed last first."""
    found = presenters.drafts(await service.listed(call.context), Words(call.language))
    return framed(call, "instruments", "drafts.html", {"rows": found})


@routes.page("/new-instrument-draft", access=needs(ADMINISTER), operation_id="newInstrumentDraftPage")
async def ask_new(call: Call) -> Page:
    """Ask what a new instrument is called."""
    return _new(call, {"language": call.language, "unit": "person", "family": "ordinal"}, {})


@routes.form("/new-instrument-draft", access=needs(ADMINISTER), operation_id="newInstrumentDraftForm")
async def begin_new(call: Call) -> Page | Redirect:
    """Begin the draft of a new instrument."""
    words = Words(call.language)
    try:
        made = await service.begin_new(call.context, by=call.actor, instrument=schemas.new_instrument(call.form))
    except BadEntry as problem:
        return _new(call, call.form, presenters.entry_errors(problem.fields, words))
    except InstrumentThere as problem:
        return _new(call, call.form, {"id": words(problem.title)})
    return Redirect(presenters.address(made))


@routes.form(ONE, access=needs(ADMINISTER), operation_id="beginInstrumentDraft")
async def begin(call: Call) -> Redirect:
    """Begin a draft from the newest version, or go on with the one that was begun."""
    made = await service.begin(call.context, by=call.actor, instrument_id=call.path["instrumentId"])
    return Redirect(presenters.address(made))


@routes.page(ONE, access=needs(ADMINISTER), operation_id="instrumentDraftPage")
async def show(call: Call) -> Page:
    """Show a draft: its parts, and what keeps it from being a version."""
    return await _overview(call, await _draft(call), {})


@routes.form(ONE + "/move", access=needs(ADMINISTER), operation_id="moveInstrumentPart")
async def move(call: Call) -> Page | Redirect:
    """Move a section, or an item within its section, one place up or down."""
    way, _colon, part_id = call.form.get("act", "").partition(":")
    by = model.UP if way == "up" else model.DOWN
    draft = await _draft(call)
    if call.form.get("part") == "item":
        section_id = model.item_of(draft.instrument, part_id).section
        act, back = partial(model.move_item, item_id=part_id, by=by), f"/sections/{section_id}"
    else:
        act, back = partial(model.move_section, section_id=part_id, by=by), ""
    return await _acted(call, draft, act, back)


@routes.form(ONE + "/remove", access=needs(ADMINISTER), operation_id="removeInstrumentPart")
async def remove(call: Call) -> Page | Redirect:
    """Take a section, an item or a scale out of a draft."""
    part_id, draft, back = call.form.get("id", ""), await _draft(call), ""
    if call.form.get("part") == "item":
        back = f"/sections/{model.item_of(draft.instrument, part_id).section}"
        return await _acted(call, draft, partial(model.remove_item, item_id=part_id), back)
    if call.form.get("part") == "scale":
        return await _acted(call, draft, partial(model.remove_scale, scale_id=part_id), back)
    return await _acted(call, draft, partial(model.remove_section, section_id=part_id), back)


@routes.form(ONE + "/keep", access=needs(ADMINISTER), operation_id="keepInstrumentDraft")
async def keep(call: Call) -> Page | Redirect:
    """Keep a draft as the next version."""
    draft, words = await _draft(call), Words(call.language)
    try:
        made = await service.complete(
            call.context, by=call.actor, instrument_id=draft.id, revision=_revision(call.form)
        )  # fmt: skip
    except FaultyInstrument:
        return await _overview(call, draft, {"": words(_("The draft is not complete yet. Mend what is named below."))})
    except DraftMoved as problem:
        return await _overview(call, draft, {"": words(problem.title)})
    return Redirect(f"/instruments/{made.id}", notice=words(_("Version {number} is kept."), number=str(made.version)))


@routes.form(ONE + "/discard", access=needs(ADMINISTER), operation_id="discardInstrumentDraft")
async def discard(call: Call) -> Page | Redirect:
    """Throw a draft away."""
    words, instrument_id = Words(call.language), call.path["instrumentId"]
    try:
        await service.discard(
            call.context, by=call.actor, instrument_id=instrument_id, revision=_revision(call.form)
        )  # fmt: skip
    except DraftMoved as problem:
        return await _overview(call, await _draft(call), {"": words(problem.title)})
    return Redirect("/instruments", notice=words(_("The draft was thrown away.")))


@routes.page(ONE + "/about", access=needs(ADMINISTER), operation_id="instrumentDraftAboutPage")
async def ask_about(call: Call) -> Page:
    """Ask what an instrument says of itself."""
    draft = await _draft(call)
    cells = presenters.about_cells(draft.instrument)
    return _about(call, draft, cells, presenters.about_errors(draft, Words(call.language)))


@routes.form(
    ONE + "/about", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX, operation_id="instrumentDraftAboutForm"
)  # fmt: skip
async def put_about(call: Call) -> Page | Redirect:
    """Save what an instrument says of itself."""
    draft = await _draft(call)
    return await _saved(call, draft, partial(schemas.about, call.form), partial(_about, call, draft), lambda _made: "")


@routes.page(ONE + "/scoring", access=needs(ADMINISTER), operation_id="instrumentDraftScoringPage")
async def ask_scoring(call: Call) -> Page:
    """Ask how answers become results."""
    draft = await _draft(call)
    cells = presenters.scoring_cells(draft.instrument)
    return _scoring(call, draft, cells, presenters.scoring_errors(draft, Words(call.language)))


@routes.form(
    ONE + "/scoring", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX, operation_id="instrumentDraftScoringForm"
)  # fmt: skip
async def put_scoring(call: Call) -> Page | Redirect:
    """Save how answers become results."""
    draft = await _draft(call)

    def act(before: Instrument) -> Instrument:
        return replace(before, scoring=schemas.scoring(call.form, before))

    return await _saved(call, draft, act, partial(_scoring, call, draft), lambda _made: "/scoring")


@routes.page(ONE + "/new-section", access=needs(ADMINISTER), operation_id="newInstrumentSectionPage")
async def ask_section(call: Call) -> Page:
    """Ask for a new section."""
    return _section(call, await _draft(call), None, {"weight": "1"}, {})


@routes.form(ONE + "/new-section", access=needs(ADMINISTER), operation_id="newInstrumentSectionForm")
async def add_section(call: Call) -> Page | Redirect:
    """Add a section at the end."""
    return await _put_section(call, await _draft(call), None)


@routes.page(ONE + "/sections/{sectionId}", access=needs(ADMINISTER), operation_id="instrumentSectionPage")
async def section(call: Call) -> Page:
    """Show a section with its items, and ask what it is called."""
    draft = await _draft(call)
    one = model.section_of(draft.instrument, call.path["sectionId"])
    errors = presenters.section_errors(draft, one, Words(call.language))
    return _section(call, draft, one, presenters.section_cells(one), errors)


@routes.form(ONE + "/sections/{sectionId}", access=needs(ADMINISTER), operation_id="instrumentSectionForm")
async def put_section(call: Call) -> Page | Redirect:
    """Save what a section is called and how much it weighs."""
    draft = await _draft(call)
    return await _put_section(call, draft, model.section_of(draft.instrument, call.path["sectionId"]))


@routes.page(
    ONE + "/new-item", access=needs(ADMINISTER), query=schemas.ItemQuery, operation_id="newInstrumentItemPage"
)  # fmt: skip
async def ask_item(call: Call) -> Page:
    """Ask for a new item in a section; it is answered like the one before it."""
    draft = await _draft(call)
    last = draft.instrument.items_of(call.query.section)[-1:]
    scale_id = last[0].scale if last else draft.instrument.scales[0].id if draft.instrument.scales else ""
    kind = str(last[0].kind if last else ItemKind.CHOICE)
    cells = {"section": call.query.section, "kind": kind, "scale": scale_id or "", "weight": "1"}
    return _item(call, draft, None, cells, {})


@routes.form(
    ONE + "/new-item", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX, operation_id="newInstrumentItemForm"
)  # fmt: skip
async def add_item(call: Call) -> Page | Redirect:
    """Add an item at the end of its section."""
    return await _put_item(call, await _draft(call), None)


@routes.page(ONE + "/items/{itemId}", access=needs(ADMINISTER), operation_id="instrumentItemPage")
async def item(call: Call) -> Page:
    """Show an item for changing, with what is wrong beside each field."""
    draft = await _draft(call)
    one = model.item_of(draft.instrument, call.path["itemId"])
    return _item(call, draft, one, presenters.item_cells(one), presenters.item_errors(draft, one, Words(call.language)))


@routes.form(
    ONE + "/items/{itemId}", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX, operation_id="instrumentItemForm"
)  # fmt: skip
async def put_item(call: Call) -> Page | Redirect:
    """Save an item."""
    draft = await _draft(call)
    return await _put_item(call, draft, model.item_of(draft.instrument, call.path["itemId"]))


@routes.page(ONE + "/items/{itemId}/anchors", access=needs(ADMINISTER), operation_id="instrumentAnchorsPage")
async def ask_anchors(call: Call) -> Page:
    """Ask what is seen where each choice of an item holds."""
    draft = await _draft(call)
    one = model.item_of(draft.instrument, call.path["itemId"])
    cells = presenters.anchor_cells(one, model.scale_of(draft.instrument, one.scale or ""))
    return _anchors(call, draft, one, cells, {})


@routes.form(
    ONE + "/items/{itemId}/anchors", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX,
    operation_id="instrumentAnchorsForm",
)  # fmt: skip
async def put_anchors(call: Call) -> Page | Redirect:
    """Save what is seen where each choice of an item holds."""
    draft = await _draft(call)
    one = model.item_of(draft.instrument, call.path["itemId"])

    def act(before: Instrument) -> Instrument:
        return model.put_item(before, schemas.anchored(call.form, before, model.item_of(before, one.id)))

    return await _saved(call, draft, act, partial(_anchors, call, draft, one), lambda _made: f"/items/{one.id}")


@routes.page(ONE + "/new-scale", access=needs(ADMINISTER), operation_id="newInstrumentScalePage")
async def ask_scale(call: Call) -> Page:
    """Ask for a new scale."""
    return _scale(call, await _draft(call), None, {"rows": str(NEW_ROWS)}, {})


@routes.form(
    ONE + "/new-scale", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX, operation_id="newInstrumentScaleForm"
)  # fmt: skip
async def add_scale(call: Call) -> Page | Redirect:
    """Add a scale."""
    return await _put_scale(call, await _draft(call), None)


@routes.page(ONE + "/scales/{scaleId}", access=needs(ADMINISTER), operation_id="instrumentScalePage")
async def scale(call: Call) -> Page:
    """Show a scale with its choices for changing."""
    draft = await _draft(call)
    one = model.scale_of(draft.instrument, call.path["scaleId"])
    errors = presenters.scale_errors(draft, one, Words(call.language))
    return _scale(call, draft, one, presenters.scale_cells(one), errors)


@routes.form(
    ONE + "/scales/{scaleId}", access=needs(ADMINISTER), body_bytes_max=FORM_BYTES_MAX,
    operation_id="instrumentScaleForm",
)  # fmt: skip
async def put_scale(call: Call) -> Page | Redirect:
    """Save a scale: its choices changed, added, moved and removed."""
    draft = await _draft(call)
    return await _put_scale(call, draft, model.scale_of(draft.instrument, call.path["scaleId"]))


@routes.page(ONE + "/document", access=needs(ADMINISTER), operation_id="instrumentDraftDocumentPage")
async def ask_document(call: Call) -> Page:
    """Show a draft as its document."""
    draft = await _draft(call)
    return _document(call, draft, {"document": document_text(draft.instrument)}, {})


@routes.form(
    ONE + "/document", access=needs(ADMINISTER), body_bytes_max=2 * DOCUMENT_BYTES_MAX,
    operation_id="instrumentDraftDocumentForm",
)  # fmt: skip
async def put_document(call: Call) -> Page | Redirect:
    """Take a document as the draft; it need not be complete."""
    draft = await _draft(call)
    upload = call.files.get("file")
    given = upload.content.decode(errors="replace") if upload and upload.name else call.form.get("document", "")
    return await _saved(
        call, draft, lambda _before: service.read(draft.id, given), partial(_document, call, draft), lambda _made: ""
    )


async def _draft(call: Call) -> Draft:
    return await service.draft(call.context, instrument_id=call.path["instrumentId"])


def _revision(form: dict[str, str]) -> int:
    shown = form.get("revision", "")
    return int(shown) if shown.isdecimal() and len(shown) < REVISION_DIGITS_MAX else 0


async def _put_section(call: Call, draft: Draft, before: Section | None) -> Page | Redirect:
    def act(instrument: Instrument) -> Instrument:
        return model.put_section(instrument, schemas.section(call.form, instrument, before))

    def back(made: Draft) -> str:
        return f"/sections/{before.id if before else made.instrument.sections[-1].id}"

    return await _saved(call, draft, act, partial(_section, call, draft, before), back)


async def _put_item(call: Call, draft: Draft, before: Item | None) -> Page | Redirect:
    section_id = call.form.get("section", "")

    def act(instrument: Instrument) -> Instrument:
        return model.put_item(instrument, schemas.item(call.form, instrument, before))

    def back(made: Draft) -> str:
        if call.form.get("act") == "another":
            return f"/new-item?section={section_id}"
        if call.form.get("act") == "anchors":
            return f"/items/{before.id if before else made.instrument.items[-1].id}/anchors"
        return f"/sections/{section_id}"

    return await _saved(call, draft, act, partial(_item, call, draft, before), back)


async def _put_scale(call: Call, draft: Draft, before: Scale | None) -> Page | Redirect:
    def act(instrument: Instrument) -> Instrument:
        return model.put_scale(instrument, schemas.scale(call.form, instrument, before))

    def back(made: Draft) -> str:
        return f"/scales/{before.id if before else made.instrument.scales[-1].id}"

    return await _saved(call, draft, act, partial(_scale, call, draft, before), back)


async def _saved(call: Call, draft: Draft, act: Act, asked: Asked, back: Callable[[Draft], str]) -> Page | Redirect:
    """Change the draft as the form says and lead on, or show the form again with what is wrong."""
    words = Words(call.language)
    try:
        made = await service.change(
            call.context, by=call.actor, instrument_id=draft.id, revision=_revision(call.form), act=act
        )  # fmt: skip
    except BadEntry as problem:
        return asked(call.form, presenters.entry_errors(problem.fields, words))
    except (DraftMoved, BadRequest) as problem:
        # What was changed meanwhile is known now: saving once more is meant.
        return asked(call.form, presenters.whole_errors(problem, words))
    return Redirect(presenters.address(made, back(made)), notice=words(SAVED))


async def _acted(call: Call, draft: Draft, act: Act, back: str) -> Page | Redirect:
    """Change the draft by a button, or show it with what stands in the way."""
    words = Words(call.language)
    try:
        made = await service.change(
            call.context, by=call.actor, instrument_id=draft.id, revision=_revision(call.form), act=act
        )  # fmt: skip
    except (DraftMoved, PartInUse) as problem:
        return await _overview(call, await _draft(call), {"": words(problem.title)})
    return Redirect(presenters.address(made, back), notice=words(SAVED))


async def _overview(call: Call, draft: Draft, errors: dict[str, str]) -> Page:
    newest = 0
    if draft.based_on:
        newest = (await instruments.instrument(call.context, instrument_id=draft.id)).version
    values = {
        **presenters.overview(draft, Words(call.language)), "draft": draft, "here_path": presenters.address(draft),
        "overtaken": newest if newest > draft.based_on else 0, "errors": errors,
    }  # fmt: skip
    return framed(call, "instruments", "draft.html", values, status=400 if errors else 200)


def _new(call: Call, cells: dict[str, str], errors: dict[str, str]) -> Page:
    words = Words(call.language)
    values = {
        "cells": defaultdict(str, cells), "errors": errors, "units": presenters.units(words),
        "families": presenters.families(words),
    }  # fmt: skip
    return framed(call, "instruments", "draft_new.html", values, status=400 if errors else 200)


def _form(
    call: Call, draft: Draft, template: str, cells: dict[str, str], errors: dict[str, str], **values: object
) -> Page:  # fmt: skip
    """Return a form of a draft: with what is wrong in the draft, or with what was entered and is refused."""
    shown = {
        "draft": draft, "here_path": presenters.address(draft), "languages": draft.instrument.languages,
        "family": str(draft.instrument.scoring.family), "cells": defaultdict(str, cells), "errors": errors, **values,
    }  # fmt: skip
    return framed(call, "instruments", template, shown, status=400 if call.method == "POST" else 200)


def _about(call: Call, draft: Draft, cells: dict[str, str], errors: dict[str, str]) -> Page:
    return _form(call, draft, "draft_about.html", cells, errors, units=presenters.units(Words(call.language)))


def _scoring(call: Call, draft: Draft, cells: dict[str, str], errors: dict[str, str]) -> Page:
    families = presenters.families(Words(call.language))
    return _form(
        call, draft, "draft_scoring.html", cells, errors, families=families, rows=presenters.numbers(cells)
    )  # fmt: skip


def _section(
    call: Call, draft: Draft, before: Section | None, cells: dict[str, str], errors: dict[str, str]
) -> Page:  # fmt: skip
    words = Words(call.language)
    return _form(
        call, draft, "draft_section.html", cells, errors, section=before,
        name=presenters.named(before.titles, words) if before else "",
        rows=presenters.rows(draft, before, words) if before else [],
    )  # fmt: skip


def _item(call: Call, draft: Draft, before: Item | None, cells: dict[str, str], errors: dict[str, str]) -> Page:
    words, one = Words(call.language), draft.instrument
    return _form(
        call, draft, "draft_item.html", cells, errors, item=before,
        name=presenters.named(before.texts, words) if before else "",
        kinds=presenters.labelled(presenters.ITEM_KINDS, words), sections=presenters.sections(one, words),
        scales=presenters.scales(one, words), staged=one.scoring.family is Family.STAGED,
    )  # fmt: skip


def _anchors(call: Call, draft: Draft, before: Item, cells: dict[str, str], errors: dict[str, str]) -> Page:
    words = Words(call.language)
    choices = model.scale_of(draft.instrument, before.scale or "").choices
    return _form(
        call, draft, "draft_anchors.html", cells, errors, item=before, name=presenters.named(before.texts, words),
        choices=[presenters.named(one.titles, words) for one in choices],
    )  # fmt: skip


def _scale(call: Call, draft: Draft, before: Scale | None, cells: dict[str, str], errors: dict[str, str]) -> Page:
    kinds = presenters.labelled(presenters.CHOICE_KINDS, Words(call.language))
    used = before is None or any(one.scale == before.id for one in draft.instrument.items)
    return _form(
        call, draft, "draft_scale.html", cells, errors, scale=before, kinds=kinds, used=used,
        rows=presenters.numbers(cells),
    )  # fmt: skip


def _document(call: Call, draft: Draft, cells: dict[str, str], errors: dict[str, str]) -> Page:
    return _form(call, draft, "draft_document.html", cells, errors, document=cells.get("document", ""))
