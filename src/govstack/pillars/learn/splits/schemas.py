"""Wire shapes of what people say of themselves."""

from __future__ import annotations

import msgspec

from govstack.pillars.learn.splits.model import Dimension, SelfDescription


class SelfDescriptionShown(msgspec.Struct, frozen=True, rename="camel"):
    """What is asked here, and what whoever signed in said."""

    asked: list[Dimension]
    said: SelfDescription
