"""Wordings for those who write them: of their own sender, or of all for administrators."""

from __future__ import annotations

from govstack.blocks.messaging.senders import service as senders
from govstack.blocks.messaging.senders.presenters import Words, framed, step
from govstack.blocks.messaging.wording import presenters, service
from govstack.blocks.messaging.wording.errors import ValuesInvalid
from govstack.blocks.messaging.wording.model import SHOWN_MAX, Wording, example_values
from govstack.blocks.messaging.wording.schemas import WordingsQuery
from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("wording pages",))
OF_SENDER = "/wordings/{senderId}"
WORDING = OF_SENDER + "/{name}"


@routes.page("/wordings", access=signed_in(), query=WordingsQuery, operation_id="wordingsPage")
async def wordings(call: Call) -> Page:
    """List wordings: of all senders, or of the one that a person writes for."""
    writes = call.actor.may(senders.ADMINISTER) or call.actor.may(service.WRITE)
    desk = await service.desk_of(call.context, by=call.actor) if writes else ""
    before = max(call.query.before, 0)
    found = await service.wordings(call.context, by=call.actor, sender_id=desk, before=before)
    names = await senders.names(call.context, sender_ids={one.sender_id for one in found})
    values = {
        "rows": presenters.rows(Words(call.language), found, names),
        "new_href": f"/wordings/{desk}/new" if desk else "",
        "administers": call.actor.may(senders.ADMINISTER),
        "first_href": "/wordings" if before else "",
        "next_href": f"/wordings?before={found[-1].number}" if len(found) == SHOWN_MAX else "",
    }
    return framed(call, "wordings", "wordings.html", values)


@routes.page(OF_SENDER + "/new", access=signed_in(), operation_id="newWordingPage")
async def ask_new(call: Call) -> Page:
    """Ask what a new wording says."""
    await _refuse_others(call)
    return await _form_page(call, None, presenters.as_form(None), {})


@routes.form(OF_SENDER + "/new", access=signed_in(), operation_id="newWordingForm")
async def write_new(call: Call) -> Page | Redirect:
    """Check a new wording, show how it reads, and write it."""
    await _refuse_others(call)
    return await _write(call, None)


@routes.page(WORDING, access=signed_in(), operation_id="wordingPage")
async def wording(call: Call) -> Page:
    """Show a wording in all its languages, and offer to try values."""
    return await _shown(call, await _found(call), {}, {})


@routes.form(WORDING + "/try", access=signed_in(), operation_id="tryWordingForm")
async def try_values(call: Call) -> Page:
    """Show how a wording reads with values; nothing is sent or kept."""
    found = await _found(call)
    values = {name: call.form.get(f"value_{name}", "").strip() for name in found.fields}
    language = call.form.get("language", "")
    try:
        said = await service.preview(
            call.context, by=call.actor, sender_id=found.sender_id, name=found.name, language=language, values=values
        )
    except ValuesInvalid as problem:
        words = Words(call.language)
        wrong = {f"value_{place.partition('.')[2]}": words(_("Enter a value that fits")) for place in problem.fields}
        return await _shown(call, found, values, wrong)
    return await _shown(call, found, values, {}, said=said, language=language)


@routes.page(WORDING + "/change", access=signed_in(), operation_id="changeWordingPage")
async def ask_change(call: Call) -> Page:
    """Show a wording for changing."""
    await _refuse_others(call)
    found = await _found(call)
    return await _form_page(call, found, presenters.as_form(found), {})


@routes.form(WORDING + "/change", access=signed_in(), operation_id="changeWordingForm")
async def change(call: Call) -> Page | Redirect:
    """Check a changed wording, show how it reads, and write its next version."""
    await _refuse_others(call)
    return await _write(call, await _found(call))


@routes.page(WORDING + "/retire", access=signed_in(), operation_id="retireWordingPage")
async def ask_retire(call: Call) -> Page:
    """Ask whether a wording shall be used no more."""
    await _refuse_others(call)
    return framed(call, "wordings", "wording_retire.html", {"wording": await _found(call)})


@routes.form(WORDING + "/retire", access=signed_in(), operation_id="retireWordingForm")
async def retire(call: Call) -> Redirect:
    """Take a wording out of use."""
    sender_id, name = call.path["senderId"], call.path["name"]
    await service.retire(call.context, by=call.actor, sender_id=sender_id, name=name)
    return Redirect("/wordings", notice=Words(call.language)(_("The wording is used no more.")))


async def _write(call: Call, found: Wording | None) -> Page | Redirect:
    words, values = Words(call.language), presenters.kept(call, found)
    if found is not None:
        values["name"] = found.name
    draft, wrong = presenters.read(words, values, found)
    if draft is None or step(call) == "edit":
        return await _form_page(call, found, values, wrong if step(call) != "edit" else {})
    sender_id, name = call.path["senderId"], values["name"]
    if step(call) == "send":
        await service.put(call.context, by=call.actor, sender_id=sender_id, name=name, draft=draft)
        return Redirect(f"/wordings/{sender_id}/{name}", notice=words(_("The wording was saved.")))
    shown = {
        "name": name,
        "facts": presenters.facts(words, draft),
        "samples": presenters.samples(draft),
        "values": values,
        "action": call.url_path,
        "direction": i18n.direction,
    }
    return framed(call, "wordings", "wording_check.html", shown)


async def _shown(call: Call, found: Wording, values: dict[str, str], errors: dict[str, str], **more: object) -> Page:
    words = Words(call.language)
    names = await senders.names(call.context, sender_ids={found.sender_id})
    shown = {
        "wording": found,
        "organisation": names.get(found.sender_id, ""),
        "facts": [*presenters.facts(words, found), (words(_("Version")), words.number(found.version))],
        "samples": presenters.samples(found),
        "choices": presenters.choices(found),
        "values": values or example_values(found),
        "errors": errors,
        "manages": await _writes(call, found.sender_id),
        "direction": i18n.direction,
        "said": None,
        "language": found.fallback,
        **more,
    }
    return framed(call, "wordings", "wording.html", shown, status=400 if errors else 200)


async def _form_page(call: Call, found: Wording | None, values: dict[str, str], errors: dict[str, str]) -> Page:
    sender_id = call.path["senderId"]
    names = await senders.names(call.context, sender_ids={sender_id})
    shown = {
        "wording": found,
        "organisation": names.get(sender_id, ""),
        "values": values,
        "errors": errors,
        "languages": presenters.fallbacks(found),
        "action": f"/wordings/{sender_id}/{found.name}/change" if found else f"/wordings/{sender_id}/new",
        "back": presenters.address(found) if found else "/wordings",
    }
    return framed(call, "wordings", "wording_form.html", shown, status=400 if errors else 200)


async def _found(call: Call) -> Wording:
    sender_id, name = call.path["senderId"], call.path["name"]
    return await service.wording(call.context, by=call.actor, sender_id=sender_id, name=name)


async def _refuse_others(call: Call) -> None:
    await service.refuse_others(call.context, by=call.actor, sender_id=call.path["senderId"])


async def _writes(call: Call, sender_id: str) -> bool:
    if not (call.actor.may(senders.ADMINISTER) or call.actor.may(service.WRITE)):
        return False
    return await service.desk_of(call.context, by=call.actor) in {"", sender_id}
