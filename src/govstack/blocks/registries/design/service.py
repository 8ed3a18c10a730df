"""Use cases of definitions: drafts, publishing, archiving and deleting, and finding what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import msgspec

from govstack.blocks.registries.design import store
from govstack.blocks.registries.design.errors import (
    BadDefinition,
    BreakingChanges,
    DataContradicts,
    ReservedCode,
    UnknownRegistry,
)
from govstack.blocks.registries.design.model import (
    DATABASE_ID_MAX,
    LATEST,
    VERSION_PATTERN,
    Catalogue,
    Definition,
    Field,
    FieldType,
    Lifecycle,
    Registry,
    code_key,
    faults,
    indexes_of,
    is_reserved,
    may_manage,
    may_see_definition,
    next_version,
    pointer,
    searched_fields,
    service_text,
    services_of,
    version_order,
    walk,
)
from govstack.blocks.registries.design.store import SQL, Row, Stored
from govstack.blocks.registries.keys import service as keys
from govstack.blocks.registries.narrowing import service as narrowing
from govstack.blocks.registries.notation.model import NotationError, Schema, read_schema, write_schema
from govstack.blocks.registries.rules.model import INDEXED_CHARACTERS_MAX, problems, with_index_limits
from govstack.blocks.registries.versions.model import Change, compare
from govstack.kernel import audit, clock, crypto, events
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction, UniqueViolation
from govstack.kernel.errors import BadRequest, Forbidden

FOUND = "registries.found"
EVERYTHING = "*"
FOUND_MAX = 1_000
FOUND_SECONDS = 2.0
USES = "registries.uses"
INDEX_COUNT_MAX = 1_000_000
EVENTS = frozenset({"created", "published", "archived", "restored", "version-deleted", "deleted"})


async def published(context: Context, *, code: str, version: str) -> Registry:
    """Return a version that was published (the newest for "latest"); raises UnknownRegistry. Cached for seconds."""
    for found in await versions(context, code=code):
        if version in {found.version, LATEST}:
            return found
    raise UnknownRegistry


async def latest(context: Context, *, code: str) -> Registry:
    """Return the newest version; raises UnknownRegistry."""
    return (await versions(context, code=code))[0]


async def by_id(context: Context, *, registry_id: int) -> Registry:
    """Return the newest version of a registry by its database id; raises UnknownRegistry."""
    return (await _found(context, registry_id))[0]


async def versions(context: Context, *, code: str) -> tuple[Registry, ...]:
    """Return all versions that were published and not deleted, newest first; raises UnknownRegistry."""
    return await _found(context, code_key(code))


async def _found(context: Context, key: str | int) -> tuple[Registry, ...]:
    kept: dict[str | int, tuple[float, tuple[Registry, ...]]] = context.memory.setdefault(FOUND, {})
    expires, found = kept.get(key, (0.0, ()))
    if expires > clock.monotonic():
        return found
    async with context.database.reading() as tx:
        stored = await (store.by_id(tx, key) if isinstance(key, int) else store.by_code(tx, key))
        found = await store.versions(tx, stored) if stored else ()
    if not found:
        raise UnknownRegistry
    if len(kept) >= FOUND_MAX:
        kept.clear()
    kept[key] = (clock.monotonic() + FOUND_SECONDS, found)
    return found


def forget(context: Context) -> None:
    """Forget what was found, after something changed; other processes follow within seconds."""
    context.memory.pop(FOUND, None)


async def registries(context: Context, *, by: Actor) -> list[Registry]:
    """Return the newest version or else the draft of every registry the actor may see the definition of."""
    return [found[0] for found in await definitions(context, by=by)]


async def definitions(context: Context, *, by: Actor) -> list[tuple[Registry, ...]]:
    """Return each registry the actor may see the definition of: its versions, newest first, and its draft last."""
    return [parts for parts in await all_definitions(context) if may_see_definition(by, parts[0].stewards)]


async def all_definitions(context: Context) -> list[tuple[Registry, ...]]:
    """Return the versions and draft of every registry, for callers that decide themselves what is shown."""
    async with context.database.reading() as tx:
        return [parts for stored, found in await store.everything(tx) if (parts := (*found, *_drafts(stored)))]


async def definition(context: Context, *, by: Actor, key: str | int) -> tuple[Registry, ...]:
    """Return one registry by code or database id, as `definitions` does; raises UnknownRegistry or Forbidden."""
    async with context.database.reading() as tx:
        stored = await _stored(tx, key)
        if not may_see_definition(by, stored.stewards):
            raise Forbidden
        return (*await store.versions(tx, stored), *_drafts(stored))


async def everything_in(tx: Transaction) -> list[Registry]:
    """Return the newest version of every published registry, as a transaction sees them."""
    return [found[0] for _, found in await store.everything(tx) if found]


async def ids_of_acronym(context: Context, *, acronym: str) -> list[int]:
    """Return the database ids that an acronym stands for: a registry's own code, or the code of its catalogue."""
    async with context.database.reading(one_statement=True) as tx:
        return [int(row["id"]) for row in await SQL.ids_of_acronym(tx, code=acronym, code_key=code_key(acronym))]


async def everything(context: Context) -> list[Registry]:
    """Return the newest version of every published registry; cached for seconds."""
    kept: dict[str | int, tuple[float, tuple[Registry, ...]]] = context.memory.setdefault(FOUND, {})
    expires, found = kept.get(EVERYTHING, (0.0, ()))
    if expires < clock.monotonic():
        found = tuple(parts[0] for parts in await all_definitions(context) if parts[0].version)
        kept[EVERYTHING] = (clock.monotonic() + FOUND_SECONDS, found)
    return list(found)


async def catalogues(context: Context) -> list[Catalogue]:
    """Return the catalogues in their order."""
    async with context.database.reading(one_statement=True) as tx:
        return msgspec.convert(await SQL.catalogues(tx), list[Catalogue], strict=False)


async def upsert_definition(context: Context, *, by: Actor, definition: Definition) -> Registry:
    """Create a registry or change its draft, by code, and return the draft; an identical repeat changes nothing.

    A new one needs `registries:administer`; stewards may change their own. Raises BadDefinition, ReservedCode and
    Forbidden.
    """
    if is_reserved(definition.code):
        raise ReservedCode(fields={"code": "is reserved"})
    wrong = faults(definition)
    if wrong:
        where, why = next(iter(wrong.items()))
        raise BadDefinition(f"{where} {why}.", fields=wrong)
    try:
        stored = await _upsert(context, by, definition)
    except UniqueViolation:
        # Somebody else created the registry or its catalogue in this moment: now it is there to be changed.
        stored = await _upsert(context, by, definition)
    found = stored.draft()
    if found is not None:
        return found
    return replace((await versions(context, code=definition.code))[0], version="", lifecycle=Lifecycle.DRAFT)


async def _upsert(context: Context, by: Actor, definition: Definition) -> Stored:
    async with context.database.transaction() as tx:
        stored = await store.by_code(tx, definition.code, lock=True)
        if not may_manage(by, stored.stewards if stored else ()):
            raise Forbidden
        numbered = _numbered(definition, stored)
        if stored is None:
            stored = await _create(tx, by, numbered)
        else:
            stored = await _change(tx, by, stored, numbered)
        tx.after_commit(lambda: forget(context))
    return stored


def _numbered(definition: Definition, stored: Stored | None) -> Definition:
    """Return the definition with the number each field always had, and new numbers for new fields."""
    known = stored.field_numbers if stored else {}
    highest = max(definition.increment_index, int(stored.row["increment_index"]) if stored else 0)
    try:
        written = write_schema(Schema(definition.fields, highest))
        schema = read_schema(written, known=known, increment_index=highest)
    except NotationError as error:
        raise BadDefinition(str(error)) from error
    return replace(definition, fields=schema.fields, increment_index=schema.increment_index)


async def _create(tx: Transaction, by: Actor, definition: Definition) -> Stored:
    registry_id = await SQL.take_id(tx)
    catalogue = await _catalogue(tx, definition, registry_id)
    row = await place(tx, by=by, registry_id=registry_id, catalogue_id=catalogue, definition=definition)
    await tell(tx, by, "created", row, {"name": row["name"]})
    return Stored(row)


async def _change(tx: Transaction, by: Actor, stored: Stored, definition: Definition) -> Stored:
    found = await store.versions(tx, stored)
    row = {**stored.row, "code": stored.row["code"], **store.metadata(definition, stored.row)}
    if definition.catalogue or definition.group:
        row["catalogue_id"] = await _catalogue(tx, definition, stored.id)
    row |= store.drafted(by, definition, stored.field_numbers)
    if found and row["draft"] == store.write_definition(as_definition(found[0])):
        row["draft"] = None
    told = {name: row[name] for name in (*store.METADATA, "catalogue_id", "draft") if row[name] != stored.row[name]}
    if not told:
        return stored
    await _save(tx, row)
    drafted = told.pop("draft", None)
    await tell(tx, by, "changed", row, {**told, **({"draft": crypto.digest(drafted.encode())} if drafted else {})})
    return Stored(row)


async def _save(tx: Transaction, row: Mapping[str, Any]) -> None:
    await SQL.change_registry(tx, **store.changeable(row))


async def _catalogue(tx: Transaction, definition: Definition, registry_id: int) -> int:
    """Return the id of the catalogue a registry stands in; a new name makes a new one."""
    group, name = definition.group or "", definition.catalogue or definition.name or definition.code
    known = await SQL.catalogue_by_name(tx, group_name=group, name=name)
    if known is not None:
        return int(known["id"])
    places = await SQL.next_places(tx, group_name=group)
    await SQL.add_catalogue(
        tx, id=places["id"], name=name, code=definition.code, group_id=places["group_id"] or places["new_group_id"],
        group_name=group, position=places["position"], data_index_increment=0,
    )  # fmt: skip
    return int(places["id"])


async def publish(
    context: Context, *, by: Actor, code: str, accept_breaking: bool = False, version: str = ""
) -> tuple[Registry, tuple[Change, ...]]:
    """Publish the draft as the next version with its services and indexes; returns it and what changed.

    Without a draft the present version is returned. Raises BadDefinition, BreakingChanges, DataContradicts.
    """
    async with context.database.transaction() as tx:
        stored = await _stored(tx, code, lock=True)
        if not may_manage(by, stored.stewards):
            raise Forbidden
        found, draft = await store.versions(tx, stored), stored.draft()
        if draft is None:
            if not found:
                raise BadDefinition("There is no draft to publish.")
            return found[0], ()
        draft = replace(draft, fields=with_index_limits(draft.fields, draft.uniques))
        await _refuse_problems(tx, draft)
        changes = _changes(found, draft)
        if not accept_breaking and any(change.breaking for change in changes):
            raise BreakingChanges(extra={"changes": msgspec.to_builtins(changes)})
        await _prepare_table(tx, draft, found)
        number = await _number(tx, stored, version, found, changes)
        await _add_version(context, tx, by, stored, replace(draft, version=number), found, changes)
        made = (await store.versions(tx, replace(stored, row={**stored.row, "lifecycle": "published"})))[0]
        tx.after_commit(lambda: forget(context))
    return made, changes


async def preview(context: Context, *, by: Actor, code: str) -> tuple[tuple[Change, ...], dict[str, str]]:
    """Return what publishing the draft would change, and what stands in its way, without doing it (DRS-4)."""
    async with context.database.reading() as tx:
        stored = await _stored(tx, code)
        if not may_see_definition(by, stored.stewards):
            raise Forbidden
        draft = stored.draft()
        if draft is None:
            return (), {}
        return _changes(await store.versions(tx, stored), draft), await _problems(tx, draft)


def _changes(found: Sequence[Registry], draft: Registry) -> tuple[Change, ...]:
    if not found:
        return ()
    return compare(found[0].fields, draft.fields, old_uniques=found[0].uniques, new_uniques=draft.uniques)


async def _problems(tx: Transaction, draft: Registry) -> dict[str, str]:
    linked: dict[int, Sequence[Field]] = {}
    for registry_id in {link.registry_id for _, one in walk(draft.fields) for link in one.links} - {draft.id, 0}:
        target = await store.by_id(tx, registry_id)
        found = await store.versions(tx, target) if target else ()
        if found:
            linked[registry_id] = found[0].fields
    return problems(
        draft.fields, uniques=draft.uniques, number_format=draft.number_format, registry_id=draft.id, lookup=linked.get
    )


async def _refuse_problems(tx: Transaction, draft: Registry) -> None:
    wrong = await _problems(tx, draft)
    if wrong:
        where, why = next(iter(wrong.items()))
        raise BadDefinition(f"{where}: {why}", fields=wrong)


async def _number(
    tx: Transaction, stored: Stored, asked: str, found: Sequence[Registry], changes: Sequence[Change]
) -> str:
    rows = await SQL.version_numbers(tx, registry_id=stored.id)
    highest = max((str(row["version"]) for row in rows), key=version_order, default="")
    if not asked:
        return next_version(highest, breaking=any(change.breaking for change in changes))
    if not VERSION_PATTERN.fullmatch(asked):
        raise BadRequest("A version is a number such as 2 or 2.1.", fields={"version": "must be a number such as 2.1"})
    if highest and version_order(asked) <= version_order(highest):
        raise BadRequest(f"The version must be above {highest}.", fields={"version": f"must be above {highest}"})
    return asked


async def _prepare_table(tx: Transaction, draft: Registry, found: Sequence[Registry]) -> None:
    """Make the table and its indexes; raises DataContradicts with the number of records that stand against a rule."""
    if not found:
        await store.create_record_table(tx, draft.id)
    wanted = indexes_of((draft, *found))
    missing = await store.missing_indexes(tx, draft.id, wanted)
    against: dict[str, str] = {}
    for index in missing:
        name = " and ".join(pointer(path) for path, _ in index.columns)
        if index.unique and (count := await store.repeated(tx, draft.id, index)):
            against[name] = f"{count} records share a value that must be unique."
        for path, kind in index.columns:
            if kind is not FieldType.TEXT:
                continue
            if count := await store.longer(tx, draft.id, path, kind):
                against[name] = f"{count} records hold text of more than {INDEXED_CHARACTERS_MAX} characters."
    if against:
        where, why = next(iter(against.items()))
        raise DataContradicts(f"{where}: {why} Change those records or the draft, then publish again.", fields=against)
    await store.drop_other_indexes(tx, draft.id, wanted)
    await store.make_indexes(tx, draft.id, missing)
    await narrowing.provide(tx, draft.id, searched_fields((draft, *found)))


async def _add_version(  # noqa: PLR0917 (the parts of one act, told once)
    context: Context,
    tx: Transaction,
    by: Actor,
    stored: Stored,
    registry: Registry,
    found: Sequence[Registry],
    changes: Sequence[Change],
) -> None:
    rows = await SQL.version_numbers(tx, registry_id=stored.id)
    position = max((int(row["position"]) for row in rows), default=0) + 1
    text = msgspec.json.encode(changes).decode()
    await SQL.add_version(
        tx, registry_id=stored.id, version=registry.version, position=position,
        definition=store.write_definition(as_definition(registry)), changes=text, published_at=clock.timestamp(),
        published_by=by.name or by.id,
    )  # fmt: skip
    await SQL.add_services(tx, [
        {"registry_id": stored.id, "version": registry.version, "name": one.name, "kind": one.kind.value,
         "state": one.state.value, "custom": one.custom, "definition": service_text(one)}
        for one in services_of(registry, found[0].service_list if found else ())
    ])  # fmt: skip
    if registry.secret_fields:
        await keys.provide(context, tx, stored.id)
    row = {**stored.row, "lifecycle": Lifecycle.PUBLISHED.value, "draft": None, "modified_at": clock.timestamp()}
    await _save(tx, row)
    breaking = [change.text for change in changes if change.breaking]
    await tell(tx, by, "published", row, {
        "version": registry.version, "changes": [change.text for change in changes], "breaking": breaking,
    })  # fmt: skip


async def next_index(tx: Transaction, registry: Registry, count: int = 1) -> int:
    """Take `count` consecutive numbers of a registry's index ({indexNoByCode}) and return the first; 1 at the start."""
    if not 0 < count <= INDEX_COUNT_MAX:
        raise ValueError(f"Between 1 and {INDEX_COUNT_MAX} numbers are taken at once.")
    return int(await SQL.take_index(tx, id=registry.id, count=count)) - count + 1


async def secret_key(context: Context, registry: Registry) -> bytes:
    """Return the 32 bytes that encrypt a registry's secret fields now."""
    return (await secret_keys(context, registry))[0]


async def secret_keys(context: Context, registry: Registry) -> Sequence[bytes]:
    """Return the keys that may have encrypted secret fields, the present one first."""
    return (await keys.of_registry(context, registry.id)).derived


async def key_fits(context: Context, registry: Registry, presented: str) -> bool:
    """Tell whether a caller presented the registry's key as the analyst set it (DRS-18)."""
    return await keys.fits(context, registry.id, presented)


def count_use(context: Context, registry: Registry, name: str, times: int = 1) -> None:
    """Count the use of a service, by its kind or custom name; a task writes the counts from time to time (DRS-12)."""
    uses: dict[tuple[int, str, str], int] = context.memory.setdefault(USES, {})
    key = (registry.id, registry.version, str(name))
    uses[key] = uses.get(key, 0) + times


async def sample(context: Context, registry: Registry) -> dict[str, Any]:
    """Return the content of the oldest live record, for examples; callers check rights and leave out the personal."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.sample(tx, registry.id)


async def locked(tx: Transaction, key: str | int) -> tuple[Stored, tuple[Registry, ...]] | None:
    """Lock a registry by code or database id, whoever asks; returns it and its versions, or None."""
    try:
        stored = await _stored(tx, key, lock=True)
    except UnknownRegistry:
        return None
    return stored, await store.versions(tx, stored)


async def tidy_indexes(tx: Transaction, registry_id: int, left: Sequence[Registry]) -> None:
    """Drop the indexes that the versions which are left do not want."""
    await store.drop_other_indexes(tx, registry_id, indexes_of(left))


async def put_catalogue(tx: Transaction, catalogue: Catalogue) -> None:
    """Add a catalogue with all its numbers, or change it: for seeds."""
    await SQL.add_catalogue(tx, **asdict(catalogue))


async def place(tx: Transaction, *, by: Actor, registry_id: int, catalogue_id: int, definition: Definition) -> Row:
    """Add the draft of a registry under a given database id and return its row."""
    row = {
        "id": registry_id, "code": definition.code, "code_key": code_key(definition.code),
        "catalogue_id": catalogue_id, "lifecycle": Lifecycle.DRAFT.value, "next_index": 0,
        **store.metadata(definition, {}), **store.drafted(by, definition, {}),
    }  # fmt: skip
    await SQL.add_registry(tx, **row)
    return row


async def managed(tx: Transaction, by: Actor, code: str) -> tuple[Stored, tuple[Registry, ...]]:
    """Lock a registry for a change; returns it and its versions, newest first. Raises UnknownRegistry or Forbidden."""
    stored = await _stored(tx, code, lock=True)
    if not may_manage(by, stored.stewards):
        raise Forbidden
    return stored, await store.versions(tx, stored)


async def _stored(tx: Transaction, key: str | int, *, lock: bool = False) -> Stored:
    if isinstance(key, int):
        stored = await store.by_id(tx, key, lock=lock) if abs(key) <= DATABASE_ID_MAX else None
    else:
        stored = await store.by_code(tx, key, lock=lock)
    if stored is None:
        raise UnknownRegistry
    return stored


def _drafts(stored: Stored) -> tuple[Registry, ...]:
    draft = stored.draft()
    return (draft,) if draft else ()


def draft_text(registry: Registry) -> str:
    """Return a version as the text of a draft."""
    return store.write_definition(as_definition(registry))


def as_definition(registry: Registry) -> Definition:
    """Return what a version is made of, as it would be given to make it anew."""
    return Definition(
        registry.code, registry.fields, number_format=registry.number_format, increment_index=registry.increment_index,
        uniques=registry.uniques, tags=registry.tags, flags=registry.flags,
    )  # fmt: skip


async def tell(tx: Transaction, by: Actor, act: str, row: Mapping[str, Any], detail: Mapping[str, object]) -> None:
    """Write who did what to the audit trail, and tell it to whoever subscribed, in the same transaction (DRS-7)."""
    code = str(row["code"])
    await audit.record(tx, by=by, action=f"registries.registry.{act}", subject=f"registry:{code}", detail=detail)
    if act in EVENTS:
        data = {"code": code, "databaseId": row["id"], **{key: detail[key] for key in ("version",) if key in detail}}
        await events.publish(tx, type=f"registries.registry.{act}", subject=f"registry:{code}", data=data)
