"""The published data operations (data API 1.4.0), and ours for archiving, history and verification."""

from __future__ import annotations

from typing import Any

from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.consents.errors import ConsentMissing, ConsentUnknown, TooManyPeople
from govstack.blocks.registries.contents.errors import InvalidContent
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.design.model import ServiceKind, path_of
from govstack.blocks.registries.reading import service as reading
from govstack.blocks.registries.reading.errors import (
    BadSearch,
    EmptyQuery,
    NoRecord,
    SearchTooBroad,
)
from govstack.blocks.registries.reading.model import query_terms
from govstack.blocks.registries.records import schemas, service
from govstack.blocks.registries.records.errors import RequestKeyReused, TooManyRecords
from govstack.blocks.registries.writing.errors import Duplicate, RecordLinked, RecordOutOfReach, RevisionStale
from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.wire import FORM_TYPES

routes = Routes(tags=("Registry data",))
POLICY = by_policy("rights of the registry")
R = "/data/{registryName}/{versionNumber}"
READ_ERRORS: tuple[type[Problem], ...] = (
    UnknownRegistry, UnknownService, RightMissing, FieldHidden, ConsentMissing, BadSearch, TooManyPeople,
    ConsentUnknown,
)  # fmt: skip
WRITE_ERRORS: tuple[type[Problem], ...] = (
    UnknownRegistry, UnknownService, RightMissing, FieldHidden, InvalidContent, Duplicate, RecordOutOfReach,
    RequestKeyReused,
)  # fmt: skip
BODY_TYPES = ("application/json", *FORM_TYPES)


@routes.get(
    R, access=POLICY, query=schemas.ListQuery, answer=schemas.Results, operation_id="list", headers=schemas.HEADERS,
    summary="Search, filter, order and page through records", errors=(*READ_ERRORS, SearchTooBroad),
)  # fmt: skip
async def list_records(call: Call) -> Answer:
    """List records; fields of the registry are searched by query.<field>."""
    registry = await schemas.registry_of(call)
    search = schemas.search_of(call, registry)
    found = await reading.listing(
        call.context,
        by=call.actor,
        registry=registry,
        search=search,
        reason=schemas.reason_of(call),
        key=schemas.key_of(call),
        details=call.query.details == "true",
    )
    return Answer(body=schemas.results_body(call, registry, search, found))


@routes.post(
    R + "/create", access=POLICY, body=schemas.Create, answer=schemas.Content, operation_id="create",
    headers=schemas.CHANGE_HEADERS, summary="Create a record", errors=WRITE_ERRORS,
)  # fmt: skip
async def create(call: Call, body: schemas.Create) -> Answer:
    """Create a record."""
    registry = await schemas.registry_of(call)
    made = await service.create(
        call.context,
        by=call.actor,
        registry=registry,
        content=body.write.content,
        manner=schemas.manner_of(call),
    )
    return schemas.written(made)


@routes.post(
    R + "/createEntries", access=POLICY, body=schemas.Entries, answer=schemas.Receipts, status=201,
    operation_id="createEntries", headers=schemas.CHANGE_HEADERS, summary="Create several records at once",
    body_types=BODY_TYPES, body_bytes_max=schemas.BULK_BYTES_MAX, errors=(*WRITE_ERRORS, TooManyRecords),
)  # fmt: skip
async def create_entries(call: Call, body: schemas.Entries) -> schemas.Receipts:
    """Create several records, all or none."""
    made = await service.create_entries(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        entries=schemas.entries_of(body),
        manner=schemas.manner_of(call),
    )
    return schemas.receipts(made)


@routes.post(
    "/data/mcts/createEntries", access=POLICY, body=schemas.Entries, answer=schemas.Receipts, status=201,
    operation_id="GDB-MCTS-create-entries", headers=schemas.CHANGE_HEADERS, summary="Create several records at once",
    body_types=BODY_TYPES, body_bytes_max=schemas.BULK_BYTES_MAX, errors=(*WRITE_ERRORS, TooManyRecords),
)  # fmt: skip
async def create_mcts_entries(call: Call, body: schemas.Entries) -> schemas.Receipts:
    """Create several records in the newest version of the registry that the published document names."""
    made = await service.create_entries(
        call.context,
        by=call.actor,
        registry=await design.latest(call.context, code=schemas.PUBLISHED_BULK_REGISTRY),
        entries=schemas.entries_of(body),
        manner=schemas.manner_of(call),
    )
    return schemas.receipts(made)


@routes.post(
    R + "/exists", access=POLICY, body=schemas.FlatOrWrapped, answer=schemas.ExistsAnswer, operation_id="exists",
    headers=schemas.HEADERS, summary="Tell whether a matching record exists", errors=(*READ_ERRORS, EmptyQuery),
)  # fmt: skip
async def exists(call: Call, body: schemas.Values) -> schemas.ExistsAnswer:
    """Tell whether there is a record that has all the given values."""
    registry = await schemas.registry_of(call)
    asked = schemas.asked_content(body)
    there = await reading.exists(
        call.context,
        by=call.actor,
        registry=registry,
        terms=query_terms(registry, asked, numbers_as_text=schemas.takes_numbers_as_text(call)),
        reason=schemas.reason_of(call),
        key=schemas.key_of(call),
    )
    return schemas.exists_answer(registry, asked, there=there)


@routes.post(
    R + "/read", access=POLICY, body=schemas.Query, answer=schemas.Content, operation_id="read",
    headers=schemas.HEADERS, summary="Read one matching record", errors=(*READ_ERRORS, EmptyQuery, NoRecord),
)  # fmt: skip
async def read(call: Call, body: schemas.Query) -> Answer:
    """Read the oldest record that has all the given values."""
    registry = await schemas.registry_of(call)
    row, sight = await reading.read(
        call.context,
        by=call.actor,
        registry=registry,
        terms=query_terms(registry, body.query.content, numbers_as_text=schemas.takes_numbers_as_text(call)),
        reason=schemas.reason_of(call),
        key=schemas.key_of(call),
    )
    return Answer(
        body=schemas.content_body(sight.text(row)),
        headers={"Record-Id": row["uuid"], "ETag": f'"{row["uuid"]}:{row["revision"]}"'},
    )


@routes.get(
    R + "/{uuid}/readValue/{field}.{ext}", access=POLICY, answer=str | schemas.Value, operation_id="readValue",
    headers=schemas.HEADERS, summary="Read one field of a record", errors=(*READ_ERRORS, NoRecord),
)  # fmt: skip
async def read_value(call: Call) -> object:
    """Read one value of the record with this uuid or primary key."""
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


@routes.get(
    R + "/services/{name}", access=POLICY, query=schemas.CustomQuery, operation_id="useCustomService",
    answer=str | schemas.Values, headers=schemas.HEADERS,
    summary="Read through a custom service of the registry", errors=(*READ_ERRORS, EmptyQuery, NoRecord),
)  # fmt: skip
async def use_custom_service(call: Call) -> Answer:
    """Answer as the custom service's kind does; query.<field> names the record, uuid and field a single value."""
    registry = await schemas.registry_of(call)
    custom = registry.custom_service(call.path["name"])
    if custom is None:
        raise UnknownService
    asked: dict[str, Any] = {
        "by": call.actor,
        "registry": registry,
        "reason": schemas.reason_of(call),
        "key": schemas.key_of(call),
    }
    search = schemas.search_of(call, registry)
    if custom.kind is ServiceKind.LIST:
        found = await reading.listing(call.context, search=search, through=custom, **asked)
        return Answer(body=schemas.results_body(call, registry, search, found))
    if custom.kind is ServiceKind.READ_VALUE:
        path = path_of(call.query.value_field)
        value = await reading.read_value(call.context, uuid=call.query.uuid, path=path, through=custom, **asked)
        return Answer(value=schemas.value_answer(value))
    if not search.terms:
        raise EmptyQuery
    if custom.kind is ServiceKind.EXISTS:
        there = await reading.exists(call.context, terms=search.terms, through=custom, **asked)
        return Answer(value=schemas.exists_answer(registry, {}, there=there))
    row, sight = await reading.read(call.context, terms=search.terms, through=custom, **asked)
    return Answer(body=schemas.content_body(sight.text(row)))


@routes.put(
    R + "/update", access=POLICY, body=schemas.Update, operation_id="update", headers=schemas.CHANGE_HEADERS,
    summary="Change one matching record", errors=(*WRITE_ERRORS, EmptyQuery, RevisionStale),
)  # fmt: skip
async def update(call: Call, body: schemas.Update) -> Answer:
    """Change the oldest matching record; without a match nothing happens."""
    made = await service.update(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        query=body.query.content if body.query else None,
        content=body.write.content,
        manner=schemas.manner_of(call),
    )
    return Answer(body=b"", headers=schemas.headers_of(made))


@routes.put(
    R + "/updateEntries", access=POLICY, body=schemas.Update, operation_id="updateEntries",
    headers=schemas.CHANGE_HEADERS, summary="Change every matching record",
    errors=(*WRITE_ERRORS, EmptyQuery, TooManyRecords),
)  # fmt: skip
async def update_entries(call: Call, body: schemas.Update) -> Answer:
    """Change every matching record."""
    count = await service.update_entries(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        query=body.query.content if body.query else None,
        content=body.write.content,
        manner=schemas.manner_of(call),
    )
    return Answer(body=b"", headers={"Updated-Records": str(count)})


@routes.post(
    R + "/updateOrCreate", access=POLICY, body=schemas.Update, answer=schemas.Content, operation_id="update-or-create",
    headers=schemas.CHANGE_HEADERS, summary="Change the matching record, or create it",
    errors=(*WRITE_ERRORS, RevisionStale),
)  # fmt: skip
async def update_or_create(call: Call, body: schemas.Update) -> Answer:
    """Change the oldest matching record, or create one."""
    made = await service.update_or_create(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        query=body.query.content if body.query else None,
        content=body.write.content,
        manner=schemas.manner_of(call),
    )
    return schemas.written(made)


@routes.delete(
    R + "/{id}/delete", access=POLICY, status=204, operation_id="delete", headers=schemas.CHANGE_HEADERS,
    summary="Delete a record", errors=(UnknownRegistry, RightMissing, RecordLinked, RevisionStale),
)  # fmt: skip
async def delete(call: Call) -> None:
    """Delete the record with this uuid or primary key; one that is not there is no error."""
    await service.delete(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        address=call.path["id"],
        manner=schemas.manner_of(call),
    )


@routes.post(
    R + "/{id}/archive", access=POLICY, status=204, operation_id="archiveRecord", headers=schemas.CHANGE_HEADERS,
    summary="Take a record out of use and keep it", errors=(UnknownRegistry, RightMissing, RevisionStale),
)  # fmt: skip
async def archive(call: Call) -> None:
    """Archive the record with this uuid or primary key."""
    await service.archive(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        address=call.path["id"],
        manner=schemas.manner_of(call),
    )


@routes.post(
    R + "/{id}/restore", access=POLICY, status=204, operation_id="restoreRecord", headers=schemas.CHANGE_HEADERS,
    summary="Bring an archived record back into use", errors=(UnknownRegistry, RightMissing),
)  # fmt: skip
async def restore(call: Call) -> None:
    """Restore the archived record with this uuid or primary key."""
    await service.archive(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        address=call.path["id"],
        restore=True,
        manner=schemas.manner_of(call),
    )


@routes.get(
    R + "/{uuid}/history", access=POLICY, answer=schemas.History, operation_id="recordHistory",
    headers=schemas.HEADERS, summary="See every change of a record", errors=(*READ_ERRORS, NoRecord),
)  # fmt: skip
async def history(call: Call) -> schemas.History:
    """Show who changed a record, when, from what to what."""
    found = await reading.history(
        call.context,
        by=call.actor,
        registry=await schemas.registry_of(call),
        uuid=call.path["uuid"],
        reason=schemas.reason_of(call),
        key=schemas.key_of(call),
    )
    return schemas.history(found)


@routes.post(
    R + "/verify", access=POLICY, answer=schemas.VerificationAnswer, operation_id="verifyRegistry",
    headers=schemas.HEADERS, summary="Prove that records and their log were not altered",
    errors=(UnknownRegistry, RightMissing),
)  # fmt: skip
async def verify(call: Call) -> schemas.VerificationAnswer:
    """Verify the chain of changes and every record against it."""
    return schemas.verification(
        await service.verify(call.context, by=call.actor, registry=await schemas.registry_of(call))
    )
