"""Signing in with a phone: the page that shows a link code, and asks how far the phone is. Works without scripts."""

from __future__ import annotations

import msgspec

from govstack.blocks.identity.authorising import presenters as sign_in
from govstack.blocks.identity.authorising import service as authorising
from govstack.blocks.identity.authorising.model import way_back
from govstack.blocks.identity.frame.errors import Refused
from govstack.blocks.identity.frame.presenters import drawn
from govstack.blocks.identity.linking import presenters, service
from govstack.blocks.identity.linking.errors import INVALID_LINK_CODE, INVALID_TRANSACTION
from govstack.blocks.identity.linking.model import Link
from govstack.blocks.identity.sessions.model import cookie
from govstack.blocks.identity.transactions.errors import TransactionOver
from govstack.blocks.identity.transactions.model import Transaction
from govstack.blocks.identity.wallets import service as wallets
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, public
from govstack.kernel.wire import policy_leading_to
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sign-in",))
RENEWED = _("The code on this page had ended. Here is a new one.")
NOT_YET = _("Your phone has not confirmed yet. Confirm on it, then press the button again.")
REFUSED = _("You refused on your phone. Use another way to sign in, or scan the new code.")


class WalletQuery(msgspec.Struct, frozen=True):
    """Which sign-in."""

    transaction: str = ""
    lang: str = ""


@routes.page("/sign-in/wallet", access=public(), query=WalletQuery, operation_id="signInWallet")
async def show_code(call: Call) -> Page:
    """Show a link code that a wallet reads."""
    return await _fresh(call, await _under_way(call, call.query.transaction))


@routes.form("/sign-in/wallet", access=public(), operation_id="signInWalletConfirmed")
async def confirmed(call: Call) -> Page | Redirect:
    """Go on when the person has confirmed on the phone; else say how far the phone is."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    return await _answer(call, transaction, part=False)


@routes.form("/sign-in/wallet/part", access=public(), operation_id="signInWalletPart")
async def look(call: Call) -> Page:
    """Return the part of the page that tells how far the phone is, for pages that ask by themselves."""
    transaction = await _under_way(call, call.form.get("transaction", ""))
    answer = await _answer(call, transaction, part=True)
    if isinstance(answer, Redirect):
        headers = {"HX-Redirect": answer.location}
        if answer.cookies:
            headers["Set-Cookie"] = answer.cookies[0]
        return Page("sign_in_wallet_done.html", {"back": answer.location}, headers=headers)
    return answer


async def _answer(call: Call, transaction: Transaction, *, part: bool) -> Page | Redirect:
    code = call.form.get("code", "")
    try:
        finished = await service.finish(call.context, transaction_id=transaction.id, code=code, own_browser=True)
        if finished is not None:
            made = cookie(finished.session_secret, public_url=call.context.public_url, mount=call.mount)
            back = way_back(transaction.request, code=finished.code, iss=call.context.public_url)
            return Redirect(back, cookies=(made,) if finished.session_secret else ())
        link = await service.status(call.context, transaction_id=transaction.id, code=code)
    except Refused as refusal:
        if refusal.error_code not in {INVALID_LINK_CODE, INVALID_TRANSACTION}:
            raise TransactionOver from refusal
        said = RENEWED if refusal.error_code == INVALID_LINK_CODE else REFUSED
        return await _fresh(call, transaction, said=said, part=part)
    return await _page(call, transaction, code=code, link=link, said="" if part else NOT_YET, part=part)


async def _fresh(call: Call, transaction: Transaction, *, said: str = "", part: bool = False) -> Page:
    made = await service.new_code(call.context, transaction_id=transaction.id)
    return await _page(call, transaction, code=made.text, link=None, said=said, part=part)


async def _page(call: Call, transaction: Transaction, *, code: str, link: Link | None, said: str, part: bool) -> Page:
    address = wallets.address(call.context, code=code)
    stage = "waiting" if link is None else presenters.stage(link)
    values = {
        "transaction": transaction.id,
        "code": code,
        "address": address,
        "picture": drawn(address),
        "stage": stage,
        "said": said,
        "sandbox": call.context.settings.profile == "sandbox",
        "errors": {},
    }
    # The form ends at the relying party.
    headers = policy_leading_to(sign_in.origin(transaction.request.redirect_uri))
    if part and not said and call.form.get("stage", "") == stage:
        # What somebody has opened stays open, and what has the focus keeps it.
        headers = {**headers, "HX-Reswap": "none"}
    return Page("sign_in_wallet_part.html" if part else "sign_in_wallet.html", values, headers=headers)


async def _under_way(call: Call, transaction_id: str) -> Transaction:
    browser = str(call.session.get("csrf_token", ""))
    return await authorising.under_way(call.context, transaction_id=transaction_id, browser=browser)
