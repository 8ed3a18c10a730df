"""The shapes of delivery reports."""

from __future__ import annotations

import base64
import binascii

import msgspec

from govstack.blocks.messaging.reports.errors import ReportInvalid


class ReportRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A delivery report as it came (RFC 3464), whole, in base64."""

    content: str

    @property
    def raw(self) -> bytes:
        """Return the report; raises ReportInvalid for what is not base64."""
        try:
            return base64.b64decode("".join(self.content.split()), validate=True)
        except (binascii.Error, ValueError) as error:
            raise ReportInvalid(fields={"content": "must be given in base64"}) from error


class ReportTaken(msgspec.Struct, frozen=True):
    """Whether a message is bounced by the report: not when it was before, or only a copy failed."""

    bounced: bool
