"""Wire shapes of onboarding."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.onboarding.model import (
    ANSWER_CHARACTERS_MAX,
    CHANNELS_CHARACTERS_MAX,
    LINK_CHARACTERS_MAX,
    LINK_PATTERN,
    Application,
    Step,
)


class WaitingQuery(msgspec.Struct, frozen=True):
    """After which application, how many."""

    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class PlannedCall(msgspec.Struct, frozen=True):
    """When somebody is called, and where they meet."""

    at: Annotated[datetime, Meta(tz=True)]
    link: Annotated[str, Meta(max_length=LINK_CHARACTERS_MAX, pattern=LINK_PATTERN)]


class ApplicationDecision(msgspec.Struct, frozen=True):
    """Whether somebody is invited; a reason where they are not."""

    invited: bool
    answer: Annotated[str, Meta(max_length=ANSWER_CHARACTERS_MAX)] = ""


class Channels(msgspec.Struct, frozen=True):
    """Where a group talks, one channel a line."""

    channels: Annotated[str, Meta(max_length=CHANNELS_CHARACTERS_MAX)]


class GroupApplication(msgspec.Struct, frozen=True, rename="camel"):
    """An application as its writer and those who lead the group read it; `name` is told to the latter alone."""

    id: str
    community_id: str
    name: str
    why: str
    brings: str
    contact: str
    country: str
    state: Step
    call_at: str
    call_link: str
    answer: str
    created_at: str


class GroupApplications(msgspec.Struct, frozen=True):
    """Applications, and after which one the next ones follow."""

    applications: list[GroupApplication]
    next: str = ""


def told(one: Application, name: str = "") -> GroupApplication:
    """Return an application as the wire has it."""
    letter = one.letter
    return GroupApplication(
        one.id, one.community_id, name, letter.why, letter.brings, letter.contact, letter.country, one.state,
        one.call_at, one.call_link, one.answer, one.created_at,
    )  # fmt: skip
