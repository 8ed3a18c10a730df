"""Refusals about instruments."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class UnknownInstrument(NotFound):
    """There is no such instrument, or not in this version."""

    code = "unknown-instrument"
    title = _("There is no such instrument, or not in this version.")


class FaultyInstrument(BadRequest):
    """The document does not make an instrument; the fields say what is wrong where."""

    code = "faulty-instrument"
    title = _("The document does not make an instrument yet. Mend what is named, then send it again.")


class OtherInstrument(BadRequest):
    """The document names another instrument than the address."""

    code = "other-instrument"
    title = _("The document names another instrument than the address. Give both the same id.")
