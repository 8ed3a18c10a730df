"""What the page that a phone reads says of the phone: how far it has come."""

from __future__ import annotations

from govstack.blocks.identity.linking.model import Link


def stage(link: Link) -> str:
    """Return how far a phone has come: waiting, linked or known."""
    if link.authenticated_at:
        return "known"
    return "linked" if link.linked_at else "waiting"
