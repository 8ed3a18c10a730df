"""Wire shapes of campaigns."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.campaigns.model import Campaign, Given, State

PAGE_CAMPAIGNS_MAX = 200


class CampaignAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A campaign. `instrument_digest` tells the frozen instrument from every other."""

    id: str
    state: State
    given: Given
    instrument_version: int
    instrument_digest: str
    created_at: str
    started_at: str
    closed_at: str

    @classmethod
    def of(cls, one: Campaign) -> CampaignAnswer:
        """Return a campaign as it is answered."""
        return cls(
            one.id, one.state, one.given, one.instrument_version, one.digest, one.created_at, one.started_at,
            one.closed_at,
        )  # fmt: skip


class CampaignList(msgspec.Struct, frozen=True):
    """Campaigns, and before which id the next ones come ("" at the end)."""

    campaigns: list[CampaignAnswer]
    next: str = ""


class ListQuery(msgspec.Struct, frozen=True):
    """Which campaigns."""

    before: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_CAMPAIGNS_MAX)] = 50
