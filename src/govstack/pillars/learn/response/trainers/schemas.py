"""Wire shapes of trainers."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.people.model import Word
from govstack.pillars.learn.response.trainers.model import Certification


class CertificationList(msgspec.Struct, frozen=True):
    """Certifications, and after which id the next ones come ("" at the end)."""

    certifications: list[Certification]
    next: str = ""


class CertificationQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100
