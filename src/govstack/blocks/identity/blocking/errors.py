"""Refusals about blocking."""

from __future__ import annotations

from govstack.blocks.identity.frame.errors import INVALID_REQUEST, Refused


class UnknownToBlock(Refused):
    """No identity or identifier of this kind can be blocked or unblocked."""

    def __init__(self) -> None:
        super().__init__(
            "invalid_identifier",
            "There is no identity in use with this identifier of this kind. Check the number and idType.",
        )


class WrongMoment(Refused):
    """The end of a block is no moment to come."""

    def __init__(self) -> None:
        super().__init__(
            INVALID_REQUEST, "expiryTimestamp is a moment to come in UTC, such as 2027-01-01T00:00:00.000Z."
        )


class WrongStatus(Refused):
    """The status that is asked for is not the one that this operation gives."""

    def __init__(self) -> None:
        super().__init__("invalid_status", "The status does not fit the operation. Leave it out.")
