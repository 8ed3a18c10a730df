"""Refusals about states of instructional design."""

from __future__ import annotations

from govstack.kernel.errors import Conflict
from govstack.kernel.i18n import _


class ArtefactMissing(Conflict):
    """A state lacks what it must bring forth, or is not the next one."""

    code = "artefact-missing"
    title = _("This state still lacks what it must bring forth. Add it first.")


class StageLeft(Conflict):
    """What was given belongs to a state that was left meanwhile."""

    code = "stage-left"
    title = _("This has gone on to another state meanwhile. Look at what there is, then say it again.")


class ArtefactsFull(Conflict):
    """There is as much as there can be."""

    code = "artefacts-full"
    title = _("There is as much here as there can be. Nothing more is kept.")
