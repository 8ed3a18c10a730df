"""What pages show of onboarding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.context import Context
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, linked
from govstack.pillars.learn.knowing.onboarding.model import Application, Step
from govstack.pillars.learn.notices import presenters as notices

STEPS: Mapping[Step, tuple[str, str]] = {
    Step.WAITING: (_("Waits for a call"), "wait"), Step.CALLED: (_("Call is planned"), "new"),
    Step.INVITED: (_("Invited"), "good"), Step.DECLINED: (_("Declined"), "bad"),
    Step.WITHDRAWN: (_("Withdrawn"), "off"),
}  # fmt: skip
MESSAGES: Mapping[Step, tuple[str, str]] = {
    Step.CALLED: (
        _("A call about joining {group}"), _("The facilitators of {group} would like to talk to you on {day}.")
    ),
    Step.INVITED: (_("You are invited to {group}"), _("You belong to {group} from now on.")),
    Step.DECLINED: (_("You cannot join {group} now"), _("The facilitators of {group} decided, and say why.")),
}  # fmt: skip


def state(one: Application, words: Words) -> Cell:
    """Return where an application stands."""
    label, sign = STEPS[one.state]
    return {"status": words(label), "state": sign}


def waiting(found: Iterable[tuple[Application, str]], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of those who wait for a group."""
    return [
        (
            {"text": name or words(_("Not known any more")), "href": f"/group-applications/{one.id}"},
            one.letter.country, {"moment": one.created_at}, state(one, words),
            words.appointment(one.call_at) if one.call_at else "",
        )
        for one, name in found
    ]  # fmt: skip


def mine(found: Iterable[Application], names: Mapping[str, str], words: Words) -> list[tuple[Cell, ...]]:
    """Return the table of one's own applications."""
    return [
        (
            {"text": names.get(one.community_id, one.community_id), "href": f"/group-applications/{one.id}"},
            {"moment": one.created_at}, state(one, words), words.appointment(one.call_at) if one.call_at else "",
        )
        for one in found
    ]  # fmt: skip


def message(one: Application, group: str, context: Context, *, at: str, language: str) -> tuple[str, str]:
    """Return title and text of the message that an application moved on."""
    words, (title, text) = Words(language), MESSAGES[one.state]
    day = i18n.format_minute(language, one.call_at) if one.call_at else ""
    lines = [
        words(text, group=group, day=day),
        words(_("Read more here: {address}"), address=f"{context.public_url}/group-applications/{one.id}"),
    ]
    return words(title, group=group), notices.text(lines, words, context, at=at)


def channels(text: str) -> list[str]:
    """Return the channels of a group, line by line, with links where addresses stand."""
    return [linked(line.strip()) for line in text.splitlines() if line.strip()]
