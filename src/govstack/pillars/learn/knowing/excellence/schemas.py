"""Wire shapes of the excellence centre."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.excellence.model import SATISFACTION_MAX
from govstack.pillars.learn.records.model import Record


class MyRequest(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A request as the person who filed it sees it."""

    id: str
    subject: str
    need: str
    service_line: str
    state: str
    filed: str
    due: str
    experts: list[str]
    outcome: str
    output: str
    satisfaction: int | None


class MyRequests(msgspec.Struct, frozen=True):
    """The requests of whoever signed in."""

    requests: list[MyRequest]


class Satisfaction(msgspec.Struct, frozen=True):
    """How satisfied somebody is, 5 being the best."""

    satisfaction: Annotated[int, Meta(ge=1, le=SATISFACTION_MAX)]


class IndicatorsShown(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What the centre achieves. `raised` are people whom others rated a level higher within a year."""

    on: str
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


def my_request(record: Record) -> MyRequest:
    """Return a request as it is sent to the person who filed it."""
    said = record.content
    return MyRequest(
        id=record.id, subject=said["subject"], need=said["need"], service_line=said["serviceLine"],
        state=said["state"], filed=said["filed"], due=said["due"], experts=list(said.get("experts", ())),
        outcome=said.get("outcome", ""), output=said.get("output", ""), satisfaction=said.get("satisfaction"),
    )  # fmt: skip
