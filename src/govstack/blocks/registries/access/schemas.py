"""Wire shapes of rights."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.access.errors import BadGrant
from govstack.blocks.registries.access.model import ALWAYS, Decision, Effect, Grant, Group, Policy
from govstack.blocks.registries.conditions.model import ConditionError
from govstack.blocks.registries.conditions.model import read as read_condition
from govstack.blocks.registries.conditions.model import write as write_condition
from govstack.blocks.registries.design.model import ServiceKind, pointer
from govstack.kernel import clock

ConditionObject = Annotated[
    dict[str, Any], Meta(description="{all: […]}, {any: […]} or {field, operator, value or attribute}")
]
Subject = Annotated[
    str,
    Meta(
        max_length=300,
        description="anyone, signed-in, role:<role>, group:<code>, scope:<scope>, person:<id>, person:self, or"
        " application:INSTANCE/CLASS/MEMBER/APPLICATION where each part may hold *",
    ),
]


class GrantRequest(msgspec.Struct, rename="camel"):
    """A right to give. Without fields all are meant; @personal and @not-personal stand for marked fields."""

    subject: Subject
    services: list[ServiceKind]
    effect: Effect = Effect.ALLOW
    fields: list[str] | None = None
    condition: ConditionObject | None = None
    own_records: Annotated[bool, Meta(description="Only records about the person who calls or is called for")] = False
    purpose: Annotated[str, Meta(description="Callers must state this purpose")] = ""
    legal_basis: Annotated[str, Meta(description="Enters the log of reads")] = ""
    consent_purpose: Annotated[
        str, Meta(description="Id of the data agreement that the person must have agreed to, asked at every reading")
    ] = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class GrantShape(msgspec.Struct, omit_defaults=True, rename="camel", kw_only=True):
    """A right that was given."""

    id: str
    subject: str
    services: list[str]
    effect: str
    fields: list[str] | None = None
    condition: ConditionObject | None = None
    own_records: bool = False
    delegated_by: str = ""
    purpose: str = ""
    legal_basis: str = ""
    consent_purpose: str = ""
    valid_from: str = ""
    valid_until: str = ""
    policy: str = ""
    created_at: str = ""
    created_by: str = ""


class GrantList(msgspec.Struct):
    """The rights on a registry."""

    grants: list[GrantShape]


class PolicyRequest(msgspec.Struct, rename="camel"):
    """Rights on all registries a pattern means; without `automatic` it is a template that is copied when applied."""

    title: str
    grants: list[GrantRequest]
    automatic: bool = False
    description: str = ""
    registries: Annotated[str, Meta(description="Codes, with * for any letters")] = "*"
    domain: str = ""
    classification: str = ""


class PolicyShape(msgspec.Struct, rename="camel"):
    """A policy or template."""

    code: str
    title: str
    automatic: bool
    description: str
    registries: str
    domain: str
    classification: str
    grants: list[GrantShape]


class PolicyList(msgspec.Struct):
    """All policies and templates."""

    policies: list[PolicyShape]


class GroupRequest(msgspec.Struct):
    """A group's name and members, each written role:…, person:… or application:…; `names` by codes of languages."""

    name: str
    members: list[str] = []
    names: dict[str, str] = {}


class GroupShape(msgspec.Struct):
    """A group."""

    code: str
    name: str
    members: tuple[str, ...]
    names: dict[str, str] = {}


class GroupList(msgspec.Struct):
    """All groups."""

    groups: list[GroupShape]


class ServiceRight(msgspec.Struct, omit_defaults=True):
    """A service the caller may use, the fields it shows (all when left out), and whether it reaches all records."""

    service: str
    all_records: bool = msgspec.field(name="allRecords")
    fields: list[str] | None = None


class RightsAnswer(msgspec.Struct):
    """What the caller may do with a registry."""

    services: list[ServiceRight]


def grant(request: GrantRequest) -> Grant:
    """Return the right a request describes; raises BadGrant."""
    try:
        condition = ALWAYS if request.condition is None else read_condition(request.condition)
    except ConditionError as error:
        raise BadGrant(f"condition: {error}", fields={"condition": str(error)}) from error
    return Grant(
        "", request.subject, frozenset(request.services), effect=request.effect, condition=condition,
        fields=None if request.fields is None else frozenset(request.fields), own_records=request.own_records,
        purpose=request.purpose, legal_basis=request.legal_basis, consent_purpose=request.consent_purpose,
        valid_from=_moment(request.valid_from), valid_until=_moment(request.valid_until),
    )  # fmt: skip


def _moment(given: datetime | None) -> str:
    if given is None:
        return ""
    if given.tzinfo is None:
        raise BadGrant("Write moments with their time zone, such as 2027-01-31T00:00:00Z.")
    return clock.timestamp(given)


def shape(one: Grant) -> GrantShape:
    """Return a right as it is written."""
    return GrantShape(
        id=one.id, subject=one.subject, services=sorted(kind.value for kind in one.services), effect=one.effect.value,
        fields=None if one.fields is None else sorted(one.fields), delegated_by=one.owner,
        condition=None if one.condition == ALWAYS else write_condition(one.condition), own_records=one.own_records,
        purpose=one.purpose, legal_basis=one.legal_basis, consent_purpose=one.consent_purpose,
        valid_from=one.valid_from, valid_until=one.valid_until, policy=one.policy, created_at=one.created_at,
        created_by=one.created_by,
    )  # fmt: skip


def policy(code: str, request: PolicyRequest) -> Policy:
    """Return the policy a request describes; raises BadGrant."""
    return Policy(
        code, request.title, tuple(grant(one) for one in request.grants), request.automatic, request.description,
        request.registries, request.domain, request.classification,
    )  # fmt: skip


def policy_shape(one: Policy) -> PolicyShape:
    """Return a policy as it is written."""
    return PolicyShape(
        one.code, one.title, one.automatic, one.description, one.registries, one.domain, one.classification,
        [shape(each) for each in one.grants],
    )  # fmt: skip


def group_shape(one: Group) -> GroupShape:
    """Return a group as it is written."""
    return GroupShape(one.code, one.name, one.members, dict(one.names))


def rights(decision: Decision) -> RightsAnswer:
    """Return a decision as it is written."""
    found = []
    for kind in sorted(decision.services):
        fields = decision.visible_fields(kind)
        everywhere = any(view.condition == ALWAYS for view in decision.of(kind))
        shown = None if fields is None else sorted(pointer(path) for path in fields)
        found.append(ServiceRight(kind.value, everywhere, shown))
    return RightsAnswer(found)
