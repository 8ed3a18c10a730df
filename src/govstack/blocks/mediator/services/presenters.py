"""What the pages of services show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Annotated

import msgspec

from govstack.blocks.mediator.directory.model import Endpoint, EndpointKey, Power, Service, may
from govstack.blocks.mediator.directory.presenters import Field, Words, on_off
from govstack.blocks.mediator.directory.schemas import Code, Text
from govstack.blocks.mediator.explorer.presenters import COLOURS
from govstack.blocks.mediator.services.model import BYTES_MAX, SECONDS_MAX, URL_CHARACTERS_MAX, Description
from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _, ntranslate

MEGABYTE = 1_000_000
Cells = Sequence[object]
Url = Annotated[str, msgspec.Meta(min_length=1, max_length=URL_CHARACTERS_MAX)]
Seconds = Annotated[int, msgspec.Meta(ge=1, le=SECONDS_MAX)]

NEW: tuple[Field, ...] = (
    ("code", Code, _("Enter a code of letters, digits, dots, dashes and underscores, such as people")),
    ("service_url", Url, _("Enter the address that the mediator calls, such as https://register.example/v1")),
)
CHANGES: tuple[Field, ...] = (
    ("service_url", Url, _("Enter the address that the mediator calls, such as https://register.example/v1")),
    ("version", Text, _("Enter the version, in at most 200 characters")),
    ("timeout_seconds", Seconds, _("Enter how many seconds to wait, from 1 to 300")),
)
SIZES: Mapping[str, str] = {
    "request_megabytes": _("Enter the largest request in megabytes, from 0.001 to 1,000"),
    "answer_megabytes": _("Enter the largest answer in megabytes, from 0.001 to 1,000"),
}

# Why a document or an address is refused, where the reason names nothing of theirs.
REASONS: tuple[str, ...] = (
    _("The document must say `openapi: 3.0.x` or `3.1.x` at its top."),
    _("`info` must hold a title and a version."),
    _("The document starts like JSON but cannot be read as JSON."),
    _("The document cannot be read as YAML."),
    _("YAML aliases are not accepted."),
    _("The document is nested too deeply."),
    _("Every path starts with a slash and is written as it stands in an address."),
    _("This address leads to the inside of a machine or a cloud, never to a service."),
    _("Use https: plain http is not accepted here."),
    _("This is the mediator's own address: calls would go in circles."),
    _("Send an address that starts with http:// or https:// and a host."),
    _("Send an address without user name, password, query and fragment."),
    _("Send an address whose path has no dots, empty parts or hidden slashes."),
)


def endpoint_rows(words: Words, endpoints: Sequence[Endpoint], *, switches: bool = True) -> list[Cells]:
    """Return endpoints as rows."""
    return [
        (
            {"tag": one.method, "colour": COLOURS.get(one.method, "grey")},
            {"code": one.path},
            one.summary or one.operation_id,
            *([on_off(words, one.enabled)] if switches else []),
        )
        for one in endpoints
    ]


def preview_rows(words: Words, described: Description, known: Sequence[Endpoint]) -> list[Cells]:
    """Return the endpoints of a document that was read, each with what becomes of it."""
    before = {one.key: one for one in known}
    rows: list[Cells] = []
    for one in described.endpoints:
        old = before.pop(one.key, None)
        says = {"status": words(_("New")), "state": "new"} if old is None else on_off(words, old.enabled)
        rows.append((*endpoint_rows(words, [one], switches=False)[0], says))
    gone = {"status": words(_("Goes, with its rights")), "state": "bad"}
    rows += [(*endpoint_rows(words, [one], switches=False)[0], gone) for one in before.values()]
    return rows


def described_facts(words: Words, described: Description) -> list[tuple[str, object]]:
    """Return what a document says of its service as rows of a summary."""
    return [
        (words(_("Title")), described.title),
        (words(_("Version")), described.version),
        (words(_("Description")), described.text),
        (words(_("Endpoints")), words.number(len(described.endpoints))),
    ]


def facts(words: Words, service: Service) -> list[tuple[str, object]]:
    """Return how a service is reached and limited as rows of a summary."""
    kept = words(_("Encrypted, for the two parties")) if service.payload_kept else words(_("Not kept"))
    return [
        (words(_("Address of the provider")), service.service_url),
        (words(_("Version")), service.version),
        (words(_("Longest wait")), seconds(words, service.timeout_seconds)),
        (words(_("Largest request")), size(words, service.request_bytes_max)),
        (words(_("Largest answer")), size(words, service.answer_bytes_max)),
        (words(_("What is said")), kept),
    ]


def as_form(service: Service) -> dict[str, str]:
    """Return a service's properties as the fields of the form."""
    return {
        "service_url": service.service_url,
        "version": service.version,
        "timeout_seconds": str(service.timeout_seconds),
        "request_megabytes": megabytes(service.request_bytes_max),
        "answer_megabytes": megabytes(service.answer_bytes_max),
        "payload_kept": "yes" if service.payload_kept else "no",
        "enabled": "yes" if service.enabled else "no",
    }


def changed_facts(words: Words, values: Mapping[str, str]) -> list[tuple[str, object]]:
    """Return the answers of the form as rows of a summary."""
    kept = words(_("Encrypted, for the two parties")) if values["payload_kept"] == "yes" else words(_("Not kept"))
    return [
        (words(_("State")), words(_("On")) if values["enabled"] == "yes" else words(_("Off"))),
        (words(_("Address of the provider")), values["service_url"]),
        (words(_("Version")), values["version"]),
        (words(_("Longest wait")), seconds(words, int(values["timeout_seconds"]))),
        (words(_("Largest request")), size(words, bytes_of(values["request_megabytes"]) or 0)),
        (words(_("Largest answer")), size(words, bytes_of(values["answer_megabytes"]) or 0)),
        (words(_("What is said")), kept),
    ]


def switched(service: Service, answering: Sequence[str]) -> dict[EndpointKey, bool]:
    """Return the endpoints whose state differs from what a form asks for; it names those that shall answer."""
    wanted = set(answering)
    return {
        one.key: f"{one.method} {one.path}" in wanted
        for one in service.endpoints
        if one.enabled != (f"{one.method} {one.path}" in wanted)
    }


def manages(by: Actor, service: Service) -> bool:
    """Tell whether somebody may change a service."""
    return may(by, Power.OFFER, application=service.application)


def seconds(words: Words, number: int) -> str:
    """Write a number of seconds."""
    return ntranslate(words.language, "{count} second", "{count} seconds", number)


def size(words: Words, number: int) -> str:
    """Write a number of bytes in megabytes."""
    return words(_("{number} MB"), number=words.number(number / MEGABYTE))


def megabytes(number: int) -> str:
    """Write a number of bytes as a form takes it."""
    return f"{Decimal(number) / MEGABYTE:f}"


def bytes_of(text: str) -> int | None:
    """Return megabytes, as somebody writes them, in bytes; None when that is no size to choose."""
    try:
        found = int(Decimal(text.replace(",", ".")) * MEGABYTE)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return found if 1_000 <= found <= BYTES_MAX else None
