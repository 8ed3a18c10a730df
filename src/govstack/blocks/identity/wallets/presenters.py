"""Partners as administrators see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.blocks.identity.wallets.model import Partner
from govstack.kernel.i18n import _


def rows(words: Words, found: Sequence[Partner]) -> list[Sequence[Cell]]:
    """Return partners as rows of a table."""
    return [
        (
            {"text": one.name, "href": f"/wallet-partners/{one.id}"},
            {"code": one.id},
            state(words, one),
            {"moment": one.registered_at},
        )
        for one in found
    ]


def state(words: Words, partner: Partner) -> Mapping[str, object]:
    """Return whether a partner may bind, as a cell."""
    if partner.active:
        return {"status": words(_("May bind wallets")), "state": "good"}
    return {"status": words(_("Stopped")), "state": "off"}
