"""Statistics for scripts and other systems, as JSON or CSV (DRS-26, DRS-36).

A question is sent in a body, because what it looks for may name a person; addresses hold no such values.
"""

from __future__ import annotations

from govstack.blocks.registries.admission.errors import FieldHidden, RightMissing
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownService
from govstack.blocks.registries.design.model import LATEST, Registry
from govstack.blocks.registries.reading.errors import BadSearch
from govstack.blocks.registries.statistics import schemas, service
from govstack.blocks.registries.statistics.errors import BadQuestion, PartlyVisible, TooManyGroups, UnknownReport
from govstack.blocks.registries.statistics.model import Report
from govstack.kernel.errors import Problem
from govstack.kernel.routing import Answer, Call, Routes, by_policy

routes = Routes(tags=("statistics",))
RIGHTS = by_policy("the right to the statistics of the registry")
R = "/registries/{code}"
ERRORS: tuple[type[Problem], ...] = (UnknownRegistry, UnknownService, RightMissing)
ASKING: tuple[type[Problem], ...] = (*ERRORS, FieldHidden, BadSearch, BadQuestion, TooManyGroups)


@routes.post(
    R + "/statistics", access=RIGHTS, query=schemas.FormatQuery, body=schemas.QuestionShape,
    answer=schemas.FiguresShape, operation_id="askStatistics", errors=ASKING,
)  # fmt: skip
async def ask(call: Call, body: schemas.QuestionShape) -> schemas.FiguresShape | Answer:
    """Work out a figure of the records the caller may see, by groups and periods."""
    registry = await _registry(call)
    found = await service.ask(call.context, by=call.actor, registry=registry, question=schemas.question(body))
    return (
        schemas.figures_csv(registry.code, found) if schemas.wants_csv(call) else schemas.figures(registry.code, found)
    )


@routes.get(
    R + "/statistics/changes", access=RIGHTS, query=schemas.SpanQuery, answer=schemas.SeriesShape,
    operation_id="countChanges", errors=(*ERRORS, BadQuestion, PartlyVisible, TooManyGroups),
)  # fmt: skip
async def changes(call: Call) -> schemas.SeriesShape | Answer:
    """Count registrations and other changes over time."""
    asked: schemas.SpanQuery = call.query
    registry = await _registry(call)
    found = await service.changes(
        call.context, by=call.actor, registry=registry, period=asked.period, since=asked.since, until=asked.until
    )
    return schemas.series_csv(f"{registry.code}-changes", found) if schemas.wants_csv(call) else schemas.series(found)


@routes.get(
    R + "/statistics/readers", access=RIGHTS, query=schemas.SpanQuery, answer=schemas.SeriesShape,
    operation_id="countReaders", errors=(*ERRORS, BadQuestion, TooManyGroups),
)  # fmt: skip
async def readers(call: Call) -> schemas.SeriesShape | Answer:
    """Count the answers that showed personal data, by the office that asked, for auditors."""
    asked: schemas.SpanQuery = call.query
    registry = await _registry(call)
    found = await service.readings(
        call.context, by=call.actor, registry=registry, period=asked.period, since=asked.since, until=asked.until
    )
    return schemas.series_csv(f"{registry.code}-readers", found) if schemas.wants_csv(call) else schemas.series(found)


@routes.get(
    R + "/statistics/services", access=RIGHTS, query=schemas.FormatQuery, answer=schemas.UseList,
    operation_id="countUses", errors=ERRORS,
)  # fmt: skip
async def uses(call: Call) -> schemas.UseList | Answer:
    """Tell how often each service was used."""
    found = await service.uses(call.context, by=call.actor, code=call.path["code"])
    return schemas.uses_csv(call.path["code"], found) if schemas.wants_csv(call) else schemas.uses(found)


@routes.put(
    R + "/statistics/smallest", access=RIGHTS, body=schemas.Smallest, answer=schemas.Smallest,
    operation_id="setSmallest", errors=(*ERRORS, BadQuestion),
)  # fmt: skip
async def set_smallest(call: Call, body: schemas.Smallest) -> schemas.Smallest:
    """Set from how many records on figures of a registry with personal data are given."""
    return schemas.Smallest(
        await service.set_smallest(call.context, by=call.actor, code=call.path["code"], number=body.smallest)
    )


@routes.get(R + "/reports", access=RIGHTS, answer=schemas.ReportList, operation_id="listReports", errors=ERRORS)
async def reports(call: Call) -> schemas.ReportList:
    """List the caller's reports, for analysts everybody's."""
    found = await service.reports(call.context, by=call.actor, code=call.path["code"])
    return schemas.ReportList([schemas.report(one) for one in found])


@routes.post(
    R + "/reports", access=RIGHTS, body=schemas.ReportRequest, answer=schemas.ReportShape, status=201,
    operation_id="keepReport", errors=(*ERRORS, BadQuestion),
)  # fmt: skip
async def keep(call: Call, body: schemas.ReportRequest) -> schemas.ReportShape:
    """Keep a question under a name; keeping the same again changes nothing."""
    made = await service.keep(
        call.context, by=call.actor, code=call.path["code"], name=body.name, question=schemas.question(body.question)
    )
    return schemas.report(made)


@routes.get(
    R + "/reports/{report}", access=RIGHTS, answer=schemas.ReportShape, operation_id="readReport",
    errors=(*ERRORS, UnknownReport),
)  # fmt: skip
async def read(call: Call) -> schemas.ReportShape:
    """Read what a report asks."""
    return schemas.report(await _report(call))


@routes.delete(R + "/reports/{report}", access=RIGHTS, status=204, operation_id="deleteReport", errors=ERRORS)
async def delete(call: Call) -> None:
    """Delete a report; one that is gone is no error."""
    await service.forget(call.context, by=call.actor, code=call.path["code"], report_id=call.path["report"])


@routes.get(
    R + "/reports/{report}/figures", access=RIGHTS, query=schemas.RunQuery, answer=schemas.FiguresShape,
    operation_id="runReport", errors=(*ASKING, UnknownReport),
)  # fmt: skip
async def run(call: Call) -> schemas.FiguresShape | Answer:
    """Ask the question of a report again, with the rights the caller has now; since and until choose other days."""
    asked: schemas.RunQuery = call.query
    registry, kept = await _registry(call), await _report(call)
    question = service.narrowed(kept.question, since=asked.since, until=asked.until)
    found = await service.ask(call.context, by=call.actor, registry=registry, question=question)
    return (
        schemas.figures_csv(registry.code, found) if schemas.wants_csv(call) else schemas.figures(registry.code, found)
    )


async def _registry(call: Call) -> Registry:
    return await design.published(call.context, code=call.path["code"], version=call.query.version or LATEST)


async def _report(call: Call) -> Report:
    return await service.report(call.context, by=call.actor, code=call.path["code"], report_id=call.path["report"])
