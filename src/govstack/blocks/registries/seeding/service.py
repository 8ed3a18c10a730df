"""Puts the published databases in place, and takes away everything else: for published test clients only."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from govstack.blocks.registries.design import service as design
from govstack.blocks.registries.design.model import NUMBER_FORMAT, Catalogue, Definition, SchemaTag
from govstack.blocks.registries.narrowing import service as narrowing
from govstack.blocks.registries.notation.model import read_schema
from govstack.blocks.registries.seeding import store
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context

FILE = Path(__file__).parents[1] / "seeds" / "conformance.json"
SEEDER = Actor.system("seed")


async def reset_databases(context: Context) -> None:
    """Restore exactly the published databases, empty of records; refuses to run outside the conformance profile.

    Whatever else was defined is removed for good, with its records, so that runs of a suite do not meet each other.
    """
    if context.settings.profile != "conformance":
        raise RuntimeError("Only the conformance profile resets databases: everything in them would be lost.")
    content = msgspec.json.decode(FILE.read_bytes())
    wanted = list(_definitions(content))
    async with context.database.transaction() as tx:
        await narrowing.remove_all(tx)
        await store.remove_everything(tx)
        for one in content["catalogues"]:
            await design.put_catalogue(tx, Catalogue(
                one["id"], one["name"], one["code"], one["groupId"], one["groupName"], one["order"],
                one["dataIndexIncrement"],
            ))  # fmt: skip
        for number, catalogue, definition, _ in wanted:
            await design.place(tx, by=SEEDER, registry_id=number, catalogue_id=catalogue, definition=definition)
        await store.set_highest(tx, max(number for number, *_ in wanted))
    design.forget(context)
    for number, _, definition, told in wanted:
        await design.publish(context, by=SEEDER, code=definition.code, version=told["version"])
        if "modifiedAt" in told:
            async with context.database.transaction() as tx:
                await store.date(
                    tx, number, at=told["modifiedAt"], name=told["byUserName"], auth_id=told["byUserAuthId"]
                )
    design.forget(context)


def _definitions(content: dict[str, Any]) -> Iterator[tuple[int, int, Definition, dict[str, Any]]]:
    told = content["databases"]
    for number in told["ids"]:
        # All ten have one name; codes must differ, and the group's own code stays with the first.
        code = told["code"] if number == told["ids"][0] else f"{told['code']}-{number}"
        yield number, told["catalogue"], _definition(code, told), told
    told = content["registries"]
    for code, number in told["ids"].items():
        yield number, told["catalogue"], _definition(code, told), told


def _definition(code: str, told: dict[str, Any]) -> Definition:
    schema = read_schema(told["schema"])
    return Definition(
        code, schema.fields, name=told.get("name", code), description=told["description"],
        institution=told["institution"], number_format=told.get("numberFormat", NUMBER_FORMAT),
        increment_index=schema.increment_index, tags=_tags(told.get("schemaTags", ())),
        flags=_tags(told.get("schemaFlags", ())),
    )  # fmt: skip


def _tags(given: list[dict[str, Any]]) -> tuple[SchemaTag, ...]:
    return tuple(SchemaTag(one["name"], one["path"], one.get("isFulltext", False)) for one in given)
