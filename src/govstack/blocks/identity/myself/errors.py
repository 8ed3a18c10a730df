"""Refusals on a person's own pages."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class Nobody(NotFound):
    """Whoever is signed in has no identity here."""

    code = "no-identity"
    title = _("There is no identity of yours here. Ask at an enrolment office.")


class NotProved(BadRequest):
    """What was given proves nothing."""

    code = "not-proved"
    title = _("That did not prove that it is you. Try again, or use another way. After five tries there is a pause.")


class Different(BadRequest):
    """The two entries differ."""

    code = "entries-differ"
    title = _("The two entries differ. Enter the same twice.")
