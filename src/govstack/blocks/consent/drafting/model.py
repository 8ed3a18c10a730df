"""An agreement that is still being written: its answers, which question comes next, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from govstack.blocks.consent.agreements.model import DataAgreement, DataUse, LawfulBasis

FIRST_VERSION = "1.0"


class Step(StrEnum):
    """The questions, in the order in which they are asked; each is a page."""

    LANGUAGE = "language"
    PURPOSE = "purpose"
    DESCRIPTION = "description"
    CONTROLLER = "controller"
    BASIS = "basis"
    ATTRIBUTES = "attributes"
    POLICY = "policy"
    RETENTION = "retention"
    DPIA = "assessment"
    FORGETTABLE = "forgettable"
    SIGNATURES = "signatures"
    VERSION = "version"


class Kind(msgspec.Struct, frozen=True):
    """One kind of data that is asked for."""

    name: str
    sensitivity: str = ""
    category: str = ""


class Words(msgspec.Struct, frozen=True):
    """What the agreement says in another language, as far as that was translated."""

    purpose: str = ""
    description: str = ""
    attributes: tuple[str, ...] = ()
    controller: str = ""


class Content(msgspec.Struct, frozen=True):
    """The answers so far; `answered` tells which questions were."""

    answered: tuple[Step, ...] = ()
    language: str = ""
    purpose: str = ""
    description: str = ""
    controller_name: str = ""
    controller_url: str = ""
    basis: LawfulBasis | None = None
    attributes: tuple[Kind, ...] = ()
    policy_id: str = ""
    retention_days: int | None = None
    dpia: str = ""
    forgettable: bool = False
    signatures_required: int | None = None
    version: str = FIRST_VERSION
    translations: Mapping[str, Words] = {}
    data_use: DataUse | None = None
    compatible_id: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: of a new agreement, or of the next version of one."""

    id: str
    agreement_id: str | None
    read_revision_id: str
    content: Content
    number: int
    state: str
    changed_by: str
    changed_at: str


def content_of(agreement: DataAgreement) -> Content:
    """Return an agreement as the answers that its next version starts from."""
    controller, compatible = agreement.controller, agreement.compatible_with_version
    return Content(
        answered=tuple(Step),
        language=agreement.language or "",
        purpose=agreement.purpose,
        description=agreement.description,
        controller_name=controller.name if controller else "",
        controller_url=controller.url if controller else "",
        basis=agreement.lawful_basis,
        attributes=tuple(Kind(one.name, one.sensitivity, one.category) for one in agreement.attributes),
        policy_id=agreement.policy.id if agreement.policy else "",
        retention_days=agreement.data_retention_period_days,
        dpia=agreement.dpia,
        forgettable=bool(agreement.forgettable),
        signatures_required=agreement.signatures_required,
        version=agreement.version,
        translations={
            code: Words(one.purpose, one.description, one.attributes, one.controller)
            for code, one in agreement.translations.items()
        },
        data_use=agreement.data_use,
        compatible_id=compatible.id if compatible else "",
    )


def following(content: Content) -> Step | None:
    """Return the first question that was not answered yet; none when all were."""
    return next((step for step in Step if step not in content.answered), None)


def missing(content: Content) -> tuple[Step, ...]:
    """Return the questions without which there is no agreement, and that have no answer yet."""
    given = {
        Step.LANGUAGE: content.language,
        Step.PURPOSE: content.purpose,
        Step.CONTROLLER: content.controller_name and content.controller_url,
        Step.BASIS: content.basis,
        Step.ATTRIBUTES: content.attributes,
        Step.POLICY: content.policy_id,
        Step.DPIA: content.dpia,
        Step.VERSION: content.version,
    }
    return tuple(step for step, answer in given.items() if not answer)


def untranslated(content: Content) -> tuple[str, ...]:
    """Return the languages into which something was translated, but not all."""
    return tuple(
        code
        for code, one in content.translations.items()
        if not one.purpose
        or len(one.attributes) != len(content.attributes)
        or not all(one.attributes)
        or bool(content.description) != bool(one.description)
    )


def with_kind(content: Content, kind: Kind) -> Content:
    """Return the answers with one more kind of data; what was translated lacks it from now on."""
    return msgspec.structs.replace(
        content,
        attributes=(*content.attributes, kind),
        translations={
            code: msgspec.structs.replace(one, attributes=(*one.attributes, ""))
            for code, one in content.translations.items()
        },
    )


def without_kind(content: Content, place: int) -> Content:
    """Return the answers without the kind of data at a place, in every language; as they are when there is none."""
    if not 0 <= place < len(content.attributes):
        return content
    return msgspec.structs.replace(
        content,
        attributes=content.attributes[:place] + content.attributes[place + 1 :],
        translations={
            code: msgspec.structs.replace(one, attributes=one.attributes[:place] + one.attributes[place + 1 :])
            for code, one in content.translations.items()
        },
    )


def in_language(content: Content, language: str) -> Content:
    """Return the answers, said to be written in a language; they are no translation of themselves."""
    others = {code: one for code, one in content.translations.items() if code != language}
    return msgspec.structs.replace(content, language=language, translations=others)


def answering(content: Content, step: Step, **changes: object) -> Content:
    """Return the answers with one more question answered; another organisation has no names in other languages yet."""
    done = content.answered if step in content.answered else (*content.answered, step)
    if changes.get("controller_name", content.controller_name) != content.controller_name:
        unnamed = {code: msgspec.structs.replace(one, controller="") for code, one in content.translations.items()}
        content = msgspec.structs.replace(content, translations=unnamed)
    return msgspec.structs.replace(content, answered=done, **changes)
