"""Refusals of definitions: what stands in the way, and what to do."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, Conflict, NotFound


class UnknownRegistry(NotFound):
    """There is no registry, or no such version of it, at this address."""

    title = "There is no registry of this name and version. Check both; `latest` means the newest version."


class UnknownService(NotFound):
    """The registry's version has no such service."""

    title = "This version of the registry has no service of this name."


class ServiceOff(UnknownService):
    """The registry's version has this service, but whoever manages the registry does not offer it."""

    title = "This version of the registry does not offer this service. Whoever manages the registry can switch it on."


class UnknownTemplate(NotFound):
    """There is no template with this code and version."""

    title = "There is no template with this code and version."


class BadDefinition(BadRequest):
    """The definition cannot be stored or published as it is; `fields` names each part and why."""

    title = "The definition has parts that do not fit together."


class ReservedCode(Conflict):
    """The code is an address of this block and cannot name a registry."""

    title = "This short code is reserved. Choose another."


class BreakingChanges(Conflict):
    """Publishing would break callers of the newest version; nothing was published."""

    code = "breaking-changes"
    title = "Publishing would break callers of the present version. Accept the changes listed, or change the draft."


class DataContradicts(Conflict):
    """Stored records break a rule that the draft adds; nothing was published."""

    code = "data-contradicts"
    title = "Stored records break a rule of the draft. Change those records or the draft, then publish again."


class StillLinked(Conflict):
    """Other registries have strict links to this one."""

    title = "Other registries link to this one. Remove those links first."
