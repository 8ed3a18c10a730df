"""Refusals of the record store, as xAPI 1.0.3 asks for them."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound, Problem
from govstack.kernel.i18n import _


class NotAStatement(BadRequest):
    """What was sent breaks a rule of xAPI; the detail says which."""

    code = "not-a-statement"
    title = _("What was sent is no statement of xAPI 1.0.3.")


class WrongVersion(BadRequest):
    """The header with the version is missing, or names one that is not spoken here."""

    code = "xapi-version"
    title = _("Send the header X-Experience-API-Version with 1.0.3, or another version that begins with 1.0.")


class OtherContent(Conflict):
    """A statement with this id says something else already."""

    code = "statement-exists"
    title = _("Another statement with this id is stored already. Statements are never changed.")


class UnknownStatement(NotFound):
    """There is no such statement for the caller."""

    code = "unknown-statement"
    title = _("There is no statement with this id.")


class UnknownDocument(NotFound):
    """There is no such document."""

    code = "unknown-document"
    title = _("There is no document with this id.")


class NotYours(Forbidden):
    """A launched course may write and read about its own learner and its own activity only."""

    code = "not-yours"
    title = _("This launch may only speak about its own learner, activity and registration.")


class Changed(Problem):
    """The document is not the one that the sender saw."""

    status = 412
    code = "changed-meanwhile"
    title = _("The document was changed meanwhile, or is there already. Read it again, then send it again.")


class MustLook(Conflict):
    """A profile that is there is replaced only by somebody who has seen it."""

    code = "etag-missing"
    title = _("A document is there already. Read it, then send its ETag in If-Match.")
