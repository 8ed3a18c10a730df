"""Wire shapes of policies."""

from __future__ import annotations

import msgspec

from govstack.blocks.consent.evidence.schemas import Limit, Offset, Revision
from govstack.blocks.consent.policies.model import Days, Name, Policy, Url, Word


class PolicyGiven(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A policy as it is sent; its `id` is not read, for ids are ours to give."""

    id: str | int = ""
    name: Name
    version: Name
    url: Url
    jurisdiction: Word | None = None
    industry_sector: Word | None = None
    data_retention_period_days: Days | None = None
    geographic_restriction: Word | None = None
    storage_location: Word | None = None

    def policy(self) -> Policy:
        """Return the policy, without an id."""
        return msgspec.convert({**msgspec.to_builtins(self), "id": ""}, Policy)


class PolicyRequest(msgspec.Struct, frozen=True):
    """A policy to write."""

    policy: PolicyGiven


class PolicyAnswer(msgspec.Struct, frozen=True):
    """A policy and the revision that says so."""

    policy: Policy
    revision: Revision


class PolicyList(msgspec.Struct, frozen=True):
    """Policies."""

    policies: list[Policy]


class PolicyHistory(msgspec.Struct, frozen=True):
    """A policy with its revisions, which the published answer forgot."""

    policy: Policy
    revisions: list[Revision]


class RevisionAnswer(msgspec.Struct, frozen=True):
    """The last revision of what was deleted."""

    revision: Revision


class PoliciesQuery(msgspec.Struct, frozen=True, rename="camel"):
    """Which policies."""

    revision_id: str = ""
    offset: Offset | None = None
    limit: Limit | None = None
