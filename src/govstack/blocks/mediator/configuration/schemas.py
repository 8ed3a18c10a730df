"""The configuration on the wire: the published document, with what it leaves out as further properties."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

import msgspec

from govstack.blocks.mediator.configuration.errors import ConfigurationInvalid
from govstack.blocks.mediator.configuration.model import (
    ApplicationEntry,
    Change,
    Configuration,
    MemberEntry,
    RightEntry,
    ServiceEntry,
)
from govstack.blocks.mediator.configuration.service import Standing
from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, State
from govstack.blocks.mediator.directory.schemas import LongText, Text
from govstack.blocks.mediator.services.model import BYTES_MAX, SECONDS_MAX, URL_CHARACTERS_MAX, Offer

MEMBERS_MAX = 20_000
APPLICATIONS_MAX = 1_000
SERVICES_MAX = 1_000
RIGHTS_MAX = 10_000
ENDPOINTS_MAX = 1_000
Url = Annotated[str, msgspec.Meta(max_length=URL_CHARACTERS_MAX)]
# A registration number without quotation marks is a number to YAML.
Number = Annotated[int, msgspec.Meta(ge=0, le=10**18)]
# Nobody has named a domain yet where members were registered one by one: a configuration that is read can be sent back.
Label = Annotated[str, msgspec.Meta(max_length=253, pattern=r"^[a-zA-Z0-9._:\-]*$")]
SpecUrl = Callable[[str, str, str], str]


class RightEndpoint(msgspec.Struct, frozen=True):
    """One endpoint of a service, written as in its OpenAPI document."""

    method: Text
    path: Annotated[str, msgspec.Meta(max_length=600)]


class IMright(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A consumer: the published form names the member by its name; memberClass and memberCode are exact. `endpoints`
    or `operations` (operation ids) narrow the right."""

    application: Text
    member: Text | None = None
    member_class: Text | None = None
    member_code: Text | Number | None = None
    endpoints: Annotated[tuple[RightEndpoint, ...], msgspec.Meta(max_length=ENDPOINTS_MAX)] = ()
    operations: Annotated[tuple[Text, ...], msgspec.Meta(max_length=ENDPOINTS_MAX)] = ()
    purpose: LongText = ""


class IMservice(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A service: `spec` carries its OpenAPI document, as an object or as text, where it shall not be fetched."""

    id: Text | Number
    service_url: Url = ""
    spec_url: Url = ""
    spec: dict[str, Any] | str | None = None
    rights: Annotated[list[IMright], msgspec.Meta(max_length=RIGHTS_MAX)] | None = None
    version: Text | None = None
    enabled: bool | None = None
    timeout_seconds: Annotated[int, msgspec.Meta(ge=1, le=SECONDS_MAX)] | None = None
    request_bytes_max: Annotated[int, msgspec.Meta(ge=1, le=BYTES_MAX)] | None = None
    answer_bytes_max: Annotated[int, msgspec.Meta(ge=1, le=BYTES_MAX)] | None = None
    payload_kept: bool | None = None
    # The published sample spells the two addresses this way.
    sample_service_url: Url = msgspec.field(name="service_url", default="")
    sample_spec_url: Url = msgspec.field(name="spec_url", default="")


class IMapplication(msgspec.Struct, frozen=True, omit_defaults=True):
    """An application of a member; a new one connects over https unless it says http."""

    id: Text | Number
    name: Text | None = None
    connection: Literal["http", "https"] | None = None
    services: Annotated[list[IMservice], msgspec.Meta(max_length=SERVICES_MAX)] | None = None
    state: Literal["accepted", "suspended"] | None = None


class IMmember(msgspec.Struct, frozen=True, omit_defaults=True):
    """A member organisation."""

    name: Text
    member_class: Text = msgspec.field(name="class")
    code: Text | Number
    applications: Annotated[list[IMapplication], msgspec.Meta(max_length=APPLICATIONS_MAX)] | None = None
    state: Literal["accepted", "suspended"] | None = None


class IMconf(msgspec.Struct, frozen=True, omit_defaults=True):
    """The configuration of an instance. `state` is shown where a part is suspended and not changed by sending it."""

    domain: Label
    instance: Text
    members: Annotated[list[IMmember], msgspec.Meta(max_length=MEMBERS_MAX)] | None = None


class ConfigurationQuery(msgspec.Struct, frozen=True):
    """`init` asks for a central server: this directory is one, so it is put on record and nothing more."""

    init: bool = False


class ChangeAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """How far a change has come."""

    id: str
    mode: str
    state: str
    steps_done: int
    steps_total: int
    requested_at: str
    requested_by: str
    finished_at: str = ""
    problem: str = ""

    @classmethod
    def of(cls, one: Change) -> ChangeAnswer:
        """Return a change as administrators see it."""
        return cls(
            one.id,
            str(one.mode),
            str(one.state),
            one.steps_done,
            one.steps_total,
            one.requested_at,
            one.requested_by,
            one.finished_at,
            one.problem,
        )


class ChangeList(msgspec.Struct, frozen=True):
    """The latest changes, newest first."""

    changes: list[ChangeAnswer]


class StatusAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """This mediator is configured and running."""

    status: str
    instance: str
    domain: str
    revision: int
    latest_change: ChangeAnswer | None = None

    @classmethod
    def of(cls, standing: Standing) -> StatusAnswer:
        """Return how the instance stands."""
        latest = ChangeAnswer.of(standing.latest) if standing.latest else None
        return cls("running", standing.instance, standing.domain, standing.revision, latest)


def parsed(document: IMconf) -> Configuration:
    """Return what a document describes."""
    members = tuple(
        MemberEntry(
            one.member_class,
            str(one.code),
            one.name,
            None if one.applications is None else tuple(map(_application, one.applications)),
        )
        for one in document.members or ()
    )
    return Configuration(document.domain, document.instance, members)


def text_of(document: IMconf) -> str:
    """Return a document as the JSON text that the work is done from."""
    try:
        return msgspec.json.encode(document).decode()
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError) as error:
        raise ConfigurationInvalid("A text in the document is not valid Unicode, or a value is not JSON.") from error


def shown(configuration: Configuration, spec_url: SpecUrl) -> IMconf:
    """Return all that is configured as a document; `spec_url` gives the address of a document that came without one."""
    names = {f"{one.member_class}/{one.code}": one.name for one in configuration.members}

    def right(entry: RightEntry) -> IMright:
        member, _, application = entry.client.rpartition("/")
        member_class, _, member_code = member.partition("/")
        endpoints = tuple(RightEndpoint(*key) for key in sorted(entry.endpoints - {WHOLE_SERVICE}))
        return IMright(
            application,
            names.get(member, member),
            member_class,
            member_code,
            endpoints=endpoints,
            purpose=entry.purpose,
        )

    def service(owner: str, entry: ServiceEntry) -> IMservice:
        offer = entry.offer
        return IMservice(
            id=offer.code,
            spec_url=offer.spec_url or spec_url(configuration.instance, owner, offer.code),
            service_url=offer.service_url,
            rights=[right(one) for one in entry.rights or ()],
            version=offer.version,
            enabled=offer.enabled,
            timeout_seconds=offer.timeout_seconds,
            request_bytes_max=offer.request_bytes_max,
            answer_bytes_max=offer.answer_bytes_max,
            payload_kept=offer.payload_kept,
        )

    def application(owner: str, entry: ApplicationEntry) -> IMapplication:
        offered = [service(f"{owner}/{entry.code}", one) for one in entry.services or ()]
        return IMapplication(entry.code, entry.name, entry.connection, offered, _state(entry.state))

    def member(entry: MemberEntry) -> IMmember:
        own = [application(f"{entry.member_class}/{entry.code}", one) for one in entry.applications or ()]
        return IMmember(entry.name, entry.member_class, entry.code, own, _state(entry.state))

    return IMconf(configuration.domain, configuration.instance, [member(one) for one in configuration.members])


def _state(state: str) -> Literal["suspended"] | None:
    return "suspended" if state == State.SUSPENDED else None


def _application(entry: IMapplication) -> ApplicationEntry:
    offered = None if entry.services is None else tuple(map(_service, entry.services))
    return ApplicationEntry(str(entry.id), entry.name, entry.connection, offered)


def _service(entry: IMservice) -> ServiceEntry:
    service_url = entry.service_url or entry.sample_service_url
    if not service_url:
        raise ConfigurationInvalid(f"The service {str(entry.id)[:200]} needs a serviceUrl.")
    offer = Offer(
        code=str(entry.id),
        service_url=service_url.rstrip("/"),
        spec_url=entry.spec_url or entry.sample_spec_url,
        version=entry.version,
        enabled=entry.enabled,
        timeout_seconds=entry.timeout_seconds,
        request_bytes_max=entry.request_bytes_max,
        answer_bytes_max=entry.answer_bytes_max,
        payload_kept=entry.payload_kept,
    )
    rights = None if entry.rights is None else tuple(map(_right, entry.rights))
    return ServiceEntry(offer, _spec_text(entry.spec), rights)


def _right(entry: IMright) -> RightEntry:
    endpoints = frozenset((one.method, one.path) for one in entry.endpoints)
    if entry.member_class is not None and entry.member_code is not None:
        client = f"{entry.member_class}/{entry.member_code}/{entry.application}"
        return RightEntry(client, endpoints, entry.operations, entry.purpose)
    if entry.member is None:
        raise ConfigurationInvalid("A right needs the name of a member, or its memberClass and memberCode.")
    return RightEntry(entry.application, endpoints, entry.operations, entry.purpose, entry.member)


def _spec_text(spec: dict[str, Any] | str | None) -> str:
    if not isinstance(spec, dict):
        return spec or ""
    try:
        return msgspec.json.encode(spec).decode()
    except (UnicodeEncodeError, TypeError, ValueError, RecursionError) as error:
        raise ConfigurationInvalid(
            "An OpenAPI document in spec is not valid Unicode, or a value is not JSON."
        ) from error
