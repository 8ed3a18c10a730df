"""Rights for administrators: the matrix, one right, the allow list of a service (I1, I4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import WHOLE_SERVICE, Application, EndpointKey, Power, Service, may
from govstack.blocks.mediator.directory.presenters import Words, faults, framed, kept, step
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import SEARCH_CHARACTERS_MAX, Held, Search
from govstack.blocks.mediator.rights import presenters, service
from govstack.blocks.mediator.rights.errors import AlreadyDecided
from govstack.blocks.mediator.rights.model import AccessRequest, RequestState
from govstack.blocks.mediator.rights.presenters import NONE, SOME, WHOLE
from govstack.blocks.mediator.services import service as services
from govstack.kernel.errors import NotFound
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("rights pages",))
SERVICE = "/members/{memberClass}/{memberCode}/applications/{applicationCode}/services/{serviceCode}"
PROVIDED = "/rights/{memberClass}/{memberCode}/{applicationCode}/{serviceCode}"
PAIR = PROVIDED + "/{clientClass}/{clientMember}/{clientApplication}"
PURPOSE_CHARACTERS_MAX = 4_000
OPENED_MAX = 5
REQUESTS_SHOWN = 20
OFFERED = "/directory/{memberClass}/{memberCode}/{applicationCode}/{serviceCode}"


class MatrixQuery(msgspec.Struct, frozen=True):
    """Which services and applications to cross; `open` names services to show by endpoint, separated by commas."""

    q: str = ""
    member: str = ""
    consumer: str = ""
    opened: str = msgspec.field(name="open", default="")
    column: int = 1
    page: int = 1
    lang: str = ""

    def search(self) -> Search:
        """Return which services to look for."""
        return Search(self.q[:SEARCH_CHARACTERS_MAX], member=self.member, page=max(self.page, 1))


class ListQuery(msgspec.Struct, frozen=True):
    """Which part of a list to show."""

    q: str = ""
    page: int = 1
    lang: str = ""


class RequestsQuery(msgspec.Struct, frozen=True):
    """Which requests to list: those to an application (the provider), or those of one (the consumer)."""

    state: Literal["", "requested", "approved", "rejected", "withdrawn"] = ""
    application: str = ""
    side: Literal["", "provider", "consumer"] = ""
    token: str = ""
    lang: str = ""


@routes.page("/rights", access=signed_in(), query=MatrixQuery, operation_id="rightsPage")
async def matrix(call: Call) -> Page:
    """Cross services with the applications that use them."""
    words, query = Words(call.language), call.query
    opened = [name for name in query.opened.split(",") if name][:OPENED_MAX]
    found = await explorer.matrix(
        call.context,
        by=call.actor,
        search=query.search(),
        consumer=query.consumer,
        column=max(query.column, 1),
        opened=opened,
    )
    labels = {"q": query.q, "member": query.member, "consumer": query.consumer}
    values = {
        "lines": presenters.lines(words, found),
        "columns": found.applications,
        "listing": found.services,
        "query": query,
        "opened": opened,
        "chosen": [
            (text, lists.address("/rights", {other: labels[other] for other in labels if other != name}))
            for name, text in labels.items()
            if text
        ],
    }
    return framed(call, "rights", "rights.html", values)


@routes.page(SERVICE + "/rights", access=signed_in(), query=ListQuery, operation_id="serviceRightsPage")
async def allow_list(call: Call) -> Page:
    """Show who may use a service."""
    found = await _service(call)
    words = Words(call.language)
    clients = await explorer.clients(call.context, by=call.actor, service=found, page=max(call.query.page, 1))
    names = await explorer.names(call.context, [f"{found.instance}/{found.application}"])
    known = names.get(f"{found.instance}/{found.application}")
    values = {
        "service": found,
        "base": lists.service_path(found.subject),
        "application_name": known.application if known else found.application_code,
        "application_href": lists.application_path(found.application),
        "member_name": known.member if known else found.member_code,
        "listing": clients,
        "rows": presenters.client_rows(words, found, clients.rows),
        "grants": may(call.actor, Power.GRANT, application=found.application),
    }
    return framed(call, "services", "service_rights.html", values)


@routes.page(SERVICE + "/rights/new", access=signed_in(), query=ListQuery, operation_id="chooseClientPage")
async def choose_client(call: Call) -> Page:
    """Ask which application shall use a service."""
    found = await _service(call)
    directory.require(call.actor, Power.GRANT, application=found.application)
    search = Search(call.query.q[:SEARCH_CHARACTERS_MAX], page=max(call.query.page, 1))
    clients = await explorer.connected_applications(call.context, search=search)
    rows = [
        ({"text": one.name, "href": f"/rights/{found.subject}/{one.subject}"}, one.member_name, {"code": one.subject})
        for one in clients.rows
    ]
    base = f"{lists.service_path(found.subject)}/rights"
    values = {"service": found, "base": base, "listing": clients, "rows": rows, "search": search}
    return framed(call, "services", "service_rights_new.html", values)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A service, an application, and what the one may use of the other."""

    service: Service
    client: Application
    held: Held

    @property
    def values(self) -> dict[str, object]:
        """Return what stands on each page about the two."""
        return {
            "service": self.service,
            "client": self.client,
            "held": self.held,
            "action": f"/rights/{self.service.subject}/{self.client.subject}",
            "back": _list_path(self.service),
        }


@dataclass(frozen=True, slots=True)
class _Answers:
    """What a form says that an application shall be able to use."""

    extent: str
    names: list[str]
    purpose: str

    def keys(self, service_: Service) -> frozenset[EndpointKey]:
        """Return the endpoints that are asked for."""
        return presenters.chosen_keys(service_, self.extent, self.names)


@routes.page(PAIR, access=signed_in(), operation_id="rightPage")
async def one_right(call: Call) -> Page:
    """Show what an application may use of a service, and let its provider change it."""
    pair, words = await _pair(call), Words(call.language)
    held = pair.held
    if not may(call.actor, Power.GRANT, application=pair.service.application):
        values = {
            **pair.values,
            "rows": presenters.endpoint_states(words, pair.service, held.endpoints),
            "said": presenters.in_words(words, held.endpoints),
        }
        return framed(call, "rights", "right.html", values)
    names = [presenters.name(key) for key in held.endpoints]
    return _form_page(call, pair, _Answers(presenters.held_choice(held), names, held.purpose), {})


@routes.form(PAIR, access=signed_in(), operation_id="changeRightForm")
async def change(call: Call) -> Page | Redirect:
    """Show a changed right before and after, and put it in place."""
    pair, words = await _pair(call), Words(call.language)
    directory.require(call.actor, Power.GRANT, application=pair.service.application)
    values = kept(call, "extent", "purpose")
    answers = _Answers(values["extent"], call.form_lists.get("endpoint", []), values["purpose"])
    errors = _wrong(words, pair, answers)
    if errors or step(call) == "edit":
        return _form_page(call, pair, answers, errors if step(call) != "edit" else {})
    keys, held = answers.keys(pair.service), pair.held
    if keys == held.endpoints or (held.whole and keys == {one.key for one in pair.service.endpoints}):
        return Redirect(_list_path(pair.service))
    if step(call) == "check":
        shown = {
            **pair.values,
            "before": presenters.in_words(words, held.endpoints),
            "after": presenters.in_words(words, keys),
            "values": values,
            "names": answers.names,
            "takes": not keys,
        }
        return framed(call, "rights", "right_check.html", shown)
    await _set(call, pair, keys, answers.purpose)
    notice = words(_("The right was changed.")) if keys else words(_("The right was taken away."))
    return Redirect(_list_path(pair.service), notice=notice)


@routes.page("/requests", access=signed_in(), query=RequestsQuery, operation_id="requestsPage")
async def requests(call: Call) -> Page:
    """List requests for access: to whom somebody decides, or of the application somebody speaks for."""
    words, query = Words(call.language), call.query
    everything = may(call.actor, Power.READ) or may(call.actor, Power.GRANT)
    own = [] if everything else await explorer.own_applications(call.context, by=call.actor, power=Power.GRANT)
    application = query.application or (own[0].subject if own else "")
    side = {"consumer" if query.side == "consumer" else "provider": application}
    found = await service.requests(
        call.context, by=call.actor, state=query.state, **side, page_size=REQUESTS_SHOWN, page_token=query.token
    )
    names = await explorer.names(call.context, [one.client for one in found.requests])
    used = {"state": query.state, "application": query.application, "side": query.side}
    following = lists.address("/requests", {**used, "token": found.next_page_token}) if found.next_page_token else ""
    values = {
        "rows": presenters.request_rows(words, found.requests, names),
        "query": query,
        "application": application,
        "own": [(one.subject, one.name) for one in own],
        "everything": everything,
        "states": [(name, words(label)) for name, (label, _sign) in presenters.STATES.items()],
        "first_href": lists.address("/requests", used) if query.token else "",
        "next_href": following,
    }
    return framed(call, "rights", "requests.html", values)


@routes.page("/requests/{requestId}", access=signed_in(), operation_id="requestPage")
async def one_request(call: Call) -> Page:
    """Show a request for access, and what each side can do about it."""
    words = Words(call.language)
    found = await service.request(call.context, by=call.actor, request_id=call.path["requestId"])
    names = await explorer.names(call.context, [found.client])
    values = {
        "request": found,
        "status": presenters.state(words, found),
        "facts": presenters.request_facts(words, found, names),
        "name": presenters.application_name(names, found.client),
        "service_href": lists.service_path(found.service.partition("/")[2], public=True),
        "endpoints": sorted(found.endpoints),
        "acts": _acts(call, found),
    }
    return framed(call, "rights", "request.html", values)


@routes.page("/requests/{requestId}/decide/{state}", access=signed_in(), operation_id="decideRequestPage")
async def ask_decision(call: Call) -> Page:
    """Ask whether, and why, a request is decided so."""
    found, state = await _decided(call)
    template = "decide.html" if state is RequestState.REJECTED else "decide_check.html"
    return framed(call, "rights", template, await _decision_values(call, found, state, ""))


@routes.form("/requests/{requestId}/decide/{state}", access=signed_in(), operation_id="decideRequestForm")
async def decide(call: Call) -> Page | Redirect:
    """Show a decision with its reason, and carry it out."""
    found, state = await _decided(call)
    words, reason = Words(call.language), call.form.get("reason", "").strip()
    shown = await _decision_values(call, found, state, reason)
    if state is RequestState.REJECTED and (not reason or step(call) == "edit"):
        missing = {} if reason else {"reason": words(_("Say why, so that the other side knows what to do"))}
        return framed(call, "rights", "decide.html", {**shown, "errors": missing}, status=400 if missing else 200)
    if step(call) != "send":
        return framed(call, "rights", "decide_check.html", shown)
    await service.decide_request(call.context, by=call.actor, request_id=found.id, state=state, reason=reason)
    return Redirect(f"/requests/{found.id}", notice=words(presenters.ACTS[state].done))


@routes.page(OFFERED + "/ask", access=signed_in(), operation_id="askForAccessPage")
async def ask_wish(call: Call) -> Page:
    """Ask for which application, for what and for how much access is asked."""
    values = {"client": "", "extent": WHOLE, "purpose": "", "agreement": ""}
    return await _ask_page(call, values, [], {})


@routes.form(OFFERED + "/ask", access=signed_in(), operation_id="askForAccessForm")
async def ask(call: Call) -> Page | Redirect:
    """Show a request for access, and send it."""
    words, values = Words(call.language), kept(call, "client", "extent", "purpose", "agreement")
    names = call.form_lists.get("endpoint", [])
    if step(call) == "edit":
        return await _ask_page(call, values, names, {})
    offered = await _offered(call)
    errors = faults(words, values, presenters.WISH)
    keys = presenters.chosen_keys(offered, values["extent"], names)
    if values["extent"] == SOME and not keys:
        errors["endpoint"] = words(_("Choose at least one endpoint"))
    if errors:
        return await _ask_page(call, values, names, errors)
    if step(call) == "check":
        known = await explorer.names(call.context, [f"{offered.instance}/{values['client']}"])
        rows = presenters.wish_facts(words, offered, values, keys, known)
        shown = {"service": offered, "values": values, "names": names, "rows": rows}
        return framed(call, "directory", "ask_check.html", shown)
    wish = service.Wish(
        offered.subject, values["client"], tuple(sorted(keys - {WHOLE_SERVICE})), purpose=values["purpose"]
    )
    made = await service.request_access(call.context, by=call.actor, wish=wish, agreement=values["agreement"])
    return Redirect(f"/requests/{made.id}", notice=words(_("The request was sent to the provider.")))


def _wrong(words: Words, pair: _Pair, answers: _Answers) -> dict[str, str]:
    errors: dict[str, str] = {}
    if answers.extent not in {NONE, WHOLE, SOME}:
        errors["extent"] = words(_("Choose what the application may use"))
    elif answers.extent == SOME and not answers.keys(pair.service):
        errors["endpoint"] = words(_("Choose at least one endpoint"))
    if len(answers.purpose) > PURPOSE_CHARACTERS_MAX:
        errors["purpose"] = words(_("Shorten the purpose to 4,000 characters"))
    return errors


async def _set(call: Call, pair: _Pair, keys: frozenset[EndpointKey], purpose: str) -> None:
    """Let a right be exactly this, by what must come and what must go."""

    def wish(endpoints: frozenset[EndpointKey]) -> list[service.Wish]:
        plain = tuple(sorted(endpoints - {WHOLE_SERVICE}))
        return [service.Wish(pair.service.subject, pair.client.subject, plain, purpose=purpose)]

    if not keys or WHOLE_SERVICE in keys:
        act = service.allow if keys else service.deny
        await act(call.context, by=call.actor, wishes=wish(keys))
        return
    everything = frozenset(one.key for one in pair.service.endpoints)
    before = everything if pair.held.whole else pair.held.endpoints
    if keys - before:
        await service.allow(call.context, by=call.actor, wishes=wish(keys - before))
    if before - keys:
        await service.deny(call.context, by=call.actor, wishes=wish(before - keys))


async def _service(call: Call) -> Service:
    path = call.path
    found = await services.service(
        call.context,
        by=call.actor,
        member_class=path["memberClass"],
        member_code=path["memberCode"],
        application_code=path["applicationCode"],
        code=path["serviceCode"],
    )
    explorer.require_rights(call.actor, found.application)
    return found


async def _pair(call: Call) -> _Pair:
    path = call.path
    service_parts = ("memberClass", "memberCode", "applicationCode", "serviceCode")
    client_parts = ("clientClass", "clientMember", "clientApplication")
    found, client = await explorer.pair(
        call.context,
        by=call.actor,
        service=tuple(path[part] for part in service_parts),
        application=tuple(path[part] for part in client_parts),
    )
    held = await explorer.held(call.context, by=call.actor, service=found, application=client)
    return _Pair(found, client, held)


def _list_path(found: Service) -> str:
    return f"{lists.service_path(found.subject)}/rights"


def _form_page(call: Call, pair: _Pair, answers: _Answers, errors: dict[str, str]) -> Page:
    shown = {
        **pair.values,
        "extent": answers.extent,
        "names": answers.names,
        "purpose": answers.purpose,
        "choices": presenters.endpoint_choices(pair.service),
        "errors": errors,
    }
    return framed(call, "rights", "right_change.html", shown, status=400 if errors else 200)


def _acts(call: Call, request: AccessRequest) -> list[tuple[str, str, str]]:
    """Return what somebody may decide about a request, as (label, address, kind) of buttons."""
    if request.state is not RequestState.REQUESTED:
        return []
    sides = (
        (request.provider, (RequestState.APPROVED, RequestState.REJECTED)),
        (request.consumer, (RequestState.WITHDRAWN,)),
    )
    return [
        (presenters.ACTS[state].label, f"/requests/{request.id}/decide/{state}", presenters.ACTS[state].kind)
        for application, states in sides
        if may(call.actor, Power.GRANT, application=application)
        for state in states
    ]


async def _decided(call: Call) -> tuple[AccessRequest, RequestState]:
    """Return the request and the decision that an address names, if it can be decided by this person now."""
    try:
        state = RequestState(call.path["state"])
    except ValueError as error:
        raise NotFound from error
    found = await service.request(call.context, by=call.actor, request_id=call.path["requestId"])
    side = found.consumer if state is RequestState.WITHDRAWN else found.provider
    directory.require(call.actor, Power.GRANT, application=side)
    if found.state is not RequestState.REQUESTED or state is RequestState.REQUESTED:
        raise AlreadyDecided
    return found, state


async def _decision_values(call: Call, request: AccessRequest, state: RequestState, reason: str) -> dict[str, object]:
    words, act = Words(call.language), presenters.ACTS[state]
    names = await explorer.names(call.context, [request.client])
    rows = presenters.request_facts(words, request, names)
    rows.append((words(_("Service")), request.service.partition("/")[2]))
    rows.append((words(_("Extent")), presenters.in_words(words, request.endpoints or {WHOLE_SERVICE})))
    return {
        "question": words(act.question, name=presenters.application_name(names, request.client)),
        "effect": words(act.effect),
        "button": words(act.button),
        "kind": act.kind,
        "rows": [*rows, *([(words(_("Reason")), reason)] if reason else [])],
        "reason": reason,
        "action": f"/requests/{request.id}/decide/{state}",
        "back": f"/requests/{request.id}",
    }


async def _offered(call: Call) -> Service:
    path = call.path
    return await explorer.offered_service(
        call.context,
        member_class=path["memberClass"],
        member_code=path["memberCode"],
        application_code=path["applicationCode"],
        code=path["serviceCode"],
    )


async def _ask_page(call: Call, values: dict[str, str], names: list[str], errors: dict[str, str]) -> Page:
    offered = await _offered(call)
    own = await explorer.own_applications(call.context, by=call.actor, power=Power.GRANT)
    clients = [(one.subject, f"{one.name} ({one.member_name})") for one in own if one.subject != offered.application]
    shown = {
        "service": offered,
        "values": values,
        "names": names,
        "clients": clients,
        "choices": presenters.endpoint_choices(offered),
        "errors": errors,
    }
    return framed(call, "directory", "ask.html", shown, status=400 if errors else 200)
