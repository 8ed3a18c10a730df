"""What every package answers beside its own API: its OpenAPI document and a reference page made from it."""

from __future__ import annotations

from typing import Any

from govstack.kernel import openapi
from govstack.kernel.manifest import Manifest
from govstack.kernel.routing import Answer, Call, Operation, Routes, public
from govstack.web.answers import Page


def routes(manifest: Manifest, operations: list[Operation], *, public_url: str) -> Routes:
    """Return the standing routes of a package."""
    made = Routes(tags=("documents",))
    known: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not known:
            api = [operation for operation in operations if operation in manifest.api.operations]
            rest = [operation for operation in operations if operation not in manifest.api.operations]
            known.update(openapi.document(manifest, api, prefix=manifest.api_prefix, server=public_url))
            extra = openapi.document(manifest, rest, prefix="", server=public_url)
            for path, methods in extra["paths"].items():
                known["paths"].setdefault(path, {}).update(methods)
            known["components"]["schemas"].update(extra["components"]["schemas"])
        return known

    @made.get("/openapi.json", access=public(), operation_id="openapi", hidden=True)
    async def answer_document(_: Call) -> Answer:
        """Return the OpenAPI 3.1 document of this package."""
        return Answer(value=document(), headers={"Cache-Control": "public, max-age=60"})

    @made.page("/docs", access=public(), operation_id="docs")
    async def answer_reference(_: Call) -> Page:
        """Show the API reference."""
        return Page("reference.html", {"document": document()}, title=manifest.title)

    return made
