"""Pages of learning material: the catalogue, what is known of each, and entering more after a search."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, needs, signed_in
from govstack.kernel.sheets import Format, format_of
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.frame.model import PLAN, TEACH, is_day, line_field, line_given
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.frame.schemas import misfits
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.materials import presenters, schemas, service
from govstack.pillars.learn.response.materials.errors import SimilarNotSeen
from govstack.pillars.learn.response.materials.model import (
    Choice,
    Content,
    Decided,
    Decision,
    Material,
    Notice,
    Similar,
)
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import WordKind
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import languages
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of materials",))
PAGE_MATERIALS = 50
SUBJECT_CHARACTERS_MAX = 200
ONE = "/materials/{materialId}"
FIND = ("title", "summary", "address", "language")
DETAILS = (
    "licence", "holder", "source", "format", "version", "topics", "competencies", "reviewed_on", "review_due", "paid",
)  # fmt: skip
FIELDS = {"licenceId": "licence", "reviewedOn": "reviewed_on", "reviewDue": "review_due"}
NOT_DATE = _("Write a date as year-month-day, such as 2026-11-22.")
TOO_MANY = _("These are too many.")
MISFITS = {
    "title": _("Enter a title of at most 200 characters."), "language": _("Write a language code, such as fr."),
    "address": _("Write an address that starts with https:// or http://."), "reviewedOn": NOT_DATE,
    "reviewDue": NOT_DATE, "topics": TOO_MANY, "competencies": TOO_MANY,
}  # fmt: skip


@routes.page("/materials", access=signed_in(), query=schemas.MaterialsQuery, operation_id="materialsPage")
async def catalogue(call: Call) -> Page:
    """Show the catalogue of material."""
    asked, words = call.query, Words(call.language)
    found = await service.listed(
        call.context, by=call.actor, language=asked.language, subject=asked.subject, broken=asked.broken,
        after=asked.after, limit=PAGE_MATERIALS,
    )  # fmt: skip
    chosen = {"language": asked.language, "subject": asked.subject}
    spoken = languages(await vocabularies.languages(call.context), call.language, [asked.language])
    more = {**chosen, "after": found[-1].id} if len(found) == PAGE_MATERIALS else {}
    values = {
        "rows": presenters.rows(words, found, await service.licences(call.context)),
        "chosen": chosen,
        "languages": spoken,
        "chips": [(dict(spoken).get(text, text), "/materials") for text in chosen.values() if text],
        "first": "/materials" if asked.after else "",
        "next": f"/materials?{urlencode(more)}" if more else "",
        "writes": call.actor.may(TEACH),
        "plans": call.actor.may(PLAN),
    }
    return framed(call, "materials", "materials.html", values)


@routes.page("/material-list", access=signed_in(), query=FileQuery, operation_id="materialListFile")
async def export(call: Call) -> Answer:
    """Hand the list out as a file."""
    return schemas.file_answer(Format(call.query.format), service.everything(call.context, by=call.actor))


@routes.page("/material-list/new", access=needs(TEACH), operation_id="materialImportPage")
async def ask_file(call: Call) -> Page:
    """Ask for a list of material."""
    return _file_page(call, {}, {})


@routes.form(
    "/material-list/new", access=needs(TEACH), body_bytes_max=schemas.IMPORT_BYTES_MAX,
    operation_id="materialImportForm",
)  # fmt: skip
async def send_file(call: Call) -> Page | Redirect:
    """Take a list of material in."""
    words, upload = Words(call.language), call.files.get("file")
    kind = format_of(media_type=upload.media_type, file_name=upload.name) if upload else None
    if upload is None or not upload.content or kind is None:
        return _file_page(call, {"file": words(_("Choose a file: CSV, a spreadsheet or JSON."))}, {})
    try:
        rows = await asyncio.to_thread(schemas.read_rows, upload.content, kind)
        changed = await service.take_in(call.context, by=call.actor, rows=rows)
    except Problem as problem:
        return _file_page(call, {"file": words.said(problem.detail)}, problem.fields)
    notice = words.count("{count} row was new or changed.", "{count} rows were new or changed.", sum(changed))
    return Redirect("/materials", notice=notice.format(count=sum(changed)))


def _file_page(call: Call, errors: Mapping[str, str], faults: Mapping[str, str]) -> Page:
    values = {"errors": errors, "faults": list(faults.items()), "columns": Words(call.language).listed(schemas.COLUMNS)}
    return framed(call, "materials", "material_import.html", values, status=400 if errors else 200)


@routes.page("/material-gaps", access=needs(PLAN), query=schemas.GapQuery, operation_id="materialGapsPage")
async def gaps(call: Call) -> Page:
    """Show which topics and competencies lack material, by language."""
    return await _gaps(call, call.query.languages, {})


@routes.form("/material-gaps", access=needs(PLAN), operation_id="wantMaterialForm")
async def want(call: Call) -> Page | Redirect:
    """Say that material on a subject is wanted."""
    kind, subject = call.form.get("kind", ""), call.form.get("subject", "").strip()
    if not subject or len(subject) > SUBJECT_CHARACTERS_MAX or kind not in presenters.SUBJECT_KINDS:
        return await _gaps(call, "en", {"subject": _("Say what material is wanted on, in a few words.")})
    await service.want(call.context, by=call.actor, kind=kind, subject=subject, wanted=True)
    return Redirect("/material-gaps", notice=_("It was saved."))


@routes.form("/material-gaps/drop", access=needs(PLAN), operation_id="dropMaterialWishForm")
async def drop(call: Call) -> Redirect:
    """Say that material on a subject is not wanted any more."""
    kind, _sep, subject = call.form.get("drop", "").partition("/")
    await service.want(call.context, by=call.actor, kind=kind, subject=subject, wanted=False)
    return Redirect("/material-gaps", notice=_("It was saved."))


async def _gaps(call: Call, asked: str, errors: dict[str, str]) -> Page:
    words = Words(call.language)
    found = await service.gap_report(
        call.context, by=call.actor, languages=[one.strip() for one in asked.split(",") if one.strip()]
    )
    names = await _names(call)
    languages, rows = presenters.gap_table(words, found, names)
    values = {
        "languages": languages, "rows": rows, "asked": asked, "errors": errors, "given": call.form,
        "wishes": presenters.wishes(await service.wishes(call.context), names),
        "kinds": [(one, words(text)) for one, text in presenters.SUBJECT_KINDS.items()],
    }  # fmt: skip
    return framed(call, "materials", "material_gaps.html", values, status=400 if errors else 200)


async def _names(call: Call) -> presenters.Names:
    """Return what subjects of material are called."""
    known, topics = await frameworks.competencies(call.context), await typologies.vocabulary(call.context)
    return presenters.names_of(known, topics.listed(WordKind.TOPIC), Words(call.language))


@routes.page("/materials/new", access=needs(TEACH), operation_id="newMaterialPage")
async def ask(call: Call) -> Page:
    """Ask what is needed, so that it can be looked for first."""
    return await _step(call, "find", {"language": call.language}, {})


@routes.form("/materials/new", access=needs(TEACH), operation_id="newMaterialForm")
async def answer(call: Call) -> Page | Redirect:
    """Lead from the search over the decision to the details."""
    form, words = call.form, Words(call.language)
    if wrong := _faults(form, words):
        # What was typed on a later page stays there, unless what is wrong was asked on the first one.
        if form.get("step") == "details" and not set(wrong) & set(FIND):
            return await _details(call, form, wrong)
        return await _step(call, "find", form, wrong)
    content = _content(form)
    found = await service.similar(call.context, by=call.actor, wanted=content)
    step = form.get("step", "find")
    errors = {} if step == "find" else _undecided(words, form)
    if step == "find" or errors:
        return await _step(call, "decide", form, errors, similar=found)
    if step == "decide" and form["choice"] != Choice.REUSE:
        return await _details(call, form, {})
    return await _create(call, content, found)


def _undecided(words: Words, form: Mapping[str, str]) -> dict[str, str]:
    """Return what a decision lacks, by field."""
    errors, choice = {}, form.get("choice", "")
    if choice not in set(Choice):
        errors["choice"] = words(_("Choose what to do"))
    elif choice != Choice.CREATE and not form.get("of"):
        errors["of"] = words(_("Choose which material you mean"))
    if not form.get("reason", "").strip():
        errors["reason"] = words(_("Say why"))
    return errors


async def _create(call: Call, content: Content, found: list[Similar]) -> Page | Redirect:
    form = call.form
    decision = Decision(
        choice=Choice(form["choice"]), reason=form["reason"].strip(), seen=tuple(call.form_lists.get("seen", ())),
        of=form.get("of") or None, change_notes=form.get("change_notes", ""),
    )  # fmt: skip
    try:
        made = await service.create(call.context, by=call.actor, content=content, decision=decision)
    except SimilarNotSeen:
        return await _step(call, "decide", form, {}, similar=found)
    except Problem as problem:
        return await _details(call, form, {"licence": Words(call.language)(problem.title)})
    return Redirect(f"/materials/{made.id}", notice=_("Your decision was kept."))


def _content(form: Mapping[str, str]) -> Content:
    """Return what a form says; raises msgspec.ValidationError."""
    return msgspec.convert(_given(form), Content)


def _faults(form: Mapping[str, str], words: Words) -> dict[str, str]:
    """Return what is wrong with the form of material, by field."""
    given = _given(form)
    found = misfits(given, Content, MISFITS, whole={"title": "x"})
    for name in ("reviewedOn", "reviewDue"):
        if given[name] and name not in found and not is_day(str(given[name])):
            found[name] = MISFITS[name]
    return {FIELDS.get(name, name): words(text) for name, text in found.items()}


def _given(form: Mapping[str, str]) -> dict[str, object]:
    told = {
        name: form.get(name, "").strip()
        for name in ("title", "summary", "address", "language", "holder", "source", "format", "version")
    }
    given: dict[str, object] = {
        **told, "licenceId": form.get("licence") or None, "reviewedOn": form.get("reviewed_on", "").strip(),
        "reviewDue": form.get("review_due", "").strip(), "paid": form.get("paid") == "yes",
    }  # fmt: skip
    for name in ("topics", "competencies"):
        given[name] = line_given(form.get(name, ""))
    return given


async def _step(
    call: Call,
    step: str,
    form: Mapping[str, str],
    errors: Mapping[str, str],
    similar: list[Similar] | None = None,
) -> Page:
    words, found = Words(call.language), similar or []
    values = {
        "step": step,
        "form": dict.fromkeys((*FIND, "choice", "reason", "of"), "") | dict(form),
        "similar": found,
        "found": [
            (
                {"text": one.title, "href": f"/materials/{one.id}"},
                one.language,
                words(_("{percent} %"), percent=one.percent),
            )
            for one in found
        ],
        "options": [(one.id, one.title) for one in found],
        "languages": await _languages(call, form),
        "choices": presenters.choices(words, any_similar=bool(found)),
        "errors": errors,
    }
    return framed(call, "materials", "material_new.html", values, status=400 if errors else 200)


async def _languages(call: Call, form: Mapping[str, object]) -> list[tuple[str, str]]:
    known = await vocabularies.languages(call.context)
    return languages(known, call.language, [str(form.get("language", ""))])


async def _details(call: Call, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    licences = presenters.licence_options(words, (await service.licences(call.context)).values())
    values = {
        "here": "/materials/new",
        "title_shown": words(_("Details of the material")),
        "form": dict.fromkeys((*FIND, *DETAILS, "choice", "reason", "of", "change_notes"), "") | dict(form),
        "seen": call.form_lists.get("seen", []),
        "improves": form.get("choice") == Choice.IMPROVE,
        "licences": licences,
        "languages": await _languages(call, form),
        "fresh": True,
        "errors": errors,
    }
    return framed(call, "materials", "material_details.html", values, status=400 if errors else 200)


@routes.page(ONE, access=signed_in(), operation_id="materialPage")
async def show(call: Call) -> Page:
    """Show what is known of material."""
    return await _shown(call, {})


async def _shown(call: Call, errors: Mapping[str, str]) -> Page:
    words, one = Words(call.language), await _material(call)
    decided, derived, told = await service.history(call.context, material_id=one.id)
    licences = await service.licences(call.context)
    told_by = {notice.sent_by for notice in told} | {entry.decided_by for entry in decided}
    known = await people.people(call.context, person_ids=[*told_by, one.owner_id or ""])
    names = {person_id: person.name for person_id, person in known.items()}
    writes = call.actor.may(TEACH)
    values: dict[str, object] = {
        "one": one,
        "status": (words(presenters.STATES[one.state]), presenters.SIGNS[one.state]),
        "link": (words(presenters.LINKS[one.link_state]), presenters.LINK_SIGNS[one.link_state]),
        "facts": presenters.facts(
            words, one, licences, names.get(one.owner_id or "", ""), await _names(call)
        ),
        "derived": presenters.rows(words, derived, licences) if writes else [],
        "decided": _decided(words, decided, names) if writes else [],
        "told": _told(words, told, names) if writes else [],
        "writes": writes,
        "errors": errors,
    }  # fmt: skip
    return framed(call, "materials", "material.html", values, status=400 if errors else 200)


def _decided(words: Words, decided: list[Decided], names: Mapping[str, str]) -> list[tuple[object, ...]]:
    return [
        (words(presenters.DECIDED[one.choice]), one.reason, names.get(one.decided_by, ""), {"moment": one.decided_at})
        for one in decided
    ]


def _told(words: Words, told: list[Notice], names: Mapping[str, str]) -> list[tuple[Notice, str, str]]:
    return [(one, words(presenters.NOTICES[one.state]), names.get(one.sent_by, "")) for one in told]


@routes.page(ONE + "/change", access=needs(TEACH), operation_id="changeMaterialPage")
async def ask_change(call: Call) -> Page:
    """Ask for the details of material."""
    one = await _material(call)
    told = msgspec.structs.asdict(one) | {
        "licence": one.licence_id or "", "topics": line_field(one.topics), "competencies": line_field(one.competencies),
        "paid": "yes" if one.paid else "",
    }  # fmt: skip
    return await _change_page(call, one, told, {})


@routes.form(ONE + "/change", access=needs(TEACH), operation_id="changeMaterialForm")
async def take_change(call: Call) -> Page | Redirect:
    """Take the details of material in."""
    words, one = Words(call.language), await _material(call)
    if wrong := _faults(call.form, words):
        return await _change_page(call, one, call.form, wrong)
    content = msgspec.structs.replace(_content(call.form), owner_id=one.owner_id)
    try:
        await service.change(call.context, by=call.actor, material_id=one.id, content=content)
    except Problem as problem:
        return await _change_page(call, one, call.form, {"licence": words(problem.title)})
    return Redirect(f"/materials/{one.id}", notice=_("The change was saved."))


async def _change_page(call: Call, one: Material, form: Mapping[str, object], errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    licences = presenters.licence_options(words, (await service.licences(call.context)).values())
    values = {
        "here": f"/materials/{one.id}/change",
        "title_shown": words(_("Change the details")),
        "form": dict.fromkeys((*FIND, *DETAILS), "") | dict(form),
        "seen": [],
        "improves": False,
        "licences": licences,
        "languages": await _languages(call, form),
        "fresh": False,
        "errors": errors,
    }
    return framed(call, "materials", "material_details.html", values, status=400 if errors else 200)


@routes.form(ONE + "/state", access=needs(TEACH), operation_id="materialStateForm")
async def state(call: Call) -> Page | Redirect:
    """Publish material, or take it out of the catalogue."""
    act = service.publish if call.form.get("act") == "publish" else service.retire
    try:
        await act(call.context, by=call.actor, material_id=call.path["materialId"])
    except NotFound:
        raise
    except Problem as problem:
        return await _shown(call, {"": Words(call.language)(problem.title)})
    return Redirect(f"/materials/{call.path['materialId']}", notice=_("The change was saved."))


@routes.form(ONE + "/notices", access=needs(TEACH), operation_id="materialNoticeForm")
async def tell(call: Call) -> Page | Redirect:
    """Tell the owner of the original what was changed."""
    text = call.form.get("words", "").strip()
    if not text:
        return await _shown(call, {"words": Words(call.language)(_("Write what you changed"))})
    kind = "patch" if call.form.get("kind") == "patch" else "notice"
    await service.tell_owner(call.context, by=call.actor, material_id=call.path["materialId"], kind=kind, words=text)
    return Redirect(f"/materials/{call.path['materialId']}", notice=_("The owner of the original will see it."))


@routes.form(ONE + "/notices/{noticeId}", access=signed_in(), operation_id="materialNoticeAnswerForm")
async def answer_notice(call: Call) -> Page | Redirect:
    """Take or decline what an adapter sends."""
    try:
        await service.answer_notice(
            call.context, by=call.actor, notice_id=call.path["noticeId"], accepted=call.form.get("act") == "accept"
        )
    except NotFound:
        raise
    except Problem as problem:
        return await _shown(call, {"": Words(call.language)(problem.title)})
    return Redirect(f"/materials/{call.path['materialId']}", notice=_("Your answer was kept."))


async def _material(call: Call) -> Material:
    return await service.read(call.context, by=call.actor, material_id=call.path["materialId"])
