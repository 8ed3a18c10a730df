"""What archiving refuses."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, NotFound, Unavailable
from govstack.kernel.i18n import _


class UnknownArchive(NotFound):
    """There is no archive with this id."""

    title = _("There is no such archive. Look it up in the list of archives.")


class ArchiveBroken(Conflict):
    """The file of an archive is not the one that was written."""

    title = _("The file of this archive is missing or was changed. Bring it back from a copy, then try again.")


class ArchiveRestored(Conflict):
    """An archive was brought back already."""

    title = _("This archive was brought back already.")


class RowsChanged(Unavailable):
    """Something happened to a request while it was being archived: the next run takes it as it is then."""
