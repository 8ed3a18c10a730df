"""A question and its answers."""

from __future__ import annotations

from dataclasses import dataclass

TITLE_CHARACTERS_MAX = 200
BODY_CHARACTERS_MAX = 10_000
REASON_CHARACTERS_MAX = 300
ANSWERS_MAX = 500
# So that nobody fills a community by a script.
ASKED_A_DAY_MAX = 50


@dataclass(frozen=True, slots=True)
class Question:
    """What a member asked; `person_id` is None once they were erased, `hidden_reason` says why nobody sees it."""

    id: str
    community_id: str
    person_id: str | None
    title: str
    body: str
    hidden_reason: str
    closed: bool
    first_answer_at: str | None
    created_at: str
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a member answered; `promoted` ones come first and are the library, `item_id` is the item made of it."""

    id: str
    discussion_id: str
    person_id: str | None
    body: str
    hidden_reason: str
    promoted: bool
    item_id: str
    created_at: str
    used: int = 0
