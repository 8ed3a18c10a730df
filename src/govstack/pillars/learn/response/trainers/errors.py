"""Refusals about trainers."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, Forbidden, NotFound
from govstack.kernel.i18n import _


class NotCertified(Conflict):
    """The certification of a trainer does not hold for the days of a session."""

    code = "trainer-not-certified"
    title = _("This trainer has no certification for the course that holds on all its days.")


class UnknownCertification(NotFound):
    """There is no such certification."""

    code = "unknown-certification"
    title = _("There is no such certification.")


class OwnCertification(Forbidden):
    """Nobody enters a certification of their own."""

    code = "own-certification"
    title = _("Somebody else enters your certification.")


class CertifiedAlready(Conflict):
    """A certification for the same course covers these days."""

    code = "certified-already"
    title = _("This person is certified for the course on all of these days already.")


class BadCertification(BadRequest):
    """The certification cannot be."""

    code = "certification-impossible"
    title = _(
        "A certification begins within two years, lasts ten years at most, ends after it begins, and comes from"
        " somebody else: a certified trainer or an authority."
    )
