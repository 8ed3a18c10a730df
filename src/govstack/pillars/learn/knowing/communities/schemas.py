"""Wire shapes of communities beside their records."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.communities.model import COUNTRY_PATTERN, REASON_CHARACTERS_MAX, MemberRole

MEMBERS_PAGE_MAX = 500
Word = Annotated[str, Meta(max_length=100)]
Country = Annotated[str, Meta(pattern=COUNTRY_PATTERN)]


class MembersQuery(msgspec.Struct, frozen=True):
    """After which person, how many."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=MEMBERS_PAGE_MAX)] = 100


class Joining(msgspec.Struct, frozen=True):
    """For which country somebody joins: two letters, or nothing."""

    country: Country = ""


class Appointment(msgspec.Struct, frozen=True):
    """What somebody becomes in a community."""

    role: MemberRole = MemberRole.MEMBER
    country: Country = ""


class CommunityMember(msgspec.Struct, frozen=True, rename="camel"):
    """A member as other members see them."""

    person_id: str
    name: str
    role: MemberRole
    country: str
    joined_at: str


class CommunityMembers(msgspec.Struct, frozen=True):
    """Members, and after whom the next ones follow."""

    members: list[CommunityMember]
    next: str = ""


class CommunityParticipation(msgspec.Struct, frozen=True):
    """How many members each country has, and in how many rounds of review it took part, "" for those who gave none."""

    countries: dict[str, int]
    reviews: dict[str, int]


class CountryParticipation(msgspec.Struct, frozen=True):
    """What one country takes part in: groups, their members, and rounds of review."""

    country: str
    groups: int
    members: int | None
    reviews: int


class CountriesParticipation(msgspec.Struct, frozen=True):
    """What each country takes part in, "" for those who gave none."""

    countries: list[CountryParticipation]


class CommunityStanding(msgspec.Struct, frozen=True, rename="camel"):
    """A community as whoever asks finds it."""

    id: str
    name: str
    aim: str
    opportunities: list[str]
    state: str
    next_event: str
    members: int
    role: str
    leads: bool


class MyCommunities(msgspec.Struct, frozen=True):
    """The communities of whoever signed in."""

    communities: list[CommunityStanding]


class CharterDecision(msgspec.Struct, frozen=True):
    """Whether a charter is approved, and why not where it is declined."""

    approved: bool
    reason: Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)] = ""


class CharterStanding(msgspec.Struct, frozen=True, rename="camel"):
    """Where a charter stands."""

    id: str
    state: str
    submitted_on: str
    approved_on: str
    expires_on: str


class ReviewDecision(msgspec.Struct, frozen=True):
    """Whether a community lives on, and why."""

    revive: bool
    reason: Annotated[str, Meta(min_length=1, max_length=REASON_CHARACTERS_MAX)]
