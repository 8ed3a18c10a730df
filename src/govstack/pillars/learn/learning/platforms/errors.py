"""Refusals about tools."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound, Unauthenticated
from govstack.kernel.i18n import _


class UnknownTool(NotFound):
    """There is no such tool."""

    code = "unknown-tool"
    title = _("There is no tool with this id.")


class UnknownLink(NotFound):
    """There is no such link, or its tool is used no more."""

    code = "unknown-tool-link"
    title = _("There is nothing to open with this id, or its tool is used no more.")


class NotATool(BadRequest):
    """The addresses of a tool cannot be trusted."""

    code = "not-a-tool"
    title = _("The addresses of a tool begin with https:// and have no fragment.")


class NotOurLaunch(BadRequest):
    """What a tool asks does not fit a launch that began here a moment ago."""

    code = "not-our-launch"
    title = _("The tool asks for somebody who did not open it just now. Go back and open it again.")


class KeysMissing(BadRequest):
    """A tool that sends messages has no keys to check them with."""

    code = "tool-keys-missing"
    title = _("Give the address of the tool's keys: without them nobody can check what it sends.")


class NotParameters(BadRequest):
    """Parameters that are not written one a line, or are too many or too long."""

    code = "not-parameters"
    title = _("Write one parameter a line, each name once, such as level=2. There can be at most 50.")


class NotSigned(Unauthenticated):
    """What came was not signed by the tool that it names, or not for here and now."""

    code = "not-signed-by-tool"
    title = _("This does not come from the tool that it names, or its time is over. Go back and begin again.")
