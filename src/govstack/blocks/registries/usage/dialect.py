"""The addresses and spellings under which published clients ask for the report on personal data (DR-D1, DR-D16)."""

from __future__ import annotations

from govstack.blocks.registries.usage import schemas, service
from govstack.blocks.registries.usage.errors import InvalidIdentifier, NoReads, NotYours
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(face="dialect", tags=("Personal data usage",))
POLICY = by_policy("the person concerned, or an auditor")
ERRORS = (InvalidIdentifier, NotYours, NoReads)


@routes.get(
    "/data/MyPersonalDataUsage/1.0",
    access=POLICY,
    query=schemas.DialectUsageQuery,
    answer=list[schemas.PersonalDataUsage],
    operation_id="personalDataUsageVersioned",
    errors=ERRORS,
)
async def personal_data_usage_versioned(call: Call) -> list[schemas.PersonalDataUsage]:
    """Tell a person who read their data."""
    return await _report(call)


@routes.get(
    "/data/myPersonalDataUsage",
    access=POLICY,
    query=schemas.DialectUsageQuery,
    answer=list[schemas.PersonalDataUsage],
    operation_id="personalDataUsage",
    errors=ERRORS,
)
async def personal_data_usage(call: Call) -> list[schemas.PersonalDataUsage]:
    """Tell a person who read their data."""
    return await _report(call)


async def _report(call: Call) -> list[schemas.PersonalDataUsage]:
    asked: schemas.DialectUsageQuery = call.query
    found = await service.report(
        call.context,
        by=call.actor,
        user_id=_sent_once(asked.user_id or asked.canonical_user_id),
        database_id=_sent_once(asked.database_id or asked.canonical_database_id),
    )
    return [schemas.published(usage) for usage in found]


def _sent_once(value: str) -> str:
    """Return a value without the copy of the query that some clients append to it (SD-3)."""
    return value.partition("?")[0]
