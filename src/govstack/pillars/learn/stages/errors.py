"""Refusals about states of instructional design."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class ArtefactMissing(Conflict):
    """A state lacks what it must bring forth, or is not the next one."""

    code = "artefact-missing"
    title = _("This state still lacks what it must bring forth. Add it first.")
