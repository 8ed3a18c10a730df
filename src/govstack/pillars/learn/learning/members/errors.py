"""Refusals about who takes a course."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class NoMembers(NotFound):
    """The tool has no such link in this course, or there is none."""

    code = "no-tool-members"
    title = _("This tool has no such link in this course.")


class BadPage(BadRequest):
    """What says where a page begins was not given out here."""

    code = "bad-members-page"
    title = _("There is no such page. Begin with the first one and follow its link to the next.")
