"""Refusals about issuers elsewhere."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound
from govstack.kernel.i18n import _


class NotToIssue(Conflict):
    """A credential does not wait to be produced, or its person's identity is not in use."""

    code = "not-to-issue"
    title = _("This credential does not wait to be produced.")


class LinkSpent(NotFound):
    """A link to the data of a credential was used, is over, or was never made."""

    code = "link-spent"
    title = _("This link was used already, or its time is over. Ask for a new one.")
