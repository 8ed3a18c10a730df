"""Assessments to test with: an instrument, a campaign that is open, and responses to it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from govstack.kernel import clock, ids
from govstack.kernel.context import Context
from govstack.pillars.learn.needs.answers import service as answers
from govstack.pillars.learn.needs.answers.model import Answer, Response, Taken
from govstack.pillars.learn.needs.campaigns import service as campaigns
from govstack.pillars.learn.needs.campaigns.model import Campaign, Given, Population, Rater
from govstack.pillars.learn.needs.instruments import service as instruments
from govstack.pillars.learn.needs.instruments.model import Instrument
from tests.builders.learning import OFFICER


def today(days: int = 0) -> str:
    """Return a day so many days from now."""
    return (clock.now() + timedelta(days=days)).date().isoformat()


def document(**changed: Any) -> dict[str, Any]:
    """Return an instrument with two sections of two and one items on three levels."""
    levels = [{"id": name, "titles": {"en": name.title()}} for name in ("basic", "moderate", "high")]
    levels += [
        {"id": "not-in-place", "kind": "absent", "titles": {"en": "Not in place"}},
        {"id": "not-assessed", "kind": "unassessed", "titles": {"en": "Not assessed"}},
        {"id": "not-applicable", "kind": "inapplicable", "titles": {"en": "Does not apply"}},
    ]
    return {
        "id": "skills", "titles": {"en": "Skills"}, "source": "A test", "licence": "Apache-2.0", "languages": ["en"],
        "scales": [{"id": "level", "choices": levels}],
        "sections": [{"id": "work", "titles": {"en": "Work"}}, {"id": "law", "titles": {"en": "Law"}}],
        "items": [
            {"id": "plan", "section": "work", "scale": "level", "texts": {"en": "How well do you plan?"}},
            {"id": "talk", "section": "work", "scale": "level", "texts": {"en": "How well do you talk?"}},
            {"id": "rules", "section": "law", "scale": "level", "texts": {"en": "How well do you know the rules?"}},
        ],
        "scoring": {"family": "ordinal"},
        **changed,
    }  # fmt: skip


def instrument(**changed: Any) -> Instrument:
    """Return the instrument of such a document."""
    return instruments.checked(document(**changed))


async def written(context: Context, **changed: Any) -> Instrument:
    """Write an instrument."""
    made = instrument(**changed)
    return await instruments.write(context, by=OFFICER, instrument_id=made.id, instrument=made)


async def campaign(
    context: Context, campaign_id: str = "spring", *, raters: tuple[Rater, ...] = (Rater.SELF,),
    population: Population | None = None, start: bool = True, **changed: Any,
) -> Campaign:  # fmt: skip
    """Plan a campaign of everybody for a month, and start it."""
    made = await written(context, **changed)
    given = Given(
        titles={"en": "Spring"}, instrument_id=made.id, opens_on=today(-7), closes_on=today(21), raters=raters,
        population=population or Population(),
    )  # fmt: skip
    planned = await campaigns.plan(context, by=OFFICER, campaign_id=campaign_id, given=given)
    return await campaigns.start(context, by=OFFICER, campaign_id=campaign_id) if start else planned


def response(about: str = "p-1", **changed: Any) -> Response:
    """Return a response with an answer to every item."""
    given = {"plan": "basic", "talk": "high", "rules": "moderate"} | changed.pop("given", {})
    made = Response(
        id=changed.pop("response_id", "") or ids.new_id(), about=about,
        answers=tuple(Answer(item=item, choice=choice) for item, choice in given.items() if choice),
    )  # fmt: skip
    return msgspec.structs.replace(made, **changed)


async def answered(context: Context, *responses: Response, campaign_id: str = "spring") -> list[Taken]:
    """Send responses as a training unit does."""
    return await answers.add(context, by=OFFICER, campaign_id=campaign_id, responses=responses)
