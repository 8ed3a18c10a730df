"""Services on the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from govstack.blocks.mediator.directory.model import EndpointKey, Service
from govstack.blocks.mediator.directory.schemas import Text
from govstack.blocks.mediator.services.model import BYTES_MAX, ENDPOINTS_MAX, SECONDS_MAX, URL_CHARACTERS_MAX, Offer

Url = Annotated[str, msgspec.Meta(max_length=URL_CHARACTERS_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=SECONDS_MAX)]
Bytes = Annotated[int, msgspec.Meta(ge=1, le=BYTES_MAX)]
Method = Literal["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"]


class RegisterService(msgspec.Struct, frozen=True, rename="camel"):
    """A service as its provider registers it. `spec` is the OpenAPI 3 document as an object or as text (JSON or YAML);
    `specUrl` is where it can be fetched from an allowed host. What is left out keeps its value."""

    service_url: Url
    spec: dict[str, Any] | str | None = None
    spec_url: Url = ""
    version: Text | None = None
    enabled: bool | None = None
    timeout_seconds: Seconds | None = None
    request_bytes_max: Bytes | None = None
    answer_bytes_max: Bytes | None = None
    payload_kept: bool | None = None

    def offer(self, code: str) -> Offer:
        """Return what is asked for."""
        return Offer(
            code=code,
            service_url=self.service_url,
            spec_url=self.spec_url,
            version=self.version,
            enabled=self.enabled,
            timeout_seconds=self.timeout_seconds,
            request_bytes_max=self.request_bytes_max,
            answer_bytes_max=self.answer_bytes_max,
            payload_kept=self.payload_kept,
        )


class ChangeService(msgspec.Struct, frozen=True, rename="camel"):
    """Properties of a service to change; what is left out stays."""

    service_url: Url = ""
    version: Text | None = None
    enabled: bool | None = None
    timeout_seconds: Seconds | None = None
    request_bytes_max: Bytes | None = None
    answer_bytes_max: Bytes | None = None
    payload_kept: bool | None = None

    def offer(self, code: str) -> Offer:
        """Return what is asked for."""
        return Offer(
            code=code,
            service_url=self.service_url,
            version=self.version,
            enabled=self.enabled,
            timeout_seconds=self.timeout_seconds,
            request_bytes_max=self.request_bytes_max,
            answer_bytes_max=self.answer_bytes_max,
            payload_kept=self.payload_kept,
        )


class EndpointSwitch(msgspec.Struct, frozen=True):
    """An endpoint, written as in the OpenAPI document, and whether it shall answer."""

    method: Method
    path: str
    enabled: bool


class SwitchEndpoints(msgspec.Struct, frozen=True):
    """Endpoints to switch on or off."""

    endpoints: Annotated[list[EndpointSwitch], msgspec.Meta(max_length=ENDPOINTS_MAX)]

    def wanted(self) -> dict[EndpointKey, bool]:
        """Return what is asked for, by endpoint."""
        return {(one.method, one.path): one.enabled for one in self.endpoints}


class EndpointAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An endpoint of a service."""

    method: str
    path: str
    enabled: bool
    operation_id: str = ""
    summary: str = ""


class ServiceAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A service; addresses and limits are shown to its administrators only."""

    instance_id: str
    member_class: str
    member_code: str
    application_code: str
    service_code: str
    service_version: str
    service_type: str
    title: str
    description: str
    enabled: bool
    endpoints: list[EndpointAnswer]
    changed_at: str
    spec_url: str = ""
    service_url: str = ""
    timeout_seconds: int | None = None
    request_bytes_max: int | None = None
    answer_bytes_max: int | None = None
    payload_kept: bool | None = None

    @classmethod
    def of(cls, one: Service, *, private: bool) -> ServiceAnswer:
        """Return a service as the public or its administrators see it."""
        known = cls(
            one.instance,
            one.member_class,
            one.member_code,
            one.application_code,
            one.code,
            one.version,
            one.type,
            one.title,
            one.description,
            one.enabled,
            [EndpointAnswer(e.method, e.path, e.enabled, e.operation_id, e.summary) for e in one.endpoints],
            one.changed_at,
        )
        if not private:
            return known
        return msgspec.structs.replace(
            known,
            spec_url=one.spec_url,
            service_url=one.service_url,
            timeout_seconds=one.timeout_seconds,
            request_bytes_max=one.request_bytes_max,
            answer_bytes_max=one.answer_bytes_max,
            payload_kept=one.payload_kept,
        )


class ServiceCatalogue(msgspec.Struct, frozen=True):
    """The services of an application."""

    services: list[ServiceAnswer]


def document_text(spec: dict[str, Any] | str | None) -> str:
    """Return an OpenAPI document as text, however it was sent."""
    if isinstance(spec, dict):
        return msgspec.json.format(msgspec.json.encode(spec), indent=2).decode()
    return spec or ""
