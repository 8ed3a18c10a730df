"""Rights and requests on the wire."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, EndpointKey
from govstack.blocks.mediator.directory.schemas import LongText
from govstack.blocks.mediator.rights.errors import UnknownParty
from govstack.blocks.mediator.rights.model import AccessRequest, Grant
from govstack.blocks.mediator.rights.service import Filter, Wish

SERVICES_AT_ONCE_MAX = 1_000
CLIENTS_AT_ONCE_MAX = 1_000
ENDPOINTS_AT_ONCE_MAX = 1_000
RequestStateName = Literal["", "requested", "approved", "rejected", "withdrawn"]
Part = Annotated[str, msgspec.Meta(max_length=128)]
Path = Annotated[str, msgspec.Meta(max_length=600)]


class RightEndpoint(msgspec.Struct, frozen=True):
    """One endpoint of a service, written as in its OpenAPI document."""

    method: Part
    path: Path


class AllowedApplication(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An application that may use a service. The published shape requires `member` and `application` without
    describing them: they carry the member's name and the application's code. `endpoints` (methods and paths) and
    `operations` (operation ids) narrow the right; without them it covers the whole service."""

    member_class: Part = ""
    member_code: Part = ""
    application_id: Part = ""
    member: str = ""
    application: Part = ""
    endpoints: Annotated[tuple[RightEndpoint, ...], msgspec.Meta(max_length=ENDPOINTS_AT_ONCE_MAX)] = ()
    operations: Annotated[tuple[Part, ...], msgspec.Meta(max_length=ENDPOINTS_AT_ONCE_MAX)] = ()
    purpose: LongText = ""


class ServiceAccessRights(msgspec.Struct, frozen=True, rename="camel"):
    """A service with the applications that may, shall or shall no longer use it."""

    member_class: Part
    member_code: Part
    application_id: Part
    service_id: Part
    rights: Annotated[list[AllowedApplication], msgspec.Meta(max_length=CLIENTS_AT_ONCE_MAX)]


ServiceAccessRightsList = Annotated[list[ServiceAccessRights], msgspec.Meta(max_length=SERVICES_AT_ONCE_MAX)]


class RightsQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Whose services to list, and from where."""

    member_class: str = ""
    member_code: str = ""
    application_id: str = ""
    service_id: str = ""
    page_size: int | None = None
    next_page_token: str = ""

    def filter(self) -> Filter:
        """Return whose services to list."""
        return Filter(self.member_class, self.member_code, self.application_id, self.service_id)


class RightsPage(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of rights; without a token it is the last."""

    allow_list: list[ServiceAccessRights]
    next_page_token: str = ""


class RequestAccess(msgspec.Struct, frozen=True):
    """A wish to use a service: `service` is CLASS/MEMBER/APPLICATION/SERVICE, `client` is CLASS/MEMBER/APPLICATION."""

    service: Path
    client: Path
    endpoints: Annotated[tuple[RightEndpoint, ...], msgspec.Meta(max_length=ENDPOINTS_AT_ONCE_MAX)] = ()
    operations: Annotated[tuple[Part, ...], msgspec.Meta(max_length=ENDPOINTS_AT_ONCE_MAX)] = ()
    purpose: LongText = ""
    agreement: LongText = ""

    def wish(self) -> Wish:
        """Return what is asked for."""
        return Wish(self.service, self.client, _keys(self.endpoints), self.operations, self.purpose)


class RequestQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which requests to list: by state, by providing or by consuming application (CLASS/MEMBER/APPLICATION)."""

    state: RequestStateName = ""
    provider: str = ""
    consumer: str = ""
    page_size: int | None = None
    next_page_token: str = ""


class RequestAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A request for access and what became of it; service and client carry the instance in front."""

    id: str
    service: str
    client: str
    state: str
    requested_at: str
    endpoints: list[RightEndpoint] = []
    purpose: str = ""
    agreement: str = ""
    requested_by: str = ""
    decided_by: str = ""
    decided_at: str = ""
    reason: str = ""

    @classmethod
    def of(cls, one: AccessRequest) -> RequestAnswer:
        """Return a request as its two sides see it."""
        return cls(
            one.id,
            one.service,
            one.client,
            str(one.state),
            one.requested_at,
            _endpoints(one.endpoints),
            one.purpose,
            one.agreement,
            one.requested_by,
            one.decided_by,
            one.decided_at,
            one.reason,
        )


class RequestList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of requests, newest first."""

    requests: list[RequestAnswer]
    next_page_token: str = ""


def wishes(listed: list[ServiceAccessRights]) -> list[Wish]:
    """Return what a list of rights asks for; raises UnknownParty for an application that is not fully named."""
    found = []
    for one in listed:
        service = f"{one.member_class}/{one.member_code}/{one.application_id}/{one.service_id}"
        for right in one.rights:
            client = (right.member_class, right.member_code, right.application_id or right.application)
            if not all(client):
                raise UnknownParty("Name each application by memberClass, memberCode and applicationId.")
            found.append(Wish(service, "/".join(client), _keys(right.endpoints), right.operations, right.purpose))
    return found


def listed(grants: list[Grant]) -> list[ServiceAccessRights]:
    """Return grants in the published shape: applications under the service they may use."""
    found: dict[str, ServiceAccessRights] = {}
    for grant in grants:
        _, member_class, member_code, application, code = grant.service.split("/")
        of_service = found.setdefault(
            grant.service, ServiceAccessRights(member_class, member_code, application, code, [])
        )
        _, client_class, client_member, client_application = grant.client.split("/")
        of_service.rights.append(
            AllowedApplication(
                client_class,
                client_member,
                client_application,
                grant.client_member_name,
                client_application,
                tuple(_endpoints(grant.endpoints)),
                (),
                grant.purpose,
            )
        )
    return list(found.values())


def _keys(endpoints: tuple[RightEndpoint, ...]) -> tuple[EndpointKey, ...]:
    return tuple((one.method, one.path) for one in endpoints)


def _endpoints(keys: frozenset[EndpointKey]) -> list[RightEndpoint]:
    return [RightEndpoint(method, path) for method, path in sorted(keys - {WHOLE_SERVICE})]
