"""Wire shapes of who takes a course, by their published names."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.learning.members.model import PAGE_MAX, Member, Members
from govstack.pillars.learn.learning.platforms.model import LEARNER, members_address

MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


class MembersQuery(msgspec.Struct, frozen=True):
    """Whose role, in which link, and how many at once."""

    role: Annotated[str, Meta(max_length=256)] = ""
    rlid: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=1_000_000)] = PAGE_MAX
    after: Annotated[str, Meta(max_length=1_000)] = ""


class ToolMember(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who takes a course (section 2.1 of the standard)."""

    status: str
    user_id: str
    roles: tuple[str, ...]
    name: str = ""

    @classmethod
    def of(cls, one: Member) -> ToolMember:
        """Return somebody as tools read it."""
        return cls(status="Active", user_id=one.subject, roles=(LEARNER,), name=one.name)


class ToolContext(msgspec.Struct, frozen=True):
    """A course as tools know it."""

    id: str
    title: str


class ToolMembers(msgspec.Struct, frozen=True):
    """A page of those who take a course."""

    id: str
    context: ToolContext
    members: list[ToolMember]

    @classmethod
    def of(cls, found: Members, public_url: str) -> ToolMembers:
        """Return a page as tools read it."""
        context = ToolContext(found.course.id, found.course.title)
        return cls(members_address(public_url, context.id), context, [ToolMember.of(one) for one in found.members])
