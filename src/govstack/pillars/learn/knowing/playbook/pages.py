"""The playbook as people read it; nobody needs an account."""

from __future__ import annotations

import re

from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.frame.presenters import Words, framed
from govstack.pillars.learn.knowing.knowledge.presenters import markdown
from govstack.pillars.learn.knowing.playbook import presenters, schemas, service
from govstack.pillars.learn.knowing.playbook.errors import TooManyTickets, UnknownPage, UnknownStep, UnknownTicket
from govstack.pillars.learn.knowing.playbook.model import PLANS, SECTION, TICKET_CHARACTERS_MAX, Reading, TicketState
from govstack.pillars.learn.papers import presenters as papers
from govstack.pillars.learn.papers.model import Paper
from govstack.pillars.learn.records.errors import UnknownRecord
from govstack.pillars.learn.vocabularies import service as vocabularies
from govstack.pillars.learn.vocabularies.presenters import labelled
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("pages of the playbook",))
# Who may is decided here: everybody may write, within the limits of senders, and undo what they wrote.
WRITER = by_policy("everybody, within the limits of senders")
HOLDER = by_policy("whoever holds the secret of the ticket")
PLAYBOOK = "playbook"
NAME_CHARACTERS_MAX = 200
EVIDENCE_CHARACTERS_MAX = 300
ONE = "/playbook/{version}/{page}"


@routes.page("/playbook", access=public(), query=schemas.BookQuery, operation_id="playbookPage")
async def contents(call: Call) -> Page:
    """Show the table of contents of a version."""
    asked = call.query
    found = await service.read_book(
        call.context, by=call.actor, version=asked.version, language=asked.written or call.language
    )
    values = {"book": found, "chapters": presenters.chapters(found)}
    return framed(call, PLAYBOOK, "playbook.html", values)


@routes.page(ONE, access=public(), query=schemas.PageQuery, operation_id="playbookArticlePage")
async def page(call: Call) -> Page:
    """Show a page."""
    found, words = await _reading(call), Words(call.language)
    terms = await vocabularies.terms(call.context, vocabularies=["language"])
    languages = labelled(terms["language"], call.language)
    headers, rows = presenters.raci(found.activities, words)
    written_in = found.page.content["language"]
    values = {
        "found": found,
        "said": found.page.content,
        "body": markdown(found.page.content["body"]),
        "tasks": presenters.spoken_rows(presenters.tasks(found.activities, words), written_in, call.language),
        "headers": headers,
        "rows": presenters.spoken_rows(rows, written_in, call.language),
        "languages": [(one, languages.get(one, one)) for one in found.languages],
        "written_in": written_in,
        "wanted": call.query.written or call.language,
        "address": f"/playbook/{found.page.content['version']}/{found.page.content['page']}",
    }
    return framed(call, PLAYBOOK, "playbook_page.html", values)


@routes.page(f"{ONE}/file", access=public(), query=schemas.PageFileQuery, operation_id="playbookArticleFile")
async def file(call: Call) -> Answer:
    """Hand out a page as a file."""
    found, kind = await _reading(call), Paper(call.query.format)
    body = papers.drawn(presenters.paper(found, Words(found.page.content["language"])), kind)
    return schemas.paper_answer(body, kind, found.page.content["page"])


async def _reading(call: Call) -> Reading:
    try:
        return await service.read_page(
            call.context, by=call.actor, version=call.path["version"], page=call.path["page"],
            language=call.form.get("written") or call.query.written or call.language,
        )  # fmt: skip
    except UnknownPage as error:
        raise NotFound from error


@routes.page(f"{ONE}/feedback", access=public(), query=schemas.PageQuery, operation_id="playbookFeedbackPage")
async def ask(call: Call) -> Page:
    """Ask what a reader has to say about a page."""
    return await _ask(call, {})


@routes.form(
    f"{ONE}/feedback",
    access=WRITER,
    query=schemas.PageQuery,
    operation_id="playbookFeedbackForm",
)
async def say(call: Call) -> Page | Redirect:
    """Take in what a reader has to say; the address names the page."""
    told = {name: call.form.get(name, "").strip() for name in ("name", "email", "text")}
    errors = _faults(told)
    if errors:
        return await _ask(call, errors)
    try:
        _ticket, secret = await service.say(
            call.context, by=call.actor, version=call.path["version"], page=call.path["page"],
            language=call.form.get("written") or call.language, **told,
        )  # fmt: skip
    except UnknownPage as error:
        raise NotFound from error
    except TooManyTickets as problem:
        return await _ask(call, {"": problem.title})
    thanks = _("Thank you. Keep this address: it shows what becomes of it.")
    return Redirect(f"/playbook-feedback/{secret}", notice=thanks)


@routes.page("/playbook-feedback/{secret}", access=public(), operation_id="followPlaybookFeedbackPage")
async def follow(call: Call) -> Page:
    """Show the sender what becomes of what they said."""
    try:
        found = await service.follow(call.context, secret=call.path["secret"])
    except UnknownTicket as error:
        raise NotFound from error
    values = {
        "ticket": found,
        "state": presenters.STATES[found.state],
        "secret": call.path["secret"],
        "erased": found.state is TicketState.ERASED,
    }
    return framed(call, PLAYBOOK, "playbook_ticket.html", values)


@routes.form(
    "/playbook-feedback/{secret}/erase",
    access=HOLDER,
    operation_id="erasePlaybookFeedbackForm",
)
async def erase(call: Call) -> Redirect:
    """Erase what a sender said."""
    try:
        await service.erase(call.context, by=call.actor, secret=call.path["secret"])
    except UnknownTicket as error:
        raise NotFound from error
    return Redirect(f"/playbook-feedback/{call.path['secret']}", notice=_("What you said was erased."))


@routes.page(
    "/playbook-tickets", access=needs(TEACH), query=schemas.TicketsQuery, operation_id="playbookTicketsPage"
)  # fmt: skip
async def tickets(call: Call) -> Page:
    """List what readers said."""
    asked = call.query
    found = await service.tickets(call.context, by=call.actor, state=asked.state, after=asked.after, limit=asked.limit)
    more = f"/playbook-tickets?state={asked.state}&after={found[-1].id}" if len(found) == asked.limit else ""
    values = {"rows": presenters.ticket_rows(found, Words(call.language)), "next": more}
    return framed(call, SECTION, "playbook_tickets.html", values)


@routes.page("/playbook-tickets/{ticketId}", access=needs(TEACH), operation_id="playbookTicketPage")
async def ticket(call: Call) -> Page:
    """Show what a reader said, and ask what becomes of it."""
    return await _answering(call, {})


@routes.form("/playbook-tickets/{ticketId}", access=needs(TEACH), operation_id="playbookTicketForm")
async def answer(call: Call) -> Page | Redirect:
    """Take in what becomes of a ticket."""
    state, said = call.form.get("state", ""), call.form.get("answer", "").strip()
    if state not in {TicketState.TAKEN, TicketState.DONE, TicketState.DECLINED}:
        return await _answering(call, {"state": _("Choose what becomes of it.")})
    if len(said) > TICKET_CHARACTERS_MAX or (not said and state == TicketState.DECLINED):
        return await _answering(call, {"answer": _("Tell the sender why, in a few sentences.")})
    try:
        await service.answer(
            call.context, by=call.actor, ticket_id=call.path["ticketId"], state=TicketState(state), said=said
        )
    except UnknownTicket as error:
        raise NotFound from error
    return Redirect("/playbook-tickets", notice=_("The sender sees your answer now."))


async def _answering(call: Call, errors: dict[str, str]) -> Page:
    try:
        found = await service.ticket(call.context, by=call.actor, ticket_id=call.path["ticketId"])
    except UnknownTicket as error:
        raise NotFound from error
    words = Words(call.language)
    offered = (TicketState.TAKEN, TicketState.DONE, TicketState.DECLINED)
    values = {
        "ticket": found,
        "states": [(str(one), words(presenters.STATES[one][0])) for one in offered],
        "form": call.form,
        "errors": errors,
        "maximum": TICKET_CHARACTERS_MAX,
        "erased": found.state is TicketState.ERASED,
    }
    return framed(call, SECTION, "playbook_answer.html", values)


def _faults(told: dict[str, str]) -> dict[str, str]:
    faults = {}
    if not told["name"] or len(told["name"]) > NAME_CHARACTERS_MAX:
        faults["name"] = _("Write your name.")
    if not re.match(schemas.EMAIL_PATTERN, told["email"]) or len(told["email"]) > NAME_CHARACTERS_MAX:
        faults["email"] = _("Write an e-mail address, such as name@example.org.")
    if not told["text"] or len(told["text"]) > TICKET_CHARACTERS_MAX:
        faults["text"] = _("Write what you want to say.")
    return faults


async def _ask(call: Call, errors: dict[str, str]) -> Page:
    found = await _reading(call)
    values = {
        "said": found.page.content, "form": call.form, "errors": errors, "maximum": TICKET_CHARACTERS_MAX,
        "address": f"/playbook/{found.page.content['version']}/{found.page.content['page']}",
    }  # fmt: skip
    return framed(call, PLAYBOOK, "playbook_feedback.html", values)


@routes.page("/playbook-checklists/{recordId}/steps", access=needs(PLAN), operation_id="playbookStepsPage")
async def steps(call: Call) -> Page:
    """Show a checklist step by step."""
    return await _steps(call, {})


@routes.form("/playbook-checklists/{recordId}/steps", access=needs(PLAN), operation_id="playbookStepsForm")
async def tick(call: Call) -> Page | Redirect:
    """Tick a step off, or open it again."""
    evidence = call.form.get("evidence", "").strip()
    if len(evidence) > EVIDENCE_CHARACTERS_MAX:
        return await _steps(call, {"evidence": _("This text is too long.")})
    try:
        await service.tick(
            call.context, by=call.actor, checklist_id=call.path["recordId"],
            activity_id=call.form.get("activity", ""), done=call.form.get("done") == "yes", evidence=evidence,
        )  # fmt: skip
    except UnknownRecord as error:
        raise NotFound from error
    except UnknownStep as problem:
        return await _steps(call, {"activity": problem.title})
    return Redirect(f"/playbook-checklists/{call.path['recordId']}/steps", notice=_("It was saved."))


async def _steps(call: Call, errors: dict[str, str]) -> Page:
    try:
        found = await service.steps(call.context, by=call.actor, checklist_id=call.path["recordId"])
    except UnknownRecord as error:
        raise NotFound from error
    parts = [
        (
            page.content["name"],
            f"/playbook/{page.content['version']}/{page.content['page']}",
            [(one.id, one.content, one.id in found.done, found.done.get(one.id, "")) for one in activities],
        )
        for page, activities in found.pages
    ]
    offered = [(one_id, said["name"]) for _name, _href, shown in parts for one_id, said, _done, _evidence in shown]
    values = {
        "checklist": found.checklist, "pages": parts, "done": len(found.done), "total": found.total,
        "activities": offered, "form": call.form, "errors": errors,
    }  # fmt: skip
    return framed(call, PLANS, "playbook_steps.html", values)
