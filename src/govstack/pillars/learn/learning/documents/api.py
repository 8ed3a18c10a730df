"""The document resources of xAPI 1.0.3, below /xapi: state, activity profiles, agent profiles."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any

from govstack.kernel import clock
from govstack.kernel.routing import Answer, Call, Routes
from govstack.pillars.learn.learning.callers.api import Resource, elsewhere
from govstack.pillars.learn.learning.callers.model import Caller
from govstack.pillars.learn.learning.documents import schemas, service
from govstack.pillars.learn.learning.documents.model import CONTENT_BYTES_MAX, Kind, Place
from govstack.pillars.learn.learning.statements.api import RESOURCES
from govstack.pillars.learn.learning.statements.service import party
from govstack.pillars.learn.learning.xapi.errors import (
    Changed,
    MustLook,
    NotAStatement,
    NotYours,
    UnknownDocument,
    WrongVersion,
)
from govstack.pillars.learn.learning.xapi.model import moment

routes = Routes(tags=("Learning records (xAPI 1.0.3)",))
HEADERS = {"If-Match": "The ETag of what is replaced", "If-None-Match": "* for what must not be there yet"}
READING: dict[str, Any] = {"errors": (NotAStatement, WrongVersion, UnknownDocument, NotYours)}
WRITING: dict[str, Any] = {
    "headers": HEADERS,
    "status": 204,
    "body_bytes_max": CONTENT_BYTES_MAX,
    "errors": (NotAStatement, WrongVersion, Changed, MustLook, NotYours),
    "description": "The body is the document, of any content type; one that is added to is a JSON object.",
}
DOCUMENTS: tuple[tuple[Kind, str, str, tuple[type, type]], ...] = (
    ("state", "/xapi/activities/state", "State", (schemas.StateQuery, schemas.StatePlace)),
    (
        "activity", "/xapi/activities/profile", "ActivityProfile",
        (schemas.ActivityProfileQuery, schemas.ActivityProfilePlace),
    ),
    ("agent", "/xapi/agents/profile", "AgentProfile", (schemas.AgentProfileQuery, schemas.AgentProfilePlace)),
)  # fmt: skip


def _told(query: Any) -> Mapping[str, Any]:
    return {name: getattr(query, name) for name in query.__struct_fields__}


def _name(call: Call) -> str:
    told = _told(call.query)
    return told.get("stateId") or told.get("profileId") or ""


def _place(call: Call, by: Caller, kind: Kind, *, writing: bool) -> Place:
    told = _told(call.query)
    return service.place(
        call.context, by=by, kind=kind, activity=told.get("activityId", ""),
        agent=party(told["agent"]) if "agent" in told else None,
        registration=(told.get("registration") or "").lower(), writing=writing, name=_name(call),
    )  # fmt: skip


def _seen(call: Call) -> dict[str, str]:
    return {
        "if_match": call.headers.get("if-match", ""),
        "if_none_match": call.headers.get("if-none-match", ""),
    }


async def _read(call: Call, by: Caller, kind: Kind) -> Answer:
    at, name = _place(call, by, kind, writing=False), _name(call)
    since = call.query.since
    if not name:
        try:
            after = clock.timestamp(moment(since)) if since else ""
        except ValueError as error:
            raise NotAStatement(f"since: {error}.") from error
        return Answer(value=await service.names(call.context, at=at, since=after))
    if since:
        raise NotAStatement("since goes with a list, not with one document.")
    found = await service.read(call.context, at=at, name=name)
    changed = format_datetime(clock.parse(found.changed_at), usegmt=True)
    # What a course kept is handed back as it is, and never as something that a browser would run here.
    headers = {"ETag": found.etag, "Last-Modified": changed, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Answer(body=found.content, media_type=found.media_type, headers=headers)


async def _write(call: Call, by: Caller, kind: Kind, *, adding: bool) -> Answer:
    at, name = _place(call, by, kind, writing=True), _name(call)
    if not name:
        raise NotAStatement("Name the document by stateId or profileId.")
    media = call.content_type or "application/octet-stream"
    etag = await service.put(
        call.context, by=by, at=at, name=name, content=call.body_bytes, media_type=media, adding=adding, **_seen(call)
    )
    return Answer(status=204, headers={"ETag": etag})


async def _remove(call: Call, by: Caller, kind: Kind) -> Answer:
    at, name = _place(call, by, kind, writing=True), _name(call)
    if not name and kind != "state":
        raise NotAStatement("Name the document by profileId.")
    await service.remove(call.context, by=by, at=at, name=name, **_seen(call))
    return Answer(status=204)


def resource(kind: Kind, path: str, title: str, shapes: tuple[type, type]) -> Resource:
    """Return a document resource with its four operations."""
    found = Resource(routes, path, title)
    reading, writing = shapes

    @found.operation("GET", query=reading, operation_id=f"get{title}", **READING)
    async def read(call: Call, by: Caller) -> Answer:
        """Read a document, or list the names of those that are there."""
        return await _read(call, by, kind)

    @found.operation("PUT", query=writing, operation_id=f"put{title}", **WRITING)
    async def put(call: Call, by: Caller) -> Answer:
        """Keep a document."""
        return await _write(call, by, kind, adding=False)

    @found.operation("POST", query=writing, operation_id=f"add{title}", **WRITING)
    async def add(call: Call, by: Caller) -> Answer:
        """Add the names of a JSON object to a document, or keep it as one."""
        return await _write(call, by, kind, adding=True)

    @found.operation("DELETE", query=writing, operation_id=f"delete{title}", **WRITING)
    async def remove(call: Call, by: Caller) -> Answer:
        """Remove a document, or every state of a learner in an activity."""
        return await _remove(call, by, kind)

    found.close()
    return found


elsewhere(routes, (*RESOURCES, *(resource(*one) for one in DOCUMENTS)))
