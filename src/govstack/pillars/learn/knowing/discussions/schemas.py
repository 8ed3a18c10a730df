"""Wire shapes of discussions."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.pillars.learn.knowing.discussions.model import (
    BODY_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
    Question,
)
from govstack.pillars.learn.knowing.discussions.service import Exchange

PAGE_MAX = 200
Body = Annotated[str, Meta(min_length=1, max_length=BODY_CHARACTERS_MAX)]


class DiscussionsQuery(msgspec.Struct, frozen=True):
    """Before which discussion, how many."""

    before: Annotated[str, Meta(max_length=100)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 50


class HideQuery(msgspec.Struct, frozen=True):
    """Which answer, none for the question."""

    answer: Annotated[str, Meta(max_length=100)] = ""


class QuestionGiven(msgspec.Struct, frozen=True):
    """A question."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]
    body: Body


class ReplyGiven(msgspec.Struct, frozen=True):
    """An answer."""

    body: Body


class Moderation(msgspec.Struct, frozen=True, rename="camel"):
    """Why a question, or the answer that is named, is hidden; without a reason it is shown again."""

    answer_id: Annotated[str, Meta(max_length=100)] = ""
    reason: Annotated[str, Meta(max_length=REASON_CHARACTERS_MAX)] = ""


class Closing(msgspec.Struct, frozen=True):
    """Whether a discussion is closed."""

    closed: bool


class Promotion(msgspec.Struct, frozen=True):
    """Whether an answer comes first."""

    promoted: bool


class AnswerKept(msgspec.Struct, frozen=True):
    """What an item of knowledge made of an answer rests on: codes of the vocabulary knowledge-facet."""

    facets: Annotated[list[Annotated[str, Meta(max_length=60)]], Meta(min_length=1, max_length=10)]


class KnowledgeMade(msgspec.Struct, frozen=True, rename="camel"):
    """The item of knowledge that was made."""

    item_id: str


class QuestionShown(msgspec.Struct, frozen=True, rename="camel"):
    """A question in a list."""

    id: str
    community_id: str
    title: str
    answers: int
    closed: bool
    hidden: bool
    created_at: str


class Questions(msgspec.Struct, frozen=True):
    """Questions, and before which one the next follow."""

    discussions: list[QuestionShown]
    next: str = ""


class ReplyShown(msgspec.Struct, frozen=True, rename="camel"):
    """An answer."""

    id: str
    author: str
    body: str
    promoted: bool
    used: int
    hidden_reason: str
    item_id: str
    created_at: str


class DiscussionShown(msgspec.Struct, frozen=True, rename="camel"):
    """A question with its answers, those that were promoted first."""

    id: str
    community_id: str
    title: str
    body: str
    author: str
    closed: bool
    hidden_reason: str
    created_at: str
    answers: list[ReplyShown]


def listed(one: Question) -> QuestionShown:
    """Return a question as a list shows it."""
    return QuestionShown(
        one.id, one.community_id, one.title, one.answers, one.closed, bool(one.hidden_reason), one.created_at
    )  # fmt: skip


def shown(one: Exchange) -> DiscussionShown:
    """Return a question with its answers."""
    asked = one.question
    answers = [
        ReplyShown(
            reply.id, one.names.get(reply.person_id or "", ""), reply.body, reply.promoted, reply.used,
            reply.hidden_reason, reply.item_id, reply.created_at,
        )
        for reply in one.answers
    ]  # fmt: skip
    return DiscussionShown(
        asked.id, asked.community_id, asked.title, asked.body, one.names.get(asked.person_id or "", ""), asked.closed,
        asked.hidden_reason, asked.created_at, answers,
    )  # fmt: skip
