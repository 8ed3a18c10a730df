"""Wire shapes of cards."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.cards.model import HTML_CHARACTERS_MAX
from govstack.blocks.identity.frame.schemas import Asked


class CardHtml(msgspec.Struct, frozen=True):
    """The card as HTML."""

    html: Annotated[str, Meta(max_length=HTML_CHARACTERS_MAX)] = ""


class CardRequest(Asked, frozen=True, kw_only=True):
    """A card to be made a PDF."""

    request: CardHtml = CardHtml()
