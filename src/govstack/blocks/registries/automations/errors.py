"""Refusals of automations."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound, Unauthenticated


class UnknownAutomation(NotFound):
    """The registry has no automation of this name, or no such result."""

    title = "This registry has no automation of this name, or no such result of one."


class BadAutomation(BadRequest):
    """The automation has parts that do not fit together; `fields` names each and why."""

    code = "bad-automation"
    title = "The automation has parts that do not fit together."


class AutomationPaused(Conflict):
    """The automation is paused, so it cannot be started."""

    code = "automation-paused"
    title = "The automation is paused. Switch it on first."


class WrongSecret(Unauthenticated):
    """The secret of the address is missing or wrong, or there is no such address."""

    title = "Send the secret of this address in the header automation-secret."
