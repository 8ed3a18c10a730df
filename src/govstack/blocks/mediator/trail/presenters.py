"""What the pages of the audit trail show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from govstack.blocks.mediator.directory.presenters import Words
from govstack.kernel.audit import Entry
from govstack.kernel.i18n import _

Cells = Sequence[object]
OUTCOMES: Mapping[str, tuple[str, str]] = {
    "ok": (_("Done"), "good"),
    "refused": (_("Refused"), "bad"),
    "failed": (_("Failed"), "warn"),
}
ACTIONS: Mapping[str, str] = {
    "mediator.member.apply": _("Apply for membership"),
    "mediator.member.accept": _("Accept a member"),
    "mediator.member.reject": _("Reject a member"),
    "mediator.member.suspend": _("Suspend a member"),
    "mediator.member.reinstate": _("Reinstate a member"),
    "mediator.member.remove": _("Remove a member"),
    "mediator.member.change": _("Change a member"),
    "mediator.application.apply": _("Register an application"),
    "mediator.application.accept": _("Accept an application"),
    "mediator.application.reject": _("Reject an application"),
    "mediator.application.suspend": _("Suspend an application"),
    "mediator.application.reinstate": _("Reinstate an application"),
    "mediator.application.remove": _("Remove an application"),
    "mediator.application.change": _("Change an application"),
    "mediator.application.certificate.add": _("Enter a certificate"),
    "mediator.application.certificate.remove": _("Remove a certificate"),
    "mediator.service.register": _("Register a service"),
    "mediator.service.change": _("Change a service"),
    "mediator.service.remove": _("Remove a service"),
    "mediator.endpoint.switch": _("Switch endpoints"),
    "mediator.rights.allow": _("Give a right"),
    "mediator.rights.deny": _("Take a right away"),
    "mediator.access.request": _("Ask for access"),
    "mediator.access.approved": _("Approve a request for access"),
    "mediator.access.rejected": _("Reject a request for access"),
    "mediator.access.withdrawn": _("Withdraw a request for access"),
    "mediator.configuration.create": _("Ask for a configuration"),
    "mediator.configuration.update": _("Ask for a changed configuration"),
    "mediator.configuration.replace": _("Ask for a new configuration"),
    "mediator.configuration.done": _("Finish a configuration"),
    "mediator.configuration.install": _("Install a configuration"),
    "mediator.payload.read": _("Read what was said"),
    "mediator.room.register": _("Register a room"),
    "mediator.room.close": _("Close a room"),
    "mediator.room.allow": _("Let an application into a room"),
    "mediator.room.deny": _("Take an application out of a room"),
    "mediator.room.rights": _("Change who takes part in a room"),
    "mediator.event-type.add": _("Define an event type"),
    "mediator.event-type.remove": _("Remove an event type"),
    "mediator.event.stop": _("Stop the delivery of an event"),
    "mediator.dead-letter.requeue": _("Put a dead letter back"),
    "mediator.dead-letter.drop": _("Drop a dead letter"),
    "mediator.subscription.add": _("Subscribe"),
    "mediator.subscription.change": _("Change a subscription"),
    "mediator.subscription.end": _("End a subscription"),
}
AREAS: Mapping[str, str] = {
    "mediator.member.": _("Members"),
    "mediator.application.": _("Applications"),
    "mediator.service.": _("Services"),
    "mediator.endpoint.": _("Endpoints"),
    "mediator.rights.": _("Rights"),
    "mediator.access.": _("Requests for access"),
    "mediator.configuration.": _("Configuration"),
    "mediator.room.": _("Rooms"),
    "mediator.event-type.": _("Event types"),
    "mediator.event.": _("Events"),
    "mediator.subscription.": _("Subscriptions"),
    "mediator.dead-letter.": _("Dead letters"),
    "mediator.payload.": _("Readings of what was said"),
}


def action(words: Words, name: str) -> str:
    """Say what was done; an act this version does not know is shown by its name."""
    return words(ACTIONS[name]) if name in ACTIONS else name


def outcome(words: Words, value: str) -> dict[str, str]:
    """Return how an act ended, as a cell of a table."""
    label, sign = OUTCOMES.get(value, (value, "off"))
    return {"status": words(label), "state": sign}


def entry_rows(words: Words, found: Sequence[Entry]) -> list[Cells]:
    """Return acts as rows."""
    return [
        (
            {"text": words.moment(one.at), "href": f"/audit/{one.number}"},
            one.actor_name or one.actor,
            action(words, one.action),
            {"code": one.subject} if one.subject else "",
            outcome(words, one.outcome),
        )
        for one in found
    ]
