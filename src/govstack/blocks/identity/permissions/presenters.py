"""What is said of permissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from govstack.blocks.identity.clients.model import AGE_QUESTION
from govstack.blocks.identity.frame.presenters import CLAIM_WORDS, Words
from govstack.blocks.identity.permissions.model import Permission
from govstack.kernel.i18n import _


@dataclass(frozen=True, slots=True)
class Allowed:
    """One thing that a person allowed, as its page shows it."""

    client_id: str
    name: str
    claims: tuple[str, ...]
    at: str
    ended_at: str


def claim_words(words: Words, claim: str) -> str:
    """Return what a claim is called by people, in their language."""
    question = AGE_QUESTION.fullmatch(claim)
    if question is not None:
        return words(_("Whether you are at least {years} years old, yes or no"), years=question[1])
    return words(CLAIM_WORDS[claim]) if claim in CLAIM_WORDS else claim


def allowed(words: Words, permissions: Sequence[tuple[Permission, str]]) -> list[Allowed]:
    """Return what a person allowed, in words."""
    return [
        Allowed(
            one.client_id,
            name,
            tuple(claim_words(words, claim) for claim in one.claims),
            one.at,
            one.ended_at or "",
        )
        for one, name in permissions
    ]
