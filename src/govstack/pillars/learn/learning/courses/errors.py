"""Refusals about courses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownCourse(NotFound):
    """There is no such course or page, or the reader may not see it."""

    code = "unknown-course"
    title = _("There is no course, or no such page of it, that you can open.")


class NotComplete(Conflict):
    """The course cannot be published as it is; the fields say what is missing."""

    code = "course-not-complete"
    title = _("This course cannot be published yet. See what is missing.")


class SecondPerson(Forbidden):
    """Whoever wrote on a version cannot be the one who approves it."""

    code = "second-person-needed"
    title = _("You wrote on this version yourself. Ask somebody else to approve it.")


class InReview(Conflict):
    """Nobody changes a version while it is under review."""

    code = "course-in-review"
    title = _("This version is under review. Wait for the answer, or take it back first.")


class NotInReview(Conflict):
    """There is nothing to approve."""

    code = "course-not-in-review"
    title = _("This course was not given to review.")


class ChangedSince(Conflict):
    """The course was changed after the reviewer read it."""

    code = "course-changed-since"
    title = _("This course was changed after you read it. Read it again, then decide.")


class BadPage(BadRequest):
    """A page of a course cannot be kept as it is."""

    code = "bad-course-page"
    title = _("This page cannot be kept as it is.")
