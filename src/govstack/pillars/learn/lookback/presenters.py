"""What the page of a look back shows."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.kernel.i18n import _
from govstack.pillars.learn.earning.model import Source
from govstack.pillars.learn.frame.presenters import Words, marked
from govstack.pillars.learn.learning.achievements.model import Achievement
from govstack.pillars.learn.lookback.model import LookBack, State

STATES: Mapping[State, tuple[str, str]] = {
    State.COUNTING: (_("Being counted"), "wait"),
    State.COUNTED: (_("Counted; nothing was awarded yet"), "new"),
    State.AWARDING: (_("Being awarded"), "wait"),
    State.DONE: (_("Done"), "good"),
    State.STOPPED: (_("Stopped"), "off"),
}
BACK: Mapping[Source, tuple[str, str]] = {
    Source.COURSE: ("workshop", "/workshop/{id}/badges"), Source.OFFERING: ("desk", "/desk/offerings/{id}/badges"),
    Source.COMMUNITY: ("communities", "/communities/{id}/badges"),
}  # fmt: skip


def shown(one: LookBack, badge: Achievement, words: Words) -> dict[str, object]:
    """Return what is told of a look back."""
    text, sign = STATES[one.state]
    return {
        "one": one, "status": (words(text), sign), "works": one.state.works, "over": one.state.over,
        "counted": one.state is State.COUNTED, "counting": one.state is State.COUNTING,
        "name": marked(badge.names, words.language), "back": BACK[one.source][1].format(id=one.source_id),
        "here": f"/badge-look-backs/{one.id}",
        "per_cent": 100 * min(one.looked, one.whole) // one.whole if one.whole else 100,
    }  # fmt: skip
