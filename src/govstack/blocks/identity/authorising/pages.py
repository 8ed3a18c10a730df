"""The pages of signing in: who is there, what proves it, what is passed on, and signing out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from govstack.blocks.identity.authorising import presenters, service
from govstack.blocks.identity.authorising.errors import NotProved
from govstack.blocks.identity.authorising.model import PASSKEY, Named
from govstack.blocks.identity.authorising.presenters import CHOOSE_SOMEBODY, SAY_WHO
from govstack.blocks.identity.authorising.schemas import AuthorizeQuery, LogoutQuery, StepQuery
from govstack.blocks.identity.authorising.service import Step
from govstack.blocks.identity.clients import service as clients
from govstack.blocks.identity.frame.presenters import Words
from govstack.blocks.identity.sessions import service as sessions
from govstack.blocks.identity.sessions.model import COOKIE, cookie
from govstack.blocks.identity.transactions.model import Stage, Transaction
from govstack.blocks.identity.wallets import service as wallets
from govstack.kernel.errors import TooLarge
from govstack.kernel.routing import Call, Routes, public
from govstack.kernel.sessions import parse_cookies
from govstack.kernel.wire import QUERY_CHARACTERS_MAX, policy_leading_to
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sign-in",))
_BY_POST: Mapping[str, Any] = {
    "access": public(), "kind": "page", "answer_type": "text/html", "status": 303,
    "body_types": ("application/x-www-form-urlencoded",),
}  # fmt: skip


@routes.page("/authorize", access=public(), query=AuthorizeQuery, operation_id="authorize")
async def authorize(call: Call) -> Redirect:
    """Begin to sign a person in (OpenID Connect Core 3.1.2)."""
    query: AuthorizeQuery = call.query
    step = await service.begin(
        call.context, asked=query.asked(), browser=_browser(call), session_secret=_session_secret(call)
    )
    return _go_on(call, step)


@routes.operation("POST", "/authorize", operation_id="authorizePosted", **_BY_POST)
async def authorize_by_post(call: Call) -> Redirect:
    """Begin to sign a person in for a client that posts its request (OpenID Connect Core 3.1.2.1).

    The browser goes on by GET: with a form from elsewhere it does not send what it is known by.
    """
    return _by_get(call, "/authorize", AuthorizeQuery)


@routes.page("/sign-in", access=public(), query=StepQuery, operation_id="signIn")
async def sign_in(call: Call) -> Page:
    """Show the step that a sign-in is at."""
    transaction = await _under_way(call, call.query.transaction)
    if transaction.stage is Stage.AUTHENTICATED:
        return await _permission(call, transaction)
    if call.query.way == PASSKEY:
        return await _passkey(call, transaction)
    return await _who(call, transaction)


@routes.form("/sign-in/person", access=public(), operation_id="signInPerson")
async def name_person(call: Call) -> Page:
    """Take who says to be there, and ask for a proof."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    subject, identifier = call.form.get("person", ""), call.form.get("identifier", "").strip()
    if not subject and not identifier:
        offered = await service.people_to_choose(call.context)
        errors = {"person": CHOOSE_SOMEBODY} if offered else {"identifier": SAY_WHO}
        return await _who(call, transaction, errors=errors)
    who = await service.name_person(call.context, transaction=transaction, identifier=identifier, subject=subject)
    return await _proof(call, transaction, who, "")


@routes.form("/sign-in/way", access=public(), operation_id="signInWay")
async def choose_way(call: Call) -> Page:
    """Ask for a proof in another way; one that is sent is sent now."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    way = call.form.get("way", "")
    who = await service.named(call.context, transaction=transaction)
    if way == PASSKEY:
        return await _passkey(call, transaction)
    return await _who(call, transaction) if who is None else await _proof(call, transaction, who, way)


@routes.form("/sign-in/proof", access=public(), operation_id="signInProof")
async def give_proof(call: Call) -> Page | Redirect:
    """Check what proves who is there, and go on."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    way, value = call.form.get("way", ""), call.form.get("proof", "")
    try:
        if way == PASSKEY:
            step = await service.prove_by_passkey(
                call.context,
                transaction=transaction,
                asked_id=call.form.get("asked", ""),
                answer=call.form.get("answer", ""),
            )
        else:
            step = await service.prove(call.context, transaction=transaction, kind=way, value=value)
    except NotProved as wrong:
        if way == PASSKEY:
            return await _passkey(call, transaction, errors={"proof": wrong.detail})
        who = await service.named(call.context, transaction=transaction)
        errors = {"proof": wrong.detail}
        return await _proof(call, transaction, who or Named(""), way, errors=errors)
    if step.lacks:
        who = await service.named(call.context, transaction=transaction)
        return await _proof(call, transaction, who or Named(""), "")
    return _go_on(call, step)


@routes.form("/sign-in/permission", access=public(), operation_id="signInPermission")
async def give_permission(call: Call) -> Redirect:
    """Take what the person allows, and lead back."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    if call.form.get("answer") != "allow":
        return Redirect(await service.refuse(call.context, transaction=transaction))
    claims = tuple(call.form_lists.get("claims", ()))
    return _go_on(call, await service.permit(call.context, transaction=transaction, claims=claims))


@routes.form("/sign-in/end", access=public(), operation_id="signInEnd")
async def leave(call: Call) -> Redirect:
    """Lead back without signing in."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    return Redirect(await service.refuse(call.context, transaction=transaction))


@routes.page("/oidc/logout", access=public(), query=LogoutQuery, operation_id="logout")
async def logout(call: Call) -> Page | Redirect:
    """Sign out: at once for a client that proves whom it signed in, else after the person has said so."""
    query: LogoutQuery = call.query
    way = await service.way_out(
        call.context,
        id_token=query.id_token_hint,
        client_id=query.client_id,
        target=query.post_logout_redirect_uri,
        state=query.state,
        session_secret=_session_secret(call),
    )
    if way.proved or not await service.has_session(call.context, secret=_session_secret(call)):
        return await _signed_out(call, way.target)
    values = {"client": way.client_id, "target": query.post_logout_redirect_uri, "state": query.state}
    headers = policy_leading_to(presenters.origin(way.target)) if way.target else {}
    return Page("sign_out.html", {**values, "errors": {}}, headers=headers)


@routes.operation("POST", "/oidc/logout", operation_id="logoutPosted", **_BY_POST)
async def logout_by_post(call: Call) -> Redirect:
    """Sign out for a client that posts its request (RP-Initiated Logout 1.0 section 2); the browser goes on by GET."""
    return _by_get(call, "/oidc/logout", LogoutQuery)


@routes.form("/oidc/logout/confirmed", access=public(), operation_id="logoutConfirmed")
async def confirm_logout(call: Call) -> Page | Redirect:
    """Sign out, as the person has said."""
    way = await service.way_out(
        call.context,
        id_token="",
        client_id=call.form.get("client", ""),
        target=call.form.get("target", ""),
        state=call.form.get("state", ""),
        session_secret="",
    )
    return await _signed_out(call, way.target)


@routes.page("/signed-out", access=public(), operation_id="signedOut")
async def signed_out(call: Call) -> Page:
    """Say that signing out is done."""
    return Page("signed_out.html", {})


def _by_get(call: Call, path: str, shape: type[msgspec.Struct]) -> Redirect:
    """Lead to the same request by GET; what nobody reads there is left out."""
    query = urlencode({name: call.form[name] for name in shape.__struct_fields__ if call.form.get(name)})
    if len(query) > QUERY_CHARACTERS_MAX:
        raise TooLarge
    return Redirect(f"{path}?{query}")


async def _signed_out(call: Call, target: str) -> Redirect:
    secret = _session_secret(call)
    if secret:
        await sessions.end(call.context, secret=secret)
    cookies = (_session_cookie(call, ""),) if secret else ()
    return Redirect(target or "/signed-out", cookies=cookies)


async def _who(call: Call, transaction: Transaction, *, errors: dict[str, str] | None = None) -> Page:
    people = await service.people_to_choose(call.context)
    values = {
        "groups": presenters.groups(people, call.language),
        "transaction": transaction.id,
        "service": await _service_name(call, transaction),
        "passkeys": PASSKEY in service.ways(transaction),
        "wallet": wallets.offered(call.context, levels=transaction.request.acr_values),
        "errors": errors or {},
    }
    return _page("who.html", transaction, values, status=400 if errors else 200)


async def _proof(
    call: Call, transaction: Transaction, who: Named, way: str, *, errors: dict[str, str] | None = None
) -> Page:
    ways = service.ways(transaction, who)
    chosen = way if way in ways else ways[0] if ways else ""
    shown = await service.send_code(call.context, transaction=transaction, who=who) if _sends(chosen, errors) else ""
    values = {
        "transaction": transaction.id,
        "way": chosen,
        "label": presenters.WAY_WORDS.get(chosen, ""),
        "others": [(kind, presenters.WAY_WORDS[kind]) for kind in ways if kind != chosen],
        "shown_code": shown,
        "second": bool(who.methods),
        "errors": errors or {},
    }
    return _page("proof.html", transaction, values, status=400 if errors else 200)


async def _passkey(call: Call, transaction: Transaction, *, errors: dict[str, str] | None = None) -> Page:
    values = {
        "transaction": transaction.id,
        "question": await service.ask_passkey(call.context, transaction=transaction),
        "errors": errors or {},
    }
    return _page("passkey.html", transaction, values, status=400 if errors else 200)


def _sends(way: str, errors: dict[str, str] | None) -> bool:
    # A page that shows a wrong code again asks for the one that was sent.
    return way == "otp" and not errors


async def _permission(call: Call, transaction: Transaction) -> Page:
    values = {
        **presenters.asked(Words(call.language), transaction),
        "transaction": transaction.id,
        "service": await _service_name(call, transaction),
        "errors": {},
    }
    return _page("permission.html", transaction, values, status=200)


def _page(template: str, transaction: Transaction, values: Mapping[str, object], *, status: int) -> Page:
    # The form of the last step ends at the relying party.
    headers = policy_leading_to(presenters.origin(transaction.request.redirect_uri))
    return Page(template, values, status=status, headers=headers)


async def _service_name(call: Call, transaction: Transaction) -> str:
    return presenters.service_name(await clients.client(call.context, client_id=transaction.request.client_id))


async def _under_way(call: Call, transaction_id: str) -> Transaction:
    return await service.under_way(call.context, transaction_id=transaction_id, browser=_browser(call))


def _go_on(call: Call, step: Step) -> Redirect:
    cookies = (_session_cookie(call, step.session_secret),) if step.session_secret else ()
    return Redirect(step.back or f"/sign-in?transaction={step.transaction.id}", cookies=cookies)


def _browser(call: Call) -> str:
    """Return what only this browser has: the token of its forms is bound to its visit."""
    return str(call.session.get("csrf_token", ""))


def _session_secret(call: Call) -> str:
    return parse_cookies(call.headers.get("cookie", "")).get(COOKIE, "")


def _session_cookie(call: Call, secret: str) -> str:
    return cookie(secret, public_url=call.context.public_url, mount=call.mount)
