"""A recorded call between two applications: pure."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGES_SHOWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Message:
    """One call as the mediator recorded it; `client` and `provider` are INSTANCE/CLASS/MEMBER/APPLICATION."""

    id: str
    client: str
    provider: str
    service: str
    operation: str
    verdict: str
    status: int
    milliseconds: float
    at: str
