"""Wire shapes of proposals, and what their form holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from govstack.kernel.i18n import _
from govstack.pillars.learn.knowing.proposals.model import (
    NAME_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    SOURCE_CHARACTERS_MAX,
    SOURCES_MAX,
    TEXT_CHARACTERS_MAX,
    Proposal,
    Said,
    State,
    Subject,
)
from govstack.pillars.learn.knowing.proposals.service import PAGE_MAX, Sight

# More than blanks.
WORDS = r"\S"
Word = Annotated[str, Meta(max_length=100)]
Limit = Annotated[int, Meta(ge=1, le=PAGE_MAX)]
Name = Annotated[str, Meta(pattern=WORDS, max_length=NAME_CHARACTERS_MAX)]
Text = Annotated[str, Meta(pattern=WORDS, max_length=TEXT_CHARACTERS_MAX)]
Source = Annotated[str, Meta(pattern=WORDS, max_length=SOURCE_CHARACTERS_MAX)]


TOO_LONG = {
    "name": _("This is too long: write at most 300 characters."),
    "text": _("This is too long: write at most 5,000 characters."),
}


class MineQuery(msgspec.Struct, frozen=True):
    """Before which proposal, how many."""

    before: Word = ""
    limit: Limit = 50


class WaitingQuery(msgspec.Struct, frozen=True):
    """After which proposal, how many."""

    after: Word = ""
    limit: Limit = 50


class ProposalGiven(msgspec.Struct, frozen=True):
    """What somebody proposes: an insight, a topic of research, a public good or a definition, and on what it rests."""

    subject: Literal["insight", "topic", "nomination", "definition"]
    name: Name
    text: Text
    sources: Annotated[list[Source], Meta(max_length=SOURCES_MAX)] = []


class ClaimGiven(msgspec.Struct, frozen=True):
    """Somebody takes a topic: their university and supervisor, and what they want to do."""

    supervisor: Name
    text: Text


class Refusal(msgspec.Struct, frozen=True):
    """Why a proposal is declined."""

    reason: Annotated[str, Meta(pattern=WORDS, max_length=REASON_CHARACTERS_MAX)]


class ProposalShown(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A proposal and what became of it: the reason for which it was declined, or the record that it became."""

    id: str
    subject: Subject
    name: str
    text: str
    sources: list[str]
    created_at: str
    state: State
    about_id: str = ""
    reason: str = ""
    record_id: str = ""
    decided_at: str = ""
    proposer: str = ""


class Proposals(msgspec.Struct, frozen=True):
    """Proposals; `next` asks for those that follow."""

    proposals: list[ProposalShown]
    next: str = ""


def shown(one: Proposal, proposer: str = "") -> ProposalShown:
    """Return a proposal as its answer."""
    said = one.said
    return ProposalShown(
        one.id, said.subject, said.name, said.text, list(said.sources), one.created_at, one.state, said.about_id,
        one.reason, one.record_id, one.decided_at, proposer,
    )  # fmt: skip


def seen(found: Sight) -> ProposalShown:
    """Return a proposal with who made it."""
    return shown(found.proposal, found.proposer)


def said_of(form: Mapping[str, str], subject: Subject, *, about_id: str = "") -> tuple[Said, dict[str, str]]:
    """Return what a form proposes, and by field what is wrong with it."""
    name, text = form.get("name", "").strip(), form.get("text", "").strip().replace("\r\n", "\n")
    sources = [line.strip() for line in form.get("sources", "").splitlines() if line.strip()]
    errors = {}
    for field, said, most in (("name", name, NAME_CHARACTERS_MAX), ("text", text, TEXT_CHARACTERS_MAX)):
        if not said:
            errors[field] = _("Write something.")
        elif len(said) > most:
            errors[field] = TOO_LONG[field]
    if len(sources) > SOURCES_MAX or any(len(one) > SOURCE_CHARACTERS_MAX for one in sources):
        errors["sources"] = _("Write at most 20 lines of at most 300 characters.")
    return Said(subject, name, text, sources, about_id), errors
