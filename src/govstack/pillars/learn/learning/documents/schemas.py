"""Wire shapes of the document resources."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.xapi.model import Iri, Uuid

Json = Annotated[str, Meta(max_length=10_000)]
Name = Annotated[str, Meta(min_length=1, max_length=500)]
Moment = Annotated[str, Meta(max_length=40)]


class StatePlace(msgspec.Struct, frozen=True):
    """Which state is written: of which learner in which activity; without stateId all of them go."""

    activityId: Iri  # noqa: N815 - the names on the wire
    agent: Json
    registration: Uuid | None = None
    stateId: Name | None = None  # noqa: N815


class StateQuery(StatePlace, frozen=True):
    """Which state: of which learner in which activity; without stateId all of them."""

    since: Moment | None = None


class ActivityProfilePlace(msgspec.Struct, frozen=True):
    """Which profile of an activity is written."""

    activityId: Iri  # noqa: N815 - the names on the wire
    profileId: Name | None = None  # noqa: N815


class ActivityProfileQuery(ActivityProfilePlace, frozen=True):
    """Which profile of an activity; without profileId all of them."""

    since: Moment | None = None


class AgentProfilePlace(msgspec.Struct, frozen=True):
    """Which profile of an agent is written."""

    agent: Json
    profileId: Name | None = None  # noqa: N815 - the name on the wire


class AgentProfileQuery(AgentProfilePlace, frozen=True):
    """Which profile of an agent; without profileId all of them."""

    since: Moment | None = None
