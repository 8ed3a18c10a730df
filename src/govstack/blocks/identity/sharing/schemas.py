"""Wire shapes of sharing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.frame.schemas import VERSION, Asked, Name, moment, wrapped_refusal
from govstack.blocks.identity.sharing.model import PURPOSE_CHARACTERS_MAX, Share, State, Wanted
from govstack.kernel.errors import Problem

SHARE = "govstack.share.credential"


class SharableAttribute(msgspec.Struct, frozen=True, rename="camel"):
    """One attribute to be shared; it is masked unless it is said not to be."""

    attribute_name: Name = ""
    format: Name = ""
    is_masked: bool = True

    def wanted(self) -> Wanted:
        """Return what is to be shared."""
        return Wanted(self.attribute_name, self.format, self.is_masked)


class ShareAsked(msgspec.Struct, frozen=True, rename="camel"):
    """What is to be shared with whom, for which purpose, and whether the person agrees."""

    partner_id: Name = ""
    sharable_attributes: Annotated[list[SharableAttribute], Meta(max_length=200)] = []
    purpose: Annotated[str, Meta(max_length=PURPOSE_CHARACTERS_MAX)] = ""
    consent: Name = ""


class ShareRequest(Asked, frozen=True, kw_only=True):
    """A request to share, wrapped."""

    request: ShareAsked = ShareAsked()


class ShareStatus(msgspec.Struct, frozen=True):
    """That the request was taken."""

    status: str = "Success"


class ShareAnswer(msgspec.Struct, frozen=True):
    """That the request was taken, wrapped; this operation writes its errors as an object."""

    responsetime: str
    id: str = SHARE
    version: str = VERSION
    metadata: dict[str, str] = {}
    response: ShareStatus = ShareStatus()
    errors: dict[str, str] = {}


class SharedQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    start: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class SharedLine(msgspec.Struct, frozen=True, rename="camel"):
    """What waits for a partner."""

    event_id: str
    partner_id: str
    purpose: str
    attributes: list[str]
    state: State
    created_at: str
    expires_at: str


class SharedAnswer(msgspec.Struct, frozen=True):
    """What waits for a partner, the oldest first."""

    shares: list[SharedLine]


def refusal(problem: Problem) -> Mapping[str, object]:
    """Return a refusal: with its error as an object, as this operation has it; the published 401 has a list."""
    body = dict(wrapped_refusal(problem))
    if problem.status == 200:
        (error,) = msgspec.to_builtins(body["errors"])
        body["errors"] = error
    return body


def taken() -> ShareAnswer:
    """Return that the request was taken."""
    return ShareAnswer(moment())


def line(one: Share) -> SharedLine:
    """Return a share as a partner sees it."""
    names = [wanted.claim for wanted in one.attributes]
    return SharedLine(one.event_id, one.partner_id, one.purpose, names, one.state, one.created_at, one.expires_at)
