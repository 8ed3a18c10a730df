"""The records of communities, their members, and the pure decisions about charters and quiet times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.records.model import Content, Field, FieldKind, Journey, Kind, Record, written_by_hand

SECTION = "communities"
ACTIVE, REVIEW, DISSOLVED = "active", "review", "dissolved"
DRAFT, UNDER_REVIEW, APPROVED, DECLINED = "draft", "under-review", "approved", "declined"
REGION_KIND = "region"
GROUP_KINDS = frozenset({"working-group", "operations-group", "technical-committee"})
LEADS_MAX = 2
MEMBERS_MAX = 5_000
SEATS_MAX = 200_000
MINE_MAX = 500
COUNTRY_PATTERN = r"^([A-Z]{2})?$"
REASON_CHARACTERS_MAX = 2_000


class MemberRole(StrEnum):
    """What somebody is in a community or group."""

    MEMBER = "member"
    REPRESENTATIVE = "representative"
    FACILITATOR = "facilitator"


class Act(StrEnum):
    """What somebody did in a community; health and quiet times are read from these."""

    JOINED = "joined"
    ASKED = "asked"
    ANSWERED = "answered"
    VOLUNTEERED = "volunteered"
    CONTRIBUTED = "contributed"
    ATTENDED = "attended"
    REUSED = "reused"
    MET = "met"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a community; `country` is the two letters that they gave when they joined."""

    community_id: str
    person_id: str
    role: MemberRole
    country: str
    joined_at: str


@dataclass(frozen=True, slots=True)
class Seat:
    """That somebody belongs to a community for a country, "" where they gave none."""

    community_id: str
    person_id: str
    country: str


@dataclass(frozen=True, slots=True)
class TakingPart:
    """What a country takes part in: groups, people who are their members (None where few are hidden), and reviews."""

    country: str
    groups: int
    members: int | None
    reviews: int


@dataclass(frozen=True, slots=True)
class Room:
    """A community as somebody finds it: what it is, whether they belong to it, whether they lead it."""

    record: Record
    member: Member | None
    leads: bool

    @property
    def live(self) -> bool:
        """Tell whether things may still be written here."""
        return not self.record.archived and self.record.content.get("state", ACTIVE) != DISSOLVED

    @property
    def inside(self) -> bool:
        """Tell whether somebody may read what members say to each other."""
        return self.leads or self.member is not None

    @property
    def by_application(self) -> bool:
        """Tell whether somebody becomes a member here by form, call and invitation alone."""
        return self.member is None and self.record.content["kind"] in GROUP_KINDS


def _community_judge(content: Mapping[str, Any]) -> Mapping[str, str]:
    if content.get("kind") == REGION_KIND and not content.get("region"):
        return {"region": _("Choose the region that this community is for.")}
    return {}


def _before_public(content: Mapping[str, Any]) -> Mapping[str, str]:
    return {} if content.get("nextEvent") else {"name": _("Plan the next event before this community is public.")}


COMMUNITY = Kind(
    name="community",
    plural="communities",
    label=_("Community"),
    labels=_("Communities"),
    lead=_("People who learn from each other: by topic, region or role, and working groups of the tech community."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    opens=True,
    journey=Journey("room", _("Inside the community")),
    fields=(
        Field("name", _("Name"), required=True),
        Field("aim", _("Aim"), FieldKind.LONG, required=True),
        Field("opportunities", _("Opportunities to take part"), FieldKind.LINES, required=True),
        Field("kind", _("Sort of community"), FieldKind.TERM, of="community-kind", required=True, listed=True),
        Field("region", _("Region"), FieldKind.RECORD, of="region"),
        Field("owner", _("Owner"), required=True, listed=True, hint=_("The office or body that answers for it.")),
        Field("cadence", _("How often it meets"), FieldKind.TERM, of="cadence", required=True),
        Field("source", _("Source"), hint=_("Where aim and opportunities come from.")),
        Field("state", _("State"), FieldKind.TERM, of="community-state", fixed=True),
        Field("reviewSince", _("Under review since"), FieldKind.DATE, fixed=True),
        Field("nextEvent", _("Next event"), FieldKind.DATE, fixed=True, listed=True),
    ),
    judge=_community_judge,
    opening=_before_public,
)
REGION = Kind(
    name="region",
    plural="regions",
    label=_("Region"),
    labels=_("Regions"),
    lead=_("Countries that share a community. Belonging to a region opens nothing else of any country."),
    section=SECTION,
    write=FACILITATE,
    title="name",
    fields=(
        Field("name", _("Name"), required=True),
        Field("countries", _("Countries"), FieldKind.LINES, required=True, hint=_("Two letters each, such as KE.")),
    ),
    judge=lambda content: (
        {"countries": _("A country is two capital letters, such as KE.")}
        if any(len(one) != 2 or not one.isascii() or not one.isupper() for one in content.get("countries", ()))
        else {}
    ),
)


def _rewritten(before: Mapping[str, Any], content: Mapping[str, Any]) -> Content:
    """Return what a charter says; what was put forward or approved falls when somebody writes something else."""
    own = written_by_hand(CHARTER, content)
    return dict(content) if own == written_by_hand(CHARTER, before) else dict(own)


CHARTER = Kind(
    name="community-charter",
    plural="community-charters",
    label=_("Charter"),
    labels=_("Charters"),
    lead=_("What a community or working group sets out to do in a year. It ends after a year and is then renewed."),
    section=SECTION,
    write=FACILITATE,
    read=FACILITATE,
    title="period",
    journey=Journey("decision", _("Put forward, approve or decline")),
    fields=(
        Field("community", _("Community"), FieldKind.RECORD, of="community", required=True),
        Field("period", _("Period"), required=True, hint=_("Such as 2027.")),
        Field("mission", _("Mission"), FieldKind.LONG, required=True),
        Field("scope", _("Scope"), FieldKind.LONG, required=True),
        Field("leads", _("Leads"), FieldKind.LINES, required=True, hint=_("One or two.")),
        Field("facilitators", _("Facilitators, their time and involvement"), FieldKind.LONG, required=True),
        Field("milestones", _("Milestones"), FieldKind.LONG, required=True),
        Field("meetings", _("How and how often it meets"), FieldKind.LONG, required=True),
        Field("communication", _("Communication"), FieldKind.LONG, required=True),
        Field("participantTime", _("Time that a participant gives"), required=True),
        Field("state", _("State"), FieldKind.TERM, of="charter-state", fixed=True, listed=True),
        Field("submittedOn", _("Put forward on"), FieldKind.DATE, fixed=True),
        Field("reason", _("Why it was declined"), FieldKind.LONG, fixed=True),
        Field("approvedOn", _("Approved on"), FieldKind.DATE, fixed=True),
        Field("expiresOn", _("Ends on"), FieldKind.DATE, fixed=True, listed=True),
    ),
    judge=lambda content: (
        {"leads": _("A charter has one lead or two.")} if len(content.get("leads", ())) > LEADS_MAX else {}
    ),
    settle=_rewritten,
)
PUBLICATION = Kind(
    name="planned-publication",
    plural="planned-publications",
    label=_("Planned publication"),
    labels=_("Planned publications"),
    lead=_("What a charter plans to publish."),
    section=SECTION,
    write=FACILITATE,
    read=FACILITATE,
    title="name",
    fields=(
        Field("charter", _("Charter"), FieldKind.RECORD, of="community-charter", required=True),
        Field("name", _("Name"), required=True),
        Field("description", _("Description"), FieldKind.LONG, required=True),
        Field("motivation", _("Why"), FieldKind.LONG, required=True),
        Field("milestones", _("Milestones"), FieldKind.LONG, required=True),
        Field("contact", _("Contact"), required=True, personal=True),
        Field("members", _("Members"), FieldKind.LINES, required=True, personal=True),
    ),
)
TEMPLATE = Kind(
    name="community-template",
    plural="community-templates",
    label=_("Template of a community"),
    labels=_("Templates of communities"),
    lead=_("Communities that other governments run, to begin one like them."),
    section=SECTION,
    write=FACILITATE,
    read="",
    title="name",
    journey=Journey("begin", _("Begin a community like this one"), writes=True),
    fields=(
        Field("name", _("Name"), required=True),
        Field("country", _("Country"), required=True, listed=True),
        Field("purpose", _("For whom"), FieldKind.LONG, required=True),
        Field("source", _("Source"), required=True),
    ),
)
KINDS = (COMMUNITY, REGION, CHARTER, PUBLICATION, TEMPLATE)


def year_later(day: date) -> date:
    """Return the same day of the next year, 28 February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def months_later(day: date, months: int) -> date:
    """Return the day some months later, the last of that month when it is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(last, day.day))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def review_due(*, expired: date, last_act: date | None, today: date, months: int) -> bool:
    """Tell whether a community had no activity for some months after its charter ended."""
    since = max(expired, last_act) if last_act else expired
    return today >= months_later(since, months)


def taking_part(seats: Iterable[Seat], voices: Iterable[tuple[str, str]], homes: Iterable[Seat]) -> list[TakingPart]:
    """Count by country who sits where, and the rounds that somebody from there had a voice in.

    `voices` are rounds and people; `homes` say which countries people gave, in any community. Everybody and every
    round counts once for a country, and whoever gave no country counts under "".
    """
    from_where: dict[str, set[str]] = {}
    for one in homes:
        if one.country:
            from_where.setdefault(one.person_id, set()).add(one.country)
    groups: dict[str, set[str]] = {}
    members: dict[str, set[str]] = {}
    for one in seats:
        groups.setdefault(one.country, set()).add(one.community_id)
        members.setdefault(one.country, set()).add(one.person_id)
    rounds: dict[str, set[str]] = {}
    for round_id, person_id in voices:
        for country in from_where.get(person_id, {""}):
            rounds.setdefault(country, set()).add(round_id)
    return [
        TakingPart(
            country, len(groups.get(country, ())), len(members.get(country, ())), len(rounds.get(country, ()))
        )
        for country in sorted({*members, *rounds})
    ]  # fmt: skip
