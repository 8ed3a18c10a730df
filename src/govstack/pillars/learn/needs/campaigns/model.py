"""A campaign: which version of which instrument, who is assessed, by whom, when and in which languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.needs.instruments.model import Code, Instrument, Language, Texts, Unit

MEMBERS_MAX = 1_000_000
NAMED_MAX = 5_000
TITLE_CHARACTERS_MAX = 200
LANGUAGES_MAX = 20
VERSION_MAX = 999_999

Id = Annotated[str, Meta(min_length=1, max_length=100)]
Day = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]


class Rater(StrEnum):
    """Who rates: oneself, the manager, a test, evidence that the training unit looked at, or a group."""

    SELF = "self"
    MANAGER = "manager"
    TEST = "test"
    EVIDENCE = "evidence"
    GROUP = "group"


class State(StrEnum):
    """How far a campaign is."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Population(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """Who is assessed: those of organisations with their parts, of profiles, or named; nothing named means everybody.

    Where several are given, somebody must belong to one of the organisations and have one of the profiles; people who
    are named are taken in any case.
    """

    organisations: Annotated[tuple[Id, ...], Meta(max_length=NAMED_MAX)] = ()
    profiles: Annotated[tuple[Id, ...], Meta(max_length=NAMED_MAX)] = ()
    people: Annotated[tuple[Id, ...], Meta(max_length=NAMED_MAX)] = ()


class Given(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """What a campaign is planned as. `instrument_version` 0 takes the newest when the campaign starts."""

    titles: Texts
    instrument_id: Code
    instrument_version: Annotated[int, Meta(ge=0, le=VERSION_MAX)] = 0
    opens_on: Day
    closes_on: Day
    languages: Annotated[tuple[Language, ...], Meta(max_length=LANGUAGES_MAX)] = ()
    raters: Annotated[tuple[Rater, ...], Meta(min_length=1, max_length=5)] = (Rater.SELF,)
    population: Population = Population()


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as a form holds it, which need not work yet; `opens` and `closes` are days, or their parts as typed."""

    title: str = ""
    instrument: str = ""
    version: str = ""
    opens: str | Mapping[str, str] = ""
    closes: str | Mapping[str, str] = ""
    languages: Sequence[str] = ()
    raters: Sequence[str] = ("self",)
    organisations: Sequence[str] = ()
    profiles: Sequence[str] = ()
    people: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign; `instrument` is the frozen one once it has started."""

    id: str
    given: Given
    instrument_id: str
    instrument_version: int
    state: State
    instrument: Instrument | None
    digest: str
    created_at: str
    started_at: str
    closed_at: str

    @property
    def frozen(self) -> Instrument:
        """Return the instrument of a campaign that has started."""
        assert self.instrument is not None
        return self.instrument

    @property
    def personal(self) -> bool:
        """Tell whether people are assessed, so that small numbers of them must not be shown."""
        return self.instrument is not None and self.instrument.unit is Unit.PERSON

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages that are offered."""
        offered = self.frozen.languages
        return tuple(one for one in offered if one in self.given.languages) or offered


@dataclass(frozen=True, slots=True)
class Member:
    """Whoever is assessed in a campaign, as they were when it started."""

    id: str
    campaign_id: str
    person_id: str | None
    organisation_id: str | None
    profile: str
    gender: str
    place: str


WRONG_DAY = _("must be a date such as 2027-01-31")
WRONG_ORDER = _("must not lie before the day the campaign opens")
NOT_KNOWN = _("names something that is not known here")
NOT_SPOKEN = _("names a language that the instrument does not have")


def faults(given: Given, instrument: Instrument) -> dict[str, str]:
    """Return what is wrong with a plan, by field."""
    found: dict[str, str] = {}
    days: dict[str, date] = {}
    for name, text in (("opensOn", given.opens_on), ("closesOn", given.closes_on)):
        try:
            days[name] = date.fromisoformat(text)
        except ValueError:
            found[name] = WRONG_DAY
        else:
            # Days of weeks, such as 2027-W01-1, are days too, but not as they are kept.
            found |= {name: WRONG_DAY} if days[name].isoformat() != text else {}
    if len(days) > 1 and days["closesOn"] < days["opensOn"]:
        found["closesOn"] = WRONG_ORDER
    if set(given.languages) - set(instrument.languages):
        found["languages"] = NOT_SPOKEN
    return found
