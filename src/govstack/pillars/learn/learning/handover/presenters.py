"""What packages of courses say to learners."""

from __future__ import annotations

from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Words


def words_of(language: str) -> dict[str, str]:
    """Return the words of buttons in the language of a course."""
    words = Words(language)
    return {
        "done": words(_("I have gone through this part")),
        "check": words(_("Check my answers")),
        "open": words(_("Open it where it is")),
    }
