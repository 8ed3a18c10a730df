"""Schemas out and in as JSON or YAML, and templates (DRS-10, DRS-11, DRS-20)."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import msgspec
import yaml
from msgspec import Meta

from govstack.blocks.registries.blueprints import schemas, service
from govstack.blocks.registries.design import schemas as design_schemas
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import BadDefinition, UnknownRegistry, UnknownTemplate
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.offering import service as offering
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call, Routes, signed_in

routes = Routes(tags=("templates",))
YAML_TYPE = "application/yaml; charset=utf-8"


class FormatQuery(msgspec.Struct, frozen=True):
    """In which notation to answer."""

    format: Annotated[str, Meta(description="json or yaml; without it the Accept header decides")] = ""


@routes.get(
    "/registries/{code}/versions/{version}/export", access=signed_in(), query=FormatQuery, answer=schemas.Document,
    operation_id="exportDefinition", errors=(UnknownRegistry,),
)  # fmt: skip
async def export_definition(call: Call) -> Answer:
    """Export a version (or `latest`, or `draft`) as JSON or YAML."""
    found = await service.export(call.context, by=call.actor, code=call.path["code"], version=call.path["version"])
    if call.query.format not in {"", "json", "yaml"}:
        raise BadRequest("The format is json or yaml.", fields={"format": "is json or yaml"})
    name = f"{call.path['code']}-{found.get('version', 'draft')}"
    if call.query.format == "yaml" or (not call.query.format and "yaml" in call.headers.get("accept", "")):
        text = yaml.safe_dump(found, allow_unicode=True, sort_keys=False)
        headers = {"Content-Disposition": f'attachment; filename="{name}.yaml"'}
        return Answer(body=text.encode(), media_type=YAML_TYPE, headers=headers)
    return Answer(value=found, headers={"Content-Disposition": f'attachment; filename="{name}.json"'})


@routes.post(
    "/registries/{code}/import", access=signed_in(), body=schemas.Document, answer=design_schemas.RegistryShape,
    body_types=("application/json", "application/yaml"), operation_id="importDefinition", errors=(BadDefinition,),
)  # fmt: skip
async def import_definition(call: Call, body: dict[str, object]) -> design_schemas.RegistryShape:
    """Create a registry from a document in JSON or YAML, or change its draft."""
    return await _start(call, call.path["code"], body)


@routes.get("/templates", access=signed_in(), answer=schemas.TemplateList, operation_id="listTemplates")
async def list_templates(call: Call) -> schemas.TemplateList:
    """List the templates."""
    found = await service.templates(call.context, by=call.actor)
    return schemas.TemplateList([schemas.shape(one) for one in found])


@routes.put(
    "/templates/{code}", access=signed_in(), body=schemas.TemplateRequest, answer=schemas.TemplateShape,
    operation_id="keepTemplate", errors=(UnknownRegistry,),
)  # fmt: skip
async def keep_template(call: Call, body: schemas.TemplateRequest) -> schemas.TemplateShape:
    """Keep a document, or the definition of a registry, as the next version of a template."""
    content = body.document
    if content is None:
        content = await service.export(call.context, by=call.actor, code=body.registry, version=body.version)
    schemas.request_of(content)
    kept = await service.keep(call.context, by=call.actor, code=call.path["code"], title=body.title, content=content)
    return schemas.shape(kept)


@routes.post(
    "/templates/{code}/use", access=signed_in(), body=schemas.UseRequest, answer=design_schemas.RegistryShape,
    operation_id="useTemplate", errors=(UnknownTemplate, BadDefinition),
)  # fmt: skip
async def use_template(call: Call, body: schemas.UseRequest) -> design_schemas.RegistryShape:
    """Start a registry from a template; its draft waits to be published."""
    found = await service.template(call.context, by=call.actor, code=call.path["code"], version=body.version)
    return await _start(call, body.code, dict(found.document))


async def _start(call: Call, code: str, document: dict[str, object]) -> design_schemas.RegistryShape:
    wanted = design_schemas.definition(code, schemas.request_of(document))
    custom = schemas.custom_services_of(document)
    for one in custom:
        offering.refuse_unfit(one, Registry(0, code, "", wanted.fields))
    wanted = replace(wanted, custom_services=custom)
    draft = await design.upsert_definition(call.context, by=call.actor, definition=wanted)
    return design_schemas.registry((draft,))
