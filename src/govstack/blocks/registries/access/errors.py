"""Refusals of rights: what is wrong with a grant, and what would be right."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Forbidden, NotFound


class BadGrant(BadRequest):
    """The grant cannot be given as it is; `fields` names each part and why."""

    title = "The grant has parts that do not fit."


class UnknownGrant(NotFound):
    """There is no such grant on this registry."""

    title = "There is no such grant on this registry."


class UnknownPolicy(NotFound):
    """There is no policy with this code."""

    title = "There is no policy with this code."


class UnknownGroup(NotFound):
    """There is no group with this code."""

    title = "There is no group with this code."


class NotYourData(Forbidden):
    """Only a person may let somebody else see what a registry holds about them."""

    title = "Only a signed-in person can delegate access to their own records, and only rights they have themselves."
