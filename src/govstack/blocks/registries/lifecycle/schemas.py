"""Wire shapes of acts on whole registries."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class ArchiveRequest(msgspec.Struct, rename="camel"):
    """What to archive: one version, or the registry when none is named; `restore` takes it back."""

    version: str = ""
    restore: bool = False


class KeyRequest(msgspec.Struct, rename="camel"):
    """The key of a registry's secret fields; it is never shown again."""

    key: Annotated[str, Meta(max_length=1000)]
