"""Wire shapes of agreements: what clients send, and what they are shown."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.consent.agreements.model import (
    ATTRIBUTES_MAX,
    Assessment,
    Attribute,
    DataAgreement,
    DataUse,
    Description,
    Language,
    LawfulBasis,
    Lifecycle,
    Purpose,
    SignaturesRequired,
    Translations,
    basis_named,
    lifecycle_named,
)
from govstack.blocks.consent.agreements.service import Draft
from govstack.blocks.consent.evidence.schemas import Revision
from govstack.blocks.consent.policies.model import Days, Name, Url, Word
from govstack.kernel.errors import BadRequest


class Reference(msgspec.Struct, frozen=True):
    """Something else, by its id; whatever more is sent of it is not read."""

    id: str | int


class ControllerGiven(msgspec.Struct, frozen=True):
    """A controller: one that is known by its id, or a new one by name and address."""

    id: str | int = ""
    name: Name | None = None
    url: Url | None = None


class LifecycleGiven(msgspec.Struct, frozen=True):
    """A stage, by id or name."""

    id: str | int = ""
    name: str = ""


class AttributeGiven(msgspec.Struct, frozen=True, rename="camel"):
    """A kind of data."""

    name: Name
    sensitivity: Word = ""
    category: Word = ""
    id: str | int = ""


class DataAgreementGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An agreement as it is sent: other things in it as objects or by their ids; `id` and `signature` are not read."""

    id: str | int = ""
    version: Name
    purpose: Purpose
    lawful_basis: str
    dpia: Assessment = ""
    controller: str | int | ControllerGiven | None = None
    policy: str | int | Reference | None = None
    data_use: DataUse | None = None
    active: bool | None = None
    forgettable: bool | None = None
    compatible_with_version: str | int | Reference | None = None
    lifecycle: str | int | LifecycleGiven | None = None
    attributes: Annotated[list[AttributeGiven], Meta(max_length=ATTRIBUTES_MAX)] = []
    description: Description = ""
    language: Language | None = None
    translations: Translations = {}
    signatures_required: SignaturesRequired | None = None
    data_retention_period_days: Days | None = None


class DataAgreementRequest(msgspec.Struct, frozen=True, rename="camel"):
    """An agreement to write."""

    data_agreement: DataAgreementGiven


class DataAgreementAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """An agreement and the revision that says so."""

    data_agreement: DataAgreement
    revision: Revision


class DataAgreementList(msgspec.Struct, frozen=True, rename="camel"):
    """Agreements, under the key of the configuration list and under the one of all other lists."""

    data_agreement: list[DataAgreement]
    data_agreements: list[DataAgreement]


def identifier(given: str | int | Reference | None) -> str:
    """Return the id of what is sent as an id or as an object."""
    if given is None:
        return ""
    return str(given.id if isinstance(given, Reference) else given)


def draft(given: DataAgreementGiven) -> Draft:
    """Return the agreement that is asked for; raises BadRequest."""
    basis = basis_named(given.lawful_basis)
    if basis is None:
        known = ", ".join(LawfulBasis)
        raise BadRequest(f"The lawful basis is one of {known}.", fields={"lawfulBasis": f"is one of {known}"})
    controller = given.controller
    if isinstance(controller, str | int):
        controller = ControllerGiven(id=controller)
    return Draft(
        version=given.version,
        purpose=given.purpose,
        lawful_basis=basis,
        dpia=given.dpia,
        controller_id=str(controller.id) if controller else "",
        controller_name=controller.name or "" if controller else "",
        controller_url=controller.url or "" if controller else "",
        policy_id=identifier(given.policy),
        data_use=given.data_use,
        active=given.active,
        forgettable=given.forgettable,
        compatible_id=identifier(given.compatible_with_version),
        lifecycle=_lifecycle(given.lifecycle),
        attributes=tuple(
            Attribute(id=str(number), name=one.name, sensitivity=one.sensitivity, category=one.category)
            for number, one in enumerate(given.attributes, start=1)
        ),
        description=given.description,
        language=given.language,
        translations=given.translations,
        signatures_required=given.signatures_required,
        retention_days=given.data_retention_period_days,
    )


def _lifecycle(given: str | int | LifecycleGiven | None) -> Lifecycle | None:
    if given is None:
        return None
    text = str(given.id) or given.name if isinstance(given, LifecycleGiven) else str(given)
    found = lifecycle_named(text)
    if found is None:
        raise BadRequest("The lifecycle is Draft or Complete.", fields={"lifecycle": "is Draft or Complete"})
    return found
