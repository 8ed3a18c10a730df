"""What the inbox of a sandbox refuses."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _


class UnknownMail(NotFound):
    """There is no such mail, it was erased, or this is no sandbox."""

    title = _("There is no such mail here. Mails of the sandbox are erased after a day.")
