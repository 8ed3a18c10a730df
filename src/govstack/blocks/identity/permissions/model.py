"""What a person allowed a relying party, and when it is enough for the next sign-in."""

from __future__ import annotations

from dataclasses import dataclass

from govstack.blocks.identity.transactions.model import Request


@dataclass(frozen=True, slots=True)
class Permission:
    """What a person allowed a relying party to know, naming the sign-in in which they said so."""

    id: str
    person_id: str
    client_id: str
    scopes: tuple[str, ...]
    claims: tuple[str, ...]
    asked: tuple[str, ...]
    transaction_id: str
    at: str
    ended_at: str | None = None


def already_allowed(permission: Permission, request: Request, *, since: str) -> bool:
    """Tell whether the person was asked for all of this lately, and allowed what it makes no sense without."""
    if permission.at < since:
        return False
    asked = {*request.essential_claims, *request.voluntary_claims}
    return asked <= set(permission.asked) and set(request.essential_claims) <= set(permission.claims)
