"""A person's wallets as they see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.identity.binding.model import WALLET_FACTOR, Bound
from govstack.blocks.identity.frame.presenters import Cell, Words
from govstack.kernel import clock
from govstack.kernel.i18n import _


def rows(words: Words, found: Sequence[Bound]) -> list[Sequence[Cell]]:
    """Return wallets as rows of a table."""
    return [
        (
            {"text": one.partner_name, "href": f"/me/wallets/{one.id}"},
            use(words, one),
            state(words, one),
            {"moment": one.bound_at},
            {"moment": one.expires_at},
        )
        for one in found
    ]


def use(words: Words, bound: Bound) -> str:
    """Say what a wallet's key is for."""
    return words(_("Signs you in")) if bound.factor_type == WALLET_FACTOR else words(_("Kept for another use"))


def state(words: Words, bound: Bound) -> Mapping[str, object]:
    """Return how a wallet stands, as a cell."""
    known = bound.state(clock.timestamp())
    if known == "bound":
        return {"status": words(_("Works")), "state": "good"}
    if known == "expired":
        return {"status": words(_("Ended")), "state": "off"}
    return {"status": words(_("Revoked")), "state": "bad"}
