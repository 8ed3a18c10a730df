"""What services ask of the world: their OpenAPI documents, from allowed addresses only."""

from __future__ import annotations

from govstack.blocks.mediator.services.errors import DocumentNotFetched
from govstack.blocks.mediator.services.model import DOCUMENT_BYTES_MAX
from govstack.kernel.context import Context
from govstack.kernel.destinations import is_never_called
from govstack.kernel.errors import Problem

FETCH_SECONDS_MAX = 10.0


async def fetch_document(context: Context, url: str) -> str:
    """Return the text at an address that was checked; redirects are not followed."""
    headers = {"accept": "application/json, application/yaml, text/yaml;q=0.9"}
    try:
        reply = await context.mediation.network.send(
            "GET",
            url,
            headers=headers,
            seconds=FETCH_SECONDS_MAX,
            bytes_max=DOCUMENT_BYTES_MAX,
            avoid=is_never_called,
        )
    except Problem as problem:
        raise DocumentNotFetched from problem
    if reply.status != 200 or not reply.body:
        raise DocumentNotFetched
    try:
        return reply.body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentNotFetched("The OpenAPI document at this address is not UTF-8.") from error
