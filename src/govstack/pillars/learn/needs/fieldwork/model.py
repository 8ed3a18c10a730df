"""A campaign as a form of other programs: the three sheets of an XLSForm, and the columns of a table to fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from govstack.kernel import i18n
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater
from govstack.pillars.learn.needs.instruments.model import Item, ItemKind
from govstack.pillars.learn.needs.uploads.model import EVIDENCE, question_name

Rows = list[list[str]]


@dataclass(frozen=True, slots=True)
class Labels:
    """The texts of a form that belong to no instrument, by language."""

    about: Mapping[str, str]
    rater: Mapping[str, str]
    notes: Mapping[str, str]
    evidence: Mapping[str, str]
    raters: Mapping[Rater, Mapping[str, str]]


def columns(campaign: Campaign) -> list[str]:
    """Return the columns of a table to fill in."""
    items = [column for item in campaign.frozen.in_order for column in _columns_of(item)]
    return ["id", "about", "rater", "answered_at", "language", "confidence", *items, "notes"]


def _columns_of(item: Item) -> list[str]:
    return [item.id, f"{item.id}{EVIDENCE}"] if item.evidence else [item.id]


def survey(campaign: Campaign, labels: Labels) -> Iterator[list[str]]:
    """Yield the rows of the sheet of questions."""
    languages = campaign.languages
    blank = [""] * len(languages)
    yield ["type", "name", *(_label(one) for one in languages), "required", "constraint", "parameters"]
    yield ["end", "end", *blank, "", "", ""]
    yield ["text", "about", *_in(labels.about, languages), "true", "", ""]
    if len(campaign.given.raters) > 1:
        yield ["select_one raters", "rater", *_in(labels.rater, languages), "true", "", ""]
    for section in campaign.frozen.sections:
        items = campaign.frozen.items_of(section.id)
        if not items:
            continue
        yield ["begin_group", f"section_{question_name(section.id)}", *_in(section.titles, languages), "", "", ""]
        for item in items:
            kind = {ItemKind.CHOICE: f"select_one {item.scale}", ItemKind.NUMBER: "decimal"}.get(item.kind, "text")
            yield [kind, question_name(item.id), *_in(item.texts, languages), "", _constraint(item), ""]
            if item.evidence:
                yield ["text", f"{question_name(item.id)}{EVIDENCE}", *_in(labels.evidence, languages), "true", "", ""]
        yield ["end_group", "", *blank, "", "", ""]
    yield ["text", "notes", *_in(labels.notes, languages), "", "", "rows=4"]


def choices(campaign: Campaign, labels: Labels) -> Iterator[list[str]]:
    """Yield the rows of the sheet of choices."""
    languages = campaign.languages
    yield ["list_name", "name", *(_label(one) for one in languages)]
    if len(campaign.given.raters) > 1:
        for rater in campaign.given.raters:
            yield ["raters", str(rater), *_in(labels.raters[rater], languages)]
    for scale in campaign.frozen.scales:
        for choice in scale.choices:
            yield [scale.id, choice.id, *_in(choice.titles, languages)]


def settings(campaign: Campaign) -> Rows:
    """Return the rows of the sheet of settings. The version is that of the frozen instrument."""
    first = campaign.languages[0]
    title = campaign.given.titles.get(first) or next(iter(campaign.given.titles.values()))
    return [
        ["form_title", "form_id", "version", "default_language"],
        [title, f"govstack_{campaign.id}", campaign.digest[-16:], _language(first)],
    ]


def _constraint(item: Item) -> str:
    parts = []
    if item.lowest is not None:
        parts.append(f". >= {item.lowest:g}")
    if item.highest is not None:
        parts.append(f". <= {item.highest:g}")
    return " and ".join(parts)


def _label(language: str) -> str:
    return f"label::{_language(language)}"


def _language(language: str) -> str:
    return f"{i18n.language_name(language)} ({language})"


def _in(texts: Mapping[str, str], languages: Sequence[str]) -> list[str]:
    fallback = texts.get("en") or next(iter(texts.values()), "")
    return [texts.get(one, fallback) for one in languages]
