"""Wire shapes of the document resources."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.xapi.model import Iri, Uuid

Json = Annotated[str, Meta(max_length=10_000)]
Name = Annotated[str, Meta(min_length=1, max_length=500)]
Moment = Annotated[str, Meta(max_length=40)]


class StateQuery(msgspec.Struct, frozen=True):
    """Which state: of which learner in which activity; without stateId all of them."""

    activityId: Iri  # noqa: N815 - the names on the wire
    agent: Json
    registration: Uuid | None = None
    stateId: Name | None = None  # noqa: N815
    since: Moment | None = None


class ActivityProfileQuery(msgspec.Struct, frozen=True):
    """Which profile of an activity; without profileId all of them."""

    activityId: Iri  # noqa: N815 - the names on the wire
    profileId: Name | None = None  # noqa: N815
    since: Moment | None = None


class AgentProfileQuery(msgspec.Struct, frozen=True):
    """Which profile of an agent; without profileId all of them."""

    agent: Json
    profileId: Name | None = None  # noqa: N815 - the name on the wire
    since: Moment | None = None
