"""What the pages of people show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.pillars.learn.frame.presenters import Cell, Words, in_language
from govstack.pillars.learn.people.model import Person, Tree


def rows(people: Iterable[Person], tree: Tree, posts: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of people with their organisation, place and posts; a post that nobody described has its id."""
    return [
        (
            one.name or one.id, name_of(tree, one.organisation_id, words.language), one.place,
            words.listed(posts.get(role, role) for role in one.roles),
        )
        for one in people
    ]  # fmt: skip


def name_of(tree: Tree, organisation_id: str | None, language: str) -> str:
    """Return the name of an organisation in a language."""
    found = tree.by_id.get(organisation_id or "")
    return in_language(found.names, language) if found else ""


def choices(tree: Tree, language: str) -> list[tuple[str, str]]:
    """Return every organisation as value and label, by name."""
    named = [(one.id, in_language(one.names, language)) for one in tree.by_id.values()]
    return sorted(named, key=lambda pair: pair[1].casefold())
