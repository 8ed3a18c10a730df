"""Refusals about webhooks."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest


class AddressRefused(BadRequest):
    """Notices may not go to this address."""

    code = "address-refused"
    title = "Notices may not go to this address. Ask the operator to allow its host."
