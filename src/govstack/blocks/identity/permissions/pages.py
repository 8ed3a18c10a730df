"""The page on which people see what they allowed services to know, and take it back."""

from __future__ import annotations

from govstack.blocks.identity.frame.presenters import Words, framed
from govstack.blocks.identity.permissions import presenters, service
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sign-in",))


@routes.page("/me/permissions", access=signed_in(), operation_id="myPermissions")
async def my_permissions(call: Call) -> Page:
    """Show what a person allowed services to know."""
    kept = await service.of_person(call.context, by=call.actor)
    return framed(
        call, "permissions", "my_permissions.html", {"permissions": presenters.allowed(Words(call.language), kept)}
    )


@routes.form("/me/permissions/withdraw", access=signed_in(), operation_id="withdrawPermission")
async def withdraw(call: Call) -> Redirect:
    """Take back what a person allowed a service."""
    await service.withdraw(call.context, by=call.actor, client_id=call.form.get("client", ""))
    return Redirect("/me/permissions")
