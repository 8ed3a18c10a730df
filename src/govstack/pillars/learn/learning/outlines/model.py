"""A specification as sections and terms, the lessons drafted from it, and which are stale when it changes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from govstack.kernel import crypto
from govstack.pillars.learn.learning.courses.model import OPTIONS_MAX, QUESTIONS_MAX, CoursePage, PageKind
from govstack.pillars.learn.learning.plainness.model import plain

TEXT_CHARACTERS_MAX = 1_500_000
SECTIONS_MAX = 100
EXCERPT_CHARACTERS = 400
DEFINITION_CHARACTERS = 300
OPTIONS = 4
GLOSSARY = "glossary"
_HEADING = re.compile(r"^(#{1,3})\s+(.+?)\s*#*\s*$")
_NUMBER = re.compile(r"^(\d+(?:\.\d+)*)[.)]?\s+")
_TERM = re.compile(r"^\s*(?:[-*]\s+)?\*\*(.+?)\*\*\s*[:：–-]?\s*(.+)$|^\s*\|\s*([^|]+?)\s*\|\s*([^|]+?)\s*\|.*$")
_GLOSSARY = re.compile(r"terminolog|glossar|definition", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[.!?])\s+")


class State(StrEnum):
    """Where an outline stands."""

    DRAFT = "draft"
    APPROVED = "approved"
    REJECTED = "rejected"


class Section(msgspec.Struct, frozen=True):
    """A section of a specification."""

    id: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        """Return what changes when the section says something else."""
        return crypto.digest(" ".join(self.text.split()).encode())


class Specification(msgspec.Struct, frozen=True):
    """A specification: its sections in order, and its terms with their definitions."""

    sections: tuple[Section, ...]
    terms: tuple[tuple[str, str], ...]


class Lesson(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A lesson that was drafted: the page, the section it cites, and whether that has changed since.

    A lesson is `new` as long as its section came with a later version and no author took it into the course.
    """

    page: CoursePage
    section: str
    section_title: str
    digest: str
    stale: bool = False
    new: bool = False


class Outline(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """An outline of a course, drafted from a version of a specification."""

    id: str
    name: str
    version: str
    language: str
    state: State
    lessons: tuple[Lesson, ...]
    course_id: str
    made_by: str
    decided_by: str
    created_at: str
    changed_at: str

    @property
    def new(self) -> list[Lesson]:
        """Return the lessons about sections that the course does not have yet."""
        return [lesson for lesson in self.lessons if lesson.new]


def from_markdown(text: str) -> Specification:
    """Return a specification that was written in Markdown: each heading of the first three levels begins a section."""
    titles: list[str] = []
    bodies: list[list[str]] = []
    fenced = False
    for line in text.splitlines():
        fenced = fenced ^ line.lstrip().startswith("```")
        heading = None if fenced else _HEADING.match(line)
        if heading:
            titles.append(heading[2].strip())
            bodies.append([])
        elif titles:
            bodies[-1].append(line)
    return _specification(zip(titles, ("\n".join(body).strip() for body in bodies), strict=True))


def from_yaml(value: object) -> Specification:
    """Return a specification that is a document: each key names a section, a list or mapping below it is its text."""
    if not isinstance(value, Mapping):
        return Specification((), ())
    told = value.get("sections", value)
    if isinstance(told, Sequence) and not isinstance(told, str):
        pairs = [
            (str(one.get("title", one.get("name", ""))), _told(one.get("text", one.get("description", ""))))
            for one in told
            if isinstance(one, Mapping)
        ]
    else:
        pairs = [(str(key), _told(part)) for key, part in told.items()] if isinstance(told, Mapping) else []
    return _specification((title, text) for title, text in pairs if title and "\n" not in title)


def _told(value: Any) -> str:
    """Return a part of a document as Markdown; a pair of a name and a text is a term."""
    if isinstance(value, Mapping):
        name = value.get("term") or value.get("name") or value.get("title") or value.get("id")
        text = value.get("definition") or value.get("description") or value.get("text")
        if name and text:
            return f"**{name}**: {text}"
        return "\n\n".join(f"**{key}**: {_told(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "\n\n".join(_told(part) for part in value)
    return "" if value is None else str(value)


def _specification(pairs: Iterable[tuple[str, str]]) -> Specification:
    sections: list[Section] = []
    terms: dict[str, str] = {}
    seen: dict[str, int] = {}
    for title, text in pairs:
        number = _NUMBER.match(title)
        name = title[number.end() :] if number else title
        if _GLOSSARY.search(title):
            terms.update(_terms(text))
        # A section is known by its words, for its number changes when another one is put before it.
        stem = re.sub(r"[^\w]+", "-", name.lower()).strip("-")[:80] or "section"
        seen[stem] = seen.get(stem, 0) + 1
        section_id = stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
        if plain(text).strip() and len(sections) < SECTIONS_MAX:
            sections.append(Section(section_id, title, text))
    return Specification(tuple(sections), tuple(sorted(terms.items())))


def _terms(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        match = _TERM.match(line)
        if match:
            term, meaning = (match[1] or match[3]).strip(), (match[2] or match[4]).strip()
            if not set(meaning) <= set("-: ") and term.lower() not in {"term", "name"}:
                found[term[:100].rstrip(":")] = " ".join(plain(meaning).split())[:DEFINITION_CHARACTERS]
    return found


def drafted(found: Specification, *, name: str, version: str, words: Mapping[str, str], prefix: str) -> list[Lesson]:
    """Return a lesson for each section, and a quiz about the terms; each cites what it was drafted from.

    `words` are the sentences of the draft in the language of the course.
    """
    lessons = []
    for section in found.sections:
        cites = f"{name} {version}, {section.title}"[:200]
        body = "\n\n".join(
            [
                words["draft"], f"# {words['says']}", f"> {_excerpt(section.text)}", f"> {words['source']} {cites}",
                f"# {words['matters']}", words["why"], f"# {words['try']}", words["task"],
            ]
        )  # fmt: skip
        page = CoursePage(id=f"{prefix}-{section.id}"[:100], title=section.title[:200], body=body, cites=cites)
        lessons.append(Lesson(page=page, section=section.id, section_title=section.title, digest=section.digest))
    quiz = _quiz(found.terms, words["means"])
    if quiz:
        page = CoursePage(
            id=f"{prefix}-{GLOSSARY}", kind=PageKind.QUIZ, title=words["quiz"], body=quiz,
            cites=f"{name} {version}, {words['quiz']}"[:200],
        )  # fmt: skip
        lessons.append(Lesson(page=page, section=GLOSSARY, section_title=words["quiz"], digest=_digest_of(found.terms)))
    return lessons


def _digest_of(terms: Iterable[tuple[str, str]]) -> str:
    return crypto.digest(msgspec.json.encode(list(terms)))


def _excerpt(text: str) -> str:
    """Return the first sentences of a section, cut at the end of one where that is possible."""
    whole = " ".join(plain(text).split())
    if len(whole) <= EXCERPT_CHARACTERS:
        return whole
    kept = ""
    for sentence in _ENDS.split(whole):
        if len(kept) + len(sentence) > EXCERPT_CHARACTERS:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or f"{whole[:EXCERPT_CHARACTERS]}…"


def _quiz(terms: Sequence[tuple[str, str]], question: str) -> str:
    """Return a question for each term: its definition among those of its neighbours, at a place that varies."""
    meanings = list(dict.fromkeys(meaning for _term, meaning in terms))
    if len(meanings) < 2:
        return ""
    lines = []
    count = min(OPTIONS, len(meanings), OPTIONS_MAX)
    for place, (term, meaning) in enumerate(terms[:QUESTIONS_MAX]):
        at = meanings.index(meaning)
        others = [meanings[(at + step) % len(meanings)] for step in range(1, count)]
        others.insert(place % count, meaning)
        lines.append(f"? {question.format(term=term)}")
        lines += [f"{'+' if option == meaning else '-'} {option}" for option in others]
    return "\n".join(lines)


def revised(before: Sequence[Lesson], fresh: Sequence[Lesson], *, taught: bool = False) -> list[Lesson]:
    """Return lessons after a specification changed: those whose section says something else or is gone are stale.

    What people wrote into a lesson stays. Lessons about new sections come after those that were there: once the outline
    is taught as a course they are new, until its author takes them in. One that was never taken in follows its section.
    """
    now = {lesson.section: lesson for lesson in fresh}
    written = [lesson for lesson in before if not lesson.new]
    known = {lesson.section for lesson in written}
    kept = [
        msgspec.structs.replace(
            lesson, stale=lesson.stale or lesson.section not in now or now[lesson.section].digest != lesson.digest
        )
        for lesson in written
    ]
    return kept + [msgspec.structs.replace(lesson, new=taught) for lesson in fresh if lesson.section not in known]


def taken(lessons: Iterable[Lesson], sections: Collection[str]) -> list[Lesson]:
    """Return lessons after their author has taken those about some sections into the course."""
    return [msgspec.structs.replace(lesson, new=False) if lesson.section in sections else lesson for lesson in lessons]


def with_lessons(pages: Sequence[CoursePage], lessons: Iterable[Lesson]) -> list[CoursePage]:
    """Return the pages of a course with those of lessons at their end; one that is there already stays as it is."""
    there = {page.id for page in pages}
    return [*pages, *(lesson.page for lesson in lessons if lesson.page.id not in there)]
