"""Use cases of roles: which there are, what somebody may do by theirs, and giving and taking them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.people import service as people
from govstack.blocks.identity.people.model import Person
from govstack.blocks.identity.roles import model
from govstack.blocks.identity.roles.errors import OwnRoles
from govstack.blocks.identity.roles.model import Role
from govstack.kernel.actor import Actor
from govstack.kernel.context import Context
from govstack.kernel.rules import json_of
from govstack.kernel.settings import Setting

ROLES = "IDENTITY_ROLES"
Roles = dict[Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,59}$")], Role]
SETTINGS = (
    Setting(
        ROLES,
        "",
        "Roles of people who work for the state: JSON of name to titles by language and scopes",
        json_of(Roles, "be JSON: an object of names, each with title (by language) and scopes"),
    ),
)


def roles(context: Context) -> Mapping[str, Role]:
    """Return the roles that the country knows, in its order."""
    return _roles(context.settings.text(ROLES))


def scopes_of(context: Context, person: Person) -> str:
    """Return the scopes that somebody holds now: what a role may do counts from the next sign-in on."""
    return model.held(roles(context), person.roles, person.scopes)


async def give(
    context: Context,
    *,
    by: Actor,
    person: Person,
    wanted: Iterable[str],
    kept: Iterable[str] | None = None,
    reason: str,
) -> Person:
    """Let somebody have exactly these roles, and of the rights that were given one by one those that are kept.

    Roles that they have and the country no longer knows can stay. Their sessions end, so that they sign in with what
    they may do now. Raises OwnRoles, UnknownRole and Ended.
    """
    if by.id == person.subject:
        raise OwnRoles
    offered = [*roles(context), *(one for one in person.roles.split() if one not in roles(context))]
    single = person.scopes.split()
    return await people.give_rights(
        context, by=by, person_id=person.id, roles=model.chosen(wanted, offered),
        scopes=model.chosen(single if kept is None else kept, single), reason=reason,
    )  # fmt: skip


@lru_cache(maxsize=8)
def _roles(text: str) -> Mapping[str, Role]:
    return msgspec.json.decode(text, type=Roles) if text else {}
