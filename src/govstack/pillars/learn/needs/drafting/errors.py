"""Refusals about drafts of instruments."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound
from govstack.kernel.i18n import _


class UnknownDraft(NotFound):
    """Nobody began a draft of this instrument."""

    code = "unknown-instrument-draft"
    title = _("There is no draft of this instrument. Begin one from its page.")


class UnknownPart(NotFound):
    """The draft has no such section, item or scale."""

    code = "unknown-instrument-part"
    title = _("The draft has no such part any more. Go back to the draft.")


class BadEntry(BadRequest):
    """What was entered for a part cannot be kept; the fields say why."""

    code = "bad-instrument-entry"
    title = _("Some of what was entered cannot be kept. Mend what is named.")


class DraftMoved(Conflict):
    """Somebody changed the draft since the form was shown."""

    code = "instrument-draft-moved"
    title = _("Somebody changed the draft in the meantime. Look at what you entered and save once more to keep it.")


class PartInUse(Conflict):
    """A section that has items, or a scale that items are answered by, stays."""

    code = "instrument-part-in-use"
    title = _("Questions still use this part. Move or remove them first.")


class InstrumentThere(Conflict):
    """A new instrument bears the id of one that is there."""

    code = "instrument-there"
    title = _("There is an instrument or a draft with this id. Choose another one.")


class DraftTooLarge(BadRequest):
    """The document of a draft has a limit."""

    code = "instrument-draft-too-large"
    title = _("The draft is as large as an instrument can be (2 MB). Shorten or remove something.")
