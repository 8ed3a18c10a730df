"""The published configuration API: one document for the whole directory; changes are worked on in the background."""

from __future__ import annotations

import re

from govstack.blocks.mediator.configuration import service
from govstack.blocks.mediator.configuration.errors import (
    ConfigurationInvalid,
    NotConfigured,
    OtherInstance,
    Stale,
    UnknownChange,
)
from govstack.blocks.mediator.configuration.model import Mode
from govstack.blocks.mediator.configuration.schemas import (
    ChangeAnswer,
    ChangeList,
    ConfigurationQuery,
    IMconf,
    StatusAnswer,
    parsed,
    shown,
    text_of,
)
from govstack.kernel.routing import Answer, Call, Routes, needs

routes = Routes(tags=("configuration",))
READ = needs("mediator:read-configuration")
WRITE = needs("mediator:write-configuration")
CREATE = needs("mediator:create-configuration")
DOCUMENT_BYTES_MAX = 5_000_000
BODY_TYPES = ("application/json", "text/yaml", "application/yaml")
IF_MATCH = {"If-Match": "The ETag of the configuration this change was made for"}
_ETAG = re.compile(r'(?:W/)?"(\d{1,18})"')


@routes.get(
    "/api/v1/config", access=READ, answer=IMconf, operation_id="listIMconf", summary="Read the whole configuration"
)
async def list_configuration(call: Call) -> Answer:
    """Its ETag names the state it was read at."""
    found, revision = await service.configuration(call.context)

    def spec_url(instance: str, application: str, code: str) -> str:
        return service.own_spec_url(call.context, instance, application, code)

    return Answer(value=shown(found, spec_url), headers={"ETag": f'"{revision}"'})


@routes.post(
    "/api/v1/config",
    access=WRITE,
    query=ConfigurationQuery,
    body=IMconf,
    body_types=BODY_TYPES,
    body_bytes_max=DOCUMENT_BYTES_MAX,
    answer=str,
    status=201,
    headers=IF_MATCH,
    errors=(ConfigurationInvalid, OtherInstance, Stale),
    operation_id="createIMconf",
    summary="Create a configuration",
)
async def create_configuration(call: Call, body: IMconf) -> str:
    """Connects what is described; what is not described stays."""
    return await _change(call, body, Mode.CREATE)


@routes.patch(
    "/api/v1/config",
    access=WRITE,
    body=IMconf,
    body_types=BODY_TYPES,
    body_bytes_max=DOCUMENT_BYTES_MAX,
    answer=str,
    status=201,
    headers=IF_MATCH,
    errors=(ConfigurationInvalid, OtherInstance, Stale),
    operation_id="updateIMconf",
    summary="Change the described parts and keep the rest",
)
async def update_configuration(call: Call, body: IMconf) -> str:
    """Connects and changes what is described; what is not described stays."""
    return await _change(call, body, Mode.UPDATE)


@routes.put(
    "/api/v1/config",
    access=CREATE,
    body=IMconf,
    body_types=BODY_TYPES,
    body_bytes_max=DOCUMENT_BYTES_MAX,
    answer=str,
    status=201,
    headers=IF_MATCH,
    errors=(ConfigurationInvalid, OtherInstance, Stale),
    operation_id="replaceIMconf",
    summary="Replace the configuration and delete what is not described",
)
async def replace_configuration(call: Call, body: IMconf) -> str:
    """Afterwards the directory holds what is described and nothing else."""
    return await _change(call, body, Mode.REPLACE)


@routes.get(
    "/api/v1/config/changes",
    access=READ,
    answer=ChangeList,
    operation_id="listConfigurationChanges",
    summary="List the latest changes with their progress",
)
async def list_changes(call: Call) -> ChangeList:
    """Newest first."""
    return ChangeList([ChangeAnswer.of(one) for one in await service.changes(call.context)])


@routes.get(
    "/api/v1/config/changes/{changeId}",
    access=READ,
    answer=ChangeAnswer,
    errors=(UnknownChange,),
    operation_id="readConfigurationChange",
    summary="Follow the progress of a change",
)
async def read_change(call: Call) -> ChangeAnswer:
    """A change that failed says why; sending the document again goes on where it stopped."""
    return ChangeAnswer.of(await service.change(call.context, change_id=call.path["changeId"]))


@routes.get(
    "/api/v1/status",
    access=READ,
    answer=StatusAnswer,
    errors=(NotConfigured,),
    operation_id="checkIMconf",
    summary="Tell whether the mediator is configured and running",
)
async def check_configuration(call: Call) -> StatusAnswer:
    """An instance without any registration answers 500, as the published API has it."""
    return StatusAnswer.of(await service.standing(call.context))


async def _change(call: Call, body: IMconf, mode: Mode) -> str:
    begun = await service.ask(
        call.context,
        by=call.actor,
        mode=mode,
        described=parsed(body),
        text=text_of(body),
        base_revision=_base_revision(call.headers.get("if-match", "")),
        init=bool(getattr(call.query, "init", False)),
    )
    return f"The work has begun: {begun.steps_total} steps. Follow it at /api/v1/config/changes/{begun.id}"


def _base_revision(header: str) -> int | None:
    if header in {"", "*"}:
        return None
    found = _ETAG.fullmatch(header.strip())
    if found is None:
        raise Stale
    return int(found[1])
