"""A data policy, in its published shape, which is also what its snapshots hold."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

NAME_CHARACTERS_MAX = 300
URL_CHARACTERS_MAX = 2_000
DAYS_MAX = 36_500

Name = Annotated[str, Meta(min_length=1, max_length=NAME_CHARACTERS_MAX)]
Word = Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX)]
Url = Annotated[str, Meta(min_length=1, max_length=URL_CHARACTERS_MAX)]
Days = Annotated[int, Meta(ge=0, le=DAYS_MAX)]


class Policy(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """The rules under which an organisation handles data."""

    id: str
    name: Name
    version: Name
    url: Annotated[Url, Meta(description="Permanent address of exactly this version")]
    jurisdiction: Word | None = None
    industry_sector: Word | None = None
    data_retention_period_days: Days | None = None
    geographic_restriction: Word | None = None
    storage_location: Word | None = None
