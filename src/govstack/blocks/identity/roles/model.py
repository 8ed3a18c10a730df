"""What a role is, and what roles come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.roles.errors import UnknownRole

Titles = dict[
    Annotated[str, Meta(pattern="^[a-z]{2}$")], Annotated[str, Meta(min_length=1, max_length=100)]
]  # fmt: skip


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a role is called, by language, and which scopes it holds, with blanks between."""

    title: Titles
    scopes: Annotated[str, Meta(max_length=2_000)] = ""


def held(known: Mapping[str, Role], roles: str, scopes: str) -> str:
    """Return all scopes that somebody holds: by their roles, and those that were given one by one."""
    by_role = (known[name].scopes for name in roles.split() if name in known)
    return " ".join(dict.fromkeys(" ".join((*by_role, scopes)).split()))


def chosen(wanted: Iterable[str], offered: Sequence[str]) -> str:
    """Return what was chosen among what is offered, in its order; raises UnknownRole for anything else."""
    picked = set(wanted)
    if not picked <= set(offered):
        raise UnknownRole
    return " ".join(one for one in offered if one in picked)
