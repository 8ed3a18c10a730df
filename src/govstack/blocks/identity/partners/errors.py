"""Refusals about partners."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound


class UnknownPartner(NotFound):
    """There is no such partner."""

    code = "partner-unknown"
    title = "There is no such partner. Register it first."


class WrongAddress(BadRequest):
    """Notices may not go to this address."""

    code = "address-refused"
    title = "Notices may not go to this address. Ask the operator to allow its host."
