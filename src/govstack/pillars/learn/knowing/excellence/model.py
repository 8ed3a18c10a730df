"""The records of the excellence centre (F22), and the pure decisions about requests and indicators."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from statistics import fmean, median
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.records.model import Field, FieldKind, Kind

SECTION = "expertise"
DAYS_SETTING = "LEARN_REQUEST_DAYS"
NEW, ASSIGNED, DONE, DECLINED = "new", "assigned", "done", "declined"
CLOSED = frozenset({DONE, DECLINED})
SATISFACTION_MAX = 5
NEEDS_OWNER = _("Name who answers for the area.")
NEEDS_DEMAND = _("Show that it is wanted: name gaps or requests.")
NEEDS_EXPERTS = _("Name the experts who work on it.")
NEEDS_DAY_STAFFED = _("Say on which day the experts were assigned.")
NEEDS_OUTCOME = _("Say what came of it.")
NEEDS_DAY_CLOSED = _("Say on which day it was closed.")
BEFORE_FILED = _("This is before the day on which the request was filed.")


def _judge_area(content: Mapping[str, Any]) -> Mapping[str, str]:
    # The areas of the mission text came with their demand; every other one has to show it.
    if content.get("founding"):
        return {}
    wrong = {} if content.get("owner") else {"owner": NEEDS_OWNER}
    if not content.get("gaps") and not content.get("requests"):
        wrong["gaps"] = NEEDS_DEMAND
    return wrong


AREA = Kind(
    name="capability-area",
    plural="capability-areas",
    label=_("Capability area"),
    labels=_("Capability areas"),
    lead=_("What the excellence centre is good at. A proposed area shows who wants it, and names who answers for it."),
    section=SECTION,
    write=ADVISE,
    title="name",
    judge=_judge_area,
    fields=(
        Field("name", _("Name"), required=True),
        Field("about", _("About"), FieldKind.LONG, required=True),
        Field("state", _("State"), FieldKind.TERM, of="area-state", required=True, listed=True),
        Field("owner", _("Answers for it"), FieldKind.PERSON, listed=True),
        Field(
            "gaps", _("Gaps that show the demand"), FieldKind.COMPETENCY, many=True,
            hint=_("Codes of competencies, such as E.7."),
        ),
        Field(
            "requests", _("Requests that show the demand"), FieldKind.RECORD, of="expert-request", many=True,
        ),
        Field("founding", _("Named in the mission text"), FieldKind.YES, fixed=True),
    ),
)  # fmt: skip


def _judge_request(content: Mapping[str, Any]) -> Mapping[str, str]:
    state, filed = content["state"], content["filed"]
    wrong = {name: BEFORE_FILED for name in ("due", "staffed", "closed") if content.get(name, filed) < filed}
    if state in {ASSIGNED, DONE}:
        if not content.get("experts"):
            wrong["experts"] = NEEDS_EXPERTS
        if not content.get("staffed"):
            wrong["staffed"] = NEEDS_DAY_STAFFED
    if state in CLOSED:
        if not content.get("outcome"):
            wrong["outcome"] = NEEDS_OUTCOME
        if not content.get("closed"):
            wrong["closed"] = NEEDS_DAY_CLOSED
    return wrong


REQUEST = Kind(
    name="expert-request",
    plural="expert-requests",
    label=_("Request for experts"),
    labels=_("Requests for experts"),
    lead=_("What agencies ask of the centre: which service, until when, who works on it, what came of it."),
    section=SECTION,
    write=ADVISE,
    read=ADVISE,
    title="subject",
    judge=_judge_request,
    fields=(
        Field("subject", _("Subject"), required=True),
        Field("need", _("What is needed, and what for"), FieldKind.LONG, required=True),
        Field("serviceLine", _("Service"), FieldKind.TERM, of="service-line", required=True, listed=True),
        Field("area", _("Capability area"), FieldKind.RECORD, of="capability-area"),
        Field("organisation", _("Agency"), FieldKind.ORGANISATION, required=True, listed=True),
        Field("requester", _("Asked by"), FieldKind.PERSON),
        Field("filed", _("Filed on"), FieldKind.DATE, required=True),
        Field("due", _("To be served by"), FieldKind.DATE, required=True, listed=True),
        Field("state", _("State"), FieldKind.TERM, of="request-state", required=True, listed=True),
        Field("experts", _("Assigned experts"), FieldKind.PERSON, many=True),
        Field("staffed", _("Experts assigned on"), FieldKind.DATE),
        Field("outcome", _("Outcome"), FieldKind.LONG),
        Field("output", _("Address of the output"), FieldKind.URL),
        Field(
            "reuses", _("Earlier requests whose outputs were used again"), FieldKind.RECORD, of="expert-request",
            many=True,
        ),
        Field("closed", _("Closed on"), FieldKind.DATE),
        Field(
            "satisfaction", _("Satisfaction from 1 to 5"), FieldKind.WHOLE, least=1, most=SATISFACTION_MAX, fixed=True
        ),
    ),
)  # fmt: skip
KINDS = (AREA, REQUEST)


class RequestGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What somebody asks the excellence centre for."""

    subject: Annotated[str, Meta(min_length=1, max_length=300)]
    need: Annotated[str, Meta(min_length=1, max_length=10_000)]
    service_line: Annotated[str, Meta(min_length=1, max_length=100)]
    area: Annotated[str, Meta(max_length=100)] = ""


@dataclass(frozen=True, slots=True)
class Indicators:
    """What the centre achieves; means and medians are None while there is nothing to take them from."""

    filed: int
    served: int
    in_time: int
    open: int
    overdue: int
    reused: int
    satisfaction: float | None
    judged: int
    staffing_days: float | None
    raised: int
    on: str


def overdue(content: Mapping[str, Any], today: str) -> bool:
    """Tell whether a request is open after the day by which it was to be served."""
    return content["state"] not in CLOSED and content["due"] < today


def indicators(requests: Iterable[Mapping[str, Any]], *, raised: int, today: str) -> Indicators:
    """Return the indicators of all requests; `raised` is how many people rose by a level."""
    listed = list(requests)
    done = [one for one in listed if one["state"] == DONE]
    judged = [int(one["satisfaction"]) for one in listed if one.get("satisfaction")]
    staffing = [
        (date.fromisoformat(one["staffed"]) - date.fromisoformat(one["filed"])).days
        for one in listed
        if one.get("staffed")
    ]
    return Indicators(
        filed=len(listed), served=len(done), in_time=sum(one["closed"] <= one["due"] for one in done),
        open=sum(one["state"] not in CLOSED for one in listed), overdue=sum(overdue(one, today) for one in listed),
        reused=sum(len(set(one.get("reuses", ()))) for one in listed),
        satisfaction=fmean(judged) if judged else None, judged=len(judged),
        staffing_days=float(median(staffing)) if staffing else None, raised=raised, on=today,
    )  # fmt: skip
