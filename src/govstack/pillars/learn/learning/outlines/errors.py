"""Refusals about outlines."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownOutline(NotFound):
    """There is no such outline."""

    code = "unknown-outline"
    title = _("There is no outline with this id.")


class BadSpecification(BadRequest):
    """The specification could not be read."""

    code = "bad-specification"
    title = _("No section with text was found. Send Markdown with headings, or YAML whose keys name the sections.")


class OutlineDecided(Conflict):
    """Somebody approved or rejected the outline."""

    code = "outline-decided"
    title = _("This outline was approved or rejected already.")


class NothingNew(BadRequest):
    """None of these sections is new."""

    code = "nothing-new"
    title = _("Choose at least one section that is new and not in the course yet.")
