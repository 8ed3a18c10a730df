"""A package of a few lines that exercises every way the kernel answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from govstack.kernel.errors import Forbidden, NotFound
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public, signed_in

api = Routes(tags=("samples",))
dialect = Routes(face="dialect")
BODY_BYTES_MAX = 10_000


class Note(msgspec.Struct, omit_defaults=True):
    """A note."""

    text: str
    stars: int = 0


class Filter(msgspec.Struct):
    """How to filter notes."""

    word: str = ""
    page_size: int = msgspec.field(default=10, name="pageSize")


@api.post("/notes", access=needs("sample:write"), body=Note, answer=Note, body_bytes_max=BODY_BYTES_MAX)
async def add_note(_: Call, body: Note) -> Note:
    """Add a note."""
    return body


@api.get("/notes", access=signed_in(), query=Filter, answer=dict[str, Any])
async def list_notes(call: Call) -> dict[str, Any]:
    """List notes."""
    return {"word": call.query.word, "pageSize": call.query.page_size}


@api.get("/notes/{note_id}", access=public(), answer=dict[str, str], errors=(NotFound,))
async def read_note(call: Call) -> dict[str, str]:
    """Read a note."""
    return {"id": call.path["note_id"]}


@api.get("/notes/{note_id}/parts/{name}.{ext}", access=public(), answer=dict[str, str])
async def read_part(call: Call) -> dict[str, str]:
    """Read a part of a note."""
    return {"name": call.path["name"], "ext": call.path["ext"]}


@api.get("/notes/mine", access=public(), answer=dict[str, str])
async def my_notes(_: Call) -> dict[str, str]:
    """Read my notes."""
    return {"id": "fixed segments win"}


@api.get("/broken", access=public())
async def broken(_: Call) -> None:
    """Fail in a way nobody foresaw, with a secret in the message."""
    raise RuntimeError("SELECT secret FROM /etc/passwd WHERE name = 'Amina Kone'")


@api.get("/odd", access=public(), answers={456: dict[str, str]})
async def odd(_: Call) -> Answer:
    """Answer with an unusual status."""
    return Answer(value={"code": "456"}, status=456)


@api.delete("/notes/{note_id}", access=public(), status=204)
async def remove_note(_: Call) -> None:
    """Remove a note."""


@api.get("/decided", access=by_policy("the weather"), answer=dict[str, str])
async def decided(call: Call) -> dict[str, str]:
    """Let the service decide."""
    if not call.actor.signed_in:
        raise Forbidden
    return {"actor": call.actor.id, "application": call.actor.application, "for": call.actor.on_behalf_of}


@dialect.get("/old-notes", access=public(), answer=dict[str, str])
async def old_notes(_: Call) -> dict[str, str]:
    """Answer published clients."""
    return {"face": "dialect"}


SAMPLE = Manifest(
    name="sample",
    kind="block",
    title="Sample",
    spec_version="1.0.0",
    root=Path(__file__).parent,
    api=api,
    dialect=dialect,
    scopes={"sample:write": "Write notes"},
)
WITH_OWN_ERRORS = replace(SAMPLE, error_body=lambda problem: {"detail": problem.detail})
