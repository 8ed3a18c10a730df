"""How systems call the registries: all versions somebody may know of, and the document of each (DRS-34)."""

from __future__ import annotations

from govstack.blocks.registries.discovery import presenters as documents
from govstack.blocks.registries.discovery import service as discovery
from govstack.blocks.registries.discovery.model import Known
from govstack.blocks.registries.drafting import presenters as fields
from govstack.blocks.registries.frame.presenters import Words, framed, in_registry
from govstack.blocks.registries.handbook import presenters
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, public
from govstack.web.answers import Page

routes = Routes(tags=("API pages",))
SCHEMA_RIGHT = by_policy("may read the schema of the registry")
VERSION = "/registry/{code}/api/{version}"


@routes.page("/apis", access=public(), operation_id="apisPage")
async def apis(call: Call) -> Page:
    """List the registries and versions somebody may know of."""
    words = Words(call.language)
    found = await discovery.offered(call.context, by=call.actor)
    values = {
        "rows": presenters.listed(words, found),
        "signed_in": call.actor.signed_in,
        "document": f"{call.mount}/openapi.json",
    }
    return framed(call, "apis", "apis.html", values)


@routes.page(VERSION, access=SCHEMA_RIGHT, operation_id="registryApiPage")
async def api(call: Call) -> Page:
    """Show how a version is called: its services and fields, as they are now."""
    words = Words(call.language)
    known = await _known(call)
    document = documents.document(known, server=call.context.public_url)
    values = {
        "registry": known.registry,
        "operations": presenters.operations(words, known, document, call.context.public_url),
        "lines": fields.lines(words, known.registry),
        "example": document["components"]["schemas"]["Record"]["examples"][0],
        "parameters": presenters.described(words, presenters.PARAMETERS),
        "headers": presenters.described(words, presenters.HEADERS),
        "answers": presenters.described(words, presenters.ANSWERS),
        "download": f"/registry/{known.registry.code}/api/{known.registry.version}/document",
        "above": [(words(_("APIs")), "/apis")],
    }
    return in_registry(call, known.registry, "services", "api.html", values)


@routes.page(VERSION + "/document", access=SCHEMA_RIGHT, operation_id="registryApiDocument")
async def document(call: Call) -> Answer:
    """Hand out the OpenAPI document as a file."""
    known = await _known(call)
    found = documents.document(known, server=f"{call.context.public_url}{presenters.API}")
    name = f"{known.registry.code}-{known.registry.version}-openapi.json"
    return Answer(value=found, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _known(call: Call) -> Known:
    return await discovery.known(
        call.context, by=call.actor, code=call.path["code"], version=call.path["version"], examples=True
    )
