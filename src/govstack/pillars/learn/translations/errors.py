"""Refusals about what records say in further languages."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict
from govstack.kernel.i18n import _


class SameLanguage(BadRequest):
    """The record itself is written in the language."""

    code = "same-language"
    title = _("The record itself is written in this language. Change the record instead.")


class UnknownLanguage(BadRequest):
    """What was given is no code of a language."""

    code = "unknown-language"
    title = _("This is no code of a language. Write one such as fr or pt-BR.")


class TooManyLanguages(Conflict):
    """The record is there in as many languages as one can be."""

    code = "too-many-languages"
    title = _("A record can be there in twenty languages.")
