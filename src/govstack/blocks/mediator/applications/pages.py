"""Applications for administrators: register, decide, change, and the certificates that prove them (I3, I4, I7)."""

from __future__ import annotations

from typing import Literal, TypedDict

import msgspec

from govstack.blocks.mediator.applications import presenters, service
from govstack.blocks.mediator.applications.errors import CertificateTaken, NotPossible
from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.applications.presenters import ACTS, needs_reason, possible
from govstack.blocks.mediator.directory import service as directory
from govstack.blocks.mediator.directory.model import Application, Power, may
from govstack.blocks.mediator.directory.presenters import STATES, Field, Words, faults, framed, kept, refused, step
from govstack.blocks.mediator.directory.schemas import Code, Text
from govstack.blocks.mediator.explorer import presenters as lists
from govstack.blocks.mediator.explorer import service as explorer
from govstack.blocks.mediator.explorer.model import SEARCH_CHARACTERS_MAX, Search
from govstack.blocks.mediator.services import service as services
from govstack.kernel.errors import NotFound, Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call, Routes, signed_in
from govstack.web.answers import Page, Redirect

routes = Routes(tags=("application pages",))
APPLICATIONS = "/members/{memberClass}/{memberCode}/applications"
APPLICATION = APPLICATIONS + "/{applicationCode}"
PEM_BYTES_MAX = 100_000
Way = Literal["https", "http"]
DETAILS: tuple[Field, ...] = (
    ("name", Text, _("Enter a name that people know the application by")),
    ("connection", Way, _("Choose how the application is connected")),
)
NEW: tuple[Field, ...] = (
    ("code", Code, _("Enter a code of letters, digits, dots, dashes and underscores, such as register")),
    *DETAILS,
)


class _Owner(TypedDict):
    member_class: str
    member_code: str


class ApplicationsQuery(msgspec.Struct, frozen=True):
    """Which applications to list."""

    q: str = ""
    member: str = ""
    state: Literal["", "applied", "accepted", "rejected", "suspended", "removed"] = ""
    page: int = 1
    lang: str = ""


class UsesQuery(msgspec.Struct, frozen=True):
    """Which page of the rights to show."""

    page: int = 1
    lang: str = ""


@routes.page("/applications", access=signed_in(), query=ApplicationsQuery, operation_id="applicationsPage")
async def applications(call: Call) -> Page:
    """List the applications that somebody administers."""
    words, query = Words(call.language), call.query
    page = max(query.page, 1)
    search = Search(query.q[:SEARCH_CHARACTERS_MAX], member=query.member, state=query.state, page=page)
    found = await explorer.applications(call.context, by=call.actor, search=search)
    states = {name: words(label) for name, (label, _sign) in STATES.items()}
    labels = {
        "words": ("q", search.words),
        "member": ("member", search.member),
        "state": ("state", states.get(search.state, "")),
    }
    values = {
        "listing": found,
        "rows": lists.application_rows(words, found.rows),
        "search": search,
        "states": list(states.items()),
        "chosen": lists.chosen("/applications", search, labels),
    }
    return framed(call, "members", "applications.html", values)


@routes.page(APPLICATIONS + "/new", access=signed_in(), operation_id="registerApplicationPage")
async def ask_details(call: Call) -> Page:
    """Ask for the details of an application."""
    return await _new_page(call, {"code": "", "name": "", "connection": "https"}, {})


@routes.form(APPLICATIONS + "/new", access=signed_in(), operation_id="registerApplicationForm")
async def register(call: Call) -> Page | Redirect:
    """Check an application's details, show them, and apply."""
    words, values = Words(call.language), kept(call, "code", "name", "connection")
    errors = {} if step(call) == "edit" else faults(words, values, NEW)
    if step(call) == "edit" or errors:
        return await _new_page(call, values, errors)
    if step(call) == "check":
        return await _new_page(call, values, {}, template="application_new_check.html")
    try:
        made = await service.apply_application(
            call.context,
            by=call.actor,
            **_owner(call),
            code=values["code"],
            name=values["name"],
            connection="http" if values["connection"] == "http" else "https",
        )
    except Problem as problem:
        if problem.status >= 500 or problem.status in {401, 403, 404}:
            raise
        return await _new_page(call, values, refused(words, problem, "code"))
    path = f"/members/{made.member}/applications/{made.code}"
    return Redirect(path, notice=words(_("The application is registered and waits for a decision.")))


@routes.page(APPLICATION, access=signed_in(), query=UsesQuery, operation_id="applicationPage")
async def one_application(call: Call) -> Page | Redirect:
    """Show an application: what proves it, what it offers, what it may use."""
    card = await service.application(call.context, by=call.actor, **_owner(call), code=call.path["applicationCode"])
    found = card.application
    if not any(may(call.actor, power, application=found.subject) for power in Power):
        return Redirect(f"/directory/{found.subject}")
    words = Words(call.language)
    offered = await services.services(call.context, by=call.actor, **_owner(call), application_code=found.code)
    sees_rights = any(may(call.actor, power, application=found.subject) for power in (Power.READ, Power.GRANT))
    uses = None
    if sees_rights:
        page = max(call.query.page, 1)
        uses = await explorer.uses(call.context, by=call.actor, application=found, page=page)
    values = {
        "application": found,
        "base": f"/members/{found.member}/applications/{found.code}",
        "status": presenters.status(words, found),
        "facts": presenters.facts(words, found),
        "acts": presenters.acts(call.actor, found),
        "changes": may(call.actor, Power.REGISTER, application=found.subject),
        "offers": may(call.actor, Power.OFFER, application=found.subject) and found.connected,
        "certificates": [(one, presenters.grouped(one)) for one in card.certificates],
        "services": presenters.service_rows(words, offered),
        "uses": presenters.use_rows(words, uses.rows, application=found.subject) if uses else [],
        "listing": uses,
    }
    return framed(call, "members", "application.html", values)


@routes.page(APPLICATION + "/change", access=signed_in(), operation_id="changeApplicationPage")
async def show_details(call: Call) -> Page:
    """Show an application's details for changing."""
    found = await _managed(call)
    return _change_page(call, found, {"name": found.name, "connection": found.connection}, {})


@routes.form(APPLICATION + "/change", access=signed_in(), operation_id="changeApplicationForm")
async def change(call: Call) -> Page | Redirect:
    """Check changed details, show them, and write them."""
    found, words, values = await _managed(call), Words(call.language), kept(call, "name", "connection")
    errors = {} if step(call) == "edit" else faults(words, values, DETAILS)
    if step(call) == "edit" or errors:
        return _change_page(call, found, values, errors)
    if step(call) == "check":
        return _change_page(call, found, values, {}, template="application_change_check.html")
    await service.change_application(
        call.context,
        by=call.actor,
        **_owner(call),
        code=found.code,
        name=values["name"],
        connection="http" if values["connection"] == "http" else "https",
    )
    return Redirect(_path(found), notice=words(_("The details were changed.")))


@routes.page(APPLICATION + "/decide/{decision}", access=signed_in(), operation_id="decideApplicationPage")
async def ask_decision(call: Call) -> Page:
    """Ask whether, and why, an administrator decides so."""
    found, decision = await _decided(call)
    if needs_reason(decision):
        return _decide_page(call, found, decision, "", {})
    return _check_page(call, found, decision, "")


@routes.form(APPLICATION + "/decide/{decision}", access=signed_in(), operation_id="decideApplicationForm")
async def decide(call: Call) -> Page | Redirect:
    """Show a decision with its reason, and carry it out."""
    found, decision = await _decided(call)
    words, reason = Words(call.language), call.form.get("reason", "").strip()
    if needs_reason(decision) and (not reason or step(call) == "edit"):
        missing = {} if reason else {"reason": words(_("Say why, so that the other side knows what to do"))}
        return _decide_page(call, found, decision, reason, missing)
    if step(call) != "send":
        return _check_page(call, found, decision, reason)
    await service.decide_application(
        call.context, by=call.actor, **_owner(call), code=found.code, decision=decision, reason=reason
    )
    return Redirect(_path(found), notice=words(ACTS[decision].done))


@routes.page(APPLICATION + "/certificates/new", access=signed_in(), operation_id="addCertificatePage")
async def ask_certificate(call: Call) -> Page:
    """Ask for the client certificate that shall prove an application."""
    return _certificate_page(call, await _managed(call), "", {})


@routes.form(
    APPLICATION + "/certificates/new",
    access=signed_in(),
    operation_id="addCertificateForm",
    body_bytes_max=PEM_BYTES_MAX,
)
async def add_certificate(call: Call) -> Page | Redirect:
    """Show the certificate's fingerprint, and enter it."""
    found, words, text = await _managed(call), Words(call.language), call.form.get("certificate", "").strip()
    if step(call) == "edit":
        return _certificate_page(call, found, text, {})
    try:
        fingerprint = presenters.fingerprint(text)
    except ValueError:
        wrong = words(_("Paste the certificate (PEM), or its SHA-256 fingerprint of 64 hexadecimal digits"))
        return _certificate_page(call, found, text, {"certificate": wrong})
    if step(call) == "check":
        shown = {"application": found, "text": text, "fingerprint": presenters.grouped(fingerprint)}
        return framed(call, "members", "certificate_check.html", shown)
    try:
        await service.add_certificate(
            call.context, by=call.actor, **_owner(call), code=found.code, fingerprint=fingerprint
        )
    except CertificateTaken as problem:
        return _certificate_page(call, found, text, refused(words, problem, "certificate"))
    return Redirect(_path(found), notice=words(_("The certificate proves the application from now on.")))


@routes.page(
    APPLICATION + "/certificates/{fingerprint}/remove", access=signed_in(), operation_id="removeCertificatePage"
)
async def ask_removal(call: Call) -> Page:
    """Ask whether a certificate shall prove nothing any more."""
    found = await _managed(call)
    shown = {"application": found, "fingerprint": presenters.grouped(call.path["fingerprint"])}
    return framed(call, "members", "certificate_remove.html", {**shown, "action": call.path["fingerprint"]})


@routes.form(
    APPLICATION + "/certificates/{fingerprint}/remove", access=signed_in(), operation_id="removeCertificateForm"
)
async def remove_certificate(call: Call) -> Redirect:
    """Let a certificate prove nothing any more."""
    found = await _managed(call)
    await service.remove_certificate(
        call.context, by=call.actor, **_owner(call), code=found.code, fingerprint=call.path["fingerprint"]
    )
    return Redirect(_path(found), notice=Words(call.language)(_("The certificate was removed.")))


async def _managed(call: Call) -> Application:
    card = await service.application(call.context, by=call.actor, **_owner(call), code=call.path["applicationCode"])
    directory.require(call.actor, Power.REGISTER, application=card.application.subject)
    return card.application


async def _decided(call: Call) -> tuple[Application, Decision]:
    """Return the application and the decision that an address names, if it can be decided by this person now."""
    try:
        decision = Decision(call.path["decision"])
    except ValueError as error:
        raise NotFound from error
    found = await _managed(call)
    if decision is not Decision.REMOVE:
        directory.require(call.actor, Power.REGISTER)
    if decision not in possible(found.state):
        raise NotPossible
    return found, decision


def _owner(call: Call) -> _Owner:
    return _Owner(member_class=call.path["memberClass"], member_code=call.path["memberCode"])


def _path(application: Application) -> str:
    return f"/members/{application.member}/applications/{application.code}"


async def _new_page(
    call: Call, values: dict[str, str], errors: dict[str, str], template: str = "application_new.html"
) -> Page:
    owner = await explorer.connected_member(
        call.context, member_class=call.path["memberClass"], code=call.path["memberCode"]
    )
    directory.require(call.actor, Power.REGISTER, member=owner.subject)
    shown = {"member": owner, **_connection_choices(call, values), "errors": errors}
    return framed(call, "members", template, shown, status=400 if errors else 200)


def _change_page(
    call: Call,
    application: Application,
    values: dict[str, str],
    errors: dict[str, str],
    template: str = "application_change.html",
) -> Page:
    shown = {"application": application, **_connection_choices(call, values), "errors": errors}
    return framed(call, "members", template, shown, status=400 if errors else 200)


def _connection_choices(call: Call, values: dict[str, str]) -> dict[str, object]:
    words = Words(call.language)
    choices = [(name, words(label)) for name, label in presenters.CONNECTIONS.items()]
    return {"values": values, "connections": choices, "connection": dict(choices).get(values["connection"], "")}


def _certificate_page(call: Call, application: Application, text: str, errors: dict[str, str]) -> Page:
    shown = {"application": application, "text": text, "errors": errors}
    return framed(call, "members", "certificate_new.html", shown, status=400 if errors else 200)


def _decision_values(call: Call, application: Application, decision: Decision, reason: str) -> dict[str, object]:
    words, act = Words(call.language), ACTS[decision]
    rows: list[tuple[str, object]] = [
        (words(_("Application")), application.name),
        (words(_("Code")), application.subject),
        (words(_("Member")), application.member_name),
    ]
    return {
        "question": words(act.question, name=application.name),
        "effect": words(act.effect),
        "button": words(act.button),
        "kind": act.kind,
        "rows": [*rows, *([(words(_("Reason")), reason)] if reason else [])],
        "reason": reason,
        "action": f"{_path(application)}/decide/{decision}",
        "back": _path(application),
    }


def _decide_page(call: Call, application: Application, decision: Decision, reason: str, errors: dict[str, str]) -> Page:
    shown = {**_decision_values(call, application, decision, reason), "errors": errors}
    return framed(call, "members", "decide.html", shown, status=400 if errors else 200)


def _check_page(call: Call, application: Application, decision: Decision, reason: str) -> Page:
    return framed(call, "members", "decide_check.html", _decision_values(call, application, decision, reason))
