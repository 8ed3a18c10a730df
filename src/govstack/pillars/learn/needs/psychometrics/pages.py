"""Pages of figures: of items for authors, of gains for training units."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import at_once, table_answer
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.needs.psychometrics import presenters, schemas, service
from govstack.pillars.learn.needs.tests.presenters import PARTS, title
from govstack.web.answers import Page

routes = Routes(tags=("pages of figures",))
READERS = by_policy("teaches, plans or evaluates")


@routes.page(
    "/tests/{testId}/statistics", access=READERS, query=schemas.PartQuery, operation_id="testStatisticsPage"
)  # fmt: skip
async def statistics(call: Call) -> Page:
    """Show how items did."""
    words = Words(call.language)
    found = await service.statistics(
        call.context, by=call.actor, test_id=call.path["testId"], part=schemas.part_of(call.query.part)
    )
    kind, value = found.reliability or ("", 0.0)
    parts = [
        (words(PARTS[part]), f"/tests/{found.test.id}/statistics?part={part}", part is found.part)
        for part in found.test.parts
    ]
    values = {
        "name": title(found.test, words), "test": found.test, "found": found, "parts_of": parts,
        "chart_of_items": presenters.chart(found, words) if found.items else None,
        "rows": presenters.item_rows(found, words), "options": presenters.option_rows(found, words),
        "coefficient": {"kr-20": "KR-20", "alpha": words(_("Cronbach’s alpha"))}.get(str(kind), ""),
        "value": round(value, 2),
    }  # fmt: skip
    return framed(call, "tests", "test_statistics.html", values)


@routes.page(
    "/tests/{testId}/statistics-file", access=READERS, query=schemas.FileQuery, operation_id="testStatisticsFile"
)  # fmt: skip
async def statistics_file(call: Call) -> Answer:
    """Hand out the figures of items as a file."""
    asked = call.query
    found = await service.statistics(
        call.context, by=call.actor, test_id=call.path["testId"], part=schemas.part_of(asked.part)
    )
    return table_answer(
        "item-statistics", Format(asked.format), schemas.ITEM_COLUMNS, at_once(schemas.item_rows(found))
    )


@routes.page("/tests/{testId}/gain", access=READERS, operation_id="testGainPage")
async def gain(call: Call) -> Page:
    """Show what people gained between the two forms."""
    words = Words(call.language)
    found = await service.gained(call.context, by=call.actor, test_id=call.path["testId"])
    shared = found.shared
    values = {
        "name": title(found.test, words), "test": found.test, "people": found.people, "shared": shared,
        "needed": found.needed, "firm": found.firm, "indicative": found.indicative,
        "left_out": found.left_out,
        "chart_of_gain": presenters.gain_chart(shared, words) if shared else None,
        "rows": [
            presenters.gain_row(words(_("Shared items")), shared),
            presenters.gain_row(words(_("All items")), found.whole),
        ],
    }  # fmt: skip
    return framed(call, "tests", "test_gain.html", values)


@routes.page("/tests/{testId}/gain-file", access=READERS, query=schemas.FileQuery, operation_id="testGainFile")
async def gain_file(call: Call) -> Answer:
    """Hand out the gain as a file."""
    found = await service.gained(call.context, by=call.actor, test_id=call.path["testId"])
    return table_answer("gain", Format(call.query.format), schemas.GAIN_COLUMNS, at_once(schemas.gain_rows(found)))
