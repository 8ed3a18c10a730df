"""Rows of definitions, and the tables and indexes of records that publishing makes."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.design.model import (
    Classification,
    Definition,
    Field,
    FieldType,
    Index,
    Lifecycle,
    Path,
    Registry,
    SchemaTag,
    Service,
    ServiceKind,
    ServiceState,
    Storage,
    code_key,
    record_table,
    service_text,
    walk,
)
from govstack.blocks.registries.fields.model import expression
from govstack.blocks.registries.notation.model import Schema, read_schema, write_schema
from govstack.blocks.registries.rules.model import INDEXED_CHARACTERS_MAX
from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.db import Query, Transaction, queries

SQL = queries(__file__)
PATTERN_TABLE = "record_pattern"
REGISTRIES_MAX = 10_000
OWN_INDEX = re.compile(r"[ui][0-9a-f]{16}")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A registry's row with what only the service of definitions needs: its draft, field numbers and life cycle."""

    row: Row

    @property
    def id(self) -> int:
        """Return the database id."""
        return int(self.row["id"])

    @property
    def lifecycle(self) -> Lifecycle:
        """Return where the registry as a whole stands."""
        return Lifecycle(self.row["lifecycle"])

    @property
    def has_draft(self) -> bool:
        """Tell whether something waits to be published."""
        return self.row["draft"] is not None

    @property
    def field_numbers(self) -> dict[Path, int]:
        """Return the number of every field path the registry ever had."""
        return {tuple(path): number for path, number in msgspec.json.decode(self.row["field_numbers"])}

    @property
    def stewards(self) -> tuple[str, ...]:
        """Return who manages the registry besides administrators."""
        return tuple(msgspec.json.decode(self.row["stewards"]))

    def draft(self) -> Registry | None:
        """Return the draft as a registry without a version."""
        if self.row["draft"] is None:
            return None
        found = msgspec.json.decode(self.row["draft"]).get("services", ())
        services = [_service({"id": 0, "state": "visible", "used_count": 0, "custom": True, **one}) for one in found]
        return _registry(self.row, "", Lifecycle.DRAFT, self.row["draft"], services)


def write_numbers(numbers: Mapping[Path, int]) -> str:
    """Return field numbers as they are kept; paths are lists, for a name in a draft may hold anything."""
    return msgspec.json.encode([[list(path), number] for path, number in sorted(numbers.items())]).decode()


def changeable(row: Mapping[str, Any]) -> Row:
    """Return the columns of a registry's row that a change may set; its index of records counts by itself."""
    return {name: value for name, value in row.items() if name not in {"code_key", "next_index"}}


def write_definition(definition: Definition) -> str:
    """Return what a version is made of as the text that is kept."""
    content: dict[str, object] = {
        "schema": write_schema(Schema(definition.fields, definition.increment_index)),
        "numberFormat": definition.number_format,
        "uniques": definition.uniques,
        "tags": definition.tags,
        "flags": definition.flags,
    }
    if definition.custom_services:
        content["services"] = [
            {"name": one.name, "kind": one.kind, "definition": service_text(one)} for one in definition.custom_services
        ]
    return msgspec.json.encode(content).decode()


def _registry(row: Row, version: str, lifecycle: Lifecycle, definition: str, services: Sequence[Service]) -> Registry:
    content = msgspec.json.decode(definition)
    schema = read_schema(content["schema"])
    return Registry(
        id=row["id"], code=row["code"], version=version, fields=schema.fields, name=row["name"],
        description=row["description"], lifecycle=lifecycle, catalogue_id=row["catalogue_id"],
        institution=row["institution"], domain=row["domain"], retention_days=row["retention_days"],
        classification=Classification(row["classification"]), storage=Storage(row["storage"]),
        default_index=row["default_index"], default_grant=bool(row["default_grant"]),
        stewards=tuple(msgspec.json.decode(row["stewards"])), number_format=content["numberFormat"],
        increment_index=schema.increment_index, data_index_increment=row["next_index"],
        uniques=tuple(tuple(names) for names in content["uniques"]),
        tags=msgspec.convert(content["tags"], tuple[SchemaTag, ...]),
        flags=msgspec.convert(content["flags"], tuple[SchemaTag, ...]),
        services={one.kind: one.state for one in services if not one.custom}, service_list=tuple(services),
        modified_at=row["modified_at"], by_user_name=row["by_user_name"],
        by_user_auth_id=row["by_user_auth_id"],
        by_on_behalf_of_user_name=row["by_on_behalf_of_user_name"],
    )  # fmt: skip


def _version(row: Row, version: Row, services: Sequence[Service]) -> Registry:
    archived = Lifecycle.ARCHIVED in {row["lifecycle"], version["lifecycle"]}
    lifecycle = Lifecycle.ARCHIVED if archived else Lifecycle.PUBLISHED
    made = _registry(row, version["version"], lifecycle, version["definition"], services)
    return replace(made, published_at=version["published_at"], published_by=version["published_by"])


def _service(row: Row) -> Service:
    more = msgspec.json.decode(row["definition"])
    return Service(
        id=row["id"], name=row["name"], kind=ServiceKind(row["kind"]), state=ServiceState(row["state"]),
        used_count=row["used_count"], custom=bool(row["custom"]), title=more.get("title", ""),
        fields=tuple(more["fields"]) if more.get("fields") is not None else None, masks=more.get("masks", {}),
        condition=read_condition(more["condition"]) if more.get("condition") else None,
        consent_purpose=more.get("consentPurpose", ""),
    )  # fmt: skip


METADATA = (
    "name", "description", "institution", "domain", "retention_days", "classification", "storage", "default_index",
    "default_grant", "stewards",
)  # fmt: skip


def metadata(definition: Definition, before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the metadata columns: what is given, else what was, else the default."""
    otherwise = {
        "name": definition.code, "description": "", "institution": "", "domain": "", "retention_days": None,
        "classification": Classification.RESTRICTED.value, "storage": Storage.DOCUMENT.value, "default_index": "",
        "default_grant": definition.classification is not Classification.CONFIDENTIAL, "stewards": "[]",
    }  # fmt: skip
    given: dict[str, Any] = {name: getattr(definition, name) for name in METADATA}
    if definition.stewards is not None:
        given["stewards"] = msgspec.json.encode(definition.stewards).decode()
    for name in ("classification", "storage"):
        given[name] = given[name].value if given[name] is not None else None
    return {name: value if value is not None else before.get(name, otherwise[name]) for name, value in given.items()}


def drafted(by: Actor, definition: Definition, numbers: Mapping[Any, int]) -> dict[str, Any]:
    """Return the columns that say what waits to be published, and who wrote it when."""
    return {
        "draft": write_definition(definition),
        "field_numbers": write_numbers({**numbers, **numbers_of(walk(definition.fields))}),
        "increment_index": definition.increment_index,
        "modified_at": clock.timestamp(),
        "by_user_name": by.name or by.id,
        "by_user_auth_id": 0,
        "by_on_behalf_of_user_name": by.on_behalf_of,
    }


async def by_code(tx: Transaction, code: str, *, lock: bool = False) -> Stored | None:
    """Return a registry that is not deleted, by its code in any letter case."""
    row = await (SQL.locked_by_code if lock else SQL.registry_by_code)(tx, code_key=code_key(code))
    return Stored(row) if row else None


async def by_id(tx: Transaction, registry_id: int, *, lock: bool = False) -> Stored | None:
    """Return a registry that is not deleted, by its database id."""
    row = await (SQL.locked_by_id if lock else SQL.registry_by_id)(tx, id=registry_id)
    return Stored(row) if row else None


async def versions(tx: Transaction, stored: Stored) -> tuple[Registry, ...]:
    """Return the versions that are not deleted, newest first."""
    services: dict[str, list[Service]] = defaultdict(list)
    for row in await SQL.services(tx, registry_id=stored.id):
        services[row["version"]].append(_service(row))
    rows = await SQL.versions(tx, registry_id=stored.id)
    return tuple(_version(stored.row, row, services[row["version"]]) for row in rows)


async def everything(tx: Transaction) -> list[tuple[Stored, tuple[Registry, ...]]]:
    """Return every registry with its versions, newest first."""
    services: dict[tuple[int, str], list[Service]] = defaultdict(list)
    for row in await SQL.all_services(tx):
        services[row["registry_id"], row["version"]].append(_service(row))
    found: dict[int, list[Row]] = defaultdict(list)
    for row in await SQL.all_versions(tx):
        found[row["registry_id"]].append(row)
    return [
        (Stored(row), tuple(_version(row, one, services[row["id"], one["version"]]) for one in found[row["id"]]))
        for row in await SQL.all_registries(tx, limit=REGISTRIES_MAX)
    ]


def _against(query: Query, tx: Transaction, registry_id: int, **parts: str) -> str:
    """Return a statement's text with a registry's own table, and validated parts, in their places."""
    text = query.texts[tx.dialect].replace(PATTERN_TABLE, record_table(registry_id))
    for name, part in parts.items():
        text = text.replace(f"{{{name}}}", part)
    return text


async def create_record_table(tx: Transaction, registry_id: int) -> None:
    """Make the table of a registry's records, unless it is there."""
    await tx.execute(_against(SQL.create_record_table, tx, registry_id))


async def repeated(tx: Transaction, registry_id: int, index: Index) -> int:
    """Return how many live records share a value that the index would make unique."""
    keys = [expression(path, kind, tx.dialect) for path, kind in index.columns]
    present = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    text = _against(SQL.count_repeated, tx, registry_id, present=present, keys=", ".join(keys))
    return _number(await tx.fetch(text))


async def longer(tx: Transaction, registry_id: int, path: Path, kind: FieldType) -> int:
    """Return how many records hold text too long for an index."""
    text = _against(SQL.count_longer, tx, registry_id, value=expression(path, kind, tx.dialect))
    return _number(await tx.fetch(text, most=INDEXED_CHARACTERS_MAX))


async def live(tx: Transaction, registry_id: int) -> int:
    """Return how many records are not deleted."""
    return _number(await tx.fetch(_against(SQL.count_live, tx, registry_id)))


async def sample(tx: Transaction, registry_id: int) -> dict[str, Any]:
    """Return the content of the oldest live record, or nothing."""
    rows = await tx.fetch(_against(SQL.sample, tx, registry_id))
    return dict(msgspec.json.decode(rows[0]["content"])) if rows else {}


async def missing_indexes(tx: Transaction, registry_id: int, indexes: Iterable[Index]) -> list[Index]:
    """Return the wanted indexes that are not there yet."""
    there = await _there(tx, registry_id)
    return [index for index in indexes if index.name(registry_id, tx.dialect) not in there]


async def make_indexes(tx: Transaction, registry_id: int, indexes: Iterable[Index]) -> None:
    """Make indexes; the caller has checked that no record stands against them."""
    for index in indexes:
        await tx.execute(index.statement(registry_id, tx.dialect))


async def drop_other_indexes(tx: Transaction, registry_id: int, wanted: Iterable[Index]) -> None:
    """Drop the indexes that no version wants any more."""
    kept = {index.name(registry_id, tx.dialect) for index in wanted}
    for name in sorted(await _there(tx, registry_id) - kept):
        await tx.execute(f"DROP INDEX {name}")


async def _there(tx: Transaction, registry_id: int) -> set[str]:
    table = record_table(registry_id)
    rows = await SQL.record_indexes(tx, table_name=table)
    return {name for row in rows if OWN_INDEX.fullmatch((name := str(row["name"])).removeprefix(f"{table}_"))}


def _number(rows: list[Row]) -> int:
    return int(next(iter(rows[0].values())))


def numbers_of(fields: Iterable[tuple[Path, Field]]) -> dict[Path, int]:
    """Return the number of each field path."""
    return {path: one.number for path, one in fields}
