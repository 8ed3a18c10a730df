"""Pages that lead learners to tools, and the register in which administrators enter them and teachers add links."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from govstack.kernel import ids
from govstack.kernel.errors import Forbidden
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.kernel.wire import policy_leading_to
from govstack.pillars.learn.frame.model import ADMINISTER, TEACH
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, marked, spoken
from govstack.pillars.learn.learning.courses import service as courses
from govstack.pillars.learn.learning.courses.errors import UnknownCourse
from govstack.pillars.learn.learning.platforms import model, presenters, schemas, service
from govstack.pillars.learn.learning.platforms.errors import KeysMissing, NotATool, NotParameters, UnknownLink
from govstack.pillars.learn.learning.platforms.model import Card, Graded, Link, LinkCard, Tool, origin
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of tools",))
BASE = "/tool-register"
TOOL_FIELDS = ("title", "login", "returns", "keys", "choosing", "names", "grades", "members", "custom")
LINK_FIELDS = tuple(presenters.NEW_LINK)
COURSES_SHOWN = 300
TEXT_MAX, PARAMETERS_MAX = 2_000, 130_000
TITLE_MAX, ADDRESS_MAX, POINTS_MAX, PERCENT_MAX = 500, 2_000, 1_000_000, 100
WHOLE, NUMBER = re.compile(r"[0-9]{1,3}"), re.compile(r"[0-9]{1,7}(\.[0-9]{1,6})?")


@routes.page("/tools", access=signed_in(), operation_id="toolsPage")
async def tools(call: Call) -> Page:
    """List what tools of others offer."""
    found = await service.links(call.context)
    rows = [
        (one.id, marked(one.card.titles, call.language), marked(one.tool.card.titles, call.language)) for one in found
    ]
    origins = " ".join(sorted({origin(one.tool.card.login_url) for one in found}))
    shown = framed(
        call, "tools", "tools.html", {"rows": rows, "register": call.actor.may(TEACH) or call.actor.may(ADMINISTER)}
    )
    return Page(shown.template, shown.values, headers=policy_leading_to(origins) if origins else {})


@routes.form("/tools/{linkId}/open", access=signed_in(), operation_id="openToolForm")
async def open_tool(call: Call) -> Redirect:
    """Send the learner to a tool."""
    return Redirect(await service.begin(call.context, by=call.actor, link_id=call.path["linkId"]))


@routes.page(BASE, access=signed_in(), operation_id="toolRegisterPage")
async def listed(call: Call) -> Page:
    """List the tools, those that are retired too."""
    _check_reader(call)
    found, links = await service.tools(call.context), await service.all_links(call.context)
    values = {"rows": presenters.rows(Words(call.language), found, links), "enters": call.actor.may(ADMINISTER)}
    return framed(call, "tools", "tool_register.html", values)


@routes.form("/tool-keys/change", access=needs(ADMINISTER), operation_id="rotateToolKeyForm")
async def rotate(call: Call) -> Redirect:
    """Sign with a new key from now on."""
    await service.rotate(call.context, by=call.actor)
    return Redirect(BASE, notice=_("Messages to tools are signed with a new key from now on."))


@routes.page(f"{BASE}/enter", access=needs(ADMINISTER), operation_id="toolEnterPage")
async def ask(call: Call) -> Page:
    """Ask for a tool."""
    return _asked(call, presenters.given(None, call.language), {})


@routes.form(f"{BASE}/enter", access=needs(ADMINISTER), operation_id="toolEnterForm")
async def enter(call: Call) -> Page | Redirect:
    """Enter a tool."""
    given = _given(call, TOOL_FIELDS)
    tool_id = ids.new_id()
    errors = await _put(call, given, tool_id, None)
    if errors:
        return _asked(call, given, errors)
    return Redirect(f"{BASE}/{tool_id}", notice=Words(call.language)(_("The tool was saved.")))


@routes.page(f"{BASE}/{{toolId}}", access=signed_in(), operation_id="toolEntryPage")
async def show(call: Call) -> Page:
    """Show what is entered at a tool, and what it offers."""
    _check_reader(call)
    return await _shown(call, await service.any_tool(call.context, tool_id=call.path["toolId"]))


@routes.form(f"{BASE}/{{toolId}}", access=needs(ADMINISTER), operation_id="toolEntryForm")
async def change(call: Call) -> Page | Redirect:
    """Change a tool; titles in other languages stay, and a tool that was retired is used again."""
    before = await service.any_tool(call.context, tool_id=call.path["toolId"])
    given = _given(call, TOOL_FIELDS)
    errors = await _put(call, given, before.id, before.card)
    if errors:
        return await _shown(call, before, tool=given, errors=errors)
    return Redirect(f"{BASE}/{before.id}", notice=Words(call.language)(_("The tool was saved.")))


@routes.form(f"{BASE}/{{toolId}}/retire", access=needs(ADMINISTER), operation_id="toolRetireForm")
async def retire(call: Call) -> Redirect:
    """Use a tool no more."""
    await service.retire(call.context, by=call.actor, tool_id=call.path["toolId"])
    return Redirect(BASE, notice=Words(call.language)(_("The tool was retired.")))


@routes.page(f"{BASE}/{{toolId}}/links/new", access=needs(TEACH), operation_id="newToolLinkPage")
async def ask_link(call: Call) -> Page:
    """Ask for a link to what a tool offers."""
    tool = await service.any_tool(call.context, tool_id=call.path["toolId"])
    return await _asked_link(call, tool, presenters.NEW_LINK, {})


@routes.form(f"{BASE}/{{toolId}}/links/new", access=needs(TEACH), operation_id="newToolLinkForm")
async def add_link(call: Call) -> Page | Redirect:
    """Enter a link to what a tool offers."""
    tool = await service.any_tool(call.context, tool_id=call.path["toolId"])
    return await _saved_link(call, tool, ids.new_id(), None)


@routes.page(f"{BASE}/{{toolId}}/links/{{linkId}}", access=needs(TEACH), operation_id="toolLinkPage")
async def show_link(call: Call) -> Page:
    """Show a link to what a tool offers, to change it."""
    link = await _link(call)
    return await _asked_link(call, link.tool, presenters.given_link(link.card, call.language), {}, link.card)


@routes.form(f"{BASE}/{{toolId}}/links/{{linkId}}", access=needs(TEACH), operation_id="toolLinkForm")
async def change_link(call: Call) -> Page | Redirect:
    """Change a link; texts in other languages stay."""
    link = await _link(call)
    return await _saved_link(call, link.tool, link.id, link.card)


async def _link(call: Call) -> Link:
    found = await service.link(call.context, link_id=call.path["linkId"])
    if found.tool.id != call.path["toolId"]:
        raise UnknownLink
    return found


async def _saved_link(call: Call, tool: Tool, link_id: str, before: LinkCard | None) -> Page | Redirect:
    given = _given(call, LINK_FIELDS)
    errors = _link_complaints(given)
    if not errors:
        try:
            card = _link_card(given, tool, call.language, before)
            await service.put_link(call.context, by=call.actor, link_id=link_id, card=card)
        except NotATool as problem:
            errors["target"] = problem.title
        except UnknownCourse as problem:
            errors["course"] = problem.title
    if errors:
        return await _asked_link(call, tool, given, errors, before)
    return Redirect(f"{BASE}/{tool.id}", notice=Words(call.language)(_("The link was saved.")))


def _link_card(given: Mapping[str, str], tool: Tool, language: str, before: LinkCard | None) -> LinkCard:
    return LinkCard(
        tool_id=tool.id, titles=model.written(before.titles if before else {}, language, given["link"]),
        texts=model.written(before.texts if before else {}, language, given["text"]), target=given["target"],
        course_id=given["course"],
        custom={**model.off_lines(before.custom if before else {}), **model.parameters(given["custom"])},
        graded=_graded(given, before.graded if before else None),
    )  # fmt: skip


async def _asked_link(
    call: Call, tool: Tool, given: Mapping[str, str], errors: Mapping[str, str], before: LinkCard | None = None
) -> Page:  # fmt: skip
    link_id = call.path.get("linkId", "")
    values = {
        "given": given, "errors": errors, "action": f"{BASE}/{tool.id}/links/{link_id or 'new'}", "fresh": not link_id,
        "title_in": spoken(before.titles if before else {}, call.language),
        "text_in": spoken(before.texts if before else {}, call.language),
        "tool": marked(tool.card.titles, call.language), "back": f"{BASE}/{tool.id}", **await _courses(call),
    }  # fmt: skip
    return framed(call, "tools", "tool_link.html", values, status=400 if errors else 200)


def _check_reader(call: Call) -> None:
    """Refuse whoever neither teaches nor administers; raises Forbidden."""
    if not (call.actor.may(TEACH) or call.actor.may(ADMINISTER)):
        raise Forbidden


async def _put(call: Call, given: Mapping[str, str], tool_id: str, before: Card | None) -> dict[str, str]:
    """Keep a tool as it was typed; returns what is wrong with it."""
    errors = _tool_complaints(given, plain=call.context.settings.profile == "sandbox")
    if errors:
        return errors
    texts = {
        "titles": model.written(before.titles if before else {}, call.language, given["title"]),
        "login_url": given["login"], "redirect_uris": tuple(given["returns"].split()), "keys_url": given["keys"],
        "choosing_url": given["choosing"],
        "custom": {**model.off_lines(before.custom if before else {}), **model.parameters(given["custom"])},
        "share_names": given["names"] == "yes", "grades": given["grades"] == "yes",
        "members": given["members"] == "yes",
    }  # fmt: skip
    card = msgspec.structs.replace(before, **texts) if before else Card(**texts)  # type: ignore[arg-type]
    try:
        await service.put_tool(call.context, by=call.actor, tool_id=tool_id, card=card)
    except KeysMissing as problem:
        return {"keys": problem.title}
    return {}


def _given(call: Call, fields: tuple[str, ...]) -> dict[str, str]:
    return {name: call.form.get(name, "").strip() for name in fields}


def _tool_complaints(given: Mapping[str, str], *, plain: bool) -> dict[str, str]:
    errors = _title_complaint(given, "title")
    returns = given["returns"].split()
    for name, addresses in (("login", [given["login"]]), ("returns", returns), ("keys", [given["keys"]]),
                            ("choosing", [given["choosing"]])):  # fmt: skip
        if name in {"keys", "choosing"} and not given[name]:
            continue
        if not any(addresses):
            errors[name] = _("Enter an address.")
        elif max(map(len, addresses)) > ADDRESS_MAX or len(addresses) > model.ADDRESSES_MAX:
            errors[name] = _("The text is too long.")
        else:
            try:
                model.check_addresses(*addresses, plain=plain)
            except NotATool as problem:
                errors[name] = problem.title
    return {**errors, **_parameter_complaint(given)}


def _parameter_complaint(given: Mapping[str, str]) -> dict[str, str]:
    if len(given["custom"]) > PARAMETERS_MAX:
        return {"custom": _("The text is too long.")}
    try:
        model.parameters(given["custom"])
    except NotParameters as problem:
        return {"custom": problem.title}
    return {}


def _link_complaints(given: Mapping[str, str]) -> dict[str, str]:
    errors = _title_complaint(given, "link")
    if not given["target"]:
        errors["target"] = _("Enter an address.")
    elif len(given["target"]) > ADDRESS_MAX:
        errors["target"] = _("The text is too long.")
    if given["graded"] == "yes":
        if not (NUMBER.fullmatch(given["points"]) and 0 < float(given["points"]) <= POINTS_MAX):
            errors["points"] = _("Enter a number above 0 that is not too large, such as 20 or 7.5.")
        if not (WHOLE.fullmatch(given["percent"]) and int(given["percent"]) <= PERCENT_MAX):
            errors["percent"] = _("Enter a whole number that is not too large.")
    if len(given["text"]) > TEXT_MAX:
        errors["text"] = _("The text is too long.")
    return {**errors, **_parameter_complaint(given)}


def _title_complaint(given: Mapping[str, str], name: str) -> dict[str, str]:
    if not given[name]:
        return {name: _("Enter a text.")}
    return {name: _("The text is too long.")} if len(given[name]) > TITLE_MAX else {}


def _graded(given: Mapping[str, str], before: Graded | None) -> Graded | None:
    if given["graded"] != "yes":
        return None
    # What the tool calls it stays as it is.
    kept = before or Graded()
    return msgspec.structs.replace(kept, maximum=float(given["points"]), pass_percent=int(given["percent"]))


def _asked(call: Call, given: Mapping[str, str], errors: Mapping[str, str]) -> Page:
    values = {"given": given, "errors": errors, "action": f"{BASE}/enter"}
    return framed(call, "tools", "tool_enter.html", values, status=400 if errors else 200)


async def _shown(
    call: Call, one: Tool, *, tool: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> Page:  # fmt: skip
    words = Words(call.language)
    at = schemas.ToolShown.of(one, call.context.public_url)
    entered = (at.issuer, at.client_id, at.card.deployment_id, at.authorisation_url, at.keys_url, at.token_url)
    links = [each for each in await service.all_links(call.context) if each.tool.id == one.id]
    values = {
        "id": one.id, "name": in_language(one.card.titles, call.language), "retired": one.retired,
        "written_in": spoken(one.card.titles, call.language),
        "told": presenters.told(words, entered),
        "rows": presenters.link_rows(words, links, changes=call.actor.may(TEACH)),
        "given": tool or presenters.given(one.card, call.language),
        "errors": errors or {}, "action": f"{BASE}/{one.id}",
        "changes": call.actor.may(ADMINISTER), "links": call.actor.may(TEACH),
        "chooses": bool(one.card.choosing_url) and not one.retired, "names": one.card.share_names,
        **await _courses(call),
    }  # fmt: skip
    shown = framed(call, "tools", "tool_entry.html", values, status=400 if errors else 200)
    return Page(shown.template, shown.values, shown.status, headers=policy_leading_to(origin(one.card.login_url)))


async def _courses(call: Call) -> dict[str, object]:
    """Return the courses that a form offers by name; with more than it can they are named by id."""
    found = await courses.listed(call.context, published=False, limit=COURSES_SHOWN + 1)
    by_id = len(found) > COURSES_SHOWN
    return {"courses": [] if by_id else [(one.id, one.title) for one in found], "by_id": by_id}
