"""The published operation that makes a card of HTML, and the card of a credential."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from govstack.blocks.identity.cards import model, schemas, service
from govstack.blocks.identity.cards.errors import UnsafeHtml
from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.errors import NotInForce, UnknownCredential
from govstack.blocks.identity.frame.presenters import Words
from govstack.blocks.identity.frame.schemas import wrapped_refusal
from govstack.blocks.identity.history import service as history
from govstack.blocks.identity.history.errors import NotAPerson
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, signed_in

routes = Routes(tags=("cards",))
POLICY = by_policy("the person concerned, or an official who produces credentials")
PDF = "application/pdf"
BODY_BYTES_MAX = 2 * model.HTML_CHARACTERS_MAX
NOT_KEPT = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="card.pdf"'}


def refusal(problem: Problem) -> Mapping[str, object] | str:
    """Return a refusal: a text for a bad request, as published, the envelope for everything else."""
    return problem.detail if problem.status == 400 else wrapped_refusal(problem)


@routes.post(
    "/download/personalized-card", access=signed_in(), body=schemas.CardRequest, operation_id="cardDownload",
    answer_type=PDF, error_body=refusal, errors=(UnsafeHtml, NotAPerson), body_bytes_max=BODY_BYTES_MAX,
)  # fmt: skip
async def personalised(call: Call, body: schemas.CardRequest) -> Answer:
    """Turn a card made of HTML into PDF."""
    from govstack.blocks.identity.cards import presenters

    await history.person_of(call.context, by=call.actor)
    html = model.safe_html(body.request.html)
    title = Words(call.language)(_("Identity card"))
    drawn = await asyncio.to_thread(presenters.html_pdf, html, language=call.language, title=title)
    event_id = await service.note_made(call.context, by=call.actor)
    return Answer(body=drawn, media_type=PDF, headers={**NOT_KEPT, "eventId": event_id})


@routes.get(
    "/api/v1/credentials/{credentialId}/card", access=POLICY, operation_id="credentialCard", answer_type=PDF,
    errors=(NotAPerson, UnknownCredential, NotInForce),
)  # fmt: skip
async def card(call: Call) -> Answer:
    """Draw a credential as a card with a code that anybody can check."""
    from govstack.blocks.identity.cards import presenters

    shown, check_url = await service.printed(call.context, by=call.actor, credential_id=call.path["credentialId"])
    kind = credentials.kinds(call.context).get(shown.credential.kind)
    card = presenters.card_of(shown, kind, check_url=check_url)
    return Answer(body=await asyncio.to_thread(presenters.card_pdf, card), media_type=PDF, headers=NOT_KEPT)
