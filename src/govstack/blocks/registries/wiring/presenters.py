"""What the pages of links and triggers offer: kinds, rules and fields as choices."""

from __future__ import annotations

from govstack.blocks.registries.design.model import Registry, reachable
from govstack.blocks.registries.drafting.presenters import (
    ACTIONS,
    DELETE_RULES,
    GATES,
    LINK_KINDS,
    LOGICS,
    linkable,
)
from govstack.blocks.registries.frame.presenters import path_label

__all__ = ["ACTIONS", "DELETE_RULES", "GATES", "LINK_KINDS", "LOGICS", "linkable", "places"]


def places(registry: Registry, language: str) -> list[tuple[int, str]]:
    """Return the fields that triggers may look at and fill, by number."""
    return [(one.number, path_label(registry, path, language)) for path, one in reachable(registry.fields)]
