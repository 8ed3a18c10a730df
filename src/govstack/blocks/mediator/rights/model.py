"""Rights and requests for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, Application, EndpointKey, Service
from govstack.blocks.mediator.rights.errors import NoEndpoint


class RequestState(StrEnum):
    """Where a request for access stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Grant:
    """What one application may use of one service; endpoints are WHOLE_SERVICE alone, or some of its endpoints."""

    service: str
    client: str
    client_member_name: str
    endpoints: frozenset[EndpointKey]
    purpose: str = ""
    granted_by: str = ""
    granted_at: str = ""


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """An application's wish to use a service, and what its provider decided. No endpoints means the whole service."""

    id: str
    service: str
    client: str
    endpoints: frozenset[EndpointKey]
    purpose: str
    agreement: str
    state: RequestState
    requested_by: str
    requested_at: str
    decided_by: str
    decided_at: str
    reason: str

    @property
    def provider(self) -> str:
        """Return CLASS/MEMBER/APPLICATION of the provider."""
        return self.service.partition("/")[2].rpartition("/")[0]

    @property
    def consumer(self) -> str:
        """Return CLASS/MEMBER/APPLICATION of the consumer."""
        return self.client.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Pair:
    """A service, an application that may or shall use it, and how much of it."""

    service: Service
    application: Application
    endpoints: frozenset[EndpointKey] = frozenset({WHOLE_SERVICE})
    purpose: str = ""

    @property
    def subject(self) -> str:
        """Return how the audit trail names this right."""
        return f"{self.service.subject} {self.application.subject}"


def chosen(service: Service, keys: Iterable[EndpointKey], operations: Iterable[str] = ()) -> frozenset[EndpointKey]:
    """Return endpoints of a service named by method and path or by operation id, or WHOLE_SERVICE when none is named.

    Raises NoEndpoint for one that the service does not have.
    """
    by_operation = {one.operation_id: one.key for one in service.endpoints if one.operation_id}
    known = {one.key for one in service.endpoints}
    found = set(keys)
    for operation in operations:
        if operation not in by_operation:
            raise NoEndpoint(f"{service.subject} has no operation named {operation[:100]}.")
        found.add(by_operation[operation])
    if not found <= known:
        method, path = sorted(found - known)[0]
        raise NoEndpoint(f"{service.subject} has no endpoint {method[:10]} {path[:200]}.")
    return frozenset(found) or frozenset({WHOLE_SERVICE})


def widened(held: frozenset[EndpointKey], granted: frozenset[EndpointKey]) -> frozenset[EndpointKey]:
    """Return what is held after a grant: a right to the whole service covers its endpoints."""
    both = held | granted
    return frozenset({WHOLE_SERVICE}) if WHOLE_SERVICE in both else both


def narrowed(service: Service, held: frozenset[EndpointKey], denied: frozenset[EndpointKey]) -> frozenset[EndpointKey]:
    """Return what is held after a denial; of a whole service, every other endpoint known today remains."""
    if WHOLE_SERVICE in denied:
        return frozenset()
    if WHOLE_SERVICE in held:
        held = frozenset(endpoint.key for endpoint in service.endpoints)
    return held - denied
