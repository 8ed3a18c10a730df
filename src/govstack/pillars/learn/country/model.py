"""The demo country as its files tell it, and the people and levels that are drawn from it: pure."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec

from govstack.pillars.learn.learning.achievements.model import Achievement
from govstack.pillars.learn.learning.courses.model import CoursePage, Sheet
from govstack.pillars.learn.needs.instruments.model import Texts
from govstack.pillars.learn.needs.items.model import Item
from govstack.pillars.learn.needs.profiles.model import Profile
from govstack.pillars.learn.needs.ratings.model import Confidence, RaterType, RatingGiven
from govstack.pillars.learn.needs.tests.model import Test
from govstack.pillars.learn.people.model import Gender, Organisation, Person
from govstack.pillars.learn.response.offerings.model import Item as Line
from govstack.pillars.learn.response.offerings.model import Offering, Session, State
from govstack.pillars.learn.splits.model import UNSTATED, VOCABULARIES, Dimension

DAY = re.compile(r"day([+-][0-9]{1,4})")
UNRATED = "unrated"
RATED_DAYS_MAX = 240
SESSION_HOUR = 9
SESSION_HOURS = 7


class Office(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An organisation, how many people it has, and the shares of their posts."""

    id: str
    kind: str
    people: int
    names: dict[str, str]
    posts: dict[str, int]
    parent: str | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody whom the tours know by name; without `manager` they report as everybody does."""

    number: str
    name: str
    gender: Gender
    language: str
    organisation: str
    roles: tuple[str, ...]
    levels: dict[str, int]
    manager: str | None = None
    contact: str = ""

    @property
    def id(self) -> str:
        """Return the id of the person."""
        return self.number.lower()


class Country(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The public service of a country."""

    organisations: tuple[Office, ...]
    section_people: int
    known: tuple[Known, ...]
    author: Known
    reviewer: Known
    shares: dict[str, int]
    languages: dict[str, int]
    said: dict[str, dict[str, int]]
    given: dict[str, tuple[str, ...]]
    family: tuple[str, ...]

    @property
    def named(self) -> tuple[Known, ...]:
        """Return everybody who has a name of their own."""
        return (*self.known, self.author, self.reviewer)


class Held(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of a session that is over: how many of a hundred came to a day, and between which results."""

    attended: int
    results: tuple[int, int]


class Planned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A session, days from the first one, with how many people of which organisations are put forward."""

    id: str
    offering: str
    starts: int
    days: int
    seats: int
    languages: tuple[str, ...]
    take: int
    of: tuple[str, ...]
    costs: dict[str, str]
    place: str = ""
    room: str = ""
    link: str = ""
    centre: str | None = None
    held: Held | None = None


class Assessed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A finished campaign: days from the first one, and the shares of the answers."""

    id: str
    instrument: str
    titles: Texts
    opens: int
    closes: int
    shares: dict[str, int]
    notes: str


class Written(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A record of some kind."""

    kind: str
    id: str
    content: dict[str, Any]


class Translated(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A course in another language."""

    id: str
    sheet: Sheet
    pages: tuple[CoursePage, ...]


class ForAll(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Courses that everybody may read, and what their author and their reviewer say."""

    courses: tuple[Translated, ...]
    checks: str
    artefacts: str
    review: str


class Taught(msgspec.Struct, frozen=True, rename="camel", kw_only=True, forbid_unknown_fields=True):
    """A course with its test and its badge, and what its author and its reviewer say."""

    id: str
    sheet: Sheet
    pages: tuple[CoursePage, ...]
    checks: str
    artefacts: str
    review: str
    test: Test
    items: tuple[Item, ...]
    badge: Achievement
    translations: tuple[Translated, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """Chance that is the same on every machine: what is drawn follows from words."""

    words: str

    def of(self, shares: Mapping[str, int]) -> str:
        """Return one of some names by their shares."""
        # Not for secrets: the same country has to come out everywhere.
        return random.Random(self.words).choices(list(shares), list(shares.values()))[0]  # noqa: S311

    def among(self, names: Sequence[str]) -> str:
        """Return one of some names."""
        return random.Random(self.words).choice(names)  # noqa: S311

    def number(self, least: int, most: int) -> int:
        """Return a number between two, both included."""
        return random.Random(self.words).randint(least, most)  # noqa: S311


def organisations(country: Country) -> list[Organisation]:
    """Return the organisations, wholes before their parts."""
    return [
        Organisation(id=one.id, names=one.names, kind=one.kind, parent_id=one.parent) for one in country.organisations
    ]


def people(country: Country) -> list[Person]:
    """Return everybody, managers before those who report to them."""
    heads: dict[str, str] = {}
    made: list[Person] = []
    number = len(country.named)
    for office in country.organisations:
        staff = [one for one in country.named if one.organisation == office.id]
        section = ""
        for place in range(office.people):
            own = staff[place] if place < len(staff) else None
            if own is None:
                number += 1
            person_id = own.id if own else f"cs-{number:04}"
            head = heads.setdefault(office.id, person_id)
            manager = heads.get(office.parent or "") if person_id == head else section or head
            made.append(_named(own, manager) if own else _drawn(country, office, person_id, manager))
            if person_id != head and place % country.section_people == 1 and not (own and own.manager):
                # Whoever comes first in a section leads it, and reports to the head; who has a manager leads nobody.
                made[-1] = msgspec.structs.replace(made[-1], manager_id=head)
                section = person_id
    return made


def _manager(own: Known | None, otherwise: str | None) -> str | None:
    return own.manager.lower() if own and own.manager else otherwise


def _named(own: Known, manager: str | None) -> Person:
    return Person(
        id=own.id, number=own.number, name=own.name, contact=own.contact, gender=own.gender, language=own.language,
        organisation_id=own.organisation, manager_id=_manager(own, manager), roles=own.roles,
    )  # fmt: skip


def _drawn(country: Country, office: Office, person_id: str, manager: str | None) -> Person:
    gender = Draw(f"{person_id} gender").among(list(country.given))
    given = Draw(f"{person_id} given").among(country.given[gender])
    family = Draw(f"{person_id} family").among(country.family)
    return Person(
        id=person_id, number=person_id.upper(), name=f"{given} {family}", gender=Gender(gender),
        language=Draw(f"{person_id} language").of(country.languages), organisation_id=office.id, manager_id=manager,
        roles=(Draw(f"{person_id} post").of(office.posts),),
    )  # fmt: skip


def said(country: Country) -> dict[str, dict[Dimension, str]]:
    """Return what people of the country say of themselves; some rather say nothing."""
    made: dict[str, dict[Dimension, str]] = {}
    for person in people(country):
        drawn = {one: Draw(f"{person.id} {one.value}").of(country.said[one.value]) for one in VOCABULARIES}
        made[person.id] = {one: value for one, value in drawn.items() if value != UNSTATED}
    return made


def ratings(country: Country, profiles: Mapping[str, Profile], first_day: date) -> list[RatingGiven]:
    """Return what people are rated, so that some have gaps and some are not rated at all."""
    told = {one.id: one.levels for one in country.named}
    made: list[RatingGiven] = []
    for person in people(country):
        asked = {one.competency_id: one.level for role in person.roles for one in profiles[role].requirements}
        levels = told.get(person.id) or dict(_levels(country, person.id, asked))
        made += [_rating(person, competency_id, level, first_day) for competency_id, level in levels.items()]
    return made


def _levels(country: Country, person_id: str, asked: Mapping[str, int]) -> Iterator[tuple[str, int]]:
    for competency_id, level in asked.items():
        below = Draw(f"{person_id} {competency_id}").of(country.shares)
        if below != UNRATED:
            yield competency_id, max(1, level - int(below))


def _rating(person: Person, competency_id: str, level: int, first_day: date) -> RatingGiven:
    words = f"{person.id} {competency_id}"
    day = first_day - timedelta(days=Draw(f"{words} day").number(5, RATED_DAYS_MAX))
    rater = RaterType(Draw(f"{words} rater").of({"self": 1, "manager": 2}))
    return RatingGiven(
        id=f"demo-{person.id}-{competency_id}", person_id=person.id, competency_id=competency_id, level=level,
        rater_type=rater, confidence=Confidence(Draw(f"{words} sure").of({"medium": 3, "high": 1})),
        rated_on=day.isoformat(), source="demo", rater_id=person.manager_id or "" if rater is RaterType.MANAGER else "",
    )  # fmt: skip


def dated(value: Any, first_day: date) -> Any:
    """Return the content of a record with days in place of `day+30`."""
    if isinstance(value, dict):
        return {name: dated(one, first_day) for name, one in value.items()}
    if isinstance(value, list):
        return [dated(one, first_day) for one in value]
    found = DAY.fullmatch(value) if isinstance(value, str) else None
    return (first_day + timedelta(days=int(found[1]))).isoformat() if found else value


def offering(given: Mapping[str, Any]) -> Offering:
    """Return an offering of the file; one that names no parts has one, with a test at its end."""
    hours = given.get("hours", 0)
    part = {"title": given["titles"]["en"], "delivery": given["delivery"], "hours": hours, "tested": True}
    told = {name: value for name, value in given.items() if name != "hours"}
    return msgspec.convert({"parts": [part], "state": State.OPEN.value, **told}, Offering)


def session(planned: Planned, first_day: date, *, open_now: bool) -> Session:
    """Return a session; `open_now` lets people be put forward for one that is over."""
    shift = 1 - planned.starts if open_now and planned.starts <= 0 else 0
    day = first_day + timedelta(days=planned.starts + shift)
    starts = datetime.combine(day, time(SESSION_HOUR), UTC)
    ends = starts + timedelta(days=planned.days - 1, hours=SESSION_HOURS)
    return Session(
        id=planned.id, offering_id=planned.offering, starts=starts, ends=ends, seats=planned.seats,
        registration_starts=starts - timedelta(days=90), registration_ends=starts - timedelta(hours=1),
        place=planned.place, room=planned.room, link=planned.link, languages=planned.languages,
        centre_id=planned.centre,
        logistics=tuple(msgspec.convert({"need": need, "cost": cost}, Line) for need, cost in planned.costs.items()),
    )  # fmt: skip


def put_forward(planned: Planned, everybody: Sequence[Person], *, decides: str) -> list[str]:
    """Return who is put forward for a session: members of its organisations in turn, but nobody of the tours.

    `decides` is the person who gives the places, and so takes none.
    """
    chosen = [one.id for one in everybody if one.organisation_id in planned.of]
    step = max(1, len(chosen) // planned.take) if planned.take else 1
    return [one for one in chosen[1::step] if one != decides][: planned.take]


def moment(begun: datetime, day: int, hours: int = 0) -> datetime:
    """Return the moment some days and hours from the first one, but none that is still to come."""
    return min(begun + timedelta(days=day, hours=hours), begun)
