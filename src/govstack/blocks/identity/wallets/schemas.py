"""Wire shapes of partners."""

from __future__ import annotations

from typing import Annotated

import msgspec

from govstack.blocks.identity.wallets.model import ID_PATTERN, NAME_CHARACTERS_MAX, Keyed, Partner

PAGE_MAX = 200
Id = Annotated[str, msgspec.Meta(pattern=f"^{ID_PATTERN}$")]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=NAME_CHARACTERS_MAX, pattern=r"^\S(.*\S)?$")]


class PartnerRequest(msgspec.Struct, rename="camel"):
    """A partner to register."""

    partner_id: Id
    name: Name


class PartnerChange(msgspec.Struct):
    """What a partner is called from now on, and whether it may bind."""

    name: Name
    active: bool = True


class PartnerAnswer(msgspec.Struct, rename="camel", omit_defaults=True):
    """A partner; its key stands in the answer that made it, and in no other."""

    partner_id: str
    name: str
    active: bool
    registered_at: str
    api_key: str = ""


class PartnerList(msgspec.Struct):
    """Partners, and the id after which the list goes on."""

    partners: list[PartnerAnswer]
    after: str = ""


class ListQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: str = ""
    limit: Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX)] = 50


def answer(partner: Partner) -> PartnerAnswer:
    """Return a partner as the wire has it."""
    return PartnerAnswer(partner.id, partner.name, partner.active, partner.registered_at)


def keyed(made: Keyed) -> PartnerAnswer:
    """Return a partner with its new key."""
    return msgspec.structs.replace(answer(made.partner), api_key=made.key)
