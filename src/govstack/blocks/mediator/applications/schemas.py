"""Applications on the wire."""

from __future__ import annotations

import msgspec

from govstack.blocks.mediator.applications.service import ApplicationCard
from govstack.blocks.mediator.directory.model import Application, Connection
from govstack.blocks.mediator.directory.schemas import Code, Text


class RegisterApplication(msgspec.Struct, frozen=True, rename="camel"):
    """An application that wants to be connected."""

    application_code: Code
    name: Text | None = None
    connection: Connection = "https"


class ChangeApplication(msgspec.Struct, frozen=True):
    """Details to change; what is left out stays."""

    name: Text | None = None
    connection: Connection | None = None


class ApplicationAnswer(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """An application; its certificates are shown to its administrators and to itself only."""

    instance_id: str
    member_class: str
    member_code: str
    application_code: str
    name: str
    connection: str
    state: str
    member_state: str
    reason: str = ""
    applied_at: str = ""
    decided_at: str = ""
    certificates: tuple[str, ...] = ()

    @classmethod
    def of(cls, one: Application, certificates: tuple[str, ...] = ()) -> ApplicationAnswer:
        """Return an application as it is read."""
        return cls(
            one.instance,
            one.member_class,
            one.member_code,
            one.code,
            one.name,
            one.connection,
            str(one.state),
            str(one.member_state),
            one.reason,
            one.applied_at,
            one.decided_at,
            certificates,
        )

    @classmethod
    def of_card(cls, card: ApplicationCard) -> ApplicationAnswer:
        """Return an application with its certificates."""
        return cls.of(card.application, card.certificates)


class ApplicationList(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A page of applications."""

    applications: list[ApplicationAnswer]
    next_page_token: str = ""
