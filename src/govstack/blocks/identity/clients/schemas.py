"""Wire shapes of client management, and of registering the country's own applications and pages."""

from __future__ import annotations

from typing import Annotated

import msgspec

from govstack.blocks.identity.clients.model import URI_CHARACTERS_MAX, Client, Registration
from govstack.blocks.identity.frame.schemas import EnvelopeError, moment

Text = Annotated[str, msgspec.Meta(max_length=2_000)]
Texts = Annotated[tuple[Text, ...], msgspec.Meta(max_length=100)]
# What a member of a JSON Web Key holds.
Member = str | bool | int | list[str] | None
Uri = Annotated[str, msgspec.Meta(max_length=URI_CHARACTERS_MAX)]


class ClientDetails(msgspec.Struct, rename="camel", omit_defaults=True):
    """A relying party; each part that does not fit has an error code of its own, so all are looked at by the rules."""

    client_id: Text | None = None
    client_name: Text | None = None
    relying_party_id: Text | None = None
    logo_uri: Text | None = None
    redirect_uris: Texts | None = None
    auth_context_refs: Texts | None = None
    public_key: dict[str, Member] | Annotated[str, msgspec.Meta(max_length=20_000)] | None = None
    user_claims: Texts | None = None
    grant_types: Texts | None = None
    client_auth_methods: Texts | None = None
    status: Text = ""
    backchannel_logout_uri: Text = ""

    def asked(self, *, client_id: str = "") -> Registration:
        """Return what is to be registered, or what a client of an id is to be changed to."""
        return Registration(
            client_id=client_id or self.client_id,
            name=self.client_name,
            relying_party_id=self.relying_party_id,
            logo_uri=self.logo_uri,
            redirect_uris=self.redirect_uris,
            acr_values=self.auth_context_refs,
            public_key=self.public_key,
            claims=self.user_claims,
            grant_types=self.grant_types,
            auth_methods=self.client_auth_methods,
            status=self.status if client_id else "active",
            backchannel_logout_uri=self.backchannel_logout_uri,
        )


class ClientRequest(msgspec.Struct, rename="camel"):
    """A request of client management."""

    request_time: Text | None = None
    request: ClientDetails = msgspec.field(default_factory=ClientDetails)


class ClientId(msgspec.Struct, rename="camel"):
    """The id of a client."""

    client_id: str


class ClientResponse(msgspec.Struct, rename="camel"):
    """An answer of client management."""

    response: ClientId
    response_time: str = msgspec.field(default_factory=moment)
    errors: tuple[EnvelopeError, ...] = ()


class OwnClientBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """An application, or the pages of a package, to register."""

    client_id: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    secret: Annotated[str, msgspec.Meta(min_length=32, max_length=200)]
    application: Annotated[str, msgspec.Meta(max_length=500)] = ""
    scopes: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    redirect_uris: Annotated[tuple[Uri, ...], msgspec.Meta(max_length=50)] = ()
    backchannel_logout_uri: Uri = ""


class OwnClientAnswer(msgspec.Struct, rename="camel", omit_defaults=True):
    """A registered application, without its secret."""

    client_id: str
    application: str = ""
    scopes: str = ""
    redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str = ""


def own_client(made: Client) -> OwnClientAnswer:
    """Return a registered application as its operation answers it."""
    return OwnClientAnswer(made.id, made.application, made.scopes, made.redirect_uris, made.backchannel_logout_uri)
