"""Wire shapes of issuers elsewhere."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.blocks.identity.credentials.model import TRACKING_CHARACTERS_MAX, State
from govstack.blocks.identity.issuing.model import Issuance, Way


class IssuanceRequest(msgspec.Struct, frozen=True, rename="camel"):
    """Which credential is to be issued by whom, and how the data comes to them."""

    credential_id: Annotated[str, Meta(min_length=1, max_length=60)]
    partner_id: Annotated[str, Meta(min_length=1, max_length=60)]
    mode: Way = Way.PULL


class IssuanceRead(msgspec.Struct, frozen=True, rename="camel"):
    """A request to an issuer."""

    id: str
    credential_id: str
    partner_id: str
    mode: Way
    expires_at: str


class ReportRequest(msgspec.Struct, frozen=True, rename="camel"):
    """How far the issuer has come."""

    state: Literal["produced", "delivered"]
    tracking_id: Annotated[str, Meta(max_length=TRACKING_CHARACTERS_MAX)] = ""


class ReportAnswer(msgspec.Struct, frozen=True):
    """How the credential stands."""

    state: State


def issuance_read(one: Issuance) -> IssuanceRead:
    """Return a request to an issuer as it is sent."""
    return IssuanceRead(one.id, one.credential_id, one.partner_id, one.way, one.expires_at)
