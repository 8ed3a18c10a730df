"""The page that anybody comes to by the code on a card: is it valid?"""

from __future__ import annotations

from govstack.blocks.identity.cards import presenters, service
from govstack.blocks.identity.credentials import service as credentials
from govstack.blocks.identity.credentials.errors import UnknownCredential
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.signing.errors import NotSignedHere
from govstack.kernel.routing import Call, Routes, public
from govstack.web.answers import Page

routes = Routes(tags=("card pages",))


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
    return framed(call, "", "check.html", presenters.checked(words, found, title))
