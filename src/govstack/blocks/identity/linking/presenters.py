"""What the page shows that a phone reads: the code as a picture, and how far the phone has come."""

from __future__ import annotations

import segno
from markupsafe import Markup

from govstack.blocks.identity.linking.model import Link

SCALE = 6


def picture(address: str) -> Markup:
    """Return an address as a QR code, drawn as SVG."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(scale=SCALE, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
    # The library draws numbers alone; nothing of the address stands in the picture as text.
    return Markup(drawn)  # noqa: S704


def stage(link: Link) -> str:
    """Return how far a phone has come: waiting, linked or known."""
    if link.authenticated_at:
        return "known"
    return "linked" if link.linked_at else "waiting"
