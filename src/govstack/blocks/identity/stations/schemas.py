"""Wire shapes of services of enrolment."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from govstack.blocks.identity.stations.model import KEY_MEMBERS_MAX, OFFICERS_MAX, State, Station, Wish

PAGE_SIZE_MAX = 200


class StationBody(msgspec.Struct, frozen=True, rename="camel"):
    """A service to register: its centre and machine, and the public key (JWK) that its packets are signed with."""

    centre: str
    machine: str
    name: str
    public_key: Annotated[dict[str, str | bool | list[str]], Meta(max_length=KEY_MEMBERS_MAX)]
    officers: Annotated[list[str], Meta(max_length=OFFICERS_MAX)] = []
    application: str = ""

    def wish(self) -> Wish:
        """Return the service that is asked for."""
        return Wish(self.centre, self.machine, self.name, self.public_key, self.officers, self.application)


class StationAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """A service as it is registered."""

    id: str
    ref_id: str
    centre: str
    machine: str
    name: str
    public_key: dict[str, str]
    officers: list[str]
    application: str
    state: State
    registered_at: str
    changed_at: str


class StationList(msgspec.Struct, frozen=True, rename="camel"):
    """Services by centre and machine."""

    enrolment_services: list[StationAnswer]


class StationQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    start: Annotated[int, Meta(ge=0)] = 0


def answer(one: Station) -> StationAnswer:
    """Return a service as the API shows it."""
    return StationAnswer(
        one.id, one.ref_id, one.centre, one.machine, one.name, dict(one.key), list(one.officers), one.application,
        one.state, one.registered_at, one.changed_at,
    )  # fmt: skip
