"""What forms to take along show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words, in_language
from govstack.pillars.learn.needs.campaigns.model import Campaign, Rater
from govstack.pillars.learn.needs.fieldwork.model import Labels
from govstack.pillars.learn.needs.instruments.model import ItemKind

ABOUT_PERSON = _("Number of the person")
ABOUT_ORGANISATION = _("Id of the organisation")
RATER = _("Who rates")
NOTES = _("Notes")
EVIDENCE = _("Evidence")
RATERS = {
    Rater.SELF: _("The person themselves"), Rater.MANAGER: _("The manager"), Rater.TEST: _("A test"),
    Rater.EVIDENCE: _("Evidence that was looked at"), Rater.GROUP: _("A group"),
}  # fmt: skip


def labels(campaign: Campaign) -> Labels:
    """Return the texts of a form in the languages of a campaign, as far as we have them."""

    def spoken(text: str) -> dict[str, str]:
        return {language: Words(language)(text) for language in i18n.LANGUAGES}

    about = ABOUT_PERSON if campaign.personal else ABOUT_ORGANISATION
    return Labels(
        spoken(about), spoken(RATER), spoken(NOTES), spoken(EVIDENCE),
        {rater: spoken(text) for rater, text in RATERS.items()},
    )  # fmt: skip


def form(campaign: Campaign, language: str) -> dict[str, Any]:
    """Return the questions of a campaign in one language, section by section."""
    instrument = campaign.frozen
    return {
        "title": in_language(campaign.given.titles, language),
        "instrument": in_language(instrument.titles, language),
        "sections": [
            {
                "title": in_language(section.titles, language),
                "items": [_item(campaign, one.id, language) for one in instrument.items_of(section.id)],
            }
            for section in instrument.sections
            if instrument.items_of(section.id)
        ],
    }


def _item(campaign: Campaign, item_id: str, language: str) -> dict[str, Any]:
    instrument = campaign.frozen
    item = next(one for one in instrument.items if one.id == item_id)
    options: list[tuple[str, str, str]] = []
    if item.kind is ItemKind.CHOICE:
        options = [
            (one.id, in_language(one.titles, language), in_language(item.anchors.get(one.id, {}), language))
            for one in instrument.scale_of(item).choices
        ]
    return {
        "id": item.id, "kind": str(item.kind), "text": in_language(item.texts, language),
        "hint": in_language(item.hints, language), "options": options, "evidence": item.evidence,
        "measure": item.measure, "lowest": item.lowest, "highest": item.highest,
    }  # fmt: skip


def languages(campaign: Campaign) -> Mapping[str, str]:
    """Return the languages of a campaign with their names."""
    return {one: i18n.language_name(one) for one in campaign.languages}
