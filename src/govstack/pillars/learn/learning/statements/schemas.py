"""Wire shapes of the statement resources; a statement itself is documented by xAPI and checked in `xapi`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.xapi.model import Iri, Uuid

AGENT_CHARACTERS_MAX = 10_000
Json = Annotated[str, Meta(max_length=AGENT_CHARACTERS_MAX)]
Moment = Annotated[str, Meta(max_length=40)]


class StatementsQuery(msgspec.Struct, frozen=True):
    """Which statements: one by id, or those that fit every filter, newest first unless `ascending`."""

    statementId: Uuid | None = None  # noqa: N815 - the names on the wire
    voidedStatementId: Uuid | None = None  # noqa: N815
    agent: Json | None = None
    verb: Iri | None = None
    activity: Iri | None = None
    registration: Uuid | None = None
    related_activities: bool = False
    related_agents: bool = False
    since: Moment | None = None
    until: Moment | None = None
    limit: Annotated[int, Meta(ge=0, description="0 asks for as many as one answer holds")] = 0
    format: Literal["ids", "exact", "canonical"] = "exact"
    attachments: bool = False
    ascending: bool = False
    # Text: a position is larger than the numbers that a query may hold.
    beyond: (
        Annotated[str, Meta(pattern=r"^[0-9]{1,19}$", description="A place within the list, from `more`")] | None
    ) = None


class PutQuery(msgspec.Struct, frozen=True):
    """Under which id a statement is stored."""

    statementId: Uuid  # noqa: N815 - the name on the wire


class ActivityQuery(msgspec.Struct, frozen=True):
    """Which activity."""

    activityId: Iri  # noqa: N815 - the name on the wire


class AgentQuery(msgspec.Struct, frozen=True):
    """Which agent, as JSON."""

    agent: Json


class StatementResult(msgspec.Struct, frozen=True):
    """Statements, and where there are more ("" at the end)."""

    statements: list[dict[str, Any]]
    more: str = ""


class About(msgspec.Struct, frozen=True):
    """Which versions of xAPI are spoken here."""

    version: list[str]
