"""What the parts of a country are filled with: its files, its people as they act, and the day from which days count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.documents import read_yaml
from govstack.pillars.learn.country import model
from govstack.pillars.learn.country.model import Country, Known
from govstack.pillars.learn.frame.model import ADMINISTER, ADVISE, EVALUATE, FACILITATE, PLAN, TEACH
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.people.model import Person
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.model import Audience, Kind
from govstack.pillars.learn.records.service import Draft

SEEDS = Path(__file__).parents[2] / "seeds" / "demo"
SCOPES = frozenset({PLAN, TEACH, EVALUATE, ADMINISTER, FACILITATE, ADVISE})


@dataclass(frozen=True, slots=True)
class Filling:
    """What the parts of a country are filled with."""

    context: Context
    country: Country
    kinds: Mapping[str, Kind]
    begun_at: datetime

    @property
    def officer(self) -> Actor:
        """Return who enters what a training unit enters."""
        return actor(self.country.author)

    @property
    def reviewer(self) -> Actor:
        """Return who decides on what the training unit enters."""
        return actor(self.country.reviewer)

    @property
    def first_day(self) -> date:
        """Return the day from which the days of the country count."""
        return self.begun_at.date()

    def read(self, name: str) -> dict[str, Any]:
        """Return a file of the demo country."""
        return dict(read_yaml((SEEDS / name).read_text(encoding="utf-8")))

    async def put(
        self, kind: str, record_id: str, content: Mapping[str, Any], audience: Audience = Audience.PRIVATE, *,
        by: Actor | None = None,
    ) -> None:  # fmt: skip
        """Write a record, with days in place of `day+30`; the same again changes nothing."""
        draft = Draft(model.dated(dict(content), self.first_day), audience, written_in="en")
        await records.put(
            self.context, by=by or self.officer, kind=self.kinds[kind], draft=draft, record_id=record_id
        )  # fmt: skip


def actor(known: Known) -> Actor:
    """Return somebody of the country as they act, under a name that no sign-in has."""
    return _acting(known.id, known.number, known.name, SCOPES)


def member(person: Person, *scopes: str) -> Actor:
    """Return a civil servant as they act: without any scope but those that are named."""
    return _acting(person.id, person.number or "", person.name, frozenset(scopes))


def _acting(person_id: str, number: str, name: str, scopes: frozenset[str]) -> Actor:
    attributes = {people.NUMBER_ATTRIBUTE: number}
    return Actor("person", f"demo-country-{person_id}", name, scopes=scopes, attributes=attributes)
