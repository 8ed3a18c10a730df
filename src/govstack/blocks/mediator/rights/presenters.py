"""What the pages of rights and of requests for them show."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec

from govstack.blocks.mediator.applications.presenters import Act, extent
from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, EndpointKey, Service
from govstack.blocks.mediator.directory.presenters import Field, Words, on_off
from govstack.blocks.mediator.directory.schemas import LongText
from govstack.blocks.mediator.explorer.model import ApplicationRow, ClientRow, Held, Matrix, Names, ServiceRow
from govstack.blocks.mediator.explorer.presenters import service_path
from govstack.blocks.mediator.rights.model import AccessRequest, RequestState
from govstack.kernel.i18n import _

Cells = Sequence[object]
NONE, WHOLE, SOME = "none", "whole", "some"
Client = Annotated[str, msgspec.Meta(pattern=r"^[^/]+/[^/]+/[^/]+$")]
Extent = Literal["whole", "some"]
Purpose = Annotated[LongText, msgspec.Meta(min_length=1)]
STATES: Mapping[str, tuple[str, str]] = {
    RequestState.REQUESTED: (_("Waiting for a decision"), "wait"),
    RequestState.APPROVED: (_("Approved"), "good"),
    RequestState.REJECTED: (_("Rejected"), "bad"),
    RequestState.WITHDRAWN: (_("Withdrawn"), "off"),
}
ACTS: Mapping[RequestState, Act] = {
    RequestState.APPROVED: Act(
        _("Approve"),
        _("Let {name} use it?"),
        _("It may call from then on. You can take the right away at any time."),
        _("Approve and give the right"),
        _("The right was given."),
    ),
    RequestState.REJECTED: Act(
        _("Reject"),
        _("Reject the request of {name}?"),
        _("The other side reads the reason and may ask again."),
        _("Reject the request"),
        _("The request was rejected."),
        "warning",
    ),
    RequestState.WITHDRAWN: Act(
        _("Withdraw"),
        _("Withdraw the request of {name}?"),
        _("The provider need not decide any more."),
        _("Withdraw the request"),
        _("The request was withdrawn."),
        "warning",
    ),
}

WISH: tuple[Field, ...] = (
    ("client", Client, _("Choose the application that shall use the service")),
    ("extent", Extent, _("Choose what the application may use")),
    ("purpose", Purpose, _("Say what it is needed for, in at most 4,000 characters")),
    ("agreement", LongText, _("Shorten the text on the agreement to 4,000 characters")),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One crossing of the matrix: how much is held, and in whole words for those who do not see the table."""

    kind: str
    text: str
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """One endpoint of a service that is shown open."""

    method: str
    path: str
    summary: str
    off: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Line:
    """One service of the matrix, with its endpoints when it is open."""

    title: str
    subject: str
    member: str
    href: str
    opened: bool
    endpoints: int
    cells: Sequence[Cell]
    lines: Sequence[EndpointLine]


def lines(words: Words, matrix: Matrix) -> list[Line]:
    """Return the matrix row by row."""
    return [_line(words, matrix, service) for service in matrix.services.rows]


def _line(words: Words, matrix: Matrix, service: ServiceRow) -> Line:
    applications = matrix.applications.rows
    opened = matrix.opened.get(service.id)
    held = {one.id: matrix.held.get((service.id, one.id), frozenset()) for one in applications}
    return Line(
        title=service.title,
        subject=service.subject,
        member=service.member_name,
        href=f"{service_path(service.subject)}/rights",
        opened=opened is not None,
        endpoints=service.endpoints,
        cells=[_cell(words, service, one, held[one.id]) for one in applications],
        lines=[
            EndpointLine(
                method=endpoint.method,
                path=endpoint.path,
                summary=endpoint.summary,
                off="" if endpoint.enabled else words(_("Off")),
                cells=[_endpoint_cell(words, service, one, endpoint.key, held[one.id]) for one in applications],
            )
            for endpoint in opened or ()
        ],
    )


def _cell(words: Words, service: ServiceRow, application: ApplicationRow, held: Collection[EndpointKey]) -> Cell:
    between = words(_("{client} uses {service}"), client=application.name, service=service.title)
    href = f"/rights/{service.subject}/{application.subject}"
    if WHOLE_SERVICE in held:
        return Cell(WHOLE, words(_("All")), between, href)
    if held:
        some = words(_("{number} of {total}"), number=words.number(len(held)), total=words.number(service.endpoints))
        return Cell(SOME, some, between, href)
    return Cell(NONE, "–", words(_("No right: {between}"), between=between), href)


def _endpoint_cell(
    words: Words, service: ServiceRow, application: ApplicationRow, key: EndpointKey, held: Collection[EndpointKey]
) -> Cell:
    allowed = WHOLE_SERVICE in held or key in held
    href = f"/rights/{service.subject}/{application.subject}"
    label = words(_("{client} uses {service}"), client=application.name, service=f"{key[0]} {key[1]}")
    return Cell(WHOLE, words(_("Yes")), label, href) if allowed else Cell(NONE, "–", label, href)


def client_rows(words: Words, service: Service, found: Sequence[ClientRow]) -> list[Cells]:
    """Return the applications that may use a service as rows."""
    return [
        (
            {"text": one.name, "href": f"/rights/{service.subject}/{one.subject}"},
            one.member_name,
            {"code": one.subject},
            extent(words, one.endpoints),
            one.purpose,
            {"moment": one.granted_at} if one.connected else {"status": words(_("Rests")), "state": "warn"},
        )
        for one in found
    ]


def held_choice(held: Held) -> str:
    """Return which answer of the form says what is held."""
    if held.whole:
        return WHOLE
    return SOME if held.endpoints else NONE


def endpoint_choices(service: Service) -> list[tuple[str, str, str]]:
    """Return a service's endpoints as choices of a form."""
    return [(name(one.key), name(one.key), one.summary or one.operation_id) for one in service.endpoints]


def name(key: EndpointKey) -> str:
    """Write an endpoint as forms carry it."""
    return " ".join(key).strip()


def chosen_keys(service: Service, extent_: str, names: Sequence[str]) -> frozenset[EndpointKey]:
    """Return what a form asks for; endpoints that the service does not have are left out."""
    if extent_ == WHOLE:
        return frozenset({WHOLE_SERVICE})
    if extent_ == SOME:
        return frozenset(one.key for one in service.endpoints if name(one.key) in set(names))
    return frozenset()


def in_words(words: Words, keys: Collection[EndpointKey]) -> str:
    """Say in one line what is held."""
    if WHOLE_SERVICE in keys:
        return words(_("The whole service"))
    return words.set_apart(name(key) for key in sorted(keys)) or words(_("Nothing"))


def state(words: Words, request: AccessRequest) -> dict[str, str]:
    """Return where a request stands, as a cell of a table."""
    label, sign = STATES[request.state]
    return {"status": words(label), "state": sign}


def request_rows(words: Words, found: Sequence[AccessRequest], names: Mapping[str, Names]) -> list[Cells]:
    """Return requests for access as rows."""
    return [
        (
            {"text": application_name(names, one.client), "href": f"/requests/{one.id}"},
            names[one.client].member if one.client in names else "",
            {"code": one.service.partition("/")[2]},
            extent(words, len(one.endpoints)),
            state(words, one),
            {"moment": one.requested_at},
        )
        for one in found
    ]


def request_facts(words: Words, request: AccessRequest, names: Mapping[str, Names]) -> list[tuple[str, object]]:
    """Return a request as rows of a summary, but for its endpoints."""
    client = names.get(request.client)
    rows: list[tuple[str, object]] = [
        (words(_("Application")), application_name(names, request.client)),
        (words(_("Organisation")), client.member if client else request.client),
        (words(_("Purpose")), request.purpose),
        (words(_("Agreement")), request.agreement),
    ]
    return [*rows, (words(_("Reason")), request.reason)] if request.reason else rows


def application_name(names: Mapping[str, Names], identifier: str) -> str:
    """Return what an application is called, or its identifier once it has left."""
    return names[identifier].application if identifier in names else identifier


def endpoint_states(words: Words, service: Service, keys: Collection[EndpointKey]) -> list[Cells]:
    """Return the endpoints that a right covers as rows."""
    covered = [one for one in service.endpoints if WHOLE_SERVICE in keys or one.key in keys]
    return [({"code": name(one.key)}, one.summary or one.operation_id, on_off(words, one.enabled)) for one in covered]


def wish_facts(
    words: Words, service: Service, values: Mapping[str, str], keys: Collection[EndpointKey], names: Mapping[str, Names]
) -> list[tuple[str, object]]:
    """Return the answers of the form that asks for access as rows of a summary."""
    return [
        (words(_("Service")), service.title),
        (words(_("Application")), application_name(names, f"{service.instance}/{values['client']}")),
        (words(_("Extent")), in_words(words, keys)),
        (words(_("Purpose")), values["purpose"]),
        (words(_("Agreement")), values["agreement"]),
    ]
