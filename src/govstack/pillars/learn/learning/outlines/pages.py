"""Pages of outlines."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel import i18n
from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import LANGUAGES, _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.learning.outlines import presenters, schemas, service
from govstack.pillars.learn.learning.outlines.model import Specification, State
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of outlines",))
ONE = "/outlines/{outlineId}"
FIELDS = ("name", "version", "language", "text")


@routes.page("/outlines", access=needs(TEACH), query=schemas.OutlinesQuery, operation_id="outlinesPage")
async def listed(call: Call) -> Page:
    """List outlines."""
    found = await service.listed(call.context, after=call.query.after, limit=call.query.limit)
    more = len(found) == call.query.limit
    values = {
        "rows": presenters.rows(Words(call.language), found),
        "first": "/outlines" if call.query.after else "",
        "next": f"/outlines?after={found[-1].id}" if more else "",
    }
    return framed(call, "workshop", "outlines.html", values)


@routes.page("/outlines/new", access=needs(TEACH), operation_id="newOutlinePage")
async def ask(call: Call) -> Page:
    """Ask for a specification."""
    return _form(call, "/outlines/new", "/outlines", {"language": call.language}, {})


@routes.form("/outlines/new", access=needs(TEACH), body_bytes_max=schemas.BODY_BYTES_MAX, operation_id="newOutlineForm")
async def draft(call: Call) -> Page | Redirect:
    """Draft an outline."""
    words, form = Words(call.language), call.form
    lacking = {name: words(_("Fill this in")) for name in ("name", "version") if not form.get(name, "").strip()}
    language = form.get("language", "") if form.get("language") in LANGUAGES else "en"
    try:
        found = _read(call)
    except Problem as problem:
        return _form(call, "/outlines/new", "/outlines", form, {**lacking, "text": words(problem.detail)})
    if lacking:
        return _form(call, "/outlines/new", "/outlines", form, lacking)
    made = await service.draft(
        call.context, by=call.actor, name=form["name"].strip()[:200], version=form["version"].strip()[:200],
        language=language, specification=found, words=presenters.words_of(language),
    )  # fmt: skip
    return Redirect(f"/outlines/{made.id}")


def _read(call: Call) -> Specification:
    upload = call.files.get("file")
    text, name = call.form.get("text", ""), ""
    if upload is not None and upload.content:
        text, name = upload.content.decode("utf-8", errors="replace"), upload.name.lower()
    is_yaml = name.endswith((".yaml", ".yml")) or call.form.get("kind") == "yaml"
    return service.read(text, kind="yaml" if is_yaml else "markdown")


def _form(call: Call, here: str, back: str, form: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    values = {
        "here": here, "back": back, "form": dict.fromkeys(FIELDS, "") | dict(form), "errors": errors,
        "fresh": here == "/outlines/new", "languages": [(code, i18n.language_name(code)) for code in LANGUAGES],
    }  # fmt: skip
    return framed(call, "workshop", "outline_new.html", values, status=400 if errors else 200)


@routes.page(ONE, access=needs(TEACH), operation_id="outlinePage")
async def show(call: Call) -> Page:
    """Show the lessons of an outline."""
    words = Words(call.language)
    one = await service.outline(call.context, outline_id=call.path["outlineId"])
    values = {
        "one": one, "standing": presenters.state(words, one), "rows": presenters.lessons(words, one),
        "open": one.state is State.DRAFT, "rejected": one.state is State.REJECTED,
        "new": presenters.new_sections(one),
    }  # fmt: skip
    return framed(call, "workshop", "outline.html", values)


@routes.page(ONE + "/preview", access=needs(TEACH), operation_id="outlinePreviewPage")
async def preview(call: Call) -> Page:
    """Show the whole outline to be read, before anybody approves it."""
    one = await service.outline(call.context, outline_id=call.path["outlineId"])
    values = {"one": one, "lessons": presenters.preview(one), "open": one.state is State.DRAFT}
    return framed(call, "workshop", "outline_preview.html", values)


@routes.form(ONE + "/lessons", access=needs(TEACH), operation_id="takeNewLessonsForm")
async def take(call: Call) -> Redirect:
    """Put lessons about new sections into the course."""
    outline_id = call.path["outlineId"]
    try:
        one = await service.take(
            call.context, by=call.actor, outline_id=outline_id, sections=frozenset(call.form_lists.get("sections", ()))
        )
    except NotFound:
        raise
    except Problem as problem:
        return Redirect(f"/outlines/{outline_id}", notice=problem.title)
    return Redirect(f"/workshop/{one.course_id}", notice=_("The drafts stand at the end of the course. Write them."))


@routes.form(ONE, access=needs(TEACH), operation_id="decideOutlineForm")
async def decide(call: Call) -> Redirect:
    """Approve or reject an outline."""
    outline_id = call.path["outlineId"]
    try:
        if call.form.get("act") == "approve":
            made = await service.approve(call.context, by=call.actor, outline_id=outline_id)
            return Redirect(f"/workshop/{made.id}", notice=_("The outline is a course now. Write its lessons."))
        await service.reject(call.context, by=call.actor, outline_id=outline_id)
    except NotFound:
        raise
    except Problem as problem:
        return Redirect(f"/outlines/{outline_id}", notice=problem.title)
    return Redirect(f"/outlines/{outline_id}", notice=_("The change was saved."))


@routes.page(ONE + "/revise", access=needs(TEACH), operation_id="reviseOutlinePage")
async def ask_revision(call: Call) -> Page:
    """Ask for a new version of the specification."""
    one = await service.outline(call.context, outline_id=call.path["outlineId"])
    form = {"name": one.name, "language": one.language}
    return _form(call, f"/outlines/{one.id}/revise", f"/outlines/{one.id}", form, {})


@routes.form(
    ONE + "/revise", access=needs(TEACH), body_bytes_max=schemas.BODY_BYTES_MAX, operation_id="reviseOutlineForm"
)
async def revise(call: Call) -> Page | Redirect:
    """Compare an outline with a new version of its specification."""
    words = Words(call.language)
    one = await service.outline(call.context, outline_id=call.path["outlineId"])
    here, form = f"/outlines/{one.id}/revise", call.form
    version = form.get("version", "").strip()[:200]
    try:
        found = _read(call)
    except Problem as problem:
        return _form(call, here, f"/outlines/{one.id}", form, {"text": words(problem.detail)})
    if not version:
        return _form(call, here, f"/outlines/{one.id}", form, {"version": words(_("Fill this in"))})
    await service.revise(
        call.context, by=call.actor, outline_id=one.id, version=version, specification=found,
        words=presenters.words_of(one.language),
    )  # fmt: skip
    return Redirect(
        f"/outlines/{one.id}",
        notice=_("Lessons that cite what has changed are marked as stale. New sections are named here."),
    )


async def new_sections(call: Call, outline_id: str) -> list[str]:
    """Return the sections of a specification that the course drafted from it does not have yet."""
    return [lesson.section_title for lesson in (await service.outline(call.context, outline_id=outline_id)).new]
