"""What is sent from the pages of data policies, read and checked."""

from __future__ import annotations

from collections.abc import Mapping

from govstack.blocks.consent.editing.schemas import Reader
from govstack.blocks.consent.frame.presenters import Words
from govstack.blocks.consent.policies.model import DAYS_MAX, NAME_CHARACTERS_MAX, URL_CHARACTERS_MAX, Policy
from govstack.kernel.i18n import _

POLICY_FIELDS = ("name", "version", "url", "days", "storage", "restriction", "jurisdiction", "sector")


def read_policy(words: Words, form: Mapping[str, str]) -> tuple[Policy | None, dict[str, str]]:
    """Return the policy that a form asks for, without an id, or what is wrong with it by the names of the fields."""
    reader = Reader(words, form)
    name = reader.text("name", NAME_CHARACTERS_MAX, _("Enter a name, such as Data policy of social assistance"))
    version = reader.text("version", NAME_CHARACTERS_MAX, _("Enter a version, such as 1.0"))
    url = reader.address("url", URL_CHARACTERS_MAX, _("Enter the address where everybody can read the policy"))
    days = reader.number("days", 0, DAYS_MAX)
    storage, restriction, jurisdiction, sector = (
        reader.text(field, NAME_CHARACTERS_MAX) or None
        for field in ("storage", "restriction", "jurisdiction", "sector")
    )
    if reader.errors:
        return None, reader.errors
    made = Policy(
        id="", name=name, version=version, url=url, jurisdiction=jurisdiction, industry_sector=sector,
        data_retention_period_days=days, geographic_restriction=restriction, storage_location=storage,
    )  # fmt: skip
    return made, {}


def policy_values(policy: Policy) -> dict[str, str]:
    """Return a policy as the fields of its form."""
    days = policy.data_retention_period_days
    return {
        "name": policy.name,
        "version": policy.version,
        "url": policy.url,
        "days": "" if days is None else str(days),
        "storage": policy.storage_location or "",
        "restriction": policy.geographic_restriction or "",
        "jurisdiction": policy.jurisdiction or "",
        "sector": policy.industry_sector or "",
    }
