"""Use cases of learning paths: read those in force, change them, and say where somebody stands."""

from __future__ import annotations

from functools import cache
from pathlib import Path as File

import msgspec

from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.db import Transaction
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.frame.errors import BadId
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.response.enrolment import service as enrolment
from govstack.pillars.learn.response.offerings import service as offerings
from govstack.pillars.learn.response.paths import store
from govstack.pillars.learn.response.paths.errors import BadPath, PathChanged, UnknownPath
from govstack.pillars.learn.response.paths.model import Path, Placed, fault_of, in_force, named_well, placed

SEED = File(__file__).parents[2] / "seeds" / "paths.yaml"


@cache
def shipped() -> tuple[Path, ...]:
    """Return the paths that come with the product."""
    content = read_yaml(SEED.read_text(encoding="utf-8"))
    return tuple(msgspec.convert({**one, "shipped": True}, Path) for one in content["paths"])


async def listed(context: Context) -> list[Path]:
    """Return the paths in force."""
    async with context.database.reading(one_statement=True) as tx:
        own = await store.paths(tx)
    return [one for one in in_force(shipped(), own).values() if not one.retired]


async def path(context: Context, *, path_id: str) -> Path:
    """Return a path; raises UnknownPath."""
    found = next((one for one in await listed(context) if one.id == path_id), None)
    if found is None:
        raise UnknownPath
    return found


async def put(context: Context, *, by: Actor, path: Path, seen: Path | None = None) -> Path:
    """Enter a path or change one, also the shipped one; raises BadId, BadPath with what is wrong in its field.

    `seen` is the path of which a part was changed: raises PathChanged where it is another one by now.
    """
    named = {one for step in path.steps for one in step.offerings}
    async with context.database.transaction() as tx:
        before = await store.held(tx, path.id)
        # Left by its end, not by the refusal, so that what others changed can be read when it is told.
        changed = seen is not None and (seen != before if before else not seen.shipped)
        if not changed:
            fault = fault_of(path, await offerings.by_ids(tx, named))
            if not fault and not named_well(path, before):
                raise BadId
            if fault:
                raise BadPath(fields={"slots" if fault == "slots" else "steps": fault})
            changed = not await _write(tx, by, path, over=before is not None or seen is None)
    if changed:
        raise PathChanged
    return path


async def _write(tx: Transaction, by: Actor, path: Path, *, over: bool) -> bool:
    """Write a path, over one that is there or only as a new one; false when somebody else was faster."""
    if not over and not await store.add(tx, path):
        return False
    if over:
        await store.put(tx, path)
    await audit.record(tx, by=by, action="learn.path.put", subject=f"path/{path.id}")
    return True


async def mine(context: Context, *, by: Actor) -> list[Path]:
    """Return the paths that suit the posts of whoever signed in."""
    me = await people.me(context, by=by)
    return [one for one in await listed(context) if one.suits(me.roles)]


async def standing(context: Context, *, by: Actor, found: Path) -> list[Placed]:
    """Return the steps of a path and where whoever signed in stands; nobody in particular has done nothing."""
    if not by.signed_in:
        return placed(found, ())
    me = await people.me(context, by=by)
    done = await enrolment.completed(context, person_ids=[me.id])
    return placed(found, done.get(me.id, ()))
