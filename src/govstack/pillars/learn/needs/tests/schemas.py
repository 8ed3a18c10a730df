"""Wire shapes of tests and attempts, and results as rows of a file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from govstack.kernel import clock
from govstack.kernel.actor import Actor
from govstack.kernel.books import plain
from govstack.kernel.context import Context
from govstack.kernel.documents import misfit
from govstack.kernel.i18n import _
from govstack.kernel.routing import Answer
from govstack.kernel.sheets import Format
from govstack.pillars.learn.downloads.schemas import Parts, table_answer
from govstack.pillars.learn.needs.items.model import Bloom, Item, Kind, Label, Language, Text, said
from govstack.pillars.learn.needs.items.schemas import FormatName, lines_of
from govstack.pillars.learn.needs.tests import service
from govstack.pillars.learn.needs.tests.model import Attempt, Cell, Form, Part, State, Test, shown
from govstack.pillars.learn.needs.tests.service import Paper, Sheet
from govstack.pillars.learn.people import service as people

PartName = Literal["single", "pre", "post"]
PAGE_TESTS_MAX = 500
ANSWERS_MAX = 30
HEAD = ("person", "name", "part", "taken", "percent", "attempt")
NEEDED = ("person", "part", "taken")
# Each paper is an attempt with its answers and its score, which takes longer than a row of other files.
PAPERS_MAX = 2_000
TOO_MANY_PAPERS = _("The file has more than 2,000 rows. Send it in parts.")
# Between the parts of an answer; ids of options hold no such sign.
BETWEEN = "; "
EXTRA_PERCENT_MAX = 300


class TestGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A test as it is sent; its id stands in the address."""

    titles: Annotated[dict[Language, Label], Meta(min_length=1, max_length=20)]
    introductions: Annotated[dict[Language, Text], Meta(max_length=20)] = {}
    blueprint: Annotated[tuple[Cell, ...], Meta(min_length=1, max_length=100)]
    paired: bool = False
    minutes: Annotated[int, Meta(ge=0, le=600)] = 0
    attempts: Annotated[int, Meta(ge=1, le=100)] = 1
    pass_percent: Annotated[int, Meta(ge=0, le=100)] = 60
    shows_answers: bool = True
    state: State = State.DRAFT


class TestList(msgspec.Struct, frozen=True):
    """Tests, and after which id the next ones come ("" at the end)."""

    tests: list[Test]
    next: str = ""


class TestsQuery(msgspec.Struct, frozen=True):
    """Which tests."""

    state: Annotated[str, Meta(max_length=20)] = ""
    after: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_TESTS_MAX)] = 100
    lang: Annotated[str, Meta(max_length=12)] = ""


class StateGiven(msgspec.Struct, frozen=True):
    """The state that a test shall have; with `seen` nothing is changed once it has left that state."""

    state: State
    seen: State | None = None


class SeedGiven(msgspec.Struct, frozen=True):
    """What decides which items are drawn; the same seed and bank draw the same ones."""

    seed: Annotated[str, Meta(max_length=100)] = ""


class FormList(msgspec.Struct, frozen=True):
    """The forms of a test."""

    forms: list[Form]


class ExtraTime(msgspec.Struct, frozen=True, rename="camel"):
    """How much longer a person may take for every test, in per cent."""

    extra_percent: Annotated[int, Meta(ge=0, le=EXTRA_PERCENT_MAX)]


class OptionShown(msgspec.Struct, frozen=True):
    """An option in one language."""

    id: str
    text: str


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """A question as somebody who takes the test sees it: without its right answer."""

    position: int
    kind: Kind
    prompt: str
    options: list[OptionShown]
    targets: list[OptionShown]
    answer: tuple[str, ...]


class Paperless(msgspec.Struct, frozen=True, rename="camel"):
    """An attempt that goes on, with its questions."""

    attempt: Attempt
    questions: list[Question]


class AnswerGiven(msgspec.Struct, frozen=True):
    """An answer: ids of options, pairs "option target", or one text; empty for none."""

    answer: Annotated[tuple[Label, ...], Meta(max_length=ANSWERS_MAX)]


class Outcome(msgspec.Struct, frozen=True, rename="camel"):
    """What an answer was worth, from 0 to 1; the right answer where the test shows it."""

    position: int
    worth: float
    answer: tuple[str, ...]
    right: tuple[str, ...] | None = None
    feedback: str = ""


class ResultShown(msgspec.Struct, frozen=True, rename="camel"):
    """What an attempt came to."""

    attempt: Attempt
    passed: bool
    outcomes: list[Outcome]


class AttemptList(msgspec.Struct, frozen=True):
    """Attempts, and after which id the next ones come ("" at the end)."""

    attempts: list[Attempt]
    next: str = ""


class ResultsFileQuery(msgspec.Struct, frozen=True):
    """Which form, as what file."""

    part: PartName = "single"
    format: FormatName = "csv"
    lang: Annotated[str, Meta(max_length=12)] = ""


class PaperFault(msgspec.Struct, frozen=True):
    """What is wrong with a row of a file; `row` counts as a spreadsheet does."""

    row: int
    fault: str


class PapersTaken(msgspec.Struct, frozen=True):
    """What became of a file of results."""

    entered: int
    same: int
    refused: list[PaperFault]


def paperless(sheet: Sheet, language: str) -> Paperless:
    """Return an attempt with its questions in a language."""
    return Paperless(
        sheet.attempt, [question(sheet, position, language) for position in range(1, len(sheet.items) + 1)]
    )


def question(sheet: Sheet, position: int, language: str) -> Question:
    """Return a question as somebody who takes the test sees it, its options mixed for this attempt."""
    item = shown(sheet.attempt.id, sheet.items[position - 1])
    return Question(
        position, item.kind, said(item.prompts, language),
        [OptionShown(one.id, said(one.texts, language)) for one in item.options],
        [OptionShown(one.id, said(one.texts, language)) for one in item.targets], sheet.answers.get(position, ()),
    )  # fmt: skip


def number(text: str) -> int:
    """Return the position that an address names, 0 for none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def result_shown(sheet: Sheet, language: str) -> ResultShown:
    """Return what an attempt came to, with right answers only where the test shows them."""
    shows = sheet.test.shows_answers
    return ResultShown(
        sheet.attempt,
        (sheet.attempt.percent or 0.0) >= sheet.test.pass_percent,
        [
            Outcome(
                position, sheet.worth.get(position, 0.0), sheet.answers.get(position, ()),
                item.right if shows else None, said(item.feedback, language) if shows else "",
            )
            for position, item in enumerate(sheet.items, start=1)
        ],
    )  # fmt: skip


async def results_file(context: Context, *, test_id: str, part: Part, kind: Format) -> Answer:
    """Return the results of a form as a file, with names and answers; the same file can be taken in again."""
    form = next((items for form, items in await service.forms(context, test_id=test_id) if form.part is part), ())
    positions = range(1, len(form) + 1)
    columns = (*HEAD, *(str(position) for position in positions))
    return table_answer("results", kind, columns, _handed_in(context, test_id, part, positions))


async def _handed_in(context: Context, test_id: str, part: Part, positions: range) -> Parts:
    after = ""
    while handed := await service.handed_in(context, test_id=test_id, after=after, limit=PAGE_TESTS_MAX):
        after = handed[-1].id
        handed = [one for one in handed if one.part is part]
        known = await people.people(context, person_ids={one.person_id for one in handed})
        answers = await service.answers_of(context, attempt_ids=[one.id for one in handed])
        yield [
            (
                one.person_id, known[one.person_id].name if one.person_id in known else "", str(one.part),
                one.started_at, one.percent, one.id,
                *(BETWEEN.join(answers[one.id].get(position, ())) for position in positions),
            )
            for one in handed
        ]  # fmt: skip


async def take_results(context: Context, *, by: Actor, test_id: str, content: bytes, kind: Format) -> PapersTaken:
    """Take attempts in from a file; rows that do not fit are told, and the others are entered."""
    forms = {form.part: items for form, items in await service.forms(context, test_id=test_id)}
    table, lines = await asyncio.to_thread(
        lines_of, content, kind, NEEDED, rows_max=PAPERS_MAX, too_many=TOO_MANY_PAPERS
    )  # fmt: skip
    papers: list[tuple[int, Paper]] = []
    refused: list[PaperFault] = []
    same = 0
    for line in lines:
        cells = dict(zip(table.columns, line.cells, strict=False))
        if line.fault:
            refused.append(PaperFault(line.number, line.fault))
        elif cells.get("attempt") and await _is_known(context, str(cells["attempt"]), test_id):
            same += 1
        else:
            try:
                papers.append((line.number, _paper(cells, forms)))
            except ValueError as error:
                refused.append(PaperFault(line.number, str(error)))
    told = await service.enter_paper(context, by=by, test_id=test_id, papers=[paper for _row, paper in papers])
    same += told.count("same")
    refused += [
        PaperFault(row, _WHY.get(why, f"{why}: is not an answer to this question"))
        for (row, _one), why in zip(papers, told, strict=True)
        if why not in {"", "same"}
    ]
    entered = sum(not why for why in told)
    return PapersTaken(entered, same, sorted(refused, key=lambda one: one.row))


_WHY = {
    "form": "part: the test has no such form",
    "person": "person: is not known",
    "open": "person: has an attempt that goes on",
}


async def _is_known(context: Context, attempt_id: str, test_id: str) -> bool:
    found = await service.attempt(context, attempt_id=attempt_id)
    return found is not None and found.test_id == test_id


def _paper(cells: Mapping[str, Any], forms: Mapping[Part, Sequence[Item]]) -> Paper:
    part = plain(str(cells.get("part") or ""))
    if part not in set(Part):
        raise ValueError("part: is one of single, pre, post")
    taken = plain(str(cells.get("taken") or ""))
    try:
        moment = clock.parse(taken if "T" in taken else f"{taken}T00:00:00Z")
    except ValueError as error:
        raise ValueError("taken: is not a date such as 2026-11-21") from error
    if moment > clock.now():
        raise ValueError("taken: lies in the future")
    person = plain(str(cells.get("person") or ""))
    answers = {}
    for position, item in enumerate(forms.get(Part(part), ()), start=1):
        cell = cells.get(str(position))
        text = "" if cell is None else plain(str(cell)).strip()
        if text:
            split = [text] if item.kind is Kind.TEXT else [" ".join(one.split()) for one in text.split(";")]
            answers[position] = tuple(one for one in split if one)
    return Paper(person, Part(part), clock.timestamp(moment), answers)


def answer_of(item: Item, form: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return the answer that a page's form gives to an item."""
    if item.kind is Kind.MATCH:
        chosen = [(one.id, form.get(f"answer-{one.id}", "")) for one in item.options]
        return tuple(f"{option} {target}" for option, target in chosen if target)
    if item.kind is Kind.ORDER:
        places = [(form.get(f"answer-{one.id}", ""), one.id) for one in item.options]
        # Two at one place, or some at none, come out shorter or twice: no order, which is refused with words.
        ranked = {place: option for place, option in places if place}
        return tuple(ranked[place] for place in sorted(ranked, key=number))
    return tuple(text for text in lists.get("answer", ()) if text.strip())


def test_cells(test: Test, language: str) -> dict[str, str]:
    """Return a test as a form shows it in a language."""
    return {
        "language": language, "title": test.titles.get(language, ""),
        "introduction": test.introductions.get(language, ""), "minutes": str(test.minutes),
        "attempts": str(test.attempts), "pass_percent": str(test.pass_percent),
        "paired": "yes" if test.paired else "", "shows_answers": "yes" if test.shows_answers else "",
        "blueprint": "\n".join(
            f"{one.competency_id}, {one.bloom}, {one.items}" + (f", {one.anchors}" if one.anchors else "")
            for one in test.blueprint
        ),
    }  # fmt: skip


def test_of(test_id: str, cells: Mapping[str, str], before: Test | None) -> tuple[Test | None, dict[str, str]]:
    """Return the test that a form tells of, or what is wrong by field; texts in other languages stay."""
    language, title = cells["language"], cells["title"].strip()
    errors = {} if title else {"title": _("Enter a title")}
    blueprint = [_cell(line) for line in cells["blueprint"].splitlines() if line.strip()]
    if not blueprint or None in blueprint:
        errors["blueprint"] = _("Enter lines such as: A.1, knowledge, 5")
    for name in ("minutes", "attempts", "pass_percent"):
        if not (cells[name].isascii() and cells[name].isdigit() and len(cells[name]) <= 4):
            errors[name] = _("Enter a whole number")
    if errors:
        return None, errors
    introductions = dict(before.introductions) if before else {}
    introductions.pop(language, None)
    if cells["introduction"].strip():
        introductions[language] = cells["introduction"].strip()
    try:
        test = msgspec.convert(
            {
                "id": test_id, "titles": {**(before.titles if before else {}), language: title},
                "introductions": introductions, "blueprint": msgspec.to_builtins(blueprint),
                "paired": cells["paired"] == "yes", "minutes": int(cells["minutes"]),
                "attempts": int(cells["attempts"]), "passPercent": int(cells["pass_percent"]),
                "showsAnswers": cells["shows_answers"] == "yes", "state": str(before.state if before else State.DRAFT),
            },
            Test,
        )  # fmt: skip
    except msgspec.ValidationError as error:
        place, _why = misfit(error, "title")
        name = {"passPercent": "pass_percent", "titles": "title", "introductions": "introduction"}.get(place, place)
        return None, {name.partition(".")[0]: _("This is too long, too much or not of the right form")}
    return test, {}


def _cell(line: str) -> Cell | None:
    parts = [one.strip() for one in line.split(",")]
    counts = all(one.isascii() and one.isdigit() for one in parts[2:])
    if len(parts) not in {3, 4} or parts[1] not in set(Bloom) or not counts:
        return None
    items, anchors = int(parts[2][:4]), int(parts[3][:4]) if len(parts) == 4 else 0
    return Cell(parts[0], Bloom(parts[1]), items, anchors) if parts[0] else None
