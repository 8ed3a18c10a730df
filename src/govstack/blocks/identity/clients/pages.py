"""Administrators' pages: the relying parties, registering and changing one, and the country's own applications."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from govstack.blocks.identity.clients import presenters, service
from govstack.blocks.identity.clients.errors import (
    DUPLICATE_CLIENT_ID,
    INVALID_ACR,
    INVALID_CLAIM,
    INVALID_CLIENT_ID,
    INVALID_CLIENT_NAME,
    INVALID_PUBLIC_KEY,
    INVALID_REDIRECT_URI,
    INVALID_RP_ID,
    INVALID_URI,
)
from govstack.blocks.identity.clients.model import AUTHORISATION_CODE, PRIVATE_KEY_JWT, Registration
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.frame.presenters import ADD_CLIENT, ADMINISTER, CHANGE_CLIENT, Words, framed
from govstack.kernel.crypto import canonical
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("client pages",))
PARTIES, MACHINES = "/relying-parties", "/machine-clients"
CLIENTS_SHOWN = 50
# Beside which field of the form a refusal stands, and what the page says of it.
FAULTS: Mapping[str, tuple[str, str]] = {
    INVALID_CLIENT_ID: ("client_id", _("Enter an id of 1 to 50 characters")),
    DUPLICATE_CLIENT_ID: ("client_id", _("Another client has this id. Choose another one.")),
    INVALID_RP_ID: ("relying_party", _("Enter the id of the organisation, of 1 to 50 characters")),
    INVALID_CLIENT_NAME: ("name", _("Enter a name of 1 to 256 characters")),
    INVALID_URI: ("logo", _("Enter an address that begins with https://")),
    INVALID_REDIRECT_URI: (
        "redirects",
        _("Enter 1 to 50 different whole addresses, one a line, that begin with https://, without # and passwords"),
    ),
    INVALID_ACR: ("levels", _("Choose at least one way to prove who is there")),
    INVALID_CLAIM: ("claims", _("Choose at least one thing that it may ask for")),
    INVALID_PUBLIC_KEY: (
        "key",
        _("Paste the public key as a JSON Web Key with kty RSA and its modulus n, and nothing of the private key"),
    ),
}
WRONG_AGES = _("Enter whole years from 1 to 999 with spaces between, such as 16 18")


class ClientsQuery(msgspec.Struct, frozen=True):
    """Which part of a list."""

    after: str = ""
    lang: str = ""


@routes.page(PARTIES, access=needs(CHANGE_CLIENT), query=ClientsQuery, operation_id="relyingPartiesPage")
async def list_parties(call: Call) -> Page:
    """List the relying parties."""
    found = await service.relying_parties(call.context, after=call.query.after, limit=CLIENTS_SHOWN + 1)
    shown = found[:CLIENTS_SHOWN]
    values = {
        "rows": presenters.parties(Words(call.language), shown),
        "may_add": call.actor.may(ADD_CLIENT),
        **presenters.turning(PARTIES, call.query.after, shown, more=len(found) > CLIENTS_SHOWN),
    }
    return framed(call, "clients", "relying_parties.html", values)


@routes.page(f"{PARTIES}/new", access=needs(ADD_CLIENT), operation_id="relyingPartyNewPage")
async def ask_new(call: Call) -> Page:
    """Ask what a relying party is registered with."""
    return _new(call, presenters.EMPTY, errors={})


@routes.form(f"{PARTIES}/new", access=needs(ADD_CLIENT), operation_id="relyingPartyNewForm")
async def register(call: Call) -> Page | Redirect:
    """Register a relying party."""
    asked = _asked(call, client_id=call.form.get("client_id", "").strip())
    try:
        made = await service.register(call.context, by=call.actor, asked=asked, request=canonical(asked))
    except Refused as refusal:
        return _new(call, presenters.typed(call.form, call.form_lists), errors=_faults(refusal, asked))
    to = presenters.place(made) if call.actor.may(CHANGE_CLIENT) else f"{PARTIES}/new"
    return Redirect(to, notice=_("The relying party was registered. It can sign people in."))


@routes.page(f"{PARTIES}/{{clientId}}", access=needs(CHANGE_CLIENT), operation_id="relyingPartyPage")
async def show(call: Call) -> Page:
    """Show a relying party, with what can be changed."""
    party = await service.relying_party(call.context, client_id=call.path["clientId"])
    return await _party(call, presenters.given(party), errors={})


@routes.form(f"{PARTIES}/{{clientId}}", access=needs(CHANGE_CLIENT), operation_id="relyingPartyForm")
async def change(call: Call) -> Page | Redirect:
    """Change a relying party, all but its id and its key, or switch it off."""
    client_id = call.path["clientId"]
    status = "active" if call.form.get("active") == "yes" else "inactive"
    party = await service.relying_party(call.context, client_id=client_id)
    asked = _asked(call, client_id=client_id, status=status)
    try:
        await service.change(call.context, by=call.actor, client_id=client_id, asked=asked)
    except Refused as refusal:
        return await _party(call, presenters.typed(call.form, call.form_lists), errors=_faults(refusal, asked))
    return Redirect(presenters.place(party), notice=_("The relying party was changed."))


@routes.page(MACHINES, access=needs(ADMINISTER), query=ClientsQuery, operation_id="machineClientsPage")
async def list_machines(call: Call) -> Page:
    """List the country's own applications and pages."""
    found = await service.own_clients(call.context, after=call.query.after, limit=CLIENTS_SHOWN + 1)
    shown = found[:CLIENTS_SHOWN]
    values = {
        "rows": presenters.machines(Words(call.language), shown),
        **presenters.turning(MACHINES, call.query.after, shown, more=len(found) > CLIENTS_SHOWN),
    }
    return framed(call, "machines", "machine_clients.html", values)


def _new(call: Call, given: presenters.Given, *, errors: Mapping[str, str]) -> Page:
    values = {**presenters.choices(Words(call.language), given), "given": given, "errors": errors}
    return framed(call, "clients", "relying_party_new.html", values, status=400 if errors else 200)


async def _party(call: Call, given: presenters.Given, *, errors: Mapping[str, str]) -> Page:
    words = Words(call.language)
    party = await service.relying_party(call.context, client_id=call.path["clientId"])
    values = {
        **presenters.choices(words, given),
        **presenters.party(words, party),
        "given": given,
        "errors": errors,
    }
    return framed(call, "clients", "relying_party.html", values, status=400 if errors else 200)


def _asked(call: Call, *, client_id: str, status: str = "active") -> Registration:
    """Return what a form asks to register; the use case says what is wrong with it."""
    form, lists = call.form, call.form_lists
    return Registration(
        client_id=client_id,
        name=form.get("name", "").strip(),
        relying_party_id=form.get("relying_party", "").strip(),
        logo_uri=form.get("logo", "").strip(),
        redirect_uris=tuple(presenters.lines(form.get("redirects", ""))),
        acr_values=tuple(lists.get("levels", ())),
        public_key=form.get("key", ""),
        claims=(*lists.get("claims", ()), *presenters.questions(form.get("ages", ""))),
        grant_types=(AUTHORISATION_CODE,),
        auth_methods=(PRIVATE_KEY_JWT,),
        status=status,
    )


def _faults(refusal: Refused, asked: Registration) -> Mapping[str, str]:
    field, words = FAULTS.get(refusal.error_code, ("", refusal.detail))
    if field == "claims" and asked.claims:
        return {"ages": WRONG_AGES}
    return {field: words}
