"""Use cases of policy feedback: follow the trace of insights, which everybody may read."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.pillars.learn.knowing.feedback.model import INSIGHT, RESPONSE, Trace, state
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.records.model import Record

INSIGHTS_SHOWN_MAX = 200
# Insights and responses are public as their forms say: what is kept of them is read for everybody.
READER = Actor.system("policy-feedback")


async def traces(context: Context, *, theme: str = "", after: str = "", limit: int = 50) -> list[Trace]:
    """Return insights with their responses in the order of their ids, those of a theme when one is named."""
    found: list[Trace] = []
    wanted = min(limit, INSIGHTS_SHOWN_MAX)
    while len(found) < wanted:
        part = await records.listed(context, by=READER, kind=INSIGHT, after=after, limit=INSIGHTS_SHOWN_MAX)
        chosen = [one for one in part if not theme or theme in one.content["themes"]]
        found += await _traced(context, chosen[: wanted - len(found)])
        if len(part) < INSIGHTS_SHOWN_MAX:
            break
        after = part[-1].id
    return found


async def trace(context: Context, *, insight_id: str) -> Trace:
    """Return one insight with its responses; raises UnknownRecord."""
    insight = await records.read(context, by=READER, kind=INSIGHT, record_id=insight_id)
    if insight.archived:
        raise UnknownRecord
    return (await _traced(context, [insight]))[0]


async def _traced(context: Context, insights: Sequence[Record]) -> list[Trace]:
    titles = await records.titles(context, record_ids=[one.content["document"] for one in insights])
    today = clock.today().isoformat()
    found = []
    for one in insights:
        responses = await records.pointing(context, by=READER, kind=RESPONSE, field="insight", target_id=one.id)
        responses.sort(key=lambda response: (response.content["answered"], response.id))
        said = await records.history(context, by=READER, kind=INSIGHT, record_id=one.id)
        stands = state(one.content, [response.content for response in responses], today=today)
        document = titles.get(one.content["document"], ("", ""))[1]
        found.append(Trace(one, document, responses, said[-1].changed_at, stands))
    return found
