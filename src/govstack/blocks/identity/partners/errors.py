"""Refusals about partners."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.i18n import _


class UnknownPartner(NotFound):
    """There is no such partner."""

    code = "partner-unknown"
    title = _("There is no such partner. Register it first.")


class WrongAddress(BadRequest):
    """Notices may not go to this address."""

    code = "address-refused"
    title = _("Notices may not go to this address. Ask the operator to allow its host.")
