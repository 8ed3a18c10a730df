"""What the pages of tours take from their address."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class TourQuery(msgspec.Struct, frozen=True):
    """Which step somebody has come to."""

    step: Annotated[int, Meta(ge=1, le=100)] = 1
