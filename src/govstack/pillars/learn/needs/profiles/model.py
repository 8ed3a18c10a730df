"""A profile of the role model and what it requires."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _

PROFILES_MAX = 2_000
REQUIREMENTS_MAX = 200
CRITICALITY_MIN, CRITICALITY_MAX = 1, 5
# Ours: no source ranks the roles; a country does so in the first step of its journey.
CRITICALITY_DEFAULT = 3
CATEGORIES: Mapping[str, str] = {
    "policy-makers": _("Policy makers"), "top-management": _("Top management"), "it": _("IT specialists"),
    "management": _("Middle and entry-level management"), "trainers": _("Trainers"),
    "service-design": _("Service design"), "end-users": _("End users"),
}  # fmt: skip

Id = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[^\s/?#]+$")]
Criticality = Annotated[int, Meta(ge=CRITICALITY_MIN, le=CRITICALITY_MAX)]
Words = Annotated[dict[str, Annotated[str, Meta(max_length=2_000)]], Meta(max_length=30)]
# A page elsewhere, or nothing.
Reference = Annotated[str, Meta(max_length=1_000, pattern=r"^(https?://[^\s]+)?$")]


class Requirement(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A competency that a profile asks for, at least at this level; criticality is the profile's unless it has its own.

    `ours` marks one that came with this package and that nobody decided about yet.
    """

    competency_id: Annotated[str, Meta(min_length=1, max_length=200)]
    level: Annotated[int, Meta(ge=1, le=100)]
    criticality: Criticality | None = None
    ours: bool = False


class Profile(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A role such as project manager, with its category, a reference elsewhere, and what it requires.

    `qualifications` says in words which studies and experience are usual; nobody is measured by them.
    """

    id: Id
    names: Annotated[Words, Meta(min_length=1)]
    category: Annotated[str, Meta(max_length=100)] = ""
    criticality: Criticality = CRITICALITY_DEFAULT
    descriptions: Words = {}
    qualifications: Words = {}
    reference: Reference = ""
    ours: bool = False
    requirements: Annotated[tuple[Requirement, ...], Meta(max_length=REQUIREMENTS_MAX)] = ()
