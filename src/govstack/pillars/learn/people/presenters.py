"""What organisations are called, for every room's pages."""

from __future__ import annotations

from govstack.pillars.learn.frame.presenters import in_language
from govstack.pillars.learn.people.model import Tree


def name_of(tree: Tree, organisation_id: str | None, language: str) -> str:
    """Return the name of an organisation in a language."""
    found = tree.by_id.get(organisation_id or "")
    return in_language(found.names, language) if found else ""


def choices(tree: Tree, language: str) -> list[tuple[str, str]]:
    """Return every organisation as value and label, by name."""
    named = [(one.id, in_language(one.names, language)) for one in tree.by_id.values()]
    return sorted(named, key=lambda pair: pair[1].casefold())
