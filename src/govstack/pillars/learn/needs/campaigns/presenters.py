"""What pages of campaigns show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, labelled_with, marked
from govstack.pillars.learn.needs.campaigns.model import (
    LANGUAGES_MAX,
    NAMED_MAX,
    TITLE_CHARACTERS_MAX,
    WRONG_ORDER,
    Campaign,
    Member,
    Plan,
    Rater,
    State,
)
from govstack.pillars.learn.needs.instruments.model import Entry, Instrument, Unit
from govstack.pillars.learn.people.model import Tree
from govstack.pillars.learn.people.presenters import name_of

STATES = {State.DRAFT: (_("Planned"), "new"), State.OPEN: (_("Open"), "good"), State.CLOSED: (_("Closed"), "off")}
RATERS = {
    Rater.SELF: _("People rate themselves"), Rater.MANAGER: _("Managers rate those who report to them"),
    Rater.TEST: _("Results of a test are entered"), Rater.EVIDENCE: _("The training unit looks at evidence"),
    Rater.GROUP: _("A group agrees on a rating"),
}  # fmt: skip

# The parts of whom a campaign is for, as fields of the form.
POPULATION = ("organisations", "profiles", "people")
LABELS = {
    "opens": _("First day"), "closes": _("Last day"), "languages": _("Languages in which it is asked (optional)"),
    "organisations": _("Organisations with their parts"), "profiles": _("Profiles"),
    "people": _("People who are assessed in any case"),
}  # fmt: skip
DAY_PARTS = ("year", "month", "day")
NAMED_UNKNOWN_MAX = 5
VERSION_DIGITS_MAX = 6


def rows(campaigns: Iterable[Campaign], words: Words) -> list[tuple[Cell, ...]]:
    """Return a table of campaigns."""
    return [
        (
            {"text": marked(one.given.titles, words.language), "href": f"/campaigns/{one.id}"},
            {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
            i18n.format_date(words.language, one.given.opens_on), i18n.format_date(words.language, one.given.closes_on),
        )
        for one in campaigns
    ]  # fmt: skip


def shown(
    campaign: Campaign, tree: Tree, posts: Mapping[str, str], asked: Instrument, words: Words, *, size: int = 0
) -> dict[str, Any]:  # fmt: skip
    """Return a campaign as a page shows it: what is `asked`, the names of `posts`, and how many are assessed."""
    given = campaign.given
    return {
        "id": campaign.id, "name": in_language(given.titles, words.language), "state": str(campaign.state),
        "status": (words(STATES[campaign.state][0]), STATES[campaign.state][1]),
        "instrument": in_language(asked.titles, words.language) or given.instrument_id,
        "version": campaign.instrument_version,
        "opens_on": given.opens_on, "closes_on": given.closes_on,
        "raters": [words(RATERS[one]) for one in given.raters],
        "population": _population(campaign, tree, posts, asked.unit, words),
        "size": _size(size, asked.unit, words) if campaign.state is not State.DRAFT else "",
        "group": Rater.GROUP in given.raters,
    }  # fmt: skip


def _size(size: int, unit: Unit, words: Words) -> str:
    if unit is Unit.PERSON:
        return words.count("{count} person", "{count} people", size)
    return words.count("{count} organisation", "{count} organisations", size)


def _population(campaign: Campaign, tree: Tree, posts: Mapping[str, str], unit: Unit, words: Words) -> list[str]:
    meant = campaign.given.population
    named = [
        in_language(tree.by_id[one].names, words.language) if one in tree.by_id else one for one in meant.organisations
    ]
    found = []
    if named:
        found.append(words(_("Organisations with their parts: {names}"), names=words.listed(named)))
    if meant.profiles:
        found.append(words(_("Profiles: {names}"), names=words.listed(posts.get(one, one) for one in meant.profiles)))
    if meant.people:
        found.append(words.count("{count} person who is named", "{count} people who are named", len(meant.people)))
    return found or [words(_("Everybody") if unit is Unit.PERSON else _("All organisations"))]


def instruments(entries: Iterable[Entry], language: str) -> list[tuple[str, str]]:
    """Return instruments to choose from."""
    return [(one.id, in_language(one.titles, language)) for one in entries]


def raters(words: Words) -> list[tuple[str, str]]:
    """Return the ways to rate to choose from."""
    return [(str(one), words(text)) for one, text in RATERS.items()]


def lacking(asked: Plan, known: Collection[str], words: Words, *, today: date) -> dict[str, str]:
    """Return what a plan lacks before it can be kept, by field; `known` are the people who are named and known."""
    wrong = {}
    if not asked.title:
        wrong["title"] = words(_("Enter a name"))
    elif len(asked.title) > TITLE_CHARACTERS_MAX:
        wrong["title"] = words(_("Write at most {number} characters."), number=TITLE_CHARACTERS_MAX)
    if not asked.instrument:
        wrong["instrument"] = words(_("Choose an instrument"))
    if asked.version and not (
        asked.version.isascii() and asked.version.isdigit() and len(asked.version) <= VERSION_DIGITS_MAX
    ):
        wrong["version"] = words(_("Enter the number of a version, or nothing"))
    wrong |= _days(asked, words, today)
    if not set(asked.raters) & set(RATERS):
        wrong["raters"] = words(_("Choose at least one way to rate"))
    if strange := [one for one in asked.people if one not in known]:
        named = words.listed(strange[:NAMED_UNKNOWN_MAX])
        wrong["people"] = words(_("Nobody is known here by: {names}"), names=named)
    for name in ("organisations", "profiles", "people"):
        if len(getattr(asked, name)) > NAMED_MAX:
            wrong[name] = words(_("Name at most {number} here."), number=i18n.format_number(words.language, NAMED_MAX))
    if len(asked.languages) > LANGUAGES_MAX:
        wrong["languages"] = words(_("Choose fewer languages."))
    return wrong


def _days(asked: Plan, words: Words, today: date) -> dict[str, str]:
    """Return what is wrong with the first and the last day."""
    found: dict[str, date] = {}
    wrong = {}
    for name, told in (("opens", asked.opens), ("closes", asked.closes)):
        try:
            parts = date.fromisoformat(told) if isinstance(told, str) else date(*(int(told[one]) for one in DAY_PARTS))
        except (ValueError, OverflowError):
            wrong[name] = _labelled(name, _("Give a date, such as 27 3 2027."), words)
        else:
            found[name] = parts
    if len(found) > 1 and found["closes"] < found["opens"]:
        wrong["closes"] = _labelled("closes", WRONG_ORDER, words)
    elif "closes" in found and found["closes"] < today:
        wrong["closes"] = words(_("The last day has passed. Choose today or a later day."))
    return wrong


def _labelled(name: str, text: str, words: Words) -> str:
    return labelled_with(words, words(LABELS[name]), words.said(text)) if name in LABELS else words.said(text)


def messages(fields: Mapping[str, str], words: Words) -> dict[str, str]:
    """Return what is wrong by field of the form, each with the name of its field."""
    names = {"opensOn": "opens", "closesOn": "closes", **{f"population.{one}": one for one in POPULATION}}
    return {names.get(name, name): _labelled(names.get(name, name), text, words) for name, text in fields.items()}


def members(
    found: Iterable[Member], tree: Tree, language: str, rater: Rater, rated: Mapping[tuple[str, str], str]
) -> list[tuple[str, str, str]]:
    """Return the organisations that are rated in a way, each with where its rating is entered, and when it last was."""
    return [
        (
            name_of(tree, one.organisation_id, language) or one.id, f"/assessments/{one.id}/{rater}",
            rated.get((one.id, str(rater)), ""),
        )
        for one in found
    ]  # fmt: skip
