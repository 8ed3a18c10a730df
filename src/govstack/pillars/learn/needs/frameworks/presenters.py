"""What the pages of frameworks show, and how other rooms name levels."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.needs.frameworks.model import (
    NONE_YET,
    Competency,
    Framework,
    Kind,
    Relation,
    RelationKind,
    Scale,
)

_WORD = re.compile("[a-z]+(-[a-z]+)*")
KINDS = {
    Kind.HEADING: _("Heading"), Kind.SKILL: _("Skill"), Kind.KNOWLEDGE: _("Knowledge"),
    Kind.BEHAVIOUR: _("Behaviour"), Kind.QUALIFICATION: _("Qualification"),
}  # fmt: skip
GROUPS = {
    "management": _("Management and policy makers"), "service-design": _("Service designers"),
    "it": _("IT personnel"), "trainers": _("Trainers"), "end-users": _("End users"),
    "sponsors": _("Sponsors, leaders and policy makers"), "implementers": _("Implementers"),
}  # fmt: skip
FORWARD = {
    RelationKind.EXACT: _("Exact match"), RelationKind.BROADER: _("Has as broader"),
    RelationKind.NARROWER: _("Has as narrower"), RelationKind.RELATED: _("Related to"),
    RelationKind.PEER: _("Peer of"), RelationKind.PRECEDES: _("Comes before"),
    RelationKind.REPLACED_BY: _("Replaced by"), RelationKind.EXEMPLAR: _("Has as example"),
    RelationKind.SKILL_LEVEL: _("Has as skill level"), RelationKind.TRANSLATION: _("Translation of"),
}  # fmt: skip
BACKWARD = {
    **FORWARD, RelationKind.BROADER: FORWARD[RelationKind.NARROWER],
    RelationKind.NARROWER: FORWARD[RelationKind.BROADER],
    RelationKind.PRECEDES: _("Comes after"), RelationKind.REPLACED_BY: _("Replaces"),
    RelationKind.EXEMPLAR: _("Example of"), RelationKind.SKILL_LEVEL: _("Skill level of"),
}  # fmt: skip


def address(competency_id: str) -> str:
    """Return the page of a competency."""
    return f"/competencies/{quote(competency_id, safe=':')}"


def called(one: Competency, language: str) -> str:
    """Return the code and title of a competency; a code that is a word, such as strategy, tells nothing beside it."""
    title = in_language(one.titles, language)
    return f"{one.code} {title}" if one.code and not _WORD.fullmatch(one.code) else title


def called_by_id(found: Mapping[str, Competency], language: str) -> dict[str, str]:
    """Return the code and title of competencies by id."""
    return {competency_id: called(one, language) for competency_id, one in found.items()}


def level_name(words: Words, scale: Scale | None, ordinal: int) -> str:
    """Return what a level is called: its title, else its code; "none yet" is not a level of any scale."""
    level = scale.level(ordinal) if scale else None
    if level is not None:
        return in_language(level.titles, words.language) or level.code
    return words(_("None yet")) if ordinal == NONE_YET else str(ordinal)


def framework_rows(words: Words, found: Sequence[Framework]) -> list[tuple[Cell, ...]]:
    """Return a table of frameworks."""
    return [
        (
            {"text": marked(one.titles, words.language), "href": f"/frameworks/{quote(one.id, safe=':')}"},
            one.version,
            one.source,
            {"tag": words(_("Our choice")), "colour": "blue"} if one.ours else "",
        )
        for one in found
    ]


def rows(
    words: Words, part: Sequence[Competency], framework: Framework, scales: Mapping[str, Scale]
) -> list[tuple[Cell, ...]]:
    """Return a table of competencies with the heading each lies under, its levels and its groups."""
    headings = {one.id: in_language(one.titles, words.language) for one in framework.competencies}
    return [
        (
            {"text": called(one, words.language), "href": address(one.id)},
            headings.get(one.parent_id, ""),
            words(KINDS[one.kind]),
            levels_of(words, one, scales.get(one.scale_id)),
            groups_of(words, one),
        )
        for one in part
    ]


def levels_of(words: Words, one: Competency, scale: Scale | None) -> str:
    """Return the levels of a competency in one line."""
    names = [level_name(words, scale, level.ordinal) for level in one.offered(scale)] if scale else []
    return words.listed(names) if len(names) <= 3 else f"{names[0]} … {names[-1]}"


def groups_of(words: Words, one: Competency) -> str:
    """Return the groups that a competency is for."""
    return words.listed(words(GROUPS[group]) if group in GROUPS else group for group in one.groups)


def facts(words: Words, framework: Framework) -> list[tuple[str, str]]:
    """Return what a framework says of itself."""
    return [
        (words(_("Version")), framework.version),
        (words(_("Source")), framework.source),
        (words(_("Licence")), framework.licence),
        (words(_("Revision here")), str(framework.revision)),
    ]


def level_rows(words: Words, one: Competency, scale: Scale | None) -> list[tuple[Cell, ...]]:
    """Return the levels of a competency with what somebody at each does."""
    if scale is None:
        return []
    return [
        (
            level_name(words, scale, level.ordinal),
            level.code,
            marked(one.descriptors.get(str(level.ordinal), {}), words.language)
            or words(_("No description is here. Whoever has a licence can take it in.")),
        )
        for level in one.offered(scale)
    ]


def relation_rows(
    words: Words, one: Competency, relations: Sequence[Relation], others: Mapping[str, Competency]
) -> list[tuple[Cell, ...]]:
    """Return what a competency relates to, from its own side."""
    shown: list[tuple[Cell, ...]] = []
    for relation in relations:
        forward = relation.from_id == one.id
        other = relation.to_id if forward else relation.from_id
        known = others.get(other)
        cell: Cell = {"text": called(known, words.language), "href": address(other)} if known else {"code": other}
        shown.append(
            (words((FORWARD if forward else BACKWARD)[relation.kind]), cell, known.framework_id if known else "")
        )
    return shown
