"""Refusals about records."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownRecord(NotFound):
    """There is no such record, or none that the caller may see."""

    code = "unknown-record"
    title = _("There is no record with this id.")


class Unfit(BadRequest):
    """What was sent does not fit the kind of record; `fields` says what is wrong with each."""

    code = "unfit-record"
    title = _("Some fields need another value.")


class ChangedMeanwhile(Conflict):
    """Somebody else changed the record since it was read."""

    code = "changed-meanwhile"
    title = _("Somebody else changed this meanwhile. Read it again, then make your change.")


class IdTaken(Conflict):
    """The id is that of a record of another kind."""

    code = "id-taken"
    title = _("Another record has this id.")
