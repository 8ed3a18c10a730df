"""What the configuration refuses."""

from __future__ import annotations

from govstack.kernel.errors import BadRequest, NotFound, Problem


class ConfigurationInvalid(BadRequest):
    """The document contradicts itself or names what is not there; the detail says where."""

    title = "The configuration contradicts itself. Correct it, then send it again."


class OtherInstance(BadRequest):
    """The document configures another instance."""

    title = "This configuration is for another instance. Check the instance it names."


class Stale(Problem):
    """The directory has changed since the version that If-Match names (RFC 9110, 13.1.1)."""

    status = 412
    code = "stale"
    title = "The configuration has changed since you read it. Read it again, then repeat your change."


class NotConfigured(Problem):
    """Nothing is configured; the published contract answers 500 for it."""

    status = 500
    code = "not-configured"
    title = "This mediator is running but not configured. Send its configuration first."


class UnknownChange(NotFound):
    """No change has this id."""

    title = "There is no such change. The list of changes shows the latest ones."
