"""What pages of answers show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked, spoken
from govstack.pillars.learn.needs.answers.model import Answer, Response
from govstack.pillars.learn.needs.answers.service import Ask, Spoken
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater
from govstack.pillars.learn.needs.instruments.model import Item, ItemKind, Section
from govstack.pillars.learn.needs.scoring.model import NO_STAGE, NOTHING, Outcome, Rule, result, rules

BY = {
    Rater.SELF: _("Yourself"), Rater.MANAGER: _("The manager"), Rater.TEST: _("A test"), Rater.EVIDENCE: _("Evidence"),
    Rater.GROUP: _("A group"),
}  # fmt: skip
STATES = {
    "open": (_("To do"), "wait"), "begun": (_("Begun"), "new"), "answered": (_("Answered"), "good"),
    "soon": (_("Not open yet"), "off"),
}  # fmt: skip
CONFIDENCES = {"low": _("Not very sure"), "medium": _("Fairly sure"), "high": _("Very sure")}
NO_RESULT = _("No result")
NOTHING_PROVEN = _("No stage reached")

# From here on a float does not hold every whole number.
WHOLE_MAX = 2**53


def asks(found: Sequence[Ask], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of what somebody is asked to rate."""
    return [
        (
            {"text": marked(one.campaign.given.titles, words.language), "href": here(one)},
            _whom(one, words), i18n.format_date(words.language, one.campaign.given.closes_on),
            {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
        )
        for one in found
    ]  # fmt: skip


def _whom(ask: Ask, words: Words) -> str:
    if not ask.campaign.personal:
        return words(_("Your organisation"))
    return ask.name if ask.rater is Rater.MANAGER else words(BY[Rater.SELF])


def overview(ask: Ask, response: Response, words: Words) -> dict[str, Any]:
    """Return what the first page of an assessment shows."""
    answered = {one.item for one in response.answers}
    steps = []
    for number, section in enumerate(sections(ask.campaign), start=1):
        items = ask.campaign.frozen.items_of(section.id)
        state = "done" if all(one.id in answered for one in items) else "todo"
        steps.append((marked(section.titles, words.language), state, f"{here(ask)}/{number}"))
    return {
        "name": in_language(ask.campaign.given.titles, words.language),
        "written_in": spoken(ask.campaign.frozen.titles, words.language),
        "summary": marked(ask.campaign.frozen.summaries, words.language) if ask.campaign.frozen.summaries else "",
        "whom": ask.name, "closes_on": ask.campaign.given.closes_on, "steps": steps, "begun": bool(answered),
        "here": here(ask), "group": ask.rater is Rater.GROUP, "member": ask.member.id,
        "personal": ask.campaign.personal, "rates": bool(ask.campaign.frozen.rating),
        "answered": ask.state == "answered", "opens_on": ask.campaign.given.opens_on, "soon": ask.state == "soon",
    }  # fmt: skip


def here(ask: Ask) -> str:
    """Return the address of an assessment."""
    return f"/assessments/{ask.member.id}/{ask.rater}"


def sections(campaign: Campaign) -> list[Section]:
    """Return the sections that have questions."""
    return [one for one in campaign.frozen.sections if campaign.frozen.items_of(one.id)]


def questions(ask: Ask, number: int, given: Mapping[str, Answer], language: str) -> dict[str, Any]:
    """Return the questions of a section with what was answered."""
    found = sections(ask.campaign)
    section = found[number - 1]
    return {
        "name": in_language(section.titles, language), "number": number, "count": len(found),
        "written_in": spoken(section.titles, language),
        "caption": in_language(ask.campaign.given.titles, language), "here": here(ask),
        "weighed": ask.campaign.frozen.weighed,
        "items": [
            _question(ask.campaign, one, given.get(one.id), language)
            for one in ask.campaign.frozen.items_of(section.id)
        ],
    }  # fmt: skip


def _typed(number: float) -> str:
    """Return a number as it is typed, all of it."""
    return str(int(number)) if number.is_integer() and abs(number) < WHOLE_MAX else repr(number)


def _question(campaign: Campaign, item: Item, given: Answer | None, language: str) -> dict[str, Any]:
    options: list[tuple[str, ...]] = []
    if item.kind is ItemKind.CHOICE:
        for one in campaign.frozen.scale_of(item).choices:
            anchor = marked(item.anchors.get(one.id, {}), language)
            label = marked(one.titles, language)
            options.append((one.id, label, anchor) if anchor else (one.id, label))
    value = ""
    if given is not None:
        value = given.choice or given.text or ("" if given.number is None else _typed(given.number))
    return {
        "id": item.id, "kind": str(item.kind), "text": marked(item.texts, language),
        "hint": marked(item.hints, language), "options": options, "value": value, "measure": item.measure,
        "needs_evidence": item.evidence, "evidence": given.evidence if given else "",
        "confidence": given.confidence if given else "",
    }  # fmt: skip


def checked(ask: Ask, response: Response, words: Words) -> list[dict[str, Any]]:
    """Return what was answered, section by section, with where to change it."""
    given = {one.item: one for one in response.answers}
    return [
        {
            "title": in_language(section.titles, words.language),
            "rows": [
                (
                    in_language(item.texts, words.language),
                    _answer(ask.campaign, item, given.get(item.id), words.language), f"{here(ask)}/{number}",
                )
                for item in ask.campaign.frozen.items_of(section.id)
            ],
        }
        for number, section in enumerate(sections(ask.campaign), start=1)
    ]  # fmt: skip


def _answer(campaign: Campaign, item: Item, given: Answer | None, language: str) -> str:
    if given is None:
        return ""
    if item.kind is not ItemKind.CHOICE:
        return given.text if given.number is None else i18n.format_number(language, given.number)
    chosen = next(one for one in campaign.frozen.scale_of(item).choices if one.id == given.choice)
    return in_language(chosen.titles, language)


def results(campaign: Campaign, spoken: Sequence[Spoken], words: Words) -> list[dict[str, Any]]:
    """Return ratings as a page shows them, each with its result by section."""
    found = rules(campaign.frozen)
    return [
        {
            "by": words(BY[one.kept.rater]), "at": one.kept.answered_at, "notes": one.said.notes,
            "confidence": words(CONFIDENCES[one.kept.confidence]) if one.kept.confidence else "",
            **_scored(campaign, found, one, words), "answers": _answers(campaign, one, words),
            "there": [_attendee(person.name, person.organisation, words) for person in one.attendance],
        }
        for one in spoken
    ]  # fmt: skip


def _attendee(name: str, organisation: str, words: Words) -> str:
    if not name:
        return words(_("Somebody whose data was erased"))
    return f"{name}, {organisation}" if organisation else name


def _scored(campaign: Campaign, found: Sequence[Rule], one: Spoken, words: Words) -> dict[str, Any]:
    """Return the result of each section, and of all together where there is one, with what lacks to the aim."""
    scored = result(campaign.frozen, one.kept.marks)
    rows = [
        (
            in_language(rule.section.titles, words.language), said(rule, section.outcome, words),
            words(_("{answered} of {items}"), answered=str(section.answered), items=str(section.applicable)),
            _lacking(section.gap, words),
        )
        for rule, section in zip(found, scored.sections, strict=True)
        if rule.items
    ]  # fmt: skip
    return {
        "rows": rows, "whole": "" if scored.whole == NOTHING else said(found[0], scored.whole, words),
        "lacking": _lacking(scored.gap, words),
    }  # fmt: skip


def _answers(campaign: Campaign, one: Spoken, words: Words) -> list[tuple[Cell, ...]]:
    """Return what was answered with its evidence and how sure the rater is, where each answer is weighed."""
    if not campaign.frozen.weighed:
        return []
    marks = one.kept.marks
    given = {name: Answer(item=name, choice=mark.choice, number=mark.number) for name, mark in marks.items()}
    given |= {name: Answer(item=name, text=text) for name, text in one.said.texts.items()}
    return [
        (
            in_language(item.texts, words.language), _answer(campaign, item, given[item.id], words.language),
            one.said.evidence.get(item.id, ""),
            words(CONFIDENCES[marks[item.id].confidence]) if item.id in marks and marks[item.id].confidence else "",
        )
        for item in campaign.frozen.in_order
        if item.id in given
    ]  # fmt: skip


def _lacking(gap: float | None, words: Words) -> str:
    return "" if gap is None else i18n.format_number(words.language, round(gap, 2))


def said(rule: Rule, outcome: Outcome, words: Words) -> str:
    """Return an outcome in words; one that was compared with peers is told with how far it is from them."""
    found = _placed(rule, outcome, words)
    if outcome.spread is None:
        return found or words(NO_RESULT)
    number = i18n.format_number(words.language, round(outcome.spread, 2))
    if not found:
        return words(_("{number} standard deviations from the peers"), number=number)
    return words(_("{result}; {number} standard deviations from the peers"), result=found, number=number)


def _placed(rule: Rule, outcome: Outcome, words: Words) -> str:
    if outcome.category is not None:
        category = rule.categories[outcome.category]
        title = words(NOTHING_PROVEN) if category.id == NO_STAGE else in_language(category.titles, words.language)
        share = "" if outcome.share is None else f" ({i18n.format_percent(words.language, outcome.share)})"
        return f"{title}{share}"
    return "" if outcome.share is None else i18n.format_percent(words.language, outcome.share)
