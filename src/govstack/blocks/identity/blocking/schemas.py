"""Wire shapes of blocking."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.blocking.model import Blocked
from govstack.blocks.identity.frame.schemas import VERSION, Asked, Name, WorkedError, in_milliseconds, moment
from govstack.kernel import clock

BLOCK = "govstack.identity.block"


class Target(msgspec.Struct, frozen=True, rename="camel"):
    """What is to be blocked or unblocked."""

    id: Name = ""
    id_type: Name = ""
    status: Name = ""
    expiry_timestamp: Name = ""


class BlockRequest(Asked, frozen=True, kw_only=True):
    """What is to be blocked or unblocked, wrapped."""

    request: Target = Target()


class BlockAnswer(msgspec.Struct, frozen=True):
    """What is blocked or no longer blocked, wrapped."""

    response: Target
    responsetime: str
    id: str = BLOCK
    version: str = VERSION
    metadata: dict[str, str] = {}
    errors: list[WorkedError] = []


def answer(found: Blocked, asked: BlockRequest) -> BlockAnswer:
    """Return what was done as it is sent."""
    until = in_milliseconds(clock.timestamp(clock.parse(found.until))) if found.until else ""
    target = Target(found.identifier, asked.request.id_type, found.status, until)
    return BlockAnswer(target, moment(), id=asked.id or BLOCK)
