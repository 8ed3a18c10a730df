"""Wire shapes of policy feedback."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.feedback.model import State, Trace
from govstack.pillars.learn.knowing.feedback.service import INSIGHTS_SHOWN_MAX

Word = Annotated[str, Meta(max_length=100)]


class FeedbackQuery(msgspec.Struct, frozen=True):
    """Which insights: of which theme, after which id, how many."""

    theme: Word = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=INSIGHTS_SHOWN_MAX)] = 50


class PolicyResponseShown(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was decided about an insight, by which body, on which day, and why."""

    answer: str
    reason: str
    body: str
    answered: str
    until: str = ""
    change: str = ""


class PolicyTrace(msgspec.Struct, frozen=True, rename="camel"):
    """An insight on its way: where it comes from, the document that it is for, the responses, and where it stands."""

    insight_id: str
    name: str
    insight: str
    origin: str
    source: str
    themes: list[str]
    document_id: str
    document: str
    proposal: str
    due: str
    routed_at: str
    state: State
    responses: list[PolicyResponseShown]


class PolicyTraces(msgspec.Struct, frozen=True):
    """Insights with their responses; `next` asks for those that follow."""

    traces: list[PolicyTrace]
    next: str = ""


def shown(trace: Trace) -> PolicyTrace:
    """Return a trace as its answer."""
    said = trace.insight.content
    responses = [
        PolicyResponseShown(**{name: one.content.get(name, "") for name in PolicyResponseShown.__struct_fields__})
        for one in trace.responses
    ]
    return PolicyTrace(
        trace.insight.id, said["name"], said["insight"], said["origin"], said["source"], said["themes"],
        said["document"], trace.document, said["proposal"], said["due"], trace.routed_at, trace.state, responses,
    )  # fmt: skip
