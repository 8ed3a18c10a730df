"""The operations of analytics: one's own record, one's team, and figures."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in
from govstack.pillars.learn.learning.analytics import schemas, service
from govstack.pillars.learn.learning.analytics.errors import NoFigures
from govstack.pillars.learn.learning.analytics.model import Figures
from govstack.pillars.learn.learning.consents.errors import AgreementChanged, ConsentUnknown, NotNumbered

routes = Routes(tags=("Records and figures of learning",))


@routes.get("/my-record", access=signed_in(), query=schemas.RecordQuery, answer=schemas.RecordShown,
            operation_id="readMyLearningRecord")  # fmt: skip
async def my_record(call: Call) -> schemas.RecordShown:
    """Read what is kept of one's own learning, the newest first."""
    return schemas.RecordShown.of(await service.mine(call.context, by=call.actor, before=call.query.place))


@routes.put(
    "/my-record/sharing", access=signed_in(), body=schemas.Sharing, status=204, operation_id="putMySharing",
    errors=(NotNumbered, AgreementChanged, ConsentUnknown),
)  # fmt: skip
async def put_sharing(call: Call, body: schemas.Sharing) -> Answer:
    """Let one's manager see how far one is, or no more; where a consent block keeps it, it is said there."""
    await service.share(call.context, by=call.actor, shared=body.shared, revision_id=body.revision)
    return Answer(status=204)


@routes.get("/my-team/learning", access=signed_in(), answer=schemas.TeamShown, operation_id="readMyTeam")
async def my_team(call: Call) -> schemas.TeamShown:
    """Read figures of those who report to oneself, and how far those are who share it."""
    return schemas.TeamShown.of(await service.team(call.context, by=call.actor))


@routes.get(
    "/figures/learning", access=by_policy("learn:plan or learn:lead"), answer=Figures, operation_id="readFigures",
    errors=(NoFigures,),
)  # fmt: skip
async def figures(call: Call) -> Figures:
    """Read the newest figures of the country: reach and completion, with splits."""
    return await service.figures(call.context, by=call.actor)


@routes.get(
    "/figures/learning/open", access=by_policy("everybody, where the country lets them"), answer=Figures,
    operation_id="readOpenFigures", errors=(NoFigures,),
)  # fmt: skip
async def open_figures(call: Call) -> Figures:
    """Read the newest figures of the country, where everybody may."""
    return await service.open_figures(call.context)


@routes.get(
    "/figures/indicators", access=by_policy("learn:plan or learn:lead; everybody, where the country lets them"),
    answer=schemas.IndicatorList, operation_id="readIndicators", errors=(NoFigures,),
)  # fmt: skip
async def indicators(call: Call) -> schemas.IndicatorList:
    """Read the indicators of learning together: each with its unit, the people behind it, and its day."""
    return schemas.IndicatorList.of(await service.indicators(call.context, by=call.actor))
