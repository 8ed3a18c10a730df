"""What the pages of policy feedback show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel import i18n
from govstack.kernel.i18n import _
from govstack.pillars.learn.frame.presenters import Cell, Words, labelled_with
from govstack.pillars.learn.knowing.feedback.model import State, Trace

STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: (_("Waits for a response"), "wait"),
    State.OVERDUE: (_("Response is overdue"), "bad"),
    State.ACCEPTED: (_("Accepted"), "good"),
    State.REJECTED: (_("Rejected"), "off"),
    State.DEFERRED: (_("Deferred"), "warn"),
}


def rows(traces: Iterable[Trace], words: Words) -> list[list[Cell]]:
    """Return insights as rows."""
    return [
        [
            {"text": one.insight.content["name"], "href": f"/policy-feedback/{one.insight.id}"},
            one.document,
            i18n.format_date(words.language, one.insight.content["due"]),
            {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
        ]
        for one in traces
    ]


def facts(trace: Trace, themes: Mapping[str, str], origins: Mapping[str, str], words: Words) -> list[tuple[str, str]]:
    """Return what is said about an insight."""
    said = trace.insight.content
    origin = origins.get(said["origin"], said["origin"])
    return [
        (words(_("Policy document")), trace.document),
        (
            words(_("Where it comes from")),
            labelled_with(words, origin, said["source"]),
        ),
        (words(_("Themes")), words.listed(themes.get(one, one) for one in said["themes"])),
        (words(_("What was seen")), said["insight"]),
        (words(_("What the policy should say")), said["proposal"]),
        (words(_("Response wanted by")), i18n.format_date(words.language, said["due"])),
        (words(_("State")), words(STATES[trace.state][0])),
    ]


def course(trace: Trace, answers: Mapping[str, str], words: Words) -> list[tuple[str, str, str]]:
    """Return what happened to an insight, the newest first."""
    steps = []
    for one in reversed(trace.responses):
        said = one.content
        parts = [said["reason"], said.get("change", "")]
        if said.get("until"):
            parts.append(words(_("Deferred until {day}"), day=i18n.format_date(words.language, said["until"])))
        title = words(_("{answer} by {body}"), answer=answers.get(said["answer"], said["answer"]), body=said["body"])
        steps.append((title, f"{said['answered']}T00:00:00.000000Z", " ".join(part for part in parts if part)))
    return [*steps, (words(_("Routed to the policy document")), trace.routed_at, "")]
