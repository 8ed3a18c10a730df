"""What the sandbox's start page offers to whoever is signed in."""

from __future__ import annotations

from collections.abc import Sequence

from govstack.kernel.actor import Actor
from govstack.kernel.i18n import _

# The scope it takes, the title, the address, and what it is for. A page asks for the scope again by itself.
WORK: Sequence[tuple[str, str, str, str]] = (
    ("identity:enrol", _("Enrol people"), "~/identity/enrol", _("Enter who somebody is, with their documents.")),
    (
        "identity:adjudicate", _("Tell people apart"), "~/identity/enrol?state=held",
        _("Decide whether somebody who enrols is registered already."),
    ),
    (
        "identity:produce", _("Cards"), "~/identity/credentials",
        _("Produce and deliver the cards that people asked for."),
    ),
    (
        "consent:ask", _("Ask for consent"), "~/consent/requests",
        _("Ask somebody to agree, and see what they answered."),
    ),
    ("registries:analyse", _("Registers"), "~/registries/", _("See the registers that are open to you.")),
    ("registries:audit", _("Who read whose data"), "~/registries/usage", _("See who read the data of one person.")),
    ("consent:audit", _("Proof of consent"), "~/consent/history", _("See who agreed to what, with the proof.")),
    ("mediator:audit", _("Log of the mediator"), "~/mediator/audit", _("See who did what at the mediator.")),
    ("learn:plan", _("Training desk"), "~/learn/desk", _("See what people need to learn, and what is offered.")),
    (
        "learn:lead", _("Skills of the country"), "~/learn/heat-map",
        _("See which skills are there and which are missing."),
    ),
    ("sandbox:citizen", _("My identity"), "~/identity/me", _("What the state knows of you, and how you sign in.")),
    ("sandbox:citizen", _("My consent"), "~/consent/", _("What you agreed to, and taking it back.")),
    ("sandbox:citizen", _("Who read my data"), "/me", _("Each look at your data in a register.")),
    ("sandbox:citizen", _("My messages"), "~/messaging/messages", _("What services wrote to you.")),
)  # fmt: skip


def work(by: Actor) -> list[tuple[str, str, str]]:
    """Return what somebody can do here, as cards: title, address, text."""
    return [(title, href, text) for scope, title, href, text in WORK if by.may(scope)]
