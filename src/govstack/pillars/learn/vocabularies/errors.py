"""Refusals about vocabularies."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _


class VocabularyFull(BadRequest):
    """A vocabulary has as many words as anybody can choose from."""

    code = "vocabulary-full"
    title = _("This list has as many words as it can hold. Change or retire one of them.")
