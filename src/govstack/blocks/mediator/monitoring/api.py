"""Statistics, operational and environmental monitoring, and the exchanges as they happen."""

from __future__ import annotations

from datetime import timedelta

from govstack.blocks.mediator.evidence import service as evidence
from govstack.blocks.mediator.monitoring import service
from govstack.blocks.mediator.monitoring.errors import NotShared
from govstack.blocks.mediator.monitoring.schemas import (
    EnvironmentQuery,
    EnvironmentSample,
    EnvironmentSampleList,
    Exchange,
    ExchangeList,
    ExchangesQuery,
    InstalledPackage,
    InstalledPackageList,
    LoadAnswer,
    OperationList,
    OperationRecord,
    OperationsQuery,
    Statistic,
    StatisticList,
    StatisticsQuery,
)
from govstack.kernel import clock
from govstack.kernel.routing import Call, Routes, by_policy

routes = Routes(tags=("monitoring",))

OWN = by_policy("own exchanges, or mediator:read")
SHARED = by_policy("what the owner shares, or mediator:read")
OWNER = by_policy("mediator:read")
# An exchange is found by when it began and shown by when it was answered; none takes longer than this to be shown.
EXCHANGE_SECONDS_MAX = 120


@routes.get("/api/v1/exchanges", access=OWN, query=ExchangesQuery, answer=ExchangeList, operation_id="listExchanges")
async def list_exchanges(call: Call) -> ExchangeList:
    """List the exchanges that were answered last, oldest first, for a live view."""
    query: ExchangesQuery = call.query
    since = query.since
    wanted = evidence.Wanted(
        application=query.application,
        correlation_id=query.correlation_id or query.correlation_id_plain,
        since=clock.timestamp(since) if since else "",
        low=evidence.first_id(since - timedelta(seconds=EXCHANGE_SECONDS_MAX)) if since else "",
    )
    found = await service.answers(call.context, by=call.actor, wanted=wanted, limit=query.limit)
    shown = sorted((Exchange.of(entry) for entry in found), key=lambda one: (one.at, one.message_id))
    return ExchangeList(shown)


@routes.get(
    "/api/v1/monitoring/operations",
    access=OWN,
    query=OperationsQuery,
    answer=OperationList,
    operation_id="listOperations",
)
async def list_operations(call: Call) -> OperationList:
    """List operational data of answered exchanges, newest first."""
    query: OperationsQuery = call.query
    wanted = evidence.Wanted(
        application=query.application,
        client=query.client,
        provider=query.provider,
        service_code=query.service_code,
        correlation_id=query.correlation_id,
        verdict=query.verdict,
        status=query.status,
        low=evidence.first_id(query.since) if query.since else "",
        high=evidence.first_id(query.until) if query.until else "",
    )
    found = await service.answers(call.context, by=call.actor, wanted=wanted, limit=query.limit)
    return OperationList([OperationRecord.of(entry) for entry in found])


@routes.get(
    "/api/v1/monitoring/statistics",
    access=OWN,
    query=StatisticsQuery,
    answer=StatisticList,
    operation_id="readStatistics",
)
async def read_statistics(call: Call) -> StatisticList:
    """Give statistics by organisation, application, service, endpoint, consumer, status or minute."""
    query: StatisticsQuery = call.query
    groups = await service.statistics(
        call.context,
        by=call.actor,
        aspect=query.by,
        application=query.application,
        since=query.since,
        until=query.until,
    )
    return StatisticList(query.by, [Statistic.of(group) for group in groups])


@routes.get("/api/v1/monitoring/load", access=OWNER, answer=LoadAnswer, operation_id="readLoad")
async def read_load(call: Call) -> LoadAnswer:
    """Tell throughput, latency, queues and resources of this process."""
    return LoadAnswer.of(await service.load(call.context, by=call.actor))


@routes.get(
    "/api/v1/monitoring/environment",
    access=SHARED,
    query=EnvironmentQuery,
    answer=EnvironmentSampleList,
    operation_id="listEnvironment",
    errors=(NotShared,),
)
async def list_environment(call: Call) -> EnvironmentSampleList:
    """List samples of the machines, newest first."""
    query: EnvironmentQuery = call.query
    found = await service.environment(
        call.context, by=call.actor, since=query.since, until=query.until, node=query.node, limit=query.limit
    )
    return EnvironmentSampleList([EnvironmentSample.of(one) for one in found])


@routes.get(
    "/api/v1/monitoring/packages",
    access=SHARED,
    query=EnvironmentQuery,
    answer=InstalledPackageList,
    operation_id="listPackages",
    errors=(NotShared,),
)
async def list_packages(call: Call) -> InstalledPackageList:
    """List software that was installed in a period."""
    query: EnvironmentQuery = call.query
    found = await service.packages(call.context, by=call.actor, since=query.since, until=query.until, node=query.node)
    return InstalledPackageList([InstalledPackage.of(one) for one in found])
