"""What the pages of proposals show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govstack.kernel.context import Context
from govstack.kernel.i18n import _, format_date
from govstack.pillars.learn.frame.presenters import Cell, Words
from govstack.pillars.learn.knowing.proposals.model import Proposal, State, Subject
from govstack.pillars.learn.knowing.proposals.service import GIVEN_ELSEWHERE, Named, Sight
from govstack.pillars.learn.notices import presenters as notices

LABELS: Mapping[Subject, str] = {
    Subject.INSIGHT: _("Insight for a policy"),
    Subject.TOPIC: _("Topic of research"),
    Subject.NOMINATION: _("Digital public good"),
    Subject.DEFINITION: _("Definition"),
    Subject.CLAIM: _("Taking a topic"),
}
# What is asked for each: the name, the text, and what it rests on; "" does not ask for that.
ASKED: Mapping[Subject, tuple[str, str, str]] = {
    Subject.INSIGHT: (
        _("Insight in one sentence"), _("What was seen, and what a policy should say"),
        _("Which community, evaluation or review it comes from"),
    ),
    Subject.TOPIC: (_("Topic"), _("Question"), ""),
    Subject.NOMINATION: (
        _("Name of the public good"), _("Which building block it could serve as, and why"),
        _("Its address, and evidence with links"),
    ),
    Subject.DEFINITION: (_("Term"), _("Proposed definition"), _("Sources")),
    Subject.CLAIM: (_("University and supervisor"), _("What you want to do, and until when"), ""),
}  # fmt: skip
STATES: Mapping[State, tuple[str, str]] = {
    State.WAITING: (_("Waits for a decision"), "wait"),
    State.TAKEN: (_("Taken up"), "good"),
    State.DECLINED: (_("Declined"), "off"),
}


def message(one: Proposal, context: Context, *, language: str) -> tuple[str, str]:
    """Return title and text of the message that a proposal was decided on, in words that say nothing of it."""
    words = Words(language)
    lines = [
        words(_("What you proposed was decided on.")),
        words(_("Read more here: {address}"), address=f"{context.public_url}/proposals/{one.id}"),
    ]
    return words(_("Your proposal")), notices.text(lines, words, context, at=one.decided_at)


def rows(found: Iterable[Proposal], named: Named, words: Words) -> list[list[Cell]]:
    """Return proposals as rows that lead to each; a claim is called by its topic."""
    return [
        [
            _called(one, named),
            words(LABELS[one.said.subject]),
            format_date(words.language, one.created_at),
            {"status": words(STATES[one.state][0]), "state": STATES[one.state][1]},
        ]
        for one in found
    ]


def waiting(found: Iterable[Proposal], named: Named, words: Words) -> list[list[Cell]]:
    """Return what waits as rows, with who proposed it."""
    return [
        [
            _called(one, named),
            words(LABELS[one.said.subject]),
            named.people.get(one.person_id or "", "") or words(_("Not known any more")),
            format_date(words.language, one.created_at),
        ]
        for one in found
    ]


def _called(one: Proposal, named: Named) -> Cell:
    return {"text": named.topics.get(one.said.about_id, "") or one.said.name, "href": f"/proposals/{one.id}"}


def facts(found: Sight, words: Words) -> list[tuple[str, str]]:
    """Return what is said in a proposal, who said it, and what became of it."""
    one = found.proposal
    name, text, sources = ASKED[one.said.subject]
    told = [
        (words(_("What it is for")), words(LABELS[one.said.subject])),
        (words(_("Topic")), found.topic),
        (words(name), one.said.name),
        (words(text), one.said.text),
        (words(sources) if sources else "", "\n".join(one.said.sources)),
        (words(_("Proposed by")), found.proposer or words(_("Not known any more"))),
        (words(_("Proposed on")), format_date(words.language, one.created_at)),
        (words(_("State")), words(STATES[one.state][0])),
        (words(_("Reason")), words(one.reason) if one.reason == GIVEN_ELSEWHERE else one.reason),
    ]
    return [(label, value) for label, value in told if label and value]
