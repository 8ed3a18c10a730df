"""What a subscriber that pulls gets."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.delivery.model import Parcel
from govstack.blocks.mediator.subscriptions.schemas import ApplicationId


class PulledEvent(msgspec.Struct, frozen=True, rename="camel"):
    """An event as subscribers receive it."""

    id: str
    sequence: int
    publisher_id: ApplicationId
    event_type: str
    event: msgspec.Raw

    @classmethod
    def of(cls, parcel: Parcel) -> PulledEvent:
        """Return what is handed out."""
        content = msgspec.Raw((parcel.content or "{}").encode())
        return cls(parcel.event_id, parcel.sequence, ApplicationId.of(parcel.publisher), parcel.event_type, content)
