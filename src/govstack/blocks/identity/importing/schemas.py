"""Wire shapes of importing."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class ImportBody(msgspec.Struct, frozen=True):
    """From which source, and under which identifier there."""

    source: Annotated[str, Meta(max_length=100)]
    identifier: Annotated[str, Meta(min_length=1, max_length=200)]
