"""The operations on figures of tests and on agreement."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs
from govstack.kernel.sheets import FILE_TYPES, Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.model import EVALUATE
from govstack.pillars.learn.needs.psychometrics import schemas, service
from govstack.pillars.learn.needs.psychometrics.errors import NotPaired, TooFewRaters
from govstack.pillars.learn.needs.tests.errors import UnknownTest

routes = Routes(tags=("Figures of tests",))
READERS = by_policy("teaches, plans or evaluates")


@routes.get(
    "/tests/{testId}/statistics", access=READERS, query=schemas.PartQuery, answer=schemas.StatisticsShown,
    operation_id="readTestStatistics", errors=(UnknownTest,),
)  # fmt: skip
async def statistics(call: Call) -> schemas.StatisticsShown:
    """Read difficulty, discrimination and options of each item, and the reliability of a form."""
    found = await service.statistics(
        call.context, by=call.actor, test_id=call.path["testId"], part=schemas.part_of(call.query.part)
    )
    return schemas.statistics_shown(found)


@routes.get(
    "/tests/{testId}/statistics-file", access=READERS, query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportTestStatistics", errors=(UnknownTest,),
)  # fmt: skip
async def statistics_file(call: Call) -> Answer:
    """Take the figures of items out as CSV, spreadsheet or JSON."""
    asked = call.query
    found = await service.statistics(
        call.context, by=call.actor, test_id=call.path["testId"], part=schemas.part_of(asked.part)
    )
    return table_answer(
        "item-statistics", Format(asked.format), schemas.ITEM_COLUMNS, at_once(schemas.item_rows(found))
    )


@routes.get(
    "/tests/{testId}/gain", access=READERS, answer=schemas.GainShown, operation_id="readTestGain",
    errors=(UnknownTest, NotPaired),
)  # fmt: skip
async def gain(call: Call) -> schemas.GainShown:
    """Read what people gained between the forms before and after, with its confidence interval."""
    return schemas.gain_shown(await service.gained(call.context, by=call.actor, test_id=call.path["testId"]))


@routes.get(
    "/tests/{testId}/gain-file", access=READERS, query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportTestGain", errors=(UnknownTest, NotPaired),
)  # fmt: skip
async def gain_file(call: Call) -> Answer:
    """Take the gain out as CSV, spreadsheet or JSON."""
    found = await service.gained(call.context, by=call.actor, test_id=call.path["testId"])
    return table_answer("gain", Format(call.query.format), schemas.GAIN_COLUMNS, at_once(schemas.gain_rows(found)))


@routes.post(
    "/agreement", access=needs(EVALUATE), body=schemas.RatingsGiven, answer=schemas.AgreementShown,
    operation_id="computeAgreement", errors=(TooFewRaters,),
)  # fmt: skip
async def agreement(call: Call, body: schemas.RatingsGiven) -> schemas.AgreementShown:
    """Compute how far raters agree, for a calibration round; the ratings are not kept."""
    found = service.agreement(((one.rater, one.unit, one.value) for one in body.ratings), scale=body.scale)
    return schemas.AgreementShown(found.units, found.raters, found.alpha, found.kappa)
