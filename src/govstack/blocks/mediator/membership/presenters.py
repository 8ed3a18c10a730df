"""What the pages of members show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from govstack.blocks.mediator.applications.model import Decision
from govstack.blocks.mediator.applications.presenters import Act, possible
from govstack.blocks.mediator.directory.model import Member, Power, may
from govstack.blocks.mediator.directory.presenters import STATES, Field, Words
from govstack.blocks.mediator.directory.schemas import Code, LongText, Name, Text
from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _

Address = Annotated[str, msgspec.Meta(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)]

DETAILS: tuple[Field, ...] = (
    ("name", Text, _("Enter the name of the organisation, in at most 200 characters")),
    ("contact_name", Text, _("Enter whom to ask at the organisation")),
    ("contact_email", Address, _("Enter an email address, such as name@example.org")),
    ("agreement", LongText, _("Shorten the text on the agreement to 4,000 characters")),
)
APPLICATION: tuple[Field, ...] = (
    ("member_class", Name, _("Choose a class: a letter first, then letters and digits, such as GOV")),
    ("member_code", Code, _("Enter a code of letters, digits, dots, dashes and underscores, such as 7001")),
    *DETAILS,
)
ACTS: Mapping[Decision, Act] = {
    Decision.ACCEPT: Act(
        _("Accept"),
        _("Accept {name}?"),
        _("From then on its applications can be connected."),
        _("Accept the member"),
        _("The member was accepted."),
    ),
    Decision.REJECT: Act(
        _("Reject"),
        _("Reject {name}?"),
        _("The applicant reads the reason and may apply again."),
        _("Reject the application"),
        _("The application was rejected."),
        "warning",
    ),
    Decision.SUSPEND: Act(
        _("Suspend"),
        _("Suspend {name}?"),
        _("All its traffic stops at once. Its applications, services and rights stay registered and rest."),
        _("Suspend the member"),
        _("The member is suspended."),
        "warning",
    ),
    Decision.REINSTATE: Act(
        _("Reinstate"),
        _("Let {name} take part again?"),
        _("Everything it had registered works again."),
        _("Reinstate the member"),
        _("The member takes part again."),
    ),
    Decision.REMOVE: Act(
        _("Remove"),
        _("Remove {name}?"),
        _("All its applications, services and rights go with it. Its entry stays, so that old messages can be read."),
        _("Remove the member"),
        _("The member was removed."),
        "warning",
    ),
}

STATE_NAMES: Mapping[str, str] = {name: label for name, (label, _sign) in STATES.items()}


def acts(by: Actor, member: Member) -> list[tuple[str, str, str]]:
    """Return what somebody may decide about a member, as (label, address, kind) of buttons."""
    if not may(by, Power.REGISTER):
        return []
    base = f"/members/{member.subject}/decide"
    return [(ACTS[one].label, f"{base}/{one}", ACTS[one].kind) for one in possible(member.state)]


def details(words: Words, values: Mapping[str, str]) -> list[tuple[str, object]]:
    """Return the answers of the form about a member as rows of a summary."""
    rows: list[tuple[str, object]] = []
    if "member_class" in values:
        rows += [(words(_("Class")), values["member_class"]), (words(_("Code")), values["member_code"])]
    return [
        *rows,
        (words(_("Name")), values["name"]),
        (words(_("Contact person")), values["contact_name"]),
        (words(_("Email address")), values["contact_email"]),
        (words(_("Agreement")), values["agreement"]),
    ]


def as_form(member: Member) -> dict[str, str]:
    """Return a member's details as the fields of the form."""
    return {
        "name": member.name,
        "contact_name": member.contact_name,
        "contact_email": member.contact_email,
        "agreement": member.agreement,
    }
