"""Refusals about certificates from elsewhere."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class UnknownCertificate(NotFound):
    """There is no such certificate, or it is somebody else's."""

    code = "unknown-certificate"
    title = _("There is no such certificate.")


class NoProof(BadRequest):
    """A certificate is recorded with something that can be looked at."""

    code = "certificate-without-evidence"
    title = _("Give the number of the certificate, a link to it, or a copy of it.")


class NotACopy(BadRequest):
    """A copy is a PDF or a picture of no more than 2 MB."""

    code = "certificate-copy-unfit"
    title = _("The copy must be a PDF, PNG or JPEG file of 2 MB at most.")


class EndsBeforeItBegins(BadRequest):
    """A certificate cannot expire before it was issued, nor be issued in the future."""

    code = "certificate-dates-wrong"
    title = _("A certificate is issued today or before, and expires after that.")


class TooMany(Conflict):
    """Nobody has so many certificates."""

    code = "too-many-certificates"
    title = _("You have entered as many certificates as can be kept. Remove one first.")


class AlreadyReviewed(Conflict):
    """A certificate is reviewed once."""

    code = "certificate-reviewed"
    title = _("This certificate was reviewed already.")


class NotAReviewer(Forbidden):
    """Experts and the training unit review certificates."""

    code = "not-a-reviewer"
    title = _("Experts and the training unit review certificates.")
