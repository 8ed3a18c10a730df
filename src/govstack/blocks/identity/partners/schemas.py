"""Wire shapes of partners."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.partners.model import (
    ADDRESS_CHARACTERS_MAX,
    ATTRIBUTES_MAX,
    SECRET_CHARACTERS_MAX,
    SECRET_CHARACTERS_MIN,
    Partner,
    Role,
)


class PartnerBody(msgspec.Struct, frozen=True, rename="camel"):
    """A partner; its secret is never told."""

    id: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$")]
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    application: Annotated[str, Meta(max_length=400)] = ""
    address: Annotated[str, Meta(max_length=ADDRESS_CHARACTERS_MAX)] = ""
    logo_url: Annotated[str, Meta(max_length=ADDRESS_CHARACTERS_MAX, pattern="^(https://.*)?$")] = ""
    roles: Annotated[list[Role], Meta(min_length=1, max_length=3)] = msgspec.field(
        default_factory=lambda: [Role.RECEIVER]
    )
    attributes: Annotated[
        list[Annotated[str, Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]], Meta(max_length=ATTRIBUTES_MAX)
    ] = []
    active: bool = True

    def partner(self) -> Partner:
        """Return the partner."""
        return Partner(
            self.id, self.name, self.application, self.address, self.logo_url, tuple(dict.fromkeys(self.roles)),
            tuple(dict.fromkeys(self.attributes)), self.active,
        )  # fmt: skip


class PartnerRequest(PartnerBody, frozen=True, rename="camel"):
    """A partner to register, with the secret that signs notices to it."""

    secret: Annotated[str, Meta(max_length=SECRET_CHARACTERS_MAX, pattern=f"^(.{{{SECRET_CHARACTERS_MIN},}})?$")] = ""


class PartnersAnswer(msgspec.Struct, frozen=True):
    """Partners by name."""

    partners: list[PartnerBody]


def body_of(one: Partner) -> PartnerBody:
    """Return a partner as it is sent."""
    return PartnerBody(
        one.id, one.name, one.application, one.address, one.logo_url, list(one.roles), list(one.attributes), one.active
    )  # fmt: skip
