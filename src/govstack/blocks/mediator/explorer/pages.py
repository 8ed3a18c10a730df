"""The directory for everybody: who is connected, what they offer, and how it is called (I9, I11, I12)."""

from __future__ import annotations

import asyncio
from typing import TypedDict

import msgspec

from govstack.blocks.mediator.directory.presenters import Words, framed
from govstack.blocks.mediator.explorer import presenters, service
from govstack.blocks.mediator.explorer.model import SEARCH_CHARACTERS_MAX, Search
from govstack.kernel.routing import Answer, Call, Routes, public
from govstack.web.answers import Page

routes = Routes(tags=("directory pages",))
APPLICATION = "/directory/{memberClass}/{memberCode}/{applicationCode}"
SERVICE = APPLICATION + "/{serviceCode}"


class DirectoryQuery(msgspec.Struct, frozen=True):
    """What to look for."""

    q: str = ""
    member_class: str = msgspec.field(name="class", default="")
    page: int = 1
    lang: str = ""

    def search(self) -> Search:
        """Return what to look for."""
        return Search(self.q[:SEARCH_CHARACTERS_MAX], self.member_class, page=max(self.page, 1))


@routes.page("/directory", access=public(), query=DirectoryQuery, operation_id="directoryMembersPage")
async def members(call: Call) -> Page:
    """List the connected organisations."""
    found = await service.connected_members(call.context, search=call.query.search())
    rows = presenters.member_rows(Words(call.language), found.rows, base="/directory", private=False)
    return await _list(call, "members", {"rows": rows, "listing": found})


@routes.page("/directory/applications", access=public(), query=DirectoryQuery, operation_id="directoryApplicationsPage")
async def all_applications(call: Call) -> Page:
    """List the connected applications."""
    found = await service.connected_applications(call.context, search=call.query.search())
    rows = presenters.application_rows(Words(call.language), found.rows, public=True)
    return await _list(call, "applications", {"rows": rows, "listing": found})


@routes.page("/directory/services", access=public(), query=DirectoryQuery, operation_id="directoryServicesPage")
async def all_services(call: Call) -> Page:
    """List the services that can be called."""
    found = await service.offered_services(call.context, search=call.query.search())
    rows = presenters.service_rows(Words(call.language), found.rows, public=True)
    return await _list(call, "services", {"rows": rows, "listing": found})


@routes.page(
    "/directory/{memberClass}/{memberCode}", access=public(), query=DirectoryQuery, operation_id="directoryMemberPage"
)
async def one_member(call: Call) -> Page:
    """Show an organisation with its applications and services."""
    words, path = Words(call.language), call.path
    found = await service.connected_member(call.context, member_class=path["memberClass"], code=path["memberCode"])
    search = Search(member=found.subject, page=call.query.page)
    owned = await service.connected_applications(call.context, search=search)
    offered = await service.offered_services(call.context, search=search)
    values = {
        "member": found,
        "applications": presenters.application_rows(words, owned.rows, public=True, with_member=False),
        "services": presenters.service_rows(words, offered.rows, public=True, with_member=False),
        "page": search.page,
        "pages": max(owned.pages, offered.pages),
    }
    return framed(call, "directory", "directory_member.html", values)


@routes.page(APPLICATION, access=public(), query=DirectoryQuery, operation_id="directoryApplicationPage")
async def one_application(call: Call) -> Page:
    """Show an application with the services it offers."""
    path = call.path
    found = await service.connected_application(
        call.context, member_class=path["memberClass"], member_code=path["memberCode"], code=path["applicationCode"]
    )
    offered = await service.offered_services(
        call.context, search=Search(application=found.subject, page=call.query.page)
    )
    values = {
        "application": found,
        "services": presenters.service_rows(Words(call.language), offered.rows, public=True, with_member=False),
        "listing": offered,
    }
    return framed(call, "directory", "directory_application.html", values)


@routes.page(SERVICE, access=public(), operation_id="directoryServicePage")
async def one_service(call: Call) -> Page:
    """Show how a service is called: its address, its operations, and how to ask for access."""
    found = await service.offered_service(call.context, **_named(call))
    text = await service.document(call.context, **_named(call))
    # A large document takes a good part of a second: others must not wait for it.
    described = await asyncio.to_thread(presenters.described, text)
    owner = await service.connected_application(
        call.context, member_class=found.member_class, member_code=found.member_code, code=found.application_code
    )
    on = {endpoint.key for endpoint in found.endpoints}
    values = {
        "service": found,
        "owner": owner,
        "described": described,
        "operations": [one for one in described.operations if (one.method, one.path) in on],
        "places": dict(presenters.places(Words(call.language))),
        "address": f"{call.context.public_url}/r1/{found.identifier}",
    }
    return framed(call, "directory", "directory_service.html", values)


@routes.page(SERVICE + "/document", access=public(), operation_id="directoryDocument")
async def download(call: Call) -> Answer:
    """Give the OpenAPI document as its provider wrote it."""
    found = await service.document(call.context, **_named(call))
    media = "application/json; charset=utf-8" if found.format == "json" else "text/yaml; charset=utf-8"
    name = f"{call.path['serviceCode']}.{found.format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(body=found.text.encode(), media_type=media, headers=headers)


class _Named(TypedDict):
    member_class: str
    member_code: str
    application_code: str
    code: str


def _named(call: Call) -> _Named:
    path = call.path
    return _Named(
        member_class=path["memberClass"],
        member_code=path["memberCode"],
        application_code=path["applicationCode"],
        code=path["serviceCode"],
    )


async def _list(call: Call, view: str, values: dict[str, object]) -> Page:
    search = call.query.search()
    base = "/directory" if view == "members" else f"/directory/{view}"
    shown = {
        **values,
        "view": view,
        "base": base,
        "search": search,
        "classes": [(name, name) for name in await service.classes(call.context)],
        "chosen": presenters.chosen(
            base, search, {"words": ("q", search.words), "member_class": ("class", search.member_class)}
        ),
    }
    return framed(call, "directory", "directory.html", shown)
