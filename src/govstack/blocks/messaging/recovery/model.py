"""How long messages may be tried, and which of them are sent again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from govstack.blocks.messaging.delivery.model import HANDED_OVER
from govstack.blocks.messaging.intake.model import Reason, State

# From when a request was taken in: what is older is of no use to anybody.
EXTENDED_MAX = timedelta(days=7)


class Why(StrEnum):
    """Why messages are tried beyond their day."""

    EXTENDED = "extended"
    RESENT = "resent"


@dataclass(frozen=True, slots=True)
class Standing:
    """A message of a request as it stands."""

    id: str
    recipient_hash: str
    sequence: int
    state: State
    reason: str

    @property
    def is_to_be_resent(self) -> bool:
        """Tell whether it failed for good and could have been delivered: a malformed recipient stays one."""
        return self.state is State.FAILED and self.reason != Reason.MALFORMED

    @property
    def is_under_way(self) -> bool:
        """Tell whether it is still tried: a text that its provider has taken waits for a receipt alone."""
        return self.state not in HANDED_OVER


@dataclass(frozen=True, slots=True)
class Request:
    """A request with its hash, and until when its messages are tried."""

    id: str
    sender_id: str
    mhash: str
    urgent: bool
    received_at: str
    until: str


def latest_end(received_at: datetime) -> datetime:
    """Return beyond which moment nobody can extend."""
    return received_at + EXTENDED_MAX
