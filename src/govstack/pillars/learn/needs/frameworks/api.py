"""The operations on frameworks and scales."""

from __future__ import annotations

from govstack.kernel.routing import Call, Routes, needs, signed_in
from govstack.pillars.learn.frame.model import ADMINISTER
from govstack.pillars.learn.needs.frameworks import schemas, service
from govstack.pillars.learn.needs.frameworks.errors import (
    BrokenFramework,
    BrokenScale,
    CompetencyTaken,
    OtherId,
    ScaleInUse,
    UnknownCompetency,
    UnknownFramework,
    UnknownScale,
)
from govstack.pillars.learn.needs.frameworks.model import Framework, Scale

routes = Routes(tags=("Competencies",))
FRAMEWORK_BYTES_MAX = 20_000_000


@routes.get("/scales", access=signed_in(), answer=schemas.ScaleList, operation_id="listScales")
async def list_scales(call: Call) -> schemas.ScaleList:
    """List the scales that competencies are measured on."""
    return schemas.ScaleList(list((await service.scales(call.context)).values()))


@routes.put(
    "/scales/{scaleId}", access=needs(ADMINISTER), body=Scale, answer=Scale, operation_id="putScale",
    errors=(OtherId, BrokenScale, ScaleInUse),
)  # fmt: skip
async def put_scale(call: Call, body: Scale) -> Scale:
    """Enter a scale or change its words."""
    if body.id != call.path["scaleId"]:
        raise OtherId
    return await service.put_scale(call.context, by=call.actor, scale=body)


@routes.get("/frameworks", access=signed_in(), answer=schemas.FrameworkList, operation_id="listFrameworks")
async def list_frameworks(call: Call) -> schemas.FrameworkList:
    """List competency frameworks."""
    return schemas.FrameworkList(await service.frameworks(call.context))


@routes.get(
    "/frameworks/{frameworkId}", access=signed_in(), query=schemas.FrameworkQuery, answer=Framework,
    operation_id="readFramework", errors=(UnknownFramework,),
)  # fmt: skip
async def read_framework(call: Call) -> Framework:
    """Read a framework, as it is or as a revision had it."""
    return await service.framework(call.context, framework_id=call.path["frameworkId"], revision=call.query.revision)


@routes.put(
    "/frameworks/{frameworkId}", access=needs(ADMINISTER), body=Framework, answer=Framework,
    operation_id="putFramework", body_bytes_max=FRAMEWORK_BYTES_MAX,
    errors=(OtherId, UnknownScale, BrokenFramework, CompetencyTaken),
)  # fmt: skip
async def put_framework(call: Call, body: Framework) -> Framework:
    """Enter a framework or write its next revision."""
    if body.id != call.path["frameworkId"]:
        raise OtherId
    return await service.put(call.context, by=call.actor, framework=body)


@routes.get(
    "/frameworks/{frameworkId}/revisions", access=signed_in(), answer=schemas.RevisionList,
    operation_id="listRevisions",
)  # fmt: skip
async def list_revisions(call: Call) -> schemas.RevisionList:
    """List the revisions of a framework."""
    return schemas.RevisionList(await service.revisions(call.context, framework_id=call.path["frameworkId"]))


@routes.get(
    "/competencies", access=signed_in(), query=schemas.CompetenciesQuery, answer=schemas.CompetencyList,
    operation_id="listCompetencies",
)  # fmt: skip
async def list_competencies(call: Call) -> schemas.CompetencyList:
    """List what people can be rated on."""
    asked = call.query
    found = await service.competencies(call.context, framework_id=asked.framework)
    places = [place for place, one in enumerate(found) if one.id == asked.after]
    start = places[0] + 1 if places else 0
    part = found[start : start + asked.limit]
    return schemas.CompetencyList(part, part[-1].id if part and start + asked.limit < len(found) else "")


@routes.get(
    "/competencies/{competencyId}", access=signed_in(), answer=schemas.CompetencyRead, operation_id="readCompetency",
    errors=(UnknownCompetency,),
)  # fmt: skip
async def read_competency(call: Call) -> schemas.CompetencyRead:
    """Read a competency with its scale and its relations."""
    one = await service.competency(call.context, competency_id=call.path["competencyId"])
    known = await service.scales(call.context)
    relations = await service.relations_of(call.context, competency_id=one.id)
    return schemas.CompetencyRead(one, known.get(one.scale_id), relations)
