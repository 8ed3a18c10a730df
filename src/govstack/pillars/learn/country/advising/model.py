"""Requests, voices and records of the demo country as their file tells them."""

from __future__ import annotations

from typing import Any

import msgspec

from govstack.pillars.learn.knowing.reviews.model import Decision
from govstack.pillars.learn.records.model import Audience


class Entered(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record, the day on which it was written, and whether a minister wrote it."""

    kind: str
    id: str
    content: dict[str, Any]
    day: int = 0
    lead: bool = False
    audience: Audience = Audience.PRIVATE


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request for experts: who filed it, who worked on it, and what came of it, days from the first one."""

    id: str
    who: str
    filed: int
    subject: str
    need: str
    service: str
    area: str
    experts: tuple[str, ...] = ()
    staffed: int | None = None
    closed: int | None = None
    outcome: str = ""
    satisfaction: int = 0
    reuses: tuple[str, ...] = ()


class Voiced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reviewer said in a round; without a conflict none was declared, and some have not decided yet."""

    round: str
    who: str
    day: int
    decision: Decision | None = None
    comment: str = ""
    conflict: str = ""


class Adopted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A practice of another country that was taken up as a programme."""

    practice: str
    name: str
    attribution: str


class Advised(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything of the file."""

    records: tuple[Entered, ...]
    requests: tuple[Asked, ...]
    voices: tuple[Voiced, ...]
    adopted: Adopted
    published: tuple[str, ...]
