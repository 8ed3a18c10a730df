"""A data agreement in its published shape, which is also what snapshots hold: controller and policy as they were."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.blocks.consent.policies.model import Name, Policy, Url, Word

PURPOSE_CHARACTERS_MAX = 2_000
DPIA_CHARACTERS_MAX = 20_000
ATTRIBUTES_MAX = 200

Purpose = Annotated[str, Meta(min_length=1, max_length=PURPOSE_CHARACTERS_MAX)]
Assessment = Annotated[str, Meta(max_length=DPIA_CHARACTERS_MAX)]
DataUse = Literal["data_source", "data_using_service"]


class LawfulBasis(StrEnum):
    """On which ground of law data is handled."""

    CONSENT = "consent"
    LEGAL_OBLIGATION = "legal_obligation"
    CONTRACT = "contract"
    VITAL_INTEREST = "vital_interest"
    PUBLIC_TASK = "public_task"
    LEGITIMATE_INTEREST = "legitimate_interest"


class Controller(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Who answers for the data."""

    id: str
    name: Name
    url: Url


class Lifecycle(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """Where an agreement stands in the work on it."""

    id: str
    name: str


LIFECYCLES = (Lifecycle(id="1", name="Draft"), Lifecycle(id="2", name="Complete"))
DRAFT, COMPLETE = LIFECYCLES


class Attribute(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """One kind of data that an agreement is about, such as the name, and how sensitive it is."""

    id: str
    name: Name
    sensitivity: Word
    category: Word


class DataAgreement(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """For which single purpose, on which ground, which data is handled, and by whom."""

    id: str
    version: Name
    purpose: Purpose
    lawful_basis: LawfulBasis
    dpia: Assessment
    controller: Controller | None = None
    policy: Policy | None = None
    data_use: DataUse | None = None
    active: bool | None = None
    forgettable: bool | None = None
    compatible_with_version: DataAgreement | None = None
    lifecycle: Lifecycle | None = None
    attributes: Annotated[tuple[Attribute, ...], Meta(max_length=ATTRIBUTES_MAX)] = ()


def lifecycle_named(text: str) -> Lifecycle | None:
    """Return the stage of an id or a name, whatever its case."""
    return next((one for one in LIFECYCLES if text.strip().lower() in {one.id, one.name.lower()}), None)


def basis_named(text: str) -> LawfulBasis | None:
    """Return the ground of law of a name, whatever its case."""
    name = text.strip().lower().replace(" ", "_")
    return LawfulBasis(name) if name in set(LawfulBasis) else None
