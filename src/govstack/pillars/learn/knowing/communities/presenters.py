"""Words and rows of communities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel.i18n import _, format_date
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.communities.model import Member, MemberRole, TakingPart
from govstack.pillars.learn.records.model import Record

ROLES: Mapping[str, str] = {
    MemberRole.MEMBER: _("Member"),
    MemberRole.REPRESENTATIVE: _("Representative"),
    MemberRole.FACILITATOR: _("Facilitator"),
}


def roles(words: Words) -> list[tuple[str, str]]:
    """Return the roles to choose from."""
    return [(str(code), words(label)) for code, label in ROLES.items()]


def members(words: Words, found: Iterable[tuple[Member, str]]) -> list[list[Cell]]:
    """Return members as rows."""
    return [
        [
            name or words(_("Not known any more")),
            words(ROLES[one.role]),
            one.country,
            format_date(words.language, one.joined_at),
        ]
        for one, name in found
    ]  # fmt: skip


def day(words: Words, text: str) -> str:
    """Write a day as the reader's language does, nothing for none."""
    return format_date(words.language, text, "medium") if text else ""


def mine(words: Words, found: Iterable[tuple[Record, Member]]) -> list[list[Cell]]:
    """Return one's own communities as rows."""
    return [
        [
            {"text": record.content["name"], "href": f"/communities/{record.id}/room"},
            words(ROLES[one.role]),
            day(words, record.content.get("nextEvent", "")),
        ]
        for record, one in found
    ]


def charters(words: Words, found: Iterable[Record], states: Mapping[str, str], *, kept: bool) -> list[list[Cell]]:
    """Return charters as rows that lead to each, those who keep them to the record with its history."""
    return [
        [
            {
                "text": one.content["period"],
                "href": f"{'' if kept else '/communities/' + one.content['community']}/community-charters/{one.id}",
            },
            states.get(one.content.get("state", "draft"), ""),
            day(words, one.content.get("expiresOn", "")),
        ]
        for one in found
    ]


def begun(community_id: str, found: Iterable[tuple[str, str]]) -> list[list[Cell]]:
    """Return items of knowledge that were begun for a community as rows that lead to each."""
    return [[{"text": name, "href": f"/communities/{community_id}/knowledge-items/{one}"}] for one, name in found]


def opportunities(record: Record) -> Sequence[tuple[int, str]]:
    """Return the opportunities of a community with their numbers, from 1."""
    return list(enumerate(record.content["opportunities"], start=1))


def participation(found: Iterable[TakingPart], words: Words) -> list[list[Cell]]:
    """Return what countries take part in within one community."""
    return [[one.country or words(_("Not given")), {"number": one.members}, {"number": one.reviews}] for one in found]


def countries(found: Iterable[TakingPart], words: Words) -> list[list[Cell]]:
    """Return what countries take part in, in all groups."""
    return [
        [
            one.country or words(_("Not given")), {"number": one.groups},
            words(_("Hidden")) if one.members is None else {"number": one.members},
            {"number": one.reviews},
        ]
        for one in found
    ]  # fmt: skip
