"""SQL of the log of reads and its mapping to model objects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from govstack.blocks.registries.usage.model import Access, Reader, Reason, Usage
from govstack.kernel.db import Row, Transaction, queries

SQL = queries(__file__)
ROWS_MAX = 5_000
COPIED_ROWS_MIN = 20
ACCESS_COLUMNS = (
    "id", "registry_id", "operation", "fields", "at", "reader_id", "reader_name", "reader_initials",
    "reader_institution_id", "reader_institution_name", "reader_application", "reader_roles", "legal_basis", "purpose",
    "consent_reference", "correlation_id", "persons",
)  # fmt: skip
READ_COLUMNS = ("access_id", "record", "id", "person_fingerprint", "reference")


async def add(tx: Transaction, entries: Sequence[tuple[Row, Sequence[Row]]]) -> None:
    """Append accesses and their records, each as its table has it, set by set."""
    above = [access for access, _ in entries]
    below = [row for _, rows in entries for row in rows]
    if tx.dialect == "sqlite" or len(below) > COPIED_ROWS_MIN:
        await tx.copy("personal_data_access", ACCESS_COLUMNS, [tuple(row.values()) for row in above])
        await tx.copy("personal_data_read", READ_COLUMNS, [tuple(row.values()) for row in below])
        return
    # A few rows reach PostgreSQL faster as statements than by COPY.
    await SQL.add_access(tx, above)
    await SQL.add_reads(tx, below)


async def put(tx: Transaction, access: Row, rows: Iterable[Row]) -> None:
    """Enter an access of the published seed, unless it is there."""
    await SQL.put_seed_access(tx, **access)
    for row in rows:
        await SQL.put_seed_read(tx, **row)


async def forget(tx: Transaction, registry_ids: Sequence[int]) -> None:
    """Remove the log of seeded registries, to bring the published seed back to its exact state."""
    await SQL.forget_registry_reads(tx, registry_ids=list(registry_ids))
    await SQL.forget_registry_access(tx, registry_ids=list(registry_ids))


async def of_person(
    tx: Transaction, fingerprints: Sequence[str], *, registry_ids: Sequence[int] | None, since: str, before: str
) -> list[Usage]:
    """Return reads of a person's data, newest first; None means all registries."""
    common = {"fingerprints": list(fingerprints), "since": since, "before": before, "limit": ROWS_MAX}
    if registry_ids is None:
        return _usages(await SQL.reads_of_person_anywhere(tx, **common))
    return _usages(await SQL.reads_of_person(tx, registry_ids=list(registry_ids), **common))


async def of_record(tx: Transaction, record: str, *, since: str, before: str) -> list[Usage]:
    """Return reads of a record, newest first."""
    return _usages(await SQL.reads_of_record(tx, record=record, since=since, before=before, limit=ROWS_MAX))


def access_row(access: Access, persons: bytes) -> Row:
    """Return an access as its table keeps it, with the people in it sealed."""
    reader, reason = access.reader, access.reason
    return {
        "id": access.id,
        "registry_id": access.registry_id,
        "operation": access.operation,
        "fields": access.fields,
        "at": access.at,
        "reader_id": reader.id,
        "reader_name": reader.name,
        "reader_initials": reader.initials,
        "reader_institution_id": reader.institution_id,
        "reader_institution_name": reader.institution_name,
        "reader_application": reader.application,
        "reader_roles": reader.roles,
        "legal_basis": reason.legal_basis,
        "purpose": reason.purpose,
        "consent_reference": reason.consent_reference,
        "correlation_id": access.correlation_id,
        "persons": persons,
    }


def _usages(rows: Sequence[Mapping[str, Any]]) -> list[Usage]:
    """Return one entry for each answer: a person with several records in one answer is told once."""
    grouped: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(str(row["id"]), []).append(row)
    return [_usage(together) for together in grouped.values()]


def _usage(rows: Sequence[Mapping[str, Any]]) -> Usage:
    first = rows[0]
    return Usage(
        id=first["read_id"],
        registry_id=first["registry_id"],
        operation=first["operation"],
        fields=tuple(msgspec.json.decode(first["fields"])),
        at=first["at"],
        reader=Reader(
            id=first["reader_id"],
            name=first["reader_name"],
            initials=first["reader_initials"],
            institution_id=first["reader_institution_id"],
            institution_name=first["reader_institution_name"],
            application=first["reader_application"],
            roles=first["reader_roles"],
        ),
        reason=Reason(first["purpose"], first["legal_basis"], first["consent_reference"]),
        cursor=first["id"],
        references=tuple(dict.fromkeys(str(row["reference"]) for row in rows)),
        records=tuple(str(row["record"]) for row in rows),
        sealed_persons=bytes(first["persons"]),
    )
