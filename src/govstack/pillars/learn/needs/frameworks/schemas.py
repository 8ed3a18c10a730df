"""Wire shapes of frameworks and scales."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.needs.frameworks.model import Competency, Framework, Relation, Revision, Scale

PAGE_COMPETENCIES_MAX = 500


class ScaleList(msgspec.Struct, frozen=True):
    """Scales."""

    scales: list[Scale]


class FrameworkList(msgspec.Struct, frozen=True):
    """Frameworks without their competencies."""

    frameworks: list[Framework]


class RevisionList(msgspec.Struct, frozen=True):
    """Revisions of a framework, the last one first."""

    revisions: list[Revision]


class FrameworkQuery(msgspec.Struct, frozen=True):
    """Which revision; 0 is the present one."""

    revision: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class CompetenciesQuery(msgspec.Struct, frozen=True):
    """Which competencies."""

    framework: Annotated[str, Meta(max_length=200)] = ""
    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_COMPETENCIES_MAX)] = 100


class CompetencyList(msgspec.Struct, frozen=True):
    """Competencies in the order of their frameworks, and after which id the next ones come ("" at the end)."""

    competencies: list[Competency]
    next: str = ""


class CompetencyRead(msgspec.Struct, frozen=True):
    """A competency with its scale and with what it relates to."""

    competency: Competency
    scale: Scale | None
    relations: list[Relation]
