"""What every page of this block shares: its words and its navigation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.web.answers import Page
from govstack.web.sentences import Sentences

FOLDER = Path(__file__).parents[1]
AUDIT, CONFIGURE, ASK = "consent:audit", "consent:configure", "consent:ask"
YEAR_DAYS = 365
Cell = str | Mapping[str, object]


class Words(Sentences):
    """Sentences of the pages of consent."""

    folder = FOLDER


def length(words: Words, days: int) -> str:
    """Return a number of days, of two years and more with the years beside it: few people know what 3,650 days are."""
    said = words.count("{count} day", "{count} days", days)
    if days < 2 * YEAR_DAYS:
        return said
    years = words.count("about {count} year", "about {count} years", round(days / YEAR_DAYS))
    return f"{said} ({years})"


def framed(call: Call, section: str, template: str, values: Mapping[str, object], *, status: int = 200) -> Page:
    """Return a page with the navigation that fits the person."""
    shown = {"navigation": navigation(call.actor, section), "errors": {}, **values}
    return Page(template, shown, status=status)


def navigation(by: Actor, active: str) -> list[tuple[str, str, bool]]:
    """Return the pages that somebody can make use of; each page decides again by itself."""
    sections = (
        ("mine", _("My consent"), "/", True),
        ("readers", _("Who saw my consent"), "/readers", True),
        ("requests", _("Requests for consent"), "/requests", by.may(ASK)),
        ("agreements", _("Agreements"), "/agreements", by.may(CONFIGURE)),
        ("policies", _("Data policies"), "/policies", by.may(CONFIGURE)),
        ("history", _("History and proof"), "/history", by.may(AUDIT)),
    )
    return [(label, path, name == active) for name, label, path, wanted in sections if wanted]
