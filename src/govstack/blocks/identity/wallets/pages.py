"""Administrators' pages: the partners that run wallets, registering one, changing it, giving it another key."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.wallets import model, presenters, service
from govstack.blocks.identity.wallets.errors import PartnerExists
from govstack.blocks.identity.wallets.model import Keyed
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, needs
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("wallet partner pages",))
ADMINISTRATOR = needs("identity:administer")
BASE = "/wallet-partners"
PARTNERS_SHOWN = 50


class PartnersQuery(msgspec.Struct, frozen=True):
    """Which part of the list."""

    after: str = ""
    lang: str = ""


@routes.page(BASE, access=ADMINISTRATOR, query=PartnersQuery, operation_id="walletPartnersPage")
async def list_partners(call: Call) -> Page:
    """List the partners that run wallets."""
    found = await service.listed(call.context, after=call.query.after, limit=PARTNERS_SHOWN + 1)
    shown = found[:PARTNERS_SHOWN]
    values = {
        "rows": presenters.rows(Words(call.language), shown),
        "first": BASE if call.query.after else "",
        "next": f"{BASE}?after={shown[-1].id}" if len(found) > PARTNERS_SHOWN else "",
    }
    return framed(call, "partners", "wallet_partners.html", values)


@routes.page(f"{BASE}/new", access=ADMINISTRATOR, operation_id="walletPartnerNewPage")
async def ask_new(call: Call) -> Page:
    """Ask for a partner's id and name."""
    return _new(call, partner_id="", name="", errors={})


@routes.form(f"{BASE}/new", access=ADMINISTRATOR, operation_id="walletPartnerNewForm")
async def register(call: Call) -> Page:
    """Register a partner and show its key, this once."""
    partner_id, name = call.form.get("partner_id", "").strip(), call.form.get("name", "").strip()
    errors = model.complaints(partner_id=partner_id, name=name)
    if errors:
        return _new(call, partner_id=partner_id, name=name, errors=errors)
    try:
        made = await service.register(call.context, by=call.actor, partner_id=partner_id, name=name)
    except PartnerExists as problem:
        return _new(call, partner_id=partner_id, name=name, errors={"partner_id": problem.detail})
    return _key(call, made)


@routes.page(f"{BASE}/{{partnerId}}", access=ADMINISTRATOR, operation_id="walletPartnerPage")
async def show(call: Call) -> Page:
    """Show a partner, with what can be changed."""
    partner = await service.read(call.context, partner_id=call.path["partnerId"])
    return _partner(call, partner, errors={})


@routes.form(f"{BASE}/{{partnerId}}", access=ADMINISTRATOR, operation_id="walletPartnerForm")
async def change(call: Call) -> Page | Redirect:
    """Change what a partner is called, and whether it may bind."""
    partner = await service.read(call.context, partner_id=call.path["partnerId"])
    name, active = call.form.get("name", "").strip(), call.form.get("active", "") == "yes"
    errors = model.complaints(partner_id=partner.id, name=name)
    if errors:
        return _partner(call, model.Partner(partner.id, name, active, partner.registered_at), errors=errors)
    await service.change(call.context, by=call.actor, partner_id=partner.id, name=name, active=active)
    return Redirect(f"{BASE}/{partner.id}", notice=_("The partner was changed."))


@routes.form(f"{BASE}/{{partnerId}}/key", access=ADMINISTRATOR, operation_id="walletPartnerKeyForm")
async def renew_key(call: Call) -> Page:
    """Give a partner another key and show it, this once."""
    return _key(call, await service.renew_key(call.context, by=call.actor, partner_id=call.path["partnerId"]))


def _new(call: Call, *, partner_id: str, name: str, errors: dict[str, str]) -> Page:
    values = {"partner_id": partner_id, "name": name, "errors": errors}
    return framed(call, "partners", "wallet_partner_new.html", values, status=400 if errors else 200)


def _partner(call: Call, partner: model.Partner, *, errors: dict[str, str]) -> Page:
    values = {
        "here": f"{BASE}/{partner.id}",
        "partner": partner,
        "state": presenters.state(Words(call.language), partner),
        "errors": errors,
    }
    return framed(call, "partners", "wallet_partner.html", values, status=400 if errors else 200)


def _key(call: Call, made: Keyed) -> Page:
    return framed(call, "partners", "wallet_partner_key.html", {"partner": made.partner, "key": made.key})
