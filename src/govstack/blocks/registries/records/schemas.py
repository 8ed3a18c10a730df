"""Wire shapes of the data operations, and what requests say beside their bodies: reasons, keys, repeats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import msgspec

from govstack.blocks.registries.changes.model import Change, Verification
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import Registry
from govstack.blocks.registries.reading.model import (
    Match,
    Pattern,
    Search,
    Term,
    field_term,
    ordering,
    pattern_of,
    text_term,
    window,
)
from govstack.blocks.registries.reading.service import Listing
from govstack.blocks.registries.records.model import REPEAT_KEY_CHARACTERS_MAX, Manner, Repeat
from govstack.blocks.registries.usage.model import Reason
from govstack.blocks.registries.writing.model import Written
from govstack.kernel import crypto, pagination, wire
from govstack.kernel.auth import ADDRESS_HEADER, CLIENT_HEADER, PURPOSE_HEADER
from govstack.kernel.errors import BadRequest
from govstack.kernel.routing import Answer, Call

# Records are data: their fields are declared by analysts at run time, so their values are of any JSON type.
Values = dict[str, Any]
BULK_BYTES_MAX = 8_000_000
QUERY_PREFIX = "query."
PUBLISHED_BULK_REGISTRY = "mcts"
REASON_CHARACTERS_MAX = 500
HEADERS = {
    "Information-Mediator-Client": "The calling application, as INSTANCE/CLASS/MEMBER/APPLICATION",
    "Information-Mediator-Purpose": "What the data is for; it enters the log of reads",
    "Legal-Basis": "The law or decision the caller relies on; it enters the log of reads",
    "Consent-Reference": "The consent the caller relies on; it enters the log of reads",
    "Registry-Key": "The registry's key, to read its secret fields",
}
CHANGE_HEADERS = {
    **HEADERS,
    "Idempotency-Key": "Names this request: sent again with the same key it changes nothing and gets the first answer",
    "If-Match": "The ETag of the record as it was read; another revision is refused with 412",
}
_CLIENT = re.compile(r"[\w.-]+(?:/[\w.-]+){3}", re.ASCII)
_KEY = re.compile(rf"[!-~]{{1,{REPEAT_KEY_CHARACTERS_MAX}}}")


class Content(msgspec.Struct, frozen=True):
    """A record, or a part of one."""

    content: Values


class Create(msgspec.Struct, frozen=True):
    """A record to create."""

    write: Content


class Update(msgspec.Struct, frozen=True):
    """Which record to change, and what to put over it."""

    write: Content
    query: Content | None = None


class Query(msgspec.Struct, frozen=True):
    """The record that is asked for, by any of its fields."""

    query: Content


FlatOrWrapped = Annotated[
    Values,
    msgspec.Meta(
        description="The fields that a record must have, in query.content; a body without query is taken as the fields",
        extra_json_schema={"properties": {"query": {"type": "object", "properties": {"content": {"type": "object"}}}}},
    ),
]


class Entry(msgspec.Struct, frozen=True):
    """One record of several to create; what the server sets itself is not read."""

    content: Values


class Entries(msgspec.Struct, frozen=True):
    """Several records to create; a form sends the list as JSON text."""

    write: list[Entry] | str


class Receipt(msgspec.Struct, frozen=True, rename="camel"):
    """A record that was created."""

    content: Values
    created_at: str
    modified_at: str
    uuid: str


class Receipts(msgspec.Struct, frozen=True):
    """The records that were created, in the order they were sent."""

    receive: list[Receipt]


class ExistsStatus(msgspec.Struct, frozen=True):
    """Whether there is such a record."""

    status: bool
    message: str


class ExistsAnswer(msgspec.Struct, frozen=True):
    """The answer to exists."""

    answer: ExistsStatus


class Value(msgspec.Struct, frozen=True):
    """A value that is no text."""

    value: Any


class ListQuery(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to list; `query.<field>` stands for each searchable field, with [from], [to], [not], [starts] behind it."""

    search: Annotated[str, msgspec.Meta(description="Text to find; exactly, in the field that filter names")] = ""
    field: Annotated[str, msgspec.Meta(description="Field that search looks at")] = msgspec.field(
        name="filter", default=""
    )
    ordering: Annotated[
        str, msgspec.Meta(description="ascending or descending; or fields, with - before one for descending")
    ] = ""
    page: Annotated[int, msgspec.Meta(ge=1)] | None = None
    page_size: Annotated[int, msgspec.Meta(ge=1)] | None = msgspec.field(name="pageSize", default=None)
    match: Annotated[str, msgspec.Meta(description="exact, contains or regex")] = ""
    after: Annotated[str, msgspec.Meta(description="Where the next part starts, as a next link says")] = ""
    archived: Annotated[str, msgspec.Meta(description="true lists archived records")] = ""
    details: Annotated[str, msgspec.Meta(description="true adds uuid, times and revision to each record")] = ""


class CustomQuery(ListQuery, frozen=True, omit_defaults=True):
    """What a custom service is asked: as a list, or for the value of one field of the record with a uuid."""

    uuid: str = ""
    value_field: Annotated[str, msgspec.Meta(description="Field whose value is read")] = msgspec.field(
        name="field", default=""
    )


class Results(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """A part of a list; next is there while more follows. countIsMinimum says that counting stopped early."""

    count: int
    results: list[Values]
    next: str = ""
    previous: str = ""
    count_is_minimum: bool = False


class HistoryEntry(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """One change: who did what and when, the fields as they were and as they became, and the chain."""

    position: int
    kind: str
    at: str
    actor: str
    version: str
    revision: int
    before: Values
    after: Values
    hash: str
    previous_hash: str
    actor_name: str = ""
    on_behalf_of: str = ""
    application: str = ""
    correlation_id: str = ""


class History(msgspec.Struct, frozen=True):
    """All changes of a record, oldest first."""

    changes: list[HistoryEntry]


class VerificationAnswer(msgspec.Struct, frozen=True):
    """What was verified, and what does not fit."""

    sound: bool
    entries: int
    records: int
    findings: list[str]


async def registry_of(call: Call) -> Registry:
    """Return the registry that the path names; raises UnknownRegistry, and BadRequest for a malformed caller header."""
    client = call.headers.get(CLIENT_HEADER, "")
    if client and not _CLIENT.fullmatch(client):
        raise BadRequest("Information-Mediator-Client has the form INSTANCE/CLASS/MEMBER/APPLICATION.")
    if any("\x00" in part for part in call.path.values()):
        raise BadRequest("The address holds a NUL character.")
    return await design.published(call.context, code=call.path["registryName"], version=call.path["versionNumber"])


def reason_of(call: Call) -> Reason:
    """Return why the caller reads, as its headers state it."""
    return Reason(
        purpose=call.headers.get(PURPOSE_HEADER, "")[:REASON_CHARACTERS_MAX],
        legal_basis=call.headers.get("legal-basis", "")[:REASON_CHARACTERS_MAX],
        consent_reference=call.headers.get("consent-reference", "")[:REASON_CHARACTERS_MAX],
    )


def key_of(call: Call) -> str:
    """Return the registry's key, if the caller presents it."""
    return call.headers.get("registry-key", "")


def takes_numbers_as_text(call: Call) -> bool:
    """Tell whether a number is taken where a field holds text, as published clients send some (SD-16)."""
    return call.context.settings.profile == "conformance"


def manner_of(call: Call) -> Manner:
    """Return how a change was asked for."""
    return Manner(
        repeat=_repeat(call),
        if_match=call.headers.get("if-match", ""),
        reason=reason_of(call),
        key=key_of(call),
        numbers_as_text=takes_numbers_as_text(call),
    )


def _repeat(call: Call) -> Repeat | None:
    """Return what makes a retransmission known: its own key, else the correlation id that the caller gave it (SD-1)."""
    key, correlation = call.headers.get("idempotency-key", ""), call.headers.get("x-correlation-id", "")
    if not key and (not correlation or call.method != "POST"):
        return None
    digest = crypto.digest(f"{call.method} {call.url_path}\n".encode() + call.body_bytes)
    if not key:
        return Repeat(f"correlation {call.correlation_id}", digest, strict=False)
    if not _KEY.fullmatch(key):
        raise BadRequest(f"An Idempotency-Key has 1 to {REPEAT_KEY_CHARACTERS_MAX} visible ASCII characters.")
    return Repeat(f"key {key}", digest)


def asked_content(body: Mapping[str, Any]) -> Mapping[str, object]:
    """Return the fields of an exists request, wrapped in query.content or flat (DR-D6); raises BadRequest."""
    query = body.get("query")
    if not isinstance(query, Mapping):
        return body
    content = query.get("content")
    if not isinstance(content, Mapping):
        raise BadRequest("Put the fields into query.content.", fields={"query.content": "must be an object"})
    return content


def exists_answer(registry: Registry, asked: Mapping[str, object], *, there: bool) -> ExistsAnswer:
    """Return the answer to exists; its message is always text."""
    unknown = [name for name in asked if name not in registry.field_names]
    if there:
        message = "Object found from database"
    elif unknown:
        message = f"No object found: the registry has no field {', '.join(sorted(unknown)[:5])}"
    else:
        message = "No object found from database"
    return ExistsAnswer(ExistsStatus(there, message))


def entries_of(body: Entries) -> list[Mapping[str, object]]:
    """Return the contents of a createEntries request; a form carries the list as JSON text."""
    entries = body.write
    if isinstance(entries, str):
        try:
            entries = msgspec.json.decode(entries, type=list[Entry])
        except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
            raise BadRequest(
                "write must hold a list of records as JSON.", fields={"write": "must be a list"}
            ) from error
    return [entry.content for entry in entries]


def search_of(call: Call, registry: Registry) -> Search:
    """Return the search that a list's query asks for; raises BadSearch and BadRequest."""
    asked: ListQuery = call.query
    field = asked.field.partition("?")[0] if asked.field not in registry.field_names else asked.field
    terms, pattern = _looked_for(registry, asked, field)
    for name, value in dict(wire.query_pairs(call.raw_query)).items():
        if name.startswith(QUERY_PREFIX):
            terms.append(field_term(registry, name.removeprefix(QUERY_PREFIX), value))
    order, newest_first = ordering(registry, asked.ordering, field_name=field) if asked.ordering else ((), False)
    page, size = window(asked.page, asked.page_size)
    after = _position(call, registry, asked.after) if asked.after else 0
    if after and (order or newest_first or asked.page):
        raise BadRequest("after goes with neither ordering nor page.", fields={"after": "stands alone"})
    return Search(
        terms=tuple(terms),
        pattern=pattern,
        order=order,
        newest_first=newest_first,
        page=page,
        size=size,
        after=after,
        archived=asked.archived == "true",
    )


def _looked_for(registry: Registry, asked: ListQuery, field: str) -> tuple[list[Term], Pattern | None]:
    if not asked.search:
        return [], None
    if asked.match and asked.match not in set(Match):
        raise BadRequest(f"match is one of {', '.join(Match)}.", fields={"match": f"must be one of {', '.join(Match)}"})
    match = Match(asked.match) if asked.match else None
    if match is Match.REGEX:
        return [], pattern_of(registry, asked.search, field_name=field)
    return list(text_term(registry, asked.search, field_name=field, match=match)), None


def _position(call: Call, registry: Registry, token: str) -> int:
    position = pagination.position(call.context.keys, f"records/{registry.id}", token)
    if not isinstance(position, int):
        raise BadRequest("The page token is not one of this list. Start again without it.")
    return position


def results_body(call: Call, registry: Registry, search: Search, found: Listing) -> bytes:
    """Return the answer to list as bytes: stored texts are joined, not read and written again."""
    head: dict[str, object] = {"count": found.count}
    if found.more:
        head["next"] = _link(call, _following(call, registry, search, found))
    if search.page is not None and search.page > 1:
        head["previous"] = _link(call, {"page": str(search.page - 1), "pageSize": str(search.size)})
    if found.count_is_minimum:
        head["countIsMinimum"] = True
    return msgspec.json.encode(head)[:-1] + b',"results":[' + ",".join(found.texts).encode() + b"]}"


def _following(call: Call, registry: Registry, search: Search, found: Listing) -> dict[str, str]:
    if search.by_creation and search.pattern is None and not call.query.page:
        token = pagination.token(call.context.keys, f"records/{registry.id}", found.last_number)
        return {"after": token, **({"pageSize": str(search.size)} if search.size else {})}
    return {"page": str((search.page or 1) + 1), "pageSize": str(search.size or len(found.texts))}


def _link(call: Call, changed: Mapping[str, str]) -> str:
    kept = {
        name: value for name, value in wire.query_pairs(call.raw_query) if name not in {"page", "pageSize", "after"}
    }
    own = f"{call.context.public_url}{quote(call.url_path.removeprefix(call.mount))}"
    return f"{call.headers.get(ADDRESS_HEADER, own)}?{urlencode({**kept, **changed})}"


def receipts(made: list[Written]) -> Receipts:
    """Return the records that were created."""
    return Receipts([Receipt(one.content, one.created_at, one.modified_at, one.uuid) for one in made])


def written(made: Written) -> Answer:
    """Return the record after a change, with its id, its state, and the names that no field carries."""
    return Answer(value=Content(made.content), headers=headers_of(made))


def headers_of(made: Written | None) -> dict[str, str]:
    """Return what the headers say about a changed record."""
    if made is None:
        return {}
    ignored = {"Ignored-Fields": ", ".join(map(quote, made.ignored))} if made.ignored else {}
    return {"Record-Id": made.uuid, "ETag": made.etag, **ignored}


def content_body(text: str) -> bytes:
    """Return a record in its envelope; the text is JSON already."""
    return b'{"content":' + text.encode() + b"}"


def value_answer(value: object) -> object:
    """Return one value: text as a bare JSON string, anything else in an object (DR-D11)."""
    return value if isinstance(value, str) else Value(value)


def history(changes: list[Change]) -> History:
    """Return the history of a record."""
    return History(
        [
            HistoryEntry(
                position=one.position,
                kind=one.kind.value,
                at=one.at,
                actor=one.actor,
                version=one.version,
                revision=one.revision,
                before=msgspec.json.decode(one.before),
                after=msgspec.json.decode(one.after),
                hash=one.hash,
                previous_hash=one.previous_hash,
                actor_name=one.actor_name,
                on_behalf_of=one.on_behalf_of,
                application=one.application,
                correlation_id=one.correlation_id,
            )
            for one in changes
        ]
    )


def verification(found: Verification) -> VerificationAnswer:
    """Return what a verification found."""
    return VerificationAnswer(found.sound, found.entries, found.records, list(found.findings))
