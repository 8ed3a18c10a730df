"""The pages of signing in: who are you, and the one-time code."""

from __future__ import annotations

from urllib.parse import urlencode

from govstack.blocks.identity import presenters, service
from govstack.blocks.identity.errors import WrongCode
from govstack.blocks.identity.model import AuthorisationRequest
from govstack.blocks.identity.schemas import AuthorizeQuery
from govstack.kernel.errors import BadRequest
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, public
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("sign-in",))


@routes.page("/authorize", access=public(), query=AuthorizeQuery, operation_id="authorize")
async def authorize(call: Call) -> Page | Redirect:
    """Ask who is there."""
    query: AuthorizeQuery = call.query
    if not query.sign_in:
        if query.response_type != "code":
            raise BadRequest(_("Only the authorisation code flow is offered here."))
        request = AuthorisationRequest(
            query.client_id, query.redirect_uri, query.state, query.nonce, query.code_challenge, query.scope
        )
        started = await service.begin_sign_in(call.context, request=request, method=query.code_challenge_method)
        return Redirect(f"/authorize?sign_in={started}")
    people = await service.people_to_choose(call.context)
    values = {"groups": presenters.groups(people, call.language), "sign_in": query.sign_in, "errors": {}}
    return Page("who.html", values)


@routes.form("/sign-in/person", access=public(), operation_id="signInPerson")
async def choose_person(call: Call) -> Page:
    """Take the answer and show where the one-time code comes."""
    sign_in = call.form.get("sign_in", "")
    person_id = call.form.get("person", "")
    if not person_id:
        people = await service.people_to_choose(call.context)
        errors = {"person": presenters.CHOOSE_SOMEBODY}
        values = {"groups": presenters.groups(people, call.language), "sign_in": sign_in, "errors": errors}
        return Page("who.html", values, status=400)
    code = await service.name_person(call.context, sign_in_id=sign_in, person_id=person_id)
    return Page("code.html", {"sign_in": sign_in, "shown_code": code, "errors": {}})


@routes.form("/sign-in/code", access=public(), operation_id="signInCode")
async def give_code(call: Call) -> Page | Redirect:
    """Check the one-time code and go back to where the person came from."""
    sign_in = call.form.get("sign_in", "")
    try:
        request, code = await service.finish_sign_in(
            call.context, sign_in_id=sign_in, one_time_code=call.form.get("one_time_code", "")
        )
    except WrongCode as wrong:
        errors = {"one_time_code": wrong.detail}
        return Page("code.html", {"sign_in": sign_in, "shown_code": "", "errors": errors}, status=400)
    return Redirect(f"{request.redirect_uri}?{urlencode({'code': code, 'state': request.state})}")
