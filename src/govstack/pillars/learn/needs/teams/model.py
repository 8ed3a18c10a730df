"""The records of digital teams, and how the roles that are wanted stand against those that are staffed.

A unit with its usual roles is a template. A plan wants so many people in a role of a unit, in the role model or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.model import LEAD, PLAN
from govstack.pillars.learn.needs.profiles.model import Profile
from govstack.pillars.learn.records.model import Field, FieldKind, Journey, Kind, Record

SECTION = "needs"
HEADCOUNT_MAX = 100_000

UNIT = Kind(
    name="team-unit",
    plural="team-units",
    label=_("Unit of a digital team"),
    labels=_("Units of digital teams"),
    lead=_("The units that a digital team usually has, with their roles: a template for plans, to be changed."),
    section=SECTION,
    write=PLAN,
    read=PLAN,
    title="name",
    fields=(
        Field("name", _("Name"), required=True),
        Field("about", _("What it is for"), FieldKind.LONG),
        Field("roles", _("Roles"), FieldKind.LINES, hint=_("The id of a profile, or a name of your own.")),
        Field("source", _("Where people may come from"), FieldKind.TERM, of="staff-source", many=True, listed=True),
    ),
)
TEAM = Kind(
    name="team-plan",
    plural="team-plans",
    label=_("Plan of a digital team"),
    labels=_("Plans of digital teams"),
    lead=_("Which people an organisation wants in its digital team, and who is missing."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="name",
    journey=Journey("team", _("Who is there and who is missing")),
    fields=(
        Field("name", _("Name"), required=True),
        Field("organisation", _("Organisation"), FieldKind.ORGANISATION, required=True, listed=True),
        Field("about", _("What it is for"), FieldKind.LONG),
    ),
)
POST = Kind(
    name="team-post",
    plural="team-posts",
    label=_("Role in a digital team"),
    labels=_("Roles in digital teams"),
    lead=_("How many people a plan wants in a role of a unit, and how many are there."),
    section=SECTION,
    write=PLAN,
    read=LEAD,
    title="role",
    fields=(
        Field("plan", _("Plan of a digital team"), FieldKind.RECORD, of="team-plan", required=True),
        Field("unit", _("Unit of a digital team"), FieldKind.RECORD, of="team-unit", required=True, listed=True),
        Field("role", _("Role"), required=True, hint=_("The id of a profile, or a name of your own.")),
        Field("headcount", _("People wanted"), FieldKind.WHOLE, required=True, most=HEADCOUNT_MAX, listed=True),
        Field("source", _("Where people may come from"), FieldKind.TERM, of="staff-source", listed=True),
        Field(
            "staffed", _("People there"), FieldKind.WHOLE, most=HEADCOUNT_MAX, listed=True,
            hint=_("Leave it empty to have those counted who hold a post with this profile in the organisation."),
        ),
    ),
)  # fmt: skip
KINDS = (UNIT, TEAM, POST)


@dataclass(frozen=True, slots=True)
class Seat:
    """A role of a plan: how many people it wants, and how many are there; `counted` says that posts tell of them."""

    record: Record
    unit: Record | None
    profile: Profile | None
    wanted: int
    staffed: int
    counted: bool

    @property
    def vacant(self) -> int:
        """Return how many people are missing."""
        return max(0, self.wanted - self.staffed)


@dataclass(frozen=True, slots=True)
class Required:
    """A competency that missing people are to have: the highest level that is asked, and of how many people."""

    competency_id: str
    level: int
    people: int


@dataclass(frozen=True, slots=True)
class Team:
    """A plan with its roles, by unit."""

    plan: Record
    seats: tuple[Seat, ...]

    @property
    def vacant(self) -> tuple[Seat, ...]:
        """Return the roles in which people are missing."""
        return tuple(one for one in self.seats if one.vacant)

    @property
    def required(self) -> list[Required]:
        """Return what missing people are to have, what most of them lack first."""
        found: dict[str, Required] = {}
        for seat in self.vacant:
            for one in seat.profile.requirements if seat.profile else ():
                known = found.get(one.competency_id, Required(one.competency_id, 0, 0))
                level = max(known.level, one.level)
                found[one.competency_id] = replace(known, level=level, people=known.people + seat.vacant)
        return sorted(found.values(), key=lambda one: (-one.people, one.competency_id))


def profile_of(role: str, profiles: Iterable[Profile]) -> Profile | None:
    """Return the profile that a role means: by its id, or by what it is called in any language."""
    said = role.strip().casefold()
    named = [one for one in profiles if said in {one.id.casefold(), *(name.casefold() for name in one.names.values())}]
    return next((one for one in named if one.id.casefold() == said), named[0] if len(named) == 1 else None)


def seats(
    posts: Sequence[Record], units: Mapping[str, Record], profiles: Sequence[Profile], holders: Mapping[str, int]
) -> tuple[Seat, ...]:
    """Return the roles of a plan in the order of its units; whoever holds a post counts in one role alone."""
    left, found = dict(holders), []
    for post in sorted(posts, key=lambda one: (str(one.content["unit"]), one.id)):
        profile, wanted = profile_of(str(post.content["role"]), profiles), int(post.content["headcount"])
        staffed = post.content.get("staffed")
        counted = staffed is None and profile is not None
        if counted and profile is not None:
            staffed = min(wanted, left.get(profile.id, 0))
            left[profile.id] = left.get(profile.id, 0) - staffed
        found.append(Seat(post, units.get(post.content["unit"]), profile, wanted, int(staffed or 0), counted))
    return tuple(found)
