"""Refusals about communities."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownCommunity(NotFound):
    """There is no such community, or it is not for the caller."""

    code = "unknown-community"
    title = _("There is no such community.")


class MembersOnly(Forbidden):
    """Only members do this."""

    code = "members-only"
    title = _("This is for members of the community. Join it first.")


class LeadersOnly(Forbidden):
    """Only facilitators do this."""

    code = "leaders-only"
    title = _("This is for the facilitators of the community.")


class CommunityClosed(Conflict):
    """A dissolved community is an archive."""

    code = "community-closed"
    title = _("This community was dissolved. What it wrote can be read.")


class NotInRegion(BadRequest):
    """A regional community is for the countries of its region."""

    code = "not-in-region"
    title = _("This community is for the countries of its region. Give one of them.")


class CommunityFull(Conflict):
    """A community has a limit of members."""

    code = "community-full"
    title = _("This community has as many members as it can have.")


class CharterStep(Conflict):
    """A charter is put forward, then decided on."""

    code = "charter-step"
    title = _("A charter is put forward as a draft, then decided on once.")


class OwnCharter(Forbidden):
    """A facilitator of a community does not approve its charter."""

    code = "own-charter"
    title = _("Somebody else than the facilitators of the community decides on its charter.")


class CommentTimeRuns(Conflict):
    """The charter of a working group is open for comment for two weeks."""

    code = "comment-time-runs"
    title = _("The charter of a working group can be commented on for two weeks before it is decided on.")


class NotUnderReview(Conflict):
    """Only a community under review is revived or dissolved."""

    code = "not-under-review"
    title = _("This community is not under review.")


class ByApplication(Conflict):
    """A group of the tech community is joined by form, call and invitation."""

    code = "group-by-application"
    title = _("Ask to join this group. Its facilitators call you first.")
