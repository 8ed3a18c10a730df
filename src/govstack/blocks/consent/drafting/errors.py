"""Refusals about drafts."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _


class NotWhole(BadRequest):
    """A draft lacks answers."""

    code = "draft-not-whole"
    title = "Questions of this draft have no answer yet. Answer them before you publish."


class ChangedMeanwhile(Conflict):
    """The agreement has a newer version than the one that the draft started from."""

    code = "agreement-changed"
    title = "The agreement was changed while you wrote. Discard this draft and start again from its present version."


class TooManyDrafts(Conflict):
    """There are as many drafts as there may be."""

    code = "too-many-drafts"
    title = _("There are too many drafts. Publish or discard one first.")
