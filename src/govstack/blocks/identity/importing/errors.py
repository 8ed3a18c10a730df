"""Refusals about taking data from other servers."""

from __future__ import annotations

from govstack.kernel.errors import BadGateway, NotFound
from govstack.kernel.i18n import _


class UnknownSource(NotFound):
    """No source of this name is set."""

    code = "unknown-source"
    title = _("There is no such source of data. Ask the operator of the identity block which ones there are.")


class NotHeld(NotFound):
    """The source holds nobody under the identifier."""

    code = "not-held"
    title = _("The other register holds nobody under this identifier. Check it, or enter the data yourself.")


class SourceUnusable(BadGateway):
    """The source answered with something that is no record."""

    code = "source-unusable"
    title = _("The other register gave no usable answer. Try again later, or enter the data yourself.")
