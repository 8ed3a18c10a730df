"""Links to records: what is shared, with whom, how long, and whether a link still opens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from govstack.blocks.registries.browsing.model import Filter
from govstack.blocks.registries.design.model import (
    Classification,
    FieldType,
    Path,
    Registry,
    is_guarded,
    path_of,
    pointer,
    reachable,
)
from govstack.blocks.registries.sharing.errors import BadShare
from govstack.kernel.actor import Actor

RECORDS_MAX = 100
FIELDS_MAX = 60
TITLE_CHARACTERS_MAX = 120
CONSENT_CHARACTERS_MAX = 200
OPENINGS_MOST = 10_000
ANYONE, SIGNED_IN, ROLE = "anyone", "signed-in", "role:"
ROLE_PATTERN = re.compile(r"role:[^\s:/][^\s/]{0,99}")
TOKEN_PATTERN = re.compile(r"[A-Za-z0-9_-]{43}")


class Mode(StrEnum):
    """Whether a link lets its holder look only, or take a copy too."""

    VIEW = "view"
    DOWNLOAD = "download"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is shared: fields of chosen records, or of whatever a filter finds when the link is opened."""

    fields: tuple[str, ...]
    records: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A link that somebody wants. `open_data` confirms that anybody at all may see it."""

    title: str
    scope: Scope
    audience: str = SIGNED_IN
    mode: Mode = Mode.VIEW
    days: int = 7
    openings_max: int | None = None
    consent_reference: str = ""
    open_data: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """A link as it is kept; its token is not. `creator` is who shares, as last seen here."""

    number: int
    id: str
    registry_id: int
    title: str
    scope: Scope
    creator: Actor
    audience: str
    mode: Mode
    consent_reference: str
    openings_max: int | None
    openings: int
    created_at: str
    expires_at: str
    revoked_at: str = ""

    def opens(self, moment: str) -> bool:
        """Tell whether the link works at a moment."""
        used_up = self.openings_max is not None and self.openings >= self.openings_max
        return not self.revoked_at and moment < self.expires_at and not used_up

    def is_for(self, actor: Actor) -> bool:
        """Tell whether an actor is among those the link is meant for."""
        if self.audience == ANYONE:
            return True
        role = self.audience.removeprefix(ROLE)
        return actor.signed_in and (self.audience == SIGNED_IN or role in actor.roles)


@dataclass(frozen=True, slots=True)
class Opening:
    """One time a link was opened: when, by whom, how, and how many records it showed."""

    share_id: str
    at: str
    receiver: str
    receiver_name: str
    mode: str
    records: int


def shareable(registry: Registry) -> list[Path]:
    """Return the fields that can be shared at all: none that is secret or blinded, groups by what is in them."""
    return [
        path
        for path, one in reachable(registry.fields)
        if not is_guarded(registry, path)
        and not any(is_guarded(registry, below) for below in registry.by_path if below[: len(path)] == path)
        and not (one.type is FieldType.GROUP and not one.multiple)
    ]


def may_be_open(registry: Registry, fields: Sequence[str]) -> bool:
    """Tell whether fields may be shown to anybody at all: open data, or nothing personal; never confidential."""
    if registry.classification is Classification.CONFIDENTIAL:
        return False
    if registry.classification is Classification.OPEN:
        return True
    chosen = [path_of(name) for name in fields]
    return not any(
        path[: len(one)] == one or one[: len(path)] == path for path in chosen for one in registry.personal_fields
    )


def refuse_unfit(wish: Wish, registry: Registry, *, days_max: int) -> None:
    """Raise BadShare where a wish is not one that could be kept."""
    scope, wrong = wish.scope, dict[str, str]()
    known = {pointer(path) for path in shareable(registry)}
    if not 0 < len(wish.title) <= TITLE_CHARACTERS_MAX:
        wrong["title"] = f"has 1 to {TITLE_CHARACTERS_MAX} characters"
    if not 0 < len(scope.fields) <= FIELDS_MAX or not set(scope.fields) <= known:
        wrong["fields"] = f"are 1 to {FIELDS_MAX} that are neither secret nor blinded"
    if len(scope.records) > RECORDS_MAX or (scope.records and (scope.filters or scope.words)):
        wrong["records"] = f"are at most {RECORDS_MAX}, or a filter instead"
    if wish.audience == ANYONE and "fields" not in wrong and not may_be_open(registry, scope.fields):
        wrong["audience"] = "cannot be anyone: these fields are personal, or the registry is confidential"
    wrong |= _wrong_limits(wish, days_max)
    if wrong:
        where, why = next(iter(wrong.items()))
        raise BadShare(f"{where} {why}.", fields=wrong)


def _wrong_limits(wish: Wish, days_max: int) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if wish.audience not in {ANYONE, SIGNED_IN} and not ROLE_PATTERN.fullmatch(wish.audience):
        wrong["audience"] = "is anyone, signed-in or role:<role>"
    if not 1 <= wish.days <= days_max:
        wrong["days"] = f"are 1 to {days_max}"
    if wish.openings_max is not None and not 1 <= wish.openings_max <= OPENINGS_MOST:
        wrong["openingsMax"] = f"is a number from 1 to {OPENINGS_MOST}"
    if len(wish.consent_reference) > CONSENT_CHARACTERS_MAX:
        wrong["consentReference"] = "is too long"
    return wrong
