"""Refusals about items of knowledge."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownEdition(NotFound):
    """There is no such edition, or none that the caller may read."""

    code = "unknown-edition"
    title = _("This was not published, or is not for you to read.")


class NotProposed(Conflict):
    """Nothing was proposed, or the item was changed since."""

    code = "not-proposed"
    title = _("What would be published was not proposed, or was changed since. Propose it again first.")


class SecondPersonNeeded(Forbidden):
    """Whoever wrote or proposed an item does not publish it."""

    code = "second-person-needed"
    title = _("You wrote or proposed this, so somebody else has to publish it.")
