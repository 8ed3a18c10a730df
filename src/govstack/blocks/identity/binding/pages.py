"""A person's own pages: which wallets are bound to me, and revoking one."""

from __future__ import annotations

from govstack.blocks.identity.binding import presenters, service
from govstack.blocks.identity.binding.errors import UnknownBinding
from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.kernel import clock
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("wallet pages",))


@routes.page("/me/wallets", access=signed_in(), operation_id="myWalletsPage")
async def mine(call: Call) -> Page:
    """Show a person their wallets."""
    found = await service.mine(call.context, by=call.actor)
    return framed(call, "wallets", "my_wallets.html", {"rows": presenters.rows(Words(call.language), found)})


@routes.page("/me/wallets/{walletId}", access=signed_in(), operation_id="myWalletPage")
async def show(call: Call) -> Page:
    """Show a person one of their wallets."""
    found = await service.mine(call.context, by=call.actor)
    bound = next((one for one in found if one.id == call.path["walletId"]), None)
    if bound is None:
        raise UnknownBinding
    words = Words(call.language)
    values = {
        "here": f"/me/wallets/{bound.id}",
        "bound": bound,
        "use": presenters.use(words, bound),
        "state": presenters.state(words, bound),
        "works": bound.state(clock.timestamp()) == "bound",
    }
    return framed(call, "wallets", "my_wallet.html", values)


@routes.form("/me/wallets/{walletId}/revoke", access=signed_in(), operation_id="myWalletRevokeForm")
async def revoke(call: Call) -> Redirect:
    """Revoke a wallet."""
    await service.revoke(call.context, by=call.actor, binding_id=call.path["walletId"])
    return Redirect("/me/wallets", notice=_("The wallet was revoked. Nobody can sign in as you with it any more."))
