"""Templates: definitions that are kept to start new registries from (DRS-20)."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.registries.blueprints import store
from govstack.blocks.registries.blueprints.model import CODE_PATTERN, TITLE_CHARACTERS_MAX, Template, document
from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import UnknownRegistry, UnknownTemplate
from govstack.blocks.registries.design.model import may_manage, may_see_definition
from govstack.kernel import audit, clock
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import BadRequest, Forbidden

VERSION_MAX = 2**31 - 1


async def export(context: Context, *, by: Actor, code: str, version: str) -> dict[str, object]:
    """Return a version of a registry ("draft" for what waits) as a document; raises UnknownRegistry and Forbidden."""
    parts = await design.definition(context, by=by, key=code)
    wanted = {"latest": parts[0].version, "draft": ""}.get(version, version)
    for part in parts:
        if part.version == wanted:
            return document(part)
    raise UnknownRegistry


async def keep(context: Context, *, by: Actor, code: str, title: str, content: Mapping[str, object]) -> Template:
    """Keep a document as the next version of a template; an identical repeat changes nothing."""
    if not may_manage(by):
        raise Forbidden
    if not CODE_PATTERN.fullmatch(code) or not 0 < len(title) <= TITLE_CHARACTERS_MAX:
        raise BadRequest("A template has a code of small letters, digits and -, and a title.")
    async with context.database.transaction() as tx:
        before = await store.find(tx, code, 0)
        text = msgspec.json.encode(content).decode()
        if before is not None and (before["definition"], before["title"]) == (text, title):
            return _template(before)
        row = {
            "code": code, "version": before["version"] + 1 if before else 1, "title": title, "definition": text,
            "created_at": clock.timestamp(), "created_by": by.id,
        }  # fmt: skip
        await store.add(tx, row)
        await audit.record(
            tx, by=by, action="registries.template.kept", subject=f"template:{code}", detail={"version": row["version"]}
        )
    return _template(row)


async def templates(context: Context, *, by: Actor) -> list[Template]:
    """Return the newest version of every template; raises Forbidden."""
    if not may_see_definition(by):
        raise Forbidden
    async with context.database.reading(one_statement=True) as tx:
        return [_template(row) for row in await store.newest(tx)]


async def template(context: Context, *, by: Actor, code: str, version: int = 0) -> Template:
    """Return a template, the newest version for 0; raises UnknownTemplate and Forbidden."""
    if not may_see_definition(by):
        raise Forbidden
    async with context.database.reading(one_statement=True) as tx:
        row = await store.find(tx, code, version) if 0 <= version <= VERSION_MAX else None
    if row is None:
        raise UnknownTemplate
    return _template(row)


def _template(row: Mapping[str, object]) -> Template:
    return Template(
        str(row["code"]), int(str(row["version"])), str(row["title"]), msgspec.json.decode(str(row["definition"])),
        str(row["created_at"]),
    )  # fmt: skip
