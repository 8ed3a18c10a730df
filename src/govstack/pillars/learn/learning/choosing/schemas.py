"""Wire shapes of choosing."""

from __future__ import annotations

import msgspec


class Chosen(msgspec.Struct, frozen=True, rename={"token": "JWT"}):
    """What a tool sends back through the browser (LTI Deep Linking 2.0 section 3)."""

    token: str = ""
