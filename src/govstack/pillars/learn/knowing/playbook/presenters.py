"""What the pages of the playbook show."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, marked
from govstack.pillars.learn.knowing.playbook.model import Book, Reading, Ticket, TicketState, responsibilities
from govstack.pillars.learn.papers.model import Content, Facts, Grid
from govstack.pillars.learn.records.model import Record

STATES = {
    TicketState.NEW: (_("New"), "new"),
    TicketState.TAKEN: (_("Taken up"), "wait"),
    TicketState.DONE: (_("Done"), "good"),
    TicketState.DECLINED: (_("Declined"), "off"),
    TicketState.ERASED: (_("Erased"), "off"),
}


def ticket_rows(tickets: Sequence[Ticket], words: Words) -> list[list[Cell]]:
    """Return tickets as rows."""
    return [
        [
            {"text": f"{one.version}, {one.page}", "href": f"/playbook-tickets/{one.id}"},
            {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
            {"moment": one.created_at},
        ]
        for one in tickets
    ]


def chapters(found: Book) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Return the pages of each chapter as name, address and language."""
    return [
        (
            chapter,
            [(one.content["name"], f"/playbook/{found.version}/{one.content['page']}", one.content["language"])
             for one in pages],
        )
        for chapter, pages in groupby(found.pages, key=lambda one: str(one.content["chapter"]))
    ]  # fmt: skip


def tasks(activities: Sequence[Record], words: Words) -> list[list[str]]:
    """Return activities as rows of a task list."""
    return [
        [one.content["name"], words.listed(one.content["responsible"]), one.content["deliverable"]]
        for one in activities
    ]


def spoken_rows(rows: Sequence[Sequence[str]], written_in: str, language: str) -> list[list[str]]:
    """Return the rows of a table with the language that they are written in."""
    return [[marked({written_in: text}, language) for text in row] for row in rows]


def raci(activities: Sequence[Record], words: Words) -> tuple[list[str], list[list[str]]]:
    """Return the headers and rows of the table of responsibilities."""
    roles, rows = responsibilities(activities)
    return [words(_("Activity")), *roles], [[name, *(said.get(role, "") for role in roles)] for name, said in rows]


def paper(found: Reading, words: Words) -> Content:
    """Return a page as a paper in the language of the page."""
    said = found.page.content
    headers, rows = raci(found.activities, words)
    version = words(_("Version {version}"), version=said["version"])
    columns = [words(_("Activity")), words(_("Does it")), words(_("Deliverable"))]
    parts: list[Facts | Grid] = [
        Facts(words(_("Text")), [(said["chapter"], said["body"])]),
        Grid(words(_("Tasks")), columns, tasks(found.activities, words)),
        Grid(words(_("Responsibilities")), headers, rows),
        Facts(words(_("Sources")), [(version, "\n".join(said["sources"]))]),
    ]
    return Content(said["name"], said["language"], version, parts)
