"""Use cases of clients: register, change, find."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from govstack.blocks.identity.clients import model, store
from govstack.blocks.identity.clients.errors import DUPLICATE_CLIENT_ID, INVALID_CLIENT_ID
from govstack.blocks.identity.clients.model import Client, Registration
from govstack.blocks.identity.frame.errors import Refused
from govstack.kernel import audit, clock
from govstack.kernel.actor import SYSTEM, Actor
from govstack.kernel.context import Context
from govstack.kernel.crypto import digest
from govstack.kernel.db import Transaction
from govstack.kernel.errors import BadRequest, NotFound
from govstack.kernel.rules import json_of
from govstack.kernel.settings import PREFIX, Setting, SettingsError

BOOTSTRAP = "IDENTITY_CLIENTS"


class BootstrapClient(msgspec.Struct):
    """A client given by the settings: it exists as soon as the process has started."""

    secret: str
    application: str = ""
    scopes: str = ""
    redirect_uris: tuple[str, ...] = ()
    name: str = ""
    backchannel_logout_uri: str = ""


SETTINGS = (
    Setting(
        BOOTSTRAP,
        "",
        "Clients to enter at start: JSON of client id to secret, application, scopes and redirect_uris",
        json_of(
            dict[str, BootstrapClient],
            "be JSON: an object of client ids, each with an object that has a secret",
        ),
        secret=True,
    ),
)


async def start(context: Context) -> None:
    """Enter the clients that the settings give; raises SettingsError when they are unsafe."""
    given = context.settings.text(BOOTSTRAP)
    clients = msgspec.json.decode(given or "{}", type=dict[str, BootstrapClient])
    for client_id, client in clients.items():
        try:
            await register_own(
                context,
                by=SYSTEM,
                client_id=client_id,
                secret=client.secret,
                application=client.application,
                scopes=client.scopes,
                redirect_uris=client.redirect_uris,
                name=client.name,
                backchannel_logout_uri=client.backchannel_logout_uri,
            )
        except BadRequest as error:
            raise SettingsError(f"{PREFIX}{BOOTSTRAP}, client {client_id}: {error.detail}") from error


async def register(context: Context, *, by: Actor, asked: Registration, request: bytes) -> Client:
    """Register a relying party; the same request again is answered alike (IDN-D13).

    Raises Refused with the published code, duplicate_client_id for another request under the same id.
    """
    if asked.client_id in {model.PLATFORM_AUDIENCE, context.public_url}:
        # An ID token made for it would be taken for an access token.
        raise Refused(INVALID_CLIENT_ID, "This provider or its country is called so. Choose another clientId.")
    made = model.registered(asked, encrypted_only=_encrypted_only(context))
    request_print = digest(request)
    async with context.database.transaction() as tx:
        if await store.add_client(tx, made, request_print=request_print, now=clock.timestamp()):
            await audit.record(tx, by=by, action="identity.client.registered", subject=made.id)
            return made
        known = await store.client(tx, client_id=made.id)
    if known is None or known[1] != request_print:
        raise Refused(DUPLICATE_CLIENT_ID, "Another client has this id. Choose another one.")
    return known[0]


async def change(context: Context, *, by: Actor, client_id: str, asked: Registration) -> Client:
    """Change a relying party, all but its key; raises Refused with the published code."""
    async with context.database.transaction() as tx:
        known = await store.client(tx, client_id=client_id)
        if known is None or known[0].own:
            raise Refused(INVALID_CLIENT_ID, "No relying party has this id.")
        made = model.changed(known[0], asked, encrypted_only=_encrypted_only(context))
        if made != known[0]:
            await store.change_client(tx, made, now=clock.timestamp())
            detail = {"status": made.status}
            await audit.record(tx, by=by, action="identity.client.changed", subject=made.id, detail=detail)
    return made


async def register_own(
    context: Context,
    *,
    by: Actor,
    client_id: str,
    secret: str,
    application: str = "",
    scopes: str = "",
    redirect_uris: tuple[str, ...] = (),
    name: str = "",
    backchannel_logout_uri: str = "",
) -> Client:
    """Add or replace an application or the pages of a package of this country.

    Raises BadRequest for an address that would not be safe to return to, or for the id of a relying party.
    """
    told = (backchannel_logout_uri,) if backchannel_logout_uri else ()
    if not all(model.safe_redirect(uri) for uri in (*redirect_uris, *told)):
        raise BadRequest("An address to return to must be absolute and without fragment or credentials.")
    made = Client(
        id=client_id,
        name=name or application or client_id,
        redirect_uris=redirect_uris,
        secret_hash=model.hashed(secret),
        grant_types=(model.AUTHORISATION_CODE, model.CLIENT_CREDENTIALS)
        if redirect_uris
        else (model.CLIENT_CREDENTIALS,),
        auth_methods=model.SECRET_METHODS,
        subject_type="public",
        application=application,
        scopes=scopes,
        backchannel_logout_uri=backchannel_logout_uri,
    )
    async with context.database.transaction() as tx:
        known = await store.client(tx, client_id=client_id)
        if known is not None and not known[0].own:
            raise BadRequest("A relying party has this id. Choose another one.")
        if known is not None and replace(known[0], status="active") == made:
            return made
        if known is None:
            await store.add_client(tx, made, request_print="", now=clock.timestamp())
        else:
            await store.change_client(tx, made, now=clock.timestamp())
        await audit.record(tx, by=by, action="identity.client.registered", subject=client_id, detail={"scopes": scopes})
    return made


async def client(context: Context, *, client_id: str) -> Client | None:
    """Return a client whatever its status, or nothing."""
    if not client_id.isprintable():
        # No client is called so, and not every database can look for it.
        return None
    async with context.database.reading(one_statement=True) as tx:
        found = await store.client(tx, client_id=client_id)
    return found[0] if found is not None else None


async def active(context: Context, *, client_id: str) -> Client | None:
    """Return a client that may ask for tokens, or nothing."""
    found = await client(context, client_id=client_id)
    return found if found is not None and found.status == "active" else None


async def told_of_ends(tx: Transaction) -> dict[str, Client]:
    """Return by their ids the clients that want to be told when a session is over."""
    return {one.id: one for one in await store.told_of_ends(tx)}


async def relying_party(context: Context, *, client_id: str) -> Client:
    """Return a relying party whatever its status; raises NotFound."""
    found = await client(context, client_id=client_id)
    if found is None or found.own:
        raise NotFound
    return found


async def relying_parties(context: Context, *, limit: int, after: str = "") -> list[Client]:
    """Return relying parties in the order of their ids, from one on."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.clients_after(tx, subject_type="pairwise", after=after, limit=limit)


async def own_clients(context: Context, *, limit: int, after: str = "") -> list[Client]:
    """Return the country's own applications and pages in the order of their ids, from one on."""
    async with context.database.reading(one_statement=True) as tx:
        return await store.clients_after(tx, subject_type="public", after=after, limit=limit)


def _encrypted_only(context: Context) -> bool:
    return context.settings.profile == "production"
