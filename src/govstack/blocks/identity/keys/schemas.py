"""Wire shapes of managing signing keys."""

from __future__ import annotations

import msgspec


class RotatedKey(msgspec.Struct):
    """The key that signs from now on."""

    kid: str
