"""The operations that hand out whole lists as files."""

from __future__ import annotations

from govstack.kernel.routing import Routes
from govstack.kernel.sheets import FILE_TYPES
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.exports.schemas import LISTINGS

routes = Routes(tags=("Lists as files",))

for one in LISTINGS:
    routes.get(
        one.address, access=one.access, query=FileQuery, answer=bytes, answer_type=FILE_TYPES,
        operation_id=f"export{one.called}List", summary=f"Take out as CSV, spreadsheet or JSON: {one.label}",
        errors=one.errors,
    )(one.export)  # fmt: skip
