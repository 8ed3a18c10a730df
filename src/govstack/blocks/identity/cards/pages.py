"""The page that anybody comes to by the code on a card, and the card itself for those who may have it."""

from __future__ import annotations

import asyncio

from govstack.blocks.identity.cards import service
from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.errors import UnknownCredential
from govstack.blocks.identity.credentials.presenters import checked
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.signing.errors import NotSignedHere
from govstack.kernel.routing import Answer, Call, Routes, public, signed_in
from govstack.web.answers import Page

routes = Routes(tags=("card pages",))


@routes.page("/credential-card/{credentialId}", access=signed_in(), operation_id="credentialCardPage")
async def card(call: Call) -> Answer:
    """Download a credential as a card: a person their own, officials those that they produce."""
    from govstack.blocks.identity.cards import presenters

    shown, check_url = await service.printed(call.context, by=call.actor, credential_id=call.path["credentialId"])
    kind = credentials.kinds(call.context).get(shown.credential.kind)
    made = await asyncio.to_thread(presenters.card_pdf, presenters.card_of(shown, kind, check_url=check_url))
    headers = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="card.pdf"'}
    return Answer(body=made, media_type="application/pdf", headers=headers)


@routes.page("/check/{code}", access=public(), operation_id="cardCheckPage")
async def check(call: Call) -> Page:
    """Tell whether a card is valid, and the least that identifies it."""
    words = Words(call.language)
    try:
        found = await service.check(call.context, code=call.path["code"])
    except (NotSignedHere, UnknownCredential):
        return framed(call, "", "check_unknown.html", {}, status=404)
    kind = credentials.kinds(call.context).get(found.kind)
    title = kind.title(call.language) if kind else found.kind
    return framed(call, "", "check.html", checked(words, found, title))
