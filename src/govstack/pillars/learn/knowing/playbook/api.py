"""The operations that read the playbook; its records have operations of their own."""

from __future__ import annotations

from govstack.kernel.routing import Answer, Call, Routes, by_policy, needs, public
from govstack.pillars.learn.frame.model import PLAN, TEACH
from govstack.pillars.learn.knowing.playbook import schemas, service
from govstack.pillars.learn.knowing.playbook.errors import TooManyTickets, UnknownPage, UnknownStep, UnknownTicket
from govstack.pillars.learn.knowing.playbook.model import TicketState
from govstack.pillars.learn.records.errors import UnknownRecord

routes = Routes(tags=("Playbook",))
# Who may is decided here: everybody may write, within the limits of senders, and undo what they wrote.
WRITER = by_policy("everybody, within the limits of senders")
HOLDER = by_policy("whoever holds the secret of the ticket")


@routes.get(
    "/playbook", access=public(), query=schemas.BookQuery, answer=schemas.BookShown, operation_id="readPlaybook"
)  # fmt: skip
async def contents(call: Call) -> schemas.BookShown:
    """Read the table of contents of a version."""
    asked = call.query
    found = await service.read_book(
        call.context, by=call.actor, version=asked.version, language=asked.written or call.language
    )
    return schemas.contents(found)


@routes.get(
    "/playbook/{version}/{page}", access=public(), query=schemas.PageQuery, answer=schemas.PageShown,
    operation_id="readPlaybookArticle", errors=(UnknownPage,),
)  # fmt: skip
async def page(call: Call) -> schemas.PageShown:
    """Read a page with its activities, responsibilities and deliverables."""
    found = await service.read_page(
        call.context, by=call.actor, version=call.path["version"], page=call.path["page"],
        language=call.query.written or call.language,
    )  # fmt: skip
    return schemas.shown(found)


@routes.post(
    "/playbook/{version}/{page}/tickets", access=WRITER, body=schemas.TicketGiven, answer=schemas.TicketTaken,
    status=201, operation_id="sendPlaybookFeedback", errors=(UnknownPage, TooManyTickets),
)  # fmt: skip
async def say(call: Call, body: schemas.TicketGiven) -> schemas.TicketTaken:
    """Say something about a page; the address names the page."""
    _ticket, secret = await service.say(
        call.context, by=call.actor, version=call.path["version"], page=call.path["page"], language=call.language,
        name=body.name, email=body.email, text=body.text,
    )  # fmt: skip
    return schemas.TicketTaken(secret)


@routes.get(
    "/playbook-feedback/{secret}", access=public(), answer=schemas.TicketFollowed,
    operation_id="followPlaybookFeedback", errors=(UnknownTicket,),
)  # fmt: skip
async def follow(call: Call) -> schemas.TicketFollowed:
    """Follow what becomes of what one said, by the secret that was told once."""
    return schemas.followed(await service.follow(call.context, secret=call.path["secret"]))


@routes.delete(
    "/playbook-feedback/{secret}", access=HOLDER, status=204, operation_id="erasePlaybookFeedback",
    errors=(UnknownTicket,),
)  # fmt: skip
async def erase(call: Call) -> Answer:
    """Erase what one said, and who said it."""
    await service.erase(call.context, by=call.actor, secret=call.path["secret"])
    return Answer(status=204)


@routes.get(
    "/playbook-tickets", access=needs(TEACH), query=schemas.TicketsQuery, answer=schemas.Tickets,
    operation_id="listPlaybookTickets",
)  # fmt: skip
async def tickets(call: Call) -> schemas.Tickets:
    """List what readers said."""
    asked = call.query
    found = await service.tickets(call.context, by=call.actor, state=asked.state, after=asked.after, limit=asked.limit)
    following = found[-1].id if len(found) == asked.limit else ""
    return schemas.Tickets([schemas.ticket_shown(one) for one in found], following)


@routes.put(
    "/playbook-tickets/{ticketId}/answer", access=needs(TEACH), body=schemas.TicketAnswer, answer=schemas.TicketShown,
    operation_id="answerPlaybookTicket", errors=(UnknownTicket,),
)  # fmt: skip
async def answer(call: Call, body: schemas.TicketAnswer) -> schemas.TicketShown:
    """Say what becomes of a ticket; its sender sees it."""
    made = await service.answer(
        call.context, by=call.actor, ticket_id=call.path["ticketId"], state=TicketState(body.state), said=body.answer
    )
    return schemas.ticket_shown(made)


@routes.get(
    "/playbook-checklists/{recordId}/steps", access=needs(PLAN), answer=schemas.StepsShown,
    operation_id="readPlaybookSteps", errors=(UnknownRecord,),
)  # fmt: skip
async def steps(call: Call) -> schemas.StepsShown:
    """Read a checklist with what is done."""
    return schemas.steps_shown(await service.steps(call.context, by=call.actor, checklist_id=call.path["recordId"]))


@routes.put(
    "/playbook-checklists/{recordId}/steps/{activityId}", access=needs(PLAN), body=schemas.TickGiven,
    answer=schemas.StepsShown, operation_id="tickPlaybookStep", errors=(UnknownRecord, UnknownStep),
)  # fmt: skip
async def tick(call: Call, body: schemas.TickGiven) -> schemas.StepsShown:
    """Tick a step off, or open it again."""
    await service.tick(
        call.context, by=call.actor, checklist_id=call.path["recordId"], activity_id=call.path["activityId"],
        done=body.done, evidence=body.evidence,
    )  # fmt: skip
    return await steps(call)
