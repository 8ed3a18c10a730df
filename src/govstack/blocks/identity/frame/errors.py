"""Refusals inside the published envelopes: HTTP 200 with a code, as the API documents have it."""

from __future__ import annotations

from govstack.kernel.errors import Problem

INVALID_REQUEST = "invalid_request"


class Refused(Problem):
    """A business error of a published operation: one of its error codes, and a sentence."""

    status = 200
    code = "refused"

    def __init__(self, error_code: str = INVALID_REQUEST, detail: str = "") -> None:
        super().__init__(detail or error_code)
        self.error_code = error_code
