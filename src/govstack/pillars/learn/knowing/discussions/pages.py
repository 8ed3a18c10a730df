"""Pages of discussions: what was asked, one question with its answers, and how they are moderated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy
from govstack.pillars.learn.frame.model import FACILITATE
from govstack.pillars.learn.frame.presenters import Words, framed, in_language
from govstack.pillars.learn.knowing.communities import service as communities
from govstack.pillars.learn.knowing.communities.errors import LeadersOnly
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.knowing.discussions import presenters, schemas, service
from govstack.pillars.learn.knowing.discussions.errors import (
    AskedEnough,
    DiscussionClosed,
    KeptAlready,
    TooManyAnswers,
    UnknownDiscussion,
)
from govstack.pillars.learn.knowing.discussions.model import (
    BODY_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
)
from govstack.pillars.learn.knowing.discussions.service import Exchange
from govstack.pillars.learn.records.errors import Unfit
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of discussions",))
ASKED = "/communities/{recordId}/discussions"
ONE = "/discussions/{discussionId}"
MEMBERS = by_policy("members and facilitators of the community")
LEADERS = by_policy("facilitators of the community")
PAGE_QUESTIONS = 50
FACETS = "knowledge-facet"


@routes.page(ASKED, access=MEMBERS, query=schemas.DiscussionsQuery, operation_id="discussionsPage")
async def list_all(call: Call) -> Page:
    """List what was asked in a community."""
    community_id, before = call.path["recordId"], call.query.before
    room, found = await service.listed(
        call.context, by=call.actor, community_id=community_id, before=before, limit=PAGE_QUESTIONS
    )
    here = f"/communities/{community_id}/discussions"
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "rows": presenters.rows(Words(call.language), found),
        "first": here if before else "",
        "next": f"{here}?before={found[-1].id}" if len(found) == PAGE_QUESTIONS else "",
    }
    return framed(call, SECTION, "discussions.html", values)


@routes.page(f"{ASKED}/new", access=MEMBERS, operation_id="askCommunityPage")
async def ask_new(call: Call) -> Page:
    """Ask what somebody wants to know."""
    return await _ask(call, {})


@routes.form(f"{ASKED}/new", access=MEMBERS, operation_id="askCommunityForm")
async def ask(call: Call) -> Page | Redirect:
    """Ask the members of a community."""
    title, body = call.form.get("title", "").strip(), call.form.get("body", "").strip()
    errors = {}
    if not title or len(title) > TITLE_CHARACTERS_MAX:
        errors["title"] = _("Say it in one line, 200 characters at most.")
    if not body or len(body) > BODY_CHARACTERS_MAX:
        errors["body"] = _("Enter a text, 10000 characters at most.")
    if errors:
        return await _ask(call, errors)
    try:
        made = await service.ask(
            call.context, by=call.actor, community_id=call.path["recordId"], title=title, body=body
        )  # fmt: skip
    except AskedEnough as problem:
        return await _ask(call, {"title": problem.title})
    return Redirect(f"/discussions/{made.id}", notice=Words(call.language)(_("Your question was sent.")))


@routes.page(ONE, access=MEMBERS, operation_id="discussionPage")
async def show(call: Call) -> Page:
    """Show a question with its answers."""
    return await _show(call, {})


@routes.form(f"{ONE}/answers", access=MEMBERS, operation_id="answerDiscussionForm")
async def answer(call: Call) -> Page | Redirect:
    """Answer a question."""
    body = call.form.get("body", "").strip()
    if not body or len(body) > BODY_CHARACTERS_MAX:
        return await _show(call, {"body": _("Enter a text, 10000 characters at most.")})
    try:
        await service.answer(call.context, by=call.actor, discussion_id=call.path["discussionId"], body=body)
    except (DiscussionClosed, TooManyAnswers) as problem:
        return await _show(call, {"body": problem.title})
    return Redirect(_here(call), notice=Words(call.language)(_("Your answer was sent.")))


@routes.page(
    f"{ONE}/moderation", access=LEADERS, query=schemas.HideQuery, operation_id="moderateDiscussionPage"
)  # fmt: skip
async def ask_reason(call: Call) -> Page:
    """Ask why a question or an answer is hidden."""
    return await _hide(call, call.query.answer, {})


@routes.form(f"{ONE}/moderation", access=LEADERS, operation_id="moderateDiscussionForm")
async def moderate(call: Call) -> Page | Redirect:
    """Hide a question or an answer, or show it again."""
    form = call.form
    hides, reason = form.get("act") == "hide", form.get("reason", "").strip()
    if hides and (not reason or len(reason) > REASON_CHARACTERS_MAX):
        told = _("This text is too long.") if reason else _("Say why.")
        return await _hide(call, form.get("answer", ""), {"reason": told})
    await service.moderate(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=form.get("answer", ""),
        reason=reason if hides else "",
    )  # fmt: skip
    return Redirect(_here(call), notice=Words(call.language)(_("It was saved.")))


@routes.form(f"{ONE}/closed", access=LEADERS, operation_id="closeDiscussionForm")
async def close(call: Call) -> Redirect:
    """Close a discussion, or open it again."""
    closed = call.form.get("closed") == "yes"
    await service.close(call.context, by=call.actor, discussion_id=call.path["discussionId"], closed=closed)
    return Redirect(_here(call), notice=Words(call.language)(_("It was saved.")))


@routes.form(f"{ONE}/promoted", access=LEADERS, operation_id="promoteAnswerForm")
async def promote(call: Call) -> Redirect:
    """Put an answer first, or back into its place."""
    await service.promote(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=call.form.get("answer", ""),
        promoted=call.form.get("promoted") == "yes",
    )  # fmt: skip
    return Redirect(_here(call), notice=Words(call.language)(_("It was saved.")))


@routes.page(f"{ONE}/knowledge", access=LEADERS, query=schemas.HideQuery, operation_id="keepAnswerPage")
async def ask_keep(call: Call) -> Page | Redirect:
    """Ask what an item of knowledge made of an answer rests on; without an answer, lead to those there are."""
    if not call.query.answer:
        await _led(call)
        return Redirect(_here(call))
    return await _keep(call, call.query.answer, {})


@routes.form(f"{ONE}/knowledge", access=LEADERS, operation_id="keepAnswerForm")
async def keep(call: Call) -> Page | Redirect:
    """Make an item of knowledge of an answer."""
    answer = call.form.get("answer", "")
    try:
        item = await service.keep(
            call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=answer,
            facets=call.form_lists.get("facets", []),
        )  # fmt: skip
    except Unfit as problem:
        return await _keep(call, answer, problem.fields)
    except KeptAlready as problem:
        return await _keep(call, answer, {"facets": problem.title})
    made = _("The item of knowledge was made. It names who answered.")
    to = f"/knowledge-items/{item.id}" if call.actor.may(FACILITATE) else _here(call)
    return Redirect(to, notice=Words(call.language)(made))


@routes.form(f"{ONE}/use", access=MEMBERS, operation_id="useAnswerForm")
async def use(call: Call) -> Redirect:
    """Say that an answer was of use."""
    await service.use(
        call.context, by=call.actor, discussion_id=call.path["discussionId"], answer_id=call.form.get("answer", "")
    )
    return Redirect(_here(call), notice=Words(call.language)(_("Thank you. It was counted once.")))


async def _exchange(call: Call) -> Exchange:
    """Return a question with its answers, where it was asked said in the reader's language."""
    found = await service.read(call.context, by=call.actor, discussion_id=call.path["discussionId"])
    return replace(found, room=await communities.spoken(call.context, found.room, language=call.language))


async def _led(call: Call) -> Exchange:
    """Return a question to whoever leads its community; raises LeadersOnly."""
    found = await _exchange(call)
    if not found.room.leads:
        raise LeadersOnly
    return found


def _here(call: Call) -> str:
    return f"/discussions/{call.path['discussionId']}"


async def _ask(call: Call, errors: Mapping[str, str]) -> Page:
    room = await communities.working(call.context, by=call.actor, community_id=call.path["recordId"])
    values = {
        "room": await communities.spoken(call.context, room, language=call.language),
        "form": call.form,
        "maximum": BODY_CHARACTERS_MAX,
        "errors": errors,
    }
    return framed(call, SECTION, "discussion_ask.html", values, status=400 if errors else 200)


async def _keep(call: Call, answer: str, errors: Mapping[str, str]) -> Page:
    found = await _led(call)
    reply = next((one for one in found.answers if one.id == answer and not one.hidden_reason), None)
    if reply is None:
        raise UnknownDiscussion
    facets = (await vocabularies.terms(call.context, vocabularies=[FACETS]))[FACETS]
    values = {
        "exchange": found,
        "reply": reply,
        "author": presenters.author(Words(call.language), found, reply.person_id),
        "facets": [(one.code, in_language(one.labels, call.language)) for one in facets],
        "chosen": call.form_lists.get("facets", ["process"]),
        "errors": errors,
    }
    return framed(call, SECTION, "discussion_keep.html", values, status=400 if errors else 200)


async def _hide(call: Call, answer: str, errors: Mapping[str, str]) -> Page:
    found = await _led(call)
    values = {"exchange": found, "answer": answer, "errors": errors, "reason": call.form.get("reason", "")}
    return framed(call, SECTION, "discussion_hide.html", values, status=400 if errors else 200)


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    found = await _exchange(call)
    words = Words(call.language)
    values = {
        "exchange": found,
        "author": presenters.author(words, found, found.question.person_id),
        "answers": [(one, presenters.author(words, found, one.person_id)) for one in found.answers],
        "form": call.form,
        "maximum": BODY_CHARACTERS_MAX,
        "errors": errors,
    }
    return framed(call, SECTION, "discussion.html", values, status=400 if errors else 200)
