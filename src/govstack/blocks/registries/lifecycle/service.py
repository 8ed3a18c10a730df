"""Acts on whole registries and versions: archive, restore, delete, set the key, open to whoever is signed in."""

from __future__ import annotations

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.errors import StillLinked, UnknownRegistry
from govstack.blocks.registries.design.model import (
    LATEST,
    Lifecycle,
    Registry,
    links_strictly,
    may_manage,
)
from govstack.blocks.registries.keys import service as keys
from govstack.blocks.registries.lifecycle import store
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.errors import Forbidden


async def archive(context: Context, *, by: Actor, code: str, version: str = "", restore: bool = False) -> Registry:
    """Archive a registry or one version: it is still read, no longer written; `restore` takes it back."""
    lifecycle = Lifecycle.PUBLISHED if restore else Lifecycle.ARCHIVED
    async with context.database.transaction() as tx:
        stored, found = await design.managed(tx, by, code)
        if not found or (version and version not in {one.version for one in found}):
            raise UnknownRegistry
        if version:
            await store.set_version(tx, stored.id, version, lifecycle)
        else:
            await store.set_registry(tx, stored.id, lifecycle)
        await design.tell(tx, by, "restored" if restore else "archived", stored.row, {"version": version})
        tx.after_commit(lambda: design.forget(context))
    design.forget(context)
    return await design.published(context, code=code, version=version or LATEST)


async def delete_version(context: Context, *, by: Actor, code: str, version: str) -> None:
    """Delete a version and its services; its number is never used again, records stay. Repeats change nothing."""
    async with context.database.transaction() as tx:
        stored, found = await design.managed(tx, by, code)
        left = [one for one in found if one.version != version]
        if len(left) == len(found):
            return
        await store.drop_services(tx, stored.id, version)
        await store.set_version(tx, stored.id, version, Lifecycle.DELETED)
        if not left:
            # What was published last becomes the draft again, so that nothing the analyst wrote is lost.
            await store.set_back_to_draft(tx, stored.id, stored.row["draft"] or design.draft_text(found[0]))
        else:
            await design.tidy_indexes(tx, stored.id, left)
        await design.tell(tx, by, "version-deleted", stored.row, {"version": version})
        tx.after_commit(lambda: design.forget(context))


async def delete_database(context: Context, *, by: Actor, key: int | str) -> None:
    """Delete a registry, by database id or code, with its versions and services; its records stay for their time.

    What is not there is deleted already. Raises Forbidden, or StillLinked when others have strict links to it.
    """
    async with context.database.transaction() as tx:
        found = await design.locked(tx, key)
        if not may_manage(by, found[0].stewards if found else ()):
            raise Forbidden
        if found is None:
            return
        stored = found[0]
        for other in await design.everything_in(tx):
            if other.id != stored.id and links_strictly(other, stored.id):
                raise StillLinked(f"{other.code} links to this registry. Remove that link first.")
        await store.drop_services(tx, stored.id)
        await store.set_registry(tx, stored.id, Lifecycle.DELETED)
        await design.tell(tx, by, "deleted", stored.row, {})
        tx.after_commit(lambda: design.forget(context))


async def set_key(context: Context, *, by: Actor, code: str, key: str) -> None:
    """Set the key of a registry's secret fields; it is never shown, and older ones still open what they closed."""
    async with context.database.transaction() as tx:
        stored, _ = await design.managed(tx, by, code)
        generation = await keys.set_key(context, tx, stored.id, key, by=by.id)
        await design.tell(tx, by, "key-set", stored.row, {"generation": generation})


async def set_default_grant(context: Context, *, by: Actor, code: str, granted: bool) -> None:
    """Give or take back the right of whoever is signed in to read a registry."""
    async with context.database.transaction() as tx:
        stored, _ = await design.managed(tx, by, code)
        if bool(stored.row["default_grant"]) is not granted:
            await store.set_default_grant(tx, stored.id, granted)
            await design.tell(tx, by, "default-grant-given" if granted else "default-grant-removed", stored.row, {})
        tx.after_commit(lambda: design.forget(context))
