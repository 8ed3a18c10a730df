"""Refusals about badges."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownBadge(NotFound):
    """There is no such badge, or it is somebody else's."""

    code = "unknown-badge"
    title = _("There is no such badge.")


class UnknownList(NotFound):
    """No badge is in this list."""

    code = "unknown-status-list"
    title = _("There is no such list.")


class NotAwardable(Conflict):
    """A badge of this kind is awarded no more, or in another way."""

    code = "badge-not-awardable"
    title = _("This badge is awarded no more, or by rule alone.")


class NotYoursToAward(Forbidden):
    """Another role awards this badge."""

    code = "badge-not-yours-to-award"
    title = _("Another role awards this badge. Ask the training unit.")


class OwnBadge(Forbidden):
    """Nobody decides about a badge or a certificate of their own."""

    code = "own-badge"
    title = _("Nobody decides about their own badge or certificate. Ask somebody else to do it.")


class NoEvidence(BadRequest):
    """A badge that is awarded by hand needs evidence."""

    code = "badge-without-evidence"
    title = _("Say what shows that this person has earned the badge, or give a link to it.")


class AlreadyHeld(Conflict):
    """The person has this badge."""

    code = "badge-held"
    title = _("This person has this badge already.")


class NoReason(BadRequest):
    """A change of what a badge is worth needs a reason."""

    code = "badge-reason-missing"
    title = _("Say why. The reason stays in the history of the badge.")


class NotPossible(Conflict):
    """A badge in this state cannot come into that one."""

    code = "badge-change-not-possible"
    title = _("A badge in this state cannot be changed so.")


class NotIssued(Conflict):
    """Only a badge that counts can be shown to others or taken along."""

    code = "badge-not-issued"
    title = _("Only a badge that was issued and not revoked can be published or downloaded.")
