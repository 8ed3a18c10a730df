"""Refusals about packages."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, Forbidden, NotFound, TooLarge
from govstack.kernel.i18n import _


class UnknownPackage(NotFound):
    """There is no such package, part or file, or the reader may not open it."""

    code = "unknown-package"
    title = _("There is no package, or no such part of it, that you can open.")


class PackageTooLarge(TooLarge):
    """The package is larger than may be taken in."""

    code = "package-too-large"
    title = _("The package is too large. Make it smaller, for instance with smaller video.")


class PackageNotReady(Conflict):
    """The package is still being unpacked, or could not be."""

    code = "package-not-ready"
    title = _("The package is not ready. Wait until it is unpacked, or look what went wrong.")


class TicketOver(Forbidden):
    """What lets the content be opened has ended, or was changed."""

    code = "ticket-over"
    title = _("This part was opened too long ago. Go back to the course and open it again.")


class TooManyValues(Conflict):
    """The content sets more values than are kept."""

    code = "too-many-values"
    title = _("The content has stored more than can be kept for one learner.")
