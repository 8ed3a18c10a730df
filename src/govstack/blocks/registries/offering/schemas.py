"""Wire shapes of services and of what is done with them."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.conditions.model import ConditionError
from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.design.model import Service, ServiceKind, ServiceState
from govstack.kernel.errors import BadRequest

ConditionObject = Annotated[
    dict[str, Any], Meta(description="{all: […]}, {any: […]} or {field, operator, value or attribute}")
]


class StateRequest(msgspec.Struct):
    """How a service is to stand."""

    state: ServiceState


class CopyRequest(msgspec.Struct):
    """The name of the copy."""

    name: str


class CustomRequest(msgspec.Struct, rename="camel"):
    """A custom service that reads: which kind, which fields, masks over them, which records, and whose consent."""

    kind: ServiceKind
    title: str = ""
    fields: list[str] | None = None
    masks: dict[str, str] = {}
    condition: ConditionObject | None = None
    consent_purpose: Annotated[
        str, Meta(description="Id of the data agreement that the person must have agreed to, asked at every reading")
    ] = ""


class ServiceAnswer(msgspec.Struct, omit_defaults=True, rename="camel", kw_only=True):
    """One service of a version with what is special about it."""

    id: int = msgspec.field(default=0)
    name: str
    kind: str
    state: str
    used_count: int = 0
    custom: bool = False
    title: str = ""
    fields: tuple[str, ...] | None = None
    masks: dict[str, str] = {}
    condition: dict[str, Any] | None = None
    consent_purpose: str = ""


class ServiceAnswers(msgspec.Struct):
    """The services of a version."""

    services: list[ServiceAnswer]


def custom(name: str, request: CustomRequest) -> Service:
    """Return the service a request describes; raises BadRequest."""
    try:
        condition = None if request.condition is None else read_condition(request.condition)
    except ConditionError as error:
        raise BadRequest(f"condition: {error}", fields={"condition": str(error)}) from error
    return Service(
        0, name, request.kind, custom=True, title=request.title, masks=request.masks, condition=condition,
        fields=None if request.fields is None else tuple(request.fields), consent_purpose=request.consent_purpose,
    )  # fmt: skip


def answer(one: Service) -> ServiceAnswer:
    """Return a service as it is written."""
    return ServiceAnswer(
        id=one.id, name=one.name, kind=one.kind.value, state=one.state.value, used_count=one.used_count,
        custom=one.custom, title=one.title, fields=one.fields, masks=dict(one.masks),
        condition=None if one.condition is None else write_condition(one.condition),
        consent_purpose=one.consent_purpose,
    )  # fmt: skip
