"""A data agreement in its published shape, which is also what snapshots hold: controller and policy as they were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.blocks.consent.policies.model import NAME_CHARACTERS_MAX, Days, Name, Policy, Url, Word

PURPOSE_CHARACTERS_MAX = 2_000
DESCRIPTION_CHARACTERS_MAX = 10_000
DPIA_CHARACTERS_MAX = 20_000
ATTRIBUTES_MAX = 200
TRANSLATIONS_MAX = 20
SIGNATURES_MAX = 10

Purpose = Annotated[str, Meta(min_length=1, max_length=PURPOSE_CHARACTERS_MAX)]
Assessment = Annotated[str, Meta(max_length=DPIA_CHARACTERS_MAX)]
Called = Annotated[str, Meta(max_length=NAME_CHARACTERS_MAX)]
Description = Annotated[str, Meta(max_length=DESCRIPTION_CHARACTERS_MAX)]
Language = Annotated[str, Meta(pattern="^[a-z]{2,3}$", description="A language by its code, such as fr")]
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


class Translation(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What an agreement says to people, in another language; the attributes in the order of the agreement's own.

    `controller` is what the organisation that answers for the data is called in it, where it has a name of its own.
    """

    purpose: Purpose
    controller: Called = ""
    description: Description = ""
    attributes: Annotated[tuple[Name, ...], Meta(max_length=ATTRIBUTES_MAX)] = ()


Translations = Annotated[dict[Language, Translation], Meta(max_length=TRANSLATIONS_MAX)]
SignaturesRequired = Annotated[int, Meta(ge=1, le=SIGNATURES_MAX, description="How many must sign, if any must")]


class DataAgreement(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """For which single purpose, on which ground, which data is handled, and by whom.

    Additions to the published shape: `attributes`, a `description` in plain words, the `language` of these texts, their
    `translations`, how many signatures a consent needs before it counts, and how long data is kept where that is
    shorter than the policy allows.
    """

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
    description: Description = ""
    language: Language | None = None
    translations: Translations = {}
    signatures_required: SignaturesRequired | None = None
    data_retention_period_days: Days | None = None

    @property
    def days_kept(self) -> int | None:
        """Return how many days data is kept: as the agreement says, or else as its policy does."""
        if self.data_retention_period_days is not None or self.policy is None:
            return self.data_retention_period_days
        return self.policy.data_retention_period_days


@dataclass(frozen=True, slots=True)
class Wording:
    """What an agreement says to people in one language; an empty language where nobody said which one it is."""

    language: str
    purpose: str
    description: str
    attributes: tuple[str, ...]
    controller: str


def worded(agreement: DataAgreement, language: str) -> Wording:
    """Return what an agreement says in a language, or in its own where it was not translated into that one."""
    controller = agreement.controller.name if agreement.controller else ""
    if language != agreement.language and language in agreement.translations:
        found = agreement.translations[language]
        own = found.controller if controller else ""
        return Wording(language, found.purpose, found.description, found.attributes, own or controller)
    names = tuple(one.name for one in agreement.attributes)
    return Wording(agreement.language or "", agreement.purpose, agreement.description, names, controller)


def languages_of(agreement: DataAgreement) -> tuple[str, ...]:
    """Return the languages that an agreement can be read in, its own first."""
    own = (agreement.language,) if agreement.language else ()
    return (*own, *agreement.translations)


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that two versions of an agreement say differently; what is not there is empty."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def differences(before: DataAgreement, after: DataAgreement, language: str) -> tuple[Difference, ...]:
    """Return what changes for people between two versions of an agreement, as they read it in a language."""
    old, new = _told(before, language), _told(after, language)
    return tuple(Difference(name, old[name], new[name]) for name in old if old[name] != new[name])


def _told(agreement: DataAgreement, language: str) -> dict[str, tuple[str, ...]]:
    said, policy, days = worded(agreement, language), agreement.policy, agreement.days_kept
    told = {
        "purpose": said.purpose,
        "description": said.description,
        "controller": said.controller,
        "basis": agreement.lawful_basis.value,
        "retention": "" if days is None else str(days),
        "policy": f"{policy.name} {policy.version}" if policy else "",
        "storage": (policy.storage_location or "") if policy else "",
        "dpia": agreement.dpia,
        "forgettable": "yes" if agreement.forgettable else "no",
        "signatures": str(agreement.signatures_required or 0),
    }
    return {"attributes": said.attributes, **{name: (text,) if text else () for name, text in told.items()}}


def retention_fault(days: int | None, policy: Policy | None) -> str:
    """Return what is wrong with how long data is to be kept, or nothing."""
    longest = policy.data_retention_period_days if policy else None
    return f"is at most {longest}, as the policy says" if days and longest is not None and days > longest else ""


def translation_fault(
    language: str | None, translations: Mapping[str, Translation], attributes: Sequence[object]
) -> str:
    """Return what is wrong with the languages of an agreement, or nothing."""
    if translations and not language:
        return "need language: say in which language the agreement itself is written"
    for code, one in translations.items():
        if code == language:
            return f"have {code} twice: it is the language of the agreement itself"
        if len(one.attributes) != len(attributes):
            return f"name as many attributes in {code} as the agreement has: {len(attributes)}"
    return ""


def lifecycle_named(text: str) -> Lifecycle | None:
    """Return the stage of an id or a name, whatever its case."""
    return next((one for one in LIFECYCLES if text.strip().lower() in {one.id, one.name.lower()}), None)


def basis_named(text: str) -> LawfulBasis | None:
    """Return the ground of law of a name, whatever its case."""
    name = text.strip().lower().replace(" ", "_")
    return LawfulBasis(name) if name in set(LawfulBasis) else None
