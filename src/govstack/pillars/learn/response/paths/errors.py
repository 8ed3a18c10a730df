"""Refusals about learning paths."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownPath(NotFound):
    """There is no such path."""

    code = "unknown-path"
    title = _("There is no such learning path.")


class BadPath(BadRequest):
    """The steps of a path cannot be ordered, or name what is not there."""

    code = "bad-path"
    title = _("The steps lead in a ring, stand twice, or name steps or courses that are not known.")


class PathChanged(Conflict):
    """Somebody else changed the path since it was read."""

    code = "path-changed"
    title = _("Somebody else changed this meanwhile. Read it again, then make your change.")
