"""Use case of importing: take what another register holds of a person into an open enrolment."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.enrolment import service as enrolments
from govstack.blocks.identity.enrolment.errors import EnrolmentClosed
from govstack.blocks.identity.enrolment.model import CHANGEABLE
from govstack.blocks.identity.enrolment.service import Received
from govstack.blocks.identity.importing import gateways
from govstack.blocks.identity.importing.errors import NotHeld, SourceUnusable, UnknownSource
from govstack.blocks.identity.importing.model import Source, documents_of, fields_of
from govstack.blocks.identity.packets.errors import PacketInvalid, PacketTooLarge
from govstack.blocks.identity.packets.model import Content, document_piece
from govstack.kernel import audit
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import json_of
from govstack.kernel.settings import Setting

SOURCES = "IDENTITY_ENROLMENT_SOURCES"
SETTINGS = (
    Setting(
        SOURCES,
        "",
        "Registers that data of people can be taken from during an enrolment: JSON of name to service, path and fields",
        json_of(
            dict[str, Source],
            "be JSON: an object of names, each with service, path, application, find_by and fields",
        ),
    ),
)


def sources(context: Context) -> dict[str, Source]:
    """Return where data can be taken from, by name."""
    text = context.settings.text(SOURCES)
    return msgspec.json.decode(text, type=dict[str, Source]) if text else {}


async def take(context: Context, *, by: Actor, enrolment_id: str, source: str, identifier: str) -> Received:
    """Take in what a register holds under an identifier, as a packet of this block; what was entered later wins.

    Raises UnknownEnrolment, EnrolmentClosed, UnknownSource, NotHeld, SourceUnusable, and what the mediator refuses.
    """
    one = await enrolments.enrolment(context, by=by, enrolment_id=enrolment_id)
    if one.state not in CHANGEABLE:
        raise EnrolmentClosed
    wanted = sources(context).get(source)
    if wanted is None:
        raise UnknownSource
    async with context.database.transaction() as tx:
        # Asked for is on record before anything is shown, also when the answer never comes.
        await audit.record(
            tx, by=by, action="identity.enrolment.import", subject=f"enrolment/{one.id}", detail={"source": source}
        )
    answer = await gateways.fetch(context, wanted, identifier=identifier, user=by.id)
    if answer is None:
        raise NotHeld
    record = answer.get("content") if isinstance(answer, dict) else None
    if not isinstance(record, dict) or not record:
        raise SourceUnusable
    try:
        documents = documents_of(wanted, record)
        pieces = {category: document_piece(category, content) for category, content in documents.items()}
    except (ValueError, PacketInvalid, PacketTooLarge) as error:
        raise SourceUnusable from error
    content = Content(fields=fields_of(wanted, record), pieces=tuple(pieces.values()))
    contents = {pieces[category].digest: document for category, document in documents.items()}
    return await enrolments.capture(
        context, by=by, enrolment_id=one.id, content=content, contents=contents, source=f"import/{source}"
    )
