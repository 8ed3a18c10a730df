"""What the directory answers on the wire: the published shapes, and those that published clients expect instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypedDict

import msgspec

from govstack.blocks.mediator.directory.errors import MalformedAddress
from govstack.blocks.mediator.directory.model import CODE_PATTERN, Application, Member, Service, is_address

TEXT_CHARACTERS_MAX = 200
LONG_TEXT_CHARACTERS_MAX = 4_000

# What the rooms of this package say alike: a line of text without control characters or halves of characters, a longer
# text, and the names that stand in addresses.
_LINE = r"^[^\x00-\x1f\x7f\ud800-\udfff]*$"
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_CHARACTERS_MAX, pattern=_LINE)]
LongText = Annotated[str, msgspec.Meta(max_length=LONG_TEXT_CHARACTERS_MAX, pattern=r"^[^\x00\ud800-\udfff]*$")]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z][a-zA-Z0-9_:\-.]{0,63}$")]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9_\-.]{0,127}$")]

StateName = Literal["", "applied", "accepted", "rejected", "suspended", "removed"]


class Reason(msgspec.Struct, frozen=True):
    """Why an administrator decides so."""

    reason: LongText = ""


class StateQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which registrations to list, and from where."""

    state: StateName = ""
    page_size: int | None = None
    next_page_token: str = ""


class Provider(TypedDict):
    """The four parts of an address that name the providing application."""

    instance: str
    member_class: str
    member_code: str
    application_code: str


def provider_of(path: Mapping[str, str]) -> Provider:
    """Return the provider that an address names; raises MalformedAddress when a part cannot be an identifier."""
    instance = path.get("instanceId") or path.get("GovStackInstance", "")
    parts = (instance, path["memberClass"], path["memberCode"], path["applicationCode"])
    if not is_address(*parts):
        raise MalformedAddress
    return Provider(instance=parts[0], member_class=parts[1], member_code=parts[2], application_code=parts[3])


def wanted(code: str, *, required: bool = False) -> str:
    """Return a service code from a query; raises MalformedAddress when it cannot be one."""
    if (code or required) and not CODE_PATTERN.fullmatch(code):
        raise MalformedAddress
    return code


def claimed_client(headers: Mapping[str, str]) -> str:
    """Return the caller that the headers name, under its own header or the one other blocks use."""
    return headers.get("x-govstack-client", "") or headers.get("information-mediator-client", "")


class InstanceQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which instance to list; all that are registered here when left out."""

    instance_id: str = ""


class ServiceQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which service to list; all of the application when left out."""

    service_id: str = ""


class DocumentQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which service's OpenAPI document to return."""

    service_code: str


class ClientId(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The identifier of a member or an application."""

    object_type: Literal["MEMBER", "APPLICATION"]
    instance_id: str
    member_class: str
    member_code: str
    application_code: str = ""


class ClientDetails(msgspec.Struct, frozen=True):
    """A member or an application with its name."""

    name: str
    id: ClientId


class ClientList(msgspec.Struct, frozen=True):
    """Members and applications."""

    member: list[ClientDetails]

    @classmethod
    def of(cls, members: list[Member], applications: list[Application]) -> ClientList:
        """Return what listClients answers."""
        listed = [
            ClientDetails(one.name, ClientId("MEMBER", one.instance, one.member_class, one.code)) for one in members
        ]
        listed += [
            ClientDetails(one.name, ClientId("APPLICATION", one.instance, one.member_class, one.member_code, one.code))
            for one in applications
        ]
        return cls(listed)


class EndpointDetails(msgspec.Struct, frozen=True):
    """A method and a path template of a service."""

    method: str
    path: str


class EndpointList(msgspec.Struct, frozen=True):
    """The endpoints of a service."""

    member: list[EndpointDetails]

    @classmethod
    def of(cls, service: Service) -> EndpointList:
        """Return the endpoints that a service shows."""
        return cls([EndpointDetails(endpoint.method, endpoint.path) for endpoint in service.endpoints])


class ServiceDetails(msgspec.Struct, frozen=True, rename="camel"):
    """A service with its endpoints."""

    object_type: Literal["SERVICE"]
    service_type: str
    instance_id: str
    member_class: str
    member_code: str
    application_code: str
    service_code: str
    service_version: str
    endpoint_list: EndpointList


class ServiceList(msgspec.Struct, frozen=True):
    """Services of an application."""

    member: list[ServiceDetails]

    @classmethod
    def of(cls, services: list[Service]) -> ServiceList:
        """Return what listMethods and allowedMethods answer."""
        return cls(
            [
                ServiceDetails(
                    "SERVICE",
                    one.type,
                    one.instance,
                    one.member_class,
                    one.member_code,
                    one.application_code,
                    one.code,
                    one.version,
                    EndpointList.of(one),
                )
                for one in services
            ]
        )


class DialectType(msgspec.Struct, frozen=True):
    """The kind of an entry as published clients expect it: an object."""

    object_type: Literal["SUBSYSTEM", "SERVICE"]


class DialectClient(msgspec.Struct, frozen=True, rename="camel"):
    """An application as published clients expect it."""

    object_type: DialectType
    instance: str = msgspec.field(name="GovStackInstance")
    member_class: str
    member_code: str
    application_code: str


class DialectClientList(msgspec.Struct, frozen=True):
    """Applications as published clients expect them."""

    member: list[DialectClient]

    @classmethod
    def of(cls, applications: list[Application]) -> DialectClientList:
        """Return what the short listClients answers."""
        kind = DialectType("SUBSYSTEM")
        return cls([DialectClient(kind, a.instance, a.member_class, a.member_code, a.code) for a in applications])


class DialectService(msgspec.Struct, frozen=True, rename="camel"):
    """A service as published clients expect it."""

    object_type: DialectType
    service_type: str
    instance: str = msgspec.field(name="GovStackInstance")
    member_class: str
    member_code: str
    application_code: str
    service_code: str
    service_version: str
    endpoint_list: EndpointList


class DialectServiceList(msgspec.Struct, frozen=True):
    """Services as published clients expect them."""

    member: list[DialectService]

    @classmethod
    def of(cls, services: list[Service]) -> DialectServiceList:
        """Return what the short listMethods and allowedMethods answer."""
        kind = DialectType("SERVICE")
        return cls(
            [
                DialectService(
                    kind,
                    one.type,
                    one.instance,
                    one.member_class,
                    one.member_code,
                    one.application_code,
                    one.code,
                    one.version,
                    EndpointList.of(one),
                )
                for one in services
            ]
        )
