"""Refusals of choosing content in a tool."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class ChoosesNothing(BadRequest):
    """The tool has no address at which content is chosen."""

    code = "tool-chooses-nothing"
    title = _("Nothing can be chosen in this tool. Its operator says whether it can, and an administrator enters it.")


class UnknownChoice(NotFound):
    """There is no such choice of this person, or it was decided, or its day is over."""

    code = "unknown-tool-choice"
    title = _("There is no choice of yours to decide here, or its time is over. Choose in the tool again.")


class NotAChoice(BadRequest):
    """What came is no answer to somebody who is choosing, or came before."""

    code = "not-a-tool-choice"
    title = _("Nobody is waiting for what the tool sent, or it was sent before. Choose in the tool again.")
