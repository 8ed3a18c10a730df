"""Taking records out as a file from the grid: those that are checked, else all that are found (DRS-25)."""

from __future__ import annotations

from govstack.blocks.registries.browsing import model as looking
from govstack.blocks.registries.browsing import service as browsing
from govstack.blocks.registries.exporting import schemas, service
from govstack.kernel.routing import Answer, Call, Routes, by_policy
from govstack.kernel.sheets import Format

routes = Routes(tags=("record pages",))
RIGHTS = by_policy("rights on the registry")


@routes.form("/registry/{code}/records/export", access=RIGHTS, operation_id="exportRecordsForm")
async def export(call: Call) -> Answer:
    """Hand out a file; it is asked for by POST, so that what was searched for stays out of addresses."""
    view = browsing.unseal(call.context, by=call.actor, code=call.path["code"], token=call.form.get("view", ""))
    registry = await browsing.registry(call.context, code=call.path["code"], view=view)
    asked = call.form.get("format", "")
    kind = Format(asked) if asked in set(Format) else Format.CSV
    found = looking.search(registry, view, sort="", page=1)
    search = schemas.chosen(found, call.form_lists.get("chosen", []))
    stream = await service.export(call.context, by=call.actor, registry=registry, search=search, kind=kind)
    return schemas.file_answer(registry, kind, stream)
