"""Refusals that every room of this block shares. What is not there is a 400: the published document knows no other."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Internal
from govstack.kernel.i18n import _


class Unknown(BadRequest):
    """There is nothing with this identifier, or nothing the caller may know of."""

    code = "unknown"
    title = "There is nothing with this identifier. Check it."


class OutdatedRevision(BadRequest):
    """The revision that was named is not the newest one."""

    code = "outdated-revision"
    title = "This revision is not the newest one. Read it again and send its present revision."


class Damaged(Internal):
    """A stored text does not open: somebody changed it outside this block, or its key is gone."""

    code = "evidence-damaged"
    title = _("The stored evidence was changed from outside and is not shown. Tell the auditor of this block.")
