"""What pages of courses for everybody show."""

from __future__ import annotations

from collections.abc import Iterable

from govstack.pillars.learn.frame.presenters import Cell, Words, languages_named, marked
from govstack.pillars.learn.learning.courses.model import Course, PageKind, Version
from govstack.pillars.learn.learning.courses.presenters import KINDS

# What is read here; the other kinds keep something of people, who sign in for them.
READ_HERE = frozenset({PageKind.TEXT, PageKind.VIDEO, PageKind.QUIZ})


def courses(words: Words, found: Iterable[Course]) -> list[tuple[Cell, ...]]:
    """Return a table of courses."""
    return [
        (
            {"text": marked({one.language: one.title}, words.language), "href": f"/read/{one.id}"},
            languages_named([one.language], words),
        )
        for one in found
    ]


def contents(words: Words, version: Version) -> list[tuple[Cell, ...]]:
    """Return a table of the pages of a course."""
    return [
        (
            {
                "text": marked({version.sheet.language: page.title}, words.language),
                "href": f"/read/{version.course_id}/{page.id}",
            },
            words(KINDS[page.kind][0]),
        )
        for page in version.pages
    ]
