"""Words and rows of communities."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel.context import Context
from govstack.kernel.i18n import _, format_date
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.communities.model import APPROVED, CHARTER, Member, MemberRole, TakingPart
from govstack.pillars.learn.notices import presenters as notices
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


def waiting(words: Words, found: Iterable[tuple[Record, str]]) -> list[list[Cell]]:
    """Return charters that wait for a decision as rows that lead there."""
    return [
        [
            {"text": f"{name}: {one.content['period']}", "href": f"/community-charters/{one.id}/decision"},
            day(words, one.content["submittedOn"]),
        ]
        for one, name in found
    ]


def told(words: Words, charter: Record) -> list[tuple[str, str]]:
    """Return all that a charter says, for whoever decides on it."""
    said = ((one, charter.content.get(one.name)) for one in CHARTER.fields if not one.fixed and not one.points)
    return [(words(one.label), "\n".join(text) if isinstance(text, list) else str(text)) for one, text in said if text]


def message(charter: Record, context: Context, *, language: str) -> tuple[str, str]:
    """Return title and text of the message that it was decided on a charter."""
    words, community_id = Words(language), charter.content["community"]
    approved = charter.content["state"] == APPROVED
    lines = [
        words(_("The charter was approved.") if approved else _("The charter was declined. Why is said there.")),
        words(
            _("Read more here: {address}"),
            address=f"{context.public_url}/communities/{community_id}/community-charters/{charter.id}",
        ),
    ]
    return words(_("The charter of your community")), notices.text(lines, words, context, at=charter.changed_at)


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
