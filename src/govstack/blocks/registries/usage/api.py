"""The published report on the use of personal data, and each person's own view of it."""

from __future__ import annotations

from govstack.blocks.registries.usage import schemas, service
from govstack.blocks.registries.usage.errors import InvalidIdentifier, NoReads, NotYours
from govstack.kernel import clock
from govstack.kernel.routing import Call, Routes, by_policy, signed_in

routes = Routes(tags=("Personal data usage",))
POLICY = by_policy("the person concerned, or an auditor")


@routes.get(
    "/data/mypersonalDataUsage",
    access=POLICY,
    query=schemas.UsageQuery,
    answer=list[schemas.PersonalDataUsage],
    operation_id="DPU",
    summary="Tell a person who read their data",
    errors=(InvalidIdentifier, NotYours, NoReads),
)
async def personal_data_usage(call: Call) -> list[schemas.PersonalDataUsage]:
    """Tell who read a person's data in a database."""
    found = await service.report(
        call.context, by=call.actor, user_id=call.query.user_id, database_id=call.query.database_id
    )
    return [schemas.published(usage) for usage in found]


@routes.get(
    "/my-data-usage",
    access=signed_in(),
    query=schemas.MyReadsQuery,
    answer=schemas.MyReads,
    operation_id="myDataUsage",
    summary="See who read my data in all registries, and why",
    errors=(InvalidIdentifier, NotYours),
)
async def my_data_usage(call: Call) -> schemas.MyReads:
    """Show the person who calls who read their data."""
    try:
        since = clock.parse(call.query.since) if call.query.since else None
    except ValueError as error:
        raise InvalidIdentifier("Write since as a moment such as 2026-11-21T21:30:00Z.") from error
    page = await service.who_read_my_data(
        call.context,
        by=call.actor,
        person_identifier=call.query.person,
        since=since,
        after=call.query.after,
        size=call.query.size,
    )
    return schemas.my_reads(page)
