"""What the pages of the register of tools show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, in_language, marked
from govstack.pillars.learn.learning.platforms.model import Card, Link, LinkCard, Tool, on_lines

NEW_LINK = {
    "link": "", "target": "", "text": "", "course": "", "custom": "", "graded": "", "points": "100", "percent": "0",
}  # fmt: skip


def rows(words: Words, tools: Iterable[Tool], links: Iterable[Link]) -> list[tuple[Cell, ...]]:
    """Return a table of tools."""
    of = [one.tool.id for one in links]
    return [
        (
            {"text": marked(one.card.titles, words.language), "href": f"/tool-register/{one.id}"},
            state(words, one),
            i18n.format_number(words.language, of.count(one.id)),
        )
        for one in tools
    ]


def state(words: Words, tool: Tool) -> Cell:
    """Return whether a tool is used."""
    if tool.retired:
        return {"status": words(_("No longer used")), "state": "off"}
    return {"status": words(_("In use")), "state": "good"}


def told(words: Words, values: Iterable[str]) -> list[tuple[str, str]]:
    """Return what the tool's operator enters there, each with its label."""
    labels = (
        _("Issuer (platform id)"), _("Client id"), _("Deployment id"), _("Authorisation address"), _("Keys address"),
        _("Token address"),
    )  # fmt: skip
    return [(words(label), value) for label, value in zip(labels, values, strict=True)]


def link_rows(words: Words, links: Iterable[Link], *, changes: bool) -> list[tuple[Cell, ...]]:
    """Return a table of what a tool offers, with the way to change each for whoever may."""
    return [
        (
            {"text": marked(one.card.titles, words.language), "href": f"/tools/{one.id}"},
            one.card.target,
            i18n.format_number(words.language, one.card.graded.maximum) if one.card.graded else words(_("Not graded")),
            i18n.format_percent(words.language, one.card.graded.pass_percent / 100) if one.card.graded else "",
            *(
                [{"text": words(_("Change")), "href": f"/tool-register/{one.tool.id}/links/{one.id}"}]
                if changes
                else []
            ),
        )
        for one in links
    ]


def given_link(card: LinkCard, language: str) -> dict[str, str]:
    """Return the fields of the form of a link as they stand, its texts in the language of the page."""
    graded = card.graded
    return {
        "link": in_language(card.titles, language), "target": card.target, "text": in_language(card.texts, language),
        "course": card.course_id, "custom": _lines(card.custom), "graded": "yes" if graded else "",
        "points": f"{graded.maximum:f}".rstrip("0").rstrip(".") if graded else NEW_LINK["points"],
        "percent": str(graded.pass_percent) if graded else NEW_LINK["percent"],
    }  # fmt: skip


def _lines(custom: Mapping[str, str]) -> str:
    return "\n".join(f"{name}={value}" for name, value in on_lines(custom).items())


def given(card: Card | None, language: str) -> dict[str, str]:
    """Return the fields of the form of a tool as they stand, its title in the language of the page."""
    if card is None:
        return dict.fromkeys(
            ("title", "login", "returns", "keys", "choosing", "names", "grades", "members", "custom"), ""
        )
    return {
        "title": in_language(card.titles, language),
        "login": card.login_url,
        "returns": "\n".join(card.redirect_uris),
        "keys": card.keys_url,
        "choosing": card.choosing_url,
        "names": "yes" if card.share_names else "",
        "grades": "yes" if card.grades else "",
        "members": "yes" if card.members else "",
        "custom": _lines(card.custom),
    }
