"""Wire shapes of links and of what they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from govstack.blocks.registries.browsing.model import FILTERS_MAX, VALUE_CHARACTERS_MAX, Comparing, Filter
from govstack.blocks.registries.design.model import DATABASE_ID_MAX, path_of, pointer
from govstack.blocks.registries.sharing.model import (
    FIELDS_MAX,
    RECORDS_MAX,
    SIGNED_IN,
    Mode,
    Opening,
    Scope,
    Share,
    Wish,
)
from govstack.blocks.registries.sharing.service import Made, Shown

Number = Annotated[int, Meta(ge=-DATABASE_ID_MAX, le=DATABASE_ID_MAX)]


class FilterPart(msgspec.Struct, frozen=True):
    """One comparison, as the list of records has them."""

    field: Annotated[str, Meta(max_length=1_000)]
    comparing: Comparing = Comparing.IS
    value: Annotated[str, Meta(max_length=VALUE_CHARACTERS_MAX)] = ""


class ShareRequest(msgspec.Struct, frozen=True, rename="camel"):
    """A link to make: chosen records by uuid, or those a filter finds whenever it is opened."""

    title: str
    fields: Annotated[list[str], Meta(max_length=FIELDS_MAX)]
    records: Annotated[list[str], Meta(max_length=RECORDS_MAX)] = []
    filters: Annotated[list[FilterPart], Meta(max_length=FILTERS_MAX)] = []
    search: Annotated[str, Meta(max_length=VALUE_CHARACTERS_MAX)] = ""
    audience: Annotated[str, Meta(max_length=200, description="anyone, signed-in or role:<role>")] = SIGNED_IN
    mode: Mode = Mode.VIEW
    days: Number = 7
    openings_max: Number | None = None
    consent_reference: str = ""
    open_data: Annotated[bool, Meta(description="Confirms that anyone may see it; needed for the audience anyone")] = (
        False
    )


class OpeningShape(msgspec.Struct, frozen=True, rename="camel"):
    """One opening of a link."""

    at: str
    receiver: str
    receiver_name: str
    mode: str
    records: int


class ShareShape(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """A link. Its address is there in the answer that made it, and never again."""

    id: str
    number: int
    title: str
    registry: str = ""
    fields: list[str]
    audience: str
    mode: str
    created_at: str
    expires_at: str
    revoked_at: str = ""
    consent_reference: str = ""
    openings_max: int | None = None
    openings: int = 0
    opened: list[OpeningShape] = []
    url: str = ""


class ShareList(msgspec.Struct, frozen=True):
    """Links that somebody made."""

    shares: list[ShareShape]


class SharedShape(msgspec.Struct, frozen=True, rename="camel"):
    """What a link shows now."""

    number: int
    title: str
    at: str
    records: list[dict[str, Any]]
    more: bool


def wish(body: ShareRequest) -> Wish:
    """Return the link that a body asks for."""
    filters = tuple(Filter(_pointer(one.field), one.comparing, one.value) for one in body.filters)
    scope = Scope(tuple(map(_pointer, body.fields)), tuple(body.records), filters, body.search)
    return Wish(
        body.title.strip(), scope, body.audience, body.mode, body.days, body.openings_max, body.consent_reference,
        body.open_data,
    )  # fmt: skip


def _pointer(name: str) -> str:
    return pointer(path_of(name)) if name else ""


def share(found: Share, *, registry: str = "", opened: Sequence[Opening] = (), url: str = "") -> ShareShape:
    """Return a link as it is sent."""
    return ShareShape(
        id=found.id,
        number=found.number,
        title=found.title,
        registry=registry,
        fields=list(found.scope.fields),
        audience=found.audience,
        mode=found.mode.value,
        created_at=found.created_at,
        expires_at=found.expires_at,
        revoked_at=found.revoked_at,
        consent_reference=found.consent_reference,
        openings_max=found.openings_max,
        openings=found.openings,
        opened=[OpeningShape(one.at, one.receiver, one.receiver_name, one.mode, one.records) for one in opened],
        url=url,
    )


def address(public_url: str, made: Made) -> str:
    """Return the address that opens a link on a page."""
    return f"{public_url}/shared/{made.token}"


def shared(found: Shown) -> SharedShape:
    """Return what a link shows as it is sent."""
    names = [pointer(path) for path in found.fields]
    records = [dict(zip(names, row, strict=True)) for row in found.rows]
    return SharedShape(found.share.number, found.share.title, found.at, records, found.more)
