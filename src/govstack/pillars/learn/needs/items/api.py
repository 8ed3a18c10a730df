"""The operations on the item bank."""

from __future__ import annotations

import asyncio

import msgspec

from govstack.kernel.errors import Unsupported
from govstack.kernel.routing import Answer, Call, Routes, needs
from govstack.kernel.sheets import FILE_TYPES, MEDIA_TYPES, FileUnreadable, Format, format_of
from govstack.pillars.learn.frame.model import TEACH
from govstack.pillars.learn.needs.items import schemas, service
from govstack.pillars.learn.needs.items.errors import BadItem, BadItemFile, ItemRetired, UnknownItem
from govstack.pillars.learn.needs.items.model import Item

routes = Routes(tags=("Test items",))


@routes.put(
    "/items/{itemId}", access=needs(TEACH), body=schemas.ItemGiven, answer=Item, operation_id="putItem",
    errors=(BadItem, ItemRetired),
)  # fmt: skip
async def put_item(call: Call, body: schemas.ItemGiven) -> Item:
    """Enter an item or write its next version."""
    try:
        item = msgspec.convert({**msgspec.to_builtins(body), "id": call.path["itemId"]}, Item)
    except msgspec.ValidationError as error:
        raise BadItem(fields={"itemId": "must be letters, digits and _ . - only"}) from error
    return await service.put(call.context, by=call.actor, item=item)


@routes.put(
    "/items/{itemId}/state", access=needs(TEACH), body=schemas.StateGiven, answer=Item, operation_id="setItemState",
    errors=(UnknownItem, ItemRetired),
)  # fmt: skip
async def set_state(call: Call, body: schemas.StateGiven) -> Item:
    """Make an item ready, take it back into drafts, or retire it for good."""
    return await service.set_state(call.context, by=call.actor, item_id=call.path["itemId"], state=body.state)


@routes.get("/items", access=needs(TEACH), query=schemas.ItemsQuery, answer=schemas.ItemList, operation_id="listItems")
async def list_items(call: Call) -> schemas.ItemList:
    """List items with their right answers."""
    asked = call.query
    found = await service.listed(
        call.context, competency_id=asked.competency, bloom=asked.bloom, state=asked.state, after=asked.after,
        limit=asked.limit,
    )  # fmt: skip
    return schemas.ItemList(found, found[-1].id if len(found) == asked.limit else "")


@routes.get("/items/{itemId}", access=needs(TEACH), answer=Item, operation_id="readItem", errors=(UnknownItem,))
async def read_item(call: Call) -> Item:
    """Read an item with its right answer."""
    return await service.item(call.context, item_id=call.path["itemId"])


@routes.get(
    "/items-file", access=needs(TEACH), query=schemas.FileQuery, answer=bytes, answer_type=FILE_TYPES,
    operation_id="exportItems",
)  # fmt: skip
async def export(call: Call) -> Answer:
    """Take all items out as CSV, spreadsheet or JSON, one row for each language of an item."""
    return await schemas.item_file(call.context, Format(call.query.format))


@routes.post(
    "/items-file", access=needs(TEACH), answer=schemas.TakenIn, operation_id="importItems",
    body_types=tuple(MEDIA_TYPES.values()), body_bytes_max=schemas.FILE_BYTES_MAX,
    errors=(BadItemFile, FileUnreadable, Unsupported),
)  # fmt: skip
async def take_in(call: Call) -> schemas.TakenIn:
    """Take items in from a file; rows that do not fit are told, and the others are entered."""
    kind = format_of(media_type=call.content_type)
    if kind is None:
        raise Unsupported
    found = await asyncio.to_thread(schemas.read, call.body_bytes, kind)
    taken = await service.take_in(call.context, by=call.actor, items=found.items)
    return schemas.taken_in(found, taken)
