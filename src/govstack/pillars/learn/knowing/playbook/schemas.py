"""Wire shapes of the playbook as it is read."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.routing import Answer
from govstack.pillars.learn.knowing.playbook.model import (
    TICKET_CHARACTERS_MAX,
    Book,
    Reading,
    Steps,
    Ticket,
    TicketState,
    responsibilities,
)
from govstack.pillars.learn.knowing.playbook.service import TICKETS_LISTED_MAX
from govstack.pillars.learn.papers.model import Paper
from govstack.pillars.learn.records.model import Record

EMAIL_PATTERN = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
Word = Annotated[str, Meta(max_length=60)]


class BookQuery(msgspec.Struct, frozen=True):
    """Which version ("" is the newest) in which language ("" is that of the reader)."""

    version: Word = ""
    written: Annotated[str, Meta(max_length=10)] = ""


class PageQuery(msgspec.Struct, frozen=True):
    """In which language ("" is that of the reader)."""

    written: Annotated[str, Meta(max_length=10)] = ""


class PageFileQuery(msgspec.Struct, frozen=True):
    """In which language, as which file."""

    written: Annotated[str, Meta(max_length=10)] = ""
    format: Literal["pdf", "docx"] = "pdf"


class PageListed(msgspec.Struct, frozen=True, rename="camel"):
    """A page in the table of contents."""

    page: str
    name: str
    chapter: str
    language: str
    changed_at: str


class BookShown(msgspec.Struct, frozen=True):
    """The table of contents of a version, and which versions there are, the newest first."""

    version: str
    versions: list[str]
    pages: list[PageListed]


class Task(msgspec.Struct, frozen=True):
    """An activity as a task: who does it, who answers for it, who is asked and told, and what comes out."""

    name: str
    responsible: list[str]
    accountable: str
    consulted: list[str]
    informed: list[str]
    deliverable: str


class RaciRow(msgspec.Struct, frozen=True):
    """An activity with the letters R, A, C and I by role."""

    activity: str
    letters: dict[str, str]


class PageShown(msgspec.Struct, frozen=True, rename="camel"):
    """A page with its activities as a task list and as a table of responsibilities."""

    page: str
    version: str
    language: str
    name: str
    chapter: str
    body: str
    sources: list[str]
    changed_at: str
    tasks: list[Task]
    roles: list[str]
    raci: list[RaciRow]
    previous: str
    next: str
    versions: list[str]
    languages: list[str]


def contents(found: Book) -> BookShown:
    """Return a table of contents as its answer."""
    pages = [
        PageListed(
            one.content["page"], one.content["name"], one.content["chapter"], one.content["language"], one.changed_at
        )
        for one in found.pages
    ]
    return BookShown(found.version, list(found.versions), pages)


def shown(found: Reading) -> PageShown:
    """Return a page as its answer."""
    said = found.page.content
    roles, rows = responsibilities(found.activities)
    return PageShown(
        said["page"], said["version"], said["language"], said["name"], said["chapter"], said["body"], said["sources"],
        found.page.changed_at, [_task(one) for one in found.activities], roles, [RaciRow(*row) for row in rows],
        found.before.content["page"] if found.before else "", found.after.content["page"] if found.after else "",
        list(found.versions), list(found.languages),
    )  # fmt: skip


def paper_answer(body: bytes, kind: Paper, name: str) -> Answer:
    """Return a paper as a file that nobody keeps on the way."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{kind.value}"', "Cache-Control": "no-store"
    }  # fmt: skip
    return Answer(body=body, media_type=kind.media_type, headers=headers)


def _task(one: Record) -> Task:
    said = one.content
    return Task(
        said["name"], said["responsible"], said["accountable"], said.get("consulted", []), said.get("informed", []),
        said["deliverable"],
    )  # fmt: skip


class TicketGiven(msgspec.Struct, frozen=True):
    """What a reader says about the page at this address."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    email: Annotated[str, Meta(pattern=EMAIL_PATTERN, max_length=254)]
    text: Annotated[str, Meta(min_length=1, max_length=TICKET_CHARACTERS_MAX)]


class TicketTaken(msgspec.Struct, frozen=True):
    """The secret by which the sender follows what becomes of it; it is told once."""

    secret: str


class TicketFollowed(msgspec.Struct, frozen=True, rename="camel"):
    """What became of what somebody said, for its sender."""

    version: str
    page: str
    text: str
    state: TicketState
    answer: str
    created_at: str
    changed_at: str


class TicketShown(msgspec.Struct, frozen=True, rename="camel"):
    """What somebody said, for those who keep the playbook."""

    id: str
    version: str
    page: str
    language: str
    name: str
    email: str
    text: str
    state: TicketState
    answer: str
    created_at: str
    changed_at: str


class Tickets(msgspec.Struct, frozen=True):
    """What readers said, in the order in which it came; `next` asks for what follows."""

    tickets: list[TicketShown]
    next: str = ""


class TicketsQuery(msgspec.Struct, frozen=True):
    """Which tickets: in which state ("" is any), after which id, how many."""

    state: Literal["", "new", "taken", "done", "declined", "erased"] = ""
    after: Word = ""
    limit: Annotated[int, Meta(ge=1, le=TICKETS_LISTED_MAX)] = 100


class TicketAnswer(msgspec.Struct, frozen=True):
    """What becomes of a ticket, and what its sender is told."""

    state: Literal["taken", "done", "declined"]
    answer: Annotated[str, Meta(max_length=TICKET_CHARACTERS_MAX)] = ""


def followed(ticket: Ticket) -> TicketFollowed:
    """Return a ticket as its sender sees it."""
    return TicketFollowed(
        ticket.version, ticket.page, ticket.text, ticket.state, ticket.answer, ticket.created_at, ticket.changed_at
    )


def ticket_shown(ticket: Ticket) -> TicketShown:
    """Return a ticket as those see it who keep the playbook."""
    return TicketShown(**{name: getattr(ticket, name) for name in TicketShown.__struct_fields__})


class StepShown(msgspec.Struct, frozen=True, rename="camel"):
    """An activity of a checklist: the page it stands on, whether it is done, and what shows it."""

    activity_id: str
    name: str
    page: str
    responsible: list[str]
    deliverable: str
    done: bool
    evidence: str


class StepsShown(msgspec.Struct, frozen=True):
    """A checklist of an engagement: the steps in their order, and how many are done."""

    engagement: str
    version: str
    done: int
    steps: list[StepShown]


class TickGiven(msgspec.Struct, frozen=True):
    """Whether a step is done, and what shows it."""

    done: bool
    evidence: Annotated[str, Meta(max_length=300)] = ""


def steps_shown(found: Steps) -> StepsShown:
    """Return a checklist as its answer."""
    shown_steps = [
        StepShown(
            one.id, one.content["name"], page.content["page"], one.content["responsible"], one.content["deliverable"],
            one.id in found.done, found.done.get(one.id, ""),
        )
        for page, activities in found.pages
        for one in activities
    ]  # fmt: skip
    said = found.checklist.content
    return StepsShown(said["engagement"], said["version"], sum(one.done for one in shown_steps), shown_steps)
