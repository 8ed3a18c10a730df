"""The spellings under which published clients reach the data operations: words joined by hyphens."""

from __future__ import annotations

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import path_of
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.records import schemas, service
from govstack.kernel.errors import NotFound
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.wire import FORM_TYPES

routes = Routes(face="dialect", tags=("Registry data",))
POLICY = by_policy("rights of the registry")
R = "/data/{registryName}/{versionNumber}"
BODY_TYPES = ("application/json", *FORM_TYPES)


@routes.put(R + "/update-entries", access=POLICY, body=schemas.Update, operation_id="updateEntriesKebab")
async def update_entries(call: Call, body: schemas.Update) -> Answer:
    """Change every matching record."""
    await service.update_entries(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        query=body.query.content if body.query else None,
        content=body.write.content,
        manner=schemas.manner_of(call),
    )
    return Answer(body=b"")


@routes.post(
    R + "/update-or-create", access=POLICY, body=schemas.Update, answer=schemas.Content,
    operation_id="updateOrCreateKebab",
)  # fmt: skip
async def update_or_create(call: Call, body: schemas.Update) -> Answer:
    """Change the matching record, or create it."""
    made = await service.update_or_create(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        query=body.query.content if body.query else None,
        content=body.write.content,
        manner=schemas.manner_of(call),
    )
    return schemas.written(made)


@routes.get(
    R + "/{uuid}/read-value/{field}.{ext}", access=POLICY, answer=str | schemas.Value, operation_id="readValueKebab"
)
async def read_value(call: Call) -> object:
    """Read one field of a record."""
    if call.path["ext"] != "json":
        raise NotFound("Values are given as .json.")
    value = await reading.read_value(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        uuid=call.path["uuid"],
        path=path_of(call.path["field"]),
        reason=schemas.reason_of(call),
        key=schemas.key_of(call),
    )
    return schemas.value_answer(value)


@routes.post(
    R + "/create-entries", access=POLICY, body=schemas.Entries, answer=schemas.Receipts, status=201,
    operation_id="createEntriesKebab", body_types=BODY_TYPES, body_bytes_max=schemas.BULK_BYTES_MAX,
)  # fmt: skip
async def create_entries(call: Call, body: schemas.Entries) -> schemas.Receipts:
    """Create several records at once."""
    made = await service.create_entries(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        entries=schemas.entries_of(body),
        manner=schemas.manner_of(call),
    )
    return schemas.receipts(made)


@routes.post(
    "/data/mcts/1.4/create-entries", access=POLICY, body=schemas.Entries, answer=schemas.Receipts, status=201,
    operation_id="createEntriesVersioned", body_types=BODY_TYPES, body_bytes_max=schemas.BULK_BYTES_MAX,
)  # fmt: skip
async def create_mcts_entries(call: Call, body: schemas.Entries) -> schemas.Receipts:
    """Create several records at once, in the newest version whatever the address says."""
    made = await service.create_entries(
        call.context,
        by=call.actor,
        registry=await design.latest(call.context, code=schemas.PUBLISHED_BULK_REGISTRY),
        entries=schemas.entries_of(body),
        manner=schemas.manner_of(call),
    )
    return schemas.receipts(made)
