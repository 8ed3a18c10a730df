"""What reading one's own messages refuses."""

from __future__ import annotations

from govstack.kernel.errors import Forbidden, NotFound
from govstack.kernel.i18n import _


class NotAPerson(Forbidden):
    """Messages are for people; an application has none."""

    title = _("Only people have messages here. Sign in as yourself.")


class UnknownMessage(NotFound):
    """There is no such message, it is somebody else's, or it was erased."""

    title = _("There is no such message among yours. It may have been erased.")
