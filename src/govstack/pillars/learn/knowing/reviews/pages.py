"""What reviewers say in a round."""

from __future__ import annotations

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.pillars.learn.frame.model import ADVISE
from govstack.pillars.learn.frame.presenters import framed
from govstack.pillars.learn.knowing.reviews import presenters, service
from govstack.pillars.learn.knowing.reviews.errors import AuthorMayNotVote, InterestUndeclared, RoundClosed
from govstack.pillars.learn.knowing.reviews.model import COMMENT_CHARACTERS_MAX, SECTION, Decision
from govstack.pillars.learn.people import service as people
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of reviews",))
ONE = "/review-rounds/{recordId}/voices"


@routes.page(ONE, access=needs(ADVISE), operation_id="reviewVoicesPage")
async def voices(call: Call) -> Page:
    """Show what reviewers said, and let the reader declare interests and decide."""
    return await _page(call, {})


@routes.form(f"{ONE}/declare", access=needs(ADVISE), operation_id="declareInterestForm")
async def declare(call: Call) -> Page | Redirect:
    """Take in the interest that a reviewer declares."""
    conflict = call.form.get("conflict", "").strip()
    if call.form.get("has") == "yes" and not conflict:
        return await _page(call, {"conflict": _("Say what your interest is.")})
    if len(conflict) > COMMENT_CHARACTERS_MAX:
        return await _page(call, {"conflict": _("This text is too long.")})
    said = conflict if call.form.get("has") == "yes" else ""
    try:
        await service.declare(call.context, by=call.actor, round_id=call.path["recordId"], conflict=said)
    except RoundClosed as problem:
        return await _page(call, {"": problem.title})
    return Redirect(_here(call), notice=_("Your declaration was written down."))


@routes.form(f"{ONE}/decide", access=needs(ADVISE), operation_id="decideReviewForm")
async def decide(call: Call) -> Page | Redirect:
    """Take in a decision."""
    told, comment = call.form.get("decision", ""), call.form.get("comment", "")
    if told not in set(Decision):
        return await _page(call, {"decision": _("Choose what you decide.")})
    if told != Decision.APPROVE and not comment.strip():
        return await _page(call, {"comment": _("Say what has to change.")})
    if len(comment) > COMMENT_CHARACTERS_MAX:
        return await _page(call, {"comment": _("This text is too long.")})
    try:
        await service.decide(
            call.context, by=call.actor, round_id=call.path["recordId"], decision=Decision(told),
            comment=comment,
        )  # fmt: skip
    except (RoundClosed, InterestUndeclared, AuthorMayNotVote) as problem:
        return await _page(call, {"": problem.title})
    return Redirect(_here(call), notice=_("Your decision was written down."))


@routes.page("/challenge-times", access=needs(ADVISE), operation_id="challengeTimesPage")
async def challenge_times(call: Call) -> Page:
    """Show how long challenges are open, or were until they were resolved."""
    found = await service.challenge_times(call.context, by=call.actor)
    values = {
        "waiting": presenters.times(found.open), "resolved": presenters.times(found.resolved), "median": found.median,
    }  # fmt: skip
    return framed(call, SECTION, "challenge_times.html", values)


def _here(call: Call) -> str:
    return f"/review-rounds/{call.path['recordId']}/voices"


async def _page(call: Call, errors: dict[str, str]) -> Page:
    try:
        found = await service.standing(call.context, by=call.actor, round_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    me = await people.me(call.context, by=call.actor)
    names = await people.people(call.context, person_ids=[one.person_id for one in found.voices])
    mine = next((one for one in found.voices if one.person_id == me.id), None)
    values = {
        "round": found.round,
        "deliverable": found.deliverable,
        "rows": presenters.rows(found.voices, names),
        "outcome": presenters.DECISIONS.get(found.outcome, ""),
        "open": found.open,
        "author": me.id in found.deliverable.content["authors"],
        "mine": mine,
        "decisions": list(presenters.DECISIONS.items()),
        "form": call.form,
        "errors": errors,
        "maximum": COMMENT_CHARACTERS_MAX,
    }
    return framed(call, SECTION, "review_voices.html", values)
