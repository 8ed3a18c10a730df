"""Refusals of requests to change records."""

from __future__ import annotations

from govstack.kernel.errors import Conflict, TooLarge


class RequestKeyReused(Conflict):
    """The same Idempotency-Key came with another request."""

    code = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request. Use a new key for each request."


class TooManyRecords(TooLarge):
    """The request would change more records than one request may."""

    code = "too-many-records"
    title = "This would change too many records at once. Narrow the query."
