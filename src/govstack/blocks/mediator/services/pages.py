"""Services for administrators: the list, registering from a document, changing, switching, taking out (I4, I8)."""

from __future__ import annotations

from typing import Literal, TypedDict

import msgspec

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.errors import UnknownService
from govstack.blocks.mediator.directory.model import Power, Service
from govstack.blocks.mediator.directory.presenters import Words, faults, framed, kept, on_off, refused, step
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import SEARCH_CHARACTERS_MAX, Search
from govstack.blocks.mediator.services import presenters, service
from govstack.blocks.mediator.services.errors import AddressRefused, DocumentInvalid, ReservedCode
from govstack.blocks.mediator.services.model import Description, Offer, checked_address
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("service pages",))
SERVICES = "/members/{memberClass}/{memberCode}/applications/{applicationCode}/services"
SERVICE = SERVICES + "/{serviceCode}"
DOCUMENT_FORM_BYTES_MAX = 4_000_000
NEW_FIELDS = ("code", "service_url")
CHANGE_FIELDS = (
    "service_url",
    "version",
    "timeout_seconds",
    "request_megabytes",
    "answer_megabytes",
    "payload_kept",
    "enabled",
)


class ServicesQuery(msgspec.Struct, frozen=True):
    """Which services to list."""

    q: str = ""
    member: str = ""
    state: Literal["", "on", "off"] = ""
    page: int = 1
    lang: str = ""

    def search(self) -> Search:
        """Return what to look for."""
        words, page = self.q[:SEARCH_CHARACTERS_MAX], max(self.page, 1)
        return Search(words, member=self.member, state=self.state, page=page)


class _Owner(TypedDict):
    member_class: str
    member_code: str
    application_code: str


@routes.page("/services", access=signed_in(), query=ServicesQuery, operation_id="servicesPage")
async def services(call: Call) -> Page:
    """List the services that somebody administers."""
    words, search = Words(call.language), call.query.search()
    found = await explorer.services(call.context, by=call.actor, search=search)
    states = {"on": words(_("On")), "off": words(_("Off"))}
    labels = {
        "words": ("q", search.words),
        "member": ("member", search.member),
        "state": ("state", states.get(search.state, "")),
    }
    values = {
        "listing": found,
        "rows": lists.service_rows(words, found.rows),
        "search": search,
        "states": list(states.items()),
        "chosen": lists.chosen("/services", search, labels),
    }
    return framed(call, "services", "services.html", values)


@routes.page(SERVICES + "/new", access=signed_in(), operation_id="registerServicePage")
async def ask_document(call: Call) -> Page:
    """Ask for the address of a service and its OpenAPI document."""
    return await _new_page(call, {**dict.fromkeys(NEW_FIELDS, ""), "document": ""}, {})


@routes.form(
    SERVICES + "/new", access=signed_in(), operation_id="registerServiceForm", body_bytes_max=DOCUMENT_FORM_BYTES_MAX
)
async def register(call: Call) -> Page | Redirect:
    """Read the document, show what was read, and register the service."""
    words, values = Words(call.language), {**kept(call, *NEW_FIELDS), "document": _document(call)}
    if step(call) == "edit":
        return await _new_page(call, values, {})
    errors = faults(words, values, presenters.NEW)
    described = await _read(call, values, errors)
    if not errors:
        await _check_offer(call, values, errors)
    if errors or described is None:
        return await _new_page(call, values, errors)
    if step(call) == "check":
        return await _preview_page(call, values, described)
    offer = Offer(code=values["code"], service_url=values["service_url"])
    try:
        made, _new = await service.register(
            call.context, by=call.actor, **_owner(call), offer=offer, document=values["document"]
        )
    except (AddressRefused, ReservedCode) as problem:
        field = "code" if isinstance(problem, ReservedCode) else "service_url"
        return await _new_page(call, values, refused(words, problem, field))
    return Redirect(lists.service_path(made.subject), notice=words(_("The service is registered.")))


@routes.page(SERVICE, access=signed_in(), operation_id="servicePage")
async def one_service(call: Call) -> Page | Redirect:
    """Show a service with its endpoints."""
    found = await _found(call)
    if not service.sees_all(call.actor, found.application):
        return Redirect(f"/directory/{found.subject}")
    words = Words(call.language)
    values = {
        **await _frame(call, found),
        "status": on_off(words, found.enabled),
        "facts": presenters.facts(words, found),
        "endpoints": presenters.endpoint_rows(words, found.endpoints),
        "manages": presenters.manages(call.actor, found),
    }
    return framed(call, "services", "service.html", values)


@routes.page(SERVICE + "/endpoints", access=signed_in(), operation_id="switchEndpointsPage")
async def ask_endpoints(call: Call) -> Page:
    """Ask which endpoints shall answer."""
    found = await _managed(call)
    return await _endpoints_page(call, found, [f"{one.method} {one.path}" for one in found.endpoints if one.enabled])


@routes.form(SERVICE + "/endpoints", access=signed_in(), operation_id="switchEndpointsForm")
async def switch(call: Call) -> Page | Redirect:
    """Show what would change, and switch the endpoints."""
    found, answering = await _managed(call), call.form_lists.get("answering", [])
    changes = presenters.switched(found, answering)
    if step(call) == "edit":
        return await _endpoints_page(call, found, answering)
    if not changes:
        return Redirect(lists.service_path(found.subject))
    if step(call) == "check":
        shown = {
            **await _frame(call, found),
            "on": [f"{method} {path}" for (method, path), wanted in changes.items() if wanted],
            "off": [f"{method} {path}" for (method, path), wanted in changes.items() if not wanted],
            "answering": answering,
        }
        return framed(call, "services", "service_endpoints_check.html", shown)
    await service.switch_endpoints(call.context, by=call.actor, **_owner(call), code=found.code, endpoints=changes)
    notice = Words(call.language)(_("The endpoints were switched."))
    return Redirect(lists.service_path(found.subject), notice=notice)


@routes.page(SERVICE + "/change", access=signed_in(), operation_id="changeServicePage")
async def show_properties(call: Call) -> Page:
    """Show a service's address and limits for changing."""
    found = await _managed(call)
    return await _change_page(call, found, presenters.as_form(found), {})


@routes.form(SERVICE + "/change", access=signed_in(), operation_id="changeServiceForm")
async def change(call: Call) -> Page | Redirect:
    """Check changed properties, show them, and write them."""
    found, words, values = await _managed(call), Words(call.language), kept(call, *CHANGE_FIELDS)
    if step(call) == "edit":
        return await _change_page(call, found, values, {})
    errors = faults(words, values, presenters.CHANGES)
    for name, message in presenters.SIZES.items():
        if presenters.bytes_of(values[name]) is None:
            errors[name] = words(message)
    if not errors:
        await _check_offer(call, {**values, "code": ""}, errors)
    if errors:
        return await _change_page(call, found, values, errors)
    if step(call) == "check":
        shown = {**await _frame(call, found), "values": values, "rows": presenters.changed_facts(words, values)}
        return framed(call, "services", "service_change_check.html", shown)
    offer = Offer(
        code=found.code,
        service_url=values["service_url"],
        version=values["version"],
        enabled=values["enabled"] == "yes",
        timeout_seconds=int(values["timeout_seconds"]),
        request_bytes_max=presenters.bytes_of(values["request_megabytes"]),
        answer_bytes_max=presenters.bytes_of(values["answer_megabytes"]),
        payload_kept=values["payload_kept"] == "yes",
    )
    await service.change(call.context, by=call.actor, **_owner(call), code=found.code, offer=offer)
    return Redirect(lists.service_path(found.subject), notice=words(_("The service was changed.")))


@routes.page(SERVICE + "/document", access=signed_in(), operation_id="replaceDocumentPage")
async def ask_new_document(call: Call) -> Page:
    """Ask for a new OpenAPI document of a service."""
    return await _replace_page(call, await _managed(call), "", {})


@routes.form(
    SERVICE + "/document",
    access=signed_in(),
    operation_id="replaceDocumentForm",
    body_bytes_max=DOCUMENT_FORM_BYTES_MAX,
)
async def replace_document(call: Call) -> Page | Redirect:
    """Read the new document, show what would change, and put it in place."""
    found, words, text = await _managed(call), Words(call.language), _document(call)
    if step(call) == "edit":
        return await _replace_page(call, found, text, {})
    errors: dict[str, str] = {}
    described = await _read(call, {"document": text}, errors)
    if described is None:
        return await _replace_page(call, found, text, errors)
    if step(call) == "check":
        shown = {
            **await _frame(call, found),
            "text": text,
            "facts": presenters.described_facts(words, described),
            "rows": presenters.preview_rows(words, described, found.endpoints),
        }
        return framed(call, "services", "service_document_check.html", shown)
    offer = Offer(code=found.code, service_url=found.service_url, version=described.version)
    await service.register(call.context, by=call.actor, **_owner(call), offer=offer, document=text)
    return Redirect(lists.service_path(found.subject), notice=words(_("The new document is in place.")))


@routes.page(SERVICE + "/remove", access=signed_in(), operation_id="removeServicePage")
async def ask_removal(call: Call) -> Page:
    """Ask whether a service shall be taken out."""
    return framed(call, "services", "service_remove.html", await _frame(call, await _managed(call)))


@routes.form(SERVICE + "/remove", access=signed_in(), operation_id="removeServiceForm")
async def remove(call: Call) -> Redirect:
    """Take a service out with all rights to it."""
    found = await _managed(call)
    await service.remove(call.context, by=call.actor, **_owner(call), code=found.code)
    notice = Words(call.language)(_("The service was removed."))
    return Redirect(lists.application_path(found.application), notice=notice)


def _owner(call: Call) -> _Owner:
    path = call.path
    return _Owner(
        member_class=path["memberClass"],
        member_code=path["memberCode"],
        application_code=path["applicationCode"],
    )


async def _found(call: Call) -> Service:
    return await service.service(call.context, by=call.actor, **_owner(call), code=call.path["serviceCode"])


async def _managed(call: Call) -> Service:
    found = await _found(call)
    directory.require(call.actor, Power.OFFER, application=found.application)
    return found


def _document(call: Call) -> str:
    """Return the document that was uploaded, else the one that was pasted."""
    upload = call.files.get("file")
    text = upload.content.decode("utf-8", "replace") if upload and upload.content else call.form.get("document", "")
    return text.replace("\r\n", "\n").strip()


async def _read(call: Call, values: dict[str, str], errors: dict[str, str]) -> Description | None:
    """Read the document of a form; what is wrong with it becomes an error of its field."""
    words = Words(call.language)
    try:
        described = await service.describe(call.context, document=values["document"], spec_url="")
    except DocumentInvalid as problem:
        errors["document"] = words(_("The document cannot be used: {reason}"), reason=words.said(problem.detail))
        return None
    if described is None:
        errors["document"] = words(_("Paste the OpenAPI document, or choose the file that holds it"))
    return described


async def _check_offer(call: Call, values: dict[str, str], errors: dict[str, str]) -> None:
    """Check what a service is called and where it lies, before anything is shown as ready to send."""
    words, owner = Words(call.language), _owner(call)
    provider = await explorer.application(
        call.context,
        member_class=owner["member_class"],
        member_code=owner["member_code"],
        code=owner["application_code"],
    )
    try:
        checked_address(values["service_url"], service.address_rules(call.context, provider))
    except AddressRefused as problem:
        errors.update(refused(words, problem, "service_url"))
    if values["code"]:
        try:
            await service.service(call.context, by=call.actor, **owner, code=values["code"])
            errors["code"] = words(_("This application has a service with this code already. Open it to change it."))
        except UnknownService:
            return


async def _frame(call: Call, found: Service) -> dict[str, object]:
    """Return what stands around each page of a service."""
    names = await explorer.names(call.context, [f"{found.instance}/{found.application}"])
    known = names.get(f"{found.instance}/{found.application}")
    return {
        "service": found,
        "base": lists.service_path(found.subject),
        "application_href": lists.application_path(found.application),
        "application_name": known.application if known else found.application,
        "member_name": known.member if known else found.member_code,
    }


async def _new_page(call: Call, values: dict[str, str], errors: dict[str, str]) -> Page:
    provider = await _provider(call)
    shown = {"application": provider, "values": values, "errors": errors}
    return framed(call, "members", "service_new.html", shown, status=400 if errors else 200)


async def _preview_page(call: Call, values: dict[str, str], described: Description) -> Page:
    words = Words(call.language)
    shown = {
        "application": await _provider(call),
        "values": values,
        "facts": presenters.described_facts(words, described),
        "rows": presenters.preview_rows(words, described, ()),
    }
    return framed(call, "members", "service_new_check.html", shown)


async def _provider(call: Call) -> object:
    owner = _owner(call)
    found = await explorer.application(
        call.context,
        member_class=owner["member_class"],
        member_code=owner["member_code"],
        code=owner["application_code"],
    )
    directory.require(call.actor, Power.OFFER, application=found.subject)
    return found


async def _endpoints_page(call: Call, found: Service, answering: list[str]) -> Page:
    choices = [
        (f"{one.method} {one.path}", f"{one.method} {one.path}", one.summary or one.operation_id)
        for one in found.endpoints
    ]
    shown = {**await _frame(call, found), "choices": choices, "answering": answering}
    return framed(call, "services", "service_endpoints.html", shown)


async def _change_page(call: Call, found: Service, values: dict[str, str], errors: dict[str, str]) -> Page:
    shown = {**await _frame(call, found), "values": values, "errors": errors}
    return framed(call, "services", "service_change.html", shown, status=400 if errors else 200)


async def _replace_page(call: Call, found: Service, text: str, errors: dict[str, str]) -> Page:
    shown = {**await _frame(call, found), "text": text, "errors": errors}
    return framed(call, "services", "service_document.html", shown, status=400 if errors else 200)
