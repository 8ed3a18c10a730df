"""Pages of proposals: propose something, claim a topic, see what became of it; and what waits for those who decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, by_policy, signed_in
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.communities.model import SECTION
from govstack.pillars.learn.knowing.feedback.model import INSIGHT
from govstack.pillars.learn.knowing.proposals import presenters, schemas, service
from govstack.pillars.learn.knowing.proposals.errors import ClaimedAlready, ProposalDecided, ProposedEnough, TopicTaken
from govstack.pillars.learn.knowing.proposals.model import (
    KINDS_OF,
    NOMINATOR,
    REASON_CHARACTERS_MAX,
    TEXT_CHARACTERS_MAX,
    WRITTEN,
    Subject,
    filled,
)
from govstack.pillars.learn.records import service as records
from govstack.pillars.learn.records.errors import ChangedMeanwhile, UnknownRecord
from govstack.pillars.learn.records.model import Kind, Record
from govstack.pillars.learn.records.service import Draft
from govstack.pillars.learn.registers.pages import Forms
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of proposals",))
ONE = "/proposals/{proposalId}"
CLAIM = "/topics/{recordId}/claim"
CONCERNED = by_policy("whoever made the proposal, and those who keep such records")
KEEPERS = by_policy("those who keep such records")
PAGE_PROPOSALS = 50


@routes.page("/proposals", access=signed_in(), query=schemas.MineQuery, operation_id="myProposalsPage")
async def mine(call: Call) -> Page:
    """List what one proposed and what became of it, and lead to what can be proposed."""
    words, before = Words(call.language), call.query.before
    found = await service.mine(call.context, by=call.actor, before=before, limit=PAGE_PROPOSALS)
    values = {
        "rows": presenters.rows(found, await service.named(call.context, found), words),
        "subjects": [(str(one), words(presenters.LABELS[one])) for one in WRITTEN],
        "keeps": bool(service.kept(call.actor)),
        "first": "/proposals" if before else "",
        "next": f"/proposals?before={found[-1].id}" if len(found) == PAGE_PROPOSALS else "",
    }
    return framed(call, SECTION, "proposals.html", values)


@routes.page("/waiting-proposals", access=KEEPERS, query=schemas.WaitingQuery, operation_id="waitingProposalsPage")
async def waiting(call: Call) -> Page:
    """List what waits for those who keep the records."""
    after = call.query.after
    found = await service.waiting(call.context, by=call.actor, after=after, limit=PAGE_PROPOSALS)
    values = {
        "rows": presenters.waiting(found, await service.named(call.context, found), Words(call.language)),
        "first": "/waiting-proposals" if after else "",
        "next": f"/waiting-proposals?after={found[-1].id}" if len(found) == PAGE_PROPOSALS else "",
    }
    return framed(call, SECTION, "proposals_waiting.html", values)


@routes.page("/propose/{subject}", access=signed_in(), operation_id="proposePage")
async def ask(call: Call) -> Page:
    """Ask what somebody proposes."""
    return _ask(call, _subject(call), {})


@routes.form("/propose/{subject}", access=signed_in(), operation_id="proposeForm")
async def propose(call: Call) -> Page | Redirect:
    """Take in what somebody proposes."""
    subject = _subject(call)
    said, errors = schemas.said_of(call.form, subject)
    if errors:
        return _ask(call, subject, errors)
    try:
        made = await service.propose(call.context, by=call.actor, said=said)
    except ProposedEnough as problem:
        return _ask(call, subject, {"name": problem.title})
    return Redirect(f"/proposals/{made.id}", notice=_("Thank you. You see here what becomes of it."))


@routes.page(CLAIM, access=signed_in(), operation_id="claimTopicPage")
async def ask_claim(call: Call) -> Page:
    """Ask who takes a topic, and what they want to do."""
    return await _claim(call, {})


@routes.form(CLAIM, access=signed_in(), operation_id="claimTopicForm")
async def claim(call: Call) -> Page | Redirect:
    """Take in that somebody takes a topic."""
    said, errors = schemas.said_of(call.form, Subject.CLAIM, about_id=call.path["recordId"])
    if errors:
        return await _claim(call, errors)
    try:
        made = await service.propose(call.context, by=call.actor, said=said)
    except (ProposedEnough, ClaimedAlready, TopicTaken) as problem:
        return await _claim(call, {"name": problem.title})
    except UnknownRecord as error:
        raise NotFound from error
    return Redirect(f"/proposals/{made.id}", notice=_("Thank you. You see here what becomes of it."))


@routes.page(ONE, access=CONCERNED, operation_id="proposalPage")
async def show(call: Call) -> Page:
    """Show a proposal, and let those who keep such records decide on it."""
    return await _show(call, {})


@routes.form(f"{ONE}/refusal", access=KEEPERS, operation_id="declineProposalForm")
async def decline(call: Call) -> Page | Redirect:
    """Decline a proposal, and say why."""
    reason = call.form.get("reason", "").strip()
    if not reason:
        return await _show(call, {"reason": _("Say why, so that whoever proposed it learns from it.")})
    if len(reason) > REASON_CHARACTERS_MAX:
        said = Words(call.language)(_("Write at most {number} characters."), number=REASON_CHARACTERS_MAX)
        return await _show(call, {"reason": said})
    try:
        await service.decline(call.context, by=call.actor, proposal_id=call.path["proposalId"], reason=reason)
    except ProposalDecided as problem:
        return await _show(call, {"": problem.title})
    return Redirect("/waiting-proposals", notice=_("Your decision was written down."))


@routes.form(f"{ONE}/grant", access=KEEPERS, operation_id="grantClaimForm")
async def grant(call: Call) -> Page | Redirect:
    """Give a topic to whoever claims it."""
    try:
        topic = await service.grant(call.context, by=call.actor, proposal_id=call.path["proposalId"])
    except (TopicTaken, ChangedMeanwhile, ProposalDecided) as problem:
        return await _show(call, {"": problem.title})
    return Redirect(f"/topics/{topic.id}", notice=_("Your decision was written down."))


@routes.form(f"{ONE}/withdrawal", access=CONCERNED, operation_id="withdrawProposalForm")
async def withdraw(call: Call) -> Page | Redirect:
    """Take back what one proposed."""
    try:
        await service.withdraw(call.context, by=call.actor, proposal_id=call.path["proposalId"])
    except ProposalDecided as problem:
        return await _show(call, {"": problem.title})
    return Redirect("/proposals", notice=_("You took your proposal back."))


class TakingUp(Forms):
    """The form of the record that a proposal of one kind becomes, filled with what was proposed."""

    def __init__(self, subject: Subject, kinds: Iterable[Kind]) -> None:
        super().__init__(KINDS_OF[subject], kinds)
        self.subject, self.left = subject, frozenset({NOMINATOR})
        self.routes = Routes(tags=("pages of proposals",))
        path, name = f"{ONE}/{self.kind.plural}", subject.value.title()
        said = f"Take a proposal up: {self.kind.label}"
        self.routes.page(path, access=KEEPERS, operation_id=f"takeUp{name}Page", summary=said)(self.ask)
        self.routes.form(path, access=KEEPERS, operation_id=f"takeUp{name}Form", summary=said)(self.take_up)

    async def ask(self, call: Call) -> Page:
        """Ask what the record says that a proposal becomes."""
        found = await service.sight(call.context, by=call.actor, proposal_id=call.path["proposalId"])
        await service.deciding(call.context, by=call.actor, proposal_id=found.proposal.id, subject=self.subject)
        return await self._form(call, filled(found.proposal.said), {}, None)

    async def take_up(self, call: Call) -> Page | Redirect:
        """Write the record that a proposal becomes."""
        return await self._write(call, None)

    async def _form(
        self, call: Call, content: Mapping[str, Any], errors: Mapping[str, str], record: Record | None
    ) -> Page:
        asked = await super()._form(call, content, errors, record)
        found = await service.sight(call.context, by=call.actor, proposal_id=call.path["proposalId"])
        more = {
            "heading": found.proposal.said.name,
            "made": "",
            "proposed": presenters.facts(found, Words(call.language)),
        }
        return replace(asked, values={**asked.values, **more})

    async def _put(self, call: Call, draft: Draft, record: Record | None) -> Record:
        proposal_id = call.path["proposalId"]
        return await service.take_up(
            call.context, by=call.actor, proposal_id=proposal_id, subject=self.subject, draft=draft
        )

    def _place(self, call: Call, record: Record | None) -> tuple[str, str]:
        here = f"/proposals/{call.path['proposalId']}"
        return f"{here}/{self.kind.plural}", here


def routes_of(kinds: Iterable[Kind]) -> tuple[Routes, ...]:
    """Return the pages that make records of proposals; what records may point at is of the kinds given."""
    known = tuple(kinds)
    return tuple(TakingUp(subject, known).routes for subject in WRITTEN)


def _subject(call: Call) -> Subject:
    told = call.path["subject"]
    if told not in set(WRITTEN):
        raise NotFound
    return Subject(told)


def _ask(call: Call, subject: Subject, errors: Mapping[str, str], **more: object) -> Page:
    words = Words(call.language)
    name, text, sources = (words(one) if one else "" for one in presenters.ASKED[subject])
    values = {
        "label": words(presenters.LABELS[subject]), "name": name, "text": text, "sources": sources,
        "where": f"/propose/{subject}", "back": "/proposals", "topic": "", "form": call.form, "errors": errors,
        "maximum": TEXT_CHARACTERS_MAX, **more,
    }  # fmt: skip
    return framed(call, SECTION, "propose.html", values, status=400 if errors else 200)


async def _claim(call: Call, errors: Mapping[str, str]) -> Page:
    topic_id = call.path["recordId"]
    try:
        topic = await service.claimable(call.context, by=call.actor, topic_id=topic_id)
    except UnknownRecord as error:
        raise NotFound from error
    if topic is None and not errors:
        raise TopicTaken
    asked = (
        await service.own_claim(call.context, by=call.actor, topic_id=topic_id) if call.actor.kind == "person" else ""
    )
    if asked and not errors:
        return framed(call, SECTION, "claimed.html", {"topic": topic, "asked": f"/proposals/{asked}"})
    name = topic.content["topic"] if topic else ""
    return _ask(call, Subject.CLAIM, errors, where=f"/topics/{topic_id}/claim", back=f"/topics/{topic_id}", topic=name)


async def _show(call: Call, errors: Mapping[str, str]) -> Page:
    found = await service.sight(call.context, by=call.actor, proposal_id=call.path["proposalId"])
    one = found.proposal
    # What is not published yet, such as a definition before it was accepted, is not for whoever proposed it.
    readable = await records.readable_titles(
        call.context, by=call.actor, kinds=(one.kind,), record_ids=[one.record_id] if one.record_id else []
    )
    many = "policy-feedback" if one.kind is INSIGHT else one.kind.plural
    values = {
        "sight": found,
        "name": one.said.name,
        "rows": presenters.facts(found, Words(call.language)),
        "record": f"/{many}/{one.record_id}" if one.record_id in readable else "",
        "claim": one.said.subject is Subject.CLAIM,
        "taking": f"/proposals/{one.id}/{one.kind.plural}",
        "here": f"/proposals/{one.id}",
        "back": "/waiting-proposals" if found.decides else "/proposals",
        "form": call.form,
        "errors": errors,
        "maximum": REASON_CHARACTERS_MAX,
    }
    return framed(call, SECTION, "proposal.html", values, status=400 if errors else 200)
