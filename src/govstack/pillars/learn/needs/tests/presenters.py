"""What the pages of tests show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked, spoken
from govstack.pillars.learn.needs.items.model import Item, Kind
from govstack.pillars.learn.needs.items.presenters import LEVELS
from govstack.pillars.learn.needs.tests.model import Attempt, Form, Lack, Part, State, Test, shown
from govstack.pillars.learn.needs.tests.service import Sheet

STATES: Mapping[State, tuple[str, str]] = {
    State.DRAFT: (_("Draft"), "wait"), State.OPEN: (_("Open"), "good"),
    State.AFTER: (_("Open, after learning"), "good"), State.CLOSED: (_("Closed"), "off"),
}  # fmt: skip
PARTS: Mapping[Part, str] = {
    Part.SINGLE: _("Test"), Part.PRE: _("Before learning"), Part.POST: _("After learning"),
}  # fmt: skip


def title(test: Test, words: Words) -> str:
    """Return the name of a test in a language."""
    return in_language(test.titles, words.language)


def managed(tests: Iterable[Test], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of tests for those who make them."""
    return [
        (
            {"text": title(one, words), "href": f"/tests/{one.id}/manage"},
            state(one.state, words),
            {"number": one.minutes},
        )
        for one in tests
    ]


def state(value: State, words: Words) -> Mapping[str, object]:
    """Return the state of a test as a cell."""
    text, sign = STATES[value]
    return {"status": words(text), "state": sign}


def mine(attempts: Iterable[Attempt], tests: Mapping[str, Test], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of one's own attempts."""
    return [
        (
            {
                "text": title(tests[one.test_id], words) if one.test_id in tests else one.test_id,
                "href": f"/attempts/{one.id}/result" if one.submitted_at else f"/attempts/{one.id}/1",
            },
            words(PARTS[one.part]), {"moment": one.started_at},
            "" if one.percent is None else {"number": round(one.percent)},
        )
        for one in attempts
    ]  # fmt: skip


def blueprint(test: Test, lacking: Sequence[Lack], called: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return the blueprint as a table, each cell with what the bank lacks."""
    return [
        (
            called.get(cell.competency_id, cell.competency_id),
            words(LEVELS[cell.bloom]), {"number": cell.items}, {"number": cell.anchors},
            _lacks([one for one in lacking if one.cell == cell], words),
        )
        for cell in test.blueprint
    ]  # fmt: skip


def _lacks(lacking: Sequence[Lack], words: Words) -> Mapping[str, object]:
    if not lacking:
        return {"status": words(_("Enough")), "state": "good"}
    one = lacking[0]
    text = _("{found} of {needed} shared items are there") if one.anchors else _("{found} of {needed} items are there")
    return {"status": words(text, found=one.found, needed=one.needed), "state": "bad"}


def form_rows(form: Form, items: Sequence[Item], called: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return the items of a form as a table."""
    return [
        (
            {"text": in_language(item.prompts, words.language).split("\n")[0][:120], "href": f"/items/{item.id}"},
            called.get(item.competency_id, item.competency_id),
            words(LEVELS[item.bloom]), words(_("Yes") if place.anchor else _("No")),
        )
        for place, item in zip(form.places, items, strict=True)
    ]  # fmt: skip


def question(
    sheet: Sheet, position: int, language: str, given: tuple[str, ...] | None = None
) -> dict[str, object]:  # fmt: skip
    """Return what the page of a question shows: its options mixed for this attempt, and the answer so far.

    `given` is an answer that was refused, to be mended; without it the one that was kept is shown.
    """
    item = shown(sheet.attempt.id, sheet.items[position - 1])
    answer = sheet.answers.get(position, ()) if given is None else given
    targets = [(one.id, in_language(one.texts, language)) for one in item.targets]
    return {
        "kind": str(item.kind), "prompt": in_language(item.prompts, language).split("\n"),
        "written_in": spoken(item.prompts, language),
        "options": [(one.id, marked(one.texts, language)) for one in item.options], "targets": targets,
        "answer": answer, "chosen": _chosen(item, answer),
        "places": [(str(place), str(place)) for place in range(1, len(item.options) + 1)],
    }  # fmt: skip


def _chosen(item: Item, answer: Sequence[str]) -> dict[str, str]:
    """Return by option what it was matched with, or at which place it was put."""
    if item.kind is Kind.MATCH:
        pairs = (one.partition(" ") for one in answer)
        return {source: target for source, _blank, target in pairs}
    if item.kind is Kind.ORDER:
        return {option: str(place) for place, option in enumerate(answer, start=1)}
    return {}


def checked(sheet: Sheet, words: Words) -> list[tuple[str, str, str, str]]:
    """Return each question with whether it was answered, and where to change that."""
    return [
        (
            words(_("Question {number}"), number=position),
            words(_("Answered") if sheet.answers.get(position) else _("Not answered")),
            f"/attempts/{sheet.attempt.id}/{position}", words(_("Question {number}"), number=position),
        )
        for position in range(1, len(sheet.items) + 1)
    ]  # fmt: skip


def outcomes(sheet: Sheet, words: Words) -> list[dict[str, object]]:
    """Return each question with what was answered, what is right, and feedback."""
    told: list[dict[str, object]] = []
    for position, item in enumerate(sheet.items, start=1):
        worth = sheet.worth.get(position, 0.0)
        sign = "good" if worth == 1 else "bad" if not worth else "warn"
        text = {"good": _("Right"), "bad": _("Wrong"), "warn": _("Right in part")}[sign]
        told.append(
            {
                "prompt": in_language(item.prompts, words.language).split("\n")[0],
                "written_in": spoken(item.prompts, words.language),
                "status": words(text), "state": sign,
                "answer": said(item, sheet.answers.get(position, ()), words.language),
                "right": said(item, item.right, words.language),
                "feedback": in_language(item.feedback, words.language).split("\n"),
            }
        )  # fmt: skip
    return told


def said(item: Item, answer: Sequence[str], language: str) -> list[str]:
    """Return an answer in words in place of ids."""
    if item.kind is Kind.TEXT:
        return list(answer)
    texts = {one.id: in_language(one.texts, language) for one in (*item.options, *item.targets)}
    return [": ".join(texts.get(part, part) for part in one.split(" ")) for one in answer]
