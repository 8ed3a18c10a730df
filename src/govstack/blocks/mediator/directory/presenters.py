"""What every page of the mediator shares: its navigation, words, states, and forms that say what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from govstack.blocks.mediator.directory.model import State
from govstack.kernel.actor import Actor
from govstack.kernel.errors import Problem
from govstack.kernel.i18n import _
from govstack.kernel.routing import Call
from govstack.web.answers import Page
from govstack.web.sentences import Sentences

FOLDER = Path(__file__).parents[1]
Field = tuple[str, Any, str]

# Section, label, address, and the words of which a person needs one (a scope, or the start of a role).
SECTIONS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("overview", _("Overview"), "/", ()),
    ("members", _("Members"), "/members", ("",)),
    ("services", _("Services"), "/services", ("read", "services", "rights", "member:", "application:")),
    ("rights", _("Rights"), "/rights", ("read", "rights", "read-rights", "member:", "application:")),
    ("traffic", _("Traffic"), "/live", ("read", "member:", "application:")),
    ("events", _("Events"), "/events", ("read", "member:", "application:")),
    ("environment", _("Environment"), "/environment", ("read",)),
    ("audit", _("Audit"), "/audit", ("audit", "member:")),
    ("configuration", _("Configuration"), "/configuration", ("read-configuration",)),
    ("directory", _("Directory"), "/directory", ()),
)
STATES: Mapping[str, tuple[str, str]] = {
    State.APPLIED: (_("Waiting for a decision"), "wait"),
    State.ACCEPTED: (_("Connected"), "good"),
    State.REJECTED: (_("Rejected"), "bad"),
    State.SUSPENDED: (_("Suspended"), "warn"),
    State.REMOVED: (_("Removed"), "off"),
}

# What the rooms refuse in words that people on pages read; a test holds this list and the errors together.
REFUSALS: tuple[str, ...] = (
    _("No member has this class and code. Look it up in the list of members."),
    _("The member has no application with this code. Look it up in the list of its applications."),
    _("The application offers no service with this code. Look it up in the list of its services."),
    _(
        "Classes start with a letter, codes with a letter or digit; both go on with letters, digits, dots, dashes "
        "and underscores."
    ),
    _("Someone else has applied under this code. Check the code, or ask the administrator of this instance."),
    _("The registration does not stand where this is possible. Read its state, then decide again."),
    _("The member is not connected. Its application must be accepted first."),
    _("This certificate already proves another application. Use a certificate of its own for each application."),
    _("The description is not an OpenAPI 3.0 or 3.1 document. Check it with a validator, then send it again."),
    _("This address is not allowed. Ask the administrator of this instance which hosts may be used."),
    _("This code has a meaning of its own in addresses. Choose another code for the service."),
    _("The application is not connected. It must be accepted first."),
    _("The service has no such endpoint. Its OpenAPI document lists them; write the path as it stands there."),
    _("You may not see or change these rights. Ask the provider of the service, or sign in as its administrator."),
    _("A service or application in the list is not connected. Check class, code, application and service."),
    _("The service has no such endpoint. Write method and path as they stand in its OpenAPI document."),
    _("There is no such request for access. Look it up in the list of requests."),
    _("This request was decided otherwise before. Ask for access anew, or change the right itself."),
    _("The configuration contradicts itself. Correct it, then send it again."),
    _("This configuration is for another instance. Check the instance it names."),
    _("The configuration has changed since you read it. Read it again, then repeat your change."),
    _("There is no such change. The list of changes shows the latest ones."),
    _("There is no message with this id among those you may see."),
    _("The owner of this mediator does not share this part of its environment with others."),
    _("There is no room at this address. The list of rooms shows which applications distribute events."),
    _("The room has no event type with this name. Its list of event types shows what there is."),
    _("The room has an event type with this name already. Remove it first, or choose another name."),
    _("The schema is not a JSON Schema of draft-07 or 2020-12 that can be used here."),
    _("The room has as many event types as a room can have. Remove those that are no longer used."),
    _("You do not manage this room. Ask its owner, or the administrator of this instance."),
    _("The application is not connected here, or the room has no such event type. Check both."),
    _("There is no such subscription. Subscribe first, or look at the list of your subscriptions."),
    _("Name a service of your own by its code, and a path that starts with a slash and holds no dots or query."),
    _("There is no such event here. Check the event type and the id that publishing returned."),
    _("Name a room that you manage, or call as the application whose events you look for."),
    _("There is no such delivery. Look it up in the list of deliveries or of dead letters."),
    _("This delivery is not a dead letter. Read its state, then decide again."),
    _("The subscription has ended or the payload is not kept any more, so it cannot be delivered. Drop it."),
    _("You do not administer this. Ask its administrator, or the administrator of this instance."),
)

# What else the mediator refuses, with and without names and numbers in it, as pages find it again by its shape.
MORE_REFUSALS: tuple[str, ...] = (
    _("It is {state}, so it cannot be {after} now. Read its state, then decide again."),
    _("{name} needs its OpenAPI document: specUrl, or the document itself in spec."),
    _("{name} is described twice."),
    _("{name} is not a name that can stand in an address."),
    _("{name} gives a right to {client}, which is not described."),
    _("The service {name} needs a serviceUrl."),
    _("The document does not have the shape of a configuration: {why}"),
    _("A right needs the name of a member, or its memberClass and memberCode."),
    _("A text in the document is not valid Unicode, or a value is not JSON."),
    _("An OpenAPI document in spec is not valid Unicode, or a value is not JSON."),
    _("Only the two applications that exchanged a message may read what it said."),
    _("{name} has no endpoint {endpoint}."),
    _("{name} has no operation named {operation}."),
    _("The schema is larger than {number} bytes."),
    _("The schema must be a JSON object."),
    _("event: an event is a JSON object."),
    _("Write the schema in draft-07 or 2020-12, and say which in $schema."),
    _("A $ref leads to a part of the same schema and starts with #. Nothing is fetched."),
    _("The schema has no schema at {place}."),
    _("The schema is not valid JSON."),
    _("The schema refers from part to part too many times in a row."),
    _("The schema cannot be used: {why}."),
    _("The schema refers to itself without going into the value. Nothing could fit it."),
    _("{keyword} is not supported. Refer with $ref to a part of the same schema."),
    _("One event could cost more than {number} checks. Let the schema refer to each part less often."),
    _("Only the whole schema may have an $id. Name its parts under $defs."),
    _("The OpenAPI document at this address is not UTF-8."),
    _("The document is nested deeper than {number} levels."),
    _("The OpenAPI document is larger than {number} bytes."),
    _("The operationId {name} stands in the document twice."),
    _("The responses of {endpoint} are not an object."),
    _("The path {path} has broken or repeated fields."),
    _("{place} refers to another document. Put its operations into this one."),
    _("{place} must be an object with names."),
    _("The document must be an object with names."),
    _("The host {host} is not among those allowed. Ask the administrator of this instance."),
    _("The paths {one} and {other} cannot be told apart."),
    _("The document describes more than {number} endpoints. Make it two services."),
    _("Say why, so that the other side knows what to do."),
    _("Send the SHA-256 fingerprint of the certificate: 64 hexadecimal digits."),
    _("The address names nothing that is connected here. listClients and listMethods show what there is."),
    _("A part of the address is not an identifier. Check instance, class, member, application and service code."),
    _("Send the OpenAPI document of the service, or the address where it can be fetched."),
    _("The OpenAPI document could not be fetched from its address. Send the document itself instead."),
    _("An event type starts with a letter and goes on with letters, digits, dots, dashes and underscores."),
    _("The subscription contradicts its address. Name the event type of the address, and your own application."),
    _("Write a moment with its time zone, such as 2026-11-21T21:30:00Z."),
    _("Your application has no right to this endpoint. Ask the provider to grant it."),
    _("There is no such service, or it is switched off. listMethods shows what an application offers."),
    _("The service has no such endpoint, or it is switched off. getOpenAPI shows what it offers."),
    _("No payload is kept for this message: the service does not ask for it, it was too large, or its time is over."),
    _("Your application subscribes to this event type already. Change the subscription instead."),
    _("The request is larger than this service takes."),
)


class Words(Sentences):
    """Sentences of the mediator's pages."""

    folder = FOLDER


def framed(
    call: Call, section: str, template: str, values: Mapping[str, object] | None = None, *, status: int = 200
) -> Page:
    """Return a page with the navigation that fits the person, and no errors unless it brings some."""
    shown = {"navigation": navigation(call.actor, section), "errors": {}, **(values or {})}
    return Page(template, shown, status=status)


def navigation(by: Actor, active: str = "") -> list[tuple[str, str, bool]]:
    """Return the pages that somebody can make use of; each page decides again by itself."""
    return [(label, path, section == active) for section, label, path, needs in SECTIONS if _needed(by, needs)]


def _needed(by: Actor, needs: Sequence[str]) -> bool:
    if not needs:
        return True
    words = by.scopes | by.roles
    if by.signed_in and ("" in needs or "mediator:administer" in words or "mediator:*" in words):
        return True
    return any(
        word == f"mediator:{need}" or (need.endswith(":") and word.startswith(f"mediator:{need}"))
        for need in needs
        for word in words
    )


def state(words: Words, value: str) -> dict[str, str]:
    """Return the state of a registration as a cell of a table."""
    label, sign = STATES[value]
    return {"status": words(label), "state": sign}


def on_off(words: Words, enabled: bool) -> dict[str, str]:
    """Return whether something answers, as a cell of a table."""
    return {"status": words(_("On")) if enabled else words(_("Off")), "state": "good" if enabled else "off"}


def faults(words: Words, form: Mapping[str, str], fields: Sequence[Field]) -> dict[str, str]:
    """Return what is wrong with a form, by field: each is checked as the API checks it."""
    found: dict[str, str] = {}
    for name, shape, message in fields:
        try:
            msgspec.convert(form.get(name, "").strip(), shape, strict=False)
        except msgspec.ValidationError:
            found[name] = words(message)
    return found


def refused(words: Words, problem: Problem, field: str = "") -> dict[str, str]:
    """Return a refusal as the error of a field, or of the whole form."""
    return {field: words.said(problem.detail)}


def step(call: Call) -> str:
    """Return where a form stands: check its answers, edit them again, or send them."""
    asked = call.form.get("step", "")
    return asked if asked in {"edit", "send"} else "check"


def kept(call: Call, *names: str) -> dict[str, str]:
    """Return fields of a form as they were sent, without blanks around them."""
    return {name: call.form.get(name, "").strip() for name in names}
