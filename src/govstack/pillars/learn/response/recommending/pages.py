"""The page that tells a learner what to take next, and why."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed, in_language, lasting
from govstack.pillars.learn.needs.frameworks import service as frameworks
from govstack.pillars.learn.needs.frameworks.presenters import called_by_id
from govstack.pillars.learn.response.recommending import presenters, service
from govstack.pillars.learn.response.recommending.model import Limits
from govstack.pillars.learn.response.typologies import service as typologies
from govstack.pillars.learn.response.typologies.model import WordKind
from govstack.web.answers import Page

routes = Routes(tags=("pages of recommendations",))


class AdviceQuery(msgspec.Struct, frozen=True):
    """What has to be so: "" leaves everything open."""

    language: Annotated[str, Meta(max_length=20)] = ""
    form: Annotated[str, Meta(max_length=100)] = ""
    accessibility: Annotated[str, Meta(max_length=100)] = ""
    hours: Annotated[str, Meta(max_length=20)] = ""
    offline: Annotated[str, Meta(max_length=3)] = ""


@routes.page("/my/advice", access=signed_in(), query=AdviceQuery, operation_id="myAdvicePage")
async def advice(call: Call) -> Page:
    """Show what closes the gaps of whoever signed in, in order, with reasons."""
    words, asked = Words(call.language), call.query
    whole = asked.hours.strip().isascii() and asked.hours.strip().isdigit() and len(asked.hours.strip()) <= 4
    errors = {} if whole or not asked.hours.strip() else {"hours": _("Enter a number of hours.")}
    limits = Limits(
        languages=frozenset({asked.language} - {""}), forms=frozenset({asked.form} - {""}),
        accessibility=frozenset({asked.accessibility} - {""}), offline=asked.offline == "yes",
        hours=float(asked.hours) if whole else None,
    )  # fmt: skip
    found, known = await service.for_me(call.context, by=call.actor, limits=limits)
    forms = (await typologies.vocabulary(call.context)).listed(WordKind.DELIVERY)
    wanted = presenters.competencies(found)
    called = called_by_id(await frameworks.by_ids(call.context, competency_ids=wanted), call.language)
    values = {
        "steps": presenters.steps(found, known, called, words),
        "left": presenters.left(found, called, words),
        "others": presenters.others(found, known, called, words),
        "total": lasting(found.hours, words),
        "asked": asked,
        "languages": presenters.languages(known.values()),
        "needs": presenters.needs(known.values(), asked.accessibility),
        "delivery_forms": [(one.id, in_language(one.titles, call.language)) for one in forms],
    }
    return framed(call, "mine", "advice.html", {**values, "errors": errors}, status=400 if errors else 200)
