"""Wire shapes of profiles."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.profiles.model import (
    CRITICALITY_DEFAULT,
    REQUIREMENTS_MAX,
    Criticality,
    Profile,
    Reference,
    Requirement,
    Words,
)

PAGE_PROFILES_MAX = 500


class ProfileGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A profile as it is sent; its id stands in the address."""

    names: Annotated[Words, Meta(min_length=1)]
    category: Annotated[str, Meta(max_length=100)] = ""
    criticality: Criticality = CRITICALITY_DEFAULT
    descriptions: Words = {}
    qualifications: Words = {}
    reference: Reference = ""
    requirements: Annotated[tuple[Requirement, ...], Meta(max_length=REQUIREMENTS_MAX)] = ()

    def profile(self, profile_id: str) -> Profile:
        """Return the profile."""
        return Profile(
            id=profile_id, names=self.names, category=self.category, criticality=self.criticality,
            descriptions=self.descriptions, qualifications=self.qualifications, reference=self.reference,
            requirements=self.requirements,
        )  # fmt: skip


class ProfilesQuery(msgspec.Struct, frozen=True):
    """Which profiles."""

    category: Annotated[str, Meta(max_length=100)] = ""
    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_PROFILES_MAX)] = 100


class ProfileList(msgspec.Struct, frozen=True):
    """Profiles, and after which id the next ones come ("" at the end)."""

    profiles: list[Profile]
    next: str = ""
