"""Wire shapes of campaigns."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Call
from govstack.pillars.learn.frame.presenters import in_language
from govstack.pillars.learn.needs.campaigns.model import Campaign, Given, Plan, Population, Rater, State

PAGE_CAMPAIGNS_MAX = 200
_WORDS = re.compile(r"[\s,;]+")


class CampaignAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A campaign. `instrument_digest` tells the frozen instrument from every other."""

    id: str
    state: State
    given: Given
    instrument_version: int
    instrument_digest: str
    created_at: str
    started_at: str
    closed_at: str

    @classmethod
    def of(cls, one: Campaign) -> CampaignAnswer:
        """Return a campaign as it is answered."""
        return cls(
            one.id, one.state, one.given, one.instrument_version, one.digest, one.created_at, one.started_at,
            one.closed_at,
        )  # fmt: skip


class CampaignList(msgspec.Struct, frozen=True):
    """Campaigns, and before which id the next ones come ("" at the end)."""

    campaigns: list[CampaignAnswer]
    next: str = ""


class ListQuery(msgspec.Struct, frozen=True):
    """Which campaigns."""

    before: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_CAMPAIGNS_MAX)] = 50


def plan_of(call: Call) -> Plan:
    """Return a plan as a form sends it."""
    form, lists = call.form, call.form_lists

    def listed(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(word for one in lists.get(name, []) for word in _WORDS.split(one) if word))

    def day(name: str) -> dict[str, str]:
        return {part: form.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year")}

    return Plan(
        title=form.get("title", "").strip(), instrument=form.get("instrument", ""),
        version=form.get("version", "").strip(), opens=day("opens"), closes=day("closes"),
        languages=listed("languages"), raters=listed("raters"),
        organisations=listed("organisations"), profiles=listed("profiles"), people=listed("people"),
    )  # fmt: skip


def plan_from(given: Given, language: str) -> Plan:
    """Return the plan that a form shows of a campaign."""
    return Plan(
        title=in_language(given.titles, language), instrument=given.instrument_id,
        version=str(given.instrument_version or ""), opens=given.opens_on, closes=given.closes_on,
        languages=given.languages, raters=tuple(str(one) for one in given.raters),
        organisations=given.population.organisations, profiles=given.population.profiles,
        people=given.population.people,
    )  # fmt: skip


def given_of(asked: Plan, known: Mapping[str, str], titles: Mapping[str, str]) -> Given:
    """Return what a campaign is planned as; `known` has the id of each person who is named by id or number."""

    def day(told: str | Mapping[str, str]) -> str:
        return (
            told if isinstance(told, str) else f"{int(told['year']):04}-{int(told['month']):02}-{int(told['day']):02}"
        )

    return Given(
        titles=dict(titles), instrument_id=asked.instrument, instrument_version=int(asked.version or 0),
        opens_on=day(asked.opens), closes_on=day(asked.closes), languages=tuple(asked.languages),
        raters=tuple(Rater(one) for one in asked.raters if one in set(Rater)),
        population=Population(
            organisations=tuple(asked.organisations), profiles=tuple(asked.profiles),
            people=tuple(dict.fromkeys(known[one] for one in asked.people)),
        ),
    )  # fmt: skip
