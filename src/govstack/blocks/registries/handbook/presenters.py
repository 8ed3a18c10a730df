"""The document of a version laid out for reading: each service with its address, what is sent and what comes back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from govstack.blocks.registries.discovery.model import Known, base, call_of
from govstack.blocks.registries.frame.presenters import SERVICES, Cell, Words
from govstack.kernel.i18n import _

API = "/api/v1"
COLOURS: Mapping[str, str] = {"GET": "teal", "POST": "green", "PUT": "yellow", "DELETE": "red"}
# What the parameters of a list mean; one for each field follows.
PARAMETERS: tuple[tuple[str, str], ...] = (
    ("search", _("Text to find")),
    ("filter", _("The field that the text must be found in, exactly")),
    ("ordering", _("ascending or descending, or fields, with - before one for descending")),
    ("query.Field", _("Only records in which the field has this value; also with [from], [to], [not] or [starts]")),
    ("page", _("Number of the page")),
    ("pageSize", _("Records on a page, 1000 at most")),
)
HEADERS: tuple[tuple[str, str], ...] = (
    ("Authorization", _("Who calls: Bearer and a token")),
    ("Information-Mediator-Client", _("The calling system, as INSTANCE/CLASS/MEMBER/APPLICATION")),
    ("Information-Mediator-Purpose", _("What the data is for; the person concerned can read it")),
    ("Legal-Basis", _("The law or decision relied on; the person concerned can read it")),
    ("Registry-Key", _("The key of the registry, to read its secret fields")),
    ("Idempotency-Key", _("Names a request that changes something: sent again it changes nothing more")),
)
ANSWERS: tuple[tuple[str, str], ...] = (
    ("400", _("The request does not fit the schema; the answer names the fields")),
    ("401", _("Nobody is signed in")),
    ("403", _("No right gives this; the refusal is logged")),
    ("404", _("There is no such registry, version or record")),
    ("409", _("It contradicts what is stored, such as a value that must be unique")),
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One service as a developer reads it."""

    anchor: str
    name: str
    method: str
    colour: str
    path: str
    text: str
    example: str
    command: str


def operations(words: Words, known: Known, document: Mapping[str, Any], url: str) -> list[Operation]:
    """Return the services that the reader may use, each with an example of what is sent."""
    found = []
    for one in known.services:
        method, place = call_of(one)
        if not method:
            continue
        path = base(known.registry) + place
        described = document["paths"].get(path, {}).get(method.lower(), {})
        body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
        label, hint = SERVICES[one.kind]
        found.append(
            Operation(
                f"service-{one.name}", one.title or one.name if one.custom else words(label), method,
                COLOURS.get(method, "grey"), f"{API}{path}", words(hint),
                msgspec.json.encode(body).decode() if body is not None else "",
                _command(method, f"{url}{API}{path}", body),
            )
        )  # fmt: skip
    return found


def _command(method: str, url: str, body: object) -> str:
    """Return the call as a line for a terminal."""
    parts = ["curl", *([] if method == "GET" else ["-X", method]), "-H", '"Authorization: Bearer $TOKEN"']
    if body is not None:
        sent = msgspec.json.encode(body).decode()
        parts += ["-H", '"Content-Type: application/json"', "-d", shlex.quote(sent)]
    return " ".join([*parts, f'"{url}"'])


def described(words: Words, rows: Sequence[tuple[str, str]]) -> list[Sequence[Cell]]:
    """Return names in code with their meaning as rows."""
    return [({"code": name}, words(text)) for name, text in rows]


def listed(words: Words, found: Sequence[Known]) -> list[Sequence[Cell]]:
    """Return every version that the reader may know of as rows."""
    return [
        (
            {
                "text": f"{one.registry.name or one.registry.code} {one.registry.version}",
                "href": f"/registry/{one.registry.code}/api/{one.registry.version}",
            },
            {"code": base(one.registry)},
            one.registry.institution or "–",
            {"number": len(one.services)},
        )
        for one in found
    ]
