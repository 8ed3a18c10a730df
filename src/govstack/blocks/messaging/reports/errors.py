"""What taking in delivery reports refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound


class ReportInvalid(BadRequest):
    """What came is no report that a mail failed for good."""

    title = "This is no delivery report of a failed mail. Send the whole report as it came, in base64."


class UnknownMessage(NotFound):
    """The report is about no message of the sender."""

    title = "The report is about none of your messages, or about one that was archived."
