"""The addresses beside pages that hand out whole lists as files."""

from __future__ import annotations

from govstack.kernel.routing import Routes
from govstack.pillars.learn.downloads.schemas import FileQuery
from govstack.pillars.learn.exports.schemas import LISTINGS

routes = Routes(tags=("pages of lists as files",))

for one in LISTINGS:
    routes.page(
        one.address, access=one.access, query=FileQuery, operation_id=f"{one.called}ListFile",
        summary=f"Take out as a file: {one.label}", errors=one.errors,
    )(one.export)  # fmt: skip
