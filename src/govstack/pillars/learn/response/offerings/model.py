"""An offering with its parts, a session with its seats and costs, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel import clock
from govstack.pillars.learn.people.model import Id, Name, Word
from govstack.pillars.learn.response.typologies.model import Text, Titles
from govstack.pillars.learn.seating import model as seating
from govstack.pillars.learn.seating.model import QUOTAS_MAX, SEATS_MAX, Quota

OFFERINGS_MAX = 5_000
SESSIONS_MAX = 500
YEARS = (1900, 2200)
# Of one course, where courses are listed.
LISTED_SESSIONS_MAX = 50
PARTS_MAX = 30
HOURS_MAX = 5_000
DAYS_MAX = 366
LISTED_MAX = 40
CHANNELS_MIN, CHANNELS_MAX = 2, 10
LEVEL_MAX = 20
SMS_CHARACTERS_MAX = 160
USSD_CHARACTERS_MAX = 182
DAILY_DAYS_MAX = 60

Moment = Annotated[datetime, Meta(tz=True)]
Link = Annotated[str, Meta(max_length=1_000, pattern=r"^(https?://\S+)?$")]
# A page of this pillar can be named by its path, which holds wherever the pillar is reached.
Opened = Annotated[str, Meta(max_length=1_000, pattern=r"^(https?://\S+|/[^/\s]\S*)?$")]
Amount = Annotated[str, Meta(pattern=r"^\d{1,12}(\.\d{1,2})?$")]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
# "" is the currency of the country.
CountryCurrency = Annotated[str, Meta(pattern=r"^([A-Z]{3})?$")]
Language = Annotated[str, Meta(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Percent = Annotated[int, Meta(ge=0, le=100)]
Level = Annotated[int, Meta(ge=0, le=LEVEL_MAX)]
Hours = Annotated[float, Meta(ge=0, le=HOURS_MAX)]


class State(StrEnum):
    """Whether an offering is being written, can be taken, or is no longer held."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Rule(StrEnum):
    """When an offering of several parts is completed."""

    ALL = "all"
    REQUIRED = "required"
    COUNT = "count"


class CoursePart(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One piece of an offering, in its order; its delivery form says whether attendance is kept."""

    title: Name
    delivery: Id
    hours: Hours = 0
    required: bool = True
    tested: bool = False
    link: Opened = ""


class Raise(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A competency that an offering raises, from one level of its scale to another."""

    competency_id: Id
    from_level: Level
    to_level: Level


class Channel(msgspec.Struct, frozen=True, rename="camel"):
    """A way to get help: what it is, and its number or address."""

    kind: Name
    address: Name


class Price(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a place costs."""

    amount: Amount
    currency: Currency


class Certificate(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """What a certificate asks for: share of the days attended, and result of the tests. Both are ours to begin with."""

    attendance_percent: Percent = 80
    assessment_percent: Percent = 60


class OfferingGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """An offering as it is sent; its id stands in the address."""

    titles: Titles
    summaries: Annotated[dict[str, Text], Meta(max_length=20)] = {}
    types: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=LISTED_MAX)]
    topics: Annotated[tuple[Id, ...], Meta(max_length=LISTED_MAX)] = ()
    track: Id
    delivery: Id
    parts: Annotated[tuple[CoursePart, ...], Meta(min_length=1, max_length=PARTS_MAX)]
    completion: Rule = Rule.REQUIRED
    completion_count: Annotated[int, Meta(ge=0, le=PARTS_MAX)] = 0
    languages: Annotated[tuple[Language, ...], Meta(min_length=1, max_length=20)]
    price: Price | None = None
    materials: Annotated[tuple[Id, ...], Meta(max_length=LISTED_MAX)] = ()
    raises: Annotated[tuple[Raise, ...], Meta(max_length=LISTED_MAX)] = ()
    prerequisites: Annotated[tuple[Id, ...], Meta(max_length=LISTED_MAX)] = ()
    accessibility: Annotated[tuple[Id, ...], Meta(max_length=LISTED_MAX)] = ()
    offline: bool = False
    programme: Id | None = None
    channels: Annotated[tuple[Channel, ...], Meta(max_length=CHANNELS_MAX)] = ()
    certificate: Certificate = Certificate()
    state: State = State.DRAFT


class Offering(OfferingGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Something that can be learnt; `changed` counts its changes."""

    id: Id
    changed: int = 0

    @property
    def paid(self) -> bool:
        """Tell whether people pay for it."""
        return self.price is not None and Decimal(self.price.amount) > 0

    @property
    def hours(self) -> float:
        """Return how long all parts take together."""
        return sum(part.hours for part in self.parts)


class Need(StrEnum):
    """What an event needs, and what it costs."""

    VENUE = "venue"
    TRAVEL = "travel"
    INTERPRETATION = "interpretation"
    ACCESSIBILITY = "accessibility"
    MATERIALS = "materials"
    PER_DIEM = "per-diem"
    OTHER = "other"


class Item(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One line of the checklist of an event."""

    need: Need
    note: Text = ""
    cost: Amount = "0"
    done: bool = False


class SessionGiven(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A session as it is sent; its id stands in the address. Costs without a currency are in the country's."""

    offering_id: Id
    registration_starts: Moment
    registration_ends: Moment
    starts: Moment
    ends: Moment
    seats: Annotated[int, Meta(ge=1, le=SEATS_MAX)]
    place: Word = ""
    room: Word = ""
    centre_id: Id | None = None
    link: Link = ""
    languages: Annotated[tuple[Language, ...], Meta(max_length=20)] = ()
    days: Annotated[tuple[date, ...], Meta(max_length=DAYS_MAX)] = ()
    quotas: Annotated[tuple[Quota, ...], Meta(max_length=QUOTAS_MAX)] = ()
    logistics: Annotated[tuple[Item, ...], Meta(max_length=200)] = ()
    currency: CountryCurrency = ""
    cancelled: bool = False


class Session(SessionGiven, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """One time that an offering is held."""

    id: Id
    taken: int = 0
    changed: int = 0

    @property
    def held_on(self) -> tuple[date, ...]:
        """Return the days on which attendance is kept: those named, else each day of a session that is not long."""
        if self.days:
            return tuple(sorted(set(self.days)))
        first = clock.day(self.starts)
        length = (clock.day(self.ends) - first).days + 1
        return tuple(first + timedelta(days=n) for n in range(length)) if length <= DAILY_DAYS_MAX else ()

    @property
    def cost(self) -> Decimal:
        """Return what all lines of the checklist cost."""
        return sum((Decimal(item.cost) for item in self.logistics), Decimal(0))

    def registers_at(self, moment: datetime) -> bool:
        """Tell whether people can register at a moment."""
        return not self.cancelled and self.registration_starts <= moment <= self.registration_ends


def fault_of(session: SessionGiven) -> tuple[str, str]:
    """Return which field of a session cannot be, and what is wrong with it; two empty texts for none."""
    quotas = seating.fault_of(session)
    outside = any(not clock.day(session.starts) <= day <= clock.day(session.ends) for day in session.days)
    moments = (
        ("registrationStarts", session.registration_starts), ("registrationEnds", session.registration_ends),
        ("starts", session.starts), ("ends", session.ends),
    )  # fmt: skip
    far = next((name for name, moment in moments if not YEARS[0] <= moment.year <= YEARS[1]), "")
    if far:
        return far, "lies too far away"
    faults = (
        (session.ends < session.starts, "ends", "comes before the start"),
        (
            session.registration_ends < session.registration_starts,
            "registrationEnds",
            "comes before the start of registration",
        ),
        (session.registration_starts > session.ends, "registrationStarts", "comes after the end"),
        # Everybody reads the place; the link is for people who have one of the seats.
        ("://" in session.place, "place", "holds a link, which belongs into the field of the link"),
        (outside, "days", "lie outside of the session"),
        (bool(quotas), "quotas", quotas),
    )
    return next(((field, fault) for wrong, field, fault in faults if wrong), ("", ""))


def loops(prerequisites: Mapping[str, Iterable[str]], offering_id: str) -> bool:
    """Tell whether an offering would have to be taken before itself."""
    seen: set[str] = set()
    waiting = list(prerequisites.get(offering_id, ()))
    while waiting:
        one = waiting.pop()
        if one == offering_id:
            return True
        if one not in seen:
            seen.add(one)
            waiting += prerequisites.get(one, ())
    return False


def per_head(cost: Decimal, people: int) -> Decimal | None:
    """Return the cost of one participant, None while there is none."""
    return (cost / people).quantize(Decimal("0.01")) if people else None


def shortened(text: str, limit: int) -> str:
    """Return a text that fits, cut at a word."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1].rsplit(" ", 1)[0]
    return f"{cut[: limit - 1]}…"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of offerings is narrowed to; "" leaves everything."""

    type: str = ""
    track: str = ""
    delivery: str = ""
    language: str = ""
    state: str = "open"


@dataclass(frozen=True, slots=True)
class Listed:
    """An offering in a catalogue, with its coming sessions."""

    offering: Offering
    sessions: Sequence[Session]


def channels_of(text: str, *, between: str = "\n") -> tuple[Channel, ...]:
    """Return channels of support that are written as "Phone: 555 0100"; what has no address bears its kind as one."""
    lines = [line.partition(":") for line in text.split(between) if line.strip()]
    return tuple(Channel(kind.strip(), address.strip() or kind.strip()) for kind, _colon, address in lines)


def together(own: Iterable[Channel], common: Iterable[Channel]) -> tuple[Channel, ...]:
    """Return channels of a course and those of the country, each address once."""
    return tuple({one.address: one for one in (*common, *own)}.values())
